//! Whether L1 properties and overrides are what CloudFormation knows.
//!
//! CDK drops a property that it has no name for, and writes any override as it is: the one is
//! silently lost, the other fails when it is deployed.

use serde_json::Value;

use super::properties::{Kind, Properties};
use crate::props::shape::{Misfit, describe, nearest};

/// What is wrong with the L1 properties `value` of a type.
pub(crate) fn properties(kind: Properties, value: &Value) -> Vec<Misfit> {
    let mut check = Check {
        keys: Vec::new(),
        found: Vec::new(),
    };
    check.object(kind, value);
    check.found
}

/// What is wrong with an override of `path`, which counts from the properties and is in CloudFormation's
/// names.
pub(crate) fn override_path(kind: Properties, path: &[String]) -> Option<Misfit> {
    let mut at = Place::Properties(kind);
    for (depth, segment) in path.iter().enumerate() {
        at = match at {
            Place::Properties(known) => {
                match known.iter().find(|property| property.pascal == segment) {
                    Some(property) => Place::of(&property.kind),
                    None => return Some(unknown_override(known, &path[..=depth])),
                }
            }
            Place::Elements(kind) | Place::Entries(kind) => Place::of(kind),
            Place::Anything => return None,
        };
    }
    None
}

enum Place {
    Properties(Properties),
    Elements(&'static Kind),
    Entries(&'static Kind),
    Anything,
}

impl Place {
    fn of(kind: &'static Kind) -> Self {
        match kind {
            Kind::Object(properties) => Self::Properties(properties),
            Kind::List(each) => Self::Elements(each),
            Kind::Map(each) => Self::Entries(each),
            _ => Self::Anything,
        }
    }
}

fn unknown_override(known: Properties, path: &[String]) -> Misfit {
    let (name, parents) = path
        .split_last()
        .map_or(("", path), |(name, parents)| (name.as_str(), parents));
    let names = known.iter().map(|property| property.pascal);
    let near = nearest(name, names.clone());
    let whole = |name: &str| {
        let path = parents.iter().map(String::as_str).chain([name]);
        path.collect::<Vec<_>>().join(".")
    };
    let help = match near {
        Some(near) => format!("did you mean '{}'?", whole(near)),
        None => format!("it knows {}", names.collect::<Vec<_>>().join(", ")),
    };
    Misfit {
        keys: path.to_vec(),
        message: format!("CloudFormation has no property '{}'", whole(name)),
        help: Some(help),
    }
}

struct Check {
    keys: Vec<String>,
    found: Vec<Misfit>,
}

impl Check {
    fn object(&mut self, kind: Properties, value: &Value) {
        for (name, value) in value.as_object().into_iter().flatten() {
            self.keys.push(name.clone());
            match kind.iter().find(|property| property.camel == name) {
                Some(property) => self.value(&property.kind, value),
                None => self.unknown(kind, name),
            }
            self.keys.pop();
        }
    }

    fn value(&mut self, kind: &Kind, value: &Value) {
        let is_marked = value
            .as_object()
            .is_some_and(|entries| entries.keys().any(|key| key.starts_with('$')));
        // Numbers and switches may come from CDK, too: as tokens.
        let is_token = is_marked || value.as_str().is_some_and(|text| text.contains("${"));
        match (kind, value) {
            (_, Value::Null) => {}
            _ if is_token => {}
            (Kind::Object(properties), Value::Object(_)) => self.object(properties, value),
            (Kind::List(each), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.keys.push(index.to_string());
                    self.value(each, value);
                    self.keys.pop();
                }
            }
            (Kind::Map(each), Value::Object(entries)) => {
                for (name, value) in entries {
                    self.keys.push(name.clone());
                    self.value(each, value);
                    self.keys.pop();
                }
            }
            (Kind::Text, Value::String(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Json, _) => {}
            _ => self.misfit(kind, value),
        }
    }

    fn unknown(&mut self, kind: Properties, name: &str) {
        let names = kind.iter().map(|property| property.camel);
        let help = match nearest(name, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it knows {}", names.collect::<Vec<_>>().join(", ")),
        };
        self.found.push(Misfit {
            keys: self.keys.clone(),
            message: format!("there is no property `{}`", self.keys.join(".")),
            help: Some(help),
        });
    }

    fn misfit(&mut self, kind: &Kind, value: &Value) {
        let want = match kind {
            Kind::Text => "a string",
            Kind::Number => "a number",
            Kind::Boolean => "`true` or `false`",
            Kind::List(_) => "a list",
            Kind::Map(_) | Kind::Object(_) | Kind::Json => "an object",
        };
        let path = self.keys.join(".");
        let got = describe(value);
        self.found.push(Misfit {
            keys: self.keys.clone(),
            message: format!("`{path}` must be {want}, but it is {got}"),
            help: None,
        });
    }
}
