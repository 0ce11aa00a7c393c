//! `TIMESTAMP`, the time of a claim.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::Error;

/// `ddd MMM D HH:mm:ss UTC YYYY`: English names, the day without a leading zero.
const FORMAT: &str = "%a %b %-d %H:%M:%S UTC %Y";

/// The time that a client puts into its claim, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Error::Timestamp`] before the year 0 and after 9999-12-30, where jiff's calendar ends.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, Error> {
        let time = jiff::Timestamp::from_second(seconds).map_err(|_| Error::Timestamp)?;
        // Earlier years have a sign, which the form has no place for.
        match TimeZone::UTC.to_datetime(time).year() {
            0.. => Ok(Self(time)),
            _ => Err(Error::Timestamp),
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime(FORMAT))
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Takes the one form alone: no padded day, no other language, no weekday that is not the date's.
    fn from_str(text: &str) -> Result<Self, Error> {
        let time = DateTime::strptime(FORMAT, text)
            .and_then(|time| TimeZone::UTC.to_timestamp(time))
            .map_err(|_| Error::Timestamp)?;
        let timestamp = Self::from_unix_seconds(time.as_second())?;
        if timestamp.to_string() == text {
            Ok(timestamp)
        } else {
            Err(Error::Timestamp)
        }
    }
}
