//! How each part of a pool is put into words.

use std::time::Duration;

use poolhouse_domain::Secret;
use poolhouse_domain::client::{AuthFlow, ClientConfig};
use poolhouse_domain::device::DeviceConfig;
use poolhouse_domain::message::{Occasion, SmsTemplate, Template};
use poolhouse_domain::pool::{
    ContactAttribute, EmailSender, FirstFactor, Mfa, MfaMethod, PasswordPolicy, PoolConfig,
    RelyingParty,
};
use poolhouse_domain::sms::Size;

use crate::settings::Said;

pub(super) fn contacts(contacts: &[ContactAttribute], none: &str) -> String {
    let word = |contact: &ContactAttribute| match contact {
        ContactAttribute::Email => "e-mail address",
        ContactAttribute::PhoneNumber => "phone number",
    };
    let words: Vec<&str> = contacts.iter().map(word).collect();
    if words.is_empty() {
        none.to_owned()
    } else {
        words.join(" or ")
    }
}

pub(super) const fn factor(factor: FirstFactor) -> &'static str {
    match factor {
        FirstFactor::Password => "password",
        FirstFactor::EmailOtp => "code by e-mail",
        FirstFactor::SmsOtp => "code by text message",
        FirstFactor::WebAuthn => "passkey",
    }
}

pub(super) fn first_factors(pool: &PoolConfig) -> String {
    if pool.first_factors.is_empty() {
        return "password (nothing passwordless)".to_owned();
    }
    let words: Vec<&str> = pool
        .first_factors
        .iter()
        .map(|each| factor(*each))
        .collect();
    words.join(", ")
}

pub(super) fn relying_party(party: &RelyingParty) -> String {
    let verified = if party.user_verification_required {
        "required"
    } else {
        "preferred"
    };
    format!("{}, user verification {verified}", party.id)
}

pub(super) fn second_factors(pool: &PoolConfig) -> Vec<String> {
    let word = |method: &MfaMethod| match method {
        MfaMethod::SmsMfa => "text message",
        MfaMethod::SoftwareTokenMfa => "authenticator app",
        MfaMethod::EmailOtp => "e-mail",
    };
    let methods: Vec<&str> = pool.mfa_methods.iter().map(word).collect();
    let asked = match pool.mfa {
        Mfa::Off => "off".to_owned(),
        Mfa::Optional => format!("optional: {}", methods.join(", ")),
        Mfa::On => format!("required: {}", methods.join(", ")),
    };
    let devices = pool.devices.map(remembered);
    [Some(asked), devices].into_iter().flatten().collect()
}

fn remembered(devices: DeviceConfig) -> String {
    let when = if devices.asks_user {
        "devices are remembered when their user says so"
    } else {
        "devices are remembered"
    };
    let instead = if devices.stands_for_mfa {
        ", in place of a second factor"
    } else {
        ""
    };
    format!("{when}{instead}")
}

pub(super) fn sign_up(pool: &PoolConfig) -> String {
    let open = if pool.self_sign_up {
        "open to everybody"
    } else {
        "by administrators only"
    };
    let proved = contacts(&pool.auto_verified_attributes, "nothing");
    format!("{open}; proves {proved}")
}

pub(super) fn attributes(pool: &PoolConfig) -> Vec<String> {
    let line = |label: &str, required: bool| {
        let chosen = pool
            .schema
            .0
            .iter()
            .filter(|spec| spec.required == required);
        let names: Vec<&str> = chosen.map(|spec| spec.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{label}: {}", names.join(", ")))
    };
    let lines: Vec<String> = [line("required", true), line("more", false)]
        .into_iter()
        .flatten()
        .collect();
    if lines.is_empty() {
        vec![or_none("")]
    } else {
        lines
    }
}

pub(super) fn password(policy: PasswordPolicy) -> String {
    let parts = [
        (policy.require_lowercase, "a-z"),
        (policy.require_uppercase, "A-Z"),
        (policy.require_numbers, "0-9"),
        (policy.require_symbols, "a symbol"),
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, part)| part)
        .collect();
    let with = if parts.is_empty() {
        String::new()
    } else {
        format!(", with {}", parts.join(", "))
    };
    format!("{} characters or more{with}", policy.minimum_length)
}

pub(super) fn recovery(mechanisms: &[String]) -> String {
    let word = |mechanism: &String| match mechanism.as_str() {
        "verified_email" => "by e-mail".to_owned(),
        "verified_phone_number" => "by text message".to_owned(),
        "admin_only" => "by administrators only".to_owned(),
        other => other.to_owned(),
    };
    let words: Vec<String> = mechanisms.iter().map(word).collect();
    if words.is_empty() {
        "by text message or e-mail".to_owned()
    } else {
        words.join(", then ")
    }
}

pub(super) fn message(subject: &str, body: &str) -> Vec<String> {
    let mut lines = vec![subject.to_owned()];
    lines.extend(body.lines().map(|line| format!("  {line}")));
    lines
}

pub(super) fn text_messages(pool: &PoolConfig) -> Vec<String> {
    let (words, codes) = (&pool.messages, &pool.codes);
    let texts = [
        (&words.verification_sms, codes.verification_digits),
        (&words.sign_in_sms, codes.sign_in_digits),
    ];
    texts
        .map(|(words, digits)| vec![words.0.clone(), format!("  {}", size(pool, words, digits))])
        .concat()
}

/// How long a text is with its code.
fn size(pool: &PoolConfig, words: &SmsTemplate, digits: usize) -> Size {
    let code = Secret::new("0".repeat(digits));
    let message = Template::Sms(words).render("", &code);
    let message = message.bound_to(pool.sms_domain());
    Size::of(message.text.expose())
}

/// Which messages people of each locale get in words of their own.
pub(super) fn templates(pool: &PoolConfig) -> Vec<String> {
    let mut lines = Vec::new();
    for (locale, words) in &pool.messages.locales {
        lines.push(locale.clone());
        for (occasion, mail) in &words.mails {
            let html = if mail.html.is_some() { " (HTML)" } else { "" };
            let name = occasion.as_str();
            lines.push(format!("  {name} mail{html}: {}", mail.subject));
        }
        for (occasion, text) in &words.texts {
            let digits = match occasion {
                Occasion::SignIn => pool.codes.sign_in_digits,
                Occasion::Verification | Occasion::Reset => pool.codes.verification_digits,
            };
            let (name, size) = (occasion.as_str(), size(pool, text, digits));
            lines.push(format!("  {name} text: {size}"));
        }
    }
    lines
}

pub(super) fn mail_from(sender: &EmailSender) -> String {
    let name = sender.name.as_ref().map(|name| format!("{name} "));
    let reply_to = sender.reply_to.as_ref();
    let reply_to = reply_to.map(|address| format!(", answers to {address}"));
    let (name, reply_to) = (name.unwrap_or_default(), reply_to.unwrap_or_default());
    format!("{name}<{}>{reply_to}", sender.address)
}

pub(super) fn groups(pool: &PoolConfig) -> String {
    let names = pool.groups.iter().map(|group| group.name.as_str());
    or_none(&names.collect::<Vec<_>>().join(", "))
}

pub(super) fn set(settings: &Said) -> Vec<String> {
    let lines = settings.iter();
    lines
        .map(|(key, value)| format!("{key} = {value}"))
        .collect()
}

pub(super) fn client(client: &ClientConfig) -> Vec<String> {
    let word = |flow: &AuthFlow| match flow {
        AuthFlow::AllowUserAuth => "USER_AUTH",
        AuthFlow::AllowUserSrpAuth => "USER_SRP_AUTH",
        AuthFlow::AllowUserPasswordAuth => "USER_PASSWORD_AUTH",
        AuthFlow::AllowRefreshTokenAuth => "REFRESH_TOKEN_AUTH",
        AuthFlow::AllowCustomAuth => "CUSTOM_AUTH",
        AuthFlow::AllowAdminUserPasswordAuth => "ADMIN_USER_PASSWORD_AUTH",
    };
    let flows: Vec<&str> = client.auth_flows.iter().map(word).collect();
    let secret = if client.has_secret {
        ", with a secret"
    } else {
        ""
    };
    let mut lines = vec![
        format!("{}: {}{secret}", client.name, or_none(&flows.join(", "))),
        format!(
            "  access token {}, id token {}, refresh token {}, session {}",
            span(client.access_token_validity),
            span(client.id_token_validity),
            span(client.refresh_token_validity),
            span(client.auth_session_validity),
        ),
    ];
    for (verb, names) in [
        ("reads", &client.read_attributes),
        ("writes", &client.write_attributes),
    ] {
        let names = names.as_ref().map(|names| or_none(&names.join(", ")));
        lines.extend(names.map(|names| format!("  {verb} only {names}")));
    }
    lines
}

/// A length of time in its greatest whole unit.
fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    let unit = units
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    unit.map_or_else(
        || format!("{seconds} s"),
        |(unit, word)| format!("{} {word}", seconds / unit),
    )
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "none" } else { text }.to_owned()
}
