//! `domain`, `webauthn` and `srp` compute and nothing else: no files, sockets, environment, threads,
//! clocks or asynchronous runtime. (That none of those is linked in is checked with the layers.)

use crate::lint::tree::{Finding, Tree};

const PURE: &[&str] = &["crates/domain", "crates/webauthn", "crates/srp"];
const WORLD: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "tokio",
    "async fn",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree
        .product()
        .filter(|file| PURE.iter().any(|folder| file.is_under(folder)))
    {
        for (number, line) in file.code() {
            if let Some(word) = WORLD.iter().find(|word| line.contains(**word)) {
                let message = format!("`{word}`: this crate takes what it needs as a value");
                found.push(file.finding(number, message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn the_world_is_found_in_a_pure_crate() {
        for line in [
            "use std::fs;",
            "std::env::args()",
            "use std::net::TcpStream;",
            "pub async fn a() {}",
        ] {
            assert_eq!(
                check(&tree(&[("crates/domain/src/code.rs", line)])).len(),
                1,
                "{line}"
            );
            assert!(
                check(&tree(&[("crates/app/src/main.rs", line)])).is_empty(),
                "{line}"
            );
            assert!(
                check(&tree(&[("crates/domain/tests/it/main.rs", line)])).is_empty(),
                "{line}"
            );
        }
    }

    #[test]
    fn time_as_a_value_is_fine() {
        assert!(
            check(&tree(&[(
                "crates/srp/src/lib.rs",
                "use std::time::Duration;"
            )]))
            .is_empty()
        );
    }
}
