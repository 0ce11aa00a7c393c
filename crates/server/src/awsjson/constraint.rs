//! What one value must satisfy, and AWS's words for it.
//!
//! A text's length is its number of Unicode scalar values, as Smithy's `length` trait says; a
//! blob's is that of the decoded bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Number, Value};

use super::error::ApiError;
use super::model::{Kind, Pattern, Shape};
use super::validate::Checked;

/// One fact that the model demands of a value.
pub(super) enum Constraint {
    AtMost(i64),
    AtLeast(i64),
    Pattern(&'static Pattern),
    OneOf(&'static [&'static str]),
}

impl Constraint {
    fn holds(&self, size: i64, text: &str) -> bool {
        match self {
            Self::AtMost(most) => size <= *most,
            Self::AtLeast(least) => size >= *least,
            Self::Pattern(pattern) => pattern.matches(text),
            Self::OneOf(values) => values.contains(&text),
        }
    }

    /// What AWS says when it is broken.
    pub(super) fn text(&self, kind: Kind) -> String {
        let size = if matches!(kind, Kind::Integer | Kind::Long) {
            "value"
        } else {
            "length"
        };
        match self {
            Self::AtMost(most) => format!("Member must have {size} less than or equal to {most}"),
            Self::AtLeast(least) => {
                format!("Member must have {size} greater than or equal to {least}")
            }
            Self::Pattern(pattern) => {
                let java = &pattern.java;
                format!("Member must satisfy regular expression pattern: {java}")
            }
            Self::OneOf(values) => {
                format!(
                    "Member must satisfy enum value set: [{}]",
                    values.join(", ")
                )
            }
        }
    }
}

/// The constraints of a shape, in the order in which AWS lists all of them.
pub(super) fn constraints(shape: &'static Shape) -> impl Iterator<Item = Constraint> {
    let one_of = (!shape.values.is_empty()).then_some(Constraint::OneOf(&shape.values));
    let pattern = shape.pattern.as_ref().map(Constraint::Pattern);
    let most = shape.max.map(Constraint::AtMost);
    let least = shape.min.map(Constraint::AtLeast);
    [most, least, pattern, one_of].into_iter().flatten()
}

/// The texts of the constraints that `value` breaks by itself, whatever is in it.
pub(super) fn broken(expected: &'static Shape, value: &mut Value) -> Checked<Vec<String>> {
    let size = size(expected.kind, value)?;
    let text = value.as_str().unwrap_or_default();
    Ok(broken_by(expected, size, text))
}

/// The same for the key of a map, which is a text.
pub(super) fn broken_by_key(expected: &'static Shape, key: &str) -> Vec<String> {
    broken_by(expected, length(key.chars().count()), key)
}

fn broken_by(expected: &'static Shape, size: i64, text: &str) -> Vec<String> {
    let broken = constraints(expected).filter(|constraint| !constraint.holds(size, text));
    broken
        .map(|constraint| constraint.text(expected.kind))
        .collect()
}

/// What a length or a range is compared with. Numbers lose their fraction on the way, as they do
/// when AWS reads them.
fn size(kind: Kind, value: &mut Value) -> Checked<i64> {
    let count = match (kind, &*value) {
        (Kind::String, Value::String(text)) => text.chars().count(),
        (Kind::Blob, Value::String(text)) => BASE64
            .decode(text)
            .map_err(|_| ApiError::Serialization(String::new()))?
            .len(),
        (Kind::List, Value::Array(elements)) => elements.len(),
        (Kind::Map, Value::Object(entries)) => entries.len(),
        (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) => 0,
        (Kind::Integer | Kind::Long, Value::Number(number)) => {
            let whole = whole(number)?;
            *value = whole.into();
            return Ok(whole);
        }
        _ => return Err(mismatch(kind, value)),
    };
    Ok(length(count))
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn whole(number: &Number) -> Checked<i64> {
    let truncated = || format!("{:.0}", number.as_f64()?.trunc()).parse().ok();
    number
        .as_i64()
        .or_else(truncated)
        .ok_or_else(|| ApiError::Serialization(String::new()))
}

/// AWS's word for a value of another type than `wanted`.
pub(super) fn mismatch(wanted: Kind, found: &Value) -> ApiError {
    let token = match found {
        Value::Array(_) => return serialization("Start of list found where not expected"),
        Value::Object(_) => {
            return serialization("Start of structure or map found where not expected.");
        }
        Value::Null => "NULL",
        Value::Bool(true) => "TRUE",
        Value::Bool(false) => "FALSE",
        Value::Number(_) => "NUMBER",
        Value::String(_) => "STRING",
    };
    let wanted = match wanted {
        Kind::List => return serialization("Expected list or null"),
        Kind::Map => return serialization("Expected map or null"),
        Kind::Structure => return serialization("Expected null"),
        Kind::String => "a String",
        Kind::Blob => "a Blob",
        Kind::Integer => "an Integer",
        Kind::Long => "a Long",
        Kind::Boolean => "a Boolean",
        Kind::Timestamp => "a Timestamp",
    };
    ApiError::Serialization(format!("{token}_VALUE can not be converted to {wanted}"))
}

fn serialization(text: &str) -> ApiError {
    ApiError::Serialization(text.to_owned())
}
