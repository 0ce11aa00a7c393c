//! A link from one of our documents to another leads to a file, and to a heading, that is there.

use std::collections::BTreeSet;

use crate::lint::tree::{File, Finding, Tree};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.files.iter().filter(|file| file.has_extension("md"));
    let mut found = Vec::new();
    for file in documents {
        for (number, target) in links(&file.text) {
            if let Some(why) = broken(tree, file, &target) {
                found.push(file.finding(number, format!("link to `{target}`: {why}")));
            }
        }
    }
    found
}

/// Why a link leads nowhere, or `None` when it leads somewhere or away from the repository.
fn broken(tree: &Tree, from: &File, target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() {
        Some(from.path.clone())
    } else {
        resolve(&from.path, path)
    };
    let Some(path) = path else {
        return Some("outside of the repository");
    };
    let file = tree.files.iter().find(|file| file.path == path);
    let is_folder = tree.files.iter().any(|file| file.is_under(&path));
    match file {
        None if is_folder => None,
        None => Some("no such file"),
        Some(file) if heading.is_empty() || headings(&file.text).contains(heading) => None,
        Some(_) => Some("no such heading"),
    }
}

/// The path from the root of `to`, written in the document `from`.
fn resolve(from: &str, to: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.trim_end_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Every `[text](target)` and `[label]: target` outside of code, with its line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        if let Some((label, target)) = line.split_once("]: ")
            && label.starts_with('[')
        {
            found.push((number, target.trim().to_owned()));
            continue;
        }
        // Every other part between backticks is code.
        let spoken: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        for rest in spoken.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            found.push((number, target.to_owned()));
        }
    }
    found
}

/// The anchors that a document's headings have, as GitHub makes them.
fn headings(text: &str) -> BTreeSet<String> {
    let lines = prose(text).into_iter().map(|(_, line)| line);
    let titles = lines
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#'));
    titles
        .map(|title| {
            let kept = title.trim().to_lowercase();
            let kept = kept
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// The lines that are not in a fenced block.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut in_code = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            lines.push((index + 1, line));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    fn found(document: &str) -> Vec<String> {
        let files = [
            ("docs/how-to/a.md", document),
            ("docs/b.md", "# The way\n\n## What `it` is, and why\n"),
            ("README.md", "# Readme\n"),
            ("crates/a/src/lib.rs", ""),
        ];
        check(&tree(&files))
            .into_iter()
            .map(|finding| finding.to_string())
            .collect()
    }

    #[test]
    fn links_that_lead_somewhere() {
        for link in [
            "[b](../b.md)",
            "[way](../b.md#the-way), [it](../b.md#what-it-is-and-why)",
            "[here](#below)\n# Below",
            "[folder](../../crates/a), [same](../../crates/a/)",
            "[away](https://example.com/x.md)",
            "`[code](nowhere.md)`",
            "```\n[code](nowhere.md)\n```",
            "[label]: ../b.md",
        ] {
            assert!(found(link).is_empty(), "{link}: {:?}", found(link));
        }
    }

    #[test]
    fn links_that_lead_nowhere() {
        assert_eq!(
            found("[c](c.md)"),
            ["docs/how-to/a.md:1: link to `c.md`: no such file"]
        );
        assert_eq!(
            found("\n[b](../b.md#other)"),
            ["docs/how-to/a.md:2: link to `../b.md#other`: no such heading"]
        );
        assert_eq!(found("[label]: ../c.md").len(), 1);
        assert_eq!(found("[up](../../../x.md)").len(), 1);
    }
}
