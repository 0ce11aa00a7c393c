//! `[mail]` and `[sms]`: who messages are from, and what they are sent by.

mod apis;
mod smpp;
mod smtp;

use poolhouse_domain::budget::Countries;
use poolhouse_domain::delivery::{MailSender, SmsSender, is_this_machine};
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

/// What `kind` can be, and who reads the rest.
type Kind<T> = fn(&Members<'_>) -> Result<T, Wrong>;

const MAIL_KINDS: &[(&str, Kind<MailSender>)] = &[
    ("smtp", |members| smtp::smtp(members).map(MailSender::Smtp)),
    ("ses", |members| apis::aws(members).map(MailSender::Ses)),
    ("resend", |members| {
        let key = ["api_key", "api_key_file", "api_key_env"];
        apis::api(members, key).map(MailSender::Resend)
    }),
    ("postmark", |members| {
        let token = ["server_token", "server_token_file", "server_token_env"];
        apis::api(members, token).map(MailSender::Postmark)
    }),
    ("webhook", |members| {
        apis::webhook(members).map(MailSender::Webhook)
    }),
];

const SMS_KINDS: &[(&str, Kind<SmsSender>)] = &[
    ("twilio", |members| {
        apis::twilio(members).map(SmsSender::Twilio)
    }),
    ("sns", |members| apis::sns(members).map(SmsSender::Sns)),
    ("smpp", |members| smpp::smpp(members).map(SmsSender::Smpp)),
    ("webhook", |members| {
        apis::webhook(members).map(SmsSender::Webhook)
    }),
];

fn sender<T>(value: Value<'_>, kinds: &[(&str, Kind<T>)]) -> Result<T, Wrong> {
    let members = value.table("a table with `kind` and what that kind needs")?;
    let read = members.need("kind")?.word(kinds)?;
    let sender = read(&members)?;
    members.end()?;
    Ok(sender)
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

fn path(value: Value<'_>) -> Result<String, Wrong> {
    let path = value.text("a path", |path| !path.is_empty())?;
    Ok(path.to_owned())
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
