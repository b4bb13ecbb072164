//! The platform's API description (OpenAPI 3.0), and what it says of one exchange.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::recorder::Exchange;

/// The description.
pub(crate) struct Document(Value);

/// One operation of the description.
pub(crate) struct Operation<'a> {
    /// The path as the description has it, with the method.
    pub(crate) name: String,
    value: &'a Value,
    item: &'a Value,
}

impl Document {
    /// `None` where no description is named: it is the platform's and not part of this project.
    pub(crate) fn load() -> Option<Self> {
        let place = PathBuf::from(std::env::var_os("DESKFOB_SPECIFICATION")?);
        let text = std::fs::read(&place).unwrap_or_else(|e| panic!("{}: {e}", place.display()));
        Some(Self(serde_json::from_slice(&text).unwrap()))
    }

    /// The same, with errors as they were described before January 2026.
    pub(crate) fn with_older_errors(&self) -> Self {
        let text = json!({ "type": "string" });
        let mut document = self.0.clone();
        document["components"]["schemas"]["Error"] = json!({
            "type": "object",
            "properties": {
                "status": text,
                "message": text,
                "code": { "type": "number" },
                "detail": { "type": "object" },
                "title": text,
            },
            "required": ["status", "message", "code", "detail", "title"],
        });
        Self(document)
    }

    /// The operation of a request: of the paths that match, the one with the fewest parameters.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let paths = self.0["paths"].as_object().unwrap();
        let matching = paths.iter().filter(|(template, _)| fits(template, path));
        let (template, item) =
            matching.min_by_key(|(template, _)| template.matches('{').count())?;
        let value = item.get(method.to_lowercase())?;
        Some(Operation {
            name: format!("{method} {template}"),
            value,
            item,
        })
    }

    /// What is wrong with a request of ours.
    pub(crate) fn request_faults(
        &self,
        operation: &Operation<'_>,
        asked: &Exchange,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        let parameters = [
            &operation.item["parameters"],
            &operation.value["parameters"],
        ];
        let known: Vec<&Value> = parameters
            .iter()
            .filter_map(|list| list.as_array())
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .collect();
        for (name, _) in form_urlencoded::parse(asked.query.as_bytes()) {
            let described = known.iter().any(|parameter| {
                let known = parameter["name"].as_str().unwrap();
                let deep = parameter["style"] == "deepObject";
                parameter["in"] == "query"
                    && (name == known || (deep && name.starts_with(&format!("{known}["))))
            });
            if !described {
                faults.push(format!("query parameter {name} is not described"));
            }
        }
        let body = &operation.value["requestBody"];
        match (body.is_object(), asked.sent.is_empty()) {
            (false, false) => faults.push("a body is sent and none is described".to_owned()),
            (true, true) if body["required"] == true => {
                faults.push("the body is missing".to_owned())
            }
            (true, false) => {
                let content = &self.resolve(body)["content"];
                faults.extend(self.content_faults(content, &asked.sent_type, &asked.sent));
            }
            _ => {}
        }
        faults
    }

    /// What is wrong with an answer of the sandbox.
    pub(crate) fn answer_faults(&self, operation: &Operation<'_>, got: &Exchange) -> Vec<String> {
        let described = &operation.value["responses"][got.status.to_string()];
        if described.is_null() {
            return vec![format!("status {} is not described", got.status)];
        }
        let content = &self.resolve(described)["content"];
        if content.is_null() {
            let empty = got.body.is_empty();
            return if empty {
                vec![]
            } else {
                vec!["a body came and none is described".to_owned()]
            };
        }
        self.content_faults(content, &got.content_type, &got.body)
    }

    fn content_faults(&self, content: &Value, media_type: &str, body: &[u8]) -> Vec<String> {
        let media_type = media_type.split(';').next().unwrap_or_default();
        let Some(described) = content.get(media_type) else {
            return vec![format!("media type {media_type:?} is not described")];
        };
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return vec!["it is no JSON".to_owned()];
        };
        let validator = self.validator(&described["schema"]);
        let errors = validator.iter_errors(&body);
        // Places and rules: a message may quote what is in the body.
        errors
            .map(|error| match error.kind() {
                jsonschema::error::ValidationErrorKind::AdditionalProperties { unexpected } => {
                    format!(
                        "{}: {} not described",
                        error.instance_path(),
                        unexpected.join(", ")
                    )
                }
                kind => format!("{}: {}", error.instance_path(), kind.keyword()),
            })
            .collect()
    }

    /// Every field has to be described: the judge of what is left out and of what is made up.
    fn validator(&self, schema: &Value) -> Validator {
        let mut reached = BTreeSet::new();
        self.reach(schema, &mut reached);
        let components: Map<_, _> = reached
            .iter()
            .map(|name| {
                (
                    name.clone(),
                    convert(&self.0["components"]["schemas"][name]),
                )
            })
            .collect();
        let schema = json!({
            "components": { "schemas": components },
            "allOf": [convert(schema)],
        });
        jsonschema::options()
            .with_draft(Draft::Draft7)
            .should_validate_formats(true)
            .with_format("ulid", is_ulid)
            .build(&schema)
            .unwrap()
    }

    /// Names of the components that a schema refers to, directly or not.
    fn reach(&self, value: &Value, reached: &mut BTreeSet<String>) {
        if let Some(name) = value["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
            if reached.insert(name.to_owned()) {
                self.reach(&self.0["components"]["schemas"][name], reached);
            }
            return;
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|value| self.reach(value, reached)),
            Value::Array(items) => items.iter().for_each(|value| self.reach(value, reached)),
            _ => {}
        }
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(place) => self.0.pointer(place.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }
}

/// Whether a path is one of a template. A parameter may be a part of a segment, as in `email={email}`.
fn fits(template: &str, path: &str) -> bool {
    let (asked, given): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    asked.len() == given.len()
        && asked
            .iter()
            .zip(given)
            .all(|(asked, given)| match asked.split_once('{') {
                Some((before, _)) => given.starts_with(before) && given.len() > before.len(),
                None => *asked == given,
            })
}

fn is_ulid(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// OpenAPI 3.0's dialect as JSON Schema draft 7, with fields that are not described refused.
fn convert(schema: &Value) -> Value {
    let Value::Object(fields) = schema else {
        return schema.clone();
    };
    let nullable = fields.get("nullable") == Some(&Value::Bool(true));
    if let Some(to) = fields.get("$ref") {
        let to = json!({ "$ref": to });
        return if nullable {
            json!({ "anyOf": [to, { "type": "null" }] })
        } else {
            to
        };
    }
    let mut converted = Map::new();
    for (key, value) in fields {
        let value = match key.as_str() {
            "properties" => {
                let properties = value.as_object().unwrap().iter();
                properties
                    .map(|(name, value)| (name.clone(), convert(value)))
                    .collect()
            }
            "items" | "additionalProperties" | "not" => convert(value),
            "allOf" | "anyOf" | "oneOf" => value.as_array().unwrap().iter().map(convert).collect(),
            "type" if nullable => json!([value, "null"]),
            "enum" if nullable => {
                let mut values = value.as_array().unwrap().clone();
                values.push(Value::Null);
                Value::Array(values)
            }
            "type" | "enum" | "format" | "required" | "pattern" | "minimum" | "maximum"
            | "minLength" | "maxLength" | "minItems" | "maxItems" | "uniqueItems" => value.clone(),
            // Words for people, defaults and examples.
            _ => continue,
        };
        converted.insert(key.clone(), value);
    }
    if converted.contains_key("properties") && !converted.contains_key("additionalProperties") {
        converted.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    Value::Object(converted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_their_templates() {
        for (template, path, expected) in [
            ("/users/{user_id}/totp", "/users/1/totp", true),
            ("/users/{user_id}", "/users/1/totp", false),
            ("/users/email={email}", "/users/email=a@b", true),
            ("/users/email={email}", "/users/1", false),
            ("/users/me", "/users/1", false),
        ] {
            assert_eq!(fits(template, path), expected, "{template} {path}");
        }
    }

    #[test]
    fn the_dialect_is_converted() {
        let schema = json!({
            "type": "object",
            "properties": {
                "when": { "type": "string", "format": "date-time", "nullable": true, "example": "now" },
                "other": { "$ref": "#/components/schemas/Other", "nullable": true },
            },
            "required": ["when"],
        });
        let document = Document(json!({
            "components": { "schemas": { "Other": { "type": "string" } } }
        }));
        let validator = document.validator(&schema);
        for (body, expected) in [
            (json!({ "when": "2026-01-01T00:00:00Z" }), true),
            (json!({ "when": null, "other": null }), true),
            (json!({ "when": null, "other": 1 }), false),
            (json!({ "when": "tomorrow" }), false),
            (json!({}), false),
            (json!({ "when": null, "more": 1 }), false),
        ] {
            assert_eq!(validator.is_valid(&body), expected, "{body}");
        }
    }
}
