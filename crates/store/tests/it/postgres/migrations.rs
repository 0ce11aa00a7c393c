//! The schema, when nodes start.

use tokio::task::JoinSet;

use super::{cause, open, schema, server};
use crate::contract::sample::{at, read, write};

/// Nodes start at the same time: one makes the schema, the others wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn eight_nodes_start_at_once() {
    let url = schema(server::shared()).await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        tasks.spawn_blocking(move || open(&url).unwrap());
    }
    let nodes = tasks.join_all().await;
    for (number, node) in (0_u8..).zip(&nodes) {
        assert!(write(node, move |txn| txn.session_spend(&[number; 16], at(1))).await);
        for other in &nodes {
            assert!(read(other, move |txn| txn.session_is_spent(&[number; 16], at(1))).await);
            assert!(!write(other, move |txn| txn.session_spend(&[number; 16], at(1))).await);
        }
    }
    for node in nodes {
        node.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused() {
    let server = server::shared();
    let url = schema(server).await;
    open(&url).unwrap().close().await;
    let name = url.rsplit("%3D").next().unwrap();
    server
        .run(&format!(
            "INSERT INTO {name}.schema_versions (version) VALUES (1000)"
        ))
        .await;
    let why = cause(open(&url));
    assert!(
        why.starts_with("the store has schema 1000, this program knows up to "),
        "{why}"
    );
}

/// The server's locale orders by language; keys are ordered by their bytes all the same.
#[tokio::test(flavor = "multi_thread")]
async fn text_is_ordered_by_its_bytes() {
    let server = server::shared();
    let rows = server.run("SELECT 1 WHERE 'a' < 'B'").await;
    assert!(
        rows.iter()
            .any(|row| matches!(row, tokio_postgres::SimpleQueryMessage::Row(_))),
        "this server's order is that of the bytes anyway"
    );
    let url = schema(server).await;
    open(&url).unwrap().close().await;
    let name = url.rsplit("%3D").next().unwrap();
    let odd = server
        .run(&format!(
            "SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = '{name}' AND data_type = 'text'
                 AND collation_name IS DISTINCT FROM 'C'"
        ))
        .await;
    let odd: Vec<_> = odd
        .iter()
        .filter_map(|row| match row {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some((row.get(0), row.get(1))),
            _ => None,
        })
        .collect();
    assert_eq!(odd, []);
}
