//! E-mail addresses: what is one, and when two are the same mailbox's.
//!
//! The syntax is checked by the `email_address` crate (RFC 5321/5322). Addresses are compared
//! without regard to ASCII case and otherwise to the letter: wider folding (Unicode case, dots,
//! plus-tags) is how one person's code ends in another's mailbox.

use std::collections::BTreeSet;
use std::sync::Arc;

use email_address::{EmailAddress, Options};

/// A syntactically valid address, as the person wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEmail;

impl Email {
    /// Parses `text`. Quoted local parts, comments, address literals and anything but ASCII are
    /// refused: no mailbox needs them, and look-alike letters are an attack.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let plain = text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control() || b == b'"');
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if !plain || EmailAddress::parse_with_options(text, options).is_err() {
            return Err(InvalidEmail);
        }
        Ok(Self(text.to_owned()))
    }

    /// As the person wrote it: this is where mail is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which the address is looked up.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// Domains of addresses, each with all that is below it. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainList(Arc<BTreeSet<String>>);

/// A line that is no domain, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDomain {
    /// Which line.
    pub line: usize,
}

impl DomainList {
    /// Reads a list: a domain a line; empty lines, and what follows a `#`, are nothing.
    pub fn parse(text: &str) -> Result<Self, InvalidDomain> {
        let mut domains = BTreeSet::new();
        for (line, text) in (1..).zip(text.lines()) {
            let domain = text.split('#').next().unwrap_or_default().trim();
            if domain.is_empty() {
                continue;
            }
            Email::parse(&format!("a@{domain}")).map_err(|InvalidEmail| InvalidDomain { line })?;
            domains.insert(domain.to_ascii_lowercase());
        }
        Ok(Self(Arc::new(domains)))
    }

    /// Whether the address is of one of the domains.
    pub fn has(&self, address: &Email) -> bool {
        let key = address.key();
        let (_, mut domain) = key.rsplit_once('@').unwrap_or_default();
        loop {
            if self.0.contains(domain) {
                return true;
            }
            match domain.split_once('.') {
                Some((_, above)) => domain = above,
                None => return false,
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_domains_has_what_is_below_them() {
        let list = "# throw-away\n\nMailinator.example   # the best known\r\ntrash.example.net\n";
        let list = DomainList::parse(list).unwrap();
        assert_eq!(list.len(), 2);
        let has = |address: &str| list.has(&Email::parse(address).unwrap());
        for address in [
            "a@mailinator.example",
            "A@MAILINATOR.EXAMPLE",
            "a@eu.mailinator.example",
            "a@x.y.trash.example.net",
        ] {
            assert!(has(address), "{address}");
        }
        for address in [
            "a@notmailinator.example",
            "a@example.net",
            "a@mailinator.example.com",
        ] {
            assert!(!has(address), "{address}");
        }
        assert!(!DomainList::default().has(&Email::parse("a@example.com").unwrap()));
    }

    #[test]
    fn what_is_no_domain_is_told_by_its_line() {
        for wrong in [
            "a@b.example",
            "two words.example",
            "com",
            "http://x.example",
        ] {
            let list = DomainList::parse(&format!("fine.example\n{wrong}\n"));
            assert_eq!(list, Err(InvalidDomain { line: 2 }), "{wrong}");
        }
    }

    #[test]
    fn case_does_not_make_another_mailbox() {
        let written = Email::parse("Ann.Lee@Example.COM").unwrap();
        assert_eq!(written.as_str(), "Ann.Lee@Example.COM");
        assert_eq!(written.key(), "ann.lee@example.com");
    }

    #[test]
    fn dots_and_tags_do() {
        let key = |text| Email::parse(text).unwrap().key();
        assert_ne!(key("ann.lee@example.com"), key("annlee@example.com"));
        assert_ne!(key("ann+x@example.com"), key("ann@example.com"));
    }

    #[test]
    fn refuses_what_is_not_an_address() {
        for text in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example",
            "a b@example.com",
            "a@b@c.de",
            "ann@exa mple.com",
            "ann@[127.0.0.1]",
            "Ann <ann@example.com>",
            "\"a b\"@example.com",
            "ann@example.com\r\nBcc: x@y.z",
            "mıke@example.com",
            "ann@ex\u{0430}mple.com",
            "ann@example.com\0",
        ] {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }
}
