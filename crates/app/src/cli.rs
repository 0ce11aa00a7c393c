//! The command line.

mod audit;
mod bench;
mod keys;
mod users;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use poolhouse_define_auth::Deployment;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::ContactAttribute;

pub(crate) use self::audit::Audit;
pub(crate) use self::bench::{Bench, Rate};
pub(crate) use self::keys::{Keys, KeysCommand, RotateKeys, Rotated};
pub(crate) use self::users::{
    Export, ExportUsers, Exported, Import, ImportUsers, Imported, UsersFormat, UsersOf,
};
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
    /// Serve pools in production, as a configuration says.
    Serve(Serve),
    /// Look at everything that a server needs, and send a test message.
    Doctor(Doctor),
    /// List and replace what a server signs and seals with.
    Keys(Keys),
    /// Copy a server's store into a file, while it serves.
    Backup(Backup),
    /// Put such a copy into an empty store, of either kind.
    Restore(Restore),
    /// Write a pool's users into a file: JSON lines, or Cognito's CSV.
    Export(Export),
    /// Add users to a pool from such a file.
    Import(Import),
    /// Print who did what with their account, when, and from where.
    Audit(Audit),
    /// Say what the definition means, or what is wrong with it.
    Check(Check),
    /// Print the definition as a CloudFormation template: the way back to AWS.
    Synth(Read),
    /// Print the client configuration in the form of one client.
    Outputs(Outputs),
    /// Print the app clients: names, ids, secrets.
    Clients(Clients),
    /// Write a starter amplify/auth/resource.ts.
    Init(Init),
    /// Measure what a sign-in costs.
    Bench(Bench),
}

/// A definition, and where it is deployed.
#[derive(Args, Debug)]
pub(crate) struct Read {
    /// The app's folder; its `amplify` folder or `resource.ts` will do too.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,

    /// Where it is deployed: it decides what relying party `AUTO` is.
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t)]
    pub(crate) kind: Kind,

    /// With --type branch: the branch.
    #[arg(long, value_name = "NAME", required_if_eq("kind", "branch"))]
    pub(crate) branch: Option<String>,

    /// With --type branch: the id of the app in Amplify Hosting.
    #[arg(long, value_name = "ID", required_if_eq("kind", "branch"))]
    pub(crate) app_id: Option<String>,
}

/// Where a definition is deployed (`amplify-backend-type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// On a developer's machine.
    #[default]
    Sandbox,
    /// From a branch, in Amplify Hosting.
    Branch,
    /// Anywhere else.
    Standalone,
}

impl Read {
    /// The deployment that the flags name.
    pub(crate) fn deployment(&self) -> Deployment {
        match self.kind {
            Kind::Sandbox => Deployment::Sandbox,
            Kind::Standalone => Deployment::Standalone,
            Kind::Branch => Deployment::Branch {
                branch: self.branch.clone().unwrap_or_default(),
                app_id: self.app_id.clone().unwrap_or_default(),
            },
        }
    }
}

/// Reads the definition and prints what was understood. Errors say file, line, column and what to
/// write instead; the exit status is then 1.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse check                         the app in this folder
  poolhouse check --json                  for a program to read
  poolhouse check --type branch --branch main --app-id d1a2b3c4d5")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) read: Read,

    /// Print JSON in place of the table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the client configuration of the pool that `poolhouse dev` serves, or with --config the one
/// that `poolhouse serve` does.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse outputs                            amplify_outputs.json as `dev` writes it
  poolhouse outputs --format flutter           for amplify-flutter
  poolhouse outputs --format gen1 --endpoint https://auth.example.com
  poolhouse outputs /srv/shop --config /etc/poolhouse/poolhouse.toml")]
pub(crate) struct Outputs {
    #[command(flatten)]
    pub(crate) read: Read,

    /// Which client reads it.
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub(crate) format: OutputsFormat,

    /// Where clients find the pool [default: what --config says, or http://localhost:7400].
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    #[command(flatten)]
    pub(crate) kept: Kept,
}

/// Prints name, id and secret of each app client of the pool that `poolhouse dev` serves: those of
/// `userPool.addClient` too, which the outputs do not name.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse clients
  poolhouse clients --json | jq -r '.[] | select(.name == \"Server\").secret'")]
pub(crate) struct Clients {
    #[command(flatten)]
    pub(crate) read: Read,

    /// Print JSON in place of the table.
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) kept: Kept,
}

/// Where a pool's identifiers are kept.
#[derive(Args, Debug)]
pub(crate) struct Kept {
    /// Where `poolhouse dev` keeps the pool [default: DIR/.poolhouse].
    #[arg(long, value_name = "FOLDER", conflicts_with = "config")]
    pub(crate) data: Option<PathBuf>,

    /// The configuration of the `poolhouse serve` that serves the pool.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Which client reads the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputsFormat {
    /// aws-amplify: `Amplify.configure` takes it as it is, endpoint included.
    #[default]
    Js,
    /// The official amplify_outputs.json, version 1.5. It has no word for an endpoint.
    Outputs,
    /// The same with the endpoint, as amplify-flutter reads it.
    Flutter,
    /// amplifyconfiguration.json for Swift and Android: https on port 443 only.
    Gen1,
}

/// Writes DIR/amplify/auth/resource.ts with sign-in by e-mail codes. It never writes over a file.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse init                          in this folder
  poolhouse init my-app && poolhouse dev my-app")]
pub(crate) struct Init {
    /// The app's folder.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
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

/// Serves one or many pools as the configuration says: TLS or behind a proxy, SQLite or PostgreSQL.
/// What it does not know, and what would be insecure and is not allowed by name, is refused at the
/// start. SIGTERM stops it when accepted requests are answered; SIGHUP makes it read the certificate
/// and the definitions again. All settings: docs/settings.md.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse serve --config /etc/poolhouse/poolhouse.toml
  poolhouse serve --config poolhouse.toml --check      says what is wrong with it, and serves nothing")]
pub(crate) struct Serve {
    /// The configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    /// Read everything, say what is wrong, and end.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Looks at the configuration, the certificate, the master key, the store, every pool's definition, its senders and
/// what waits for them, and says what is wrong; the exit status is then 1. It can be run beside the server.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse doctor --config /etc/poolhouse/poolhouse.toml
  poolhouse doctor --config poolhouse.toml --send-test ann@example.com     by each sender of mails
  poolhouse doctor --config poolhouse.toml --send-test +4915123456789      by each sender of texts")]
pub(crate) struct Doctor {
    /// The configuration of the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    /// Send a test to this address or number, by each sender of each pool, and say what was answered. Can be given
    /// more than once.
    #[arg(long, value_name = "ADDRESS", value_parser = contact)]
    pub(crate) send_test: Vec<Contact>,
}

/// Writes everything that lasts into one file, a snapshot, sealed with the master key: accounts, passkeys,
/// passwords, keys, who is signed in. Codes and mail that waits are not in it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse backup --config poolhouse.toml --to /backups/poolhouse-$(date +%F)")]
pub(crate) struct Backup {
    /// The configuration of the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    /// The file to write; one that is there is replaced when the new one is whole.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

/// Puts a backup into the store that the configuration names, all of it or nothing. The store must be
/// empty, and may be of the other kind: so it is also the way from SQLite to PostgreSQL and back.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse restore --config poolhouse.toml --from /backups/poolhouse-2026-11-22
  poolhouse restore --config poolhouse.toml --from backup --sign-out     and everybody signs in again")]
pub(crate) struct Restore {
    /// The configuration of the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,

    /// The backup.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,

    /// End every sign-in: refresh tokens that were replaced after the backup could be used again.
    #[arg(long)]
    pub(crate) sign_out: bool,
}

fn contact(text: &str) -> Result<Contact, String> {
    let parsed = ContactAttribute::ALL.into_iter();
    let mut parsed = parsed.filter_map(|attribute| Contact::parse(attribute, text).ok());
    let expected = "expected an address, or a number such as +4915123456789";
    parsed.next().ok_or_else(|| expected.to_owned())
}
