//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::logs::LogFormat;

/// Passwordless sign-in that you host yourself: Amazon Cognito's user-pool API, from the auth
/// definition that your Amplify app already has.
#[derive(Debug, Parser)]
#[command(name = "poolhouse", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the pool of an Amplify app on this machine, with an inbox in place of mail.
    Dev(Dev),
}

/// Reads DIR/amplify/auth/resource.ts, serves the pool that it defines, writes
/// DIR/amplify_outputs.json for the app to read, and shows every mail in a local inbox. When the
/// definition changes the pool follows; people and passkeys stay.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse dev                           the app in this folder
  poolhouse dev examples/passwordless     the app in another one
  poolhouse dev --listen 127.0.0.1:0      on any free port")]
pub(crate) struct Dev {
    /// The app's folder; its `amplify` folder or `resource.ts` will do too.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,

    /// Where to listen. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7400")]
    pub(crate) listen: SocketAddr,

    /// Where to keep the pool: users, keys, mail [default: DIR/.poolhouse].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,

    /// What to log, to stderr: error, warn, info, debug, trace.
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    pub(crate) log: String,

    /// How log lines look.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
}
