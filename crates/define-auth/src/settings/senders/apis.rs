//! The kinds that are HTTP APIs: Amazon's, Resend, Postmark, Twilio, and a webhook.

use poolhouse_domain::delivery::{
    ApiConfig, AwsConfig, SnsConfig, TwilioConfig, TwilioSender, WebhookConfig, is_this_machine,
};

use super::super::Wrong;
use super::super::value::Members;
use super::{is_host, is_word};

pub(super) fn aws(members: &Members<'_>) -> Result<AwsConfig, Wrong> {
    let secret = [
        "secret_access_key",
        "secret_access_key_file",
        "secret_access_key_env",
    ];
    let region = members.need("region")?;
    let region = region.text("a region, such as \"eu-west-1\"", is_region)?;
    let id = members
        .need("access_key_id")?
        .text("an access key's id", is_word)?;
    Ok(AwsConfig {
        region: region.to_owned(),
        access_key_id: id.to_owned(),
        secret_access_key: members.need_secret(secret)?,
        endpoint: endpoint(members, "endpoint")?,
    })
}

pub(super) fn api(members: &Members<'_>, key: [&'static str; 3]) -> Result<ApiConfig, Wrong> {
    Ok(ApiConfig {
        key: members.need_secret(key)?,
        endpoint: endpoint(members, "endpoint")?,
    })
}

pub(super) fn webhook(members: &Members<'_>) -> Result<WebhookConfig, Wrong> {
    members.need("url")?;
    Ok(WebhookConfig {
        url: endpoint(members, "url")?.unwrap_or_default(),
        secret: members.need_secret(["secret", "secret_file", "secret_env"])?,
    })
}

pub(super) fn twilio(members: &Members<'_>) -> Result<TwilioConfig, Wrong> {
    let account = members.need("account_sid")?;
    let account = account.text("an account SID, such as \"AC...\"", is_word)?;
    let token = members.need_secret(["auth_token", "auth_token_file", "auth_token_env"])?;
    let (from, service) = (members.get("from"), members.get("messaging_service_sid"));
    let sender = match (from, service) {
        (Some(from), None) => {
            let from = from.text("a number or a name", |text| !text.trim().is_empty())?;
            TwilioSender::From(from.to_owned())
        }
        (None, Some(service)) => {
            let service = service.text("a messaging service's SID, such as \"MG...\"", is_word)?;
            TwilioSender::MessagingService(service.to_owned())
        }
        (None, None) => {
            let message = "`from` or `messaging_service_sid` is missing";
            return Err(members.wrong(message, None));
        }
        (Some(_), Some(service)) => return Err(service.wrong("`from` or this, not both")),
    };
    Ok(TwilioConfig {
        account_sid: account.to_owned(),
        auth_token: token,
        sender,
        endpoint: endpoint(members, "endpoint")?,
    })
}

pub(super) fn sns(members: &Members<'_>) -> Result<SnsConfig, Wrong> {
    // <https://docs.aws.amazon.com/sns/latest/dg/channels-sms-awssupport-sender-id.html>
    let is_name = |text: &str| (1..=11).contains(&text.len()) && is_word(text);
    let expected = "a name of 1 to 11 letters, digits and hyphens";
    let name = members.read("sender_id", |value| value.text(expected, is_name))?;
    Ok(SnsConfig {
        sender_id: name.map(str::to_owned),
        aws: aws(members)?,
    })
}

/// A URL that messages may be sent to.
fn endpoint(members: &Members<'_>, name: &'static str) -> Result<Option<String>, Wrong> {
    let is_safe = |text: &str| {
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        is_host(host) && (scheme == "https" || (scheme == "http" && is_this_machine(host)))
    };
    let expected = "a URL with https, or with http on this machine";
    let url = members.read(name, |value| value.text(expected, is_safe))?;
    Ok(url.map(str::to_owned))
}

fn is_region(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_fit)
}
