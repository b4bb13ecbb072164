//! What was odd about a URI that was read all the same.

use std::fmt;

/// Which name a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePart {
    /// The issuer.
    Issuer,
    /// The account.
    Account,
}

/// Something odd about a URI that cannot make a code wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An HOTP URI without its counter; 0 is taken.
    CounterMissing,
    /// The label names one issuer and the parameter another; the parameter is taken.
    IssuerDiffers {
        /// The issuer in front of the label's colon.
        label: String,
        /// The `issuer` parameter.
        parameter: String,
    },
    /// A parameter is given more than once. Where the values differ, which only an issuer may, the first is taken.
    DuplicateParameter {
        /// The parameter's name.
        name: &'static str,
    },
    /// A parameter that means nothing here.
    UnknownParameter {
        /// Its name, or only its length if it is long.
        name: String,
    },
    /// A parameter that means nothing for this type, such as a counter for TOTP.
    UnusedParameter {
        /// The parameter's name.
        name: &'static str,
    },
    /// The algorithm is not spelt as the format says, such as `sha-256`.
    AlgorithmSpelling {
        /// What it says.
        value: String,
    },
    /// Control characters or invisible direction marks were taken out of a name.
    NameCleaned {
        /// Which name.
        part: NamePart,
    },
    /// A name was cut to [`MAX_NAME_CHARS`](crate::MAX_NAME_CHARS) characters.
    NameTruncated {
        /// Which name.
        part: NamePart,
        /// How many characters it had.
        length: usize,
    },
    /// A name is not UTF-8; what could not be read shows as U+FFFD.
    NameNotUtf8 {
        /// Which name; the account if the label holds both.
        part: NamePart,
    },
    /// There is neither an issuer nor an account.
    Unnamed,
}

impl fmt::Display for NamePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issuer => "issuer",
            Self::Account => "account",
        })
    }
}

/// One sentence for a person, without its full stop.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CounterMissing => f.write_str("it names no counter, so counting starts at 0"),
            Self::IssuerDiffers { label, parameter } => {
                write!(
                    f,
                    "it names two issuers, {label} and {parameter}; the second is taken"
                )
            }
            Self::DuplicateParameter { name } => write!(f, "it gives {name} more than once"),
            Self::UnknownParameter { name } => write!(f, "{name} means nothing here"),
            Self::UnusedParameter { name } => write!(f, "{name} means nothing for this type"),
            Self::AlgorithmSpelling { value } => {
                write!(
                    f,
                    "the algorithm is spelt {value}, which is not the standard spelling"
                )
            }
            Self::NameCleaned { part } => {
                write!(f, "invisible characters were taken out of the {part}")
            }
            Self::NameTruncated { part, length } => {
                write!(f, "the {part} has {length} characters and was cut")
            }
            Self::NameNotUtf8 { part } => {
                write!(f, "some characters of the {part} cannot be read")
            }
            Self::Unnamed => f.write_str("it names neither an issuer nor an account"),
        }
    }
}

impl Notice {
    /// Whether a person gains by hearing of it: the others are oddities of spelling.
    pub const fn matters(&self) -> bool {
        !matches!(
            self,
            Self::AlgorithmSpelling { .. }
                | Self::DuplicateParameter { .. }
                | Self::UnknownParameter { .. }
                | Self::UnusedParameter { .. }
        )
    }

    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CounterMissing => "counter_missing",
            Self::IssuerDiffers { .. } => "issuer_differs",
            Self::DuplicateParameter { .. } => "parameter_duplicate",
            Self::UnknownParameter { .. } => "parameter_unknown",
            Self::UnusedParameter { .. } => "parameter_unused",
            Self::AlgorithmSpelling { .. } => "algorithm_spelling",
            Self::NameCleaned { .. } => "name_cleaned",
            Self::NameTruncated { .. } => "name_truncated",
            Self::NameNotUtf8 { .. } => "name_not_utf8",
            Self::Unnamed => "unnamed",
        }
    }
}
