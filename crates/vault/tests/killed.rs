//! A program that writes is killed at random moments. Whatever it had acknowledged is there, and the vault opens.
//!
//! `DESKFOB_KILLS` says how often, [`KILLS`] times otherwise; `DESKFOB_KILLS_SEED` repeats a run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its writer speaks over standard output"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use common::{entry, place};
use deskfob_otp::Kind;
use deskfob_vault::{
    BackupKind, BackupUnlock, EntryId, Home, KdfCost, OpenBackup, RecoveryKit, SlotId, SlotKind,
    UnlockError, Vault,
};
use secrecy::{ExposeSecret, SecretString};

/// Kills when `DESKFOB_KILLS` does not say.
const KILLS: u32 = 100;
/// Vaults that are written and killed side by side.
const LANES: u64 = 2;
/// The folder of the vault that the writer is to use.
const HOME: &str = "DESKFOB_KILLED_HOME";
const SEED: &str = "DESKFOB_KILLED_SEED";
/// What may be left in a vault's folder when nobody has it open.
const FILES: [&str; 10] = [
    "vault.db",
    "vault.key",
    "vault.key.previous",
    "vault.attempts",
    "vault.lock",
    "vault.in-use",
    "vault.lock-request",
    "vault.backups-lock",
    "vault.scratch",
    "backups",
];

/// splitmix64: the same moments and writes for the same seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// What must be in the vault: only what was acknowledged.
#[derive(Default)]
struct Model {
    password: String,
    entries: BTreeMap<EntryId, String>,
    removed: BTreeSet<EntryId>,
    slots: BTreeMap<SlotId, String>,
    /// The words of the kits that the writer told, as a person would have them on paper.
    words: BTreeMap<SlotId, SecretString>,
    counter: u64,
    /// Each with the password of its time.
    backups: Vec<(String, String)>,
    unfinished: BTreeMap<String, u32>,
}

/// The writer: writes until it is killed. It says `@begin` before and `@done` after each write.
#[test]
#[ignore = "started by the test that kills it"]
fn writer() {
    let home = Home::at(Path::new(&std::env::var_os(HOME).unwrap())).unwrap();
    let mut chance = Chance(std::env::var(SEED).unwrap().parse().unwrap());
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).unwrap();
    let password = password.trim_end().to_owned();
    runtime().block_on(async move {
        let vault = unlock(&home, &password).await.unwrap();
        write(vault, password, &mut chance).await;
    });
}

async fn write(mut vault: Vault, mut password: String, chance: &mut Chance) {
    let entries = vault.entries().await.unwrap();
    let counter = entries
        .iter()
        .find(|stored| matches!(stored.entry.kind, Kind::Hotp { .. }))
        .unwrap()
        .id;
    let mut live: Vec<_> = entries
        .iter()
        .map(|stored| stored.id)
        .filter(|id| *id != counter)
        .collect();
    say("@ready");
    for number in 0_u64.. {
        let label = format!("{:x}-{number}", chance.next());
        match chance.below(100) {
            0..30 => {
                say(&format!("@begin add {label}"));
                let id = vault
                    .add_entry(&entry("Kill", &label, label.as_bytes()), 1)
                    .await
                    .unwrap();
                live.push(id);
                say(&format!("@done add {id} {label}"));
            }
            30..50 if !live.is_empty() => {
                let id = live[chance.below(live.len() as u64) as usize];
                say(&format!("@begin edit {id} {label}"));
                vault.rename_entry(id, "Kill", &label, 2).await.unwrap();
                say(&format!("@done edit {id} {label}"));
            }
            50..65 => {
                say("@begin counter");
                vault.advance_counter(counter, 3).await.unwrap();
                say("@done counter");
            }
            65..72 if !live.is_empty() => {
                let id = live.swap_remove(chance.below(live.len() as u64) as usize);
                say(&format!("@begin remove {id}"));
                vault.remove_entry(id, 4).await.unwrap();
                say(&format!("@done remove {id}"));
            }
            72..80 => {
                let slots = vault.slots().unwrap();
                let kits: Vec<_> = slots
                    .iter()
                    .filter(|slot| slot.kind == SlotKind::RecoveryKit)
                    .collect();
                if let Some(slot) = kits.first().filter(|_| kits.len() > 3) {
                    say(&format!("@begin slot-remove {}", slot.id));
                    vault.remove_slot(slot.id).await.unwrap();
                    say(&format!("@done slot-remove {}", slot.id));
                } else {
                    say(&format!("@begin slot-add {label}"));
                    let (slot, kit) = vault.add_recovery_kit(&label).await.unwrap();
                    say(&format!(
                        "@done slot-add {} {label} {}",
                        slot.id,
                        told(&kit)
                    ));
                    vault.recovery_kit_shown(slot.id).await.unwrap();
                }
            }
            80..87 => {
                let slot = vault
                    .slots()
                    .unwrap()
                    .into_iter()
                    .find(|slot| slot.kind == SlotKind::Password)
                    .unwrap();
                say(&format!("@begin password {label}-long-enough"));
                password = format!("{label}-long-enough");
                vault
                    .change_password(slot.id, password.as_str().into(), KdfCost::FLOOR)
                    .await
                    .unwrap();
                say(&format!("@done password {password}"));
            }
            87..94 => {
                say("@begin rekey");
                let (renewed, made) = vault
                    .new_key(vec![password.as_str().into()], KdfCost::FLOOR)
                    .await
                    .unwrap();
                vault = renewed;
                let slots = vault.slots().unwrap();
                let kit = slots.iter().find(|slot| slot.kind == SlotKind::RecoveryKit);
                match (kit, made.kit) {
                    (Some(slot), Some(kit)) => {
                        say(&format!("@done rekey {} {}", slot.id, told(&kit)));
                        vault.recovery_kit_shown(slot.id).await.unwrap();
                    }
                    (slot, kit) => {
                        assert!(slot.is_none() && kit.is_none());
                        say("@done rekey");
                    }
                }
            }
            _ => {
                say("@begin backup");
                let backup = vault.back_up(BackupKind::Manual, now_ms()).await.unwrap();
                say(&format!("@done backup {}", backup.path.display()));
            }
        }
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let kills = number("DESKFOB_KILLS").unwrap_or(u64::from(KILLS));
    let seed = number("DESKFOB_KILLS_SEED").unwrap_or_else(|| {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_nanos() as u64
    });
    println!("DESKFOB_KILLS_SEED={seed}");
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let rounds = kills / LANES + u64::from(lane < kills % LANES);
            std::thread::spawn(move || runtime().block_on(lane_of(seed.wrapping_add(lane), rounds)))
        })
        .collect();
    let mut unfinished = BTreeMap::<String, u32>::new();
    for lane in lanes {
        for (what, times) in lane.join().unwrap() {
            *unfinished.entry(what).or_default() += times;
        }
    }
    println!("{kills} kills, each in the middle of: {unfinished:?}");
}

/// Kills the writer of one vault again and again; tells what it was doing each time.
async fn lane_of(seed: u64, rounds: u64) -> BTreeMap<String, u32> {
    let place = place();
    let mut chance = Chance(seed);
    let mut model = Model {
        password: common::PASSWORD.into(),
        ..Model::default()
    };
    let vault = place.create().await;
    vault.add_entry(&common::hotp(0), 0).await.unwrap();
    vault.lock().await;
    for round in 0..rounds {
        let said = write_and_kill(&place.home, &model, &mut chance);
        let unfinished = model.take(&said);
        *model
            .unfinished
            .entry(
                unfinished
                    .first()
                    .cloned()
                    .unwrap_or_else(|| "nothing".into()),
            )
            .or_default() += 1;
        check(&place, &mut model, &unfinished, round).await;
    }
    model.unfinished
}

/// Starts the writer, kills it some time after it is ready, and returns what it said.
fn write_and_kill(home: &Home, model: &Model, chance: &mut Chance) -> Vec<String> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .env(HOME, home.path())
        .env(SEED, chance.next().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keyboard = writer.stdin.take().unwrap();
    writeln!(keyboard, "{}", model.password).unwrap();
    let (lines, heard) = mpsc::channel();
    let output = BufReader::new(writer.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        // A line that the kill cut off ends without its line break and is no line.
        for line in output.lines().map_while(Result::ok) {
            if let Some((_, said)) = line.split_once('@')
                && lines.send(said.to_owned()).is_err()
            {
                return;
            }
        }
    });
    let started = Instant::now();
    let mut said = Vec::new();
    loop {
        match heard.recv_timeout(Duration::from_secs(60).saturating_sub(started.elapsed())) {
            Ok(line) if line == "ready" => break,
            Ok(line) => said.push(line),
            Err(_) => panic!("the writer did not get ready: {}", stop(&mut writer)),
        }
    }
    // Short moments hit single writes, long ones a new password or key.
    let limit = [20, 200, 900][chance.below(3) as usize];
    std::thread::sleep(Duration::from_micros(chance.below(limit * 1000)));
    let early = writer.try_wait().unwrap();
    assert!(
        early.is_none(),
        "the writer ended by itself: {}",
        stop(&mut writer)
    );
    writer.kill().unwrap();
    writer.wait().unwrap();
    reader.join().unwrap();
    said.extend(heard.try_iter());
    said
}

fn stop(writer: &mut Child) -> String {
    let _ = writer.kill();
    let mut text = String::new();
    if let Some(mut errors) = writer.stderr.take() {
        std::io::Read::read_to_string(&mut errors, &mut text).unwrap();
    }
    text
}

impl Model {
    /// Takes over what was acknowledged; returns the words of the write that was not.
    fn take(&mut self, said: &[String]) -> Vec<String> {
        let mut unfinished = Vec::new();
        for line in said {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["begin", ..] => {
                    unfinished = words[1..].iter().map(ToString::to_string).collect();
                    continue;
                }
                ["done", "add" | "edit", id, label] => {
                    self.entries.insert(id.parse().unwrap(), label.to_owned());
                }
                ["done", "counter"] => self.counter += 1,
                ["done", "remove", id] => {
                    let id = id.parse().unwrap();
                    self.entries.remove(&id).unwrap();
                    self.removed.insert(id);
                }
                ["done", "slot-add", id, name, kit] => {
                    let id = id.parse().unwrap();
                    self.slots.insert(id, name.to_owned());
                    self.words.insert(id, kit.replace('-', " ").into());
                }
                ["done", "slot-remove", id] => {
                    let id = id.parse().unwrap();
                    self.slots.remove(&id).unwrap();
                    self.words.remove(&id);
                }
                ["done", "password", password] => self.password = password.to_owned(),
                ["done", "rekey"] => {
                    self.slots.clear();
                    self.words.clear();
                }
                ["done", "rekey", id, kit] => {
                    let id: SlotId = id.parse().unwrap();
                    self.slots = [(id, String::new())].into();
                    self.words = [(id, kit.replace('-', " ").into())].into();
                }
                ["done", "backup", path] => {
                    self.backups.push((path.to_owned(), self.password.clone()));
                }
                _ => panic!("the writer said {line:?}"),
            }
            unfinished.clear();
        }
        unfinished
    }
}

/// Opens the vault and compares. What the unfinished write was about may be as before or as after.
async fn check(place: &common::Place, model: &mut Model, unfinished: &[String], round: u64) {
    let unfinished: Vec<&str> = unfinished.iter().map(String::as_str).collect();
    let reason = format!("round {round}, killed in the middle of {unfinished:?}");
    let vault = match (unlock(&place.home, &model.password).await, &unfinished[..]) {
        (Ok(vault), _) => vault,
        (Err(UnlockError::WrongPassword { retry_after_ms }), ["password", new]) => {
            tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
            model.password = (*new).to_owned();
            unlock(&place.home, new).await.expect(&reason)
        }
        (Err(error), _) => panic!("{reason}: {error}"),
    };
    assert_eq!(vault.unreadable_entries().await.unwrap(), [], "{reason}");
    let mut found = BTreeMap::new();
    for stored in vault.entries().await.unwrap() {
        if let Kind::Hotp { counter } = stored.entry.kind {
            let ahead = u64::from(unfinished == ["counter"]);
            assert!(
                (model.counter..=model.counter + ahead).contains(&counter),
                "{reason}: the counter is {counter}, {} were acknowledged",
                model.counter
            );
            model.counter = counter;
        } else {
            found.insert(stored.id, stored.entry.account);
        }
    }
    let trash: BTreeSet<_> = vault
        .trash()
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.id)
        .collect();
    match unfinished[..] {
        ["add", label] => {
            if let Some(id) = found
                .iter()
                .find(|(_, found)| *found == label)
                .map(|(id, _)| *id)
            {
                model.entries.insert(id, label.to_owned());
            }
        }
        ["edit", id, label] => {
            let id = id.parse().unwrap();
            if found.get(&id).is_some_and(|found| found == label) {
                model.entries.insert(id, label.to_owned());
            }
        }
        ["remove", id] => {
            let id = id.parse().unwrap();
            if trash.contains(&id) {
                model.entries.remove(&id);
                model.removed.insert(id);
            }
        }
        _ => {}
    }
    assert_eq!(found, model.entries, "{reason}: the entries");
    assert_eq!(trash, model.removed, "{reason}: the trash");

    let kits: BTreeMap<_, _> = vault
        .slots()
        .unwrap()
        .into_iter()
        .filter(|slot| slot.kind == SlotKind::RecoveryKit)
        .map(|slot| (slot.id, slot.name))
        .collect();
    let expected: BTreeSet<_> = model.slots.keys().collect();
    let there: BTreeSet<_> = kits.keys().collect();
    match unfinished[..] {
        ["slot-add", name] => assert!(
            there.is_superset(&expected)
                && kits
                    .iter()
                    .all(|(id, kept)| expected.contains(id) || kept == name),
            "{reason}: the slots"
        ),
        ["slot-remove", id] => {
            let id = id.parse().unwrap();
            let without: BTreeSet<_> = expected
                .iter()
                .copied()
                .filter(|kept| **kept != id)
                .collect();
            assert!(there == expected || there == without, "{reason}: the slots");
        }
        ["rekey"] => assert!(
            there == expected || there.len() == usize::from(!expected.is_empty()),
            "{reason}: the slots"
        ),
        _ => assert_eq!(there, expected, "{reason}: the slots"),
    }
    model.slots = kits;
    let on_paper = check_kits(&vault, model, &unfinished, &reason).await;

    for (path, password) in model.backups.drain(..) {
        let path = Path::new(&path);
        let by = BackupUnlock::Password(SecretString::from(password));
        match OpenBackup::open(path, &place.home, by).await {
            Ok(backup) => backup.close().await,
            Err(error) => panic!("{reason}: the backup: {error}"),
        }
        std::fs::remove_file(path).unwrap();
    }
    // What the kill left of a backup is removed by the next one.
    let last = vault
        .back_up(BackupKind::Manual, now_ms())
        .await
        .expect(&reason);
    vault.lock().await;
    if let Some(kit) = on_paper {
        let opened = Vault::unlock_with_recovery_kit(&place.home, &kit).await;
        opened.expect(&reason).lock().await;
    }
    common::assert_nothing_else_opens_the_previous_header(&place.home, &reason);
    let strange: Vec<_> = place
        .files()
        .into_iter()
        .filter(|name| !FILES.contains(&name.as_str()))
        .collect();
    assert_eq!(strange, Vec::<String>::new(), "{reason}: left behind");
    let scratch = std::fs::read_dir(place.path("vault.scratch")).unwrap();
    // Its lock is a file of its own.
    assert_eq!(scratch.count(), 1, "{reason}: left behind in vault.scratch");
    for file in std::fs::read_dir(last.path.parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let finished = path.extension().is_some_and(|extension| extension == "zip");
        assert!(finished, "{reason}: left behind: {}", path.display());
        std::fs::remove_file(path).unwrap();
    }
}

/// Every kit whose words were told opens the vault, and the vault warns of every other. Returns one of those that do.
async fn check_kits(
    vault: &Vault,
    model: &mut Model,
    unfinished: &[&str],
    reason: &str,
) -> Option<RecoveryKit> {
    let slots = &model.slots;
    model.words.retain(|id, _| slots.contains_key(id));
    let mut opening = BTreeMap::new();
    for (id, words) in &model.words {
        let kit = RecoveryKit::parse(words).unwrap();
        if vault.verify_recovery_kit(&kit).unwrap() {
            opening.insert(*id, kit);
        }
    }
    if opening.is_empty() && unfinished == ["rekey"] {
        // The vault has its new key, and the words of its kit were never told.
        model.words.clear();
    }
    let told: BTreeSet<_> = model.words.keys().collect();
    let open: BTreeSet<_> = opening.keys().collect();
    assert_eq!(open, told, "{reason}: the kits on paper");
    let unseen = vault.unseen_recovery_kits().await.unwrap();
    let unseen: BTreeSet<_> = unseen.iter().map(|kit| kit.id).collect();
    for id in model.slots.keys() {
        assert!(
            told.contains(id) || unseen.contains(id),
            "{reason}: nobody has the words of {id}, and it is not told"
        );
    }
    opening.pop_first().map(|(_, kit)| kit)
}

/// The words of a kit as one word.
fn told(kit: &RecoveryKit) -> String {
    kit.words().expose_secret().replace(' ', "-")
}

async fn unlock(home: &Home, password: &str) -> Result<Vault, UnlockError> {
    Vault::unlock_with_password(home, SecretString::from(password)).await
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

fn number(variable: &str) -> Option<u64> {
    Some(std::env::var(variable).ok()?.parse().expect("a number"))
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(now.as_millis()).unwrap()
}
