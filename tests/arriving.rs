//! Files dropped on the window and links opened elsewhere: read, shown, and nowhere kept before the person says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskfob_app::{Link, dropped, links_opened};
use serde_json::{Value, json};
use support::app::TestApp;

const PASSWORD: &str = "a long enough password";
const SOON: Duration = Duration::from_secs(30);

fn open_app() -> TestApp {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    app
}

fn drop_files(app: &TestApp, files: &[&Path]) {
    let paths = files.iter().map(|file| PathBuf::from(*file)).collect();
    dropped(app.app.handle().clone(), paths);
}

fn found(app: &TestApp) -> Value {
    app.event("drafts_found", SOON).expect("something is found")["found"].clone()
}

fn failed(app: &TestApp) -> Value {
    app.event("drafts_failed", SOON).expect("it is refused")["error"].clone()
}

fn issuers(found: &Value) -> Vec<String> {
    let drafts = found["drafts"].as_array().unwrap();
    let issuer = |draft: &Value| draft["issuer"].as_str().unwrap().to_owned();
    drafts.iter().map(issuer).collect()
}

fn link(text: &str) -> Link {
    Link::from_argument(text.to_owned()).expect("a link")
}

/// A transfer of two codes with an account each.
const TRANSFER: [&str; 2] = [
    "otpauth-migration://offline?data=ChIKBUhlbGxvEgNvbmUgASgBMAIQARgCIAA",
    "otpauth-migration://offline?data=ChIKBVdvcmxkEgN0d28gASgBMAIQARgCIAE",
];

#[test]
fn files_of_any_kind_are_read_or_refused_in_words() {
    let app = open_app();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);

    support::pictures::qrencode(TRANSFER[1], &file("one.png"));
    support::pictures::qrencode(TRANSFER[0], &file("two.png"));
    drop_files(&app, &[&file("one.png")]);
    let part = found(&app);
    assert_eq!(
        part["transfers"],
        json!([{"total": 2, "have": 1, "missing": [1], "repeated": false}]),
        "{part}"
    );
    drop_files(&app, &[&file("two.png")]);
    let whole = found(&app);
    assert_eq!(whole["transfers"], json!([]));
    assert_eq!(whole["drafts"][0]["account"], "one", "{whole}");
    assert_eq!(whole["drafts"][1]["account"], "two", "{whole}");

    std::fs::write(
        file("links.txt"),
        "My codes\notpauth://totp/First:a?secret=QWERTYUIOP\n\notpauth://totp/Second:b?secret=ASDFGHJKL\notpauth://totp/Third:c?secret=1\n",
    )
    .unwrap();
    drop_files(&app, &[&file("links.txt")]);
    let several = found(&app);
    assert_eq!(issuers(&several), ["First", "Second"]);
    assert_eq!(several["refused"]["code"], "seed_lookalike", "{several}");

    std::fs::write(file("letter.txt"), "Dear Ada, nothing here.").unwrap();
    std::fs::write(file("random.bin"), [0xff, 0xfe, 0, 1, 2, 3]).unwrap();
    std::fs::write(file("cut.png"), {
        let whole = std::fs::read(file("one.png")).unwrap();
        whole[..whole.len() / 3].to_vec()
    })
    .unwrap();
    std::fs::write(file("empty.png"), "").unwrap();
    support::pictures::qrencode("https://example.com/", &file("web.png"));
    for (name, code) in [
        ("letter.txt", "not_a_picture"),
        ("random.bin", "not_a_picture"),
        ("cut.png", "picture_damaged"),
        ("empty.png", "not_a_picture"),
        ("web.png", "not_an_enrolment"),
        ("missing.png", "file_unreadable"),
    ] {
        drop_files(&app, &[&file(name)]);
        let error = failed(&app);
        assert_eq!(error["code"], code, "{name}: {error}");
        assert!(error["hint"].is_string(), "{name} has a next step");
    }
    drop_files(&app, &[&file("letter.txt"), &file("links.txt")]);
    assert_eq!(
        issuers(&found(&app)).len(),
        2,
        "one bad file spoils nothing"
    );

    app.ask("vault_lock", json!({}));
    drop_files(&app, &[&file("links.txt")]);
    assert_eq!(failed(&app)["code"], "vault_locked", "refused calmly");
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    let left = app.ask("draft_list", json!({}));
    assert_eq!(
        (&left["drafts"], &left["transfers"]),
        (&json!([]), &json!([])),
        "drafts went with the lock"
    );
}

#[test]
fn a_link_is_shown_at_once_or_waits_for_the_vault() {
    let app = TestApp::start();
    links_opened(
        app.app.handle(),
        vec![link("otpauth://totp/Early:ada?secret=QWERTYUIOP")],
    );
    app.event("link_waits", SOON).expect("it waits for a vault");
    assert_eq!(app.ask("vault_status", json!({}))["linkWaits"], true);
    app.create_vault(PASSWORD);
    assert_eq!(issuers(&app.ask("link_take", json!({}))), ["Early"]);
    assert_eq!(app.ask("link_take", json!({})), Value::Null, "once");

    links_opened(
        app.app.handle(),
        vec![link("OTPAUTH://totp/Now:ada?secret=ASDFGHJKL")],
    );
    assert_eq!(issuers(&found(&app)), ["Now"], "an open vault shows it");
    assert_eq!(
        app.ask("entry_list", json!({})),
        json!([]),
        "nothing is added by itself"
    );

    let long = format!(
        "otpauth://totp/a?secret=QWERTYUIOP&issuer={}",
        "A".repeat(10_000)
    );
    links_opened(app.app.handle(), vec![link(&long)]);
    assert_eq!(failed(&app)["code"], "uri_too_long");
    links_opened(app.app.handle(), vec![link("otpauth:")]);
    assert!(
        failed(&app)["hint"].is_string(),
        "an empty one has a next step"
    );

    app.ask("vault_lock", json!({}));
    for n in 0..200 {
        let text = format!("otpauth://totp/Flood:{n}?secret=QWERTYUIOP");
        links_opened(app.app.handle(), vec![link(&text)]);
    }
    app.event("link_waits", SOON).unwrap();
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    let flood = app.ask("link_take", json!({}));
    assert_eq!(issuers(&flood).len(), 20, "a page can't fill the memory");
}

/// Everything that any part of the app says, however small.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds(file: &Path, secrets: &[&str]) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    let has = |secret: &&str| {
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    };
    secrets.iter().any(has)
}

/// Every file below a folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_in(&entry.path())),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    files
}

#[test]
fn what_was_read_and_not_kept_is_in_no_file_and_no_log() {
    let begun = std::time::SystemTime::now();
    let log = Log::default();
    let writer = log.clone();
    // Of this process as a whole; the other tests log into it too.
    let _ = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .try_init();
    const KEY: &str = "NOBODYKEEPSTHISKEY";
    const ISSUER: &str = "Nobody Keeps This";
    support::secrets::remember([KEY]);
    let secrets = [KEY, ISSUER, "Nobody%20Keeps"];
    let uri = format!("otpauth://totp/Nobody%20Keeps%20This:ada?secret={KEY}");

    let app = open_app();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("code.png");
    support::pictures::qrencode(&uri, &picture);
    drop_files(&app, &[&picture]);
    assert_eq!(issuers(&found(&app)), [ISSUER]);
    app.ask("draft_from_text", json!({"text": uri}));
    links_opened(app.app.handle(), vec![link(&uri)]);
    found(&app);
    let list = app.ask("draft_list", json!({}));
    let ids: Vec<_> = list["drafts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|draft| &draft["id"])
        .collect();
    assert_eq!(ids.len(), 3);
    app.ask("draft_codes", json!({"ids": ids}));
    app.ask("draft_discard", json!({"ids": ids}));
    app.ask("vault_lock", json!({}));

    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!logged.is_empty(), "the log was heard");
    for secret in secrets {
        assert!(!logged.contains(secret), "{secret} was logged");
    }
    let own = files_in(app.home.path());
    assert!(own.len() > 1, "the vault is there: {own:?}");
    // Loose files only, written since this test began: the rest is other programs'.
    let temporary = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    let noted = std::env::var_os("DESKFOB_TEST_SECRETS").map(PathBuf::from);
    let loose = temporary.filter(|entry| {
        let small = entry
            .metadata()
            .is_ok_and(|data| data.is_file() && data.len() < 4 << 20);
        let new = entry
            .metadata()
            .and_then(|data| data.modified())
            .is_ok_and(|written| written >= begun);
        small && new && Some(entry.path()) != noted
    });
    for file in own.into_iter().chain(loose.map(|entry| entry.path())) {
        assert!(!holds(&file, &secrets), "{} holds it", file.display());
    }
}
