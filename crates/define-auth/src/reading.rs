//! What a definition's calls mean while it runs.

use serde::Deserialize;
use serde_json::Value;

use crate::Deployment;
use crate::diagnostic::{Diagnostic, Position};
use crate::l1::{self, ClientProps};
use crate::position;
use crate::props::rules::{self, Refusal};
use crate::props::{Props, shape};
use crate::sandbox::{Call, Host};

/// The state of a definition that is being read.
#[derive(Debug)]
pub(crate) struct Reading {
    deployment: Deployment,
    /// What `defineAuth` was given.
    pub(crate) props: Option<Props>,
    /// Amplify's own warnings.
    pub(crate) warnings: Vec<Diagnostic>,
    /// Triggers that `backend.ts` added.
    pub(crate) triggers: Vec<String>,
    /// Where `defineAuth` was called.
    pub(crate) defined: Option<Position>,
}

impl Reading {
    /// Nothing read yet.
    pub(crate) fn new(deployment: Deployment) -> Self {
        Self {
            deployment,
            props: None,
            warnings: Vec::new(),
            triggers: Vec::new(),
            defined: None,
        }
    }

    fn rules(&mut self, call: &Call<'_>, props: &Props) -> Result<(), Diagnostic> {
        let keys = ["loginWith", "webAuthn", "relyingPartyId"];
        let warnings = rules::at_definition(props).map_err(|refusal| place(call, &refusal))?;
        let place = |text| Diagnostic::warning(text).at(locate(call, &keys));
        self.warnings.extend(warnings.into_iter().map(place));
        Ok(())
    }
}

impl Host for Reading {
    fn define(&mut self, call: &Call<'_>, again: bool) -> Result<(), Vec<Diagnostic>> {
        if again {
            return Err(vec![place(call, &rules::second_definition())]);
        }
        self.defined.clone_from(&call.position);
        let value: Value = serde_json::from_str(call.props).unwrap_or_default();
        let misfits = shape::check(&value).into_iter();
        let mut errors: Vec<Diagnostic> = misfits.map(|misfit| misplaced(call, misfit)).collect();
        if let Ok(props) = Props::deserialize(&value) {
            errors.extend(self.rules(call, &props).err());
            self.props = Some(props);
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    fn reference(&mut self, call: &Call<'_>, again: bool) -> Result<(), Vec<Diagnostic>> {
        if again {
            return Err(vec![place(call, &rules::second_definition())]);
        }
        let text = "`referenceAuth` names a pool that somebody else serves";
        let help = "describe the pool with `defineAuth` to have it served here";
        Err(vec![
            Diagnostic::error(text).at(call.position.clone()).help(help),
        ])
    }

    fn instantiate(&mut self, call: &Call<'_>) -> Result<String, Vec<Diagnostic>> {
        let value: Value = serde_json::from_str(call.props).unwrap_or_default();
        if let Some(error) = thrown(&value, call) {
            return Err(vec![error]);
        }
        let misfits = shape::check(&value).into_iter();
        let errors: Vec<Diagnostic> = misfits.map(|misfit| misplaced(call, misfit)).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let props = Props::deserialize(&value).map_err(|error| {
            let text = format!("the definition is not readable: {error}");
            vec![Diagnostic::error(text).at(call.position.clone())]
        })?;
        let refused =
            in_its_place(call).and_then(|()| rules::at_synthesis(&props, &self.deployment));
        refused.map_err(|refusal| vec![place(call, &refusal)])?;
        let resources = l1::resources(&props, &self.deployment);
        self.props = Some(props);
        serde_json::to_string(&resources).map_err(|error| {
            vec![Diagnostic::error(format!(
                "the resources are not writable: {error}"
            ))]
        })
    }

    fn client(&mut self, call: &Call<'_>) -> Result<String, Vec<Diagnostic>> {
        let refuse = |name: &str, text: String| {
            vec![
                Diagnostic::error(text)
                    .named(name)
                    .at(call.position.clone()),
            ]
        };
        let props: Option<ClientProps> = serde_json::from_str(call.props)
            .map_err(|error| refuse("TypeError", format!("addClient: {error}")))?;
        let providers = self
            .props
            .as_ref()
            .map(l1::provider_names)
            .unwrap_or_default();
        let client = l1::added_client(&props.unwrap_or_default(), &providers);
        client
            .map(|client| client.to_string())
            .map_err(|(name, text)| refuse(name, text))
    }

    fn trigger(&mut self, name: String) {
        self.triggers.push(name);
    }

    fn not_made(&mut self, what: &str, position: Option<Position>) {
        let text = format!("`{what}` makes a resource that is not served here");
        let help = "`poolhouse synth` leaves it out of the template; add it there by hand";
        self.warnings
            .push(Diagnostic::warning(text).at(position).help(help));
    }

    fn access(&mut self, call: &Call<'_>) -> Result<(), Vec<Diagnostic>> {
        let rules: Vec<AccessRule> = serde_json::from_str(call.props).map_err(|_| {
            let text = "`access` must return a list of `allow.resource(..).to([..])`";
            vec![Diagnostic::error(text).at(locate(call, &["access"]))]
        })?;
        if rules.iter().any(|rule| rule.actions.is_empty()) {
            let error = Diagnostic::error("At least one action must be specified.")
                .named("EmptyPolicyError")
                .help("Ensure all resource access rules specify at least one action.");
            return Err(vec![error.at(locate(call, &["access"]))]);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct AccessRule {
    actions: Vec<String>,
}

/// Amplify wants the definition in its own file.
fn in_its_place(call: &Call<'_>) -> Result<(), Box<Refusal>> {
    let file = call
        .position
        .as_ref()
        .map(|position| position.file.as_str());
    let stem = file
        .and_then(|file| file.rsplit_once('.'))
        .map(|(stem, _)| stem);
    match stem {
        Some(stem) if !stem.ends_with("amplify/auth/resource") => {
            let text = "Amplify Auth must be defined in amplify/auth/resource.ts";
            Err(Box::new(Refusal {
                error: Diagnostic::error(text).named("Error"),
                keys: Vec::new(),
            }))
        }
        _ => Ok(()),
    }
}

/// What a function of the definition threw while its text was made; Amplify wraps it.
fn thrown(value: &Value, call: &Call<'_>) -> Option<Diagnostic> {
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    if value.get("$threw").is_none() {
        return match value {
            Value::Object(entries) => entries.values().find_map(|value| thrown(value, call)),
            _ => None,
        };
    }
    let (name, message) = (text("name"), text("$threw"));
    let cause = if name.is_empty() {
        message.to_owned()
    } else {
        format!("{name}: {message}")
    };
    let position = position::frame(call.sources, text("stack"));
    let error = rules::construct(&cause, &[]).error;
    Some(error.at(position.or_else(|| call.position.clone())))
}

fn misplaced(call: &Call<'_>, misfit: shape::Misfit) -> Diagnostic {
    let keys: Vec<&str> = misfit.keys.iter().map(String::as_str).collect();
    Diagnostic {
        help: misfit.help,
        ..Diagnostic::error(misfit.message).at(locate(call, &keys))
    }
}

fn place(call: &Call<'_>, refusal: &Refusal) -> Diagnostic {
    let position = locate(call, &refusal.keys);
    refusal.error.clone().at(position)
}

/// Where the call says what `keys` lead to; if it cannot be told, the call itself.
fn locate(call: &Call<'_>, keys: &[&str]) -> Option<Position> {
    let position = call.position.as_ref()?;
    position::locate(call.sources, position, keys).or_else(|| Some(position.clone()))
}
