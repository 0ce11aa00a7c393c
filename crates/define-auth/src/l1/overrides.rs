//! `addOverride` and its siblings: laid over a resource when all else is done, whenever they were made.

use serde_json::{Map, Value};

/// Stands for a deletion among overrides; no definition can write it, its key being ours.
const DELETION: &str = "$deletion";

/// The overrides of a resource, merged in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Overrides(Map<String, Value>);

impl Overrides {
    /// Adds one: `path` from the resource's definition, `None` to delete.
    pub(crate) fn add(&mut self, path: &[String], value: Option<Value>) {
        let Some((last, parents)) = path.split_last() else {
            return;
        };
        let mut at = &mut self.0;
        for parent in parents {
            let entry = at.entry(parent.clone()).or_insert(Value::Null);
            if !entry.is_object() || is_deletion(entry) {
                *entry = Value::Object(Map::new());
            }
            let Value::Object(inner) = entry else { return };
            at = inner;
        }
        let value = value.unwrap_or_else(|| {
            Value::Object(Map::from_iter([(DELETION.to_owned(), Value::Bool(true))]))
        });
        at.insert(last.clone(), value);
    }

    /// Lays them over `definition`.
    pub(crate) fn apply(self, definition: &mut Value) {
        for (name, value) in self.0 {
            merge(definition, &name, value);
        }
    }
}

/// The segments of a path; `\.` is a dot within one.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut escaped = false;
    for character in path.chars() {
        match (character, segments.last_mut()) {
            ('.', _) if !escaped => segments.push(String::new()),
            ('\\', _) if !escaped => {
                escaped = true;
                continue;
            }
            (other, Some(last)) => last.push(other),
            (_, None) => {}
        }
        escaped = false;
    }
    segments
}

fn is_deletion(value: &Value) -> bool {
    value.get(DELETION).is_some()
}

fn merge(target: &mut Value, name: &str, value: Value) {
    if is_deletion(&value) {
        remove(target, name);
        return;
    }
    let Some(slot) = slot(target, name) else {
        return;
    };
    let Value::Object(entries) = value else {
        *slot = value;
        return;
    };
    // An intrinsic function is one value, and is not mixed with another.
    let is_intrinsic = |name: &String| name == "Ref" || name.starts_with("Fn::");
    let was_intrinsic = slot
        .as_object()
        .is_some_and(|slot| slot.keys().any(is_intrinsic));
    if was_intrinsic || !(slot.is_object() || slot.is_array()) {
        *slot = Value::Object(Map::new());
    }
    for (name, value) in entries {
        merge(slot, &name, value);
    }
    // Nothing is left: what was there has been deleted.
    if slot.as_object().is_some_and(Map::is_empty) {
        remove(target, name);
    }
}

fn slot<'t>(target: &'t mut Value, name: &str) -> Option<&'t mut Value> {
    match target {
        Value::Array(elements) => {
            let index: usize = name.parse().ok()?;
            if index >= elements.len() && index < 1024 {
                elements.resize(index + 1, Value::Null);
            }
            elements.get_mut(index)
        }
        Value::Object(entries) => Some(entries.entry(name).or_insert(Value::Null)),
        _ => None,
    }
}

fn remove(target: &mut Value, name: &str) {
    match target {
        Value::Object(entries) => {
            entries.remove(name);
        }
        Value::Array(elements) => {
            if let Some(element) = name.parse().ok().and_then(|at: usize| elements.get_mut(at)) {
                *element = Value::Null;
            }
        }
        _ => {}
    }
}
