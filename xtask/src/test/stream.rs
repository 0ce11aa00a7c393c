//! Reading what a program says, line by line, while it says it.

use std::error::Error;
use std::io::{BufRead, BufReader, PipeReader};
use std::process::Command;

use crate::workspace::spelled;

/// Runs a program, hands each line of its output and errors to `line`, and says whether it succeeded.
pub(crate) fn lines(
    command: &mut Command,
    mut line: impl FnMut(&str),
) -> Result<bool, Box<dyn Error>> {
    let name = spelled(command);
    let (reader, writer) = std::io::pipe()?;
    // One pipe for both, so that errors come where they belong among the output.
    command
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .stdin(std::process::Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| format!("`{name}` did not start: {error}"))?;
    // The command keeps its ends of the pipe open; with them the reading would never end.
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    read(reader, &mut line)?;
    Ok(child.wait()?.success())
}

fn read(reader: PipeReader, line: &mut impl FnMut(&str)) -> Result<(), Box<dyn Error>> {
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        line(String::from_utf8_lossy(&bytes).trim_end());
        bytes.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(script: &str) -> (Vec<String>, bool) {
        let mut said = Vec::new();
        let mut command = Command::new("sh");
        let ok = lines(command.args(["-c", script]), |line| {
            said.push(line.to_owned());
        })
        .unwrap();
        (said, ok)
    }

    #[test]
    fn output_and_errors_come_in_their_order() {
        let (said, ok) = said("echo a; echo b >&2; echo c");
        assert_eq!(said, ["a", "b", "c"]);
        assert!(ok);
    }

    #[test]
    fn a_last_line_without_an_end_is_a_line() {
        assert_eq!(said("printf 'a\\nb'").0, ["a", "b"]);
    }

    #[test]
    fn a_bad_ending_is_told() {
        assert!(!said("exit 3").1);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = lines(&mut Command::new("no-such-program"), |_| ())
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("`no-such-program` did not start"),
            "{error}"
        );
    }
}
