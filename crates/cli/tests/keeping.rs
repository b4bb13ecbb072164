//! Everything about entries but their codes: showing, changing, the trash, the history, settings, exports.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::{Fob, PASSWORD, oathtool};

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const ACME: &str = "otpauth://totp/Acme:ada@acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const BANK: &str = "otpauth://totp/Bank:ada?secret=GEZDGNBVGY3TQOJQ&digits=8&period=60";
const AT: u64 = 1_741_011_292;

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[test]
fn an_entry_is_shown_and_changed_without_its_secret() {
    let fob = Fob::with_vault();
    fob.add(&[ACME, BANK]);
    fob.run(&["code", "acme"], "").ends(0);
    let shown = fob.json(&["show", "acme"], "");
    let fields: Vec<_> = shown.as_object().expect("an entry").keys().collect();
    assert_eq!(
        fields,
        [
            "account",
            "algorithm",
            "counter",
            "created",
            "digits",
            "favourite",
            "icon",
            "id",
            "issuer",
            "last_used",
            "notes",
            "period",
            "tags",
            "type",
            "updated",
            "use_count"
        ]
    );
    assert_eq!(shown["use_count"], 1);
    assert!(
        shown["last_used"].is_i64() && shown["created"].is_i64(),
        "{shown}"
    );

    let edited = fob.json(
        &[
            "edit",
            "acme",
            "--account",
            "ada",
            "--icon",
            "A",
            "--tag",
            "work",
            "--tag",
            " Work ",
            "--tag",
            "vpn",
            "--notes-stdin",
            "--favourite",
        ],
        "the first line\nthe second\n",
    );
    for (field, expected) in [
        ("account", json!("ada")),
        ("issuer", json!("Acme")),
        ("icon", json!("A")),
        ("tags", json!(["work", "vpn"])),
        ("notes", json!("the first line\nthe second")),
        ("favourite", json!(true)),
        ("id", shown["id"].clone()),
    ] {
        assert_eq!(edited[field], expected, "{field}");
    }
    let text = fob.run(&["show", "acme"], "").ends(0).stdout;
    for line in [
        "Acme: ada\n",
        "\nTags       work, vpn\n",
        "\nFavourite  yes\n",
        "\n  the second\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }

    let tagged = fob.json(&["list", "--tag", "WORK"], "");
    assert_eq!(tagged["entries"].as_array().expect("entries").len(), 1);
    assert_eq!(tagged["entries"][0]["tags"], json!(["work", "vpn"]));
    fob.run(&["list", "--tag", "home"], "").ends(1);

    let edited = fob.json(
        &[
            "edit",
            "acme",
            "--untag",
            "WORK",
            "--icon",
            "",
            "--no-favourite",
            "--notes-stdin",
        ],
        "",
    );
    for (field, expected) in [
        ("tags", json!(["vpn"])),
        ("icon", Value::Null),
        ("favourite", json!(false)),
        ("notes", json!("")),
    ] {
        assert_eq!(edited[field], expected, "{field}");
    }
    let several = fob.run(&["edit", "ada", "--issuer", "x"], "").ends(1);
    assert!(
        several.stderr.contains("more than one entry fits"),
        "{}",
        several.stderr
    );
    fob.run(&["edit", "acme", "--issuer", &"x".repeat(1025)], "")
        .ends(1);
    assert_eq!(
        fob.listed(),
        ["Acme ada", "Bank ada"],
        "nothing half-changed"
    );
    assert!(!fob.printed().contains(KEY) && !fob.printed().contains(PASSWORD));
}

#[test]
fn what_is_removed_comes_back_until_it_is_destroyed() {
    let fob = Fob::with_vault();
    fob.add(&[ACME, BANK]);
    assert_eq!(
        fob.run(&["trash"], "").ends(0).stdout,
        "The trash is empty.\n"
    );
    fob.run(&["remove", "nobody"], "").ends(1);
    let removed = fob.run(&["remove", "acme"], "").ends(0).stdout;
    assert!(
        removed.starts_with(
            "Moved Acme: ada@acme.example to the trash.\nTo bring it back: fob trash restore "
        ),
        "{removed}"
    );
    assert_eq!(fob.listed(), ["Bank ada"]);
    let trash = fob.json(&["trash"], "");
    let entry = &trash["entries"][0];
    assert!(
        entry["deleted"].is_i64() && entry["issuer"] == "Acme",
        "{trash}"
    );
    assert_eq!(fob.json(&["trash", "list"], ""), trash);
    let id = text(&entry["id"]).to_owned();

    let elsewhere = fob.run(&["trash", "restore", "bank"], "").ends(1);
    assert!(
        elsewhere
            .stderr
            .contains("the trash has no entry that matches"),
        "{}",
        elsewhere.stderr
    );
    let restored = fob.json(&["trash", "restore", &id], "");
    assert_eq!(restored["entry"]["id"], id.as_str());
    assert_eq!(
        fob.listed(),
        ["Acme ada@acme.example", "Bank ada"],
        "in its place"
    );

    fob.run(&["remove", "acme"], "").ends(0);
    fob.run(&["trash", "purge", "acme"], "").ends(2);
    assert_eq!(
        fob.run(&["trash", "purge", "acme", "--yes"], "")
            .ends(0)
            .stdout,
        "Destroyed Acme: ada@acme.example.\n"
    );
    fob.run(&["remove", "bank"], "").ends(0);
    assert_eq!(
        fob.json(&["trash", "empty", "--yes"], ""),
        json!({"purged": 1, "unreadable": 0})
    );
    assert_eq!(fob.json(&["trash"], "")["entries"], json!([]));

    let history = fob.json(&["history", "--limit", "3"], "");
    let actions: Vec<_> = history["history"]
        .as_array()
        .expect("records")
        .iter()
        .map(|record| (text(&record["action"]), text(&record["program"])))
        .collect();
    assert_eq!(
        actions,
        [
            ("trash_emptied", "fob"),
            ("entry_removed", "fob"),
            ("entry_purged", "fob")
        ]
    );
    let all = fob.run(&["history"], "").ends(0).stdout;
    assert!(all.contains("  fob  entry added  "), "{all}");
    assert!(!all.contains(KEY));
}

#[test]
fn settings_are_changed_all_or_none() {
    let fob = Fob::with_vault();
    let default = json!({
        "idle_lock_minutes": 15, "lock_on_suspend": true, "lock_on_screen_lock": true,
        "content_protection": true, "backups": true, "backup_folder": null,
        "keep_days": 10, "keep_months": 6,
    });
    assert_eq!(fob.json(&["settings"], ""), default);
    fob.run(&["settings", "set", "keep-days", "3", "idle-lock", "7"], "")
        .ends(2);
    assert_eq!(
        fob.json(&["settings"], ""),
        default,
        "nothing of a refused change"
    );

    let folder = fob.file("backups here");
    let folder = folder.to_str().expect("UTF-8");
    fob.run(&["settings", "set", "backup-folder", folder], "")
        .ends(1);
    std::fs::create_dir(folder).expect("made");
    let set = fob.json(
        &[
            "settings",
            "set",
            "backup-folder",
            folder,
            "idle-lock",
            "off",
            "keep-months",
            "0",
            "lock-on-suspend",
            "off",
        ],
        "",
    );
    assert_eq!(set["backup_folder"], folder);
    assert_eq!(set["idle_lock_minutes"], Value::Null);
    let text = fob.run(&["settings"], "").ends(0).stdout;
    assert!(
        text.starts_with("idle-lock            off\nlock-on-suspend      off\n"),
        "{text}"
    );
    let made = fob.json(&["vault", "backup"], "");
    assert!(
        made["backup"]["file"]
            .as_str()
            .expect("a path")
            .starts_with(folder),
        "{made}"
    );
    std::fs::remove_dir_all(folder).expect("removed");
    let warned = fob.run(&["add", "--uri-stdin"], ACME).ends(0);
    assert!(
        warned
            .stderr
            .contains("warning: no automatic backup was made: the backup folder ")
            && warned.stderr.contains("hint: plug the drive in"),
        "it is told and no failure: {}",
        warned.stderr
    );
    assert_eq!(fob.listed(), ["Acme ada@acme.example"]);
}

fn open_with_age(sealed: &Path, opened: &Path, passphrase: &str) {
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
    let mut keyboard = terminal.stdin.take().expect("piped");
    // Written once the program has had the time to switch the echo off; a terminal keeps what comes early.
    std::thread::sleep(Duration::from_millis(500));
    keyboard
        .write_all(format!("{passphrase}\n").as_bytes())
        .expect("typed");
    let output = terminal.wait_with_output().expect("age ends");
    drop(keyboard);
    assert!(
        output.status.success(),
        "age answered: {}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn an_encrypted_export_opens_with_age() {
    let fob = Fob::with_vault();
    fob.add(&[ACME, BANK]);
    fob.run(
        &["edit", "bank", "--tag", "money", "--notes-stdin"],
        "PIN 4711",
    )
    .ends(0);
    let sealed = fob.file("export.age");
    let path = sealed.to_str().expect("UTF-8");
    let passphrase = "correct horse battery staple";
    let args = ["export", "--to", "age", path];

    for (case, input) in [("none", ""), ("too short", "short\n")] {
        let refused = fob.run(&args, input).ends(1);
        assert!(refused.stderr.starts_with("error: "), "{case}");
        assert!(!sealed.exists(), "{case}: nothing is written");
    }
    let done = fob.json(&args, &format!("{passphrase}\n"));
    assert_eq!(
        done,
        json!({
            "file": path, "form": "age", "entries": 2, "accounts": 0,
            "bytes": std::fs::metadata(&sealed).expect("written").len(),
        })
    );
    let mode = std::fs::metadata(&sealed)
        .expect("written")
        .permissions()
        .mode()
        & 0o777;
    assert_eq!(mode, 0o600, "for its owner alone");
    let bytes = std::fs::read(&sealed).expect("read");
    assert!(bytes.starts_with(b"age-encryption.org/v1"));
    assert!(
        !bytes.windows(4).any(|window| window == b"4711"),
        "encrypted"
    );

    let again = fob.run(&args, &format!("{passphrase}\n")).ends(1);
    assert!(
        again.stderr.contains("is there already\nhint: "),
        "{}",
        again.stderr
    );
    assert_eq!(
        std::fs::read(&sealed).expect("read"),
        bytes,
        "left as it was"
    );
    fob.run(
        &[&args[..], &["--force"]].concat(),
        &format!("{passphrase}\n"),
    )
    .ends(0);

    let opened = fob.file("export.json");
    open_with_age(&sealed, &opened, passphrase);
    let document: Value =
        serde_json::from_slice(&std::fs::read(&opened).expect("read")).expect("JSON");
    assert_eq!(document["format"], "deskfob-export");
    assert_eq!(document["entries"][1]["notes"], "PIN 4711");
    assert_eq!(document["entries"][1]["tags"], json!(["money"]));
    let history = fob.json(&["history", "--limit", "1"], "");
    assert_eq!(history["history"][0]["action"], "exported");
    let printed = fob.printed();
    assert!(!printed.contains(passphrase) && !printed.contains(KEY) && !printed.contains(PASSWORD));
}

#[test]
fn a_plain_export_is_written_only_on_a_yes_and_makes_the_same_codes() {
    let fob = Fob::with_vault();
    fob.add(&[ACME, BANK]);
    let list = fob.file("uris.txt");
    let path = list.to_str().expect("UTF-8");
    let unasked = fob.run(&["export", "--to", "uris", path], "").ends(2);
    assert!(!list.exists() && unasked.stdout.is_empty());
    let done = fob
        .run(&["export", "--to", "uris", path, "--yes"], "")
        .ends(0);
    assert!(
        done.stderr.contains("in clear"),
        "the warning: {}",
        done.stderr
    );
    assert!(
        !fob.printed().contains(KEY),
        "to the file, and nowhere else"
    );

    let lines = std::fs::read_to_string(&list).expect("text");
    let to_pipe = fob
        .run(&["export", "--to", "uris", "-", "--yes"], "")
        .ends(0);
    assert_eq!(
        to_pipe.stdout, lines,
        "standard output has the export alone"
    );
    let key_of = |line: &str| {
        let start = line.find("secret=").expect("a secret") + "secret=".len();
        line[start..].split('&').next().expect("text").to_owned()
    };
    let first = lines.lines().next().expect("an entry");
    let ours = fob
        .run(&["code", "acme", "--at", &AT.to_string()], "")
        .ends(0)
        .stdout;
    assert_eq!(oathtool(&key_of(first), AT), ours.trim_end());
    let codes = fob
        .bare(&["code", "--uri-stdin", "--at", &AT.to_string()], &lines)
        .ends(0)
        .stdout;
    let bank = fob
        .run(&["code", "bank", "--at", &AT.to_string()], "")
        .ends(0)
        .stdout;
    assert_eq!(codes, format!("{ours}{bank}"), "every line is an entry");

    let document = fob
        .run(&["export", "--to", "json", "-", "--yes"], "")
        .ends(0)
        .json();
    assert_eq!(document["entries"].as_array().expect("entries").len(), 2);
    let nowhere = fob.file("none/export.json");
    let refused = fob
        .run(
            &[
                "export",
                "--to",
                "json",
                nowhere.to_str().expect("UTF-8"),
                "--yes",
            ],
            "",
        )
        .ends(1);
    assert!(
        refused.stderr.contains("cannot be written"),
        "{}",
        refused.stderr
    );
}
