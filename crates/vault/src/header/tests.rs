use std::time::{Duration, Instant};

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::home::Home;
use crate::kdf::KdfCost;
use crate::key::{VaultKey, WrappingKey};

/// After magic, version, id, generation, database and count.
const FIRST_SLOT: usize = 8 + 2 + 16 + 8 + 8 + 1;
/// From a slot's beginning, without its name: after type, id, date and the name's length.
const SLOT_COSTS: usize = 1 + 16 + 8 + 1;
/// A slot's, without its name.
const SLOT_BYTES: usize = 142;

/// A header with a slot of every kind, and the keys that open them.
struct Made {
    key: VaultKey,
    wrapping: WrappingKey,
    bytes: Vec<u8>,
}

fn made() -> Made {
    let vault = VaultId::new();
    let key = VaultKey::random().unwrap();
    let wrapping = WrappingKey::random().unwrap();
    let password = Protection::password(KdfCost::FLOOR).unwrap();
    let slots = [
        (password, "Password"),
        (Protection::Keyring, "Schlüsselbund"),
        (Protection::recovery_kit().unwrap(), "In the drawer"),
    ]
    .map(|(protection, name)| {
        Slot::wrapping(&vault, protection, name, 1_741_011_285_000, &wrapping, &key).unwrap()
    })
    .to_vec();
    let bytes = Header {
        vault,
        generation: 7,
        database: 5,
        slots,
    }
    .seal(&key)
    .unwrap();
    Made {
        key,
        wrapping,
        bytes,
    }
}

/// As somebody would who knows the format and not the key.
fn with_right_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let content = bytes.len() - CHECKSUM_BYTES;
    let checksum = Sha256::digest(&bytes[..content]);
    bytes[content..].copy_from_slice(&checksum);
    bytes
}

/// What opening amounts to, with the wrapping key at hand: every slot is tried.
fn open(bytes: &[u8], wrapping: &WrappingKey) -> Result<VaultKey, Option<HeaderError>> {
    let sealed = Sealed::parse(bytes).map_err(Some)?;
    let header = &sealed.header;
    let key = header
        .slots
        .iter()
        .find_map(|slot| slot.open(&header.vault, wrapping))
        .ok_or(None)?;
    sealed.authenticate(&key).map_err(Some)?;
    Ok(key)
}

#[test]
fn what_was_written_is_read_back() {
    let Made {
        key,
        wrapping,
        bytes,
    } = made();
    let sealed = Sealed::parse(&bytes).unwrap();
    let slots: Vec<_> = sealed.header.slots.iter().map(Slot::info).collect();
    assert_eq!(slots[0].kind, SlotKind::Password);
    assert_eq!(slots[1].kind, SlotKind::Keyring);
    assert_eq!(slots[1].name, "Schlüsselbund");
    assert_eq!(slots[1].created_ms, 1_741_011_285_000);
    assert_eq!(slots[2].kind, SlotKind::RecoveryKit);
    assert_eq!((sealed.header.generation, sealed.header.database), (7, 5));
    assert!(open(&bytes, &wrapping).is_ok_and(|opened| opened.same_as(&key)));
}

#[test]
fn every_flipped_bit_is_told_as_damage() {
    let Made {
        wrapping, bytes, ..
    } = made();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[position] ^= 1 << bit;
            match open(&flipped, &wrapping) {
                Err(Some(HeaderError::Damaged { .. })) => {}
                Err(other) => panic!("byte {position} bit {bit} is damage, not {other:?}"),
                Ok(_) => panic!("byte {position} bit {bit} was accepted"),
            }
        }
    }
}

#[test]
fn no_changed_byte_is_accepted_when_the_checksum_is_made_to_match() {
    let Made {
        wrapping, bytes, ..
    } = made();
    for position in 0..bytes.len() - CHECKSUM_BYTES {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            let opened = open(&with_right_checksum(changed), &wrapping);
            assert!(
                opened.is_err(),
                "byte {position} xor {change:02x} was accepted"
            );
        }
    }
}

#[test]
fn a_slot_moved_from_another_vault_does_not_open() {
    let first = made();
    let second = made();
    let mut header = Sealed::parse(&first.bytes).unwrap().header;
    header.slots = Sealed::parse(&second.bytes).unwrap().header.slots;
    let bytes = header.seal(&second.key).unwrap();
    assert!(
        open(&bytes, &second.wrapping).is_err(),
        "the vault's id is part of every slot's AAD"
    );
}

#[test]
fn cut_short_anywhere_is_damage() {
    let Made { bytes, .. } = made();
    let content = bytes.len() - CHECKSUM_BYTES;
    let cut = (0..bytes.len()).map(|length| bytes[..length].to_vec());
    let cut_and_checksummed = (0..content).map(|length| checksummed(&bytes[..length]));
    for short in cut.chain(cut_and_checksummed) {
        let read = read_slots(&short);
        assert!(
            matches!(read, Err(HeaderError::Damaged { .. })),
            "{} bytes: {read:?}",
            short.len()
        );
    }
}

fn checksummed(content: &[u8]) -> Vec<u8> {
    [content, Sha256::digest(content).as_slice()].concat()
}

#[test]
fn a_newer_format_is_named_and_never_guessed_at() {
    let Made { mut bytes, .. } = made();
    bytes[8..10].copy_from_slice(&9u16.to_le_bytes());
    match read_slots(&with_right_checksum(bytes)) {
        Err(HeaderError::NewerVersion {
            found: 9,
            supported: 2,
        }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hostile_header_is_refused_at_once() {
    let Made { bytes, .. } = made();
    let costs = FIRST_SLOT + SLOT_COSTS + "Password".len();
    for (case, m_kib, t, p) in [
        ("64 GiB", 64u32 << 20, 3, 4),
        ("2^31 passes", 64 << 10, 1u32 << 31, 4),
        ("2^24 lanes", 64 << 10, 3, 1u32 << 24),
        ("everything", u32::MAX, u32::MAX, u32::MAX),
    ] {
        let mut hostile = bytes.clone();
        for (index, value) in [m_kib, t, p].into_iter().enumerate() {
            hostile[costs + 4 * index..][..4].copy_from_slice(&value.to_le_bytes());
        }
        let hostile = with_right_checksum(hostile);
        let start = Instant::now();
        let refused = read_slots(&hostile);
        assert!(
            matches!(refused, Err(HeaderError::Cost(_))),
            "{case}: {refused:?}"
        );
        assert!(
            start.elapsed() < Duration::from_millis(100),
            "{case}: took {:?}",
            start.elapsed()
        );
    }
}

/// A header of password slots with these costs, as somebody would write it who may not.
fn asking(costs: &[KdfCost]) -> Vec<u8> {
    let vault = VaultId::new();
    let (key, wrapping) = (VaultKey::random().unwrap(), WrappingKey::random().unwrap());
    let cheap = Protection::password(KdfCost::FLOOR).unwrap();
    let slots = costs
        .iter()
        .map(|_| Slot::wrapping(&vault, cheap, "", 0, &wrapping, &key).unwrap())
        .collect();
    let mut bytes = Header {
        vault,
        generation: 1,
        database: 0,
        slots,
    }
    .seal(&key)
    .unwrap();
    for (index, cost) in costs.iter().enumerate() {
        let at = FIRST_SLOT + index * SLOT_BYTES + SLOT_COSTS;
        for (parameter, value) in [cost.m_kib, cost.t, cost.p].into_iter().enumerate() {
            bytes[at + 4 * parameter..][..4].copy_from_slice(&value.to_le_bytes());
        }
    }
    with_right_checksum(bytes)
}

#[test]
fn slots_that_ask_for_too_much_together_are_refused_at_once() {
    let ceiling = KdfCost::CEILING;
    let start = Instant::now();
    for (case, costs) in [
        ("sixteen at the ceiling", vec![ceiling; 16]),
        ("three at the ceiling", vec![ceiling; 3]),
        ("one more than two", vec![ceiling, ceiling, KdfCost::FLOOR]),
    ] {
        let refused = Sealed::parse(&asking(&costs)).err();
        assert!(
            matches!(refused, Some(HeaderError::Cost(_))),
            "{case}: {refused:?}"
        );
    }
    assert!(
        start.elapsed() < Duration::from_millis(100),
        "nothing is derived: {:?}",
        start.elapsed()
    );
    // 512 MiB and 16 passes: more than half a second on any machine of today.
    let dear = KdfCost {
        m_kib: 512 * 1024,
        t: 16,
        p: 4,
    };
    for (case, costs) in [
        ("two at the ceiling", vec![ceiling; 2]),
        ("as many as there can be", vec![dear; MAX_SLOTS]),
    ] {
        assert!(Sealed::parse(&asking(&costs)).is_ok(), "{case}");
    }
}

#[test]
fn passwords_that_would_cost_too_much_together_are_not_written() {
    let Made { key, bytes, .. } = made();
    let mut header = Sealed::parse(&bytes).unwrap().header;
    let dear = Protection::password(KdfCost::CEILING).unwrap();
    let mut slot = header.slots[0].clone();
    slot.protection = dear;
    header.slots = vec![slot.clone(), slot.clone()];
    assert!(header.seal(&key).is_ok());
    header.slots.push(slot);
    let refused = header.seal(&key).unwrap_err();
    assert!(matches!(refused, HeaderError::TooDear), "{refused:?}");
    assert_eq!(refused.code(), "slots_too_dear");
    assert!(refused.hint().unwrap().contains("remove a password"));
}

#[test]
fn without_room_for_a_copy_there_is_none_of_what_was_removed() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let Made { key, bytes, .. } = made();
    let mut header = Sealed::parse(&bytes).unwrap().header;
    std::fs::write(home.file(PREVIOUS), &bytes).unwrap();
    header.generation += 1;
    save(&home, &header, &key, Previous::Keep).unwrap();
    std::fs::write(home.file(PREVIOUS), &bytes).unwrap();
    forget_removed(&home, &header).unwrap();
    assert_eq!(
        std::fs::read(home.file(PREVIOUS)).unwrap(),
        bytes,
        "it has the same slots"
    );
    header.slots.pop();
    header.generation += 1;
    // A folder in the temporary file's place.
    std::fs::create_dir(home.file("vault.key.previous.tmp")).unwrap();
    forget_removed(&home, &header).unwrap();
    assert!(!home.file(PREVIOUS).exists());
}

#[test]
fn a_slot_without_a_password_that_asks_for_a_cost_is_refused_at_once() {
    let Made { bytes, .. } = made();
    let keyring = FIRST_SLOT + SLOT_BYTES + "Password".len();
    let kit = keyring + SLOT_BYTES + "Schlüsselbund".len();
    for (case, costs) in [
        ("keyring", keyring + SLOT_COSTS + "Schlüsselbund".len()),
        ("recovery kit", kit + SLOT_COSTS + "In the drawer".len()),
    ] {
        for (parameter, value) in [64u32 << 20, 1 << 31, 1 << 24].into_iter().enumerate() {
            let mut hostile = bytes.clone();
            let at = costs + 4 * parameter;
            assert_eq!(hostile[at..][..4], [0; 4], "{case}: this is its cost");
            hostile[at..][..4].copy_from_slice(&value.to_le_bytes());
            let start = Instant::now();
            let refused = read_slots(&with_right_checksum(hostile));
            assert!(
                matches!(refused, Err(HeaderError::Damaged { .. })),
                "{case}: {refused:?}"
            );
            assert!(
                start.elapsed() < Duration::from_millis(100),
                "{case}: took {:?}",
                start.elapsed()
            );
        }
    }
}

/// The layout of version 1: without the database's generation.
fn as_version_1(bytes: &[u8], key: &VaultKey, vault: &VaultId) -> Vec<u8> {
    let database = 8 + 2 + 16 + 8;
    let mut old = bytes[..bytes.len() - CHECKSUM_BYTES - 32].to_vec();
    old.drain(database..database + 8);
    old[8..10].copy_from_slice(&1u16.to_le_bytes());
    let mac = key.header_mac(vault, &old);
    old.extend_from_slice(&mac);
    checksummed(&old)
}

#[test]
fn version_1_is_read_and_written_anew_as_version_2() {
    let made = made();
    let mut header = Sealed::parse(&made.bytes).unwrap().header;
    header.slots.truncate(2);
    let bytes = header.seal(&made.key).unwrap();
    let old = as_version_1(&bytes, &made.key, &header.vault);
    let read = Sealed::parse(&old)
        .unwrap()
        .authenticate(&made.key)
        .unwrap();
    assert_eq!((read.generation, read.database), (7, 0));
    assert_eq!(infos(&read), infos(&header));
    assert!(open(&old, &made.wrapping).is_ok());
    let again = read.seal(&made.key).unwrap();
    assert_eq!(again[8..10], 2u16.to_le_bytes());
    assert!(
        open(&again, &made.wrapping).is_ok_and(|key| key.same_as(&made.key)),
        "its slots open without having been wrapped anew"
    );
}

#[test]
fn version_1_has_no_recovery_kit() {
    let made = made();
    let vault = Sealed::parse(&made.bytes).unwrap().header.vault;
    let old = as_version_1(&made.bytes, &made.key, &vault);
    let refused = read_slots(&old);
    assert!(
        matches!(refused, Err(HeaderError::Damaged { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_database_of_a_later_header_is_damage() {
    let made = made();
    let mut header = Sealed::parse(&made.bytes).unwrap().header;
    header.database = header.generation + 1;
    let refused = read_slots(&header.seal(&made.key).unwrap());
    assert!(
        matches!(refused, Err(HeaderError::Damaged { .. })),
        "{refused:?}"
    );
}

fn infos(header: &Header) -> Vec<SlotInfo> {
    header.slots.iter().map(Slot::info).collect()
}

#[test]
fn a_renamed_slot_opens_as_before_and_a_rewrapped_one_only_by_the_new_key() {
    let Made {
        key,
        wrapping,
        bytes,
    } = made();
    let header = Sealed::parse(&bytes).unwrap().header;
    let vault = header.vault;
    for slot in header.slots {
        let renamed = slot.clone().named("Another name");
        assert!(
            renamed.open(&vault, &wrapping).is_some(),
            "{:?}",
            slot.kind()
        );
        let next = WrappingKey::random().unwrap();
        let again = slot
            .clone()
            .rewrapped(&vault, slot.protection, &next, &key)
            .unwrap();
        assert!(again.open(&vault, &wrapping).is_none(), "{:?}", slot.kind());
        assert!(
            again
                .open(&vault, &next)
                .is_some_and(|opened| opened.same_as(&key)),
            "{:?}",
            slot.kind()
        );
        assert_eq!(again.info(), slot.info(), "id, name and date stay");
        assert_ne!(again.nonce, slot.nonce, "never used twice");
    }
}

#[test]
fn a_header_with_too_many_slots_is_not_written() {
    let Made { key, bytes, .. } = made();
    let mut header = Sealed::parse(&bytes).unwrap().header;
    header.slots = vec![header.slots[0].clone(); MAX_SLOTS + 1];
    assert!(matches!(
        header.seal(&key),
        Err(HeaderError::Full { max: MAX_SLOTS })
    ));
}

#[test]
fn a_long_name_is_cut_between_characters() {
    let key = VaultKey::random().unwrap();
    let wrapping = WrappingKey::random().unwrap();
    let vault = VaultId::new();
    let name = "ü".repeat(80);
    let slot = Slot::wrapping(&vault, Protection::Keyring, &name, 0, &wrapping, &key).unwrap();
    assert_eq!(slot.name, "ü".repeat(50), "100 bytes are 50 of these");
}

#[test]
fn the_largest_header_that_is_written_is_read() {
    let key = VaultKey::random().unwrap();
    let wrapping = WrappingKey::random().unwrap();
    let vault = VaultId::new();
    let name = "n".repeat(100);
    let slots = (0..MAX_SLOTS)
        .map(|_| Slot::wrapping(&vault, Protection::Keyring, &name, 0, &wrapping, &key).unwrap())
        .collect();
    let bytes = Header {
        vault,
        generation: u64::MAX,
        database: u64::MAX,
        slots,
    }
    .seal(&key)
    .unwrap();
    assert_eq!(read_slots(&bytes).unwrap().len(), MAX_SLOTS);
}

/// A slot of a kind, with a name and a date.
fn any_slot() -> impl Strategy<Value = (u8, String, i64)> {
    (0..3u8, ".{0,60}", any::<i64>())
}

proptest! {
    #[test]
    fn any_header_is_read_back_as_it_was_written(
        generation: u64,
        before: u64,
        slots in proptest::collection::vec(any_slot(), 0..=MAX_SLOTS),
    ) {
        let (vault, key) = (VaultId::new(), VaultKey::random().unwrap());
        let wrapping = WrappingKey::random().unwrap();
        let slots = slots.iter().map(|(kind, name, created_ms)| {
            let protection = match kind {
                0 => Protection::password(KdfCost::FLOOR).unwrap(),
                1 => Protection::Keyring,
                _ => Protection::recovery_kit().unwrap(),
            };
            Slot::wrapping(&vault, protection, name, *created_ms, &wrapping, &key).unwrap()
        });
        let header = Header {
            vault,
            generation,
            database: before.min(generation),
            slots: slots.collect(),
        };
        let bytes = header.seal(&key).unwrap();
        prop_assert!(bytes.len() <= MAX_BYTES);
        let read = Sealed::parse(&bytes).unwrap().authenticate(&key).unwrap();
        prop_assert_eq!((read.vault, read.generation, read.database), (vault, generation, header.database));
        prop_assert_eq!(infos(&read), infos(&header));
        for slot in &read.slots {
            prop_assert!(slot.open(&vault, &wrapping).is_some_and(|opened| opened.same_as(&key)));
        }
        prop_assert_eq!(read.seal(&key).unwrap(), bytes);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        prop_assert!(read_slots(&bytes).is_err());
    }

    #[test]
    fn any_content_behind_a_right_checksum_is_read_or_refused_without_a_panic(
        tail in proptest::collection::vec(any::<u8>(), 0..2048),
    ) {
        let content = [MAGIC.as_slice(), &VERSION.to_le_bytes(), &tail].concat();
        // Either answer is fine; what it says can only be believed after authentication.
        let _ = read_slots(&checksummed(&content));
    }
}
