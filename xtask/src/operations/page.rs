//! The page itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::model::Model;
use super::seen::{Seen, file};
use super::source::{Source, Sources};

/// Errors of the protocol: any request can meet them, whatever its operation.
const PROTOCOL: [&str; 5] = [
    "MissingAuthenticationTokenException",
    "RequestEntityTooLargeException",
    "RequestTimeoutException",
    "SerializationException",
    "UnknownOperationException",
];

/// The page, from the model, what the files say, and what the tests have met.
pub(crate) fn render(model: &Model, sources: &Sources, seen: &Seen) -> String {
    let mut page = String::new();
    head(&mut page, model, sources);
    for (name, errors) in &model.operations {
        _ = writeln!(page, "\n## {name}\n");
        match sources.operations.get(name) {
            Some(source) => operation(&mut page, name, errors, source, sources, seen),
            None => page.push_str("Not served yet.\n"),
        }
    }
    page
}

fn head(page: &mut String, model: &Model, sources: &Sources) {
    let all = model.operations.len();
    let is_served = |name: &&String| sources.operations.contains_key(*name);
    let served = model.operations.keys().filter(is_served).count();
    _ = write!(
        page,
        "# The operations that clients call\n\
         \n\
         Made by `cargo xtask operations`; not to be edited. The service model (botocore {}) has {all} \
         operations that need\n\
         no signature, and {served} of them are served. For each this page says where it differs from \
         AWS, and for each error that\n\
         AWS documents either a test that reaches it, or why it cannot occur here.\n\
         \n\
         | operation | status | differs |\n\
         |---|---|---|\n",
        model.version
    );
    for name in model.operations.keys() {
        let anchor = name.to_lowercase();
        let (status, differs) = match sources.operations.get(name) {
            Some(source) if differences(source).is_empty() => ("served", ""),
            Some(_) => ("served", "yes"),
            None => ("not yet", ""),
        };
        _ = writeln!(page, "| [{name}](#{anchor}) | {status} | {differs} |");
    }
    page.push_str("\nAWS documents these for many operations, and they occur in none here:\n\n");
    page.push_str("| error | why |\n|---|---|\n");
    for (error, excuse) in &sources.common {
        _ = writeln!(page, "| `{error}` | {} |", excuse.why);
    }
}

fn operation(
    page: &mut String,
    name: &str,
    errors: &BTreeSet<String>,
    source: &Source,
    sources: &Sources,
    seen: &Seen,
) {
    let link = source.link.as_deref().unwrap_or_default();
    let mut does = source.does.chars();
    let first = does.next().into_iter().flat_map(char::to_uppercase);
    let does: String = first.chain(does).collect();
    _ = writeln!(
        page,
        "{does} [AWS]({link}), [source](../{}), [tests](../{}).\n",
        source.path, source.tests
    );
    for deviation in differences(source) {
        _ = writeln!(page, "- Differs: {deviation}");
    }
    if !differences(source).is_empty() {
        page.push('\n');
    }
    page.push_str("| error | reached by |\n|---|---|\n");
    for error in errors {
        let line = match (seen.test(name, error), source.excuses.get(error)) {
            (Some(test), _) => link_to(test),
            (None, Some(excuse)) => format!("cannot occur: {}", excuse.why),
            (None, None) if sources.common.contains_key(error) => continue,
            (None, None) => "nothing".to_owned(),
        };
        _ = writeln!(page, "| `{error}` | {line} |");
    }
    let beyond = seen
        .errors(name)
        .filter(|error| !errors.contains(*error) && !PROTOCOL.contains(&error.as_str()));
    for error in beyond {
        let line = seen.test(name, error).map(|test| link_to(test));
        let line = line.unwrap_or_default();
        _ = writeln!(page, "| `{error}`, beyond AWS's list | {line} |");
    }
}

fn differences(source: &Source) -> Vec<&String> {
    let deviations = source.deviations.iter();
    deviations.filter(|text| *text != "none.").collect()
}

fn link_to(test: &str) -> String {
    format!("[`{test}`](../{})", file(test))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    const SIGN_UP: &str = "\
//! `SignUp`: somebody makes an account.
//!
//! <https://aws.example/SignUp>
//! Deviation: no Session is returned.
//! Cannot occur: `NotHere`: there is none.
";

    fn made() -> (Model, Sources, Seen) {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let model = Model {
            version: "1.2.3".to_owned(),
            operations: [
                ("GetDevice".to_owned(), names(&["Reached"])),
                (
                    "SignUp".to_owned(),
                    names(&["Common", "NotHere", "Open", "Reached"]),
                ),
            ]
            .into(),
        };
        let common = "//! Operations.\n//!\n//! Cannot occur: `Common`: nowhere.\n";
        let sources = Sources::read(&tree(&[
            ("crates/server/src/operations/mod.rs", common),
            ("crates/server/src/operations/sign_up.rs", SIGN_UP),
        ]));
        let seen = Seen::of_page(
            "## SignUp\n| `Reached` | [`flows::a::b`](x) |\n| `Odd` | [`c::d`](x) |\n\
             | `SerializationException` | [`c::d`](x) |\n",
        );
        (model, sources, seen)
    }

    #[test]
    fn the_page_says_what_there_is() {
        let (model, sources, seen) = made();
        let page = render(&model, &sources, &seen);
        let expected = "\n## GetDevice\n\
             \n\
             Not served yet.\n\
             \n\
             ## SignUp\n\
             \n\
             Somebody makes an account. [AWS](https://aws.example/SignUp), \
             [source](../crates/server/src/operations/sign_up.rs), \
             [tests](../crates/server/tests/it/operations/sign_up.rs).\n\
             \n\
             - Differs: no Session is returned.\n\
             \n\
             | error | reached by |\n\
             |---|---|\n\
             | `NotHere` | cannot occur: there is none. |\n\
             | `Open` | nothing |\n\
             | `Reached` | [`flows::a::b`](../crates/server/tests/it/flows/a.rs) |\n\
             | `Odd`, beyond AWS's list | [`c::d`](../crates/server/tests/it/c.rs) |\n";
        assert!(page.ends_with(expected), "{page}");
        assert!(page.contains("| [SignUp](#signup) | served | yes |\n"));
        assert!(page.contains("| [GetDevice](#getdevice) | not yet |  |\n"));
        assert!(page.contains("has 2 operations"));
        assert!(page.contains("| `Common` | nowhere. |\n"));
    }

    /// The lint makes the page anew from what it says itself.
    #[test]
    fn a_page_comes_back_from_itself() {
        let (model, sources, seen) = made();
        let page = render(&model, &sources, &seen);
        assert_eq!(render(&model, &sources, &Seen::of_page(&page)), page);
    }
}
