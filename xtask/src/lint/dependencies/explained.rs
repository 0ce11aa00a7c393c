//! Every crate that one of our `Cargo.toml`s names has its line in the decision on dependencies, and
//! every line there is of such a crate.

use std::collections::BTreeSet;

use super::finding;
use crate::lint::tree::Finding;
use crate::metadata::Metadata;

/// The decision with the tables.
pub(crate) const DOCUMENT: &str = "docs/decisions/0004-dependencies.md";

pub(crate) fn check(document: &str, metadata: &Metadata) -> Vec<Finding> {
    let ours: BTreeSet<&str> = metadata
        .workspace_members
        .iter()
        .map(String::as_str)
        .collect();
    let direct = metadata
        .members()
        .flat_map(|member| metadata.direct(&member.id));
    let used: BTreeSet<&str> = direct
        .filter(|package| !ours.contains(package.id.as_str()))
        .map(|package| package.name.as_str())
        .collect();
    let explained: BTreeSet<&str> = document.lines().flat_map(row).collect();
    let missing = used.difference(&explained).map(|name| {
        finding(
            DOCUMENT,
            format!("has no line for {name}: what for, its weight, what stood beside it"),
        )
    });
    let left = explained.difference(&used).map(|name| {
        finding(
            DOCUMENT,
            format!("has a line for {name}, which nothing names: remove it"),
        )
    });
    missing.chain(left).collect()
}

/// The crates that a row of a table is about: `| serde, serde_json | all | ..`.
fn row(line: &str) -> impl Iterator<Item = &str> {
    let cell = line
        .strip_prefix("| ")
        .and_then(|rest| rest.split(" |").next());
    let names = cell.into_iter().flat_map(|cell| cell.split(", "));
    names.filter(|name| *name != "crate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::workspace;

    fn found(document: &str) -> Vec<String> {
        let members: [(&str, &[&str]); 2] = [
            ("app", &["domain", "serde@1.0.0"]),
            ("domain", &["regex@1.0.0"]),
        ];
        let others = ["serde", "regex", "memchr"].map(|name| [name, "1.0.0", "MIT", "registry"]);
        let findings = check(document, &workspace(&members, &others));
        findings
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn crates_that_are_named_need_a_line() {
        assert!(
            found("| crate | in |\n|---|---|\n| serde | app |\n| regex | domain |\n").is_empty()
        );
        assert!(found("| regex, serde | all |").is_empty());
        assert_eq!(found("| serde | app |").len(), 1);
        assert!(found("| serde | app |")[0].starts_with("has no line for regex"));
    }

    #[test]
    fn a_line_that_is_of_no_use_is_found() {
        let all = found("| regex, serde | all |\n| memchr | under regex |");
        assert_eq!(
            all,
            ["has a line for memchr, which nothing names: remove it"]
        );
    }
}
