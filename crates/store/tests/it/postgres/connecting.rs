//! Who is let in, and whom the store trusts.

use std::fs;
use std::io::Write;

use poolhouse_store::StoreUrl;

use super::server::{self, PASSWORD};
use super::{cause, open, schema};
use crate::contract::sample::{at, write};

fn by_tcp(schema: &str, password: &str, host: &str, settings: &str) -> String {
    let port = server::shared().port;
    let password = password.replace(' ', "%20");
    format!(
        "postgres://poolhouse:{password}@{host}:{port}/postgres?options=-csearch_path%3D{schema}{settings}"
    )
}

async fn fresh_schema() -> String {
    let url = schema(server::shared()).await;
    url.rsplit("%3D").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens() {
    let schema = fresh_schema().await;
    let store = open(&by_tcp(&schema, PASSWORD, "127.0.0.1", "")).unwrap();
    assert!(write(&store, |txn| txn.session_spend(&[1; 16], at(1))).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_at_once_and_not_shown() {
    let schema = fresh_schema().await;
    let why = cause(open(&by_tcp(&schema, "battery staple", "localhost", "")));
    assert_eq!(
        why,
        "postgres://localhost/postgres: password authentication failed for user \"poolhouse\" (28P01)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_is_said_at_once() {
    let url = by_tcp("public", PASSWORD, "localhost", "").replace("/postgres?", "/other?");
    let why = cause(open(&url));
    assert_eq!(
        why,
        "postgres://localhost/other: database \"other\" does not exist (3D000)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_checked_against_the_authority_that_was_named() {
    let server = server::shared();
    let schema = fresh_schema().await;
    let folder = tempfile::tempdir().unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let [right, wrong] =
        [("right", &server.authority), ("wrong", &other.cert.pem())].map(|(name, authority)| {
            let path = folder.path().join(name);
            let mut file = fs::File::create(&path).unwrap();
            file.write_all(authority.as_bytes()).unwrap();
            path
        });
    let trusting = |file: &std::path::Path, host: &str| {
        let settings = format!(
            "&sslmode=verify-full&sslrootcert={}&channel_binding=require&application_name=tls-{schema}",
            file.display()
        );
        by_tcp(&schema, PASSWORD, host, &settings)
    };

    let store = open(&trusting(&right, "localhost")).unwrap();
    assert!(write(&store, |txn| txn.session_spend(&[1; 16], at(1))).await);
    let encrypted = server
        .run(&format!(
            "SELECT 1 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
             WHERE application_name = 'tls-{schema}' AND ssl"
        ))
        .await;
    assert!(
        encrypted
            .iter()
            .any(|row| matches!(row, tokio_postgres::SimpleQueryMessage::Row(_)))
    );

    for (file, host) in [(&wrong, "localhost"), (&right, "127.0.0.1")] {
        let why = cause(open(&trusting(file, host)));
        assert!(why.contains("invalid peer certificate"), "{why}");
    }
}

#[test]
fn urls_say_where_a_store_is() {
    for (text, place) in [
        ("pool.db", "pool.db"),
        ("/var/lib/poolhouse/pool.db", "/var/lib/poolhouse/pool.db"),
        ("sqlite:pool.db", "pool.db"),
        (
            "postgres://ann:secret@db.example.com/pool?sslmode=disable",
            "postgres://db.example.com/pool",
        ),
        (
            "postgresql://ann:secret@a,b:5433/pool?sslmode=disable&connections=4",
            "postgres://a,b/pool",
        ),
        (
            "postgres://ann@/pool?host=%2Frun%2Fpostgresql",
            "postgres:///run/postgresql/pool",
        ),
    ] {
        let url: StoreUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), place);
        assert!(!format!("{url:?}").contains("secret"));
    }
}

#[test]
fn what_is_no_url_of_a_store_is_refused() {
    for (text, why) in [
        (
            "",
            "it names no store; write postgres://USER@HOST/DATABASE, or the path of an SQLite file",
        ),
        (
            "mysql://ann@localhost/pool",
            "mysql:// is no store that is known here; write postgres://USER@HOST/DATABASE, or the path of an SQLite file",
        ),
        (
            "postgres:///pool",
            "the PostgreSQL URL names no host; write postgres://USER@HOST/DATABASE",
        ),
        (
            "postgres://localhost/pool?flavour=1",
            "the PostgreSQL URL cannot be read: unknown option `flavour`",
        ),
        (
            "postgres://localhost/pool?connections=none",
            "connections in the PostgreSQL URL must be a number from 1 to 1000",
        ),
        (
            "postgres://localhost/pool?connections=0",
            "connections in the PostgreSQL URL must be a number from 1 to 1000",
        ),
        (
            "postgres://db.example.com/pool?sslmode=prefer",
            "sslmode=prefer in the PostgreSQL URL is not known here; write verify-full, or disable if nobody can stand between",
        ),
        (
            "postgres://db.example.com/pool?sslrootcert=/dev/null",
            "sslrootcert=/dev/null: no certificate was found",
        ),
    ] {
        assert_eq!(text.parse::<StoreUrl>().unwrap_err().to_string(), why);
    }
}
