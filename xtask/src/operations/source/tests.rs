//! Tests of the heads.

use super::*;
use crate::lint::tree::tests::tree;

const SIGN_UP: &str = "crates/server/src/operations/sign_up.rs";
const SIGN_UP_TESTS: &str = "crates/server/tests/it/operations/sign_up.rs";

const HEAD: &str = "\
//! `SignUp`: somebody makes
//! an account.
//!
//! <https://aws.example/SignUp>
//! Deviation: one thing,
//! told in two lines.
//! Deviation: another.
//! Cannot occur: `A`, `B`: there is
//! none.

use x;
//! Deviation: not in the head.
";

fn model(errors: &[&str]) -> Model {
    let errors = errors.iter().map(|error| (*error).to_owned()).collect();
    Model {
        version: "1".to_owned(),
        operations: [("SignUp".to_owned(), errors)].into(),
    }
}

fn findings(head: &str, errors: &[&str], page: &str) -> Vec<String> {
    let common = "//! Operations.\n//!\n//! Cannot occur: `Common`: nowhere.\n";
    let files = [(COMMON, common), (SIGN_UP, head), (SIGN_UP_TESTS, "")];
    let seen = Seen::of_page(page);
    let found = Sources::read(&tree(&files)).check(&model(errors), &seen);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_head_is_taken_apart() {
    let sources = Sources::read(&tree(&[(SIGN_UP, HEAD), (SIGN_UP_TESTS, "")]));
    let source = &sources.operations["SignUp"];
    assert_eq!(source.does, "somebody makes an account.");
    assert_eq!(source.link.as_deref(), Some("https://aws.example/SignUp"));
    assert_eq!(
        source.deviations,
        ["one thing, told in two lines.", "another."]
    );
    assert_eq!(source.excuses["A"].why, "there is none.");
    assert_eq!(source.excuses["B"].line, 8);
}

#[test]
fn what_is_no_operation_is_left_aside() {
    let files = [(
        "crates/server/src/operations/shapes.rs",
        "//! Shapes of the model.\n",
    )];
    assert!(Sources::read(&tree(&files)).operations.is_empty());
}

#[test]
fn an_error_is_reached_or_excused() {
    let errors = ["A", "B", "Common", "Open", "Reached"];
    let page = "## SignUp\n| `Reached` | [`a::b`](x) |\n";
    assert_eq!(
        findings(HEAD, &errors, page),
        [format!(
            "{SIGN_UP}: Open: no test reaches it, and no `Cannot occur:` says why"
        )]
    );
}

#[test]
fn a_test_refutes_an_excuse() {
    let page = "## SignUp\n| `A` | [`a::b`](x) |\n| `Common` | [`c::d`](x) |\n";
    let found = findings(HEAD, &["A", "B", "Common"], page);
    assert_eq!(
        found,
        [
            format!("{SIGN_UP}:8: A cannot occur, it says, and SignUp gives it in a::b"),
            format!("{COMMON}:3: Common cannot occur, it says, and SignUp gives it in c::d"),
        ]
    );
}

#[test]
fn there_is_nothing_to_excuse_that_aws_does_not_document() {
    assert_eq!(
        findings(HEAD, &["A"], ""),
        [format!("{SIGN_UP}:8: AWS does not document B for SignUp")]
    );
}

#[test]
fn a_head_says_what_a_reader_wants() {
    let bare = "//! `SignUp`: somebody makes an account.\n";
    assert_eq!(
        findings(bare, &[], ""),
        [format!(
            "{SIGN_UP}: SignUp: its head wants AWS's page and `Deviation:`"
        )]
    );
}

#[test]
fn an_operation_has_tests() {
    let sources = Sources::read(&tree(&[(SIGN_UP, HEAD)]));
    let found = sources.check(&model(&["A", "B"]), &Seen::default());
    assert_eq!(
        found[0].to_string(),
        format!("{SIGN_UP}: SignUp has no tests in {SIGN_UP_TESTS}")
    );
}

/// An operation that is not served yet owes nothing.
#[test]
fn what_is_not_served_is_not_asked() {
    let sources = Sources::read(&tree(&[]));
    assert!(sources.check(&model(&["A"]), &Seen::default()).is_empty());
}
