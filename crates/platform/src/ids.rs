//! Identifiers, as the platform writes them. They are kept as text: another deployment may write its own.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ApiError;

/// Longest identifier that is put into a request's path.
const MAX_ID_BYTES: usize = 128;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier of this text. A text that cannot be one is refused when it is sent.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The text of the identifier.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text as one segment of a request's path.
            pub(crate) fn segment(&self) -> Result<&str, ApiError> {
                if is_segment(&self.0) {
                    Ok(&self.0)
                } else {
                    Err(ApiError::InvalidId { field: $field })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A user, a UUID: `{user_id}` in `/users/{user_id}`.
    UserId,
    "user id"
);
id!(
    /// An organisation, a ULID: `{organization_id}` in `/organizations/{organization_id}`.
    OrgId,
    "organization id"
);

/// Nothing in it can leave its place in a path: no slash, no dot, no escape.
fn is_segment(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_ids_get_into_a_path() {
        let long = "a".repeat(MAX_ID_BYTES + 1);
        let cases = [
            ("a UUID", "497f6eca-6276-4993-bfeb-53cbbbba6f08", true),
            ("a ULID", "01ARZ3NDEKTSV4RRFFQ69G5FAV", true),
            ("the longest", &long[1..], true),
            ("nothing", "", false),
            ("the parent folder", "..", false),
            ("another path", "me/totp", false),
            ("an escaped slash", "me%2Ftotp", false),
            ("a query", "me?x", false),
            ("another script", "идентификатор", false),
            ("too long", &long, false),
        ];
        for (name, text, expected) in cases {
            assert_eq!(UserId::new(text).segment().is_ok(), expected, "{name}");
        }
    }
}
