//! Which operation was seen to answer with which error, and in which test.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::lint::tree::Tree;

/// Where the server's tests note what they meet: `CARGO_TARGET_TMPDIR`.
const NOTES: &str = "tmp/errors-seen.txt";

const TESTS: &str = "crates/server/tests/it";

/// Operation and error, with the tests that met it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen(BTreeMap<(String, String), BTreeSet<String>>);

impl Seen {
    /// What the tests met when all of them last ran.
    pub(crate) fn of_run(target: &Path) -> Result<Self, Box<dyn Error>> {
        let notes = notes(target);
        let text = fs::read_to_string(&notes)
            .map_err(|error| format!("{}: {error}: run `cargo test` first", notes.display()))?;
        let mut seen = Self::default();
        for line in text.lines() {
            if let [operation, error, test] = line.split(' ').collect::<Vec<_>>()[..] {
                seen.insert(operation, error, test);
            }
        }
        Ok(seen)
    }

    /// Removes what is left of an earlier run.
    pub(crate) fn forget(target: &Path) -> Result<(), Box<dyn Error>> {
        match fs::remove_file(notes(target)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// What the page says: one test each.
    pub(crate) fn of_page(page: &str) -> Self {
        let mut seen = Self::default();
        let mut operation = "";
        for line in page.lines() {
            if let Some(name) = line.strip_prefix("## ") {
                operation = name;
            } else if let Some((error, test)) = row(line) {
                seen.insert(operation, error, test);
            }
        }
        seen
    }

    /// The same with one test each: that which `page` names, if it is among them.
    pub(crate) fn preferring(self, page: &Self) -> Self {
        let one = |(key, tests): ((String, String), BTreeSet<String>)| {
            let named = page.0.get(&key).and_then(BTreeSet::first);
            let kept = named.filter(|test| tests.contains(*test));
            let kept = kept.cloned().or_else(|| best(&key.0, &tests));
            (key, kept.into_iter().collect())
        };
        Self(self.0.into_iter().map(one).collect())
    }

    /// The test that met this error.
    pub(crate) fn test(&self, operation: &str, error: &str) -> Option<&String> {
        let key = (operation.to_owned(), error.to_owned());
        self.0.get(&key).and_then(BTreeSet::first)
    }

    /// The errors of an operation.
    pub(crate) fn errors<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = &'a String> {
        let of_it = self.0.keys().filter(move |(name, _)| name == operation);
        of_it.map(|(_, error)| error)
    }

    /// Tests that are not there.
    pub(crate) fn check(&self, tree: &Tree) -> Vec<String> {
        let tests: BTreeSet<&String> = self.0.values().flatten().collect();
        let is_gone = |test: &&&String| {
            let name = test.rsplit("::").next().unwrap_or_default();
            let function = format!("fn {name}(");
            let file = file(test);
            let files = tree.files.iter();
            let mut there = files.filter(|found| found.path == file);
            !there.any(|found| found.text.contains(&function))
        };
        let gone = tests.iter().filter(is_gone);
        gone.map(|test| format!("there is no test `{test}` in {}", file(test)))
            .collect()
    }

    fn insert(&mut self, operation: &str, error: &str, test: &str) {
        let key = (operation.to_owned(), error.to_owned());
        self.0.entry(key).or_default().insert(test.to_owned());
    }
}

/// The file of a test of the server.
pub(crate) fn file(test: &str) -> String {
    let module = test.rsplit_once("::").map_or("", |(module, _)| module);
    format!("{TESTS}/{}.rs", module.replace("::", "/"))
}

/// The test that a reader wants to see: one of the operation's own, if there is one.
fn best(operation: &str, tests: &BTreeSet<String>) -> Option<String> {
    let is_own = |test: &&String| {
        let file = file(test).replace('_', "");
        file.ends_with(&format!("/operations/{}.rs", operation.to_lowercase()))
    };
    let own = tests.iter().find(is_own);
    own.or_else(|| tests.first()).cloned()
}

/// "| `Error` | [`test`](..) |"
fn row(line: &str) -> Option<(&str, &str)> {
    let (error, rest) = line.strip_prefix("| `")?.split_once('`')?;
    let (_, test) = rest.split_once("| [`")?;
    Some((error, test.split_once('`')?.0))
}

fn notes(target: &Path) -> PathBuf {
    target.join(NOTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    fn seen(notes: &str) -> Seen {
        let target = tempfile::tempdir().unwrap();
        fs::create_dir(target.path().join("tmp")).unwrap();
        fs::write(target.path().join(NOTES), notes).unwrap();
        Seen::of_run(target.path()).unwrap()
    }

    #[test]
    fn an_operations_own_test_is_shown_first() {
        let notes = "SignUp A flows::races::a\nSignUp A operations::sign_up::z\nSignUp B x::y\n";
        let seen = seen(notes).preferring(&Seen::default());
        assert_eq!(seen.test("SignUp", "A").unwrap(), "operations::sign_up::z");
        assert_eq!(seen.test("SignUp", "B").unwrap(), "x::y");
        assert_eq!(seen.test("SignUp", "C"), None);
    }

    #[test]
    fn a_test_that_the_page_names_stays() {
        let page = Seen::of_page("## SignUp\n| `A` | [`flows::races::a`](x) |\n");
        let notes = "SignUp A flows::races::a\nSignUp A operations::sign_up::z\n";
        let kept = seen(notes).preferring(&page);
        assert_eq!(kept.test("SignUp", "A").unwrap(), "flows::races::a");
        let gone = seen("SignUp A operations::sign_up::z\n").preferring(&page);
        assert_eq!(gone.test("SignUp", "A").unwrap(), "operations::sign_up::z");
    }

    #[test]
    fn excuses_are_not_tests() {
        let page = "## SignUp\n| `A` | cannot occur: there is none |\n| error | reached by |\n";
        assert_eq!(Seen::of_page(page), Seen::default());
    }

    #[test]
    fn a_test_must_be_where_it_is_said_to_be() {
        let page = Seen::of_page("## SignUp\n| `A` | [`flows::races::one`](x) |\n");
        let path = "crates/server/tests/it/flows/races.rs";
        assert!(page.check(&tree(&[(path, "async fn one() {}")])).is_empty());
        for text in ["async fn two() {}", "async fn one_more() {}"] {
            assert_eq!(page.check(&tree(&[(path, text)])).len(), 1);
        }
        assert_eq!(page.check(&tree(&[])).len(), 1);
    }

    #[test]
    fn forgetting_twice_is_no_error() {
        let target = tempfile::tempdir().unwrap();
        Seen::forget(target.path()).unwrap();
        assert!(Seen::of_run(target.path()).is_err());
    }
}
