//! Only `crates/app` reads the environment and files; the other crates are handed what was read.
//!
//! `clippy.toml` bans the usual calls. This finds what is left: other functions of the same modules.
//! The types, such as `std::fs::File`, are not banned: what was opened may be handed on.

use crate::lint::tree::{File, Finding, Tree};

const OUTSIDE: &[&str] = &[
    "std::env",
    "tokio::fs",
    "fs::canonicalize",
    "fs::copy",
    "fs::create_dir",
    "fs::metadata",
    "fs::read",
    "fs::remove",
    "fs::rename",
    "fs::write",
    "DirBuilder",
    "OpenOptions",
    "File::create",
    "File::open",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.product().filter(|file| !may_look(file)) {
        for (number, line) in file.code() {
            if let Some(word) = OUTSIDE.iter().find(|word| line.contains(**word)) {
                let message = format!("`{word}`: let crates/app read it and hand it in");
                found.push(file.finding(number, message));
            }
        }
    }
    found
}

/// The program itself, and SQLite's own files, which must exist before SQLite is told of them so that
/// nobody else may read them.
fn may_look(file: &File) -> bool {
    file.is_under("crates/app") || file.path == "crates/store/src/db/sqlite/connect.rs"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn only_app_looks_outside() {
        for line in [
            "std::env::current_dir()",
            "std::fs::read_dir(a)",
            "tokio::fs::open(a)",
            "File::open(a)",
        ] {
            assert_eq!(
                check(&tree(&[("crates/server/src/lib.rs", line)])).len(),
                1,
                "{line}"
            );
            assert!(
                check(&tree(&[("crates/app/src/main.rs", line)])).is_empty(),
                "{line}"
            );
            assert!(
                check(&tree(&[("crates/server/tests/it/a.rs", line)])).is_empty(),
                "{line}"
            );
        }
    }

    #[test]
    fn the_store_makes_its_own_files() {
        let line = "OpenOptions::new().mode(0o600)";
        assert!(check(&tree(&[("crates/store/src/db/sqlite/connect.rs", line)])).is_empty());
        assert_eq!(
            check(&tree(&[("crates/store/src/users.rs", line)])).len(),
            1
        );
    }

    #[test]
    fn an_open_file_may_be_handed_on() {
        let line = "pub open: fn(&Path) -> io::Result<std::fs::File>,";
        assert!(check(&tree(&[("crates/define-auth/src/project.rs", line)])).is_empty());
    }

    #[test]
    fn what_the_compiler_knows_is_no_environment() {
        let line = r#"const VERSION: &str = env!("CARGO_PKG_VERSION");"#;
        assert!(check(&tree(&[("crates/server/src/lib.rs", line)])).is_empty());
    }
}
