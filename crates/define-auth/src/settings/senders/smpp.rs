//! `kind = "smpp"`: a message centre. The limits are those of SMPP 3.4 §5.2, less the octet at the end.

use poolhouse_domain::delivery::SmppConfig;
use poolhouse_domain::sms::Alphabet;

use super::super::value::Members;
use super::super::{Value, Wrong};
use super::{host_and_tls, path};

/// Whether it is encrypted.
const TLS: &[(&str, bool)] = &[("implicit", true), ("none", false)];

/// What texts are written in that need no other.
const ALPHABETS: &[(&str, Alphabet)] = &[
    ("gsm", Alphabet::Gsm),
    ("latin1", Alphabet::Latin1),
    ("ucs2", Alphabet::Ucs2),
];

pub(super) fn smpp(members: &Members<'_>) -> Result<SmppConfig, Wrong> {
    let (host, tls) = host_and_tls(members, TLS, true, false)?;
    let port = members.read("port", |value| value.whole(1..=u16::MAX))?;
    let window = members.read("window", |value| value.whole(1..=1_000))?;
    let authorities = members.read("ca_file", path)?;
    let alphabet = members.read("alphabet", |value| value.word(ALPHABETS))?;
    let system_type = members.read("system_type", |value| short(value, 12))?;
    Ok(SmppConfig {
        host,
        port: port.unwrap_or(SmppConfig::port(tls)),
        tls,
        authorities,
        system_id: short(members.need("system_id")?, 15)?,
        password: members.need_secret(["password", "password_file", "password_env"])?,
        system_type,
        from: from(members.need("from")?)?,
        window: window.unwrap_or(SmppConfig::WINDOW),
        alphabet: alphabet.unwrap_or(Alphabet::Gsm),
    })
}

fn short(value: Value<'_>, most: usize) -> Result<String, Wrong> {
    let expected = format!("1 to {most} characters of ASCII");
    let is_fit = |text: &str| is_short(text, most);
    value.text(&expected, is_fit).map(str::to_owned)
}

fn from(value: Value<'_>) -> Result<String, Wrong> {
    let is_fit = |text: &str| {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_short(digits, if is_number { 20 } else { 11 })
    };
    let expected = "a number of up to 20 digits, or a name of 1 to 11 characters of ASCII";
    value.text(expected, is_fit).map(str::to_owned)
}

fn is_short(text: &str, most: usize) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    (1..=most).contains(&text.len()) && text.bytes().all(is_fit)
}
