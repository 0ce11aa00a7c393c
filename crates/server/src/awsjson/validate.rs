//! One check of every input against the service model, in AWS's own words.
//!
//! A value of the wrong JSON type refuses the request at once (`SerializationException`); all else
//! is a violation, and violations are told together. `null` counts as absent and is removed, in
//! lists too, and so are members that the model does not know: what is left can be read into typed
//! requests.
//!
//! AWS documents no order of violations. In recorded answers of Cognito the members come
//! alphabetically and the length before the pattern, and so here. Like DynamoDB we list ten at
//! most, so that a small request cannot ask for a huge answer.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::constraint::{broken, broken_by_key, constraints, mismatch};
use super::error::ApiError;
use super::model::{Kind, Shape, ShapeRef};

const MOST_VIOLATIONS: usize = 10;

pub(super) type Checked<T = ()> = Result<T, ApiError>;

/// Checks `input` against a structure, and tidies it.
pub(super) fn check(structure: &ShapeRef, input: &mut Value) -> Checked {
    let mut check = Check::default();
    check.value(structure, input)?;
    let count = check.violations.len();
    if count == 0 {
        return Ok(());
    }
    let errors = if count == 1 { "error" } else { "errors" };
    let violations = check.violations.join("; ");
    Err(ApiError::Validation(format!(
        "{count} validation {errors} detected: {violations}"
    )))
}

/// Where in the input the check is, and what it has found.
#[derive(Default)]
struct Check {
    /// Members as the model names them, and places in lists and maps.
    path: Vec<Cow<'static, str>>,
    violations: Vec<String>,
}

impl Check {
    fn value(&mut self, wanted: &ShapeRef, value: &mut Value) -> Checked {
        let expected = wanted.shape();
        if expected.document {
            return Ok(());
        }
        if expected.kind == Kind::Structure {
            return self.structure(expected, value);
        }
        drop_nulls(value);
        for constraint in broken(expected, value)? {
            self.violation(&quoted(wanted, value), &constraint);
        }
        match expected.kind {
            Kind::List => self.list(wanted, value),
            Kind::Map => self.map(wanted, value),
            _ => Ok(()),
        }
    }

    fn structure(&mut self, expected: &'static Shape, value: &mut Value) -> Checked {
        let Value::Object(fields) = value else {
            return Err(mismatch(Kind::Structure, value));
        };
        fields
            .retain(|name, value| !value.is_null() && expected.members.contains_key(name.as_str()));
        for (&name, member) in &expected.members {
            self.path.push(name.into());
            if let Some(value) = fields.get_mut(name) {
                self.value(member, value)?;
            } else if expected.required.contains(&name) {
                let null = if member.shape().sensitive {
                    ""
                } else {
                    " null"
                };
                self.violation(null, "Member must not be null");
            }
            self.path.pop();
        }
        Ok(())
    }

    fn list(&mut self, wanted: &ShapeRef, value: &mut Value) -> Checked {
        let member = &wanted.shape().member;
        let mut any_broken = false;
        for (place, element) in value.as_array_mut().into_iter().flatten().enumerate() {
            any_broken |= self.element(member, format_args!("{}", place + 1), element)?;
        }
        if any_broken {
            self.violation_of_all("Member", member.shape(), &quoted(wanted, value));
        }
        Ok(())
    }

    fn map(&mut self, wanted: &ShapeRef, value: &mut Value) -> Checked {
        let shape = wanted.shape();
        let (key_shape, value_shape) = (shape.key.shape(), shape.value.shape());
        let (mut any_key_broken, mut any_value_broken) = (false, false);
        for (key, element) in value.as_object_mut().into_iter().flatten() {
            any_key_broken |= !broken_by_key(key_shape, key).is_empty();
            any_value_broken |= self.element(&shape.value, format_args!("{key}"), element)?;
        }
        if any_key_broken {
            self.violation_of_all("Map keys", key_shape, &quoted(wanted, value));
        }
        if any_value_broken {
            self.violation_of_all("Map value", value_shape, &quoted(wanted, value));
        }
        Ok(())
    }

    /// Checks what a list or a map holds. Structures report in a place of their own; for all else
    /// the answer is whether it is broken, and the container reports it once.
    fn element(
        &mut self,
        wanted: &ShapeRef,
        at: fmt::Arguments<'_>,
        element: &mut Value,
    ) -> Checked<bool> {
        let shape = wanted.shape();
        if shape.kind != Kind::Structure {
            return Ok(!broken(shape, element)?.is_empty());
        }
        self.path.push(format!("{at}.member").into());
        self.value(wanted, element)?;
        self.path.pop();
        Ok(false)
    }

    fn violation_of_all(&mut self, which: &str, expected: &'static Shape, quoted: &str) {
        let all: Vec<_> = constraints(expected)
            .map(|c| c.text(expected.kind))
            .collect();
        self.violation(
            quoted,
            &format!("{which} must satisfy constraint: [{}]", all.join(", ")),
        );
    }

    fn violation(&mut self, quoted: &str, constraint: &str) {
        if self.violations.len() < MOST_VIOLATIONS {
            let names = self.path.iter().map(|name| match name {
                Cow::Borrowed(member) => lower_camel(member),
                Cow::Owned(place) => place.clone(),
            });
            let path = names.collect::<Vec<_>>().join(".");
            self.violations.push(format!(
                "Value{quoted} at '{path}' failed to satisfy constraint: {constraint}"
            ));
        }
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.retain(|element| !element.is_null()),
        Value::Object(entries) => entries.retain(|_, value| !value.is_null()),
        _ => {}
    }
}

/// The value as a violation quotes it, with a space before it: nothing if any of it is sensitive.
fn quoted(wanted: &ShapeRef, value: &Value) -> String {
    shown(wanted, value).map_or_else(String::new, |shown| format!(" '{shown}'"))
}

/// The value as Java prints it.
fn shown(wanted: &ShapeRef, value: &Value) -> Option<String> {
    let (name, shape) = (wanted.name, wanted.shape());
    if shape.sensitive {
        return None;
    }
    Some(match (shape.kind, value) {
        (_, Value::String(text)) => text.clone(),
        (Kind::List, Value::Array(elements)) => {
            let shown = elements.iter().map(|element| shown(&shape.member, element));
            format!("[{}]", shown.collect::<Option<Vec<_>>>()?.join(", "))
        }
        (Kind::Map, Value::Object(entries)) => format!("{{{}}}", shown_map(shape, entries)?),
        (Kind::Structure, Value::Object(fields)) if !shape.document => {
            format!("{name}({})", shown_structure(shape, fields)?)
        }
        _ => value.to_string(),
    })
}

fn shown_map(shape: &Shape, entries: &Map<String, Value>) -> Option<String> {
    let entry = |(key, value)| Some(format!("{key}={}", shown(&shape.value, value)?));
    Some(
        entries
            .iter()
            .map(entry)
            .collect::<Option<Vec<_>>>()?
            .join(", "),
    )
}

fn shown_structure(shape: &Shape, fields: &Map<String, Value>) -> Option<String> {
    let member = |(name, member): (&&str, &ShapeRef)| {
        let value = fields
            .get(*name)
            .map_or(Some("null".to_owned()), |v| shown(member, v))?;
        Some(format!("{}={value}", lower_camel(name)))
    };
    Some(
        shape
            .members
            .iter()
            .map(member)
            .collect::<Option<Vec<_>>>()?
            .join(", "),
    )
}

fn lower_camel(name: &str) -> String {
    let mut symbols = name.chars();
    let first = symbols.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(symbols).collect()
}
