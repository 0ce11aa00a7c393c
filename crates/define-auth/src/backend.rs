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
    /// Where properties were assigned, as stack traces.
    places: BTreeMap<String, String>,
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
    /// Where properties were assigned or overridden, as stack traces: by L1's name or by
    /// CloudFormation's, whichever was used.
    places: BTreeMap<String, String>,
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
        let overridden = self.places.get(property.pascal);
        let stack = overridden.or_else(|| self.places.get(property.camel))?;
        position::frame(sources, stack)
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
        let mut errors = self.misfits(kind, sources);
        let mut definition = json!({
            "Type": self.kind,
            "Properties": render::properties(kind, &self.properties),
        });
        if let Some(policy) = self.removal.as_deref().map(removal_policy) {
            definition["DeletionPolicy"] = Value::from(policy);
            definition["UpdateReplacePolicy"] = Value::from(policy);
        }
        let mut overrides = Overrides::default();
        let mut places = self.places;
        for given in self.overrides {
            let path = segments(&given.path);
            if let Some(("Properties", path)) =
                path.split_first().map(|(f, path)| (f.as_str(), path))
            {
                // Deleting what is not there does no harm.
                let value = given.value.as_ref();
                let misfits = value.map(|value| check::overriding(kind, path, value));
                let misfits = misfits.into_iter().flatten();
                errors.extend(
                    misfits.map(|misfit| misfit_at(&self.id, misfit, sources, Some(&given.stack))),
                );
                if let Some(property) = path.first() {
                    places.insert(property.clone(), given.stack);
                }
            }
            overrides.add(&path, given.value);
        }
        overrides.apply(&mut definition);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Resource {
            id: self.id,
            kind: self.kind,
            l1: self.properties,
            definition,
            places,
        })
    }

    fn misfits(&self, kind: Properties, sources: &Sources) -> Vec<Diagnostic> {
        let misfits = check::properties(kind, &self.properties).into_iter();
        let diagnostic = |misfit: Misfit| {
            let stack = misfit.keys.first().and_then(|key| self.places.get(key));
            misfit_at(&self.id, misfit, sources, stack)
        };
        misfits.map(diagnostic).collect()
    }
}

fn misfit_at(id: &str, misfit: Misfit, sources: &Sources, stack: Option<&String>) -> Diagnostic {
    let position = stack.and_then(|stack| position::frame(sources, stack));
    let error = Diagnostic::error(format!("{id}: {}", misfit.message));
    Diagnostic {
        help: misfit.help,
        ..error.at(position)
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
