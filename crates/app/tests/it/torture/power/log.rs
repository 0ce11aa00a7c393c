//! What a program did to a file and to its write-ahead log, and what a disk may have of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::super::chance;

/// The least that a disk writes as a whole.
const SECTOR: usize = 512;

/// The file as it was, and everything that was done, in the order of time.
pub(super) struct Log {
    before: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    begun: SystemTime,
    /// Never, if the program was killed before it heard of it.
    done: Option<SystemTime>,
    /// To the file, or to that with this ending.
    ending: &'static str,
    what: What,
}

enum What {
    Write(usize, Vec<u8>),
    Truncate(usize),
    Sync,
}

/// A file as it is on the disk, and what is on its way there.
#[derive(Default)]
struct File<'a> {
    synced: Vec<u8>,
    unsynced: Vec<&'a Entry>,
}

impl Log {
    /// Reads what `strace -ff -y -xx -ttt -T` wrote into a folder, as far as it is about `file`.
    pub(super) fn read(folder: &Path, file: &Path, before: Vec<u8>) -> Self {
        let file = file.to_str().unwrap();
        let mut entries = Vec::new();
        for thread in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(thread.unwrap().path()).unwrap();
            entries.extend(text.lines().filter_map(|line| entry(line, file)));
        }
        entries.sort_by_key(|entry| entry.begun);
        Self { before, entries }
    }

    /// Whether the file with this ending is what was done to it. What the program never heard of may have
    /// been done or not.
    pub(super) fn explains(&self, ending: &str, there: &[u8]) -> bool {
        let mut file = Vec::new();
        if ending.is_empty() {
            file.clone_from(&self.before);
        }
        let entries = || self.entries.iter().filter(|entry| entry.ending == ending);
        for entry in entries().filter(|entry| entry.done.is_some()) {
            apply(&mut file, &entry.what, || true);
        }
        let unheard = entries().filter(|entry| entry.done.is_none());
        file == there
            || unheard.into_iter().any(|entry| {
                apply(&mut file, &entry.what, || true);
                file == there
            })
    }

    /// Writes the files as they may be if the power was cut then. How many writes had not been synced.
    pub(super) fn cut(&self, time: SystemTime, to: &Path) -> usize {
        let file = File {
            synced: self.before.clone(),
            unsynced: Vec::new(),
        };
        let mut files = BTreeMap::from([("", file)]);
        for entry in self.entries.iter().take_while(|entry| entry.begun <= time) {
            let file = files.entry(entry.ending).or_default();
            match entry.what {
                What::Sync if entry.done.is_some_and(|done| done <= time) => file.sync(),
                What::Sync => {}
                _ => file.unsynced.push(entry),
            }
        }
        let mut unsynced = 0;
        for (ending, mut file) in files {
            unsynced += file.unsynced.len();
            file.lose();
            let mut path = to.as_os_str().to_owned();
            path.push(ending);
            fs::write(PathBuf::from(path), file.synced).unwrap();
        }
        unsynced
    }
}

impl File<'_> {
    fn sync(&mut self) {
        for entry in std::mem::take(&mut self.unsynced) {
            apply(&mut self.synced, &entry.what, || true);
        }
    }

    /// What was not synced: all of it, nothing, or sectors here and there.
    fn lose(&mut self) {
        let kept = chance(5);
        for entry in std::mem::take(&mut self.unsynced) {
            apply(&mut self.synced, &entry.what, || chance(4) < kept);
        }
    }
}

fn apply(file: &mut Vec<u8>, what: &What, mut reaches: impl FnMut() -> bool) {
    match what {
        What::Write(offset, bytes) => {
            for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                let start = offset + number * SECTOR;
                let end = start + sector.len();
                if reaches() {
                    file.resize(file.len().max(end), 0);
                    file[start..end].copy_from_slice(sector);
                }
            }
        }
        What::Truncate(length) if reaches() => file.resize(*length, 0),
        What::Truncate(_) | What::Sync => {}
    }
}

/// `1763856000.123456 pwrite64(12</path>, "\x00\x01", 2, 4096) = 2 <0.000012>`, with the path in hexadecimal as well.
fn entry(line: &str, file: &str) -> Option<Entry> {
    let (begun, rest) = line.split_once(' ')?;
    let (call, rest) = rest.split_once('(')?;
    let (_, rest) = rest.split_once('<')?;
    let (path, rest) = rest.split_once('>')?;
    let path = String::from_utf8(bytes(path)).unwrap();
    let ending = match path.strip_prefix(file)? {
        "" => "",
        "-wal" => "-wal",
        _ => return None,
    };
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let mut arguments = arguments.trim_end_matches(')').split(", ").skip(1);
    let took = match result.split_once(" <") {
        Some((_, took)) => Some(seconds(took.trim_end_matches('>'))),
        None if result == "?" => None,
        None => return None,
    };
    assert!(!result.starts_with("-1"), "{line}");
    let what = match call {
        "pwrite64" => {
            let bytes = bytes(arguments.next()?.trim_matches('"'));
            let length = bytes.len().to_string();
            assert_eq!(
                result.split(' ').next(),
                took.map_or(Some("?"), |_| Some(&length))
            );
            What::Write(arguments.nth(1)?.parse().unwrap(), bytes)
        }
        "ftruncate" => What::Truncate(arguments.next()?.parse().unwrap()),
        _ => What::Sync,
    };
    let begun = SystemTime::UNIX_EPOCH + seconds(begun);
    Some(Entry {
        begun,
        done: took.map(|took| begun + took),
        ending,
        what,
    })
}

/// `1.000002` in microseconds; a float would be too coarse.
fn seconds(text: &str) -> Duration {
    let (seconds, micros) = text.split_once('.').unwrap();
    Duration::from_secs(seconds.parse().unwrap()) + Duration::from_micros(micros.parse().unwrap())
}

/// `\x2f\x74`
fn bytes(text: &str) -> Vec<u8> {
    let digits = text.split("\\x").skip(1);
    digits
        .map(|digits| u8::from_str_radix(digits, 16).unwrap())
        .collect()
}

#[test]
fn lines_of_strace_are_understood() {
    let file = "/a";
    let wal = "<\\x2f\\x61\\x2d\\x77\\x61\\x6c>";
    let write = format!("7.000009 pwrite64(3{wal}, \"\\x01\\x02\", 2, 40) = 2 <0.000003>");
    let entry_of = |line: &str| entry(line, file).unwrap();
    let written = entry_of(&write);
    assert_eq!(written.ending, "-wal");
    assert_eq!(
        written.begun,
        SystemTime::UNIX_EPOCH + Duration::from_micros(7_000_009)
    );
    assert_eq!(written.done, Some(written.begun + Duration::from_micros(3)));
    let killed = entry_of(&write.replace("= 2 <0.000003>", "= ?"));
    assert_eq!(killed.done, None);
    assert!(matches!(written.what, What::Write(40, bytes) if bytes == [1, 2]));
    let synced = entry_of(&format!("7.000020 fsync(3{wal}) = 0 <0.000300>"));
    assert!(matches!(synced.what, What::Sync));
    let cut = entry_of(&format!("7.000020 ftruncate(3{wal}, 12) = 0 <0.000300>"));
    assert!(matches!(cut.what, What::Truncate(12)));
    assert!(entry("7.000020 fsync(3<\\x2f\\x62>) = 0 <0.000300>", file).is_none());
    assert!(entry("+++ killed by SIGKILL +++", file).is_none());
}
