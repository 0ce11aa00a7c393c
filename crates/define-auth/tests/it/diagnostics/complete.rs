//! Every sentence that the sources can say stands in a snapshot, or in another assertion.

use std::fs;
use std::path::{Path, PathBuf};

/// Sentences that nobody is told, or not by these tests; with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "{} is not known",
        "the host's script makes known types only",
    ),
    (
        "the backend is not readable: {error}",
        "the host's script writes it",
    ),
    (
        "the definition is not readable: {error}",
        "its shape was checked before",
    ),
    ("the resources are not writable: {error}", "JSON always is"),
    (
        "the definition is still in use",
        "the engine is gone by then",
    ),
    (
        "the definition cannot be run: {error}",
        "the system gives no thread or no memory",
    ),
    (
        "it was refused",
        "the engine unwinds with it; the refusal itself is told",
    ),
    ("out of memory", "the engine's word, which is told in ours"),
    (
        "cannot read {path}: {error}",
        "it was read when it was looked for",
    ),
    (
        "the definition is not run: earlier ones that did not stop are still running",
        "crates/app/tests: it is for a whole process",
    ),
    ("stop Poolhouse and start it again", "the same"),
    (
        "Verify your account by clicking on {##Verify Email##}",
        "a mail's text",
    ),
];

/// Sources whose sentences are no errors or warnings.
const OTHER: [&str; 4] = ["report", "template.rs", "outputs/", "unsupported"];

#[test]
fn every_sentence_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shown: String = sources(&root.join("tests/it"))
        .iter()
        .chain(&sources(&root.join("src/settings")))
        .filter(|path| !path.ends_with("complete.rs"))
        .map(|path| read(path))
        .collect();
    let shown = plain(&shown.replace("\\\"", "\""));
    let mut missing = Vec::new();
    for (name, sentence) in said() {
        let known = ELSEWHERE.iter().any(|(known, _)| *known == sentence);
        if !known && !pieces(&sentence).iter().all(|piece| shown.contains(piece)) {
            missing.push(format!("{name}: {sentence}"));
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn nothing_is_excused_that_is_not_said() {
    let all = said();
    for (sentence, reason) in ELSEWHERE {
        assert!(
            all.iter().any(|(_, said)| said == sentence),
            "{sentence}: {reason}"
        );
    }
}

/// Every sentence that the sources can say, with the source's name.
fn said() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut said = Vec::new();
    for path in sources(&root) {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        if OTHER.iter().any(|other| name.contains(other)) || name.ends_with("tests.rs") {
            continue;
        }
        let sentences = sentences(&read(&path)).into_iter();
        said.extend(sentences.map(|sentence| (name.clone(), sentence)));
    }
    said
}

#[expect(clippy::disallowed_methods, reason = "the sources are files")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The Rust files below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The string literals of a source that have three words or more, but for reasons of lints.
fn sentences(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for (before, text) in literals(source) {
        let is_reason = before.trim_end().ends_with("reason =");
        if !is_reason
            && text.matches(' ').count() >= 2
            && !text.contains("const it ")
            && !text.contains("export ")
        {
            found.push(text);
        }
    }
    found
}

/// Each string literal, and the source before it.
fn literals(source: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = source[at..].find(['"', '/', '\'']) {
        at += step;
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\''") {
            at += rest[1..].find('\'').unwrap() + 2;
        } else if let Some(literal) = rest.strip_prefix('"') {
            let length = literal_length(literal);
            found.push((&source[..at], unescaped(&literal[..length])));
            at += length + 2;
        } else {
            at += 1;
        }
    }
    found
}

fn literal_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|character| {
        let ends = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    });
    end.unwrap()
}

/// The literal without line continuations and escapes.
fn unescaped(literal: &str) -> String {
    let mut text = String::new();
    let mut rest = literal;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let next = after.chars().next().unwrap();
        rest = &after[next.len_utf8()..];
        match next {
            '\n' => rest = rest.trim_start(),
            'n' => text.push('\n'),
            other => text.push(other),
        }
    }
    text + rest
}

/// What is left of a sentence without its placeholders.
fn pieces(sentence: &str) -> Vec<String> {
    let escaped = sentence.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let mut pieces = Vec::new();
    for (index, part) in escaped.split('{').enumerate() {
        let text = part.split_once('}').filter(|_| index > 0);
        pieces.push(text.map_or(part, |(_, text)| text));
    }
    let whole = pieces
        .iter()
        .map(|piece| plain(&piece.replace('\u{1}', "{").replace('\u{2}', "}")));
    whole.filter(|piece| piece.len() > 3).collect()
}

fn plain(text: &str) -> String {
    text.replace("\\\n", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
