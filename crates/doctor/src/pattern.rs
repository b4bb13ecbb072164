//! Regular expressions that are made when they are first used.

/// A regular expression of the crate. All are anchored or bounded, and the engine takes linear time.
macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($pattern).expect("a regular expression"));
    };
}

pub(crate) use pattern;
