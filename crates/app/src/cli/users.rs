//! The command line of what takes users from store to store.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Writes what a pool has into a file that other programs can read.
#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(subcommand)]
    pub(crate) what: Exported,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Exported {
    /// Write a pool's users, while it is served.
    Users(ExportUsers),
}

/// Adds to a pool what a file says.
#[derive(Args, Debug)]
pub(crate) struct Import {
    #[command(subcommand)]
    pub(crate) what: Imported,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Imported {
    /// Add users to a pool, while it is served.
    Users(ImportUsers),
}

/// Writes a pool's users, one a line: what was true at one moment, while the servers serve.
///
/// JSON lines have ids, attributes, status, second-factor settings and passkeys, which are public keys. Password
/// hashes and authenticator apps' seeds come along with --secrets only, and then in clear: whoever
/// has that file can try passwords and make codes. It is made with mode 0600; better, let it never
/// touch a disk (see the last example). Cognito's CSV has what AWS's user import job takes:
/// attributes, and whether texts are a second factor.
///
/// Sign-ins, remembered devices and failed attempts stay: for all of a store there is `poolhouse backup`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse export users --config poolhouse.toml --to users.jsonl
  poolhouse export users --config poolhouse.toml --to users.csv      for AWS's user import job
  poolhouse export users --config poolhouse.toml --to - --secrets | age -r age1… > users.age")]
pub(crate) struct ExportUsers {
    #[command(flatten)]
    pub(crate) of: UsersOf,

    /// The file to write, - for stdout; one that is there is replaced when the new one is whole.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,

    /// Of JSON lines: with password hashes and authenticator apps' seeds.
    #[arg(long)]
    pub(crate) secrets: bool,
}

/// Adds users to a pool, while the servers serve.
///
/// Every line is looked at before the first user is added: if one is wrong, nothing is added, unless
/// --rejects names a file for those lines; mended, it can be imported itself. Users who are there
/// already stay as they are, so that an import that was cut off is simply run again.
///
/// Who comes by Cognito's CSV has no password: they sign in by code where the pool sends codes, and
/// are RESET_REQUIRED elsewhere, as on AWS. A `sub` column, or a user name that is a UUID, keeps
/// their id.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse import users --config poolhouse.toml --from users.jsonl
  poolhouse import users --config poolhouse.toml --from users.csv --rejects wrong.csv")]
pub(crate) struct ImportUsers {
    #[command(flatten)]
    pub(crate) of: UsersOf,

    /// The file to read.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,

    /// Add the others when lines are wrong, and write those into this file, which must not be there.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

/// Whose users, and in which form.
#[derive(Args, Debug)]
pub(crate) struct UsersOf {
    /// The configuration of the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    /// The pool, as the configuration calls it [default: the only one].
    #[arg(long, value_name = "NAME")]
    pub(crate) pool: Option<String>,

    /// What the file is [default: what its name ends in, or else jsonl].
    #[arg(long, value_name = "FORM", value_enum)]
    pub(crate) format: Option<UsersFormat>,
}

/// How users are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UsersFormat {
    /// An object of JSON a line.
    Jsonl,
    /// The CSV of Cognito's user import job.
    Csv,
}
