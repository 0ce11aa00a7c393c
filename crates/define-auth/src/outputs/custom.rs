//! `backend.addOutput`: parts of the clients' configuration, merged in order.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::{Deployed, official};
use crate::Definition;
use crate::backend::Added;
use crate::diagnostic::Diagnostic;
use crate::position::{self, Sources};
use crate::template;

/// The parts in one, or Amplify's refusal of a value that is given twice.
pub(crate) fn merge(parts: &[Added], sources: &Sources) -> Result<Value, Diagnostic> {
    let mut merged = Value::Object(Map::new());
    for added in parts {
        let conflict = match lay(&mut merged, &added.part, "") {
            Ok(()) => continue,
            Err(conflict) => conflict,
        };
        let error = match conflict {
            Conflict::Key(key) => {
                let text = format!("Output entry with key {key} already exists");
                let help =
                    "Check if 'backend.addOutput' is called multiple times with overlapping inputs";
                Diagnostic::error(text)
                    .named("OutputEntryAlreadyExistsError")
                    .detail(format!("Caused by: Property {key} already exists"))
                    .help(help)
            }
            Conflict::Version(old, new) => {
                let help = "Ensure that the version specified in 'backend.addOutput' is consistent \
                    and is same as the one used for generating the client config";
                Diagnostic::error("Conflicting versions of client configuration found.")
                    .named("VersionMismatchError")
                    .detail(format!(
                        "Caused by: Version mismatch: Cannot accumulate new objects with version \
                         {new} with existing accumulated object with version {old}"
                    ))
                    .help(help)
            }
        };
        return Err(error.at(position::frame(sources, &added.stack)));
    }
    Ok(merged)
}

/// Amplify's refusal of a part that says again what the clients' configuration has anyway.
pub(crate) fn check(
    definition: &Definition,
    parts: &[Added],
    sources: &Sources,
) -> Result<(), Diagnostic> {
    let mut file = official::value(definition, &Deployed::nowhere());
    for added in parts {
        if let Err(Conflict::Key(key)) = lay(&mut file, &added.part, "") {
            let text = format!("Duplicated entry with key {key} detected in deployment outputs");
            let help = "Check if 'backend.addOutput' is called multiple times with overlapping \
                inputs or if 'backend.addOutput' is called with values overlapping Amplify managed \
                keys";
            let error = Diagnostic::error(text)
                .named("OutputEntryAlreadyExistsError")
                .detail(format!("Caused by: Property {key} already exists"))
                .help(help);
            return Err(error.at(position::frame(sources, &added.stack)));
        }
        let auth = resolve(&file["auth"], &Deployed::nowhere());
        if let Err(why) = official::Auth::deserialize(auth) {
            let text =
                "the 'auth' of 'backend.addOutput' does not fit into the clients' configuration";
            let error = Diagnostic::error(text).detail(why.to_string());
            return Err(error.at(position::frame(sources, &added.stack)));
        }
    }
    Ok(())
}

/// The values without marks: ids are known once the pool is served; what comes from packages that are
/// not run is left out.
pub(super) fn resolve(value: &Value, deployed: &Deployed<'_>) -> Value {
    resolved(value, deployed).unwrap_or_default()
}

fn resolved(value: &Value, deployed: &Deployed<'_>) -> Option<Value> {
    match value {
        Value::String(text) => {
            let pieces = template::pieces(text).into_iter();
            let text: Option<String> = pieces
                .map(|(is_token, piece)| {
                    if is_token {
                        known(piece, deployed)
                    } else {
                        Some(piece)
                    }
                })
                .collect();
            text.map(Value::from)
        }
        Value::Array(values) => {
            let values = values.iter().filter_map(|value| resolved(value, deployed));
            Some(Value::Array(values.collect()))
        }
        Value::Object(entries) if entries.keys().any(|key| key.starts_with('$')) => None,
        Value::Object(entries) => {
            let entry =
                |(key, value): (&String, &Value)| Some((key.clone(), resolved(value, deployed)?));
            Some(Value::Object(entries.iter().filter_map(entry).collect()))
        }
        other => Some(other.clone()),
    }
}

/// What a token stands for where the pool is served.
fn known<'d>(token: &str, deployed: &Deployed<'d>) -> Option<&'d str> {
    match token {
        "UserPool" => Some(deployed.pool_id.as_str()),
        "UserPoolClient" => Some(deployed.client.id.as_str()),
        "AWS::Region" => Some(deployed.pool_id.region()),
        _ => {
            let name = token.strip_prefix("Client")?;
            let mut added = deployed.added_clients.iter();
            let client = added.find(|client| client.name == name)?;
            Some(client.id.as_str())
        }
    }
}

fn minor(version: &Value) -> u32 {
    let text = version.as_str().unwrap_or_default();
    let minor = text.split('.').nth(1).and_then(|minor| minor.parse().ok());
    minor.unwrap_or(0)
}

/// What keeps two values from being one.
pub(super) enum Conflict {
    /// A value under this key was given before.
    Key(String),
    /// Another major version was given before: the first and the second.
    Version(String, String),
}

/// Lays `part` over `base`, where `key` is theirs.
pub(super) fn lay(base: &mut Value, part: &Value, key: &str) -> Result<(), Conflict> {
    match (base, part) {
        (Value::Object(base), Value::Object(part)) => {
            for (name, value) in part {
                match base.get_mut(name) {
                    Some(known) => lay(known, value, name)?,
                    None => {
                        base.insert(name.clone(), value.clone());
                    }
                }
            }
            Ok(())
        }
        (Value::Array(base), Value::Array(part)) => {
            base.extend(part.iter().cloned());
            Ok(())
        }
        (Value::Array(base), part) => {
            base.push(part.clone());
            Ok(())
        }
        (base, part) if key == "version" => {
            let major = |value: &Value| {
                let text = value.as_str().unwrap_or_default();
                text.split('.').next().map(str::to_owned)
            };
            if major(base) != major(part) {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                return Err(Conflict::Version(text(base), text(part)));
            }
            // Of one major version, the newer counts.
            if minor(part) > minor(base) {
                *base = part.clone();
            }
            Ok(())
        }
        (base @ Value::Null, part) => {
            *base = part.clone();
            Ok(())
        }
        _ => Err(Conflict::Key(key.to_owned())),
    }
}
