//! Whether props look like the props of `defineAuth`.
//!
//! Amplify's own run ignores keys that it does not know and takes any truthy value for `true`; only
//! its type check speaks up. Here there is no type check, so the shape is checked instead.

mod types;

use serde_json::Value;

pub(crate) use types::STANDARD_ATTRIBUTES;
use types::Shape::{
    Attributes, Bool, Call, Either, Handler, Line, List, Map, Number, Object, Secret, Text, Word,
};
use types::{ATTRIBUTE, CUSTOM_ATTRIBUTE, Key, PROPS, Shape};

/// What is wrong with a value, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The keys that lead to it.
    pub(crate) keys: Vec<String>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: Option<String>,
}

/// Everything that keeps `props` from being the props of `defineAuth`.
pub(crate) fn check(props: &Value) -> Vec<Misfit> {
    let mut check = Check {
        keys: Vec::new(),
        found: Vec::new(),
    };
    check.value(&PROPS, props);
    check.found
}

struct Check {
    keys: Vec<String>,
    found: Vec<Misfit>,
}

impl Check {
    fn value(&mut self, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Object(keys), Value::Object(_)) if marker(value).is_none() => self.object(keys, value),
            (Map(each), Value::Object(entries)) if marker(value).is_none() => {
                for (key, value) in entries {
                    self.inside(key, each, value);
                }
            }
            (List(each), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.inside(&index.to_string(), each, value);
                }
            }
            (Attributes, Value::Array(pairs)) => {
                for pair in pairs {
                    self.attribute(pair);
                }
            }
            (Either(shapes), _) => {
                let fit = shapes.iter().find(|shape| shape.takes(value));
                match fit {
                    Some(shape) => self.value(shape, value),
                    None => self.misfit(shape, value),
                }
            }
            _ if shape.takes(value) => {}
            _ => self.misfit(shape, value),
        }
    }

    fn inside(&mut self, key: &str, shape: &Shape, value: &Value) {
        self.keys.push(key.to_owned());
        self.value(shape, value);
        self.keys.pop();
    }

    fn object(&mut self, keys: &[Key], value: &Value) {
        let entries = value.as_object().into_iter().flatten();
        for (name, value) in entries {
            match keys.iter().find(|key| key.name == name) {
                Some(key) => self.inside(name, &key.shape, value),
                None => self.unknown(name, keys.iter().map(|key| key.name)),
            }
        }
        for key in keys.iter().filter(|key| key.required) {
            if value.get(key.name).is_none() {
                let path = self.path();
                let message = format!("{path} needs `{}`", key.name);
                self.report(
                    message,
                    Some(format!("write `{}: {}`", key.name, key.shape.example())),
                );
            }
        }
    }

    fn attribute(&mut self, pair: &Value) {
        let name = pair.get(0).and_then(Value::as_str).unwrap_or_default();
        let value = pair.get(1).unwrap_or(&Value::Null);
        if name.starts_with("custom:") {
            self.inside(name, &CUSTOM_ATTRIBUTE, value);
        } else if STANDARD_ATTRIBUTES.iter().any(|(known, _)| *known == name) {
            self.inside(name, &ATTRIBUTE, value);
        } else {
            self.unknown(name, STANDARD_ATTRIBUTES.iter().map(|(known, _)| *known));
        }
    }

    fn unknown(&mut self, name: &str, known: impl Iterator<Item = &'static str> + Clone) {
        let message = format!("{} has no `{name}`", self.path());
        let all: Vec<String> = known.clone().map(|known| format!("`{known}`")).collect();
        let near = OFTEN.iter().find(|(missed, _)| *missed == name);
        let help = match nearest(name, known) {
            _ if near.is_some() => near.map_or_else(String::new, |(_, help)| (*help).to_owned()),
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it knows {}", all.join(", ")),
        };
        self.keys.push(name.to_owned());
        self.report(message, Some(help));
        self.keys.pop();
    }

    fn misfit(&mut self, shape: &Shape, value: &Value) {
        let path = self.path();
        if let Some(("$returned", kind)) = marker(value) {
            let message = format!("{path} must return a string, but it returns {kind}");
            return self.report(message, None);
        }
        let broken = matches!((shape, value), (Line, Value::String(_)));
        let (mut want, got) = (shape.name(), describe(value));
        if broken {
            ONE_LINE.clone_into(&mut want);
        }
        let message = format!("{path} must be {want}, but it is {got}");
        let words = match (shape, value) {
            (Word(words), Value::String(word)) => nearest(word, words.iter().copied()),
            _ => None,
        };
        let help = match words {
            Some(word) => Some(format!("did you mean '{word}'?")),
            None if broken => None,
            None if package(value).is_some() => Some(PACKAGE_HELP.to_owned()),
            None if matches!(shape, Either([Shape::True, ..])) && value == &Value::Bool(false) => {
                Some("Amplify would turn passkeys on; leave `webAuthn` out instead".to_owned())
            }
            None => Some(format!("write {}", shape.example())),
        };
        self.report(message, help);
    }

    fn report(&mut self, message: String, help: Option<String>) {
        self.found.push(Misfit {
            keys: self.keys.clone(),
            message,
            help,
        });
    }

    fn path(&self) -> String {
        match self.keys.join(".") {
            path if path.is_empty() => "`defineAuth`".to_owned(),
            path => format!("`{path}`"),
        }
    }
}

/// Keys that people look for in vain, and what does it instead.
const OFTEN: [(&str, &str); 2] = [
    (
        "passwordPolicy",
        "set it in amplify/backend.ts: `cfnUserPool.policies = { ...cfnUserPool.policies, \
         passwordPolicy: { minimumLength: 12 } }`",
    ),
    (
        "domainPrefix",
        "leave it out: Amplify makes one of the backend's name",
    ),
];

const PACKAGE_HELP: &str = "packages other than @aws-amplify/backend are not run here; \
    move the value into a file of the project";

impl Shape {
    /// Whether `value` is of this shape, as far as that can be seen without looking inside.
    fn takes(&self, value: &Value) -> bool {
        match self {
            Bool => value.is_boolean(),
            Self::True => value == &Value::Bool(true),
            Text => value.is_string(),
            Line => value.as_str().is_some_and(is_line),
            Number => value.is_number(),
            Call => marker(value).is_some_and(|(key, _)| matches!(key, "$function" | "$text")),
            // Written out, a secret works as well: it is only shown to more people.
            Secret => value.is_string() || marker(value).is_some_and(|(key, _)| key == "$secret"),
            Handler => marker(value).is_some_and(|(key, kind)| match key {
                "$resource" => kind == "function",
                "$standIn" => true,
                _ => false,
            }),
            Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            List(_) | Attributes => value.is_array(),
            Map(_) | Object(_) => value.is_object() && marker(value).is_none(),
            Either(shapes) => shapes.iter().any(|shape| shape.takes(value)),
        }
    }

    fn name(&self) -> String {
        let join = |names: Vec<String>| names.join(" or ");
        match self {
            Bool => "`true` or `false`".to_owned(),
            Self::True => "`true`".to_owned(),
            Text | Line => "a string".to_owned(),
            Number => "a number".to_owned(),
            Call => "a function".to_owned(),
            Secret => "`secret('NAME')`".to_owned(),
            Handler => "`defineFunction({ .. })`".to_owned(),
            Word(words) => join(words.iter().map(|word| format!("'{word}'")).collect()),
            List(_) => "a list".to_owned(),
            Map(_) | Object(_) | Attributes => "an object".to_owned(),
            Either(shapes) => join(shapes.iter().map(Self::name).collect()),
        }
    }

    fn example(&self) -> String {
        match self {
            Bool | Self::True => "`true`".to_owned(),
            Text | Line => "'text'".to_owned(),
            Number => "8".to_owned(),
            Call => "a function that returns a string, such as `(code) => `Your code: ${code()}``"
                .to_owned(),
            Secret => "secret('NAME')".to_owned(),
            Handler => "defineFunction({ entry: './handler.ts' })".to_owned(),
            Word(words) => format!("'{}'", words.first().unwrap_or(&"")),
            List(each) => format!("[{}]", each.example()),
            Map(_) | Attributes => "{ }".to_owned(),
            Object(keys) => match keys.iter().find(|key| key.required) {
                Some(key) => format!("{{ {}: {} }}", key.name, key.shape.example()),
                None => "{ }".to_owned(),
            },
            Either(shapes) => shapes.first().map_or_else(String::new, Self::example),
        }
    }
}

/// The name among `known` that `name` was probably meant to be.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let scored = known.map(|known| (strsim::jaro_winkler(&lower, &known.to_lowercase()), known));
    let best = scored.max_by(|(left, _), (right, _)| left.total_cmp(right));
    best.filter(|(score, _)| *score > 0.8)
        .map(|(_, known)| known)
}

/// The host script's mark for what JSON cannot carry: its kind and its value.
fn marker(value: &Value) -> Option<(&str, &str)> {
    let (key, value) = value
        .as_object()?
        .iter()
        .find(|(key, _)| key.starts_with('$'))?;
    Some((key, value.as_str().unwrap_or_default()))
}

/// The package that `value` comes from, if it comes from one that is not run.
fn package(value: &Value) -> Option<&str> {
    marker(value).and_then(|(key, label)| (key == "$standIn").then_some(label))
}

/// What must be true of a text that becomes a mail's header.
pub(crate) const ONE_LINE: &str = "a string on one line, without control characters";

/// Whether `text` can be a mail's header.
pub(crate) fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// How much of a text is quoted, in characters.
const QUOTED: usize = 60;

/// `value`, said in a few words.
pub(crate) fn describe(value: &Value) -> String {
    match (value, marker(value)) {
        (_, Some(("$standIn", label))) => format!("`{label}`"),
        (_, Some(("$secret", name))) => format!("secret('{name}')"),
        (_, Some(("$resource" | "$other", kind))) => format!("a {kind}"),
        (_, Some(("$function" | "$text", _))) => "a function".to_owned(),
        (_, Some(("$minutes", _))) => "a duration".to_owned(),
        (Value::Array(_), _) => "a list".to_owned(),
        (Value::Object(_), _) => "an object".to_owned(),
        (Value::String(text), _) => quoted(text),
        (other, _) => format!("`{other}`"),
    }
}

fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(QUOTED).collect();
    let start = start.replace('\n', "\\n");
    let more = characters.next().map_or("", |_| "...");
    format!("'{start}{more}'")
}
