//! What Amplify refuses when `defineAuth` is called, and when the resources are made; in its words.

use super::{Props, Rendered, Switch};
use crate::Deployment;
use crate::diagnostic::Diagnostic;

/// An error of Amplify's and the property that it is about.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The error, without its place.
    pub(crate) error: Diagnostic,
    /// The keys that lead to the property.
    pub(crate) keys: Vec<&'static str>,
}

/// What `defineAuth` itself refuses: everything that contradicts itself about passwordless sign-in.
pub(crate) fn at_definition(props: &Props) -> Result<Vec<String>, Box<Refusal>> {
    let mut errors: Vec<(String, &[&str])> = Vec::new();
    let mut warnings = Vec::new();
    let login = &props.login_with;
    let (email, phone) = (
        Switch::is_on(login.email.as_ref()),
        Switch::is_on(login.phone.as_ref()),
    );
    if !email && !phone && login.external_providers.is_none() {
        errors.push((NO_METHOD.to_owned(), &["loginWith"]));
    }
    if props.passkeys() && !email && !phone {
        errors.push((PASSKEYS_ALONE.to_owned(), &["loginWith", "webAuthn"]));
    }
    let passkey = Switch::settings(login.web_authn.as_ref());
    let relying_party = passkey.and_then(|passkey| passkey.relying_party_id.as_deref());
    match relying_party.filter(|id| !matches!(*id, "" | "AUTO" | "localhost")) {
        Some(id) if !is_domain(id) => {
            errors.push((
                bad_relying_party(id),
                &["loginWith", "webAuthn", "relyingPartyId"],
            ));
        }
        Some(id) => warnings.push(format!(
            "WebAuthn relying party ID is set to \"{id}\". Changing this value after deployment \
             will invalidate all existing passkeys. Users will need to re-register their passkeys."
        )),
        None => {}
    }
    let passwordless = props.email_otp() || props.sms_otp() || props.passkeys();
    let mfa = props.multifactor.as_ref();
    if passwordless && mfa.is_some_and(|mfa| mfa.mode == "REQUIRED") {
        errors.push((MFA_REQUIRED.to_owned(), &["multifactor", "mode"]));
    }
    let Some((_, keys)) = errors.first() else {
        return Ok(warnings);
    };
    let keys = keys.to_vec();
    let texts: Vec<String> = errors.into_iter().map(|(text, _)| text).collect();
    let error = Diagnostic::error("Invalid passwordless authentication configuration")
        .named("InvalidPasswordlessConfigError")
        .detail(texts.join("\n\n"))
        .help("Fix the configuration errors listed above");
    Err(Box::new(Refusal { error, keys }))
}

/// A second `defineAuth`.
pub(crate) fn second_definition() -> Box<Refusal> {
    let text =
        "Multiple `defineAuth` or `referenceAuth` calls are not allowed within an Amplify backend";
    let error = Diagnostic::error(text)
        .named("MultipleSingletonResourcesError")
        .help("Remove all but one `defineAuth` or `referenceAuth` call");
    let keys = Vec::new();
    Box::new(Refusal { error, keys })
}

/// What Amplify refuses when it makes the resources, in its order; the first one counts.
pub(crate) fn at_synthesis(props: &Props, deployment: &Deployment) -> Result<(), Box<Refusal>> {
    resource_name(props)?;
    preferred_challenge(props)?;
    let login = &props.login_with;
    let email_on = Switch::is_on(login.email.as_ref());
    let phone_on = Switch::is_on(login.phone.as_ref());
    if !email_on && !phone_on {
        return Err(construct(
            "At least one of email or phone must be enabled.",
            &["loginWith"],
        ));
    }
    messages(props)?;
    let mfa = props.multifactor.as_ref().filter(|mfa| mfa.mode != "OFF");
    let without_sms = mfa.is_some_and(|mfa| !Switch::is_on(mfa.sms.as_ref()));
    if phone_on && without_sms {
        let text = "Invalid MFA settings. SMS must be enabled in multiFactor if loginWith phone is enabled";
        return Err(construct(text, &["multifactor"]));
    }
    senders(props)?;
    relying_party(props, deployment)?;
    second_factors(props)?;
    external_providers(props)?;
    groups(props)
}

fn resource_name(props: &Props) -> Result<(), Box<Refusal>> {
    let is_good = |name: &str| {
        let mut characters = name.chars();
        characters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
            && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' '))
    };
    match props.name.as_deref() {
        Some("") => Err(construct(
            "Only root constructs may have an empty ID",
            &["name"],
        )),
        Some(name) if !is_good(name) => {
            let text = format!("Resource name contains invalid characters, found {name}");
            let error = Diagnostic::error(text).named("InvalidResourceNameError").help(
                "Update name to use only alphanumeric characters, dashes, underscores and spaces. \
                 The name should also start with an alphabetic character",
            );
            let keys = vec!["name"];
            Err(Box::new(Refusal { error, keys }))
        }
        _ => Ok(()),
    }
}

fn preferred_challenge(props: &Props) -> Result<(), Box<Refusal>> {
    let mut enabled = vec!["PASSWORD"];
    enabled.extend(props.email_otp().then_some("EMAIL_OTP"));
    enabled.extend(props.sms_otp().then_some("SMS_OTP"));
    enabled.extend(props.passkeys().then_some("WEB_AUTHN"));
    let preferred = props.passwordless_options.preferred_challenge.as_deref();
    match preferred {
        Some(preferred) if !enabled.contains(&preferred) => {
            let enabled = enabled.join(", ");
            let text = format!(
                "Preferred challenge \"{preferred}\" is not enabled in your authentication \
                 configuration. Enabled challenges: {enabled}. This will result in a broken \
                 authentication flow in the frontend."
            );
            Err(construct(
                &text,
                &["passwordlessOptions", "preferredChallenge"],
            ))
        }
        _ => Ok(()),
    }
}

/// Whether every text holds the code or the link that it is for.
fn messages(props: &Props) -> Result<(), Box<Refusal>> {
    let unused = |kind: &str, property: &str, what: &str, keys: &[&'static str]| {
        let text = format!(
            "Invalid {kind} settings. Property '{property}' must utilize the '{what}' parameter \
             at least once as a placeholder for the verification {what}."
        );
        Err(construct(&text, keys))
    };
    let has_code = |text: &Rendered| text.text().contains("{####}");
    if let Some(email) = Switch::settings(props.login_with.email.as_ref()) {
        let keys = ["loginWith", "email", "verificationEmailBody"];
        let is_link = email.verification_email_style.as_deref() == Some("LINK");
        match &email.verification_email_body {
            Some(Rendered::Made { text, link })
                if is_link && (link.is_empty() || !text.contains(link.as_str())) =>
            {
                return unused("email", "verificationEmailBody", "link", &keys);
            }
            Some(body) if !is_link && !has_code(body) => {
                return unused("email", "verificationEmailBody", "code", &keys);
            }
            _ => {}
        }
    }
    let phone = Switch::settings(props.login_with.phone.as_ref());
    let message = phone.and_then(|phone| phone.verification_message.as_ref());
    if message.is_some_and(|message| !has_code(message)) {
        let keys = ["loginWith", "phone", "verificationMessage"];
        return unused("phone", "verificationMessage", "code", &keys);
    }
    Ok(())
}

fn senders(props: &Props) -> Result<(), Box<Refusal>> {
    let key = |sender: &Option<super::Sender>| {
        let sender = sender.as_ref().filter(|sender| sender.handler.is_some());
        sender.and_then(|sender| sender.kms_key_arn.clone())
    };
    let (email, sms) = (key(&props.senders.email), key(&props.senders.sms));
    if email.is_some() && sms.is_some() && email != sms {
        let text = "KMS key ARN must be the same for both email and sms senders";
        return Err(construct(text, &["senders"]));
    }
    let sms = props
        .senders
        .sms
        .as_ref()
        .filter(|sms| sms.handler.is_none());
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if sms.is_some_and(|sms| given(&sms.sns_caller_arn) != given(&sms.external_id)) {
        let text = "Both externalId and snsCallerArn are required when providing a custom IAM role. \
            Ensure that your IAM role trust policy have an sts:ExternalId condition and is equal to \
            the externalId value";
        return Err(construct(text, &["senders", "sms"]));
    }
    Ok(())
}

fn relying_party(props: &Props, deployment: &Deployment) -> Result<(), Box<Refusal>> {
    let settings = Switch::settings(props.login_with.web_authn.as_ref());
    let id = settings.and_then(|settings| settings.relying_party_id.as_deref());
    let id = id.unwrap_or("AUTO");
    if props.passkeys() && id == "AUTO" && *deployment == Deployment::Standalone {
        let text = "WebAuthn relyingPartyId \"AUTO\" is not supported for standalone deployments \
            because there is no Amplify Hosting domain to resolve against. Set an explicit \
            relyingPartyId matching your hosting domain. Example: \
            loginWith: { webAuthn: { relyingPartyId: \"app.example.com\" } }";
        return Err(construct(text, &["loginWith", "webAuthn"]));
    }
    if props.passkeys() {
        let id = deployment.relying_party(id);
        let length = id.encode_utf16().count();
        if length > 63 {
            let text = format!(
                "passkeyRelyingPartyId length must be (inclusively) between 1 and 63, got {length}"
            );
            return Err(construct(
                &text,
                &["loginWith", "webAuthn", "relyingPartyId"],
            ));
        }
    }
    Ok(())
}

fn second_factors(props: &Props) -> Result<(), Box<Refusal>> {
    let Some(mfa) = props.multifactor.as_ref().filter(|mfa| mfa.mode != "OFF") else {
        return Ok(());
    };
    let keys = ["multifactor", "sms", "smsMessage"];
    if let Some(sms) = Switch::settings(mfa.sms.as_ref()) {
        let text = sms.sms_message.text();
        if !text.contains("{####}") {
            let text = "Invalid MFA settings. Property 'smsMessage' must utilize the 'code' \
                parameter at least once as a placeholder for the verification code.";
            return Err(construct(text, &keys));
        }
        if text.encode_utf16().count() > 140 {
            return Err(construct(
                "MFA message must be between 6 and 140 characters",
                &keys,
            ));
        }
    }
    let ses = props
        .senders
        .email
        .as_ref()
        .is_some_and(|email| email.from_email.is_some());
    if mfa.email && !ses {
        let text = "To enable email-based MFA, set `email` property to the Amazon SES \
            email-sending configuration.";
        let mut refusal = construct(text, &["multifactor", "email"]);
        let advice = "\nwrite `senders: { email: { fromEmail: 'you@example.com' } }` beside it";
        let help = refusal.error.help.get_or_insert_default();
        help.push_str(advice);
        return Err(refusal);
    }
    Ok(())
}

fn external_providers(props: &Props) -> Result<(), Box<Refusal>> {
    let Some(external) = &props.login_with.external_providers else {
        return Ok(());
    };
    let is_empty = |key: &str| external[key].as_array().is_some_and(Vec::is_empty);
    for key in ["logoutUrls", "callbackUrls"] {
        if is_empty(key) {
            let text = format!("You must define {key} when configuring external login providers.");
            return Err(construct(&text, &["loginWith", "externalProviders", key]));
        }
    }
    let oidc = external["oidc"].as_array().map_or(&[][..], Vec::as_slice);
    for provider in oidc.iter().chain([&external["saml"]]) {
        let name = provider["name"].as_str().unwrap_or_default();
        let length = name.encode_utf16().count();
        if length > 0 && !(3..=32).contains(&length) {
            let text = format!(
                "Expected provider name to be between 3 and 32 characters, received {name} \
                 ({length} characters)"
            );
            return Err(construct(&text, &["loginWith", "externalProviders"]));
        }
    }
    Ok(())
}

fn groups(props: &Props) -> Result<(), Box<Refusal>> {
    let groups = &props.groups;
    let mut pairs = groups.iter().enumerate();
    let twice = pairs.find(|(index, group)| groups.iter().take(*index).any(|each| each == *group));
    let Some((_, group)) = twice else {
        return Ok(());
    };
    let name = props.name.as_deref();
    let (prefix, scope) = (name.unwrap_or_default(), name.unwrap_or("amplifyAuth"));
    let text = format!(
        "There is already a Construct with name '{prefix}{group}GroupRole' in AmplifyAuth [{scope}]"
    );
    Err(construct(&text, &["groups"]))
}

/// An error of Amplify's construct, which its factory wraps.
pub(crate) fn construct(cause: &str, keys: &[&'static str]) -> Box<Refusal> {
    let error = Diagnostic::error("Failed to instantiate auth construct")
        .named("AmplifyAuthConstructInitializationError")
        .detail(format!("Caused by: {cause}"))
        .help("See the underlying error message for more details.");
    let keys = keys.to_vec();
    Box::new(Refusal { error, keys })
}

/// Amplify's pattern: labels of letters, digits and inner dashes, with dots between.
fn is_domain(id: &str) -> bool {
    id.split('.').all(|label| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

fn bad_relying_party(id: &str) -> String {
    let (why, invalid) = if id.contains("://") {
        (
            "Must be a valid domain without protocol (e.g., \"example.com\"), \"localhost\" for \
             development, or \"AUTO\" for Amplify Hosting.",
            "\"http://example.com\", \"https://example.com\"",
        )
    } else {
        (
            "Must be a valid domain format.",
            "\"example\", \"192.168.1.1\", \"my app.com\"",
        )
    };
    format!(
        "Invalid relying party ID: \"{id}\". {why}\n\nExamples:\n  \
         - Valid: \"example.com\", \"app.example.com\", \"localhost\", \"AUTO\"\n  \
         - Invalid: {invalid}"
    )
}

const NO_METHOD: &str = "At least one authentication method must be enabled. Configure email, \
    phone, or external providers in loginWith.";

const PASSKEYS_ALONE: &str =
    "Passkeys (WebAuthn) require at least one sign-up method (email or phone).

Email OTP and SMS OTP are valid passwordless sign-up methods.
Passkeys can only be registered after initial account creation.

Resolution: Add email or phone to loginWith configuration.";

const MFA_REQUIRED: &str = "Passwordless authentication (Email OTP, SMS OTP, WebAuthn) cannot be \
    used when MFA is set to REQUIRED. Amazon Cognito does not support combining MFA with \
    passwordless authentication methods.

Resolution: Choose either passwordless authentication or MFA, not both.
Note: WebAuthn passkeys with user verification can provide similar security to MFA without \
    requiring separate MFA configuration.";
