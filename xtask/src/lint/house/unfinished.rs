//! Work that is left is an issue, not a remark in a file.

use crate::lint::tree::{File, Finding, Tree};

/// This file, which has to name what it looks for.
const HERE: &str = "xtask/src/lint/house/unfinished.rs";
const REMARKS: &[&str] = &["TODO", "FIXME"];
const CALLS: &[&str] = &["todo!(", "unimplemented!(", "#[ignore"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.path != HERE && !is_lock(file))
    {
        for (index, line) in file.text.lines().enumerate() {
            let remark = REMARKS.iter().find(|word| has_word(line, word));
            let call = CALLS
                .iter()
                .find(|call| file.has_extension("rs") && line.contains(**call));
            if let Some(word) = remark.or(call) {
                found.push(file.finding(index + 1, format!("`{word}`: do it, or open an issue")));
            }
        }
    }
    found
}

/// A lockfile's hashes may spell anything.
fn is_lock(file: &File) -> bool {
    file.path.ends_with("package-lock.json") || file.path.ends_with("Cargo.lock")
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn remarks_and_calls_are_found() {
        for line in [
            "// TODO: later",
            "/* FIXME */",
            "    todo!()",
            "unimplemented!(\"a\")",
            "#[ignore]",
        ] {
            assert_eq!(
                check(&tree(&[("crates/a/src/lib.rs", line)])).len(),
                1,
                "{line}"
            );
        }
        assert_eq!(check(&tree(&[("README.md", "TODO write this")])).len(), 1);
    }

    #[test]
    fn other_words_are_left_alone() {
        for line in ["TODOS", "todo = \"deny\"", "a todo list", "AUTODOC"] {
            assert!(check(&tree(&[("Cargo.toml", line)])).is_empty(), "{line}");
        }
        assert!(check(&tree(&[("package-lock.json", "sha512-TODO/+==")])).is_empty());
    }
}
