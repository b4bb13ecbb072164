//! What an export holds, and that the `age` program opens it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::process::{Command, Stdio};

use deskfob_otp::Entry;
use deskfob_transfer::{Export, ExportAccount, ExportEntry, ExportRecoveryCode, encrypt};
use serde_json::{Value, json};

const URIS: [&str; 3] = [
    "otpauth://totp/Upsun:alice%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Upsun",
    "otpauth://hotp/Bank:%D0%90%D0%BB%D0%B8%D1%81%D0%B0?secret=GEZDGNBVGY3TQOJQ&issuer=Bank&digits=8&counter=41",
    "otpauth://totp/Old:a%3Ab?secret=MFRGGZDF&issuer=Old&algorithm=SHA512&period=60",
];

fn export() -> Export {
    let entries = URIS
        .iter()
        .map(|uri| ExportEntry {
            entry: Entry::from_uri(uri).unwrap().entry,
            notes: "\"quoted\"\nand a second line, Алиса".into(),
            tags: vec!["work".into(), "a, b".into()],
            icon: Some("🔑".into()),
            favourite: true,
            created_at: 1_700_000_000,
        })
        .collect();
    Export {
        exported_at: 1_800_000_000,
        entries,
        accounts: vec![ExportAccount {
            deployment: "Upsun".into(),
            email: "alice@example.com".into(),
            entry: Some(0),
            recovery_codes: vec![ExportRecoveryCode {
                code: "abcd-efgh".into(),
                used_at: Some(7),
            }],
        }],
    }
}

#[test]
fn the_document_holds_every_field() {
    let document: Value = serde_json::from_slice(&export().to_json()).unwrap();
    assert_eq!(document["format"], "deskfob-export");
    assert_eq!(document["version"], 1);
    assert_eq!(document["exported_at"], 1_800_000_000);
    for (field, uri) in document["entries"].as_array().unwrap().iter().zip(URIS) {
        let written = Entry::from_uri(field["uri"].as_str().unwrap())
            .unwrap()
            .entry;
        let given = Entry::from_uri(uri).unwrap().entry;
        assert!(written.seed.ct_eq(&given.seed), "{uri}");
        assert_eq!(
            (
                written.issuer,
                written.account,
                written.kind,
                written.algorithm,
                written.digits
            ),
            (
                given.issuer,
                given.account,
                given.kind,
                given.algorithm,
                given.digits
            ),
            "{uri}"
        );
        assert_eq!(field["notes"], "\"quoted\"\nand a second line, Алиса");
        assert_eq!(field["tags"], json!(["work", "a, b"]));
        assert_eq!(field["icon"], "🔑");
        assert_eq!(field["favourite"], true);
        assert_eq!(field["created_at"], 1_700_000_000);
    }
    assert_eq!(
        document["accounts"],
        json!([{
            "deployment": "Upsun",
            "email": "alice@example.com",
            "entry": 0,
            "recovery_codes": [{"code": "abcd-efgh", "used_at": 7}],
        }])
    );
}

#[test]
fn the_list_has_one_uri_a_line() {
    let lines = export().to_uris();
    let lines: Vec<_> = std::str::from_utf8(&lines).unwrap().lines().collect();
    assert_eq!(lines.len(), URIS.len());
    for (line, uri) in lines.iter().zip(URIS) {
        let (written, given) = (
            Entry::from_uri(line).unwrap(),
            Entry::from_uri(uri).unwrap(),
        );
        assert!(written.entry.seed.ct_eq(&given.entry.seed), "{uri}");
        assert_eq!(written.entry.account, given.entry.account);
    }
}

/// The program asks its terminal for the passphrase; `script` gives it one.
#[test]
fn the_age_program_opens_an_encrypted_export() {
    let folder = tempfile::tempdir().unwrap();
    let (sealed, opened) = (
        folder.path().join("export.age"),
        folder.path().join("export.json"),
    );
    let passphrase = "correct horse battery staple";
    let plain = export().to_json();
    std::fs::write(&sealed, encrypt(&plain, passphrase.into()).unwrap()).unwrap();

    let command = format!(
        "age --decrypt -o '{}' '{}'",
        opened.display(),
        sealed.display()
    );
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("script (bsdutils) runs");
    let mut keyboard = terminal.stdin.take().unwrap();
    // Written once the program has had the time to switch the echo off; a terminal keeps what comes early.
    std::thread::sleep(std::time::Duration::from_millis(500));
    keyboard
        .write_all(format!("{passphrase}\n").as_bytes())
        .unwrap();
    let output = terminal.wait_with_output().unwrap();
    drop(keyboard);
    assert!(
        output.status.success(),
        "age answered: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(std::fs::read(&opened).unwrap(), *plain);
}
