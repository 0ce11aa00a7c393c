//! `kind = "smtp"`: a mail server.

use poolhouse_domain::delivery::{SmtpConfig, SmtpLogin, SmtpTls};

use super::super::Wrong;
use super::super::value::Members;
use super::{host_and_tls, path};

/// How it is encrypted.
const TLS: &[(&str, SmtpTls)] = &[
    ("implicit", SmtpTls::Implicit),
    ("starttls", SmtpTls::Starttls),
    ("none", SmtpTls::None),
];

pub(super) fn smtp(members: &Members<'_>) -> Result<SmtpConfig, Wrong> {
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
