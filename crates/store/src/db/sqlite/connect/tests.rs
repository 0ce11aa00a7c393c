//! SQLite is built as `.cargo/config.toml` says: Cargo does not build it anew by itself when that changes.

use rusqlite::Connection;

const CONFIG: &str = include_str!("../../../../../../.cargo/config.toml");

/// The flags that begin with `prefix`, without it.
fn flags(prefix: &str) -> Vec<&'static str> {
    let all = CONFIG.split_whitespace();
    let named: Vec<_> = all.filter_map(|flag| flag.strip_prefix(prefix)).collect();
    assert!(!named.is_empty(), "no {prefix} in .cargo/config.toml");
    named
}

#[test]
fn sqlite_is_built_with_the_flags_of_the_configuration() {
    let connection = Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare("PRAGMA compile_options").unwrap();
    let options = statement.query_map([], |row| row.get(0)).unwrap();
    let options: Vec<String> = options.collect::<Result<_, _>>().unwrap();

    let has = |wanted: &str| options.iter().any(|option| option == wanted);
    let missing: Vec<_> = flags("-DSQLITE_")
        .into_iter()
        .filter(|it| !has(it))
        .collect();
    let unwanted: Vec<_> = flags("-USQLITE_")
        .into_iter()
        .filter(|it| has(it))
        .collect();
    let anew = "`cargo clean -p libsqlite3-sys` has it built anew";
    assert!(missing.is_empty(), "SQLite without {missing:?}: {anew}");
    assert!(unwanted.is_empty(), "SQLite with {unwanted:?}: {anew}");
}
