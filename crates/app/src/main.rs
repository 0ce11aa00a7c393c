//! The `poolhouse` binary: the command line, the environment, the file system, signals. Everything
//! else is handed what it needs from here.

mod cli;
mod commands;
mod data;
mod failure;
mod logs;
mod project;
mod system;

use std::process::ExitCode;

use clap::Parser as _;
use poolhouse_domain::Clock as _;

use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::system::SystemClock;

fn main() -> ExitCode {
    let started = SystemClock.now();
    let done = match Cli::parse().command {
        Command::Dev(dev) => {
            logs::start(dev.log_format, &dev.log).and_then(|()| commands::dev::run(&dev, started))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

/// What a command says about its failure.
#[expect(clippy::print_stderr, reason = "this is what stderr is for")]
fn complain(failure: &Failure) {
    eprintln!("{failure}");
}
