//! From L1 properties to CloudFormation's.

use serde_json::{Map, Value};

use super::properties::{Kind, Properties};

/// `value` under CloudFormation's names; what CDK has no name for is dropped, as CDK drops it.
pub(crate) fn properties(kind: Properties, value: &Value) -> Value {
    let entries = value.as_object().into_iter().flatten();
    let mut rendered = Map::new();
    for (name, value) in entries.filter(|(_, value)| !value.is_null()) {
        if let Some(property) = kind.iter().find(|property| property.camel == name) {
            rendered.insert(property.pascal.to_owned(), render(&property.kind, value));
        }
    }
    Value::Object(rendered)
}

fn render(kind: &Kind, value: &Value) -> Value {
    match (kind, value) {
        (Kind::Object(inner), Value::Object(_)) => properties(inner, value),
        (Kind::List(each), Value::Array(values)) => {
            Value::Array(values.iter().map(|value| render(each, value)).collect())
        }
        (Kind::Map(each), Value::Object(entries)) => {
            let entries = entries.iter();
            Value::Object(
                entries
                    .map(|(name, value)| (name.clone(), render(each, value)))
                    .collect(),
            )
        }
        _ => value.clone(),
    }
}
