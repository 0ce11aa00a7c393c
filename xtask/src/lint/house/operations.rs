//! A file in `operations/` translates wire words to flow words: it does not know that there is HTTP,
//! and its `run` is short.

use crate::lint::tree::{File, Finding, Tree};

const FOLDER: &str = "crates/server/src/operations";
const HTTP: &[&str] = &["http::", "axum", "StatusCode", "HeaderMap"];
const LONGEST_RUN: usize = 60;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.product().filter(|file| file.is_under(FOLDER)) {
        for (number, line) in file.code() {
            if let Some(word) = HTTP.iter().find(|word| line.contains(**word)) {
                let message = format!("`{word}`: an operation does not know that there is HTTP");
                found.push(file.finding(number, message));
            }
        }
        found.extend(long_run(file));
    }
    found
}

fn long_run(file: &File) -> Option<Finding> {
    let code = file.source();
    let first = code.iter().position(|(_, line)| is_run(line))?;
    let length = 1 + code.iter().skip(first).position(|(_, line)| *line == "}")?;
    let (number, _) = code.get(first)?;
    let message =
        format!("`run` has {length} lines, at most {LONGEST_RUN}: rules belong in flows/");
    (length > LONGEST_RUN).then(|| file.finding(*number, message))
}

fn is_run(line: &str) -> bool {
    let line = line
        .strip_prefix("pub")
        .map_or(line, |rest| rest.trim_start_matches("(crate)").trim_start());
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.starts_with("fn run(") || line.starts_with("fn run<")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&tree(&[(path, text)]))
            .into_iter()
            .map(|finding| finding.to_string())
            .collect()
    }

    fn run_of(lines: usize) -> String {
        format!(
            "pub(crate) async fn run(cx: &Cx) {{\n{}}}\n",
            "    step();\n".repeat(lines - 2)
        )
    }

    #[test]
    fn http_is_not_for_operations() {
        let path = "crates/server/src/operations/sign_up.rs";
        for line in [
            "use axum::Json;",
            "fn a(status: http::StatusCode) {}",
            "use a::HeaderMap;",
        ] {
            assert!(!found(path, line).is_empty(), "{line}");
            assert!(
                found("crates/server/src/http/mod.rs", line).is_empty(),
                "{line}"
            );
        }
        assert!(found(path, "// http::Request stays outside\n").is_empty());
    }

    #[test]
    fn run_has_at_most_60_lines() {
        let path = "crates/server/src/operations/sign_up.rs";
        assert!(found(path, &run_of(60)).is_empty());
        assert!(found(path, &run_of(61))[0].contains(":1: `run` has 61 lines, at most 60"));
    }

    #[test]
    fn run_is_known_however_it_is_seen() {
        for head in [
            "fn run(",
            "pub fn run(",
            "pub(crate) async fn run<S>(",
            "async fn run(",
        ] {
            assert!(is_run(head), "{head}");
        }
        assert!(!is_run("fn running("));
    }
}
