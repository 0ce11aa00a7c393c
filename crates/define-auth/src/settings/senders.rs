//! `[mail]` and `[sms]`: who messages are from, and what they are sent by.

mod smpp;

use poolhouse_domain::budget::Countries;
use poolhouse_domain::delivery::{
    ApiConfig, AwsConfig, MailSender, SmsSender, SmtpConfig, SmtpLogin, SmtpTls, SnsConfig,
    TwilioConfig, TwilioSender, WebhookConfig, is_this_machine,
};
use poolhouse_domain::email::Email;
use poolhouse_domain::phone::is_country;
use poolhouse_domain::pool::{EmailSender, PoolConfig};

use super::value::Members;
use super::{Key, Value, Wrong};

pub(super) const MAIL: &[Key<PoolConfig>] = &[
    Key {
        name: "from",
        set: |pool, value| {
            let (name, address) = named_address(value)?;
            let reply_to = pool.email_sender.take().and_then(|before| before.reply_to);
            pool.email_sender = Some(EmailSender {
                address,
                name,
                reply_to,
            });
            Ok(())
        },
    },
    Key {
        name: "reply_to",
        set: |pool, value| {
            let address = address(value)?;
            let sender = pool.email_sender.as_mut();
            let sender = sender.ok_or_else(|| value.wrong(NO_FROM))?;
            sender.reply_to = Some(address);
            Ok(())
        },
    },
    Key {
        name: "refused_domains_file",
        set: |pool, value| {
            pool.budgets.refused_domains_file = Some(path(value)?);
            Ok(())
        },
    },
    Key {
        name: "senders",
        set: |pool, value| {
            pool.delivery.mail = value.list(|value| sender(value, MAIL_KINDS))?;
            if !pool.delivery.mail.is_empty() && pool.email_sender.is_none() {
                return Err(value.wrong(NO_FROM));
            }
            Ok(())
        },
    },
];

pub(super) const SMS: &[Key<PoolConfig>] = &[
    Key {
        name: "countries",
        set: |pool, value| {
            let countries = value.list(country)?;
            pool.budgets.countries = Some(match countries.as_slice() {
                [] => return Err(value.wrong("at least one country, or [\"any\"]")),
                [only] if only == ANY => Countries::Any,
                many if many.iter().any(|country| country == ANY) => {
                    return Err(value.wrong("countries, or [\"any\"]"));
                }
                _ => Countries::Only(countries),
            });
            Ok(())
        },
    },
    Key {
        name: "domain",
        set: |pool, value| {
            let expected = "a domain, such as \"example.com\", or \"\" for none";
            let is_fit = |text: &str| text.is_empty() || is_domain(text);
            pool.delivery.sms_domain = Some(value.text(expected, is_fit)?.to_owned());
            Ok(())
        },
    },
    Key {
        name: "senders",
        set: |pool, value| {
            pool.delivery.sms = value.list(|value| sender(value, SMS_KINDS))?;
            Ok(())
        },
    },
];

/// In place of countries: all of them.
const ANY: &str = "any";

fn country(value: Value<'_>) -> Result<String, Wrong> {
    let expected = "a country in two letters (ISO 3166-1), such as \"DE\"";
    let country = value.text(expected, |text| text == ANY || is_country(text))?;
    Ok(country.to_owned())
}

/// Keys are read in the order of the alphabet, so `from` was read by then.
const NO_FROM: &str =
    "`mail.from` beside it, or `senders: { email: { fromEmail } }` in the definition";

const TLS: &[(&str, SmtpTls)] = &[
    ("implicit", SmtpTls::Implicit),
    ("starttls", SmtpTls::Starttls),
    ("none", SmtpTls::None),
];

/// What `kind` can be, and who reads the rest.
type Kind<T> = fn(&Members<'_>) -> Result<T, Wrong>;

const MAIL_KINDS: &[(&str, Kind<MailSender>)] = &[
    ("smtp", |members| smtp(members).map(MailSender::Smtp)),
    ("ses", |members| aws(members).map(MailSender::Ses)),
    ("resend", |members| {
        let key = ["api_key", "api_key_file", "api_key_env"];
        api(members, key).map(MailSender::Resend)
    }),
    ("postmark", |members| {
        let token = ["server_token", "server_token_file", "server_token_env"];
        api(members, token).map(MailSender::Postmark)
    }),
    ("webhook", |members| {
        webhook(members).map(MailSender::Webhook)
    }),
];

const SMS_KINDS: &[(&str, Kind<SmsSender>)] = &[
    ("twilio", |members| twilio(members).map(SmsSender::Twilio)),
    ("sns", |members| sns(members).map(SmsSender::Sns)),
    ("smpp", |members| smpp::smpp(members).map(SmsSender::Smpp)),
    ("webhook", |members| {
        webhook(members).map(SmsSender::Webhook)
    }),
];

fn sender<T>(value: Value<'_>, kinds: &[(&str, Kind<T>)]) -> Result<T, Wrong> {
    let members = value.table("a table with `kind` and what that kind needs")?;
    let read = members.need("kind")?.word(kinds)?;
    let sender = read(&members)?;
    members.end()?;
    Ok(sender)
}

fn smtp(members: &Members<'_>) -> Result<SmtpConfig, Wrong> {
    let (host, tls) = host_and_tls(members, TLS, SmtpTls::Starttls, SmtpTls::None)?;
    let port = members.read("port", |value| value.whole(1..=u16::MAX))?;
    let connections = members.read("connections", |value| value.whole(1..=100))?;
    Ok(SmtpConfig {
        host,
        port: port.unwrap_or(tls.port()),
        tls,
        authorities: members.read("ca_file", path)?,
        login: login(members)?,
        connections: connections.unwrap_or(SmtpConfig::CONNECTIONS),
    })
}

/// Which server, and how it is encrypted: as `usual` if nothing is said, and in `clear` only on this machine.
fn host_and_tls<T: Copy + PartialEq>(
    members: &Members<'_>,
    words: &[(&str, T)],
    usual: T,
    clear: T,
) -> Result<(String, T), Wrong> {
    let host = members.need("host")?;
    let name = host.text("the name of a host, such as \"example.com\"", is_host)?;
    let tls = members.read("tls", |value| value.word(words))?;
    let tls = tls.unwrap_or(usual);
    if tls == clear && !is_this_machine(name) {
        return Err(host.wrong("this machine, since tls = \"none\""));
    }
    Ok((name.to_owned(), tls))
}

fn login(members: &Members<'_>) -> Result<Option<SmtpLogin>, Wrong> {
    let username = members.get("username");
    let password = members.secret(["password", "password_file", "password_env"])?;
    let Some(username) = username else {
        return match password {
            Some(_) => Err(members.wrong("there is a password but no `username`", None)),
            None => Ok(None),
        };
    };
    let password =
        password.ok_or_else(|| username.wrong("`password_file` or `password_env` beside it"))?;
    let username = username.text("a text", |text| !text.is_empty())?;
    Ok(Some(SmtpLogin {
        username: username.to_owned(),
        password,
    }))
}

fn aws(members: &Members<'_>) -> Result<AwsConfig, Wrong> {
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

fn api(members: &Members<'_>, key: [&'static str; 3]) -> Result<ApiConfig, Wrong> {
    Ok(ApiConfig {
        key: members.need_secret(key)?,
        endpoint: endpoint(members, "endpoint")?,
    })
}

fn webhook(members: &Members<'_>) -> Result<WebhookConfig, Wrong> {
    members.need("url")?;
    Ok(WebhookConfig {
        url: endpoint(members, "url")?.unwrap_or_default(),
        secret: members.need_secret(["secret", "secret_file", "secret_env"])?,
    })
}

fn twilio(members: &Members<'_>) -> Result<TwilioConfig, Wrong> {
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

fn sns(members: &Members<'_>) -> Result<SnsConfig, Wrong> {
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

fn path(value: Value<'_>) -> Result<String, Wrong> {
    let path = value.text("a path", |path| !path.is_empty())?;
    Ok(path.to_owned())
}

fn is_region(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_fit)
}

/// Letters, digits and hyphens.
fn is_word(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_fit)
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(is_word)
}

fn is_host(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    !text.is_empty() && text.bytes().all(is_fit)
}

/// `Name <address>`, or an address alone.
fn named_address(value: Value<'_>) -> Result<(Option<String>, String), Wrong> {
    let expected = "an address, such as \"login@example.com\" or \"Acme <login@example.com>\"";
    let text = value.text(expected, |text| !text.contains(char::is_control))?;
    let sender = EmailSender::parse(text);
    match Email::parse(&sender.address) {
        Ok(_) => Ok((sender.name, sender.address)),
        Err(_) => Err(value.wrong(expected)),
    }
}

fn address(value: Value<'_>) -> Result<String, Wrong> {
    let is_address = |text: &str| Email::parse(text).is_ok();
    value
        .text("an address, such as \"help@example.com\"", is_address)
        .map(str::to_owned)
}
