//! The check finds what is planted, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{NOW_MS, Place, alice, entry, place};
use deskfob_vault::{BackupKind, Finding, KdfCost, Level, Settings, Vault};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A vault with something of everything, and everything of it in order.
async fn vault() -> (Place, Vault) {
    let place = place();
    let vault = place.create().await;
    for number in 0..40_u8 {
        let entry = entry(&format!("entry {number}"), "alice", &[number]);
        vault.add_entry(&entry, NOW_MS).await.unwrap();
    }
    vault.put_account(&alice(), NOW_MS).await.unwrap();
    vault
        .add_password_slot("second", "another password".into(), KdfCost::FLOOR)
        .await
        .unwrap();
    assert!(
        !vault
            .verify_password("not the password".into())
            .await
            .unwrap()
    );
    vault.back_up(BackupKind::Automatic, NOW_MS).await.unwrap();
    // So that what is in the log is in the file, too.
    vault.lock().await;
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let vault = place.unlock().await;
    (place, vault)
}

fn wrong(findings: Vec<Finding>) -> Vec<(Level, &'static str)> {
    findings
        .into_iter()
        .filter(|finding| finding.level != Level::Ok)
        .inspect(|finding| assert!(finding.hint.is_some(), "with the next step: {finding:?}"))
        .map(|finding| (finding.level, finding.subject))
        .collect()
}

#[tokio::test]
async fn every_planted_problem_is_found() {
    /// Its name, what plants it, when the check is made, and what it finds.
    type Case = (
        &'static str,
        fn(&Place),
        i64,
        &'static [(Level, &'static str)],
    );
    fn flip(place: &Place, name: &str, position: usize) {
        let mut bytes = std::fs::read(place.path(name)).unwrap();
        bytes[position] ^= 1;
        std::fs::write(place.path(name), bytes).unwrap();
    }
    fn backup(place: &Place) -> std::path::PathBuf {
        let mut files = std::fs::read_dir(place.path("backups")).unwrap();
        files.next().unwrap().unwrap().path()
    }
    #[cfg(unix)]
    fn loosen(place: &Place, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(place.path(name), mode).unwrap();
    }
    use Level::{Problem, Warning};
    let (place, vault) = vault().await;
    let kept = tempfile::tempdir().unwrap();
    let names = ["vault.key", "vault.key.previous", "vault.attempts"];
    for name in names {
        std::fs::copy(place.path(name), kept.path().join(name)).unwrap();
    }
    let backup_bytes = std::fs::read(backup(&place)).unwrap();
    let nothing: &[(Level, &str)] = &[];
    let cases: Vec<Case> = vec![
        ("nothing", |_| {}, NOW_MS, nothing),
        (
            "header",
            |place| flip(place, "vault.key", 70),
            NOW_MS,
            &[(Problem, "header")],
        ),
        (
            "no header",
            |place| std::fs::remove_file(place.path("vault.key")).unwrap(),
            NOW_MS,
            &[(Problem, "header")],
        ),
        (
            "previous header",
            |place| flip(place, "vault.key.previous", 70),
            NOW_MS,
            &[(Warning, "previous_header")],
        ),
        (
            "attempts",
            |place| std::fs::write(place.path("vault.attempts"), "x").unwrap(),
            NOW_MS,
            &[(Warning, "attempts")],
        ),
        #[cfg(unix)]
        (
            "file mode",
            |place| loosen(place, "vault.key", 0o644),
            NOW_MS,
            &[(Warning, "permissions")],
        ),
        #[cfg(unix)]
        (
            "folder mode",
            |place| loosen(place, "", 0o755),
            NOW_MS,
            &[(Warning, "permissions")],
        ),
        (
            "leftovers",
            |place| {
                std::fs::write(place.path("vault.db.new"), "").unwrap();
                std::fs::write(place.path("vault.key.tmp"), "").unwrap();
                #[cfg(unix)]
                for name in ["vault.db.new", "vault.key.tmp"] {
                    loosen(place, name, 0o600);
                }
            },
            NOW_MS,
            &[(Warning, "leftovers"), (Warning, "leftovers")],
        ),
        (
            "a damaged backup",
            |place| {
                let path = backup(place);
                let mut bytes = std::fs::read(&path).unwrap();
                bytes[9000] ^= 1;
                std::fs::write(path, bytes).unwrap();
            },
            NOW_MS,
            &[(Problem, "newest_backup")],
        ),
        (
            "no backup",
            |place| std::fs::remove_file(backup(place)).unwrap(),
            NOW_MS,
            &[(Warning, "newest_backup")],
        ),
        (
            "an old backup of the same",
            |_| {},
            NOW_MS + 100 * DAY_MS,
            nothing,
        ),
    ];
    for (case, plant, now_ms, expected) in cases {
        plant(&place);
        let report = vault.check(now_ms).await;
        assert_eq!(wrong(report.findings), expected, "{case}");
        for name in names {
            std::fs::copy(kept.path().join(name), place.path(name)).unwrap();
            #[cfg(unix)]
            loosen(&place, name, 0o600);
        }
        #[cfg(unix)]
        loosen(&place, "", 0o700);
        for name in ["vault.db.new", "vault.key.tmp"] {
            let _ = std::fs::remove_file(place.path(name));
        }
        let id: String = vault.id().to_string().chars().take(8).collect();
        let name = format!("backups/deskfob-{id}-2025-03-03T141445Z-automatic.zip");
        std::fs::write(place.path(&name), &backup_bytes).unwrap();
    }
    let report = vault.check(NOW_MS).await;
    assert_eq!(report.worst(), Level::Ok, "all was put back: {report:?}");

    vault
        .add_entry(&entry("late", "alice", b"late"), NOW_MS)
        .await
        .unwrap();
    let report = vault.check(NOW_MS + 8 * DAY_MS).await;
    assert_eq!(
        wrong(report.findings),
        [(Level::Warning, "backups")],
        "old, and there is news"
    );
    let mut settings = Settings::default();
    settings.backups.enabled = false;
    vault.set_settings(&settings).await.unwrap();
    let report = vault.check(NOW_MS).await;
    assert_eq!(
        wrong(report.findings),
        [(Level::Warning, "backups")],
        "switched off"
    );
    settings.backups.enabled = true;
    settings.backups.folder = Some(place.folder.path().join("missing"));
    vault.set_settings(&settings).await.unwrap();
    let report = vault.check(NOW_MS).await;
    assert_eq!(
        wrong(report.findings),
        [(Level::Problem, "backups")],
        "the folder is away"
    );
}

#[tokio::test]
async fn damaged_pages_are_found_while_the_vault_is_open() {
    let (place, vault) = vault().await;
    let path = place.path("vault.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 2000;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let report = vault.check(NOW_MS).await;
    assert!(
        wrong(report.findings).contains(&(Level::Problem, "pages")),
        "one flipped bit in one page"
    );
    let locked = vault.clone();
    vault.lock().await;
    let report = locked.check(NOW_MS).await;
    assert_eq!(
        report.worst(),
        Level::Problem,
        "a locked vault cannot be checked"
    );
}
