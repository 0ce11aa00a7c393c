//! What a configuration means, how a wrong one is refused, and the two documents that repeat the list.

use std::collections::BTreeSet;
use std::time::Duration;

use poolhouse_define_auth::settings::OF_SERVER;
use serde_json::Value;

use super::keys::TABLES;
use super::*;

const SCHEMA: &str = include_str!("../../../../docs/poolhouse.schema.json");
const GUIDE: &str = include_str!("../../../../docs/settings.md");
const NEEDED: &str = "server.public_url = \"https://auth.example.com\"\nserver.store = \"p.db\"\n";

fn parse(text: &str) -> Result<Config, String> {
    Config::parse("poolhouse.toml", text, Path::new("/etc/poolhouse"))
        .map_err(|errors| diagnostic::render(&errors, false))
}

/// The configuration with what it needs, and `more`.
fn with(more: &str) -> Result<Config, String> {
    parse(&format!("{NEEDED}{more}"))
}

fn parser() -> BTreeSet<String> {
    let tables = TABLES.iter();
    let keys = tables.flat_map(|table| table.keys.iter().map(move |key| (table.name, key.name)));
    keys.map(|(table, key)| format!("{table}.{key}")).collect()
}

fn example() -> &'static str {
    let start = GUIDE.split("```toml\n").nth(2).unwrap();
    start.split("```").next().unwrap()
}

#[test]
fn what_is_not_said_is_safe() {
    let config = with("").unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:7400");
    assert_eq!(config.operations.to_string(), "127.0.0.1:7401");
    assert_eq!(config.store.to_string(), "/etc/poolhouse/p.db");
    let here = PathBuf::from("/etc/poolhouse");
    assert_eq!(config.pools, [("default".to_owned(), here)]);
    assert_eq!(config.master, MasterKeySource::Environment);
    assert_eq!(config.proxies, Proxies::loopback());
    assert!(config.tls.is_none() && config.allowed.is_empty());
    assert_eq!(
        (config.limits, config.work),
        (Limits::default(), Work::default())
    );
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.audit, Some(Duration::from_hours(90 * 24)));
    assert_eq!(with("audit.keep_days = 0").unwrap().audit, None);
}

#[test]
fn every_setting_of_the_guides_example_means_what_it_says() {
    let config = parse(example()).unwrap();
    assert_eq!(config.public_url, "https://auth.example.com");
    assert_eq!(config.listen.to_string(), "0.0.0.0:443");
    assert!(config.store.to_string().starts_with("postgres://"));
    assert_eq!(config.audit, Some(Duration::from_hours(365 * 24)));
    assert_eq!(config.region.as_deref(), Some("eu-central-1"));
    let pools = [("customers", "/srv/shop"), ("staff", "/srv/backoffice")];
    assert_eq!(
        config.pools,
        pools.map(|(name, app)| (name.to_owned(), app.into()))
    );
    assert_eq!(config.allowed, [Risk::Inbox]);
    let key = PathBuf::from("/etc/poolhouse/master.key");
    assert_eq!(config.master, MasterKeySource::File(key));
    let tls = config.tls.unwrap();
    assert_eq!(tls.certificate, Path::new("/etc/poolhouse/fullchain.pem"));
    assert_eq!(tls.key, Path::new("/etc/poolhouse/privkey.pem"));
    assert_eq!(config.proxies.0.len(), 2);
    let limits = Limits {
        connections: 10000,
        connections_per_address: 100,
        headers: Duration::from_secs(5),
        idle: Duration::from_mins(1),
    };
    assert_eq!(config.limits, limits);
    let work = Work {
        requests: 128,
        requests_per_address: 32,
        queue: Duration::from_millis(250),
        patience: Duration::from_secs(10),
    };
    assert_eq!(config.work, work);
    assert_eq!(config.log.level, "info");
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_what_to_write() {
    for (more, told) in [
        (
            "[sever]\n",
            "unknown table `sever`\n --> poolhouse.toml:3:2",
        ),
        ("[sever]\n", "did you mean `[server]`?"),
        ("limits.connection = 5", "did you mean `connections`?"),
        ("listen = \"127.0.0.1:1\"", "write it below `[server]`"),
        (
            "limits.requests = 0",
            "expected a whole number from 1 to 65535, got 0",
        ),
        (
            "server.listen = \"localhost\"",
            "expected an address and a port",
        ),
        ("server.allow = [\"inbx\"]", "did you mean \"inbox\"?"),
        (
            "server.pools = {}",
            "expected a table with each pool's name",
        ),
        ("server.pools = { a = 1 }", "expected a path, got 1"),
        (
            "proxy.trusted = [\"proxy\"]",
            "expected an address or a network",
        ),
        (
            "log.level = \"poolhouse=loud\"",
            "expected a level like \"info\"",
        ),
        (
            "keys.master_command = []",
            "expected a program and its arguments",
        ),
        (
            "[keys]\nmaster_file = \"a\"\nmaster_command = [\"b\"]",
            "expected one",
        ),
        ("tls.certificate = \"a\"", "`tls.key` is missing"),
        ("server.region = \"EU\"", "expected a region"),
    ] {
        let errors = with(more).unwrap_err();
        assert!(errors.contains(told), "{more}: {errors}");
    }
}

#[test]
fn what_has_to_be_said_is_missed() {
    let errors = parse("").unwrap_err();
    assert!(
        errors.contains("`server.public_url` is missing"),
        "{errors}"
    );
    for url in [
        "https://a.example.com/",
        "auth.example.com",
        "ftp://a",
        "https://A",
    ] {
        let errors = parse(&format!("server.public_url = \"{url}\"")).unwrap_err();
        assert!(
            errors.contains("expected an address without a path"),
            "{url}: {errors}"
        );
    }
}

#[test]
fn a_password_in_a_store_is_not_repeated() {
    let errors = parse("server.store = \"postgres://p:hunter2@h/d?sslmode=maybe\"").unwrap_err();
    let message = errors.lines().next().unwrap();
    assert!(
        message.contains("sslmode") && !message.contains("hunter2"),
        "{message}"
    );
}

#[test]
fn what_is_insecure_is_refused_unless_it_is_allowed_by_name() {
    let open = "server.listen = \"0.0.0.0:80\"\n";
    let errors = with(open).unwrap_err();
    assert!(
        errors.contains("0.0.0.0:80 would be served unencrypted"),
        "{errors}"
    );
    for enough in [
        "server.allow = [\"plain-http\"]",
        "proxy.trusted = [\"10.0.0.1\"]",
        "tls = { certificate = \"c\", key = \"k\" }",
    ] {
        with(&format!("{open}{enough}")).unwrap();
    }
    let plain = "server = { store = \"p.db\", public_url = \"http://a.example.com\" }";
    let errors = parse(plain).unwrap_err();
    assert!(
        errors.contains("http://a.example.com is unencrypted"),
        "{errors}"
    );
    parse("server = { store = \"p.db\", public_url = \"http://localhost:7400\" }").unwrap();
    let inbox = "server.allow = [\"inbox\"]\nserver.operations = \"0.0.0.0:1\"";
    let errors = with(inbox).unwrap_err();
    assert!(
        errors.contains("everybody at 0.0.0.0:1 could read the inbox"),
        "{errors}"
    );
}

#[test]
fn a_pools_settings_stand_in_its_own_folder() {
    with("[codes]\nsign_in_digits = 6").unwrap();
    let errors = with("server.pools = { a = \"/srv/a\" }\n[codes]\n").unwrap_err();
    assert!(errors.contains("`[codes]` is a pool's"), "{errors}");
    with("server.pools = { a = \"/srv/a\", b = \".\" }\n[codes]\n").unwrap();
}

#[test]
fn schema_guide_and_example_have_the_parsers_keys() {
    let tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    assert_eq!(tables, OF_SERVER);
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut keys = BTreeSet::new();
    for table in OF_SERVER {
        let rules = &schema["properties"][table];
        assert_eq!(rules["additionalProperties"], false, "{table}");
        for (key, rule) in rules["properties"].as_object().unwrap() {
            assert!(rule["description"].is_string(), "{table}.{key}");
            keys.insert(format!("{table}.{key}"));
        }
    }
    assert_eq!(keys, parser());
    let rows = GUIDE.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| row.split('`').next());
    let of_server = rows.filter(|key| {
        OF_SERVER
            .iter()
            .any(|table| key.split('.').next() == Some(table))
    });
    assert_eq!(
        of_server.map(str::to_owned).collect::<BTreeSet<_>>(),
        parser()
    );
    let mut draft = Draft::default();
    let laid = settings::lay("example", example(), TABLES, &[], &mut draft).unwrap();
    let mut shown: BTreeSet<String> = laid.said.into_keys().collect();
    shown.insert("keys.master_command".to_owned());
    assert_eq!(shown, parser());
}

#[test]
fn the_schema_has_the_parsers_ranges_and_words() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut numbers = 0;
    for table in OF_SERVER {
        let rules = schema["properties"][table]["properties"]
            .as_object()
            .unwrap();
        for (key, rule) in rules {
            let takes = |value: &str| {
                let text = format!("{table}.{key} = {value}");
                settings::lay("f", &text, TABLES, &[], &mut Draft::default()).is_ok()
            };
            if let (Some(least), Some(most)) = (rule["minimum"].as_i64(), rule["maximum"].as_i64())
            {
                numbers += 1;
                let edges = [
                    (least - 1, false),
                    (least, true),
                    (most, true),
                    (most + 1, false),
                ];
                for (number, is_right) in edges {
                    assert_eq!(
                        takes(&number.to_string()),
                        is_right,
                        "{table}.{key} {number}"
                    );
                }
                assert!(GUIDE.contains(&format!(
                    "| `{table}.{key}` | {} | {least} to {most} |",
                    rule["default"]
                )));
            }
            for word in rule["enum"].as_array().into_iter().flatten() {
                assert!(takes(&word.to_string()), "{table}.{key} {word}");
            }
            for word in rule["items"]["enum"].as_array().into_iter().flatten() {
                assert!(takes(&format!("[{word}]")), "{table}.{key} {word}");
            }
        }
    }
    assert_eq!(numbers, 9);
}
