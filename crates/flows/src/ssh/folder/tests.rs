use std::sync::atomic::{AtomicBool, Ordering};

use deskfob_ssh::HostPattern;
use ssh_key::certificate::Builder;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{PrivateKey, PublicKey};

use super::*;

const DAY: u64 = 86_400;

fn certify(key: &KeyPair) -> Certificate {
    let key = PublicKey::from_openssh(&key.public_line().unwrap()).unwrap();
    let mut builder = Builder::new(vec![3; 16], key, 1_700_000_000, 1_700_003_600).unwrap();
    builder.key_id("ada").unwrap();
    builder.valid_principal("ada").unwrap();
    let authority = KeypairData::from(Ed25519Keypair::from_seed(&[9; 32]));
    let signed = builder
        .sign(&PrivateKey::new(authority, "ca").unwrap())
        .unwrap();
    Certificate::parse(signed.to_openssh().unwrap().as_bytes()).unwrap()
}

fn new_key(folder: &SshFolder, account: &str, made: u64) {
    let key = KeyPair::generate().unwrap();
    folder
        .keep_new(account, &key, &certify(&key), made)
        .unwrap();
}

fn hosts(names: &[&str]) -> Vec<HostPattern> {
    names
        .iter()
        .map(|name| HostPattern::new(name).unwrap())
        .collect()
}

/// What OpenSSH does: reads the configuration, then the files that it names.
fn connect(folder: &SshFolder) {
    let config = fs::read_to_string(folder.config_file()).unwrap();
    let named = |option: &str| {
        let line = config
            .lines()
            .find_map(|line| line.trim().strip_prefix(option))
            .unwrap();
        PathBuf::from(line.trim().trim_matches('"'))
    };
    let (key, certificate) = (named("IdentityFile"), named("CertificateFile"));
    let certificate = Certificate::parse(&fs::read(certificate).unwrap()).unwrap();
    let key = KeyPair::parse(&fs::read(key).unwrap()).unwrap();
    assert!(
        certificate.is_for(&key),
        "a key with another key's certificate"
    );
}

#[test]
fn a_connection_at_any_moment_finds_a_key_with_its_certificate() {
    let home = tempfile::tempdir().unwrap();
    let folder = SshFolder::at(home.path());
    let of_platform = hosts(&["*.platform.example"]);
    let next = |made| {
        new_key(&folder, "one", made);
        folder.put_in_use("one", &of_platform, false).unwrap();
    };
    next(0);
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            let mut times = 0_u32;
            while !over.load(Ordering::Relaxed) || times == 0 {
                connect(&folder);
                times += 1;
            }
        });
        for round in 1..20 {
            next(round * DAY);
            let key = folder.usable_key("one", round * DAY).unwrap();
            folder
                .replace_certificate(&key.folder, &certify(&key.pair))
                .unwrap();
        }
        over.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    folder.drop_old_keys("one");
    assert_eq!(folder.keys("one").unwrap().len(), KEPT_KEYS);
    connect(&folder);
}

#[test]
fn a_key_is_used_for_a_day() {
    let home = tempfile::tempdir().unwrap();
    let folder = SshFolder::at(home.path());
    new_key(&folder, "one", 1_700_000_000);
    let usable = |now| folder.usable_key("one", now).is_some();
    assert!(usable(1_700_000_000) && usable(1_700_000_000 + DAY - 1));
    assert!(!usable(1_700_000_000 + DAY), "a day later");
    assert!(!usable(1_699_999_999), "made by a clock that was ahead");
    let key = folder.credentials("one").unwrap().unwrap().key_file();
    fs::write(&key, "damaged").unwrap();
    assert!(!usable(1_700_000_000), "a damaged key is replaced");
}

#[test]
fn what_an_ended_process_left_is_no_key_and_goes() {
    let home = tempfile::tempdir().unwrap();
    let folder = SshFolder::at(home.path());
    let left = folder.of("one").join(".new-abc");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join(KEY), "half").unwrap();
    assert!(folder.credentials("one").unwrap().is_none());
    new_key(&folder, "one", 5);
    new_key(&folder, "one", 5);
    assert!(!left.exists());
    assert_eq!(
        folder.keys("one").unwrap().len(),
        2,
        "made in the same second"
    );
}

#[test]
fn hosts_stay_with_their_account_until_another_is_chosen() {
    let home = tempfile::tempdir().unwrap();
    let folder = SshFolder::at(home.path());
    let both = hosts(&["*.platform.sh", "*.upsun.com"]);
    for account in ["one", "two"] {
        new_key(&folder, account, 7);
        folder.put_in_use(account, &both, false).unwrap();
    }
    assert!(folder.is_in_use("one") && !folder.is_in_use("two"));
    folder.put_in_use("two", &both, true).unwrap();
    assert!(!folder.is_in_use("one") && folder.is_in_use("two"));
    let config = fs::read_to_string(folder.config_file()).unwrap();
    assert_eq!(config.matches("\nHost ").count(), 1, "{config}");
    folder.forget("two").unwrap();
    assert!(!folder.is_in_use("two") && folder.credentials("two").unwrap().is_none());
    folder.forget("two").unwrap();
    assert_eq!(folder.accounts().unwrap(), ["one"]);
}
