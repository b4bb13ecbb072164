//! The vault's entries: making a vault, adding, scanning, listing, codes.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Fob, PASSWORD, oathtool, qr_picture};

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const AT: &str = "1741011292";

fn at() -> u64 {
    AT.parse().expect("a number")
}

fn id_of(entry: &Value) -> String {
    entry["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_vault_is_made_once_and_tells_what_opens_it() {
    let fob = Fob::new();
    let made = fob.json(&["vault", "create"], "");
    assert_eq!(made["location"], fob.home().to_str().expect("UTF-8"));
    let slots = made["slots"].as_array().expect("slots");
    assert_eq!(slots.len(), 1);
    let fields: Vec<_> = slots[0].as_object().expect("a slot").keys().collect();
    assert_eq!(fields, ["created", "id", "kind", "name"]);
    assert_eq!(slots[0]["kind"], "password");

    let again = fob.run(&["vault", "create"], "").ends(1);
    assert!(again.stderr.starts_with("error: "), "{}", again.stderr);
    // Reading the slots needs no password.
    let slots = fob.bare(&["vault", "slots", "--json"], "").ends(0).json();
    assert_eq!(slots, made, "the refused one changed nothing");
}

#[test]
fn a_password_that_is_none_makes_no_vault() {
    for (name, input) in [
        ("nothing", ""),
        ("an empty line", "\n"),
        ("too short", "short\n"),
    ] {
        let fob = Fob::new();
        let ran = fob
            .bare(&["vault", "create", "--password-stdin"], input)
            .ends(1);
        assert!(ran.stderr.starts_with("error: "), "{name}: {}", ran.stderr);
        fob.run(&["list"], "").ends(1);
    }
}

#[test]
fn a_wrong_password_is_refused_and_the_next_try_waits() {
    let fob = Fob::with_vault();
    let wrong = fob
        .bare(&["list", "--password-stdin"], "not the password\n")
        .ends(1);
    assert!(
        !wrong.stderr.contains("not the password"),
        "{}",
        wrong.stderr
    );
    let early = fob.run(&["list"], "").ends(1);
    assert_ne!(
        early.stderr, wrong.stderr,
        "too early is not the same as wrong"
    );
    std::thread::sleep(Duration::from_millis(1500));
    fob.run(&["list"], "").ends(0);
}

#[test]
fn a_picture_made_by_another_program_gives_the_codes_of_a_third() {
    let fob = Fob::with_vault();
    let picture = fob.file("code.png");
    qr_picture(
        &picture,
        &format!("otpauth://totp/Acme:ada@acme.example?secret={KEY}&issuer=Acme"),
    );
    let picture = picture.to_str().expect("UTF-8");

    let enrolment = json!({
        "id": null, "type": "totp", "issuer": "Acme", "account": "ada@acme.example",
        "algorithm": "SHA1", "digits": 6, "period": 30, "counter": null, "notices": [], "replaced": false,
    });
    let seen = fob.bare(&["scan", picture, "--json"], "").ends(0).json();
    assert_eq!(
        seen,
        json!({"file": picture, "payloads": [enrolment], "error": null})
    );

    let text = fob.bare(&["scan", picture], "").ends(0).stdout;
    assert_eq!(
        text,
        "Acme: ada@acme.example (totp, SHA1, 6 digits, 30 s)\n"
    );

    let added = fob.json(&["scan", picture, "--add"], "");
    let id = id_of(&added["payloads"][0]);
    assert!(!fob.printed().contains(KEY), "the key was not asked for");

    let code = fob.run(&["code", "acme", "--at", AT], "").ends(0).stdout;
    assert_eq!(code.trim_end(), oathtool(KEY, at()));
    let next = fob
        .run(&["code", &id, "--at", AT, "--next"], "")
        .ends(0)
        .stdout;
    assert_eq!(next.trim_end(), oathtool(KEY, at() + 30));

    let again = fob
        .run(&["scan", picture, "--add", "--json"], "")
        .ends(1)
        .json();
    assert_eq!(again["error"]["code"], "duplicate");
    assert_eq!(again["payloads"][0]["id"], Value::Null, "not added");
    let replaced = fob.json(&["scan", picture, "--add", "--replace"], "");
    assert_eq!(
        (
            &replaced["payloads"][0]["id"],
            &replaced["payloads"][0]["replaced"]
        ),
        (&json!(id), &json!(true)),
        "in its own place"
    );
    fob.run(&["scan", picture, "--add", "--keep-both"], "")
        .ends(0);
    let which = fob
        .run(&["scan", picture, "--add", "--replace", "--json"], "")
        .ends(1)
        .json();
    assert_eq!(which["error"]["code"], "duplicates", "nobody guesses which");
    fob.bare(&["scan", picture, "--replace"], "").ends(2);
    fob.bare(&["scan", picture, "--add", "--replace", "--keep-both"], "")
        .ends(2);
    let listed = fob.json(&["list"], "");
    assert_eq!(listed["entries"].as_array().expect("entries").len(), 2);

    let raw = fob.bare(&["scan", picture, "--raw"], "").ends(0).stdout;
    assert_eq!(
        raw,
        format!("otpauth://totp/Acme:ada@acme.example?secret={KEY}&issuer=Acme\n")
    );
    let raw = fob
        .bare(&["scan", picture, "--raw", "--json"], "")
        .ends(0)
        .json();
    assert_eq!(
        raw["payloads"],
        json!([format!(
            "otpauth://totp/Acme:ada@acme.example?secret={KEY}&issuer=Acme"
        )])
    );
}

#[test]
fn pictures_that_give_no_entry_say_why_and_spare_the_others() {
    let fob = Fob::with_vault();
    let path = |name: &str| fob.file(name).to_str().expect("UTF-8").to_owned();
    qr_picture(&fob.file("link.png"), "https://example.com/");
    qr_picture(
        &fob.file("bad.png"),
        "otpauth://totp/a:b?secret=QWERTY1UIOP",
    );
    qr_picture(
        &fob.file("good.png"),
        "otpauth://totp/a:b?secret=QWERTYUIOP",
    );
    std::fs::write(fob.file("text.png"), "not a picture").expect("written");
    std::fs::write(
        fob.file("cut.png"),
        &std::fs::read(fob.file("good.png")).expect("read")[..60],
    )
    .expect("written");
    let files = [
        "missing.png",
        "text.png",
        "cut.png",
        "link.png",
        "bad.png",
        "good.png",
    ]
    .map(path);
    let mut args: Vec<&str> = vec!["scan", "--add", "--json"];
    args.extend(files.iter().map(String::as_str));

    let ran = fob.run(&args, "").ends(1);
    let lines: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), files.len(), "one object a file");
    for (line, file) in lines.iter().zip(&files) {
        assert_eq!(line["file"], file.as_str(), "in their order");
    }
    let codes: Vec<&Value> = lines.iter().map(|line| &line["error"]["code"]).collect();
    assert_eq!(codes[0], "file_unreadable");
    assert_eq!(codes[1], "not_a_picture");
    assert_eq!(codes[3], "not_an_enrolment");
    assert!(codes[2].is_string() && codes[4].is_string(), "{codes:?}");
    assert_eq!(codes[5], &Value::Null);
    for line in &lines[..5] {
        assert!(
            line["error"]["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{line}"
        );
        assert_eq!(line["payloads"], json!([]), "{line}");
    }
    assert!(!ran.stdout.contains("QWERTY"), "no key in any of it");
    let listed = fob.json(&["list"], "");
    assert_eq!(
        listed["entries"].as_array().expect("entries").len(),
        1,
        "the good one was added"
    );

    let text = fob.bare(&["scan", &files[0]], "").ends(1);
    assert_eq!(text.stdout, "");
    assert!(
        text.stderr
            .starts_with(&format!("error: {}: the file cannot be read", files[0])),
        "{}",
        text.stderr
    );
}

#[test]
fn nobody_is_asked_for_a_password_for_nothing() {
    let fob = Fob::new();
    let picture = fob.file("link.png");
    qr_picture(&picture, "https://example.com/");
    let ran = fob
        .bare(&["scan", "--add", picture.to_str().expect("UTF-8")], "")
        .ends(1);
    assert!(
        ran.stderr.contains("not for an authenticator"),
        "{}",
        ran.stderr
    );
}

#[test]
fn uris_are_added_all_or_none() {
    let fob = Fob::with_vault();
    let good = "otpauth://totp/A:one?secret=QWERTYUIOP\n";
    let bad = fob
        .run(
            &["add", "--uri-stdin"],
            &format!("{good}otpauth://totp/B:two?secret=1\n"),
        )
        .ends(1);
    assert!(bad.stderr.starts_with("error: line 2: "), "{}", bad.stderr);
    let twice = format!("{good}otpauth://totp/C:three?secret=QWERTYUIOP\n");
    fob.run(&["add", "--uri-stdin"], &twice).ends(1);
    fob.run(&["add", "--uri-stdin"], "\n").ends(1);
    assert_eq!(
        fob.json(&["list"], "")["entries"],
        json!([]),
        "nothing half-added"
    );

    let two = format!("{good}\notpauth://totp/B:two?secret={KEY}&digits=8&algorithm=SHA512\n");
    let added = fob.json(&["add", "--uri-stdin"], &two);
    assert_eq!(added["entries"].as_array().expect("entries").len(), 2);
    let refused = fob.run(&["add", "--uri-stdin"], good).ends(1);
    assert!(
        refused
            .stderr
            .contains("hint: add it all the same with --keep-both"),
        "{}",
        refused.stderr
    );
    let issuer_b = format!("otpauth://totp/b:Two?secret={KEY}&digits=6\n");
    let replaced = fob.json(&["add", "--uri-stdin", "--replace"], &issuer_b);
    assert_eq!(replaced["replaced"][0], added["entries"][1]["id"]);
    assert_eq!(
        fob.json(&["trash", "list"], "")["entries"][0]["digits"],
        8,
        "the old one can be had back"
    );
    assert!(
        !fob.printed().contains("QWERTY") && !fob.printed().contains(KEY),
        "keys stay in"
    );
}

#[test]
fn an_entry_is_typed_in_without_its_key_in_the_arguments() {
    let fob = Fob::with_vault();
    let args = [
        "add",
        "--issuer",
        "Acme",
        "--account",
        "bo",
        "--digits",
        "8",
        "--period",
        "60",
        "--algorithm",
        "sha-256",
    ];
    let added = fob.json(&args, "jbsw y3dp-ehpk 3pxp\n");
    let entry = &added["entries"][0];
    assert_eq!(
        entry,
        &json!({
            "id": id_of(entry), "type": "totp", "issuer": "Acme", "account": "bo",
            "algorithm": "SHA256", "digits": 8, "period": 60, "counter": null,
        })
    );
    let bad = fob.run(&["add", "--issuer", "x"], "not a key!\n").ends(1);
    assert!(!bad.stderr.contains("not a key!"), "{}", bad.stderr);
    let none = fob.run(&["add", "--issuer", "x"], "").ends(1);
    assert!(
        none.stderr
            .contains("standard input ended before the setup key"),
        "{}",
        none.stderr
    );
    for wrong in [["--digits", "11"], ["--digits", "0"], ["--period", "0"]] {
        fob.run(
            &[&["add", "--issuer", "x"], &wrong[..]].concat(),
            "QWERTYUIOP\n",
        )
        .ends(1);
    }
}

#[test]
fn a_query_means_one_entry_or_shows_those_it_fits() {
    let fob = Fob::with_vault();
    let none = fob.run(&["code"], "").ends(1);
    assert!(
        none.stderr.contains("the vault has no entries"),
        "{}",
        none.stderr
    );
    let uris = format!(
        "otpauth://totp/GitHub:ada?secret={KEY}\n\
         otpauth://totp/GitHub:bo?secret=QWERTYUIOP\n\
         otpauth://totp/Git:cy?secret=GEZDGNBVGY3TQOJQ\n"
    );
    fob.run(&["add", "--uri-stdin"], &uris).ends(0);
    let ada = oathtool(KEY, at());
    for query in ["ada", "ADA", "github ada", "GitHub:ada", "github: ada"] {
        let ran = fob.run(&["code", query, "--at", AT], "").ends(0);
        assert_eq!(ran.stdout, format!("{ada}\n"), "{query}");
    }
    let git = fob.run(&["code", "git", "--at", AT], "").ends(0).stdout;
    assert_eq!(
        git.trim_end(),
        oathtool("GEZDGNBVGY3TQOJQ", at()),
        "what is named exactly comes first"
    );
    let some = fob.run(&["code", "github", "--at", AT], "").ends(0).stdout;
    let lines: Vec<&str> = some.lines().collect();
    assert_eq!(lines.len(), 3, "a heading and two entries: {some}");
    assert_eq!(lines[1], format!("{ada}  8 s   GitHub: ada"));
    let nothing = fob.run(&["code", "gitlab"], "").ends(1);
    assert!(
        nothing
            .stderr
            .starts_with("error: no entry matches \"gitlab\"\nhint: "),
        "{}",
        nothing.stderr
    );
    assert_eq!(nothing.stdout, "");

    let all = fob.json(&["code", "--at", AT], "");
    assert_eq!(all["at"], at());
    let first = all["codes"][0].as_object().expect("an object");
    let fields: Vec<_> = first.keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "account",
            "algorithm",
            "code",
            "counter",
            "digits",
            "id",
            "issuer",
            "next",
            "period",
            "type",
            "valid_from",
            "valid_until"
        ]
    );
    assert_eq!(first["code"], ada.as_str());
    assert_eq!(first["valid_until"], 1741011300);
    let listed = fob.json(&["list"], "");
    let fields: Vec<_> = listed["entries"][0]
        .as_object()
        .expect("an entry")
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        fields,
        [
            "account",
            "algorithm",
            "counter",
            "digits",
            "favourite",
            "id",
            "issuer",
            "period",
            "tags",
            "type"
        ]
    );
    assert_eq!(listed["unreadable"], 0);
}

#[test]
fn a_counter_moves_with_each_code_and_never_back() {
    let fob = Fob::with_vault();
    let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let added = fob.json(
        &[
            "add",
            "--issuer",
            "Bank",
            "--type",
            "hotp",
            "--counter",
            "0",
        ],
        key,
    );
    assert_eq!(added["entries"][0]["period"], Value::Null);
    for expected in ["755224", "287082", "359152"] {
        let ran = fob.run(&["code", "bank"], "").ends(0);
        assert_eq!(ran.stdout.trim_end(), expected, "RFC 4226 appendix D");
    }
    let all = fob.json(&["code"], "");
    assert_eq!(
        all["codes"][0]["code"],
        Value::Null,
        "looking at all uses no code up"
    );
    fob.run(&["code", "bank", "--next"], "").ends(1);
    assert_eq!(fob.json(&["list"], "")["entries"][0]["counter"], 3);
}

#[test]
fn what_others_wrote_moves_no_terminal() {
    let fob = Fob::with_vault();
    let uri = "otpauth://totp/%1B%5D0;x%07Evil:%1B%5B2Ja?secret=QWERTYUIOP&algorithm=%1B%5B31m";
    let bad = fob.run(&["add", "--uri-stdin"], uri).ends(1);
    let uri = "otpauth://totp/%1B%5D0;x%07Evil:%1B%5B2Ja?secret=QWERTYUIOP";
    let good = fob.run(&["add", "--uri-stdin"], uri).ends(0);
    let listed = fob.run(&["list"], "").ends(0);
    for text in [bad.stderr, good.stdout, good.stderr, listed.stdout] {
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{7}'),
            "{text:?}"
        );
    }
}

#[test]
fn the_password_is_in_nothing_that_is_printed_or_kept() {
    let fob = Fob::with_vault();
    fob.run(
        &["add", "--uri-stdin"],
        &format!("otpauth://totp/a:b?secret={KEY}"),
    )
    .ends(0);
    fob.run(&["code", "a"], "").ends(0);
    assert!(!fob.printed().contains(PASSWORD));
    let mut files = 0;
    for entry in std::fs::read_dir(fob.home()).expect("the home") {
        let path = entry.expect("a file").path();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("read");
            for secret in [PASSWORD.as_bytes(), KEY.as_bytes(), b"SQLite format 3"] {
                let found = bytes.windows(secret.len()).any(|window| window == secret);
                assert!(
                    !found,
                    "{} in {}",
                    String::from_utf8_lossy(secret),
                    path.display()
                );
            }
            files += 1;
        }
    }
    assert!(files >= 2, "the database and the key file were looked at");
}
