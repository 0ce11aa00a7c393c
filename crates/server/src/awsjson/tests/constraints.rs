//! Every constraint of every operation: a request that breaks it, and AWS's message.
//!
//! The requests and the messages are made here from the model's raw JSON.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::samples::Sample;
use super::{call, refusal};

/// One request that is wrong in one place.
struct Case {
    kind: &'static str,
    /// Where the wrong value goes: a JSON pointer into a right input.
    place: String,
    /// The wrong value, or none at all.
    value: Option<Value>,
    /// What AWS says of it.
    violations: Vec<String>,
}

/// The model with the cases that follow from it.
struct Model(Value);

/// A value's place in the input, as a JSON pointer and as AWS writes it.
#[derive(Clone, Default)]
struct At {
    place: String,
    path: String,
}

impl At {
    fn member(&self, name: &str) -> Self {
        let (first, rest) = name.split_at(1);
        let dot = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}{rest}", self.path, first.to_lowercase());
        Self {
            place: format!("{}/{name}", self.place),
            path,
        }
    }

    /// The place of a structure inside a list or a map.
    fn inside(&self, key: &str, shown: &str) -> Self {
        Self {
            place: format!("{}/{key}", self.place),
            path: format!("{}.{shown}.member", self.path),
        }
    }

    fn case(
        &self,
        kind: &'static str,
        value: Value,
        shown: Option<&str>,
        constraints: &[String],
    ) -> Case {
        let shown = shown.map_or(String::new(), |shown| format!(" '{shown}'"));
        let violation = |constraint| {
            format!(
                "Value{shown} at '{}' failed to satisfy constraint: {constraint}",
                self.path
            )
        };
        let violations = constraints.iter().map(violation).collect();
        Case {
            kind,
            place: self.place.clone(),
            value: Some(value),
            violations,
        }
    }
}

impl Model {
    fn read() -> Self {
        Self(serde_json::from_str(include_str!("../model.json")).unwrap())
    }

    fn shape(&self, name: &str) -> &Value {
        &self.0["shapes"][name]
    }

    fn is_structure(&self, name: &str) -> bool {
        self.shape(name)["type"] == "structure"
    }

    /// An input with every member that the shape knows.
    fn right(&self, name: &str) -> Value {
        let shape = self.shape(name);
        let inner = |part: &str| self.right(shape[part].as_str().unwrap());
        match shape["type"].as_str().unwrap() {
            "structure" if shape["document"] == true => json!({ "any": [null, { "thing": 1.5 }] }),
            "structure" => {
                let members = shape["members"].as_object().unwrap();
                let member = |(name, shape): (&String, &Value)| {
                    (name.clone(), self.right(shape.as_str().unwrap()))
                };
                members.iter().map(member).collect()
            }
            "list" => json!([inner("member")]),
            "map" => json!({ inner("key").as_str().unwrap(): inner("value") }),
            "string" => self.text(name, 0).0.into(),
            "blob" => "AAAA".into(),
            "boolean" => true.into(),
            "integer" | "long" => shape["min"].as_i64().unwrap_or(7).into(),
            other => panic!("no input had a {other} before: {name}"),
        }
    }

    /// A text of the shape that is right but for a length other than 0, and what else is wrong.
    fn text(&self, name: &str, length: usize) -> (String, Vec<String>) {
        let shape = self.shape(name);
        if let Some(values) = shape["enum"].as_array() {
            return (values[0].as_str().unwrap().to_owned(), Vec::new());
        }
        let least = usize::try_from(shape["min"].as_i64().unwrap_or(0)).unwrap();
        let Some(pattern) = shape["pattern"].as_str() else {
            return (
                "x".repeat(if length == 0 { least.max(1) } else { length }),
                Vec::new(),
            );
        };
        let sample = Sample::of(pattern);
        let length = if length == 0 {
            least.max(sample.seed.chars().count())
        } else {
            length
        };
        let (text, matches) = sample.text(length);
        (
            text,
            if matches {
                Vec::new()
            } else {
                vec![pattern_text(pattern)]
            },
        )
    }

    fn cases(&self, name: &str, at: &At) -> Vec<Case> {
        let shape = self.shape(name);
        let mut cases = match shape["type"].as_str().unwrap() {
            "structure" => return self.structure_cases(shape, at),
            "list" => self.list_cases(shape, at),
            "map" => self.map_cases(shape, at),
            _ => Vec::new(),
        };
        for (kind, value, constraints) in self.wrong(name) {
            cases.push(at.case(
                kind,
                value.clone(),
                self.shown(name, &value).as_deref(),
                &constraints,
            ));
        }
        cases
    }

    fn structure_cases(&self, shape: &Value, at: &At) -> Vec<Case> {
        let mut cases = Vec::new();
        for (member, inner) in shape["members"].as_object().unwrap() {
            let (at, inner) = (at.member(member), inner.as_str().unwrap());
            cases.extend(self.cases(inner, &at));
            if shape["required"]
                .as_array()
                .is_some_and(|names| names.contains(&json!(member)))
            {
                let null = if self.shape(inner)["sensitive"] == true {
                    ""
                } else {
                    " null"
                };
                let violation = format!(
                    "Value{null} at '{}' failed to satisfy constraint: Member must not be null",
                    at.path
                );
                cases.push(Case {
                    kind: "required",
                    place: at.place,
                    value: None,
                    violations: vec![violation],
                });
            }
        }
        cases
    }

    fn list_cases(&self, shape: &Value, at: &At) -> Vec<Case> {
        let member = shape["member"].as_str().unwrap();
        if self.is_structure(member) {
            return self.cases(member, &at.inside("0", "1"));
        }
        let constraint = format!("Member must satisfy constraint: [{}]", self.all(member));
        let mut cases = Vec::new();
        for (_, wrong, _) in self.wrong(member) {
            let shown = self.shown(member, &wrong).map(|shown| format!("[{shown}]"));
            cases.push(at.case(
                "list",
                json!([wrong]),
                shown.as_deref(),
                std::slice::from_ref(&constraint),
            ));
        }
        cases
    }

    fn map_cases(&self, shape: &Value, at: &At) -> Vec<Case> {
        let (key, value) = (
            shape["key"].as_str().unwrap(),
            shape["value"].as_str().unwrap(),
        );
        let is_secret = shape["sensitive"] == true;
        let (right_key, right) = (self.right(key), self.right(value));
        let right_key = right_key.as_str().unwrap();
        let mut cases = Vec::new();
        let mut push = |key: &str, value: &Value, shown: Option<String>, constraint: String| {
            let shown = shown
                .filter(|_| !is_secret)
                .map(|shown| format!("{{{key}={shown}}}"));
            cases.push(at.case(
                "map",
                json!({ key: value }),
                shown.as_deref(),
                &[constraint],
            ));
        };
        for (_, wrong, _) in self.wrong(key) {
            let constraint = format!("Map keys must satisfy constraint: [{}]", self.all(key));
            push(
                wrong.as_str().unwrap(),
                &right,
                self.shown(value, &right),
                constraint,
            );
        }
        if self.is_structure(value) {
            cases.extend(self.cases(value, &at.inside(right_key, right_key)));
            return cases;
        }
        for (_, wrong, _) in self.wrong(value) {
            let constraint = format!("Map value must satisfy constraint: [{}]", self.all(value));
            push(right_key, &wrong, self.shown(value, &wrong), constraint);
        }
        cases
    }

    /// Wrong values of a shape, each with the kind of constraint that it breaks and the texts of
    /// all that it cannot help breaking.
    fn wrong(&self, name: &str) -> Vec<(&'static str, Value, Vec<String>)> {
        let shape = self.shape(name);
        let mut wrong = Vec::new();
        let (word, number) = match shape["type"].as_str().unwrap() {
            "integer" | "long" => ("value", true),
            _ => ("length", false),
        };
        if let Some(most) = shape["max"].as_i64() {
            let text = format!("Member must have {word} less than or equal to {most}");
            let (value, more) = self.sized(name, most + 1);
            wrong.push((
                if number { "range" } else { "max" },
                value,
                [vec![text], more].concat(),
            ));
        }
        if let Some(least) = shape["min"].as_i64().filter(|&least| number || least > 0) {
            let text = format!("Member must have {word} greater than or equal to {least}");
            let (value, more) = self.sized(name, least - 1);
            wrong.push((
                if number { "range" } else { "min" },
                value,
                [vec![text], more].concat(),
            ));
        }
        if let Some(pattern) = shape["pattern"].as_str()
            && let Some(spoiler) = Sample::of(pattern).spoiler
        {
            let (mut text, _) = self.text(name, 0);
            text.pop();
            text.push(spoiler);
            wrong.push(("pattern", text.into(), vec![pattern_text(pattern)]));
        }
        if shape["enum"].is_array() {
            wrong.push(("enum", "NO_SUCH_VALUE".into(), vec![enum_text(shape)]));
        }
        wrong
    }

    /// A value of a length, or a number; and the constraints that every such value breaks.
    fn sized(&self, name: &str, size: i64) -> (Value, Vec<String>) {
        let shape = self.shape(name);
        let length = usize::try_from(size).unwrap_or(0);
        match shape["type"].as_str().unwrap() {
            "string" if length == 0 => {
                let pattern = shape["pattern"]
                    .as_str()
                    .filter(|&p| !Sample::of(p).seed.is_empty());
                ("".into(), pattern.map(pattern_text).into_iter().collect())
            }
            "string" => {
                let (text, more) = self.text(name, length);
                (text.into(), more)
            }
            "blob" => (BASE64.encode(vec![0; length]).into(), Vec::new()),
            "list" => (
                vec![self.right(shape["member"].as_str().unwrap()); length].into(),
                Vec::new(),
            ),
            "map" => {
                let value = self.right(shape["value"].as_str().unwrap());
                let key = shape["key"].as_str().unwrap();
                let keys = (0..length).map(|place| (format!("Key{place:02}"), value.clone()));
                let keys: Value = keys.collect();
                let wrong = format!("Map keys must satisfy constraint: [{}]", self.all(key));
                (keys, if length == 0 { Vec::new() } else { vec![wrong] })
            }
            _ => (size.into(), Vec::new()),
        }
    }

    /// All constraints of a shape, as they are listed for what is in a list or a map.
    fn all(&self, name: &str) -> String {
        let shape = self.shape(name);
        let most = shape["max"].as_i64();
        let least = shape["min"].as_i64();
        let texts = [
            most.map(|most| format!("Member must have length less than or equal to {most}")),
            least.map(|least| format!("Member must have length greater than or equal to {least}")),
            shape["pattern"].as_str().map(pattern_text),
            shape["enum"].is_array().then(|| enum_text(shape)),
        ];
        texts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// How a message quotes the value, if it may.
    fn shown(&self, name: &str, value: &Value) -> Option<String> {
        let shape = self.shape(name);
        if shape["sensitive"] == true {
            return None;
        }
        let joined = |parts: Option<Vec<String>>| parts.map(|parts| parts.join(", "));
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(values) => {
                let member = shape["member"].as_str().unwrap();
                let parts = values
                    .iter()
                    .map(|value| self.shown(member, value))
                    .collect();
                joined(parts).map(|parts| format!("[{parts}]"))
            }
            Value::Object(values) if shape["type"] == "map" => {
                let inner = shape["value"].as_str().unwrap();
                let part = |(key, value)| Some(format!("{key}={}", self.shown(inner, value)?));
                joined(values.iter().map(part).collect()).map(|parts| format!("{{{parts}}}"))
            }
            Value::Object(values) => {
                let part = |(member, value): (&String, &Value)| {
                    let inner = self.shown(shape["members"][member].as_str()?, value)?;
                    Some(format!("{}={inner}", At::default().member(member).path))
                };
                joined(values.iter().map(part).collect()).map(|parts| format!("{name}({parts})"))
            }
            other => Some(other.to_string()),
        }
    }
}

fn pattern_text(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn enum_text(shape: &Value) -> String {
    let values = shape["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_str().unwrap());
    let values = values.collect::<Vec<_>>().join(", ");
    format!("Member must satisfy enum value set: [{values}]")
}

fn spoil(input: &mut Value, case: &Case) {
    if let Some(value) = &case.value {
        *input.pointer_mut(&case.place).unwrap() = value.clone();
    } else {
        let (parent, member) = case.place.rsplit_once('/').unwrap();
        let parent = input.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.remove(member).unwrap();
    }
}

#[test]
fn every_operation_takes_all_that_the_model_knows() {
    let model = Model::read();
    for (name, operation) in model.0["operations"].as_object().unwrap() {
        let input = model.right(operation["input"].as_str().unwrap());
        assert_eq!(call(name, &input).unwrap(), input, "{name}");
    }
}

#[test]
fn every_broken_constraint_of_every_operation_is_told_in_the_services_words() {
    let model = Model::read();
    let mut counts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let operations = model.0["operations"].as_object().unwrap();
    for (name, operation) in operations {
        let input = operation["input"].as_str().unwrap();
        let right = model.right(input);
        for case in model.cases(input, &At::default()) {
            let mut wrong = right.clone();
            spoil(&mut wrong, &case);
            let count = case.violations.len();
            let plural = if count == 1 { "" } else { "s" };
            let violations = case.violations.join("; ");
            let text = format!("{count} validation error{plural} detected: {violations}");
            let place = format!("{name}{} ({})", case.place, case.kind);
            assert_eq!(
                refusal(name, &wrong),
                ("InvalidParameterException", text),
                "{place}"
            );
            counts.entry(case.kind).or_default().insert(place);
        }
    }
    assert_eq!(operations.len(), 141);
    let counts: BTreeMap<_, _> = counts
        .into_iter()
        .map(|(kind, set)| (kind, set.len()))
        .collect();
    for kind in [
        "required", "min", "max", "pattern", "enum", "range", "list", "map",
    ] {
        assert!(counts.contains_key(kind), "no case for {kind}: {counts:?}");
    }
    println!("{counts:?}");
}
