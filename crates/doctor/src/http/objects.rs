//! JSON in a text: which of its objects could be an error's body.

use serde_json::{Deserializer, Map, Value};

use super::status;

/// Longest body that is read, bytes.
const MAX_OBJECT: usize = 16 * 1024;
/// Most bytes that are read in search of bodies, all beginnings together.
const MAX_READ: usize = 4 * 1024 * 1024;
/// Most bodies that are kept.
pub(super) const MAX_OBJECTS: usize = 500;
/// How deep inside a log's own JSON a body is looked for.
const MAX_DEPTH: usize = 5;

/// A JSON object of the text.
pub(crate) struct Object {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) fields: Map<String, Value>,
    /// It has so little of a body's form that it is one only directly behind a status.
    pub(crate) weak: bool,
}

/// The objects of the text that could be an error's body, in its order.
pub(crate) fn objects(joined: &str) -> Vec<Object> {
    let mut found = Vec::new();
    let mut read = 0;
    let mut at = 0;
    while let Some(open) = joined.get(at..).and_then(|rest| rest.find('{')) {
        let from = at + open;
        at = from + 1;
        if read >= MAX_READ || found.len() >= MAX_OBJECTS {
            break;
        }
        if !joined[at..].trim_start().starts_with('"') {
            continue;
        }
        let mut end = from.saturating_add(MAX_OBJECT).min(joined.len());
        while !joined.is_char_boundary(end) {
            end -= 1;
        }
        let mut objects = Deserializer::from_str(&joined[from..end]).into_iter::<Value>();
        match objects.next() {
            Some(Ok(Value::Object(fields))) => {
                let length = objects.byte_offset();
                read += length;
                at = from + length;
                let weak = is_weak(&fields);
                let fields = if weak {
                    Some(fields)
                } else {
                    body(fields, MAX_DEPTH)
                };
                if let Some(fields) = fields {
                    found.push(Object {
                        from,
                        to: at,
                        fields,
                        weak,
                    });
                }
            }
            // The text has no line breaks any more, so that the column is how much was read.
            Some(Err(error)) => read += error.column(),
            _ => {}
        }
    }
    found
}

/// The error's body in an object: itself, or what a log put it in.
fn body(fields: Map<String, Value>, depth: usize) -> Option<Map<String, Value>> {
    if is_body(&fields) {
        return Some(fields);
    }
    let depth = depth.checked_sub(1)?;
    fields.into_iter().find_map(|(_, value)| match value {
        Value::Object(inner) => body(inner, depth),
        Value::Array(items) => items.into_iter().find_map(|item| match item {
            Value::Object(inner) => body(inner, depth),
            _ => None,
        }),
        _ => None,
    })
}

fn is_body(fields: &Map<String, Value>) -> bool {
    let text = |name: &str| fields.get(name).is_some_and(Value::is_string);
    let said = |name: &str| fields.contains_key(name);
    if text("error") {
        return true;
    }
    // A log's own lines have a message too; a body has two more fields of its form.
    let form = ["status", "code", "title", "detail"];
    let rest = form.iter().filter(|name| said(name)).count();
    (text("message") || text("title")) && status(fields).is_some() && rest >= 2
}

/// A part of a body's form and nothing else, such as a message and a code.
fn is_weak(fields: &Map<String, Value>) -> bool {
    const FORM: [&str; 6] = ["type", "status", "message", "code", "title", "detail"];
    let text = |name: &str| fields.get(name).is_some_and(Value::is_string);
    !is_body(fields)
        && fields.keys().all(|name| FORM.contains(&name.as_str()))
        && (text("message") || text("title") || text("detail"))
}
