//! The vault as a whole: what opens it, locking, a new key, repair, check, backups.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::io::Write;
use std::process::{Child, ChildStdin, Command};
use std::time::Duration;

use serde_json::{Value, json};
use support::{Fob, PASSWORD};

const OTHER: &str = "quite another password";
const THIRD: &str = "one more for the third";
const ACME: &str = "otpauth://totp/Acme:ada?secret=JBSWY3DPEHPK3PXP";
const BANK: &str = "otpauth://totp/Bank:ada?secret=GEZDGNBVGY3TQOJQ";
const KEYS: [&str; 2] = ["JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ"];

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn words(value: &Value) -> String {
    let words: Vec<_> = list(value)
        .iter()
        .map(|word| word.as_str().expect("a word"))
        .collect();
    assert_eq!(words.len(), 12, "a kit has twelve words");
    words.join(" ")
}

fn kinds(slots: &Value) -> Vec<&str> {
    list(&slots["slots"])
        .iter()
        .map(|slot| slot["kind"].as_str().expect("a kind"))
        .collect()
}

fn id_of(slots: &Value, name: &str) -> String {
    let slot = list(&slots["slots"])
        .iter()
        .find(|slot| slot["name"] == name);
    slot.expect("the slot")["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// After a wrong password the next has to wait a second.
fn wait() {
    std::thread::sleep(Duration::from_millis(1300));
}

/// Changes a byte of a file of the vault.
fn damage(fob: &Fob, name: &str, offset: impl FnOnce(usize) -> usize) {
    let path = fob.home().join(name);
    let mut bytes = std::fs::read(&path).expect("read");
    let at = offset(bytes.len());
    bytes[at] ^= 0x55;
    std::fs::write(&path, bytes).expect("written");
}

#[test]
fn passwords_come_and_go_and_the_last_one_stays() {
    let fob = Fob::with_vault();
    let wrong = fob
        .by("not it at all", &["vault", "slots", "add-password"], OTHER)
        .ends(1);
    assert!(
        wrong.stderr.contains("doesn't open this vault"),
        "{}",
        wrong.stderr
    );
    wait();
    for (case, input) in [("none", ""), ("too short", "short\n")] {
        let refused = fob.run(&["vault", "slots", "add-password"], input).ends(1);
        assert!(refused.stderr.starts_with("error: "), "{case}");
    }
    let added = fob.json(
        &["vault", "slots", "add-password", "--name", "Laptop"],
        &format!("{OTHER}\n"),
    );
    assert_eq!(kinds(&added), ["password", "password"]);
    fob.by(OTHER, &["list"], "").ends(0);

    let several = fob
        .run(&["vault", "slots", "change-password"], THIRD)
        .ends(1);
    assert!(
        several.stderr.contains("more than one fits: Password ("),
        "{}",
        several.stderr
    );
    let none = fob
        .run(&["vault", "slots", "rename", "Desktop", "x"], "")
        .ends(1);
    assert!(
        none.stderr
            .contains("hint: see them all with: fob vault slots"),
        "{}",
        none.stderr
    );
    let id = id_of(&added, "Laptop");
    let renamed = fob.json(&["vault", "slots", "rename", "laptop", "Desk"], "");
    assert_eq!(id_of(&renamed, "Desk"), id);
    fob.run(
        &["vault", "slots", "change-password", &id],
        &format!("{THIRD}\n"),
    )
    .ends(0);
    fob.by(OTHER, &["list"], "").ends(1);
    wait();
    fob.by(THIRD, &["list"], "").ends(0);

    let left = fob.json(&["vault", "slots", "remove", "Password"], "");
    assert_eq!(id_of(&left, "Desk"), id);
    let last = fob
        .by(THIRD, &["vault", "slots", "remove", "Desk"], "")
        .ends(1);
    assert!(
        last.stderr.contains("last password") && last.stderr.contains("hint: add another"),
        "{}",
        last.stderr
    );
    fob.by(
        THIRD,
        &["vault", "slots", "change-password"],
        &format!("{PASSWORD}\n"),
    )
    .ends(0);
    let text = fob.bare(&["vault", "slots"], "").ends(0).stdout;
    assert!(
        text.contains("OPENED BY") && text.contains("Desk") && text.contains(&id),
        "{text}"
    );
    assert_eq!(
        fob.bare(&["vault", "slots", "list"], "").ends(0).stdout,
        text
    );
    for secret in [PASSWORD, OTHER, THIRD] {
        assert!(!fob.printed().contains(secret), "no password is printed");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_kit_whose_words_could_not_be_printed_is_warned_of() {
    let fob = Fob::with_vault();
    let unseen = || {
        let check = fob.run(&["vault", "check", "--json"], "").json();
        let findings = list(&check["findings"]).iter();
        findings
            .filter(|finding| finding["subject"] == "recovery_kits")
            .count()
    };
    fob.json(&["vault", "slots", "add-kit"], "");
    assert_eq!(unseen(), 0, "it was shown");
    for (args, told) in [
        (["vault", "slots", "add-kit"], 1),
        // The other kits are dropped for the new one.
        (["vault", "new-key", "--yes"], 1),
    ] {
        let mut command = fob.command(&[&args[..], &["--password-stdin"]].concat());
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut child = command
            .stdout(full.expect("a full disk"))
            .spawn()
            .expect("the program starts");
        let mut keyboard = child.stdin.take().expect("piped");
        writeln!(keyboard, "{PASSWORD}").expect("written");
        drop(keyboard);
        let output = child.wait_with_output().expect("it ends");
        assert!(!output.status.success(), "{args:?} could not be printed");
        assert_eq!(unseen(), told, "{args:?}");
    }
    let warned = fob.run(&["vault", "slots", "rename", "Password", "Mine"], "");
    let warned = warned.ends(0).stderr;
    assert!(warned.contains("perhaps never shown"), "{warned}");
    fob.json(&["vault", "new-key", "--yes"], "");
    assert_eq!(unseen(), 0, "the next one was shown");
}

#[test]
fn a_kit_opens_the_vault_and_is_shown_once() {
    let fob = Fob::with_vault();
    fob.add(&[ACME]);
    let none = fob
        .by(&["abandon"; 12].join(" "), &["list", "--kit"], "")
        .ends(1);
    assert!(none.stderr.starts_with("error: "), "{}", none.stderr);
    let made = fob.json(&["vault", "slots", "add-kit", "--name", "Safe"], "");
    assert_eq!(kinds(&made), ["password", "recovery_kit"]);
    let kit = words(&made["recovery_kit"]);

    let text = fob.run(&["vault", "slots", "add-kit"], "").ends(0).stdout;
    let numbered: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim_start().split_once(". "))
        .filter(|(number, _)| number.parse::<u8>().is_ok())
        .map(|(_, word)| word)
        .collect();
    assert_eq!(numbered.len(), 12, "{text}");
    fob.by(&numbered.join(" "), &["list", "--kit"], "").ends(0);

    let listed = fob
        .by(&kit, &["list", "--kit", "--json"], "")
        .ends(0)
        .json();
    assert_eq!(listed["entries"][0]["issuer"], "Acme");
    let wrong = kit.rsplit_once(' ').expect("words").0;
    let refused = fob.by(wrong, &["list", "--kit"], "").ends(1);
    assert!(
        refused.stderr.contains("12 words, and these are 11") && refused.stderr.contains("hint: "),
        "{}",
        refused.stderr
    );
    let nothing = fob.bare(&["list", "--kit", "--password-stdin"], "").ends(1);
    assert!(
        nothing
            .stderr
            .contains("standard input ended before the recovery kit's words"),
        "{}",
        nothing.stderr
    );
    // A forgotten password is replaced by the kit.
    fob.by(
        &kit,
        &["vault", "slots", "change-password", "--kit"],
        &format!("{OTHER}\n"),
    )
    .ends(0);
    fob.by(OTHER, &["vault", "slots", "remove", "Safe"], "")
        .ends(0);
    let gone = fob.by(&kit, &["list", "--kit"], "").ends(1);
    assert!(
        gone.stderr.contains("recovery kit doesn't open"),
        "{}",
        gone.stderr
    );
    let shown = made["recovery_kit"].to_string();
    let printed = fob.printed();
    assert_eq!(printed.matches(&shown).count(), 1, "when it was made");
    assert!(!printed.contains(&kit), "what was typed is not repeated");
    assert!(!printed.contains(PASSWORD) && !printed.contains(KEYS[0]));
}

#[test]
fn a_new_key_keeps_what_was_given_and_drops_the_rest() {
    let fob = Fob::with_vault();
    fob.add(&[ACME]);
    let added = fob.json(
        &["vault", "slots", "add-password", "--name", "Laptop"],
        OTHER,
    );
    let laptop = id_of(&added, "Laptop");
    let old = words(&fob.json(&["vault", "slots", "add-kit"], "")["recovery_kit"]);
    let before = std::fs::read(fob.home().join("vault.key")).expect("read");
    fob.run(&["vault", "new-key"], "").ends(2);
    let none = fob
        .bare(&["vault", "new-key", "--yes", "--password-stdin"], "")
        .ends(1);
    assert!(none.stderr.contains("hint: "), "{}", none.stderr);
    fob.bare(
        &["vault", "new-key", "--yes", "--password-stdin"],
        "not it at all\n",
    )
    .ends(1);
    assert_eq!(
        std::fs::read(fob.home().join("vault.key")).expect("read"),
        before,
        "refused, so nothing was changed"
    );
    wait();
    let made = fob.json(&["vault", "new-key", "--yes"], "");
    assert_eq!(kinds(&made), ["password", "recovery_kit"]);
    assert_eq!(list(&made["dropped"]).len(), 1);
    assert_eq!(made["dropped"][0]["id"], laptop);
    let kit = words(&made["recovery_kit"]);

    assert_eq!(fob.listed(), ["Acme ada"]);
    fob.by(&kit, &["list", "--kit"], "").ends(0);
    fob.by(&old, &["list", "--kit"], "").ends(1);
    fob.by(OTHER, &["list"], "").ends(1);
    wait();
    // Opened by the kit, kept by a password; every line is one.
    fob.run(&["vault", "slots", "add-password"], OTHER).ends(0);
    let text = fob
        .by(
            &kit,
            &["vault", "new-key", "--yes", "--kit"],
            &format!("{OTHER}\n{PASSWORD}\n"),
        )
        .ends(0)
        .stdout;
    assert!(
        text.starts_with("The vault has a new key.\n") && text.contains("  12. "),
        "{text}"
    );
    assert!(
        !text.contains("No longer opens it"),
        "both passwords were given: {text}"
    );
    fob.by(OTHER, &["list"], "").ends(0);
    for secret in [PASSWORD, OTHER, KEYS[0]] {
        assert!(!fob.printed().contains(secret), "nothing secret is printed");
    }
}

#[test]
fn a_damaged_key_file_is_repaired_from_the_one_before() {
    let fob = Fob::with_vault();
    fob.add(&[ACME]);
    fob.run(&["vault", "slots", "rename", "Password", "Mine"], "")
        .ends(0);
    let whole = fob.run(&["vault", "repair"], "").ends(1);
    assert!(whole.stderr.contains("not damaged"), "{}", whole.stderr);
    damage(&fob, "vault.key", |length| length / 2);
    let refused = fob.run(&["list"], "").ends(1);
    assert!(
        refused
            .stderr
            .contains("hint: repair it with: fob vault repair"),
        "{}",
        refused.stderr
    );
    // No password is needed to see that.
    let check = fob.bare(&["vault", "check", "--json"], "").ends(1).json();
    assert_eq!(check["worst"], "problem");
    assert_eq!(check["findings"][0]["subject"], "opening");
    assert_eq!(check["findings"][0]["hint"], "try first: fob vault repair");
    fob.by("not it at all", &["vault", "repair"], "").ends(1);
    wait();
    let repaired = fob.json(&["vault", "repair"], "");
    assert_eq!(
        repaired["slots"][0]["name"], "Password",
        "the last change is gone"
    );
    assert_eq!(fob.listed(), ["Acme ada"]);

    damage(&fob, "vault.key", |length| length / 2);
    damage(&fob, "vault.key.previous", |length| length / 2);
    let beyond = fob.run(&["vault", "repair"], "").ends(1);
    assert!(
        beyond.stderr.contains("hint: restore a backup"),
        "{}",
        beyond.stderr
    );
}

#[test]
fn a_check_finds_what_is_wrong() {
    let fob = Fob::with_vault();
    fob.add(&[ACME, BANK]);
    let well = fob.json(&["vault", "check"], "");
    assert_eq!(well["worst"], "ok", "{well}");
    assert_eq!(well["backups"], Value::Null);
    let fields: Vec<_> = well["findings"][0]
        .as_object()
        .expect("a finding")
        .keys()
        .collect();
    assert_eq!(fields, ["hint", "level", "subject", "what"]);
    let text = fob.run(&["vault", "check"], "").ends(0).stdout;
    assert!(text.contains("\nok       "), "{text}");

    std::fs::write(fob.home().join("vault.key.tmp2.tmp"), "").expect("written");
    let left = fob.json(&["vault", "check"], "");
    assert_eq!(left["worst"], "warning", "a warning is no failure: {left}");

    damage(&fob, "vault.db", |length| length - 2000);
    let damaged = fob.run(&["vault", "check", "--json"], "").ends(1).json();
    let problems: Vec<_> = list(&damaged["findings"])
        .iter()
        .filter(|finding| finding["level"] == "problem")
        .collect();
    assert!(
        !problems.is_empty() && problems[0]["hint"].is_string(),
        "{damaged}"
    );

    // Nothing opens any more: what is left are the backups.
    damage(&fob, "vault.db", |_| 100);
    let closed = fob.run(&["vault", "check", "--json"], "").ends(1).json();
    assert_eq!(closed["findings"][0]["subject"], "opening");
    let backups = list(&closed["backups"]);
    assert_eq!(
        backups[0]["kind"], "automatic",
        "made when the entries were added"
    );
    let hint = closed["findings"][1]["hint"].as_str().expect("a hint");
    let file = backups[0]["file"].as_str().expect("a path");
    assert!(
        hint.contains("fob vault restore") && hint.contains(file),
        "{hint}"
    );
    let text = fob.run(&["vault", "check"], "").ends(1).stdout;
    assert!(
        text.contains("\nproblem  ") || text.starts_with("problem"),
        "{text}"
    );

    // The way out that was named.
    fob.run(&["vault", "restore", file, "--missing"], "")
        .ends(1);
    let restored = fob
        .run(
            &["vault", "restore", file, "--everything", "--yes", "--json"],
            &format!("{PASSWORD}\n"),
        )
        .ends(0);
    assert!(
        restored.stderr.starts_with("warning: "),
        "{}",
        restored.stderr
    );
    assert_eq!(restored.json()["difference"], Value::Null);
    assert_eq!(fob.listed(), ["Acme ada", "Bank ada"]);
    let kept = std::fs::read_dir(fob.home().join("backups"))
        .expect("the folder")
        .filter(|file| {
            let name = file.as_ref().expect("a file").file_name();
            name.to_string_lossy().starts_with("damaged-")
        })
        .count();
    assert_eq!(kept, 1, "the damaged vault is kept");
}

#[test]
fn a_backup_is_looked_at_and_brought_back() {
    let fob = Fob::with_vault();
    fob.add(&[ACME, BANK]);
    assert_eq!(
        fob.backups("automatic").len(),
        1,
        "the first change is backed up"
    );
    fob.run(&["edit", "acme", "--tag", "x"], "").ends(0);
    assert_eq!(fob.backups("automatic").len(), 1, "once a day");
    let made = fob.json(&["vault", "backup"], "");
    let file = made["backup"]["file"].as_str().expect("a path").to_owned();
    assert_eq!(made["backup"]["kind"], "manual");
    let all = fob.json(&["vault", "backup", "--list"], "");
    assert_eq!(list(&all["backups"]).len(), 2);
    assert!(list(&all["backups"]).contains(&made["backup"]));
    assert_eq!(fob.backups("manual").len(), 1, "listing makes none");

    fob.run(&["remove", "bank"], "").ends(0);
    fob.run(&["trash", "purge", "bank", "--yes"], "").ends(0);
    fob.run(&["edit", "acme", "--issuer", "Acme Corp"], "")
        .ends(0);
    fob.add(&["otpauth://totp/New:cy?secret=MFRGGZDFMZTWQ2LK"]);
    let seen = fob.json(&["vault", "restore", &file], "");
    assert_eq!(seen["backup"]["entries"], 2);
    assert_eq!(
        seen["difference"],
        json!({
            "only_in_backup": [{"issuer": "Bank", "account": "ada"}],
            "in_trash": [],
            "only_in_vault": [{"issuer": "New", "account": "cy"}],
            "changed": [{"issuer": "Acme Corp", "account": "ada", "fields": ["issuer"]}],
            "same": 0,
            "accounts_only_in_backup": [], "accounts_only_in_vault": [],
            "unreadable": 0,
        })
    );
    let nulls = [&seen["restored"], &seen["added"], &seen["kept_in"]];
    assert_eq!(nulls, [&Value::Null; 3]);
    let text = fob.run(&["vault", "restore", &file], "").ends(0).stdout;
    for line in [
        "Only in the backup: Bank: ada\n",
        "Different: Acme Corp: ada (issuer)\n",
        "Nothing was changed.",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    assert_eq!(
        fob.listed(),
        ["Acme Corp ada", "New cy"],
        "looking changes nothing"
    );

    let missing = fob.json(&["vault", "restore", &file, "--missing"], "");
    assert_eq!(
        (&missing["restored"], &missing["added"]),
        (&json!("missing"), &json!(1))
    );
    assert_eq!(fob.listed(), ["Acme Corp ada", "New cy", "Bank ada"]);

    // Its password is the one the vault had then.
    fob.run(
        &["vault", "slots", "change-password"],
        &format!("{OTHER}\n"),
    )
    .ends(0);
    fob.by(OTHER, &["vault", "restore", &file, "--everything"], "")
        .ends(2);
    let everything = fob
        .by(
            OTHER,
            &["vault", "restore", &file, "--everything", "--yes", "--json"],
            "",
        )
        .ends(0)
        .json();
    assert_eq!(everything["restored"], "everything");
    let kept = fob.home().join("backups");
    assert_eq!(everything["kept_in"], kept.to_str().expect("UTF-8"));
    assert_eq!(fob.backups("safety").len(), 1);
    assert_eq!(
        fob.listed(),
        ["Acme ada", "Bank ada"],
        "opened by the password of then"
    );

    let other = Fob::new();
    let wrong = other
        .by(
            "not it at all",
            &["vault", "restore", &file, "--everything", "--yes"],
            "",
        )
        .ends(1);
    assert!(
        wrong.stderr.contains("doesn't open this backup"),
        "{}",
        wrong.stderr
    );
    other
        .run(&["vault", "restore", &file, "--everything", "--yes"], "")
        .ends(0);
    assert_eq!(
        other.listed(),
        ["Acme ada", "Bank ada"],
        "on another machine"
    );
    let not_one = fob.file("notes.zip");
    std::fs::write(&not_one, "notes").expect("written");
    let refused = fob
        .run(&["vault", "restore", not_one.to_str().expect("UTF-8")], "")
        .ends(1);
    assert!(
        refused.stderr.contains("not a whole backup"),
        "{}",
        refused.stderr
    );
    for key in KEYS {
        assert!(!fob.printed().contains(key) && !other.printed().contains(key));
    }
}

#[test]
fn a_backup_from_before_a_new_key_asks_for_its_own_secret() {
    let fob = Fob::with_vault();
    fob.add(&[ACME]);
    let kit = words(&fob.json(&["vault", "slots", "add-kit"], "")["recovery_kit"]);
    let made = fob.json(&["vault", "backup"], "");
    let file = made["backup"]["file"].as_str().expect("a path").to_owned();
    fob.run(&["vault", "new-key", "--yes"], "").ends(0);
    // The password is the same in both.
    fob.run(&["vault", "restore", &file], "").ends(0);
    fob.run(
        &["vault", "slots", "change-password"],
        &format!("{OTHER}\n"),
    )
    .ends(0);
    let ended = fob.by(OTHER, &["vault", "restore", &file], "").ends(1);
    assert!(
        ended.stderr.contains("when the backup was made"),
        "{}",
        ended.stderr
    );
    fob.by(
        OTHER,
        &["vault", "restore", &file],
        &format!("{PASSWORD}\n"),
    )
    .ends(0);
    // The vault's kit of now, then the backup's of then.
    let now = words(
        &fob.by(OTHER, &["vault", "slots", "add-kit", "--json"], "")
            .ends(0)
            .json()["recovery_kit"],
    );
    fob.by(
        &now,
        &["vault", "restore", &file, "--kit"],
        &format!("{kit}\n"),
    )
    .ends(0);
}

#[test]
fn several_programs_write_to_one_vault() {
    let fob = Fob::with_vault();
    let keys = [
        "MFRGGZDFMZTWQ2LK",
        "GEZDGNBVGY3TQOJQ",
        "JBSWY3DPEHPK3PXP",
        "QWERTYUIOPASDFGH",
    ];
    std::thread::scope(|scope| {
        for (number, key) in keys.iter().enumerate() {
            let fob = &fob;
            let uri = format!("otpauth://totp/App{number}:ada?secret={key}");
            scope.spawn(move || fob.add(&[&uri]));
        }
    });
    let mut listed = fob.listed();
    listed.sort();
    assert_eq!(listed, ["App0 ada", "App1 ada", "App2 ada", "App3 ada"]);
    assert_eq!(fob.json(&["vault", "check"], "")["worst"], "ok");
}

/// `fob add`, which has the vault open and waits for URIs.
fn holder(fob: &Fob) -> (Child, ChildStdin) {
    let mut holder = fob
        .command(&["add", "--uri-stdin", "--password-stdin"])
        .spawn()
        .expect("the program starts");
    let mut input = holder.stdin.take().expect("piped");
    input
        .write_all(format!("{PASSWORD}\n").as_bytes())
        .expect("typed");
    input.flush().expect("typed");
    (holder, input)
}

/// Waits until a program has the vault open.
fn opened(fob: &Fob) {
    for _ in 0..100 {
        let in_use = std::fs::File::open(fob.home().join("vault.in-use")).expect("there");
        if let Err(std::fs::TryLockError::WouldBlock) = in_use.try_lock() {
            return;
        }
        drop(in_use);
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("nobody opens the vault");
}

#[test]
fn a_program_that_waits_for_a_person_locks_when_it_is_asked_to() {
    let fob = Fob::with_vault();
    let (holder, mut input) = holder(&fob);
    opened(&fob);
    assert_eq!(
        fob.bare(&["vault", "lock"], "").ends(0).stdout,
        "The vault is locked in every program.\n"
    );
    input
        .write_all(format!("{ACME}\n").as_bytes())
        .expect("typed");
    drop(input);
    let ended = holder.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        said.contains("another program asked for the vault to be locked"),
        "{said}"
    );
    assert!(fob.listed().is_empty(), "nothing was added");
}

#[cfg(unix)]
#[test]
fn locking_tells_who_does_not() {
    let fob = Fob::with_vault();
    let locked = fob.bare(&["vault", "lock", "--json"], "").ends(0).json();
    assert_eq!(
        locked,
        json!({"location": fob.home().to_str().expect("UTF-8"), "locked": true, "open_in": []})
    );
    let (mut holder, mut input) = holder(&fob);
    opened(&fob);
    let signal = |name: &str| {
        let pid = holder.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status();
        assert!(sent.expect("the program kill").success());
    };
    signal("-STOP");
    let refused = fob.bare(&["vault", "lock", "--json"], "").ends(1);
    let told = refused.json();
    assert_eq!(told["locked"], false);
    assert_eq!(
        told["open_in"],
        json!([{"pid": holder.id(), "name": "fob"}])
    );
    assert!(refused.stderr.contains("hint: "), "{}", refused.stderr);
    signal("-CONT");
    input
        .write_all(format!("{ACME}\n").as_bytes())
        .expect("typed");
    drop(input);
    // Whether it looks for the request before it adds the entry is chance.
    holder.wait().expect("ended");
    fob.bare(&["vault", "lock"], "").ends(0);
}
