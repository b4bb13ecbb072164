//! A vault in a folder of its own.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

use deskfob_otp::{Digits, Entry, Kind, Seed};
use deskfob_vault::{Home, KdfCost, NewAccount, Vault};
use secrecy::SecretString;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery";
pub const NOW_MS: i64 = 1_741_011_285_000;

/// A folder that holds a vault and is gone with the test.
pub struct Place {
    pub folder: TempDir,
    pub home: Home,
}

pub fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    Place { folder, home }
}

impl Place {
    pub async fn create(&self) -> Vault {
        Vault::create(&self.home, password(), KdfCost::FLOOR)
            .await
            .unwrap()
    }

    pub async fn unlock(&self) -> Vault {
        Vault::unlock_with_password(&self.home, password())
            .await
            .unwrap()
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.home.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// The wrapped keys of a header, each with its salt and nonce: docs/vault-format.md.
fn wrapped_keys(header: &[u8]) -> Vec<&[u8]> {
    const WITHOUT_NAME: usize = 142;
    const SALT_TO_END: usize = 32 + 24 + 48;
    let mut at = if header[8] == 1 { 35 } else { 43 };
    (0..header[at - 1])
        .map(|_| {
            let end = at + WITHOUT_NAME + usize::from(header[at + 25]);
            at = end;
            &header[end - SALT_TO_END..end]
        })
        .collect()
}

/// What was removed or changed in the header opens the one before it no more. The vault was opened since.
pub fn assert_nothing_else_opens_the_previous_header(home: &Home, reason: &str) {
    let Ok(previous) = std::fs::read(home.path().join("vault.key.previous")) else {
        return;
    };
    let header = std::fs::read(home.path().join("vault.key")).unwrap();
    let own = wrapped_keys(&header);
    for key in wrapped_keys(&previous) {
        assert!(
            own.contains(&key),
            "{reason}: vault.key.previous has a slot that vault.key has not"
        );
    }
}

pub fn password() -> SecretString {
    PASSWORD.into()
}

pub fn entry(issuer: &str, account: &str, seed: &[u8]) -> Entry {
    Entry::totp(issuer, account, Seed::from_bytes(seed.to_vec()).unwrap())
}

/// RFC 4226 appendix D.
pub fn hotp(counter: u64) -> Entry {
    let mut entry = entry("Bank", "alice", b"12345678901234567890");
    entry.kind = Kind::Hotp { counter };
    entry.digits = Digits::DEFAULT;
    entry
}

pub fn alice() -> NewAccount {
    NewAccount {
        deployment: "{\"preset\":\"upsun\"}".into(),
        user_id: "01HALICE".into(),
        email: "alice@example.com".into(),
        display_name: "Alice".into(),
    }
}

pub fn assert_same(left: &Entry, right: &Entry, reason: &str) {
    assert_eq!(left.issuer, right.issuer, "{reason}");
    assert_eq!(left.account, right.account, "{reason}");
    assert!(left.seed.ct_eq(&right.seed), "{reason}: the seed");
    assert_eq!(left.algorithm, right.algorithm, "{reason}");
    assert_eq!(left.digits, right.digits, "{reason}");
    assert_eq!(left.kind, right.kind, "{reason}");
}
