//! A definition, read.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use poolhouse_domain::pool::PoolConfig;
use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Position};
use crate::l1;
use crate::pool;
use crate::position;
use crate::project::Files;
use crate::props::rules::{self, Refusal};
use crate::props::{Props, shape};
use crate::sandbox::{self, Call, Host};

/// Where the backend is deployed (`amplify-backend-type`): it decides what relying party `AUTO` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// A developer's own; relying party `localhost`.
    Sandbox,
    /// A branch of an app in Amplify Hosting; relying party `<branch>.<app_id>.amplifyapp.com`.
    Branch {
        /// The branch.
        branch: String,
        /// The app's id.
        app_id: String,
    },
    /// Anything else; the relying party has to be written out.
    Standalone,
}

impl Deployment {
    /// The relying party that `id` stands for here.
    pub(crate) fn relying_party(&self, id: &str) -> String {
        match self {
            Self::Branch { branch, app_id } if id == "AUTO" => {
                format!("{branch}.{app_id}.amplifyapp.com")
            }
            _ if id == "AUTO" => "localhost".to_owned(),
            _ => id.to_owned(),
        }
    }
}

/// Something that a definition asks for and that a server may not have. Whoever serves the pool says
/// so, in one line each, for what it does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsupported {
    /// Sign-in by phone number.
    PhoneLogin,
    /// Codes by text message as a first factor.
    SmsOtp,
    /// Passkeys.
    Passkeys,
    /// Second factors.
    Mfa,
    /// Links in place of codes in verification mails.
    VerificationLink,
    /// Texts for people whom an administrator invites.
    Invitation,
    /// A Lambda trigger, by its name.
    Trigger(String),
    /// A function that sends mails or texts: `email` or `sms`.
    CustomSender(String),
    /// Amazon SES or SNS as a sender: `email` or `sms`.
    AwsSender(String),
    /// An external identity provider, by its key.
    ExternalProvider(String),
    /// Functions with access to the pool.
    Access,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PhoneLogin => f.write_str("loginWith.phone: sign-in by phone number"),
            Self::SmsOtp => f.write_str("loginWith.phone.otpLogin: codes by text message"),
            Self::Passkeys => f.write_str("loginWith.webAuthn: passkeys"),
            Self::Mfa => f.write_str("multifactor: second factors"),
            Self::VerificationLink => {
                f.write_str("loginWith.email.verificationEmailStyle: links in verification mails")
            }
            Self::Invitation => {
                f.write_str("loginWith.email.userInvitation: invitations by administrators")
            }
            Self::Trigger(name) => write!(f, "triggers.{name}: Lambda triggers"),
            Self::CustomSender(channel) => {
                write!(f, "senders.{channel}.handler: functions that send messages")
            }
            Self::AwsSender(channel) => write!(f, "senders.{channel}: sending through AWS"),
            Self::ExternalProvider(name) => {
                write!(
                    f,
                    "loginWith.externalProviders.{name}: external identity providers"
                )
            }
            Self::Access => f.write_str("access: functions with access to the pool"),
        }
    }
}

/// A definition, read.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What the pool is.
    pub pool: PoolConfig,
    /// What is odd about the definition but not wrong.
    pub warnings: Vec<Diagnostic>,
    /// What it asks for that a server may not have.
    pub unsupported: Vec<Unsupported>,
    /// Every file that was read, from the project folder: when one changes, read the definition anew.
    pub sources: Vec<String>,
    /// What the definition printed on its console.
    pub printed: Vec<String>,
    /// The L1 properties, from which the clients' configuration is made.
    pub(crate) resources: Value,
    /// For the clients' configuration.
    pub(crate) preferred_challenge: Option<String>,
}

/// Reads the definition in `files`, with `env` as its environment.
///
/// # Errors
/// Everything that is wrong with it.
pub fn evaluate(
    files: Arc<dyn Files>,
    env: &BTreeMap<String, String>,
    deployment: &Deployment,
) -> Result<Definition, Vec<Diagnostic>> {
    let entries = entries(&*files)?;
    let host = Resources {
        deployment: deployment.clone(),
        props: None,
        warnings: Vec::new(),
        further: Vec::new(),
    };
    let finished = sandbox::run(files, env.clone(), entries, host)?;
    let Resources {
        props,
        warnings,
        further,
        ..
    } = finished.host;
    if !further.is_empty() {
        return Err(further);
    }
    let Some(props) = props else {
        return Err(vec![no_definition()]);
    };
    let backend: Backend = serde_json::from_str(&finished.backend).map_err(|error| {
        vec![Diagnostic::error(format!(
            "the backend is not readable: {error}"
        ))]
    })?;
    let pool = pool::pool(
        &backend.resources,
        props.passwordless_options.preferred_challenge.as_deref(),
    )
    .map_err(|error| vec![error])?;
    Ok(Definition {
        pool,
        warnings,
        unsupported: unsupported(&props),
        sources: finished.sources.into_keys().collect(),
        printed: finished.printed,
        resources: backend.resources,
        preferred_challenge: props.passwordless_options.preferred_challenge,
    })
}

/// What the host's script hands back.
#[derive(Debug, Deserialize)]
struct Backend {
    resources: Value,
}

const ENDINGS: [&str; 5] = ["ts", "mts", "js", "mjs", "cjs"];

fn entries(files: &dyn Files) -> Result<Vec<String>, Vec<Diagnostic>> {
    let first = |stem: &str| {
        let mut names = ENDINGS.iter().map(|ending| format!("{stem}.{ending}"));
        names.find(|name| files.read(name).is_ok())
    };
    let backend = first("amplify/backend");
    let Some(resource) = first("amplify/auth/resource") else {
        return Err(vec![
            Diagnostic::error("there is no amplify/auth/resource.ts")
                .help("run `poolhouse init`, or name the folder that holds `amplify/`"),
        ]);
    };
    Ok(vec![backend.unwrap_or(resource)])
}

fn no_definition() -> Diagnostic {
    Diagnostic::error("the backend defines no auth").help(
        "write `export const auth = defineAuth({ loginWith: { email: true } })` in \
         amplify/auth/resource.ts",
    )
}

#[derive(Debug)]
struct Resources {
    deployment: Deployment,
    props: Option<Props>,
    warnings: Vec<Diagnostic>,
    /// Errors beyond the first.
    further: Vec<Diagnostic>,
}

impl Host for Resources {
    fn define(&mut self, call: &Call<'_>, again: bool) -> Result<(), Vec<Diagnostic>> {
        if again {
            return Err(vec![place(call, &rules::second_definition())]);
        }
        let value: Value = serde_json::from_str(call.props).unwrap_or_default();
        let misfits = shape::check(&value);
        let mut errors: Vec<Diagnostic> = misfits
            .into_iter()
            .map(|misfit| {
                let keys: Vec<&str> = misfit.keys.iter().map(String::as_str).collect();
                let mut error = Diagnostic::error(misfit.message).at(locate(call, &keys));
                error.help = misfit.help;
                error
            })
            .collect();
        if let Ok(props) = Props::deserialize(&value) {
            match rules::at_definition(&props) {
                Ok(warnings) => self.warnings.extend(warnings.into_iter().map(|text| {
                    let keys = ["loginWith", "webAuthn", "relyingPartyId"];
                    Diagnostic::warning(text).at(locate(call, &keys))
                })),
                Err(refusal) => errors.push(place(call, &refusal)),
            }
            self.props = Some(props);
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    fn instantiate(&mut self, call: &Call<'_>) -> Result<String, Vec<Diagnostic>> {
        let props: Props = serde_json::from_str(call.props).map_err(|error| {
            let text = format!("the definition is not readable: {error}");
            vec![Diagnostic::error(text).at(call.position.clone())]
        })?;
        rules::at_synthesis(&props, &self.deployment)
            .map_err(|refusal| vec![place(call, &refusal)])?;
        let resources = l1::resources(&props, &self.deployment);
        self.props = Some(props);
        Ok(resources.to_string())
    }
}

fn locate(call: &Call<'_>, keys: &[&str]) -> Option<Position> {
    let position = call.position.as_ref()?;
    position::locate(call.sources, position, keys).or_else(|| Some(position.clone()))
}

fn place(call: &Call<'_>, refusal: &Refusal) -> Diagnostic {
    let position = locate(call, &refusal.keys);
    refusal.error.clone().at(position)
}

fn unsupported(props: &Props) -> Vec<Unsupported> {
    use crate::props::Switch;
    let login = &props.login_with;
    let email = Switch::settings(login.email.as_ref());
    let mut found = Vec::new();
    let mut note = |asked: bool, what: Unsupported| found.extend(asked.then_some(what));
    note(Switch::is_on(login.phone.as_ref()), Unsupported::PhoneLogin);
    note(props.sms_otp(), Unsupported::SmsOtp);
    note(props.passkeys(), Unsupported::Passkeys);
    let mfa = props.multifactor.as_ref();
    note(mfa.is_some_and(|mfa| mfa.mode != "OFF"), Unsupported::Mfa);
    let style = email.and_then(|email| email.verification_email_style.as_deref());
    note(style == Some("LINK"), Unsupported::VerificationLink);
    note(
        email.is_some_and(|email| email.user_invitation.is_some()),
        Unsupported::Invitation,
    );
    for name in props.triggers.keys() {
        note(true, Unsupported::Trigger(name.clone()));
    }
    for (channel, sender) in [("email", &props.senders.email), ("sms", &props.senders.sms)] {
        let Some(sender) = sender else { continue };
        let by_function = sender.handler.is_some();
        note(by_function, Unsupported::CustomSender(channel.to_owned()));
        note(!by_function, Unsupported::AwsSender(channel.to_owned()));
    }
    let providers = [
        "google",
        "facebook",
        "loginWithAmazon",
        "signInWithApple",
        "oidc",
        "saml",
    ];
    for name in providers {
        let asked = login
            .external_providers
            .as_ref()
            .is_some_and(|all| all.get(name).is_some());
        note(asked, Unsupported::ExternalProvider(name.to_owned()));
    }
    note(props.access.is_some(), Unsupported::Access);
    found
}
