//! The list of settings, and the two documents that repeat it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::keys::TABLES;
use super::*;

const SCHEMA: &str = include_str!("../../../../docs/poolhouse.schema.json");
const GUIDE: &str = include_str!("../../../../docs/settings.md");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The tables of a pool; those of a server are held against `poolhouse serve`.
fn of_pools(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let tables = schema["properties"].as_object().unwrap().iter();
    tables.filter(|(table, _)| !OF_SERVER.contains(&table.as_str()))
}

fn parser() -> BTreeSet<String> {
    let tables = TABLES.iter();
    let keys = tables.flat_map(|table| table.keys.iter().map(move |key| (table.name, key.name)));
    keys.map(|(table, key)| format!("{table}.{key}")).collect()
}

fn example() -> &'static str {
    let start = GUIDE.split("```toml\n").nth(1).unwrap();
    start.split("```").next().unwrap()
}

fn is_taken(text: &str) -> bool {
    lay_over(&mut PoolConfig::default(), text).is_ok()
}

#[test]
fn the_schema_has_the_parsers_keys() {
    let schema = schema();
    let mut keys = BTreeSet::new();
    for (table, rules) in of_pools(&schema) {
        assert_eq!(rules["additionalProperties"], false, "{table}");
        for key in rules["properties"].as_object().unwrap().keys() {
            keys.insert(format!("{table}.{key}"));
        }
    }
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(keys, parser());
}

#[test]
fn the_schema_has_the_parsers_ranges_and_words() {
    for (table, rules) in of_pools(&schema()) {
        for (key, rule) in rules["properties"].as_object().unwrap() {
            let takes = |value: &str| is_taken(&format!("[{table}]\n{key} = {value}"));
            assert!(rule["description"].is_string(), "{table}.{key}");
            if let (Some(least), Some(most)) = (rule["minimum"].as_i64(), rule["maximum"].as_i64())
            {
                for (number, is_right) in [
                    (least - 1, false),
                    (least, true),
                    (most, true),
                    (most + 1, false),
                ] {
                    assert_eq!(
                        takes(&number.to_string()),
                        is_right,
                        "{table}.{key} {number}"
                    );
                }
            }
            for word in rule["enum"].as_array().into_iter().flatten() {
                assert!(takes(&word.to_string()), "{table}.{key} {word}");
            }
            for word in rule["items"]["enum"].as_array().into_iter().flatten() {
                assert!(takes(&format!("[{word}]")), "{table}.{key} {word}");
            }
        }
    }
    let words = |pointer: &str| schema().pointer(pointer).unwrap().as_array().unwrap().len();
    assert_eq!(words("/properties/passkeys/properties/factor/enum"), 2);
    assert_eq!(
        words("/properties/passkeys/properties/algorithms/items/enum"),
        5
    );
}

/// The members of each kind of sender, by `table kind`.
fn senders_of_the_schema() -> BTreeMap<String, BTreeSet<String>> {
    let schema = schema();
    let mut kinds = BTreeMap::new();
    for table in ["mail", "sms"] {
        let of = &schema["properties"][table]["properties"]["senders"]["items"]["oneOf"];
        for rules in of.as_array().unwrap() {
            assert_eq!(rules["additionalProperties"], false);
            let members = rules["properties"].as_object().unwrap();
            let kind = members["kind"]["const"].as_str().unwrap();
            let known = members_of_the_parser(table, kind, rules);
            assert_eq!(known, members.keys().cloned().collect(), "{table} {kind}");
            kinds.insert(format!("{table} {kind}"), known);
        }
    }
    kinds
}

/// What the parser says there is, asked for what it does not know.
fn members_of_the_parser(table: &str, kind: &str, rules: &Value) -> BTreeSet<String> {
    let names = |rules: &Value| -> Vec<String> {
        let names = rules["required"].as_array().into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let mut needed = names(rules);
    needed.extend(names(&rules["oneOf"][0]));
    for choice in rules["allOf"].as_array().into_iter().flatten() {
        needed.extend(names(&choice["oneOf"][0]));
    }
    let value = |name: &str| if name == "url" { "https://x" } else { "x" };
    let needed = needed.iter().filter(|name| *name != "kind");
    let needed: Vec<String> = needed
        .map(|name| format!("{name} = \"{}\", ", value(name)))
        .collect();
    let needed = needed.concat();
    let text = format!(
        "mail.from = \"a@b.cd\"\n\
         {table}.senders = [{{ kind = \"{kind}\", {needed}qqqqqqqqqqqqqqqqqqqqqqqqqq = 1 }}]"
    );
    let refused = lay_over(&mut PoolConfig::default(), &text).unwrap_err();
    let help = refused[0]
        .help
        .clone()
        .unwrap_or_else(|| panic!("{text}: {}", refused[0].message));
    let (_, known) = help.split_once("there are ").unwrap();
    let known = known.split(", ");
    known
        .map(|name| name.trim_matches('`').to_owned())
        .collect()
}

#[test]
fn the_schema_and_the_guide_have_every_member_of_a_sender() {
    for (kind, members) in senders_of_the_schema() {
        let (table, kind) = kind.split_once(' ').unwrap();
        let (_, chapter) = GUIDE.split_once(&format!("`[[{table}.senders]]`")).unwrap();
        let (_, rows) = chapter.split_once(&format!("| `{kind}` |")).unwrap();
        let (rows, _) = rows.split_once("\n| `").unwrap_or((rows, ""));
        let (rows, _) = rows.split_once("\n\n").unwrap_or((rows, ""));
        let names = rows
            .lines()
            .filter_map(|row| row.trim_start_matches("| |").split(" | ").next());
        let named: BTreeSet<String> = names
            .flat_map(|cell| {
                cell.split(", ")
                    .map(|name| name.trim().trim_matches('`').to_owned())
            })
            .filter(|name| !name.is_empty())
            .chain(["kind".to_owned()])
            .collect();
        assert_eq!(named, members, "{table} {kind}");
    }
}

#[test]
fn the_guide_has_the_parsers_keys() {
    let rows = GUIDE.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter(|row| row.split('`').next().unwrap().contains('.'));
    let keys: BTreeSet<String> = rows
        .filter_map(|row| row.split('`').next().map(str::to_owned))
        .filter(|key| {
            !OF_SERVER
                .iter()
                .any(|table| key.starts_with(&format!("{table}.")))
        })
        .collect();
    assert_eq!(keys, parser());
}

#[test]
fn the_guides_example_is_taken_and_has_every_key() {
    let (said, _) = lay_over(&mut PoolConfig::default(), example()).unwrap();
    assert_eq!(said.into_keys().collect::<BTreeSet<_>>(), parser());
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_refused(
        at in 0..example().len(),
        skipped in 0..20_usize,
        put in r##"[\[\]{}=.,'"#\n\r\t 0-9a-zé]{0,6}"##,
    ) {
        let rest = example().get(at + skipped..).unwrap_or_default();
        let text = format!("{}{put}{rest}", &example()[..at]);
        if let Err(errors) = lay_over(&mut PoolConfig::default(), &text) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                prop_assert!(error.position.is_some(), "{}", error.render(false));
            }
        }
    }
}
