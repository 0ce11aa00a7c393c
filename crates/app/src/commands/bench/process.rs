//! What the system says of a process (`proc(5)`).

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::files;

/// The unit of times in `/proc/PID/stat`: what Linux tells programs, on every architecture.
const TICK_US: u64 = 10_000;

/// A process by its id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process(pub(super) u32);

/// What it has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Used {
    /// Processor time of all its threads, those that have ended included, in microseconds.
    pub(super) cpu_us: u64,
    /// The memory that it holds, in kB (`VmRSS`).
    pub(super) held_kb: u64,
    /// The most that it ever held, in kB (`VmHWM`).
    pub(super) peak_kb: u64,
    /// What it wrote to files, in bytes.
    pub(super) written: u64,
    /// Open files and sockets.
    pub(super) handles: usize,
}

impl Process {
    pub(super) fn used(self) -> Result<Used, Failure> {
        let (stat, status) = (self.read("stat")?, self.read("status")?);
        let files = self.path("fd");
        let handles = fs::read_dir(&files).map_err(|error| Failure::io(&files, &error))?;
        let used = Used {
            cpu_us: cpu_us(&stat).ok_or_else(|| self.unreadable("stat"))?,
            held_kb: line(&status, "VmRSS:").ok_or_else(|| self.unreadable("status"))?,
            peak_kb: line(&status, "VmHWM:").ok_or_else(|| self.unreadable("status"))?,
            // Another user's process does not say.
            written: self
                .read("io")
                .ok()
                .and_then(|io| line(&io, "write_bytes:"))
                .unwrap_or_default(),
            handles: handles.count(),
        };
        Ok(used)
    }

    fn read(self, name: &str) -> Result<String, Failure> {
        let path = self.path(name);
        files::read_text(&path)
    }

    fn path(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.0))
    }

    fn unreadable(self, name: &str) -> Failure {
        let path = self.path(name);
        Failure::new(format!(
            "{}: got another form, expected proc(5)'s",
            path.display()
        ))
    }
}

/// `utime` and `stime`, the 14th and 15th field. The second, the program's name, may hold anything.
fn cpu_us(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) * TICK_US)
}

/// `name 12345`, with or without ` kB`.
fn line(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The processor time of this thread so far, in nanoseconds.
pub(super) fn own_cpu_ns() -> Option<u64> {
    let text = files::read_text(Path::new("/proc/thread-self/schedstat")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_whatever_the_program_is_called() {
        let rest = "S 1 2 3 0 -1 4 5 6 7 8 123 45 0 0 20 0 9";
        assert_eq!(cpu_us(&format!("77 (pool house) {rest}")), Some(1_680_000));
        assert_eq!(cpu_us(&format!("77 (a) b) {rest}")), Some(1_680_000));
        assert_eq!(cpu_us("77 (poolhouse) S 1"), None);
        assert_eq!(cpu_us(""), None);
    }

    #[test]
    fn lines_are_found_by_name() {
        let status = "Name:\tx\nVmHWM:\t  12345 kB\nVmRSS:\t 9 kB\n";
        assert_eq!(line(status, "VmHWM:"), Some(12_345));
        assert_eq!(
            line("rchar: 1\nwrite_bytes: 4096\n", "write_bytes:"),
            Some(4_096)
        );
        assert_eq!(line(status, "VmPeak:"), None);
    }

    #[test]
    fn we_are_a_process_ourselves() {
        let before = own_cpu_ns().unwrap();
        let used = Process(std::process::id()).used().unwrap();
        assert!(used.peak_kb > 100 && used.handles > 2, "{used:?}");
        assert!(own_cpu_ns().unwrap() > before);
        assert!(Process(u32::MAX).used().is_err());
    }
}
