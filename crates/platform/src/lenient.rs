//! Reading of optional fields: what has another type than described counts as not said. Only what a
//! call is for makes it fail.

use std::collections::BTreeMap;

use deskfob_otp::printable;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;
use zeroize::Zeroizing;

/// `true`, `false`, or not said. Never a guess: the text "false" is not said.
pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(Value::deserialize(from)?.as_bool())
}

/// A name or another text for people, without characters that would disturb its line.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => printable(&text),
        _ => String::new(),
    })
}

/// A whole number, written as such or as digits.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(as_number(&Value::deserialize(from)?))
}

pub(crate) fn as_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The texts of a list. A single text is a list of one.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(as_texts(&Value::deserialize(from)?))
}

pub(crate) fn as_texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

/// A value of its own type, or not said.
pub(crate) fn option<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(from)?).ok())
}

/// An object. Some servers write an empty one as an empty list, or as `null`.
pub(crate) fn map<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Value>, D::Error> {
    match Value::deserialize(from)? {
        Value::Object(fields) => Ok(fields.into_iter().collect()),
        Value::Null => Ok(BTreeMap::new()),
        Value::Array(items) if items.is_empty() => Ok(BTreeMap::new()),
        _ => Err(D::Error::custom("expected an object")),
    }
}

/// An object of its own type. A list would be read as the fields in their order.
pub(crate) fn object<T: DeserializeOwned>(value: Value) -> Option<T> {
    value
        .is_object()
        .then(|| serde_json::from_value(value).ok())?
}

/// An object at the top of an answer, read by [`map`].
#[derive(Deserialize)]
pub(crate) struct Fields(#[serde(deserialize_with = "map")] pub(crate) BTreeMap<String, Value>);

/// A text that is secret from the moment it is read.
pub(crate) struct WireSecret(pub(crate) SecretString);

impl<'de> Deserialize<'de> for WireSecret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(from)?);
        // A box made of a string with room to spare would leave a copy behind.
        Ok(Self(SecretString::from(Box::<str>::from(text.as_str()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "flag")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "text")]
        text: String,
        #[serde(default, deserialize_with = "number")]
        number: Option<u64>,
        #[serde(default, deserialize_with = "texts")]
        texts: Vec<String>,
        #[serde(default, deserialize_with = "map")]
        map: BTreeMap<String, Value>,
    }

    fn read(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_flag_of_another_type_is_not_said() {
        let cases = [
            ("true", r#"{"flag":true}"#, Some(true)),
            ("false", r#"{"flag":false}"#, Some(false)),
            ("absent", "{}", None),
            ("null", r#"{"flag":null}"#, None),
            ("a text", r#"{"flag":"false"}"#, None),
            ("a number", r#"{"flag":0}"#, None),
        ];
        for (name, json, expected) in cases {
            assert_eq!(read(json).flag, expected, "{name}");
        }
    }

    #[test]
    fn other_fields_do_not_fail_an_answer() {
        let odd = read(r#"{"text":7,"number":"12","texts":"one","map":[]}"#);
        assert_eq!(odd.text, "", "a number is no text");
        assert_eq!(odd.number, Some(12), "digits are a number");
        assert_eq!(odd.texts, ["one"], "one text is a list of one");
        assert!(odd.map.is_empty(), "an empty list is an empty object");
        let nulls = read(r#"{"text":null,"number":null,"texts":null,"map":null}"#);
        assert_eq!((nulls.text.as_str(), nulls.number), ("", None));
        assert_eq!(
            read(r#"{"text":"a\u202eb\nc"}"#).text,
            "ab c",
            "direction marks are dropped"
        );
        assert!(
            serde_json::from_str::<Sample>(r#"{"map":[1]}"#).is_err(),
            "a list is no object"
        );
    }
}
