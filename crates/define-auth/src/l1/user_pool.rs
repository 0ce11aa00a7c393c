//! The user pool.

use serde_json::{Map, Value, json};

use super::{compact, token};
use crate::Deployment;
use crate::props::shape::STANDARD_ATTRIBUTES;
use crate::props::{AttributeProps, Props, Rendered, Switch};

const CODE_TEXT: &str = "The verification code to your new account is {####}";
const LINK_TEXT: &str = "Verify your account by clicking on {##Verify Email##}";
const SUBJECT: &str = "Verify your new account";

/// `AWS::Cognito::UserPool`.
pub(super) fn user_pool(props: &Props, deployment: &Deployment) -> Value {
    let login = &props.login_with;
    let mut contacts = Vec::new();
    contacts.extend(Switch::is_on(login.email.as_ref()).then_some("email"));
    contacts.extend(Switch::is_on(login.phone.as_ref()).then_some("phone_number"));
    let (verification, sms_verification) = verification(props);
    let by_link = verification["defaultEmailOption"] == "CONFIRM_WITH_LINK";
    let mfa = props.multifactor.as_ref();
    let text = |rendered: &Rendered| rendered.text().to_owned();
    let mfa_text = mfa
        .filter(|mfa| mfa.mode != "OFF")
        .and_then(|mfa| Switch::settings(mfa.sms.as_ref()))
        .map(|sms| text(&sms.sms_message));
    let passkey = Switch::settings(login.web_authn.as_ref());
    let relying_party = passkey.and_then(|passkey| passkey.relying_party_id.as_deref());
    let verifies = passkey.and_then(|passkey| passkey.user_verification.as_deref());
    let relying_party = props
        .passkeys()
        .then(|| deployment.relying_party(relying_party.unwrap_or("AUTO")))
        .filter(|id| !id.is_empty());
    compact(json!({
        "userPoolName": props.name.as_deref().filter(|name| !name.is_empty()),
        "usernameAttributes": contacts,
        "usernameConfiguration": { "caseSensitive": false },
        "autoVerifiedAttributes": contacts,
        "userAttributeUpdateSettings": { "attributesRequireVerificationBeforeUpdate": contacts },
        "schema": schema(props),
        "policies": policies(props),
        "webAuthnRelyingPartyId": relying_party,
        "webAuthnUserVerification": props.passkeys().then(|| verifies.unwrap_or("preferred")),
        "mfaConfiguration": mfa.map(|mfa| if mfa.mode == "REQUIRED" { "ON" } else { &mfa.mode }),
        "enabledMfas": second_factors(props),
        "smsAuthenticationMessage": mfa_text,
        "accountRecoverySetting": recovery(props),
        "adminCreateUserConfig": invitation(props),
        "emailVerificationMessage": (!by_link).then(|| verification["emailMessage"].clone()),
        "emailVerificationSubject": (!by_link).then(|| verification["emailSubject"].clone()),
        "smsVerificationMessage": sms_verification,
        "verificationMessageTemplate": verification,
        "emailConfiguration": email(props),
        "smsConfiguration": sms(props),
        "lambdaConfig": functions(props),
    }))
}

fn verification(props: &Props) -> (Value, String) {
    let email = Switch::settings(props.login_with.email.as_ref());
    let phone = Switch::settings(props.login_with.phone.as_ref());
    let sms = phone.and_then(|phone| phone.verification_message.as_ref());
    let sms = sms.map_or(CODE_TEXT, Rendered::text).to_owned();
    let body = email
        .and_then(|email| email.verification_email_body.as_ref())
        .map(Rendered::text);
    let subject = email.and_then(|email| email.verification_email_subject.as_deref());
    let subject = subject.unwrap_or(SUBJECT);
    let style = email.and_then(|email| email.verification_email_style.as_deref());
    let template = if style == Some("LINK") {
        json!({
            "defaultEmailOption": "CONFIRM_WITH_LINK",
            "emailMessageByLink": body.unwrap_or(LINK_TEXT),
            "emailSubjectByLink": subject,
            "smsMessage": sms,
        })
    } else {
        json!({
            "defaultEmailOption": "CONFIRM_WITH_CODE",
            "emailMessage": body.unwrap_or(CODE_TEXT),
            "emailSubject": subject,
            "smsMessage": sms,
        })
    };
    (template, sms)
}

fn schema(props: &Props) -> Vec<Value> {
    let slot = |on: bool, name: &'static str| {
        on.then_some((
            name,
            json!({ "name": name, "mutable": true, "required": true }),
        ))
    };
    let login = &props.login_with;
    let mut standard: Vec<(&str, Value)> = Vec::new();
    standard.extend(slot(Switch::is_on(login.email.as_ref()), "email"));
    standard.extend(slot(Switch::is_on(login.phone.as_ref()), "phone_number"));
    let mut custom = Vec::new();
    for (key, attribute) in &props.user_attributes {
        if let Some(name) = key.strip_prefix("custom:") {
            custom.push(custom_attribute(name, attribute));
            continue;
        }
        let known = STANDARD_ATTRIBUTES.iter().find(|(camel, _)| camel == key);
        let Some((_, name)) = known else { continue };
        let required = attribute.required.unwrap_or(false);
        let mutable = attribute.mutable.unwrap_or(true);
        let value = json!({ "name": name, "mutable": mutable, "required": required });
        match standard.iter_mut().find(|(slot, _)| slot == name) {
            Some((_, slot)) => *slot = value,
            None => standard.push((name, value)),
        }
    }
    standard
        .into_iter()
        .map(|(_, value)| value)
        .chain(custom)
        .collect()
}

fn custom_attribute(name: &str, attribute: &AttributeProps) -> Value {
    let text = |number: &Option<serde_json::Number>| number.as_ref().map(ToString::to_string);
    let kind = attribute.data_type.as_deref().unwrap_or_default();
    json!({
        "name": name,
        "attributeDataType": kind,
        "mutable": attribute.mutable.unwrap_or(true),
        "stringAttributeConstraints": (kind == "String").then(|| json!({
            "minLength": text(&attribute.min_len),
            "maxLength": text(&attribute.max_len),
        })),
        "numberAttributeConstraints": (kind == "Number").then(|| json!({
            "minValue": text(&attribute.min),
            "maxValue": text(&attribute.max),
        })),
    })
}

fn policies(props: &Props) -> Value {
    let mut factors = vec!["PASSWORD"];
    factors.extend(props.email_otp().then_some("EMAIL_OTP"));
    factors.extend(props.sms_otp().then_some("SMS_OTP"));
    factors.extend(props.passkeys().then_some("WEB_AUTHN"));
    json!({
        "passwordPolicy": {
            "minimumLength": 8,
            "requireLowercase": true,
            "requireUppercase": true,
            "requireNumbers": true,
            "requireSymbols": true,
        },
        "signInPolicy": (factors.len() > 1).then(|| json!({ "allowedFirstAuthFactors": factors })),
    })
}

fn second_factors(props: &Props) -> Option<Vec<&'static str>> {
    let mfa = props.multifactor.as_ref().filter(|mfa| mfa.mode != "OFF")?;
    let mut factors = Vec::new();
    factors.extend(Switch::is_on(mfa.sms.as_ref()).then_some("SMS_MFA"));
    factors.extend(mfa.totp.then_some("SOFTWARE_TOKEN_MFA"));
    factors.extend(mfa.email.then_some("EMAIL_OTP"));
    Some(factors)
}

fn recovery(props: &Props) -> Option<Value> {
    let by_mail = Switch::is_on(props.login_with.email.as_ref());
    let default = if by_mail {
        "EMAIL_ONLY"
    } else {
        "PHONE_ONLY_WITHOUT_MFA"
    };
    let (email, phone) = ("verified_email", "verified_phone_number");
    let mechanisms = match props.account_recovery.as_deref().unwrap_or(default) {
        "EMAIL_AND_PHONE_WITHOUT_MFA" => vec![email, phone],
        "PHONE_WITHOUT_MFA_AND_EMAIL" => vec![phone, email],
        "EMAIL_ONLY" => vec![email],
        "PHONE_ONLY_WITHOUT_MFA" => vec![phone],
        "NONE" => vec!["admin_only"],
        // PHONE_AND_EMAIL is what Cognito does without a word.
        _ => return None,
    };
    let ranked = mechanisms.iter().zip(1..);
    let ranked: Vec<Value> = ranked
        .map(|(name, priority)| json!({ "name": name, "priority": priority }))
        .collect();
    Some(json!({ "recoveryMechanisms": ranked }))
}

fn invitation(props: &Props) -> Value {
    let email = Switch::settings(props.login_with.email.as_ref());
    let invitation = email.and_then(|email| email.user_invitation.as_ref());
    let template = invitation.map(|invitation| {
        json!({
            "emailSubject": invitation.email_subject,
            "emailMessage": invitation.email_body.as_ref().map(Rendered::text),
            "smsMessage": invitation.sms_message.as_ref().map(Rendered::text),
        })
    });
    json!({ "allowAdminCreateUserOnly": false, "inviteMessageTemplate": template })
}

fn email(props: &Props) -> Option<Value> {
    let sender = props
        .senders
        .email
        .as_ref()
        .filter(|sender| sender.handler.is_none())?;
    let address = sender.from_email.as_deref()?;
    let from = match sender.from_name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    };
    Some(json!({
        "emailSendingAccount": "DEVELOPER",
        "from": from,
        "replyToEmailAddress": sender.reply_to,
        "sourceArn": format!(
            "arn:{}:ses:{}:{}:identity/{address}",
            token("AWS::Partition"),
            token("AWS::Region"),
            token("AWS::AccountId"),
        ),
    }))
}

fn sms(props: &Props) -> Option<Value> {
    let sender = props
        .senders
        .sms
        .as_ref()
        .filter(|sender| sender.handler.is_none());
    let by_phone = Switch::is_on(props.login_with.phone.as_ref());
    let as_factor = second_factors(props).is_some_and(|factors| factors.contains(&"SMS_MFA"));
    let role = sender.and_then(|sender| sender.sns_caller_arn.clone());
    let external = sender.and_then(|sender| sender.external_id.clone());
    (sender.is_some() || by_phone || as_factor).then(|| {
        json!({
            "externalId": external.unwrap_or_else(|| token("AWS::StackName")),
            "snsCallerArn": role.unwrap_or_else(|| token("SmsRole.Arn")),
            "snsRegion": sender.and_then(|sender| sender.sns_region.clone()),
        })
    })
}

/// Functions are named by what calls them; their ARNs are the template's parameters.
fn functions(props: &Props) -> Option<Value> {
    let mut config = Map::new();
    for name in props.triggers.keys() {
        let operation = name[..1].to_uppercase() + &name[1..];
        config.insert(name.clone(), json!({ "$lambda": operation }));
    }
    let mut key = None;
    let senders = [
        (
            "customEmailSender",
            "CustomEmailSender",
            &props.senders.email,
        ),
        ("customSmsSender", "CustomSMSSender", &props.senders.sms),
    ];
    for (name, operation, sender) in senders {
        let Some(sender) = sender.as_ref().filter(|sender| sender.handler.is_some()) else {
            continue;
        };
        let function = json!({ "lambdaArn": { "$lambda": operation }, "lambdaVersion": "V1_0" });
        config.insert(name.to_owned(), function);
        key = key
            .or_else(|| sender.kms_key_arn.clone())
            .or(Some(String::new()));
    }
    if let Some(key) = key {
        let key = if key.is_empty() {
            token("CustomSenderKey.Arn")
        } else {
            key
        };
        config.insert("kmsKeyId".to_owned(), Value::from(key));
    }
    (!config.is_empty()).then_some(Value::Object(config))
}
