//! What `poolhouse dev` shows in the terminal while it serves.

use std::fmt;
use std::io::IsTerminal as _;
use std::time::Duration;

use poolhouse_define_auth::Definition;
use poolhouse_domain::pool::FirstFactor;
use poolhouse_server::pool::Pool;

use crate::failure::Failure;
use crate::project::Project;
use crate::terminal;

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
    let lines = [
        String::new(),
        format!(
            "  {} {}",
            bold.on("Poolhouse"),
            dim.on(env!("CARGO_PKG_VERSION"))
        ),
        String::new(),
        format!("  {}     {public_url}/", dim.on("home")),
        format!("  {}    {public_url}/inbox", dim.on("inbox")),
        format!(
            "  {}     {}, signs in with {}",
            dim.on("pool"),
            pool.id,
            ways(pool)
        ),
        format!(
            "  {}     {}",
            dim.on("from"),
            project.shown("amplify/auth/resource.ts")
        ),
        format!("  {}  {outputs}", dim.on("outputs")),
        String::new(),
        format!(
            "  {} at {public_url}/ after {} ms; Ctrl-C stops",
            green.on("ready"),
            took.as_millis()
        ),
    ];
    terminal::print(&lines.join("\n"));
}

/// The definition changed and the pool with it.
pub(super) fn reloaded(definition: &Definition) {
    terminal::remarks(definition);
    terminal::print("  reloaded: the pool follows the definition");
}

/// The definition changed and is wrong.
pub(super) fn not_reloaded(failure: &Failure) {
    terminal::say(failure);
    terminal::say("The pool stays as it was.");
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
    fn on(&self, text: impl fmt::Display) -> String {
        if std::io::stdout().is_terminal() {
            format!("\u{1b}[{}m{text}\u{1b}[0m", self.0)
        } else {
            text.to_string()
        }
    }
}
