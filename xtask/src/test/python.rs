//! Reads what `python -m unittest` says: `Ran 3 tests in 0.1s`, then `OK` or `FAILED (failures=1)`.

use std::error::Error;
use std::process::Command;

use super::stream;
use super::summary::{Counts, Ran};

/// Runs a suite, passes on what it says, and counts.
pub(crate) fn run(command: &mut Command) -> Result<Ran, Box<dyn Error>> {
    let (mut ran, mut said) = (0, Counts::default());
    let ok = stream::lines(command, |line| {
        ran += tests(line);
        said += verdict(line);
        println!("{line}");
    })?;
    Ok(end(ran, said, ok))
}

/// The number in `Ran 3 tests in 0.1s`.
fn tests(line: &str) -> u64 {
    let number = line
        .strip_prefix("Ran ")
        .and_then(|rest| rest.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// What did not pass, from the last line.
fn verdict(line: &str) -> Counts {
    let mut counts = Counts::default();
    let rest = ["FAILED (", "OK ("]
        .iter()
        .find_map(|word| line.strip_prefix(word));
    let Some(rest) = rest.and_then(|rest| rest.strip_suffix(')')) else {
        return counts;
    };
    for part in rest.split(", ") {
        let Some((what, number)) = part.split_once('=') else {
            continue;
        };
        let number = number.parse().unwrap_or(0);
        match what {
            "failures" | "errors" | "unexpected successes" => counts.failed += number,
            _ => counts.skipped += number,
        }
    }
    counts
}

fn end(ran: u64, said: Counts, ok: bool) -> Ran {
    let passed = ran.saturating_sub(said.failed + said.skipped);
    let trouble = match said {
        Counts { failed: 0, .. } if !ok => Some("unittest failed before or after the tests"),
        _ if ran == 0 => Some("no test was run"),
        _ => None,
    };
    (Counts { passed, ..said }, trouble.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ok: bool) -> Ran {
        let (mut ran, mut said) = (0, Counts::default());
        for line in text.lines() {
            ran += tests(line);
            said += verdict(line);
        }
        end(ran, said, ok)
    }

    #[test]
    fn all_that_ran_and_did_not_fail_passed() {
        let (counts, trouble) = read("test_a (x) ... ok\n\nRan 3 tests in 0.1s\n\nOK\n", true);
        assert_eq!((counts.passed, counts.failed, trouble), (3, 0, None));
    }

    #[test]
    fn failures_errors_and_skipped_tests_are_counted() {
        let text = "Ran 6 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=1)\n";
        let (counts, trouble) = read(text, false);
        assert_eq!((counts.passed, counts.failed, counts.skipped), (2, 3, 1));
        assert_eq!(trouble, None);
        let (counts, _) = read("Ran 2 tests in 0.1s\n\nOK (skipped=2)\n", true);
        assert_eq!((counts.passed, counts.skipped), (0, 2));
    }

    #[test]
    fn a_suite_has_to_succeed_and_to_have_tests() {
        assert!(
            read("Ran 1 test in 0s\nOK\n", false)
                .1
                .unwrap()
                .contains("before or after")
        );
        assert!(
            read("Ran 0 tests in 0s\nOK\n", true)
                .1
                .unwrap()
                .contains("no test")
        );
    }
}
