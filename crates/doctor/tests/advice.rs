//! What is advised, by what is known of the account.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_doctor::{
    Advice, Certificate, CommandLineCertificate, Condition, Facts, Finding, Known, Remedy, Session,
    Why, advise, diagnose,
};
use support::{ACCESS_DENIED, NO_SERVICE, OLD_MFA, asked};

fn finding(text: &str) -> Finding {
    diagnose(text).findings.into_iter().next().unwrap()
}

fn denied(parameters: &str) -> Finding {
    finding(&ACCESS_DENIED.replace(r#"{"amr":["mfa","sso:acme"]}"#, parameters))
}

fn nothing() -> Facts {
    Facts::unknown(Why::NotAsked)
}

fn with(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = nothing();
    change(&mut facts);
    facts
}

fn mfa(on: bool) -> Facts {
    with(|facts| facts.account_mfa = Known::Is(on))
}

fn session(amr: &[&str], age: Option<u64>, by_api_token: bool) -> Known<Option<Session>> {
    Known::Is(Some(Session {
        amr: amr.iter().map(|&method| method.to_owned()).collect(),
        age,
        by_api_token,
    }))
}

fn certificate(amr: &[&str], age: Option<u64>) -> Known<Option<Certificate>> {
    Known::Is(Some(Certificate {
        valid: true,
        amr: amr.iter().map(|&method| method.to_owned()).collect(),
        age,
    }))
}

/// The steps as words; what is done only perhaps has a question mark.
fn steps(advice: &Advice) -> Vec<String> {
    advice
        .steps
        .iter()
        .map(|step| {
            let perhaps = if step.only_if == Some(Condition::MfaOff) {
                "?"
            } else {
                ""
            };
            let how = match &step.remedy {
                Remedy::SignIn(asked) | Remedy::SignInByCommandLine { asked, .. }
                    if !asked.is_empty() =>
                {
                    let age = asked
                        .max_age
                        .map(|age| format!(" {age}s"))
                        .unwrap_or_default();
                    format!(":{}{age}", asked.amr.join("+"))
                }
                Remedy::Wait(Some(seconds)) => format!(":{seconds}"),
                _ => String::new(),
            };
            format!("{}{how}{perhaps}", step.remedy.code())
        })
        .collect()
}

#[test]
fn each_error_has_its_way_out() {
    let json_error = |error: &str, description: &str| {
        finding(&format!(
            "{{\"error\":\"{error}\",\"error_description\":\"{description}\"}}"
        ))
    };
    let mfa_only = r#"{"amr":["mfa"]}"#;
    let sso_only = r#"{"amr":["sso:acme"]}"#;
    let both = r#"{"amr":["mfa","sso:acme"]}"#;
    let cases: Vec<(&str, Finding, Facts, &[&str])> = vec![
        (
            "MFA asked, nothing known",
            denied(mfa_only),
            nothing(),
            &["enrol?", "sign_in:mfa", "new_certificate"],
        ),
        (
            "MFA asked, off",
            denied(mfa_only),
            mfa(false),
            &["enrol", "sign_in:mfa", "new_certificate"],
        ),
        (
            "MFA asked, on",
            denied(mfa_only),
            mfa(true),
            &["sign_in:mfa", "new_certificate"],
        ),
        (
            "SSO asked: codes are not the way",
            denied(sso_only),
            mfa(false),
            &["sign_in:sso:acme", "new_certificate"],
        ),
        (
            "both asked, off: one sign-in with both",
            denied(both),
            mfa(false),
            &["enrol", "sign_in:mfa+sso:acme", "new_certificate"],
        ),
        (
            "both asked, on",
            denied(both),
            mfa(true),
            &["sign_in:mfa+sso:acme", "new_certificate"],
        ),
        (
            "age asked",
            denied(r#"{"max_age":300}"#),
            mfa(true),
            &["sign_in: 300s", "new_certificate"],
        ),
        (
            "the certificate has it all: it is stale",
            denied(both),
            with(|facts| facts.certificate = certificate(&["mfa", "sso:acme"], None)),
            &["new_certificate"],
        ),
        (
            "any SSO in the certificate",
            denied(both),
            with(|facts| facts.certificate = certificate(&["mfa", "sso:*"], None)),
            &["new_certificate"],
        ),
        (
            "the certificate has one of two",
            denied(both),
            with(|facts| {
                facts.account_mfa = Known::Is(true);
                facts.certificate = certificate(&["mfa"], None);
            }),
            &["sign_in:mfa+sso:acme", "new_certificate"],
        ),
        (
            "the certificate is old, the session is not",
            denied(r#"{"amr":["mfa"],"max_age":300}"#),
            with(|facts| {
                facts.certificate = certificate(&["mfa"], Some(900));
                facts.session = session(&["pwd", "mfa"], Some(20), false);
            }),
            &["new_certificate"],
        ),
        (
            "a session of unknown age is not young",
            denied(r#"{"amr":["mfa"],"max_age":300}"#),
            with(|facts| {
                facts.account_mfa = Known::Is(true);
                facts.session = session(&["pwd", "mfa"], None, false);
            }),
            &["sign_in:mfa 300s", "new_certificate"],
        ),
        (
            "the session has it: a certificate is enough",
            denied(mfa_only),
            with(|facts| facts.session = session(&["pwd", "mfa"], Some(20), false)),
            &["new_certificate"],
        ),
        (
            "an API token, MFA off",
            denied(mfa_only),
            with(|facts| {
                facts.account_mfa = Known::Is(false);
                facts.session = session(&["pwd"], None, true);
            }),
            &["enrol", "new_token", "new_certificate"],
        ),
        (
            "an API token made before MFA",
            denied(mfa_only),
            with(|facts| {
                facts.account_mfa = Known::Is(true);
                facts.session = session(&["pwd"], None, true);
            }),
            &["new_token", "new_certificate"],
        ),
        (
            "an API token cannot do SSO",
            denied(sso_only),
            with(|facts| facts.session = session(&["pwd"], None, true)),
            &["sign_in:sso:acme", "new_certificate"],
        ),
        (
            "older wording, off",
            finding(OLD_MFA),
            mfa(false),
            &["enrol", "sign_in:mfa", "new_certificate"],
        ),
        (
            "older wording, a user of SSO",
            finding(OLD_MFA),
            with(|facts| {
                facts.account_mfa = Known::Is(false);
                facts.account_sso = Known::Is(true);
            }),
            &["sign_in", "new_certificate"],
        ),
        (
            "no service",
            finding(NO_SERVICE),
            nothing(),
            &["ask_for_access"],
        ),
        (
            "no service, MFA is missing where it is required",
            finding(NO_SERVICE),
            with(|facts| {
                facts.account_mfa = Known::Is(false);
                facts.requiring_mfa = Known::Is(vec!["Acme".into()]);
            }),
            &["enrol", "sign_in:mfa", "new_certificate", "ask_for_access"],
        ),
        (
            "no service, MFA is there",
            finding(NO_SERVICE),
            with(|facts| {
                facts.account_mfa = Known::Is(true);
                facts.session = session(&["pwd", "mfa"], None, false);
                facts.requiring_mfa = Known::Is(vec!["Acme".into()]);
            }),
            &["ask_for_access"],
        ),
        (
            "no key",
            finding("Permission denied (publickey)."),
            nothing(),
            &["new_certificate"],
        ),
        (
            "no key, signed out",
            finding("Permission denied (publickey)."),
            with(|facts| facts.session = Known::Is(None)),
            &["sign_in", "new_certificate"],
        ),
        (
            "no key, of another service",
            finding("git@github.com: Permission denied (publickey)."),
            nothing(),
            &[],
        ),
        (
            "host key",
            finding("Host key verification failed."),
            nothing(),
            &["fix_host_keys"],
        ),
        (
            "step-up",
            finding(r#"{"error":"insufficient_user_authentication","max_age":300}"#),
            nothing(),
            &["sign_in: 300s"],
        ),
        (
            "step-up with MFA off",
            finding(r#"{"error":"insufficient_user_authentication","amr":["mfa"]}"#),
            mfa(false),
            &["enrol", "sign_in:mfa"],
        ),
        (
            "token before MFA",
            finding("The API token may need to be re-created after enabling MFA."),
            nothing(),
            &["enrol?", "new_token"],
        ),
        (
            "token before MFA, on now",
            finding("The API token may need to be re-created after enabling MFA."),
            mfa(true),
            &["new_token"],
        ),
        (
            "SSO session",
            json_error("invalid_grant", "SSO session has expired"),
            nothing(),
            &["sign_in"],
        ),
        (
            "API token",
            json_error("invalid_grant", "Invalid API token"),
            nothing(),
            &["new_token"],
        ),
        (
            "session",
            json_error("invalid_grant", "x"),
            nothing(),
            &["sign_in"],
        ),
        (
            "no right",
            finding("HTTP/2 403\n\n{\"error\":\"no\"}"),
            nothing(),
            &["ask_for_access"],
        ),
        (
            "no right for want of MFA",
            finding("HTTP/2 403\n\n{\"error\":\"Enable MFA first\"}"),
            mfa(false),
            &["enrol", "sign_in:mfa"],
        ),
        (
            "too often",
            finding("HTTP/2 429\nretry-after: 30"),
            nothing(),
            &["wait:30"],
        ),
        (
            "clock",
            finding("Certificate invalid: not yet valid"),
            nothing(),
            &["fix_clock"],
        ),
        (
            "conflict",
            finding(r#"{"status":"409","message":"x","code":409,"title":"Conflict"}"#),
            nothing(),
            &[],
        ),
    ];
    for (name, finding, facts, expected) in cases {
        let advice = advise(&finding, &facts);
        assert_eq!(steps(&advice), expected, "{name}");
        for sentence in [&advice.meaning, &advice.todo] {
            assert!(
                sentence.ends_with('.') && sentence.chars().next().unwrap().is_alphanumeric(),
                "{name}: {sentence}"
            );
            assert_eq!(
                sentence.matches(". ").count(),
                0,
                "{name}: one sentence: {sentence}"
            );
        }
    }
}

/// OpenSSH shows the first certificate that it is told of: what another one says mends nothing.
#[test]
fn the_certificate_that_counts_is_the_one_that_is_shown() {
    let theirs = |amr: &[&str]| {
        Known::Is(Some(CommandLineCertificate {
            name: "upsun",
            certificate: certificate(amr, None).value().unwrap().clone().unwrap(),
        }))
    };
    let facts = |told: bool, own: Option<&[&str]>, cli: Option<&[&str]>, signed_in: &[&str]| {
        with(|facts| {
            facts.account_mfa = Known::Is(true);
            facts.openssh_told = Known::Is(told);
            facts.certificate = own.map_or(Known::Is(None), |amr| certificate(amr, None));
            facts.command_line = cli.map_or(Known::Is(None), theirs);
            facts.session = session(signed_in, Some(20), false);
        })
    };
    let mfa_only = || denied(r#"{"amr":["mfa"]}"#);
    let refused = || finding("Permission denied (publickey).");
    let (pwd, mfa): (&[&str], &[&str]) = (&["pwd"], &["pwd", "mfa"]);
    let cases: Vec<(&str, Finding, Facts, &[&str])> = vec![
        (
            "the command line's is shown, and lacks it",
            mfa_only(),
            facts(false, None, Some(pwd), pwd),
            &["sign_in_by_command_line:mfa"],
        ),
        (
            "Deskfob's has it, and is not shown",
            mfa_only(),
            facts(false, Some(mfa), Some(pwd), mfa),
            &["tell_openssh"],
        ),
        (
            "Deskfob's has it, and none is shown",
            mfa_only(),
            facts(false, Some(mfa), None, mfa),
            &["tell_openssh"],
        ),
        (
            "the session has it, and Deskfob's is not shown",
            mfa_only(),
            facts(false, Some(pwd), Some(pwd), mfa),
            &["new_certificate", "tell_openssh"],
        ),
        (
            "neither has it, and none is shown",
            mfa_only(),
            facts(false, Some(pwd), None, pwd),
            &["sign_in:mfa", "new_certificate", "tell_openssh"],
        ),
        (
            "the command line's has it: it is stale, and Deskfob's is none",
            mfa_only(),
            facts(false, None, Some(mfa), pwd),
            &["sign_in_by_command_line:mfa"],
        ),
        (
            "Deskfob's is shown, whatever the command line keeps",
            mfa_only(),
            facts(true, Some(pwd), Some(mfa), pwd),
            &["sign_in:mfa", "new_certificate"],
        ),
        (
            "Deskfob's is shown and has it: it is stale",
            mfa_only(),
            facts(true, Some(mfa), Some(pwd), mfa),
            &["new_certificate"],
        ),
        (
            "no key, as none is shown",
            refused(),
            facts(false, Some(pwd), None, pwd),
            &["tell_openssh"],
        ),
        (
            "no key, and none to be shown",
            refused(),
            facts(false, None, None, pwd),
            &["new_certificate", "tell_openssh"],
        ),
        (
            "no key, though it is shown",
            refused(),
            facts(true, Some(pwd), None, pwd),
            &["new_certificate"],
        ),
        (
            "no key, signed out, and the command line's is shown",
            refused(),
            with(|facts| {
                facts.openssh_told = Known::Is(false);
                facts.certificate = Known::Is(None);
                facts.command_line = theirs(pwd);
                facts.session = Known::Is(None);
            }),
            &["sign_in_by_command_line"],
        ),
    ];
    for (name, finding, facts, expected) in cases {
        let advice = advise(&finding, &facts);
        assert_eq!(steps(&advice), expected, "{name}: {}", advice.todo);
        assert!(advice.todo.ends_with('.'), "{name}: {}", advice.todo);
    }
    let told = |facts: Facts| facts.told()[1].text.clone();
    assert_eq!(
        told(facts(false, Some(mfa), Some(pwd), mfa)),
        "The SSH certificate of the command line upsun, which OpenSSH shows, is valid; it says pwd, not MFA; it is not told of Deskfob\u{2019}s."
    );
    assert_eq!(
        told(facts(false, Some(mfa), None, mfa)),
        "There is an SSH certificate here, and OpenSSH is not told of it."
    );
    assert_eq!(
        told(facts(true, Some(mfa), Some(pwd), mfa)),
        "The SSH certificate is valid and says MFA."
    );
}

#[test]
fn single_sign_on_is_not_mended_by_codes() {
    let cases = [
        ("SSO", r#"{"amr":["sso:acme"]}"#, Some(false)),
        ("MFA", r#"{"amr":["mfa"]}"#, Some(true)),
        (
            "both: codes are half of it",
            r#"{"amr":["mfa","sso:acme"]}"#,
            Some(true),
        ),
        ("age", r#"{"max_age":300}"#, None),
    ];
    for (name, parameters, expected) in cases {
        let advice = advise(&denied(parameters), &mfa(false));
        assert_eq!(advice.codes_help, expected, "{name}");
        assert_eq!(
            advice.todo.contains("does not help"),
            expected == Some(false),
            "{name}: {}",
            advice.todo
        );
    }
}

#[test]
fn the_words_name_what_is_asked_for() {
    let finding = denied(r#"{"amr":["mfa","sso:acme"],"max_age":300}"#);
    let advice = advise(&finding, &mfa(true));
    assert_eq!(
        advice.meaning,
        "abcdefg123456-main-bvxea6i--app lets in only people who signed in with MFA and through single sign-on with acme at most 5 minutes ago, and the certificate that was shown was not made from such a sign-in."
    );
    assert_eq!(
        advice.todo,
        "MFA is on already: sign in again with MFA and through single sign-on with acme at most 5 minutes ago, then make a new certificate."
    );
    assert_eq!(finding.asked, asked(&["mfa", "sso:acme"], Some(300)));
}

#[test]
fn what_is_known_is_told_in_words() {
    let facts = with(|facts| {
        facts.account_mfa = Known::Is(false);
        facts.session = session(&["pwd"], None, false);
        facts.certificate = certificate(&["pwd"], None);
        facts.requiring_mfa = Known::Is(vec!["Acme".into()]);
        facts.tokens_before_mfa = Known::Is(2);
    });
    let told: Vec<String> = facts.told().into_iter().map(|told| told.text).collect();
    assert_eq!(
        told,
        [
            "The session kept here was made in the browser, with pwd.",
            "The SSH certificate is valid; it says pwd, not MFA.",
            "MFA is off for the account.",
            "MFA is required by Acme.",
            "2 API tokens were made before MFA: organisations that require it refuse them.",
        ]
    );
    for told in Facts::unknown(Why::Offline).told() {
        assert!(
            told.text
                .ends_with("not known, the platform cannot be reached."),
            "{}",
            told.text
        );
    }
}
