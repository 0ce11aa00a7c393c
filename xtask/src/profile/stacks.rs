//! What `perf script` prints, as stacks.

/// One sample: what was running, and what had called it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stack {
    /// The thread's name.
    pub(super) thread: String,
    /// When it was taken, in seconds.
    pub(super) at: f64,
    /// Functions, the outermost first.
    pub(super) frames: Vec<String>,
}

/// Reads samples: a line with thread and time, then one for each frame, the innermost first, and an
/// empty one.
pub(super) fn parse(script: &str) -> Vec<Stack> {
    let samples = script.split("\n\n").filter_map(|sample| {
        let mut lines = sample.lines().filter(|line| !line.is_empty());
        let (thread, at) = lines.next()?.trim_end().rsplit_once(char::is_whitespace)?;
        let mut frames: Vec<String> = lines.filter_map(frame).collect();
        frames.reverse();
        Some(Stack {
            thread: thread.trim().to_owned(),
            at: at.trim_end_matches(':').parse().ok()?,
            frames,
        })
    });
    samples.collect()
}

/// Drops what was sampled before the last `seconds`: starting, and making ready.
pub(super) fn keep_last(stacks: &mut Vec<Stack>, seconds: f64) {
    let end = stacks.iter().map(|stack| stack.at).fold(0.0, f64::max);
    stacks.retain(|stack| end - stack.at <= seconds);
}

fn frame(line: &str) -> Option<String> {
    let (_address, name) = line.trim().split_once(' ')?;
    Some(plain(name.trim()).to_owned())
}

/// A function's name without the hash that the compiler puts behind it.
fn plain(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((plain, hash)) if hash.len() == 16 => plain,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
tokio-rt-worker   100.250000: \n\
\t    7f00 __memcpy (inlined)\n\
\t    55aa poolhouse_store::db::sqlite::query::h0123456789abcdef\n\
\t    55bb main\n\
\n\
store writer   101.500000: \n\
\tffff vfs_fsync\n\
\n";

    #[test]
    fn stacks_are_read_from_the_outside_in() {
        let stacks = parse(SCRIPT);
        assert_eq!(stacks.len(), 2);
        assert_eq!(stacks[0].thread, "tokio-rt-worker");
        assert_eq!(
            stacks[0].frames,
            [
                "main",
                "poolhouse_store::db::sqlite::query",
                "__memcpy (inlined)"
            ]
        );
        assert_eq!(stacks[1].thread, "store writer");
        assert!(parse("nonsense").is_empty());
    }

    #[test]
    fn what_went_before_is_dropped() {
        let mut stacks = parse(SCRIPT);
        keep_last(&mut stacks, 1.0);
        assert_eq!(stacks.len(), 1);
        assert_eq!(stacks[0].frames, ["vfs_fsync"]);
    }
}
