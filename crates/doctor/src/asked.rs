//! What a refusal asks for: how the next sign-in must be made.

use serde_json::Value;

/// Most methods that are kept of one refusal.
const MAX_METHODS: usize = 16;
/// Longest name of a method, bytes.
const MAX_METHOD_BYTES: usize = 64;

/// How a sign-in must be made (RFC 9470; the line `Parameters:` of the platform's SSH servers).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Methods it must use, all of them: `mfa`, `sso:<provider>` (RFC 8176). Empty: any.
    pub amr: Vec<String>,
    /// Most seconds since it. `None`: any.
    pub max_age: Option<u64>,
}

impl Asked {
    /// MFA, however long ago.
    pub fn mfa() -> Self {
        Self {
            amr: vec!["mfa".into()],
            max_age: None,
        }
    }

    /// Whether MFA is among what is asked for.
    pub fn needs_mfa(&self) -> bool {
        self.amr.iter().any(|method| method == "mfa")
    }

    /// The single sign-on providers that are asked for; `*` is any.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.amr
            .iter()
            .filter_map(|method| method.strip_prefix("sso:"))
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.amr.is_empty() && self.max_age.is_none()
    }

    /// Whether somebody who signed in by all of `have` did what is asked. `sso:*` stands for any provider.
    pub fn covered_by(&self, have: &[String]) -> bool {
        self.amr.iter().all(|asked| {
            let sso = asked.starts_with("sso:");
            have.iter().any(|had| {
                had == asked
                    || (sso && had == "sso:*")
                    || (asked == "sso:*" && had.starts_with("sso:"))
            })
        })
    }

    /// Whether `name` can be a method's. A text names them, and they come to stand in commands: so nothing is one
    /// that a shell would read as more than a word.
    pub fn is_method(name: &str) -> bool {
        (1..=MAX_METHOD_BYTES).contains(&name.len())
            && !name.ends_with(':')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b":*_.-".contains(&byte))
    }

    /// Takes in what another part of the same refusal says.
    pub(crate) fn join(&mut self, other: Self) {
        for method in other.amr {
            self.add(&method);
        }
        self.max_age = self.max_age.or(other.max_age);
    }

    pub(crate) fn add(&mut self, method: &str) {
        if Self::is_method(method)
            && self.amr.len() < MAX_METHODS
            && !self.amr.iter().any(|known| known == method)
        {
            self.amr.push(method.to_owned());
        }
    }

    /// From `amr` and `max_age` of an object; values of other types count as not said.
    pub(crate) fn of_json(object: &Value) -> Self {
        let mut asked = Self {
            amr: Vec::new(),
            max_age: match &object["max_age"] {
                Value::String(text) => text.trim().parse().ok(),
                other => other.as_u64(),
            },
        };
        match &object["amr"] {
            Value::String(text) => asked.add_list(text),
            Value::Array(items) => {
                for item in items.iter().filter_map(Value::as_str) {
                    asked.add_list(item);
                }
            }
            _ => {}
        }
        asked
    }

    /// Methods in one text, as in a header or on a command line.
    pub(crate) fn add_list(&mut self, text: &str) {
        for method in text.split([' ', ',']) {
            self.add(method);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(amr: &[&str]) -> Asked {
        Asked {
            amr: amr.iter().map(|&m| m.to_owned()).collect(),
            max_age: None,
        }
    }

    #[test]
    fn all_of_the_list_is_needed() {
        let cases: &[(&str, &[&str], &[&str], bool)] = &[
            ("nothing asked", &[], &["pwd"], true),
            ("MFA", &["mfa"], &["pwd", "mfa"], true),
            ("MFA missing", &["mfa"], &["pwd"], false),
            ("one of two", &["mfa", "sso:acme"], &["mfa"], false),
            (
                "the other of two",
                &["mfa", "sso:acme"],
                &["sso:acme"],
                false,
            ),
            ("both", &["mfa", "sso:acme"], &["sso:acme", "mfa"], true),
            ("another provider", &["sso:acme"], &["sso:globex"], false),
            ("any provider had", &["sso:acme"], &["sso:*"], true),
            ("any provider asked", &["sso:*"], &["sso:globex"], true),
            ("a wildcard is no MFA", &["mfa"], &["sso:*"], false),
        ];
        for (name, want, have, expected) in cases {
            let have: Vec<String> = have.iter().map(|&m| m.to_owned()).collect();
            assert_eq!(asked(want).covered_by(&have), *expected, "{name}");
        }
    }

    #[test]
    fn odd_values_count_as_not_said() {
        let cases = [
            (
                "as it is",
                json!({"amr": ["mfa", "sso:acme"], "max_age": 300}),
                asked(&["mfa", "sso:acme"]),
                Some(300),
            ),
            (
                "texts",
                json!({"amr": "mfa sso:acme", "max_age": "300"}),
                asked(&["mfa", "sso:acme"]),
                Some(300),
            ),
            (
                "twice",
                json!({"amr": ["mfa", "mfa"]}),
                asked(&["mfa"]),
                None,
            ),
            (
                "nonsense",
                json!({"amr": [1, {}, "", "m\u{e9}"], "max_age": -1}),
                asked(&[]),
                None,
            ),
            (
                "names that a shell would read",
                json!({"amr": ["sso:a';id;'", "sso:$(id)", "a|b", "a\"b", "sso:x/y", "sso:", "sso:_.-*9"]}),
                asked(&["sso:_.-*9"]),
                None,
            ),
            ("no object", json!(["mfa"]), asked(&[]), None),
        ];
        for (name, json, mut expected, max_age) in cases {
            expected.max_age = max_age;
            assert_eq!(Asked::of_json(&json), expected, "{name}");
        }
        let many: Vec<String> = (0..100).map(|n| format!("sso:{n}")).collect();
        assert_eq!(
            Asked::of_json(&json!({"amr": many})).amr.len(),
            MAX_METHODS,
            "a text cannot ask for any number"
        );
    }
}
