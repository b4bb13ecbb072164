//! Whole logs, as they are pasted.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_doctor::{Diagnosis, LeakKind, MAX_BYTES, Symptom, diagnose};

fn symptoms(found: &Diagnosis) -> Vec<(Symptom, usize)> {
    found
        .findings
        .iter()
        .map(|finding| (finding.symptom, finding.place.line))
        .collect()
}

#[test]
fn whole_logs() {
    /// Name, log, what is found in which line.
    type Case = (&'static str, &'static str, &'static [(Symptom, usize)]);
    let cases: &[Case] = &[
        (
            "a job of GitHub that pushes by git",
            include_str!("logs/github-git-push.log"),
            &[(Symptom::SshAuthentication, 9)],
        ),
        (
            "a job of GitLab with an API token",
            include_str!("logs/gitlab-api-token.log"),
            &[(Symptom::ApiTokenBeforeMfa, 11)],
        ),
        (
            "ssh -v",
            include_str!("logs/ssh-verbose.log"),
            &[(Symptom::SshKeyRefused, 12)],
        ),
        (
            "git, older wording",
            include_str!("logs/git-older.log"),
            &[(Symptom::SshRequiresMfa, 2)],
        ),
        (
            "curl -i, step-up",
            include_str!("logs/curl-step-up.log"),
            &[(Symptom::StepUp, 8)],
        ),
        (
            "structured logs",
            include_str!("logs/structured.jsonl"),
            &[
                (Symptom::SsoSessionExpired, 2),
                (Symptom::SshAuthentication, 4),
            ],
        ),
        (
            "a build image without host keys",
            include_str!("logs/host-key.log"),
            &[(Symptom::HostKeyUnknown, 7)],
        ),
        (
            "the command line, several times",
            include_str!("logs/cli-retries.log"),
            &[(Symptom::StepUp, 2), (Symptom::TooManyRequests, 12)],
        ),
    ];
    for (name, log, expected) in cases {
        let found = diagnose(log);
        assert_eq!(symptoms(&found), *expected, "{name}\n{:#?}", found.findings);
    }
}

#[test]
fn facts_of_whole_logs() {
    let found = diagnose(include_str!("logs/github-git-push.log"));
    let finding = &found.findings[0];
    assert_eq!(finding.asked, support::asked(&["mfa"], None));
    assert_eq!(
        finding.service.as_ref().unwrap().project.as_deref(),
        Some("abcdefg123456")
    );
    assert_eq!(finding.user.as_ref().unwrap().name, "Ada Lovelace");

    let found = diagnose(include_str!("logs/cli-retries.log"));
    assert_eq!(found.findings[0].count, 2, "the same failure twice");
    assert_eq!(found.findings[0].asked, support::asked(&["mfa"], Some(300)));
    assert_eq!(found.findings[1].retry_after, Some(17));

    let found = diagnose(include_str!("logs/host-key.log"));
    assert_eq!(
        found.findings[0].host.as_ref().unwrap().name,
        "git.eu-3.platform.sh"
    );

    let found = diagnose(include_str!("logs/structured.jsonl"));
    assert_eq!(
        found.findings[1].asked,
        support::asked(&["mfa", "sso:acme"], None)
    );
}

#[test]
fn secrets_in_a_log_are_told_and_never_repeated() {
    let log = include_str!("logs/curl-step-up.log");
    let secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0OTdmNmVjYSJ9.c2lnbmF0dXJl";
    assert!(log.contains(secret), "the log has one");
    let found = diagnose(log);
    let [leak] = found.leaks.as_slice() else {
        panic!("one kind of secret: {:?}", found.leaks);
    };
    assert_eq!(
        (leak.kind, leak.place.line, leak.count),
        (LeakKind::SessionToken, 3, 1)
    );
    assert!(!format!("{found:?}").contains("c2lnbmF0dXJl"));

    // Even on the very line of the error.
    let line = format!(
        "token={secret} otpauth://totp/x?secret=JBSWY3DPEHPK3PXP Permission denied (publickey)."
    );
    let found = diagnose(&line);
    assert_eq!(found.findings[0].symptom, Symptom::SshKeyRefused);
    let told = format!("{found:?}");
    assert!(
        !told.contains("c2lnbmF0dXJl") && !told.contains("JBSWY3DP"),
        "{told}"
    );
    assert_eq!(found.leaks.len(), 2, "{:?}", found.leaks);
}

#[test]
fn of_a_long_log_the_end_is_looked_at() {
    let error = "\nPermission denied (publickey).\n";
    let long = "nothing happened here\n".repeat(MAX_BYTES / 22) + &"\u{fc}".repeat(1000);
    let found = diagnose(&format!("{long}{error}"));
    assert_eq!(found.findings.len(), 1, "at the end");
    assert!(found.skipped > 0);
    let place = found.findings[0].place;
    assert_eq!(
        place.line,
        long.matches('\n').count() + 2,
        "counted from the beginning"
    );
    let found = diagnose(&format!("{error}{long}{}", " ".repeat(4096)));
    assert!(found.findings.is_empty(), "too far back");
}
