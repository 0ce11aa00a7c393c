//! Reads what `node --test` says, in either of its two forms: `ℹ pass 3` for people, `# pass 3` for
//! machines.

use std::error::Error;
use std::process::Command;

use super::stream;
use super::summary::{Counts, Ran};

/// Runs a suite, passes on what it says, and counts.
pub(crate) fn run(command: &mut Command) -> Result<Ran, Box<dyn Error>> {
    let mut counts = Counts::default();
    // Without a terminal Node 20 would write TAP, which is for machines.
    let options = std::env::var("NODE_OPTIONS").unwrap_or_default();
    command.env("NODE_OPTIONS", format!("{options} --test-reporter=spec"));
    let ok = stream::lines(command, |line| {
        counts += count(line);
        println!("{line}");
    })?;
    Ok(end(counts, ok))
}

/// What a line adds. A cancelled test failed; one left for later was skipped.
fn count(line: &str) -> Counts {
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["#" | "ℹ", what, number] = words.as_slice() else {
        return Counts::default();
    };
    let Ok(number) = number.parse() else {
        return Counts::default();
    };
    match *what {
        "pass" => Counts {
            passed: number,
            ..Counts::default()
        },
        "fail" | "cancelled" => Counts {
            failed: number,
            ..Counts::default()
        },
        "skipped" | "todo" => Counts {
            skipped: number,
            ..Counts::default()
        },
        _ => Counts::default(),
    }
}

fn end(counts: Counts, ok: bool) -> Ran {
    let trouble = match counts {
        Counts { failed: 0, .. } if !ok => Some("`npm test` failed before or after the tests"),
        Counts {
            passed: 0,
            failed: 0,
            ..
        } => Some("no test was run"),
        _ => None,
    };
    (counts, trouble.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Counts {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts += count(line));
        counts
    }

    #[test]
    fn both_forms_are_read() {
        let spec = "✔ signs in (12 ms)\nℹ tests 4\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ todo 0\n";
        assert_eq!(
            read(spec),
            Counts {
                passed: 3,
                failed: 1,
                skipped: 0
            }
        );
        let tap = "ok 1 - signs in\n1..4\n# tests 4\n# pass 3\n# fail 1\n# skipped 0\n";
        assert_eq!(
            read(tap),
            Counts {
                passed: 3,
                failed: 1,
                skipped: 0
            }
        );
    }

    #[test]
    fn cancelled_tests_failed_and_skipped_ones_are_counted() {
        let text = "# pass 1\n# fail 0\n# cancelled 2\n# skipped 3\n# todo 4\n";
        assert_eq!(
            read(text),
            Counts {
                passed: 1,
                failed: 2,
                skipped: 7
            }
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["# pass", "pass 3", "# pass three", "# Subtest: pass 3"] {
            assert_eq!(read(line), Counts::default(), "{line}");
        }
    }

    #[test]
    fn a_suite_has_to_succeed_and_to_have_tests() {
        let three = Counts {
            passed: 3,
            failed: 0,
            skipped: 0,
        };
        assert_eq!(end(three, true), (three, None));
        assert!(end(three, false).1.unwrap().contains("before or after"));
        assert!(end(Counts::default(), true).1.unwrap().contains("no test"));
    }
}
