//! The log: readable on a terminal, JSON when asked for.
//!
//! It goes to stderr, so that stdout has only what a command says. What may stand in it is decided
//! where it is written: never a code, a token or an address.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;
use crate::terminal;

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Starts logging at `level` (`error`, `warn`, `info`, `debug`, `trace`, or tracing's own filters).
pub(crate) fn start(format: LogFormat, level: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::new(format!("--log: got {level:?}, expected a level like `info` or a filter like `poolhouse=debug`: {error}"))
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            log.with_ansi(terminal::colours(&std::io::stderr()))
                .with_target(false)
                .init();
        }
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
