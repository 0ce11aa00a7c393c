//! The `poolhouse` binary: the command line, the environment, the file system, signals. Everything
//! else is handed what it needs from here.

mod cli;
mod commands;
mod config;
mod data;
mod failure;
mod files;
mod identified;
mod logs;
mod master_key;
mod notify;
mod project;
mod refused_domains;
mod running;
mod senders;
mod served;
mod system;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;
use poolhouse_domain::Clock as _;

use crate::cli::{Cli, Command};
use crate::system::SystemClock;

/// Requests are read on one thread, written to the store on another, and freed on a third: of the allocators
/// looked at this one is the cheapest at it (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let started = SystemClock.now();
    let done = match Cli::parse().command {
        Command::Dev(dev) => {
            logs::start(dev.log_format, &dev.log).and_then(|()| commands::dev::run(&dev, started))
        }
        Command::Serve(serve) => commands::serve::run(&serve),
        Command::Backup(backup) => commands::backup::backup(&backup),
        Command::Restore(restore) => commands::backup::restore(&restore),
        Command::Export(export) => commands::users::export(&export),
        Command::Import(import) => commands::users::import(&import),
        Command::Audit(audit) => commands::audit::run(&audit),
        Command::Keys(keys) => commands::keys::run(&keys),
        Command::Doctor(doctor) => commands::doctor::run(&doctor),
        Command::Bench(bench) => commands::bench::run(&bench),
        Command::Check(check) => commands::check::run(&check),
        Command::Synth(synth) => commands::synth::run(&synth),
        Command::Outputs(outputs) => commands::outputs::run(&outputs),
        Command::Clients(clients) => commands::clients::run(&clients),
        Command::Init(init) => commands::init::run(&init),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::say(failure);
            ExitCode::FAILURE
        }
    }
}
