//! No file names a folder that exists on one machine only.

use crate::lint::tree::{Finding, Tree};

/// This file, which has to name what it looks for.
const HERE: &str = "xtask/src/lint/house/machine_paths.rs";
const FOLDERS: &[&str] = &["/root/", "/home/", "/Users/"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != HERE) {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) {
                let message = format!("`{folder}` is a place on one machine: say it from the root");
                found.push(file.finding(index + 1, message));
            }
        }
    }
    found
}

/// Whether the folder is there as the beginning of a path, not as a part of a longer one.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !letter.is_alphanumeric() && !"._-/}*~".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn places_on_a_machine_are_found() {
        for line in [
            "cd /home/me/main",
            "\"/root/.cargo\"",
            "see (/home/me/a)",
            "/Users/me",
            "`/root/`",
        ] {
            assert_eq!(check(&tree(&[("docs/a.md", line)])).len(), 1, "{line}");
        }
    }

    #[test]
    fn parts_of_other_paths_are_left_alone() {
        for line in [
            "docs/home/a.md",
            "https://example.com/home/x",
            "./root/a",
            "a workplace",
        ] {
            assert!(check(&tree(&[("docs/a.md", line)])).is_empty(), "{line}");
        }
    }
}
