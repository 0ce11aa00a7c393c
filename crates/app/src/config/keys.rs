//! Every setting of a server: its table, its name, what it takes and what it changes.
//!
//! `docs/settings.md` and `docs/poolhouse.schema.json` say the same to people and to editors; a test
//! holds them against this list, and the tables' names against define-auth's.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use poolhouse_define_auth::settings::{Key, Table, Value, Wrong};
use poolhouse_server::listen::{Network, Proxies};
use poolhouse_store::StoreUrl;
use tracing_subscriber::EnvFilter;

use super::{Draft, Risk};
use crate::logs::LogFormat;

pub(super) const TABLES: &[Table<Draft>] = &[
    Table {
        name: "server",
        keys: SERVER,
    },
    Table {
        name: "keys",
        keys: KEYS,
    },
    Table {
        name: "tls",
        keys: TLS,
    },
    Table {
        name: "proxy",
        keys: PROXY,
    },
    Table {
        name: "limits",
        keys: LIMITS,
    },
    Table {
        name: "audit",
        keys: AUDIT,
    },
    Table {
        name: "log",
        keys: LOG,
    },
];

const SERVER: &[Key<Draft>] = &[
    Key {
        name: "public_url",
        set: |draft, value| {
            draft.public_url = Some(public_url(value)?);
            Ok(())
        },
    },
    Key {
        name: "listen",
        set: |draft, value| {
            draft.listen = Some(socket(value)?);
            Ok(())
        },
    },
    Key {
        name: "operations",
        set: |draft, value| {
            draft.operations = Some(socket(value)?);
            Ok(())
        },
    },
    Key {
        name: "store",
        set: |draft, value| {
            draft.store = Some(store(value)?);
            Ok(())
        },
    },
    Key {
        name: "region",
        set: |draft, value| {
            draft.region = Some(word(value, "a region, such as \"eu-central-1\"")?);
            Ok(())
        },
    },
    Key {
        name: "pools",
        set: |draft, value| {
            let expected = "a table with each pool's name and its app's folder";
            draft.pools = value.entries(expected, |name, folder| {
                Ok((name.to_owned(), path(folder)?))
            })?;
            if draft.pools.is_empty() {
                return Err(value.wrong(expected));
            }
            Ok(())
        },
    },
    Key {
        name: "allow",
        set: |draft, value| {
            draft.allowed = value.list(|risk| risk.word(RISKS))?;
            Ok(())
        },
    },
];

const RISKS: &[(&str, Risk)] = &[
    ("inbox", Risk::Inbox),
    ("plain-http", Risk::PlainHttp),
    ("text-codes-only", Risk::TextCodesOnly),
];

const KEYS: &[Key<Draft>] = &[
    Key {
        name: "master_file",
        set: |draft, value| {
            draft.master_file = Some(path(value)?);
            Ok(())
        },
    },
    Key {
        name: "master_command",
        set: |draft, value| {
            let expected = "a program and its arguments, such as [\"/usr/bin/age\", \"--decrypt\"]";
            let command = value.items(expected, |word| word.text("a text", |_| true))?;
            if command.is_empty() {
                return Err(value.wrong(expected));
            }
            draft.master_command = Some(command.into_iter().map(str::to_owned).collect());
            Ok(())
        },
    },
];

const TLS: &[Key<Draft>] = &[
    Key {
        name: "certificate",
        set: |draft, value| {
            draft.certificate = Some(path(value)?);
            Ok(())
        },
    },
    Key {
        name: "key",
        set: |draft, value| {
            draft.key = Some(path(value)?);
            Ok(())
        },
    },
];

const PROXY: &[Key<Draft>] = &[Key {
    name: "trusted",
    set: |draft, value| {
        draft.trusted = Some(Proxies(value.list(network)?));
        Ok(())
    },
}];

const LIMITS: &[Key<Draft>] = &[
    Key {
        name: "connections",
        set: |draft, value| {
            draft.limits.connections = value.whole(1..=u16::MAX)?.into();
            Ok(())
        },
    },
    Key {
        name: "connections_per_address",
        set: |draft, value| {
            draft.limits.connections_per_address = value.whole(1..=u16::MAX)?.into();
            Ok(())
        },
    },
    Key {
        name: "headers_seconds",
        set: |draft, value| {
            draft.limits.headers = seconds(value, 120)?;
            Ok(())
        },
    },
    Key {
        name: "idle_seconds",
        set: |draft, value| {
            draft.limits.idle = seconds(value, 3600)?;
            Ok(())
        },
    },
    Key {
        name: "requests",
        set: |draft, value| {
            draft.work.requests = value.whole(1..=u16::MAX)?.into();
            Ok(())
        },
    },
    Key {
        name: "requests_per_address",
        set: |draft, value| {
            draft.work.requests_per_address = value.whole(1..=u16::MAX)?.into();
            Ok(())
        },
    },
    Key {
        name: "queue_milliseconds",
        set: |draft, value| {
            draft.work.queue = Duration::from_millis(value.whole(1..=10_000)?.into());
            Ok(())
        },
    },
    Key {
        name: "request_seconds",
        set: |draft, value| {
            draft.work.patience = seconds(value, 120)?;
            Ok(())
        },
    },
];

const AUDIT: &[Key<Draft>] = &[Key {
    name: "keep_days",
    set: |draft, value| {
        let days: u16 = value.whole(0..=36_500)?;
        draft.audit_days = Some(days);
        Ok(())
    },
}];

const LOG: &[Key<Draft>] = &[
    Key {
        name: "level",
        set: |draft, value| {
            let expected = "a level like \"info\", or a filter like \"warn,poolhouse=debug\"";
            let is_filter = |text: &str| EnvFilter::try_new(text).is_ok();
            draft.level = Some(value.text(expected, is_filter)?.to_owned());
            Ok(())
        },
    },
    Key {
        name: "format",
        set: |draft, value| {
            draft.format =
                Some(value.word(&[("json", LogFormat::Json), ("text", LogFormat::Text)])?);
            Ok(())
        },
    },
];

/// An origin: what clients are told, and what `iss` in tokens begins with.
fn public_url(value: Value<'_>) -> Result<String, Wrong> {
    let expected = "an address without a path, such as \"https://auth.example.com\"";
    let is_host = |rest: &str| {
        let is_safe = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte)
        };
        !rest.is_empty() && rest.bytes().all(is_safe)
    };
    let text = value.text(expected, |text| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(is_host)
    })?;
    Ok(text.to_owned())
}

fn socket(value: Value<'_>) -> Result<SocketAddr, Wrong> {
    let expected = "an address and a port, such as \"127.0.0.1:7400\"";
    let text = value.text(expected, |_| true)?;
    text.parse().map_err(|_| value.wrong(expected))
}

fn store(value: Value<'_>) -> Result<StoreUrl, Wrong> {
    let expected = "a path, or \"postgres://USER@HOST/DATABASE\"";
    let text = value.text(expected, |_| true)?;
    // It may have a password in it.
    text.parse::<StoreUrl>().map_err(|why| value.unfit(why))
}

fn path(value: Value<'_>) -> Result<PathBuf, Wrong> {
    Ok(PathBuf::from(
        value.text("a path", |text| !text.is_empty())?,
    ))
}

fn word(value: Value<'_>, expected: &str) -> Result<String, Wrong> {
    let is_safe = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let text = value.text(expected, |text| {
        !text.is_empty() && text.bytes().all(is_safe)
    })?;
    Ok(text.to_owned())
}

fn network(value: Value<'_>) -> Result<Network, Wrong> {
    let expected = "an address or a network, such as \"10.0.0.0/8\"";
    let text = value.text(expected, |_| true)?;
    text.parse().map_err(|()| value.wrong(expected))
}

fn seconds(value: Value<'_>, most: u16) -> Result<Duration, Wrong> {
    Ok(Duration::from_secs(value.whole(1..=most)?.into()))
}
