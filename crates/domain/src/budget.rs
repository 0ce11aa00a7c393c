//! How many messages may go out: to an address, for an account, at an address of the internet's wish, to
//! neighbouring numbers, and in texts altogether.
//!
//! A mailbox must not be flooded by whoever knows its address (OWASP ASVS 5.0 §6.6.4), and texts must not
//! earn money for whoever owns the numbers that they go to (SMS pumping). What has gone out is counted in
//! a window that slides ([`Sends`]).

mod sends;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

pub use self::sends::{Budget, Sends};
use crate::contact::Contact;
use crate::email::DomainList;

/// How many of a number's last digits its neighbours do not share: who rents numbers to have texts sent to
/// them rents them in blocks.
const BLOCK_DIGITS: usize = 4;

/// What is sent for a pool, and to whom it is not. Nothing is limited unless it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetPolicy {
    /// Messages to one address or number, whatever they are for, from all pools of a store.
    pub address: Budget,
    /// Messages of one account, wherever they go.
    pub account: Budget,
    /// Messages that one address of the internet asked for, or one /64 of them.
    pub ip: Budget,
    /// Texts to the numbers that differ in their last four digits only.
    pub prefix: Budget,
    /// All texts of the pool, counted as they are paid for: in segments.
    pub texts: Budget,
    /// The countries that texts go to; all, if nothing is said.
    pub countries: Option<Countries>,
    /// Where to find the domains that no mail goes to: a file, read by who may.
    pub refused_domains_file: Option<String>,
    /// Those domains.
    #[serde(skip)]
    pub refused_domains: DomainList,
}

/// Where texts may go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Countries {
    /// Anywhere.
    Any,
    /// To these only: ISO 3166-1 alpha-2.
    Only(Vec<String>),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purse {
    /// An address's or number's.
    Address,
    /// An account's.
    Account,
    /// Of who asked.
    Ip,
    /// Of neighbouring numbers.
    Prefix,
    /// All texts'.
    Texts,
}

/// Why a message is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Withheld {
    /// A budget is spent.
    Spent(Purse),
    /// The number is of a country that none goes to.
    Country,
    /// The address is of a domain that none goes to.
    Domain,
}

impl BudgetPolicy {
    /// What a pool has in production, unless it says otherwise. `docs/settings.md` gives the sources.
    pub fn in_production() -> Self {
        Self {
            address: Budget::new(5, 10),
            account: Budget::new(10, 20),
            ip: Budget::new(150, 1_000),
            prefix: Budget::new(50, 200),
            texts: Budget {
                per_hour: None,
                per_day: Some(1_000),
            },
            ..Self::default()
        }
    }

    /// The limits of a purse.
    pub const fn of(&self, purse: Purse) -> Budget {
        match purse {
            Purse::Address => self.address,
            Purse::Account => self.account,
            Purse::Ip => self.ip,
            Purse::Prefix => self.prefix,
            Purse::Texts => self.texts,
        }
    }

    /// Why nothing goes to `contact`, however little has gone out.
    pub fn refuses(&self, contact: &Contact) -> Option<Withheld> {
        match contact {
            Contact::Email(address) => self
                .refused_domains
                .has(address)
                .then_some(Withheld::Domain),
            Contact::PhoneNumber(number) => match &self.countries {
                None | Some(Countries::Any) => None,
                Some(Countries::Only(countries)) => {
                    let is_one = |country| countries.iter().any(|allowed| allowed == country);
                    (!number.country().is_some_and(is_one)).then_some(Withheld::Country)
                }
            },
        }
    }
}

impl Purse {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Address,
        Self::Account,
        Self::Ip,
        Self::Prefix,
        Self::Texts,
    ];

    /// The word in the store's keys, in the log and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Account => "account",
            Self::Ip => "ip",
            Self::Prefix => "prefix",
            Self::Texts => "texts",
        }
    }

    /// Whether it holds money. Money is spent by what is sent; the others, which hold off who asks too
    /// often, are spent for strangers too, or they would tell who is none.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Prefix | Self::Texts)
    }
}

impl Withheld {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Spent(Purse::Address),
        Self::Spent(Purse::Account),
        Self::Spent(Purse::Ip),
        Self::Spent(Purse::Prefix),
        Self::Spent(Purse::Texts),
        Self::Country,
        Self::Domain,
    ];

    /// The word in the log and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spent(purse) => purse.as_str(),
            Self::Country => "country",
            Self::Domain => "domain",
        }
    }
}

/// The part of a number that its neighbours share.
pub fn prefix(number: &str) -> &str {
    let end = number.len().saturating_sub(BLOCK_DIGITS);
    number.get(..end).unwrap_or(number)
}

/// By what the one is known who asks from `address`: of IPv6 by the /64, which is what one customer gets
/// at least (RFC 6177 §2). Nothing for this machine: then it is us, or a proxy that does not say for whom.
pub fn asker(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    if address.is_loopback() {
        return None;
    }
    Some(match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    })
}
