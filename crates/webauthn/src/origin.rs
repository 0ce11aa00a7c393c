//! The origins from which a ceremony may come (WebAuthn Level 3 §13.4.9, `#sctn-validating-origin`).
//!
//! An origin is compared as the text that the client wrote, byte for byte; nothing is normalised, so
//! nothing can be smuggled through a normalisation. The patterns below are for the places that need
//! one: subdomains of the RP ID, and a development server on any port.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Fault, quoted};

const APK_KEY_HASH: &str = "android:apk-key-hash:";

/// One entry of the list of allowed origins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AllowedOrigin(Pattern);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Pattern {
    Exact(String),
    /// Scheme and host; any port, also none.
    AnyPort(String),
    /// The parent domain; `https` on the default port.
    Subdomains(String),
}

impl AllowedOrigin {
    /// Reads an entry as it stands in a configuration:
    ///
    /// - `https://example.com`, `https://example.com:8443`: exactly this origin;
    /// - `http://localhost:3000`: plain `http` on this machine (`localhost`, a subdomain of it,
    ///   `127.0.0.1` or `[::1]`) only;
    /// - `http://localhost:*`: any port;
    /// - `https://*.example.com`: every subdomain, at any depth, not `example.com` itself;
    /// - `android:apk-key-hash:<base64url of the SHA-256 of the signing certificate>`: an Android
    ///   app.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if let Some(hash) = text.strip_prefix(APK_KEY_HASH) {
            return match URL_SAFE_NO_PAD.decode(hash) {
                Ok(bytes) if bytes.len() == 32 => Ok(Self(Pattern::Exact(text.to_owned()))),
                Ok(_) | Err(_) => Err(Fault::new(
                    format!("{APK_KEY_HASH} and the base64url of a SHA-256 hash"),
                    quoted(text),
                )),
            };
        }
        if let Some(parent) = text.strip_prefix("https://*.") {
            return if is_domain(parent) {
                Ok(Self(Pattern::Subdomains(parent.to_owned())))
            } else {
                Err(Fault::new("a domain after https://*.", quoted(text)))
            };
        }
        if let Some(prefix) = text.strip_suffix(":*") {
            return web_origin(prefix, true).map(|()| Self(Pattern::AnyPort(prefix.to_owned())));
        }
        web_origin(text, false).map(|()| Self(Pattern::Exact(text.to_owned())))
    }

    /// Whether a client's origin is allowed by this entry.
    pub fn matches(&self, origin: &str) -> bool {
        match &self.0 {
            Pattern::Exact(expected) => origin == expected,
            Pattern::AnyPort(prefix) => {
                origin
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|port| port.is_empty() || port.starts_with(':'))
                    && web_origin(origin, false).is_ok()
            }
            Pattern::Subdomains(parent) => origin
                .strip_prefix("https://")
                .and_then(|host| host.strip_suffix(parent.as_str()))
                .and_then(|labels| labels.strip_suffix('.'))
                .is_some_and(is_domain),
        }
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Exact(origin) => f.write_str(origin),
            Pattern::AnyPort(prefix) => write!(f, "{prefix}:*"),
            Pattern::Subdomains(parent) => write!(f, "https://*.{parent}"),
        }
    }
}

/// The list as one text, for an error.
pub(crate) fn list(origins: &[AllowedOrigin]) -> String {
    let texts: Vec<String> = origins.iter().map(ToString::to_string).collect();
    format!("one of [{}]", texts.join(", "))
}

/// Checks `scheme://host[:port]` in the serialised form that a browser writes (HTML, "ASCII
/// serialisation of an origin"): lower case, no default port, no path, no userinfo.
fn web_origin(text: &str, without_port: bool) -> Result<(), Fault> {
    let fault = |expected: &'static str| Err(Fault::new(expected, quoted(text)));
    let (authority, default_port, local) = match text.split_once("://") {
        Some(("https", authority)) => (authority, "443", false),
        Some(("http", authority)) => (authority, "80", true),
        Some(_) | None => return fault("an origin: https://host, http://localhost or android:..."),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    if !is_domain(host) && !is_ipv6(host) {
        return fault("a host in lower-case ASCII, and nothing after host and port");
    }
    if local && !is_local(host) {
        return fault("https, because http is only secure on this machine");
    }
    match port {
        Some(_) if without_port => fault("no port before :*"),
        Some(port) if !is_port(port) => fault("a port from 1 to 65535"),
        Some(port) if port == default_port => fault("no default port (clients leave it out)"),
        Some(_) | None => Ok(()),
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

/// A domain of lower-case labels as it stands in a serialised origin; also an IPv4 address.
fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        })
}

fn is_ipv6(text: &str) -> bool {
    text.strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok())
}

fn is_port(text: &str) -> bool {
    !text.starts_with('0')
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<u16>().is_ok()
}
