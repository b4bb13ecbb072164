//! Transfers of Google Authenticator: `otpauth-migration` URIs, each with up to ten enrolments, several for one transfer.

mod collection;
mod error;
mod wire;

pub use collection::{BatchId, Collection, MAX_BATCHES, Progress};
pub use error::{RefusalReason, RefusedEntry, TransferError};

use data_encoding::{BASE64_NOPAD, Encoding};
use deskfob_otp::{Algorithm, Digits, Entry, Kind, MAX_URI_BYTES, Period, Seed, printable};
use percent_encoding::percent_decode_str;
use std::sync::LazyLock;
use zeroize::Zeroizing;

use wire::{Fields, Value};

/// The most enrolments read from one code. Google writes at most ten.
pub const MAX_PART_ENTRIES: usize = 64;

/// The most codes that one transfer may be spread over.
pub const MAX_PARTS: u8 = 99;

/// One code of a transfer.
#[derive(Debug)]
pub struct TransferPart {
    pub(crate) batch: BatchId,
    /// How many codes there are, at least 1.
    pub(crate) total: u8,
    /// Which one this is, from 0.
    pub(crate) index: u8,
    /// The enrolments, in their order.
    pub entries: Vec<Entry>,
    /// What is in the code and cannot be taken.
    pub refused: Vec<RefusedEntry>,
}

impl TransferPart {
    /// Reads an `otpauth-migration` URI. What one enrolment lacks keeps no other from being read.
    ///
    /// # Errors
    /// Every [`TransferError`]; none holds a secret.
    pub fn from_uri(uri: &str) -> Result<Self, TransferError> {
        if uri.len() > MAX_URI_BYTES {
            return Err(TransferError::TooLong {
                length: uri.len(),
                max: MAX_URI_BYTES,
            });
        }
        let message = decoded(data_of(uri.trim())?)?;
        Self::from_message(&message)
    }

    /// Which of the transfer's codes this is, from 1.
    pub fn number(&self) -> u8 {
        self.index + 1
    }

    /// How many codes the transfer has.
    pub fn total(&self) -> u8 {
        self.total
    }

    /// The protobuf message `MigrationPayload`.
    fn from_message(message: &[u8]) -> Result<Self, TransferError> {
        let (mut total, mut index, mut batch) = (1_u64, 0_u64, 0_u64);
        let (mut entries, mut refused) = (Vec::new(), Vec::new());
        for field in Fields::of(message) {
            match field.ok_or(TransferError::Damaged)? {
                (1, Value::Bytes(bytes)) => {
                    let number = entries.len() + refused.len() + 1;
                    if number > MAX_PART_ENTRIES {
                        return Err(TransferError::TooManyEntries {
                            max: MAX_PART_ENTRIES,
                        });
                    }
                    match entry(bytes) {
                        Ok(entry) => entries.push(entry),
                        Err((name, reason)) => refused.push(RefusedEntry {
                            number,
                            name,
                            reason,
                        }),
                    }
                }
                (3, Value::Number(number)) => total = number.max(1),
                (4, Value::Number(number)) => index = number,
                (5, Value::Number(number)) => batch = number,
                _ => {}
            }
        }
        if entries.is_empty() && refused.is_empty() {
            return Err(TransferError::Empty);
        }
        let out_of_range = TransferError::PartOutOfRange { index, total };
        let total = u8::try_from(total)
            .ok()
            .filter(|total| *total <= MAX_PARTS)
            .ok_or_else(|| out_of_range.clone())?;
        let index = u8::try_from(index)
            .ok()
            .filter(|index| *index < total)
            .ok_or(out_of_range)?;
        Ok(Self {
            // An int32, which protobuf sends as the low half of eight bytes.
            batch: BatchId(batch as u32 as i32),
            total,
            index,
            entries,
            refused,
        })
    }

    /// Whether both are the same code, read twice.
    fn is_same(&self, other: &Self) -> bool {
        let same = |one: &Entry, other: &Entry| {
            one.issuer == other.issuer
                && one.account == other.account
                && one.seed.ct_eq(&other.seed)
        };
        self.refused == other.refused
            && self.entries.len() == other.entries.len()
            && self
                .entries
                .iter()
                .zip(&other.entries)
                .all(|(one, other)| same(one, other))
    }
}

/// The `data` parameter, still encoded.
fn data_of(uri: &str) -> Result<&str, TransferError> {
    const SCHEME: &str = "otpauth-migration:";
    let rest = uri
        .get(..SCHEME.len())
        .filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
        .and_then(|_| uri.get(SCHEME.len()..))
        .ok_or(TransferError::NotATransfer)?;
    let (_, query) = rest.split_once('?').ok_or(TransferError::NoData)?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("data="))
        .filter(|data| !data.is_empty())
        .ok_or(TransferError::NoData)
}

/// Base64 as it arrives: percent-encoded or not, of either alphabet, with or without padding, `+` turned into a space.
fn decoded(data: &str) -> Result<Zeroizing<Vec<u8>>, TransferError> {
    static LENIENT: LazyLock<Encoding> = LazyLock::new(|| {
        let mut specification = BASE64_NOPAD.specification();
        specification.check_trailing_bits = false;
        specification.encoding().unwrap_or(BASE64_NOPAD)
    });
    let mut text: Zeroizing<Vec<u8>> = Zeroizing::new(
        percent_decode_str(data)
            .map(|byte| match byte {
                b' ' | b'-' => b'+',
                b'_' => b'/',
                other => other,
            })
            .collect(),
    );
    while text.last() == Some(&b'=') {
        text.pop();
    }
    LENIENT
        .decode(&text)
        .map(Zeroizing::new)
        .map_err(|_| TransferError::NotBase64)
}

/// The protobuf message `OtpParameters`.
fn entry(message: &[u8]) -> Result<Entry, (String, RefusalReason)> {
    let (mut key, mut name, mut issuer) = (&[][..], String::new(), String::new());
    let (mut algorithm, mut digits, mut kind, mut counter) = (0, 0, 0, 0);
    let mut whole = true;
    for field in Fields::of(message) {
        match field {
            Some((1, Value::Bytes(bytes))) => key = bytes,
            Some((2, Value::Bytes(bytes))) => name = printable(&String::from_utf8_lossy(bytes)),
            Some((3, Value::Bytes(bytes))) => issuer = printable(&String::from_utf8_lossy(bytes)),
            Some((4, Value::Number(number))) => algorithm = number,
            Some((5, Value::Number(number))) => digits = number,
            Some((6, Value::Number(number))) => kind = number,
            Some((7, Value::Number(number))) => counter = number,
            Some(_) => {}
            None => whole = false,
        }
    }
    let refuse = |reason| {
        (
            if issuer.is_empty() { &name } else { &issuer }.clone(),
            reason,
        )
    };
    if !whole {
        return Err(refuse(RefusalReason::Damaged));
    }
    let algorithm = match algorithm {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        4 => return Err(refuse(RefusalReason::Md5)),
        other => return Err(refuse(RefusalReason::UnknownAlgorithm { value: other })),
    };
    let length = match digits {
        0 | 1 => 6,
        2 => 8,
        other => return Err(refuse(RefusalReason::UnknownDigits { value: other })),
    };
    let digits = Digits::try_from(length)
        .map_err(|_| refuse(RefusalReason::UnknownDigits { value: digits }))?;
    let kind = match kind {
        0 | 2 => Kind::Totp {
            period: Period::DEFAULT,
        },
        1 => Kind::Hotp { counter },
        other => return Err(refuse(RefusalReason::UnknownType { value: other })),
    };
    let seed =
        Seed::from_bytes(key.to_vec()).map_err(|error| refuse(RefusalReason::Seed(error)))?;
    let (issuer, account) = named(issuer, &name);
    Ok(Entry {
        algorithm,
        digits,
        kind,
        ..Entry::totp(issuer, account, seed)
    })
}

/// The name often holds the issuer, too, in front of a colon.
fn named(issuer: String, name: &str) -> (String, &str) {
    match name.split_once(':') {
        Some((label, account)) if issuer.is_empty() => (label.to_owned(), account),
        Some((label, account)) if label.trim() == issuer => (issuer, account),
        _ => (issuer, name),
    }
}

#[cfg(test)]
mod tests;
