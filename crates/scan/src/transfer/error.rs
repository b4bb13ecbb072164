//! Why a transfer, or one enrolment of it, is not taken.

use deskfob_otp::SeedError;
use thiserror::Error;

/// Why a code is not read as part of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransferError {
    /// The URI has another scheme.
    #[error("not a transfer code")]
    NotATransfer,
    /// The URI is longer than [`MAX_URI_BYTES`](deskfob_otp::MAX_URI_BYTES).
    #[error("the transfer code has {length} bytes, more than {max}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest read, in bytes.
        max: usize,
    },
    /// There is no `data` parameter, or it is empty.
    #[error("the transfer code has no data")]
    NoData,
    /// The `data` parameter is not base64.
    #[error("the transfer code's data is not base64")]
    NotBase64,
    /// The data is no protobuf message.
    #[error("the transfer code is damaged")]
    Damaged,
    /// There is no enrolment in it.
    #[error("the transfer code holds no account")]
    Empty,
    /// There are more enrolments than [`MAX_PART_ENTRIES`](crate::MAX_PART_ENTRIES).
    #[error("the transfer code holds more than {max} accounts")]
    TooManyEntries {
        /// The most that are read.
        max: usize,
    },
    /// The code says that it is one of the transfer's codes that cannot be.
    #[error("the transfer code says that it has index {index} of {total}")]
    PartOutOfRange {
        /// Its index, which counts from 0.
        index: u64,
        /// How many codes it says there are.
        total: u64,
    },
}

impl TransferError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotATransfer => "transfer_not_one",
            Self::TooLong { .. } => "transfer_too_long",
            Self::NoData => "transfer_no_data",
            Self::NotBase64 => "transfer_not_base64",
            Self::Damaged => "transfer_damaged",
            Self::Empty => "transfer_empty",
            Self::TooManyEntries { .. } => "transfer_too_many",
            Self::PartOutOfRange { .. } => "transfer_out_of_range",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotATransfer => "show the code that the other app makes for a transfer",
            Self::Empty => "choose at least one account in the other app's transfer",
            Self::TooLong { .. } | Self::TooManyEntries { .. } | Self::PartOutOfRange { .. } => {
                "start the transfer in the other app again, with fewer accounts at a time"
            }
            Self::NoData | Self::NotBase64 | Self::Damaged => {
                "start the transfer in the other app again and scan its new code"
            }
        })
    }
}

/// An enrolment of a transfer that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEntry {
    /// Its place in the code, from 1.
    pub number: usize,
    /// Its issuer or account, fit to be shown; may be empty.
    pub name: String,
    /// Why.
    pub reason: RefusalReason,
}

/// Why an enrolment of a transfer cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RefusalReason {
    /// Its part of the message is damaged.
    #[error("its data is damaged")]
    Damaged,
    /// It asks for MD5, which no standard names.
    #[error("MD5 codes are not supported")]
    Md5,
    /// It asks for an algorithm of an unknown number.
    #[error("unknown algorithm {value}")]
    UnknownAlgorithm {
        /// The number.
        value: u64,
    },
    /// It asks for a length of an unknown number.
    #[error("unknown code length {value}")]
    UnknownDigits {
        /// The number, which is no count of digits.
        value: u64,
    },
    /// It is of a type of an unknown number.
    #[error("unknown type {value}")]
    UnknownType {
        /// The number.
        value: u64,
    },
    /// Its key is none.
    #[error(transparent)]
    Seed(SeedError),
}

impl RefusalReason {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Damaged => "entry_damaged",
            Self::Md5 | Self::UnknownAlgorithm { .. } => "algorithm_invalid",
            Self::UnknownDigits { .. } => "digits_invalid",
            Self::UnknownType { .. } => "type_unknown",
            Self::Seed(error) => error.code(),
        }
    }
}
