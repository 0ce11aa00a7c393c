//! The attributes of a pool, from CloudFormation's properties.

use std::str::FromStr;

use poolhouse_domain::attributes::{AttributeKind, AttributeSpec, Schema};
use serde::Deserialize;

/// `SchemaAttribute`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SchemaAttribute {
    name: String,
    required: bool,
    mutable: Option<bool>,
    attribute_data_type: Option<String>,
    string_attribute_constraints: StringConstraints,
    number_attribute_constraints: NumberConstraints,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct StringConstraints {
    min_length: Option<String>,
    max_length: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct NumberConstraints {
    min_value: Option<String>,
    max_value: Option<String>,
}

impl SchemaAttribute {
    /// What the pool is told of it. One that Cognito does not know is the pool's own.
    pub(super) fn spec(&self) -> AttributeSpec {
        let standard = Schema::default().get(&self.name);
        let kind = self.attribute_data_type.as_deref();
        let text = &self.string_attribute_constraints;
        let number = &self.number_attribute_constraints;
        let kind = match (kind, &standard) {
            (None, Some(standard)) => standard.kind.clone(),
            (Some("Number"), _) => AttributeKind::Number {
                min: parsed(number.min_value.as_ref()),
                max: parsed(number.max_value.as_ref()),
            },
            (Some("Boolean"), _) => AttributeKind::Boolean,
            (Some("DateTime"), _) => AttributeKind::DateTime,
            _ => AttributeKind::String {
                min: parsed(text.min_length.as_ref()),
                max: parsed(text.max_length.as_ref()),
            },
        };
        let name = match standard {
            Some(standard) => standard.name,
            None => format!("custom:{}", self.name),
        };
        AttributeSpec {
            name,
            required: self.required,
            mutable: self.mutable.unwrap_or(true),
            kind,
        }
    }
}

/// A limit, which is a number in a text.
fn parsed<T: FromStr>(limit: Option<&String>) -> Option<T> {
    limit.and_then(|limit| limit.parse().ok())
}
