//! What `poolhouse dev` shows in the terminal while it serves.

use std::fmt;
use std::time::Duration;

use poolhouse_define_auth::Definition;
use poolhouse_domain::pool::{FirstFactor, PoolConfig};
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
            ways(&pool.config)
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

fn ways(pool: &PoolConfig) -> String {
    let words = [
        (FirstFactor::Password, "passwords"),
        (FirstFactor::EmailOtp, "e-mail codes"),
        (FirstFactor::SmsOtp, "text codes"),
        (FirstFactor::WebAuthn, "passkeys"),
    ];
    let ways = words.iter().filter(|(factor, _)| pool.allows(*factor));
    let ways: Vec<_> = ways.map(|(_, way)| *way).collect();
    match ways.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        // There is always one.
        only => only.concat(),
    }
}

/// A text style, used only where somebody sees it.
struct Style(&'static str);

impl Style {
    fn on(&self, text: impl fmt::Display) -> String {
        if terminal::colours(&std::io::stdout()) {
            format!("\u{1b}[{}m{text}\u{1b}[0m", self.0)
        } else {
            text.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_sign_in_are_said_in_a_row() {
        let says = |factors: &[FirstFactor]| {
            ways(&PoolConfig {
                first_factors: factors.to_vec(),
                ..PoolConfig::default()
            })
        };
        let [password, email, text, passkey] = [
            FirstFactor::Password,
            FirstFactor::EmailOtp,
            FirstFactor::SmsOtp,
            FirstFactor::WebAuthn,
        ];
        assert_eq!(says(&[text]), "text codes");
        assert_eq!(says(&[email, passkey]), "e-mail codes and passkeys");
        assert_eq!(
            says(&[email, text, passkey]),
            "e-mail codes, text codes and passkeys"
        );
        assert_eq!(says(&[password, email]), "passwords and e-mail codes");
        assert_eq!(says(&[]), "passwords");
    }
}
