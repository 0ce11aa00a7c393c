//! What the parts of a test run came to, and how it is printed.

use std::fmt::Write as _;
use std::ops::AddAssign;
use std::time::Duration;

/// How many tests there were, by how they ended.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Ignored, skipped or left for later: a test that is there has to run.
    pub(crate) skipped: u64,
}

/// What running a part came to: its tests, and why it did not come to its end, when it did not.
pub(crate) type Ran = (Counts, Option<String>);

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// One part of a test run.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) counts: Counts,
    pub(crate) took: Duration,
    /// Why it did not come to its end, when it did not.
    pub(crate) trouble: Option<String>,
}

impl Part {
    /// A part that was not even begun.
    pub(crate) fn not_run(name: String, why: &str) -> Self {
        Self {
            name,
            counts: Counts::default(),
            took: Duration::ZERO,
            trouble: Some(why.to_owned()),
        }
    }

    /// What counts as failed: tests that failed or did not run, and trouble when no test shows it.
    pub(crate) fn failed(&self) -> u64 {
        let tests = self.counts.failed + self.counts.skipped;
        if tests == 0 && self.trouble.is_some() {
            1
        } else {
            tests
        }
    }
}

/// How wide the column of names is, in characters, if no name is longer.
const NARROWEST: usize = 28;

/// A line per part, then the trouble there was, then the line that says it all.
pub(crate) fn table(parts: &[Part]) -> String {
    let names = parts.iter().map(|part| part.name.len());
    let width = names.fold(NARROWEST, usize::max);
    let mut text = format!(
        "\n{:<width$} {:>7} {:>7} {:>10}\n",
        "part", "passed", "failed", "time"
    );
    for part in parts {
        let took = spoken(part.took);
        let (passed, failed) = (part.counts.passed, part.failed());
        _ = writeln!(
            text,
            "{:<width$} {passed:>7} {failed:>7} {took:>10}",
            part.name
        );
    }
    for part in parts {
        if part.counts.skipped > 0 {
            let skipped = part.counts.skipped;
            _ = writeln!(
                text,
                "{}: {skipped} skipped, which counts as failed",
                part.name
            );
        }
        if let Some(trouble) = &part.trouble {
            _ = writeln!(text, "{}: {trouble}", part.name);
        }
    }
    let passed = parts.iter().map(|part| part.counts.passed).sum::<u64>();
    let failed = parts.iter().map(Part::failed).sum::<u64>();
    _ = writeln!(text, "\n{passed} passed, {failed} failed");
    text
}

/// `1 m 12 s`
fn spoken(time: Duration) -> String {
    match (time.as_secs() / 60, time.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} m {seconds:02} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(passed: u64, failed: u64, skipped: u64, trouble: Option<&str>) -> Part {
        Part {
            name: "cargo test".to_owned(),
            counts: Counts {
                passed,
                failed,
                skipped,
            },
            took: Duration::from_secs(72),
            trouble: trouble.map(str::to_owned),
        }
    }

    #[test]
    fn the_last_line_is_the_sum() {
        let text = table(&[part(10, 0, 0, None), part(5, 0, 0, None)]);
        assert_eq!(text.lines().last(), Some("15 passed, 0 failed"));
        assert!(
            text.contains("cargo test                        10       0   1 m 12 s\n"),
            "{text}"
        );
    }

    #[test]
    fn a_part_that_did_not_end_is_one_failure() {
        let text = table(&[part(10, 0, 0, Some("it crashed"))]);
        assert!(text.contains("cargo test: it crashed\n"), "{text}");
        assert_eq!(text.lines().last(), Some("10 passed, 1 failed"));
    }

    #[test]
    fn trouble_that_tests_show_is_not_counted_twice() {
        assert_eq!(part(10, 3, 0, Some("ended with 101")).failed(), 3);
    }

    #[test]
    fn a_skipped_test_counts_as_failed() {
        let text = table(&[part(10, 0, 2, None)]);
        assert!(
            text.contains("cargo test: 2 skipped, which counts as failed\n"),
            "{text}"
        );
        assert_eq!(text.lines().last(), Some("10 passed, 2 failed"));
    }
}
