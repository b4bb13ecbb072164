//! A vault's header: bytes that anybody may have written.
#![no_main]

use deskfob_vault::{Home, KdfCost, Vault, read_slots};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

/// Bytes of the SHA-256 that ends a header.
const CHECKSUM_BYTES: usize = 32;
/// As docs/vault-format.md says.
const MAX_SLOTS: usize = 16;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |data: &[u8]| {
    check(data);
    // Chance would never find the checksum, and nothing behind it would be reached.
    let mut summed = data.to_vec();
    summed.extend(Sha256::digest(data));
    check(&summed);
});

fn check(header: &[u8]) {
    match read_slots(header) {
        Ok(slots) => {
            assert!(slots.len() <= MAX_SLOTS, "{} slots", slots.len());
            for (number, slot) in slots.iter().enumerate() {
                assert!(
                    slot.name.len() <= 100,
                    "a name of {} bytes",
                    slot.name.len()
                );
                assert!(
                    slots[..number].iter().all(|other| other.id != slot.id),
                    "two slots have one id"
                );
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A header with one and with two slots, whole and without its checksum.
fn seeds() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = Home::at(&folder.path().join("vault")).expect("a new folder");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let header = || std::fs::read(home.path().join("vault.key")).expect("a header");
    let headers = runtime.block_on(async {
        let vault = Vault::create(&home, "a password".into(), KdfCost::FLOOR)
            .await
            .expect("a new vault");
        let one = header();
        vault
            .add_password_slot("grüße", "another password".into(), KdfCost::FLOOR)
            .await
            .expect("a second slot");
        [one, header()]
    });
    headers
        .into_iter()
        .flat_map(|whole| {
            let content = whole[..whole.len() - CHECKSUM_BYTES].to_vec();
            [whole, content]
        })
        .collect()
}
