//! Only `awsjson/error.rs` spells the names of AWS's exceptions.
//!
//! Everywhere else an error is a variant of `ApiError`, so that name, status and wording of one
//! error cannot differ from place to place. Who calls a service of AWS's reads them where it reads errors.

use crate::lint::tree::{Finding, Tree};

const HOME: &str = "crates/server/src/awsjson/error.rs";
const READERS: [&str; 3] = [
    "crates/client/src/error.rs",
    "crates/delivery/src/mail/ses.rs",
    "crates/delivery/src/sms/sns.rs",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let elsewhere = tree
        .product()
        .filter(|file| file.path != HOME && !READERS.contains(&file.path.as_str()));
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
        for home in READERS.iter().chain([&HOME]) {
            assert!(check(&tree(&[(home, line)])).is_empty(), "{home}");
        }
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
