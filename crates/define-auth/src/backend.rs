//! The backend that a definition left behind: its resources, checked and rendered.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Position};
use crate::l1::overrides::{Overrides, segments};
use crate::l1::properties::{self, Properties};
use crate::l1::{check, render};
use crate::position::{self, Sources};
use crate::props::shape::Misfit;

/// What the host's script says of the backend.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Collected {
    /// Whether `defineBackend` was called.
    pub(crate) is_defined: bool,
    /// Whether it was given the auth resource.
    pub(crate) has_auth: bool,
    resources: Vec<Written>,
    /// What `addOutput` was given, in order.
    pub(crate) outputs: Vec<Added>,
}

/// A part of the clients' configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct Added {
    /// The part.
    #[serde(default)]
    pub(crate) part: Value,
    /// Where it was added.
    pub(crate) stack: String,
}

/// An L1 object after `backend.ts` has run.
#[derive(Debug, Deserialize)]
struct Written {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    properties: Value,
    overrides: Vec<Override>,
    /// Where it was made, as a stack trace.
    made: String,
    /// Where properties were assigned, and where they were read last.
    places: BTreeMap<String, String>,
    reads: BTreeMap<String, String>,
    removal: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Override {
    path: String,
    /// Nothing to delete.
    #[serde(default, deserialize_with = "given")]
    value: Option<Value>,
    stack: String,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A resource in both forms.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Its logical id.
    pub(crate) id: String,
    /// Its CloudFormation type.
    pub(crate) kind: String,
    /// Its L1 properties.
    pub(crate) l1: Value,
    /// Its definition in the template, overrides included.
    pub(crate) definition: Value,
    places: Places,
}

/// Where `backend.ts` handles a resource, as stack traces.
#[derive(Clone, Debug)]
struct Places {
    /// Where properties were assigned or overridden: by L1's name or by CloudFormation's, whichever
    /// was used.
    set: BTreeMap<String, String>,
    /// Where properties were read last: what is read may be changed inside.
    read: BTreeMap<String, String>,
    /// Where it was made.
    made: String,
}

impl Places {
    /// Where the property was set that goes by one of `names`, or as near to that as can be told.
    fn of(&self, names: &[&str], sources: &Sources) -> Option<Position> {
        let named = |stacks: &BTreeMap<String, String>| {
            let mut stacks = names.iter().filter_map(|name| stacks.get(*name));
            stacks.find_map(|stack| position::frame(sources, stack))
        };
        named(&self.set)
            .or_else(|| named(&self.read))
            .or_else(|| position::frame(sources, &self.made))
    }
}

impl Resource {
    /// Its CloudFormation properties.
    pub(crate) fn properties(&self) -> &Value {
        &self.definition["Properties"]
    }

    /// Where `backend.ts` sets the property that is `pascal` to CloudFormation.
    pub(crate) fn place(&self, pascal: &str, sources: &Sources) -> Option<Position> {
        let kind = type_properties(&self.kind)?;
        let property = kind.iter().find(|property| property.pascal == pascal)?;
        self.places.of(&[property.pascal, property.camel], sources)
    }
}

impl Collected {
    /// The resources, or what is wrong with them.
    pub(crate) fn resources(self, sources: &Sources) -> Result<Vec<Resource>, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let mut resources = Vec::new();
        for written in self.resources {
            match written.render(sources) {
                Ok(resource) => resources.push(resource),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(resources)
        } else {
            Err(errors)
        }
    }
}

impl Written {
    fn render(self, sources: &Sources) -> Result<Resource, Vec<Diagnostic>> {
        let Some(kind) = type_properties(&self.kind) else {
            return Err(vec![Diagnostic::error(format!(
                "{} is not known",
                self.kind
            ))]);
        };
        let mut definition = json!({
            "Type": self.kind,
            "Properties": render::properties(kind, &self.properties),
        });
        if let Some(policy) = self.removal.as_deref().map(removal_policy) {
            definition["DeletionPolicy"] = Value::from(policy);
            definition["UpdateReplacePolicy"] = Value::from(policy);
        }
        let mut resource = Resource {
            id: self.id,
            kind: self.kind,
            l1: self.properties,
            definition,
            places: Places {
                set: self.places,
                read: self.reads,
                made: self.made,
            },
        };
        let misfits = check::properties(kind, &resource.l1).into_iter();
        let mut errors: Vec<Diagnostic> = misfits
            .map(|misfit| resource.misfit(misfit, sources))
            .collect();
        resource.lay(kind, self.overrides, sources, &mut errors);
        if errors.is_empty() {
            Ok(resource)
        } else {
            Err(errors)
        }
    }
}

impl Resource {
    /// Lays `overrides` over it.
    fn lay(
        &mut self,
        kind: Properties,
        overrides: Vec<Override>,
        sources: &Sources,
        errors: &mut Vec<Diagnostic>,
    ) {
        let mut merged = Overrides::default();
        for given in overrides {
            let path = segments(&given.path);
            if let Some((first, path)) = path.split_first()
                && first == "Properties"
            {
                if let Some(property) = path.first() {
                    self.places.set.insert(property.clone(), given.stack);
                }
                // Deleting what is not there does no harm.
                let value = given.value.as_ref();
                let misfits = value.map(|value| check::overriding(kind, path, value));
                let misfits = misfits.into_iter().flatten();
                errors.extend(misfits.map(|misfit| self.misfit(misfit, sources)));
            }
            merged.add(&path, given.value);
        }
        merged.apply(&mut self.definition);
    }

    fn misfit(&self, misfit: Misfit, sources: &Sources) -> Diagnostic {
        let names: Vec<&str> = misfit
            .keys
            .first()
            .map(String::as_str)
            .into_iter()
            .collect();
        let position = self.places.of(&names, sources);
        let error = Diagnostic::error(format!("{}: {}", self.id, misfit.message));
        Diagnostic {
            help: misfit.help,
            ..error.at(position)
        }
    }
}

fn type_properties(kind: &str) -> Option<Properties> {
    Some(match kind.strip_prefix("AWS::Cognito::")? {
        "UserPool" => properties::USER_POOL,
        "UserPoolClient" => properties::USER_POOL_CLIENT,
        "UserPoolGroup" => properties::USER_POOL_GROUP,
        "UserPoolDomain" => properties::USER_POOL_DOMAIN,
        "UserPoolIdentityProvider" => properties::USER_POOL_IDENTITY_PROVIDER,
        "IdentityPool" => properties::IDENTITY_POOL,
        "IdentityPoolRoleAttachment" => properties::IDENTITY_POOL_ROLE_ATTACHMENT,
        _ => return None,
    })
}

fn removal_policy(policy: &str) -> &'static str {
    match policy {
        "destroy" => "Delete",
        "snapshot" => "Snapshot",
        "retain-on-update-or-delete" => "RetainExceptOnCreate",
        _ => "Retain",
    }
}
