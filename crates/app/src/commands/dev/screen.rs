//! What `poolhouse dev` shows in the terminal: stdout for what is served, stderr for what is wrong.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the terminal"
)]

use std::fmt;
use std::io::IsTerminal as _;
use std::time::Duration;

use poolhouse_define_auth::{Definition, Unsupported, diagnostic};
use poolhouse_domain::pool::FirstFactor;
use poolhouse_server::pool::Pool;

use crate::failure::Failure;
use crate::project::Project;

/// What is said once everything is up.
pub(super) struct Greeting<'a> {
    pub(super) project: &'a Project,
    pub(super) pool: &'a Pool,
    pub(super) public_url: &'a str,
    pub(super) outputs: &'a str,
    /// From the start of the process until now.
    pub(super) took: Duration,
}

/// Where everything is. The last line has the word `ready` and the URL: scripts wait for it.
pub(super) fn greeting(greeting: &Greeting<'_>) {
    let Greeting {
        project,
        pool,
        public_url,
        outputs,
        took,
    } = greeting;
    let (bold, dim, green) = (Style("1"), Style("2"), Style("32;1"));
    println!(
        "\n  {} {}",
        bold.on("Poolhouse"),
        dim.on(env!("CARGO_PKG_VERSION"))
    );
    println!();
    println!("  {}     {public_url}/", dim.on("home"));
    println!("  {}    {public_url}/inbox", dim.on("inbox"));
    println!(
        "  {}     {}, signs in with {}",
        dim.on("pool"),
        pool.id,
        ways(pool)
    );
    println!(
        "  {}     {}",
        dim.on("from"),
        project.shown("amplify/auth/resource.ts")
    );
    println!("  {}  {outputs}", dim.on("outputs"));
    println!();
    println!(
        "  {} at {public_url}/ after {} ms; Ctrl-C stops",
        green.on("ready"),
        took.as_millis()
    );
}

/// What is odd about a definition, and what it asks for in vain.
pub(super) fn warnings(definition: &Definition) {
    let colour = std::io::stderr().is_terminal();
    eprint!("{}", diagnostic::render(&definition.warnings, colour));
    for line in &definition.printed {
        eprintln!("{line}");
    }
    for feature in definition
        .unsupported
        .iter()
        .filter(|feature| is_missing(feature))
    {
        eprintln!("warning: not served yet: {feature}");
    }
}

/// The definition changed and the pool with it.
pub(super) fn reloaded(definition: &Definition) {
    warnings(definition);
    println!("  reloaded: the pool follows the definition");
}

/// The definition changed and is wrong.
pub(super) fn not_reloaded(failure: &Failure) {
    eprintln!("{failure}");
    eprintln!("The pool stays as it was.");
}

/// Whether a feature that a definition asks for is one that this server lacks.
fn is_missing(feature: &Unsupported) -> bool {
    match feature {
        Unsupported::Passkeys => false,
        Unsupported::PhoneLogin
        | Unsupported::SmsOtp
        | Unsupported::Mfa
        | Unsupported::VerificationLink
        | Unsupported::Invitation
        | Unsupported::Trigger(_)
        | Unsupported::CustomSender(_)
        | Unsupported::AwsSender(_)
        | Unsupported::ExternalProvider(_)
        | Unsupported::Access => true,
    }
}

fn ways(pool: &Pool) -> String {
    let served = [
        (FirstFactor::EmailOtp, "e-mail codes"),
        (FirstFactor::WebAuthn, "passkeys"),
    ];
    let ways = served
        .iter()
        .filter(|(factor, _)| pool.config.allows(*factor));
    let ways: Vec<_> = ways.map(|(_, way)| *way).collect();
    if ways.is_empty() {
        "nothing yet: passwords are not served, and `otpLogin` is not on".to_owned()
    } else {
        ways.join(" and ")
    }
}

/// A text style, used only where somebody sees it.
struct Style(&'static str);

impl Style {
    fn on<T: fmt::Display>(&self, text: T) -> String {
        if std::io::stdout().is_terminal() {
            format!("\u{1b}[{}m{text}\u{1b}[0m", self.0)
        } else {
            text.to_string()
        }
    }
}
