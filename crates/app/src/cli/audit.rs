//! The command line of the audit.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;

/// Prints what people did with their accounts, oldest first: sign-ups, sign-ins and how, wrong answers, changes of
/// passwords, passkeys and other factors, sign-outs. Refreshes and reads are not among it. It is kept for as long
/// as `audit.keep_days` says, also when the account is deleted.
///
/// A line is: when, what, the user's `sub`, more of it, from where (- if that is not known), the app client.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse audit --config poolhouse.toml --since 2026-11-22
  poolhouse audit --config poolhouse.toml --user ann@example.com
  poolhouse audit --config poolhouse.toml --json | jq 'select(.event == \"proof_failed\")'")]
pub(crate) struct Audit {
    /// The configuration of the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    /// The pool, as the configuration calls it [default: all of them].
    #[arg(long, value_name = "NAME")]
    pub(crate) pool: Option<String>,

    /// Of one user: the `sub`, or the address or number that they sign in with.
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,

    /// Of this moment and later: a day in UTC, or a time like 2026-11-22T12:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<Timestamp>,

    /// Print an object of JSON a line.
    #[arg(long)]
    pub(crate) json: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let midnight = |day: Date| day.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let day = text.parse().ok().and_then(midnight);
    day.map(|day| day.timestamp())
        .or_else(|| text.parse().ok())
        .ok_or_else(|| {
            "expected a day like 2026-11-22, or a time like 2026-11-22T12:00:00Z".to_owned()
        })
}
