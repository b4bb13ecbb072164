//! The command that does a step. It is printed to be run, and parts of it come from a text that anybody may have written.

use deskfob_doctor::{Asked, Remedy};
use deskfob_vault::StoredAccount;

/// The command, where one does the step.
pub(super) fn of(remedy: &Remedy, account: Option<&StoredAccount>) -> Option<String> {
    let account = account.map_or_else(String::new, |account| format!(" {}", word(account)));
    Some(match remedy {
        Remedy::Enrol => format!("fob enrol{account}"),
        Remedy::SignIn(asked) => format!("fob account renew{account}{}", options(asked)),
        Remedy::SignInByCommandLine { name, asked } => format!("{name} login -f{}", theirs(asked)),
        Remedy::NewCertificate => format!("fob ssh refresh{account}"),
        Remedy::TellOpenssh => format!("fob ssh config --add{account}"),
        _ => return None,
    })
}

/// The account as one word of a shell: its address, unless that has characters with a meaning there.
fn word(account: &StoredAccount) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@._+-".contains(&byte);
    if account.email.bytes().all(plain) && !account.email.starts_with('-') {
        account.email.clone()
    } else {
        account.id.to_string()
    }
}

/// What `account renew` is told of the sign-in; MFA is what it asks for untold.
fn options(asked: &Asked) -> String {
    if asked.is_empty() {
        return " --method any".to_owned();
    }
    let mut options = String::new();
    if asked.amr != ["mfa"] || asked.max_age.is_some() {
        for method in &asked.amr {
            // Shells would look for files of the name `sso:*`.
            let method = if method == "sso:*" { "sso" } else { method };
            if Asked::is_method(method) && !method.contains('*') {
                options.push_str(&format!(" --method {method}"));
            }
        }
    }
    if let Some(age) = asked.max_age {
        options.push_str(&format!(" --max-age {age}"));
    }
    options
}

/// The same for the platforms' own command line, whose `login -f` alone has MFA.
fn theirs(asked: &Asked) -> String {
    let mut options = String::new();
    if !(asked.amr.is_empty() || *asked == Asked::mfa()) {
        options = format!(" --method {}", asked.amr.join(",").replace('*', r"\*"));
    }
    if let Some(age) = asked.max_age {
        options.push_str(&format!(" --max-age {age}"));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_asked_for_as_it_is_needed() {
        type Case = (
            &'static str,
            &'static [&'static str],
            Option<u64>,
            &'static str,
            &'static str,
        );
        let cases: &[Case] = &[
            ("MFA", &["mfa"], None, "", ""),
            ("in any way", &[], None, " --method any", ""),
            ("age", &[], Some(300), " --max-age 300", " --max-age 300"),
            (
                "MFA and age",
                &["mfa"],
                Some(60),
                " --method mfa --max-age 60",
                " --method mfa --max-age 60",
            ),
            (
                "a provider",
                &["sso:acme"],
                None,
                " --method sso:acme",
                " --method sso:acme",
            ),
            (
                "any provider",
                &["sso:*"],
                None,
                " --method sso",
                r" --method sso:\*",
            ),
            (
                "both",
                &["mfa", "sso:acme"],
                None,
                " --method mfa --method sso:acme",
                " --method mfa,sso:acme",
            ),
        ];
        for (name, amr, max_age, expected, official) in cases {
            let asked = Asked {
                amr: amr.iter().map(|&method| method.to_owned()).collect(),
                max_age: *max_age,
            };
            assert_eq!(options(&asked), *expected, "{name}");
            assert_eq!(theirs(&asked), *official, "{name}");
        }
    }
}
