//! Reads the properties of resources into what a server knows, and tells what was left over: a property
//! is honoured, or it is named ([`crate::unsupported`]), but never dropped without a word.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::backend::Resource;
use crate::diagnostic::{Diagnostic, Position};
use crate::position::Sources;

/// A property that no server is told of.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    /// Its resource's logical id.
    pub(crate) id: String,
    /// Its resource's type.
    pub(crate) kind: String,
    /// Where it is among the resource's properties.
    pub(crate) path: String,
    /// What it is.
    pub(crate) value: Value,
}

/// Reads resources, and notes what of them it did not.
pub(crate) struct Reader<'s> {
    sources: &'s Sources,
    pub(crate) unread: Vec<Unread>,
}

impl<'s> Reader<'s> {
    /// Nothing read yet.
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            unread: Vec::new(),
        }
    }

    /// The properties of `resource` that a `T` has.
    pub(crate) fn read<T: DeserializeOwned>(
        &mut self,
        resource: &Resource,
    ) -> Result<T, Diagnostic> {
        let properties = resource.properties();
        let mut paths = Vec::new();
        let read = serde_ignored::deserialize(properties, |path| paths.push(path.to_string()));
        let unread = paths.into_iter().map(|path| Unread {
            id: resource.id.clone(),
            kind: resource.kind.clone(),
            value: at(properties, &path).clone(),
            path,
        });
        self.unread.extend(unread);
        read.map_err(|error| {
            let text = format!("{} is not what Cognito takes: {error}", resource.id);
            Diagnostic::error(text).at(self.culprit::<T>(resource))
        })
    }

    /// Where the property was set without which a `T` could be read.
    fn culprit<T: DeserializeOwned>(&self, resource: &Resource) -> Option<Position> {
        let properties = resource.properties().as_object()?;
        let mut wrong = properties.keys().filter(|name| {
            let rest = properties.iter().filter(|(other, _)| other != name);
            let rest = rest.map(|(name, value)| (name.clone(), value.clone()));
            T::deserialize(Value::Object(rest.collect())).is_ok()
        });
        wrong.find_map(|name| resource.place(name, self.sources))
    }
}

/// The value at a path of names and indices with dots between.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, name| match value {
        Value::Array(values) => name.parse().map_or(&Value::Null, |at: usize| {
            values.get(at).unwrap_or(&Value::Null)
        }),
        value => &value[name],
    })
}
