//! Only `awsjson/error.rs` spells the names of AWS's exceptions.
//!
//! Everywhere else an error is a variant of `ApiError`, so that name, status and wording of one
//! error cannot differ from place to place. A client reads them where it reads errors.

use crate::lint::tree::{Finding, Tree};

const HOME: &str = "crates/server/src/awsjson/error.rs";
const READER: &str = "crates/client/src/error.rs";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let elsewhere = tree
        .product()
        .filter(|file| file.path != HOME && file.path != READER);
    let mut found = Vec::new();
    for file in elsewhere {
        for (number, line) in file.code() {
            if line.contains("Exception\"") {
                let message = format!("an exception's name: use a variant of ApiError ({HOME})");
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
    fn names_are_found_outside_their_home() {
        let line = r#"return reply("CodeMismatchException", 400);"#;
        assert_eq!(
            check(&tree(&[("crates/server/src/operations/a.rs", line)])).len(),
            1
        );
        assert!(check(&tree(&[(HOME, line), (READER, line)])).is_empty());
        assert!(check(&tree(&[("crates/server/tests/it/a.rs", line)])).is_empty());
    }

    #[test]
    fn variants_and_comments_are_not_names() {
        for line in [
            "ApiError::CodeMismatch",
            "/// Errors: \"CodeMismatchException\".",
        ] {
            assert!(check(&tree(&[("crates/server/src/operations/a.rs", line)])).is_empty());
        }
    }
}
