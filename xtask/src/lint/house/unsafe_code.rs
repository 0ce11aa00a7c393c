//! `unsafe` is in one file (docs/decisions/0015-srp-arithmetic.md). The other crates have the workspace's
//! lints, which forbid it; the crate of that file may expect it there, and is else as strict.

use toml::{Table, Value};

use crate::lint::tree::{File, Finding, Tree};

const HOME: &str = "crates/srp/src/bignum.rs";
const MANIFEST: &str = "crates/srp/Cargo.toml";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let rust = tree.rust().filter(|file| file.is_under("crates"));
    for file in rust.filter(|file| file.path != HOME) {
        for (index, line) in file.text.lines().enumerate() {
            if line.contains("unsafe_code") {
                found.push(file.finding(index + 1, format!("`unsafe` belongs in {HOME}")));
            }
        }
    }
    if let Some(expected) = workspace_lints(tree) {
        found.extend(
            tree.files
                .iter()
                .filter_map(|file| other_lints(file, &expected)),
        );
    }
    found
}

/// The workspace's lints as srp repeats them.
fn workspace_lints(tree: &Tree) -> Option<Value> {
    let root = tree.files.iter().find(|file| file.path == "Cargo.toml")?;
    let root: Table = root.text.parse().ok()?;
    let mut lints = root.get("workspace")?.get("lints")?.clone();
    let rust = lints.get_mut("rust")?.as_table_mut()?;
    rust.insert("unsafe_code".to_owned(), Value::from("deny"));
    Some(lints)
}

/// What is wrong with a crate's manifest.
fn other_lints(file: &File, expected: &Value) -> Option<Finding> {
    let folder = file.path.strip_prefix("crates/")?;
    if !folder.ends_with("/Cargo.toml") || folder.matches('/').count() != 1 {
        return None;
    }
    let manifest = file.text.parse::<Table>().ok()?;
    let lints = manifest.get("lints");
    let workspace = lints.and_then(|lints| lints.get("workspace"));
    let (fine, message) = if file.path == MANIFEST {
        let message = "its lints are not the workspace's with `unsafe_code = \"deny\"`";
        (lints == Some(expected), message)
    } else {
        let message = "write `[lints]` and `workspace = true`";
        (workspace == Some(&Value::from(true)), message)
    };
    (!fine).then(|| file.finding(0, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    const WORKSPACE: &str =
        "[workspace.lints.rust]\nunsafe_code = \"forbid\"\nmissing_docs = \"warn\"\n";
    const SRP: &str = "[lints.rust]\nmissing_docs = \"warn\"\nunsafe_code = \"deny\"\n";

    fn found(manifest: &str, text: &str) -> usize {
        check(&tree(&[("Cargo.toml", WORKSPACE), (manifest, text)])).len()
    }

    #[test]
    fn one_file_expects_it() {
        let line = "#![expect(unsafe_code, reason = \"fast\")]";
        assert_eq!(found("crates/srp/src/group.rs", line), 1);
        assert_eq!(found("crates/store/tests/it/main.rs", line), 1);
        assert_eq!(found(HOME, line), 0);
    }

    #[test]
    fn its_crate_is_else_as_strict_as_the_workspace() {
        assert_eq!(found(MANIFEST, SRP), 0);
        for other in [
            "",
            "[lints]\nworkspace = true\n",
            &SRP.replace("deny", "allow"),
            &SRP.replace("missing_docs", "unused"),
        ] {
            assert_eq!(found(MANIFEST, other), 1, "{other}");
        }
    }

    #[test]
    fn the_other_crates_have_the_workspaces_lints() {
        let manifest = "crates/store/Cargo.toml";
        assert_eq!(found(manifest, "[lints]\nworkspace = true\n"), 0);
        assert_eq!(found(manifest, SRP), 1);
        assert_eq!(found(manifest, ""), 1);
        assert_eq!(found("crates/webauthn/fuzz/Cargo.toml", ""), 0);
    }
}
