//! A file has at most 500 lines, tests apart; past 300 it is worth a thought.
//!
//! Measured on code that is pleasant to open: half of its files stay under 150 lines, nine in ten
//! under 350.

use crate::lint::tree::{Finding, Tree};

const HARD: usize = 500;
const WANTED: usize = 300;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    longer_than(tree, HARD, "split it by what its parts are for")
}

/// The files that are past what is wanted, but within what is allowed.
pub(crate) fn notes(tree: &Tree) -> Vec<Finding> {
    let mut notes = longer_than(tree, WANTED, "wanted");
    let broken = check(tree);
    notes.retain(|note| broken.iter().all(|finding| finding.path != note.path));
    notes
}

fn longer_than(tree: &Tree, limit: usize, advice: &str) -> Vec<Finding> {
    let sources = tree.rust().filter(|file| !file.is_test());
    let lengths = sources.map(|file| (file, file.source().len()));
    let long = lengths.filter(|(_, length)| *length > limit);
    long.map(|(file, length)| {
        file.finding(
            0,
            format!("{length} lines without tests, at most {limit}: {advice}"),
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    fn lines(count: usize) -> String {
        "fn a() {}\n".repeat(count)
    }

    #[test]
    fn the_hard_limit_is_500() {
        assert!(check(&tree(&[("crates/a/src/lib.rs", &lines(500))])).is_empty());
        let found = check(&tree(&[("crates/a/src/lib.rs", &lines(501))]));
        assert!(
            found[0]
                .message
                .starts_with("501 lines without tests, at most 500"),
            "{found:?}"
        );
    }

    #[test]
    fn tests_are_not_counted() {
        let text = format!(
            "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
            lines(300),
            "    x\n".repeat(400)
        );
        assert!(check(&tree(&[("crates/a/src/lib.rs", &text)])).is_empty());
        assert!(notes(&tree(&[("crates/a/src/lib.rs", &text)])).is_empty());
        assert!(check(&tree(&[("crates/a/tests/it/main.rs", &lines(501))])).is_empty());
    }

    #[test]
    fn a_note_says_what_is_wanted_until_the_rule_is_broken() {
        assert_eq!(
            notes(&tree(&[("crates/a/src/lib.rs", &lines(301))])).len(),
            1
        );
        assert!(notes(&tree(&[("crates/a/src/lib.rs", &lines(501))])).is_empty());
    }
}
