//! The command line of the keys.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Lists the keys of a server's pools and of its store, and replaces them while it serves.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse keys --config poolhouse.toml list
  poolhouse keys --config poolhouse.toml rotate                      new signing keys, which sign in a day
  poolhouse keys --config poolhouse.toml rotate --compromised        at once; old tokens are refused
  poolhouse keys --config poolhouse.toml rotate data                 seal everything with a new data key
  poolhouse keys --config poolhouse.toml rotate master --to new.key  open the store with another master key")]
pub(crate) struct Keys {
    /// The configuration of the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Print which keys there are and what they do now.
    List {
        /// Print JSON in place of the table.
        #[arg(long)]
        json: bool,
    },
    /// Make new keys.
    Rotate(RotateKeys),
}

#[derive(Args, Debug)]
pub(crate) struct RotateKeys {
    /// Which keys.
    #[arg(value_enum, default_value_t)]
    pub(crate) what: Rotated,

    /// Of signing keys: those of this pool only.
    #[arg(long, value_name = "NAME")]
    pub(crate) pool: Option<String>,

    /// Of signing keys: somebody else has the old ones. The new ones sign at once.
    #[arg(long)]
    pub(crate) compromised: bool,

    /// Of the master key: the file with the new one.
    #[arg(long, value_name = "FILE", required_if_eq("what", "master"))]
    pub(crate) to: Option<PathBuf>,
}

/// Which keys are replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rotated {
    /// What tokens are signed with.
    #[default]
    Signing,
    /// What values in the store are sealed with.
    Data,
    /// What the store's keys are sealed with.
    Master,
}
