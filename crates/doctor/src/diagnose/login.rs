//! The command that the platforms' own command line proposes when a sign-in is missing.

use crate::Asked;
use crate::pattern::pattern;

pattern!(
    LOGIN,
    r"(?i)\blogin\b((?:\s*--(?:method|max-age)[ =]+'?[A-Za-z0-9:*,_.-]{1,200}'?)+)"
);
pattern!(
    METHOD,
    r"(?i)--method[ =]+'?([A-Za-z0-9:*,_.-]{1,200}?)'?(?:--|\s|$)"
);
pattern!(OPTION_AGE, r"(?i)--max-age[ =]+'?([0-9]{1,10})");

/// What `login --method … --max-age …` asks for; nothing where it has no options.
pub(super) fn proposed(text: &str) -> Asked {
    let mut asked = Asked::default();
    let Some(options) = LOGIN.captures(text).and_then(|found| found.get(1)) else {
        return asked;
    };
    let options = options.as_str();
    if let Some(methods) = METHOD.captures(options).and_then(|found| found.get(1)) {
        asked.add_list(methods.as_str());
    }
    asked.max_age = OPTION_AGE
        .captures(options)
        .and_then(|found| found.get(1)?.as_str().parse().ok());
    asked
}
