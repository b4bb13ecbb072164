//! What OpenSSH's files may hold: a certificate, keys, a configuration that belongs to somebody else.
#![no_main]

use std::path::Path;

use data_encoding::BASE64;
use deskfob_ssh::{
    Authority, Certificate, HostPattern, Identity, KeyPair, Life, Session, Signed, client_config,
    marked_block, with_block, without_block,
};
use libfuzzer_sys::fuzz_target;

const CERTIFICATE: &str = include_str!("../../crates/ssh/tests/data/openssh-cert.pub");
const FOREVER: &str = include_str!("../../crates/ssh/tests/data/forever-cert.pub");
const AUTHORITY: &str = include_str!("../../crates/ssh/tests/data/openssh-ca.pub");

fuzz_target!(init: deskfob_fuzz::begin(seeds), |data: &[u8]| {
    certificate(data);
    // Chance would hardly write base64, and nothing behind it would be reached.
    let line = format!("ssh-ed25519-cert-v01@openssh.com {}", BASE64.encode(data));
    certificate(line.as_bytes());
    keys(data);
    configuration(data);
    names(&String::from_utf8_lossy(data));
});

fn certificate(text: &[u8]) {
    let read = match Certificate::parse(text) {
        Ok(read) => read,
        Err(error) => return assert!(!error.to_string().is_empty() && !error.code().is_empty()),
    };
    let (from, until) = (read.valid_from(), read.valid_until());
    assert!(from < until && read.principals().len() <= 256);
    for now in [
        0,
        from,
        from + (until - from) / 2,
        until - 1,
        until,
        u64::MAX,
    ] {
        match read.life(now) {
            Life::NotYet { .. } => assert!(now < from),
            Life::Valid { left } | Life::Due { left } => assert!(left <= until - from),
            Life::Expired { since } => assert!(since <= now),
        }
    }
    assert_ne!(read.signed_by(&[]), Signed::Known, "where nobody is named");
    let amr = read.amr().to_vec();
    let same = Session {
        user: read.user(),
        amr: Some(&amr),
        token_id: read.token_id(),
        access_id: read.access_id(),
    };
    assert!(read.differences(&same).is_empty(), "it differs from itself");
    let written = read.to_openssh().expect("what was read can be written");
    assert!(!written.contains('\n'), "one line");
    let again = Certificate::parse(written.as_bytes()).expect("what was written can be read");
    let told = |of: &Certificate| {
        let who = (of.user().to_owned(), of.principals().to_vec(), of.serial());
        (
            who,
            of.amr().to_vec(),
            of.has_mfa(),
            of.key_fingerprint(),
            of.authority_fingerprint(),
        )
    };
    assert_eq!(told(&read), told(&again));
}

fn keys(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(authority) = Authority::parse(text)
    {
        let line = authority
            .to_openssh()
            .expect("what was read can be written");
        assert_eq!(Authority::parse(&line).as_ref(), Ok(&authority));
    }
    if let Ok(key) = KeyPair::parse(data) {
        let file = key.private_file().expect("what was read can be written");
        let again = KeyPair::parse(file.expose_bytes()).expect("what was written can be read");
        assert_eq!(key.public_line(), again.public_line());
    }
}

/// The block goes in once, comes out again, and leaves every other byte where it was.
fn configuration(config: &[u8]) {
    let block = marked_block("\"/home/ada/deskfob/ssh/config\"");
    let Ok(with) = with_block(config, &block) else {
        return assert!(
            without_block(config).is_err(),
            "marks that are no pair are left alone"
        );
    };
    assert_eq!(with_block(&with, &block).as_ref(), Ok(&with), "once");
    let at = with
        .windows(block.len())
        .position(|window| window == block.as_bytes());
    let at = at.expect("the block is in it");
    let (before, after) = (&with[..at], &with[at + block.len()..]);
    assert!(config.starts_with(before));
    assert!(config.ends_with(after) || after.strip_prefix(b"\n") == Some(config));
    let taken_out = without_block(config).expect("marks that are a pair");
    assert_eq!(
        without_block(&with).as_ref(),
        Ok(&taken_out),
        "what was not ours stays"
    );
    assert_eq!(
        without_block(&taken_out).as_ref(),
        Ok(&taken_out),
        "it comes out once"
    );
}

/// Nothing gets into the file but what is meant for it.
fn names(text: &str) {
    let Ok(pattern) = HostPattern::new(text) else {
        return;
    };
    let hosts = [pattern];
    let identity = Identity {
        hosts: &hosts,
        key: Path::new("/k"),
        certificate: Path::new("/c"),
    };
    let config = client_config(&[identity]).expect("paths of this test");
    assert_eq!(config.lines().count(), 6, "{config}");
}

/// Certificates with what is around them and without, keys, and configurations with and without the block.
fn seeds() -> Vec<Vec<u8>> {
    let bytes = |line: &str| {
        let encoded = line
            .split_whitespace()
            .nth(1)
            .expect("a certificate's second word");
        BASE64.decode(encoded.as_bytes()).expect("base64")
    };
    let key = KeyPair::generate().expect("random numbers");
    let block = marked_block("\"/home/ada/deskfob/ssh/config\"");
    let config = "Host a\n  User b\r\n\n# END of it\nInclude x";
    vec![
        CERTIFICATE.as_bytes().to_vec(),
        FOREVER.as_bytes().to_vec(),
        bytes(CERTIFICATE),
        bytes(FOREVER),
        format!("# of Ada\n\n{CERTIFICATE}").into_bytes(),
        AUTHORITY.as_bytes().to_vec(),
        key.private_file().expect("a key").expose_bytes().to_vec(),
        config.as_bytes().to_vec(),
        format!("{block}\n{config}").into_bytes(),
        format!("{config}\n{}", block.replace('\n', "\r\n")).into_bytes(),
        b"# END Deskfob\n# BEGIN Deskfob\n".to_vec(),
        b"*.platform.sh".to_vec(),
    ]
}
