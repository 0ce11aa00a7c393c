//! `TIMESTAMP`.

use poolhouse_srp::{Error, Timestamp};
use proptest::prelude::*;

use crate::vectors::VECTORS;

#[test]
fn a_time_is_written_as_clients_write_it() {
    for (seconds, text) in [
        (0, "Thu Jan 1 00:00:00 UTC 1970"),
        (1_770_091_506, "Tue Feb 3 04:05:06 UTC 2026"),
        (1_767_225_599, "Wed Dec 31 23:59:59 UTC 2025"),
        (1_709_210_096, "Thu Feb 29 12:34:56 UTC 2024"),
        (-1, "Wed Dec 31 23:59:59 UTC 1969"),
        (253_402_207_200, "Thu Dec 30 22:00:00 UTC 9999"),
    ] {
        let timestamp = Timestamp::from_unix_seconds(seconds).unwrap();
        assert_eq!(timestamp.to_string(), text);
        assert_eq!(text.parse(), Ok(timestamp));
        assert_eq!(timestamp.unix_seconds(), seconds);
    }
}

#[test]
fn the_vectors_times_are_times() {
    for vector in VECTORS["vectors"].as_array().unwrap() {
        let text = vector["in"]["timestamp"].as_str().unwrap();
        assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
    }
}

/// What Cognito's clients were told not to send, and what nobody sends.
#[test]
fn no_other_form_is_taken() {
    for text in [
        "",
        "Tue Feb 03 04:05:06 UTC 2026",
        "Tue Feb  3 04:05:06 UTC 2026",
        "Mon Feb 3 04:05:06 UTC 2026",
        "tue feb 3 04:05:06 UTC 2026",
        "Tuesday Feb 3 04:05:06 UTC 2026",
        "Tue February 3 04:05:06 UTC 2026",
        "mar. févr. 3 04:05:06 UTC 2026",
        "Di Feb 3 04:05:06 UTC 2026",
        "Tue Feb 3 4:05:06 UTC 2026",
        "Tue Feb 3 04:05:06 GMT 2026",
        "Tue Feb 3 04:05:06 2026",
        "Tue Feb 3 04:05:06 UTC 26",
        "Tue Feb 3 04:05:06 UTC 02026",
        "Tue Feb 3 04:05:06 UTC -2026",
        "Tue Feb 3 04:05:06 UTC 2026 ",
        " Tue Feb 3 04:05:06 UTC 2026",
        "Tue Feb 3 24:00:00 UTC 2026",
        "Tue Feb 3 04:60:06 UTC 2026",
        "Sun Feb 29 04:05:06 UTC 2026",
        "Tue Feb 3 04:05:06 PM UTC 2026",
        "2026-02-03T04:05:06Z",
        "1770091506",
    ] {
        assert_eq!(text.parse::<Timestamp>(), Err(Error::Timestamp), "{text}");
    }
    let words = "expected a time as in `Tue Feb 3 04:05:06 UTC 2026`";
    assert_eq!(Error::Timestamp.to_string(), words);
}

#[test]
fn years_have_four_digits() {
    for seconds in [i64::MIN, i64::MAX, 253_402_300_800, -62_167_219_201] {
        assert_eq!(Timestamp::from_unix_seconds(seconds), Err(Error::Timestamp));
    }
}

proptest! {
    #[test]
    fn every_second_comes_back(seconds in -62_167_219_200..253_402_207_200_i64) {
        let timestamp = Timestamp::from_unix_seconds(seconds).unwrap();
        prop_assert_eq!(timestamp.to_string().parse(), Ok(timestamp));
    }
}
