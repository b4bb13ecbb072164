//! What was odd about a URI that was read all the same.

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

impl Notice {
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
