//! Reads what `cargo test` says: counts the tests, and passes on what a person wants to see, which is
//! a line per test binary and everything about failures.

use std::error::Error;
use std::process::Command;

use super::stream;
use super::summary::{Counts, Ran};

/// Runs `cargo test` and counts.
pub(crate) fn run(command: &mut Command) -> Result<Ran, Box<dyn Error>> {
    let mut reading = Reading::default();
    let ok = stream::lines(command, |line| {
        if let Some(shown) = reading.line(line) {
            println!("{shown}");
        }
    })?;
    Ok(reading.end(ok))
}

#[derive(Debug, Default)]
struct Reading {
    counts: Counts,
    /// The test binary whose turn it is.
    binary: String,
    /// The package it belongs to: cargo runs a package's unit tests before its `tests/`.
    package: String,
    in_failures: bool,
}

impl Reading {
    /// Takes one line; returns what to show for it.
    fn line(&mut self, line: &str) -> Option<String> {
        if let Some(result) = line.strip_prefix("test result: ") {
            return self.result(result);
        }
        if let Some((name, source)) = started(line) {
            if let Some(source) = source.strip_prefix("unittests ") {
                self.binary = format!("{name} {source}");
                self.package = name;
            } else {
                self.binary = format!("{} {source}", self.package);
            }
            return None;
        }
        if self.in_failures {
            return Some(line.to_owned());
        }
        if line == "failures:" {
            self.in_failures = true;
            return Some(format!("\n{}, failures:", self.binary));
        }
        let is_progress = line.is_empty()
            || line.starts_with("running ")
            || line.trim_start().starts_with("Finished ")
            || (line.starts_with("test ") && line.ends_with(" ok"));
        (!is_progress).then(|| line.to_owned())
    }

    fn result(&mut self, result: &str) -> Option<String> {
        self.in_failures = false;
        let counts = Counts {
            passed: before(result, " passed"),
            failed: before(result, " failed"),
            skipped: before(result, " ignored"),
        };
        self.counts += counts;
        let Counts {
            passed,
            failed,
            skipped,
        } = counts;
        let took = result.rsplit("finished in ").next().unwrap_or_default();
        let left = if skipped > 0 {
            format!(", {skipped} ignored")
        } else {
            String::new()
        };
        (counts != Counts::default()).then(|| {
            format!(
                "  {:<44} {passed:>4} passed, {failed} failed{left} ({took})",
                self.binary
            )
        })
    }

    /// What it came to, once there are no more lines.
    fn end(self, ok: bool) -> Ran {
        let trouble = match self.counts {
            Counts {
                passed: 0,
                failed: 0,
                ..
            } if ok => Some("no test was run".to_owned()),
            Counts { failed: 0, .. } if !ok => Some(format!(
                "a test binary did not come to its end: {}",
                self.binary
            )),
            _ => None,
        };
        (self.counts, trouble)
    }
}

/// `     Running tests/it/main.rs (target/debug/deps/it-0123)` → `it`, `tests/it/main.rs`
fn started(line: &str) -> Option<(String, String)> {
    let rest = line.trim_start().strip_prefix("Running ")?;
    let (source, binary) = rest.strip_suffix(')')?.split_once(" (")?;
    let file = binary.rsplit('/').next()?;
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    Some((name.to_owned(), source.to_owned()))
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> u64 {
    let number = text
        .split(word)
        .next()
        .and_then(|before| before.rsplit(' ').next());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "   Compiling poolhouse-domain v0.1.0
    Finished `test` profile [unoptimized] target(s) in 0.12s
     Running unittests src/lib.rs (target/debug/deps/poolhouse_domain-0b1)

running 2 tests
test code::tests::a ... ok
test code::tests::b ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.03s

     Running tests/it/main.rs (target/debug/deps/it-7a2)

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    const BAD: &str = "     Running unittests src/lib.rs (target/debug/deps/poolhouse_store-0b1)

running 3 tests
test a ... ok
test b ... FAILED
test c ... ignored

failures:

---- b stdout ----
assertion failed

failures:
    b

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s
";

    fn read(text: &str) -> (Vec<String>, Reading) {
        let mut reading = Reading::default();
        let shown = text.lines().filter_map(|line| reading.line(line)).collect();
        (shown, reading)
    }

    #[test]
    fn a_good_run_is_one_line_per_binary_with_tests() {
        let (shown, reading) = read(GOOD);
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert_eq!(
            shown[1],
            "  poolhouse_domain src/lib.rs                     2 passed, 0 failed (0.03s)"
        );
        assert_eq!(
            reading.end(true).0,
            Counts {
                passed: 2,
                failed: 0,
                skipped: 0
            }
        );
    }

    #[test]
    fn a_failure_is_shown_whole() {
        let (shown, reading) = read(BAD);
        for line in [
            "test b ... FAILED",
            "test c ... ignored",
            "\npoolhouse_store src/lib.rs, failures:",
            "assertion failed",
            "    b",
        ] {
            assert!(shown.iter().any(|shown| shown == line), "{line}: {shown:?}");
        }
        assert!(
            shown
                .last()
                .unwrap()
                .ends_with("1 passed, 1 failed, 1 ignored (1.20s)")
        );
        assert_eq!(
            reading.end(false).0,
            Counts {
                passed: 1,
                failed: 1,
                skipped: 1
            }
        );
    }

    #[test]
    fn a_crash_is_told_with_the_binary() {
        let (_, reading) = read(&format!(
            "{GOOD}     Running tests/it/main.rs (target/x/it-1)\n"
        ));
        let (counts, trouble) = reading.end(false);
        assert_eq!(counts.passed, 2);
        assert_eq!(
            trouble.unwrap(),
            "a test binary did not come to its end: poolhouse_domain tests/it/main.rs"
        );
    }

    #[test]
    fn no_test_at_all_is_no_success() {
        assert_eq!(read("").1.end(true).1.unwrap(), "no test was run");
    }
}
