//! The files that the repository keeps, as the checks see them.

use std::error::Error;

use crate::workspace::{capture, program, root};

/// Every text file that is, or is about to be, in git.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// In the order of their paths.
    pub(crate) files: Vec<File>,
}

/// One text file.
#[derive(Debug)]
pub(crate) struct File {
    /// From the repository's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Something that a check does not accept, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// Counted from 1; 0 when it is about the whole file.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

impl Tree {
    /// Reads the work tree: what git keeps, and what it would keep after `git add`.
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let arguments = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let names = capture(&mut program("git", &arguments))?;
        let mut paths: Vec<&str> = names.split('\0').filter(|name| !name.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut files = Vec::new();
        for path in paths {
            // A file that git knows and the work tree has lost is about to be removed.
            let Ok(bytes) = std::fs::read(root().join(path)) else {
                continue;
            };
            // What is not UTF-8 is a picture or the like: it is there, but has no lines.
            let text = String::from_utf8(bytes).unwrap_or_default();
            files.push(File {
                path: path.to_owned(),
                text,
            });
        }
        Ok(Self { files })
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.has_extension("rs"))
    }

    /// The Rust files of the product: crates' sources, without tests and benchmarks.
    pub(crate) fn product(&self) -> impl Iterator<Item = &File> {
        self.rust()
            .filter(|file| file.path.starts_with("crates/") && !file.is_test())
    }
}

impl File {
    /// Whether the whole file is there for tests, benchmarks, examples or fuzzing.
    pub(crate) fn is_test(&self) -> bool {
        let folders = ["/tests/", "/benches/", "/examples/", "/fuzz/"];
        folders.iter().any(|folder| self.path.contains(folder)) || self.path.ends_with("/tests.rs")
    }

    /// Whether the file's name ends in this extension, given without its dot.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, end)| end == extension)
    }

    /// Whether the file is in `folder`, however deep.
    pub(crate) fn is_under(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The lines that are not tests, numbered from 1, comments included.
    ///
    /// An item under `#[cfg(test)]` ends where rustfmt puts its end: on a line as far in as the
    /// attribute that ends in `;` or `}`.
    pub(crate) fn source(&self) -> Vec<(usize, &str)> {
        let mut kept = Vec::new();
        let mut lines = self.text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            if line.trim() != "#[cfg(test)]" {
                kept.push((index + 1, line));
                continue;
            }
            let depth = indent(line);
            lines.by_ref().find(|(_, item)| {
                indent(item) == depth && (item.ends_with(';') || item.ends_with('}'))
            });
        }
        kept
    }

    /// The lines of [`Self::source`] that are not comments.
    pub(crate) fn code(&self) -> Vec<(usize, &str)> {
        let lines = self.source().into_iter();
        lines
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .collect()
    }

    /// A finding about this file.
    pub(crate) fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
pub(crate) mod tests {
    //! Also makes small trees for the tests of the checks.

    use super::*;

    /// A tree of the given paths and texts.
    pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
        let files = files.iter();
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Tree {
            files: files.map(file).collect(),
        }
    }

    fn source(text: &str) -> Vec<usize> {
        let tree = tree(&[("a.rs", text)]);
        tree.files[0]
            .source()
            .into_iter()
            .map(|(number, _)| number)
            .collect()
    }

    #[test]
    fn source_leaves_out_a_test_module_at_the_end() {
        assert_eq!(
            source("fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\n"),
            [1, 2]
        );
    }

    #[test]
    fn source_goes_on_after_a_declared_test_module() {
        assert_eq!(source("#[cfg(test)]\nmod tests;\nfn a() {}\n"), [3]);
    }

    #[test]
    fn source_goes_on_after_a_test_only_function() {
        let text = "impl A {\n    #[cfg(test)]\n    fn b(\n        c: u8,\n    ) {\n        d();\n    }\n    fn e() {}\n}\n";
        assert_eq!(source(text), [1, 8, 9]);
    }

    #[test]
    fn source_goes_on_after_a_test_only_line() {
        assert_eq!(source("#[cfg(test)]\nfn a() {}\nfn b() {}\n"), [3]);
        assert_eq!(source("#[cfg(test)]\nuse a::{b, c};\nfn b() {}\n"), [3]);
    }

    #[test]
    fn code_leaves_out_comments() {
        let tree = tree(&[("a.rs", "//! About.\n/// A.\nfn a() {} // why\n")]);
        assert_eq!(tree.files[0].code(), [(3, "fn a() {} // why")]);
    }

    #[test]
    fn test_files_are_known_by_their_place() {
        let tree = tree(&[
            ("crates/a/src/tests.rs", ""),
            ("crates/a/tests/it/main.rs", ""),
            ("crates/a/examples/verify.rs", ""),
            ("crates/a/src/tests_of_time.rs", ""),
            ("crates/a/src/testing.rs", ""),
        ]);
        let product: Vec<_> = tree.product().map(|file| file.path.as_str()).collect();
        assert_eq!(
            product,
            ["crates/a/src/tests_of_time.rs", "crates/a/src/testing.rs"]
        );
    }

    #[test]
    fn a_finding_names_its_line_when_it_has_one() {
        let tree = tree(&[("a.rs", "")]);
        assert_eq!(tree.files[0].finding(3, "no").to_string(), "a.rs:3: no");
        assert_eq!(tree.files[0].finding(0, "no").to_string(), "a.rs: no");
    }
}
