//! Whether L1 properties and overrides are what CloudFormation knows.
//!
//! CDK drops a property that it has no name for, and writes any override as it is: the one is
//! silently lost, the other fails when it is deployed.

use serde_json::Value;

use super::properties::{Kind, Properties, Property};
use crate::props::shape::{Misfit, ONE_LINE, describe, is_line, nearest};

/// What is wrong with the L1 properties `value` of a type.
pub(crate) fn properties(kind: Properties, value: &Value) -> Vec<Misfit> {
    let mut check = Check::new(|property| property.camel);
    check.object(kind, value);
    check.found
}

/// What is wrong with overriding `path`, which counts from the properties and is in CloudFormation's
/// names, by `value`.
pub(crate) fn overriding(kind: Properties, path: &[String], value: &Value) -> Vec<Misfit> {
    let mut check = Check::new(|property| property.pascal);
    check.path(Place::Properties(kind), path, value);
    check.found
}

/// Where a path has led to.
#[derive(Clone, Copy)]
enum Place {
    Properties(Properties),
    Kind(&'static Kind),
}

struct Check {
    /// Whose names are checked: CDK's or CloudFormation's.
    name: fn(&Property) -> &'static str,
    keys: Vec<String>,
    found: Vec<Misfit>,
}

impl Check {
    fn new(name: fn(&Property) -> &'static str) -> Self {
        Self {
            name,
            keys: Vec::new(),
            found: Vec::new(),
        }
    }

    fn path(&mut self, place: Place, path: &[String], value: &Value) {
        let Some((segment, rest)) = path.split_first() else {
            return match place {
                Place::Properties(kind) => self.object(kind, value),
                Place::Kind(kind) => self.value(kind, value),
            };
        };
        self.keys.push(segment.clone());
        let properties = match place {
            Place::Properties(kind) => kind,
            Place::Kind(Kind::Object(kind)) => *kind,
            Place::Kind(Kind::List(each) | Kind::Map(each)) => {
                return self.path(Place::Kind(each), rest, value);
            }
            Place::Kind(_) => return,
        };
        match properties
            .iter()
            .find(|property| (self.name)(property) == segment)
        {
            Some(property) => self.path(Place::Kind(&property.kind), rest, value),
            None => self.unknown(properties, segment),
        }
    }

    fn object(&mut self, kind: Properties, value: &Value) {
        for (name, value) in value.as_object().into_iter().flatten() {
            self.keys.push(name.clone());
            match kind.iter().find(|property| (self.name)(property) == name) {
                Some(property) => self.value(&property.kind, value),
                None => self.unknown(kind, name),
            }
            self.keys.pop();
        }
    }

    fn value(&mut self, kind: &Kind, value: &Value) {
        let mut keys = value
            .as_object()
            .into_iter()
            .flat_map(|entries| entries.keys());
        let is_function =
            keys.any(|key| key.starts_with(['$']) || key == "Ref" || key.starts_with("Fn::"));
        // What is known only when it is deployed may be anything.
        let is_token = is_function || value.as_str().is_some_and(|text| text.contains("${Token["));
        match (kind, value) {
            (_, Value::Null) => {}
            _ if is_token => {}
            (Kind::Object(properties), Value::Object(_)) => self.object(properties, value),
            (Kind::List(each), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.inside(&index.to_string(), each, value);
                }
            }
            (Kind::Map(each), Value::Object(entries)) => {
                for (name, value) in entries {
                    self.inside(name, each, value);
                }
            }
            (Kind::Line, Value::String(text)) if is_line(text) => {}
            (Kind::Text, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) | (Kind::Json, _) => {}
            (Kind::Number, Value::Number(number)) if number.is_u64() => {}
            (Kind::Word(words), Value::String(word)) if words.contains(&word.as_str()) => {}
            _ => self.misfit(kind, value),
        }
    }

    fn inside(&mut self, key: &str, kind: &Kind, value: &Value) {
        self.keys.push(key.to_owned());
        self.value(kind, value);
        self.keys.pop();
    }

    fn unknown(&mut self, kind: Properties, name: &str) {
        let names = || kind.iter().map(self.name);
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it knows {}", names().collect::<Vec<_>>().join(", ")),
        };
        self.found.push(Misfit {
            keys: self.keys.clone(),
            message: format!("there is no property `{}`", self.keys.join(".")),
            help: Some(help),
        });
    }

    fn misfit(&mut self, kind: &Kind, value: &Value) {
        let want = match kind {
            Kind::Line if value.is_string() => ONE_LINE.to_owned(),
            Kind::Text | Kind::Line => "a string".to_owned(),
            Kind::Word(words) => format!("one of {}", words.join(", ")),
            Kind::Number => "a whole number".to_owned(),
            Kind::Boolean => "`true` or `false`".to_owned(),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) | Kind::Object(_) | Kind::Json => "an object".to_owned(),
        };
        let near = match (kind, value) {
            (Kind::Word(words), Value::String(word)) => nearest(word, words.iter().copied()),
            _ => None,
        };
        let path = self.keys.join(".");
        let got = describe(value);
        self.found.push(Misfit {
            keys: self.keys.clone(),
            message: format!("`{path}` must be {want}, but it is {got}"),
            help: near.map(|near| format!("did you mean '{near}'?")),
        });
    }
}
