//! What the heads of the operations' files say.

use std::collections::BTreeMap;

use super::model::Model;
use super::seen::Seen;
use crate::lint::tree::{File, Finding, Tree};

const FOLDER: &str = "crates/server/src/operations";
const COMMON: &str = "crates/server/src/operations/mod.rs";
const TESTS: &str = "crates/server/tests/it/operations";

/// The operations that are served.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// By name.
    pub(crate) operations: BTreeMap<String, Source>,
    /// Errors that come up nowhere, and why.
    pub(crate) common: BTreeMap<String, Excuse>,
}

/// One operation's file.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    /// Where its tests are, whether they are there or not.
    pub(crate) tests: String,
    has_tests: bool,
    /// What it does, in a sentence.
    pub(crate) does: String,
    /// AWS's page.
    pub(crate) link: Option<String>,
    pub(crate) deviations: Vec<String>,
    /// Errors that this operation cannot answer with, and why.
    pub(crate) excuses: BTreeMap<String, Excuse>,
}

/// Why an error cannot come up.
#[derive(Debug)]
pub(crate) struct Excuse {
    pub(crate) why: String,
    path: String,
    line: usize,
}

impl Sources {
    pub(crate) fn read(tree: &Tree) -> Self {
        let mut sources = Self::default();
        for file in tree.product().filter(|file| file.is_under(FOLDER)) {
            let head = Head::of(file);
            if file.path == COMMON {
                sources.common = head.excuses(file);
            } else if let Some((name, does)) = head.title() {
                let file_name = file.path.rsplit('/').next().unwrap_or_default();
                let tests = format!("{TESTS}/{file_name}");
                let source = Source {
                    path: file.path.clone(),
                    has_tests: tree.files.iter().any(|file| file.path == tests),
                    tests,
                    does,
                    link: head.link(),
                    deviations: head.deviations(),
                    excuses: head.excuses(file),
                };
                sources.operations.insert(name, source);
            }
        }
        sources
    }

    /// Why `operation` cannot answer with `error`, if somebody says so.
    pub(crate) fn excuse(&self, operation: &str, error: &str) -> Option<&Excuse> {
        let own = self.operations.get(operation);
        let own = own.and_then(|source| source.excuses.get(error));
        own.or_else(|| self.common.get(error))
    }

    /// Errors that are neither reached nor excused, or both; excuses for what AWS does not document;
    /// operations without tests or without a word on how they differ.
    pub(crate) fn check(&self, model: &Model, seen: &Seen) -> Vec<Finding> {
        let mut found = Vec::new();
        let served = model
            .operations
            .iter()
            .filter_map(|(name, errors)| Some((name, errors, self.operations.get(name)?)));
        for (name, errors, source) in served {
            if !source.has_tests {
                found.push(source.finding(&format!("{name} has no tests in {}", source.tests)));
            }
            if source.link.is_none() || source.deviations.is_empty() {
                let text = format!("{name}: its head wants AWS's page and `Deviation:`");
                found.push(source.finding(&text));
            }
            for error in errors {
                let reached = seen.test(name, error);
                match (reached, self.excuse(name, error)) {
                    (None, None) => found.push(source.finding(&format!(
                        "{error}: no test reaches it, and no `Cannot occur:` says why"
                    ))),
                    (Some(test), Some(excuse)) => found.push(excuse.finding(&format!(
                        "{error} cannot occur, it says, and {name} gives it in {test}"
                    ))),
                    _ => {}
                }
            }
            let idle = source.excuses.iter();
            let idle = idle.filter(|(error, _)| !errors.contains(*error));
            found.extend(idle.map(|(error, excuse)| {
                excuse.finding(&format!("AWS does not document {error} for {name}"))
            }));
        }
        found
    }
}

impl Source {
    fn finding(&self, message: &str) -> Finding {
        Finding {
            path: self.path.clone(),
            line: 0,
            message: message.to_owned(),
        }
    }
}

impl Excuse {
    fn finding(&self, message: &str) -> Finding {
        Finding {
            path: self.path.clone(),
            line: self.line,
            message: message.to_owned(),
        }
    }
}

/// The `//!` lines at a file's beginning, as paragraphs: one begins at a label or after an empty line.
struct Head(Vec<(usize, String)>);

impl Head {
    fn of(file: &File) -> Self {
        let mut paragraphs: Vec<(usize, String)> = Vec::new();
        let mut is_new = true;
        for (index, line) in file.text.lines().enumerate() {
            let Some(text) = line.strip_prefix("//!").map(str::trim) else {
                break;
            };
            let begins = text.starts_with("Deviation:") || text.starts_with("Cannot occur:");
            match paragraphs.last_mut() {
                _ if text.is_empty() => {}
                Some((_, last)) if !is_new && !begins => {
                    last.push(' ');
                    last.push_str(text);
                }
                _ => paragraphs.push((index + 1, text.to_owned())),
            }
            // The line with AWS's page stands by itself.
            is_new = text.is_empty() || text.starts_with('<');
        }
        Self(paragraphs)
    }

    /// "`Name`: what it does."
    fn title(&self) -> Option<(String, String)> {
        let (_, first) = self.0.first()?;
        let (name, does) = first.strip_prefix('`')?.split_once("`: ")?;
        Some((name.to_owned(), does.to_owned()))
    }

    fn link(&self) -> Option<String> {
        let mut texts = self.0.iter().map(|(_, text)| text);
        let link = texts.find_map(|text| text.strip_prefix('<')?.strip_suffix('>'));
        link.map(str::to_owned)
    }

    fn deviations(&self) -> Vec<String> {
        let texts = self.0.iter().map(|(_, text)| text);
        let deviations = texts.filter_map(|text| text.strip_prefix("Deviation: "));
        deviations.map(str::to_owned).collect()
    }

    /// "Cannot occur: `Error`, `Other`: why."
    fn excuses(&self, file: &File) -> BTreeMap<String, Excuse> {
        let mut excuses = BTreeMap::new();
        for (line, text) in &self.0 {
            let excuse = text.strip_prefix("Cannot occur: ");
            let Some((errors, why)) = excuse.and_then(|text| text.split_once("`: ")) else {
                continue;
            };
            for error in errors.split(", ") {
                let excuse = Excuse {
                    why: why.to_owned(),
                    path: file.path.clone(),
                    line: *line,
                };
                excuses.insert(error.trim_matches('`').to_owned(), excuse);
            }
        }
        excuses
    }
}

#[cfg(test)]
mod tests;
