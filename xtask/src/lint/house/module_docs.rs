//! Every Rust file says on its first line what it is for.

use crate::lint::tree::{Finding, Tree};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let silent = tree.rust().filter(|file| {
        let first = file.text.lines().next().unwrap_or_default();
        first
            .strip_prefix("//!")
            .is_none_or(|rest| rest.trim().is_empty())
    });
    silent
        .map(|file| file.finding(1, "begin with `//! ` and what the file is for"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn the_first_line_has_to_say_something() {
        for good in ["//! Codes.\n", "//! Codes.\n\nuse a;\n"] {
            assert!(check(&tree(&[("a.rs", good)])).is_empty(), "{good}");
        }
        for bad in [
            "",
            "use a;\n",
            "//!\n",
            "\n//! Codes.\n",
            "// Codes.\n",
            "/// Codes.\n",
        ] {
            assert_eq!(check(&tree(&[("a.rs", bad)])).len(), 1, "{bad}");
        }
    }

    #[test]
    fn other_languages_are_left_alone() {
        assert!(check(&tree(&[("a.ts", "")])).is_empty());
    }
}
