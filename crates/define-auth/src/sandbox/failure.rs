//! Why a definition came to no end, or to a bad one.

use rquickjs::CaughtError;

use super::{MEMORY, State, TIME};
use crate::diagnostic::{Diagnostic, Position};
use crate::position;

/// What kept a definition from its end.
#[derive(Debug)]
pub(super) enum Failure {
    /// It threw.
    Thrown(Box<Diagnostic>),
    /// It threw `null`, as the engine does when there is no memory left for an error.
    Null,
    /// A promise that it waits for is never kept.
    Pending,
}

/// In what state the engine was at the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    /// The time was over.
    pub(super) is_over: bool,
    /// Most of the memory was in use.
    pub(super) is_full: bool,
}

impl Failure {
    /// What `error` says, and where as far as it knows.
    pub(super) fn of<H>(state: &State<H>, error: &CaughtError<'_>) -> Self {
        let (name, message, stack) = match error {
            CaughtError::Exception(thrown) => {
                let name: Option<String> = thrown.as_object().get("name").ok();
                let message = thrown.message().unwrap_or_default();
                (name, message, thrown.stack().unwrap_or_default())
            }
            CaughtError::Value(value) if value.is_null() => return Self::Null,
            CaughtError::Value(value) => {
                let text = value.as_string().and_then(|text| text.to_string().ok());
                let text = text.unwrap_or_else(|| format!("a value of type {}", value.type_name()));
                (None, format!("uncaught: {text}"), String::new())
            }
            CaughtError::Error(error) => (None, error.to_string(), String::new()),
        };
        let place = position::frame(&state.sources, &stack);
        let place = place.or_else(|| state.missing_export(&message));
        let error = if message == "out of memory" {
            too_big()
        } else {
            Diagnostic {
                name: name.filter(|name| !name.is_empty()),
                ..Diagnostic::error(message)
            }
        };
        Self::Thrown(Box::new(error.at(place)))
    }

    /// The error as a person is told. One that does not know its place gets that of the statement which
    /// was running.
    pub(super) fn diagnostic<H>(self, state: &State<H>, ending: Ending) -> Diagnostic {
        let running = || {
            state
                .progress
                .place(|file| state.sources.get(file).cloned())
        };
        let error = match self {
            Self::Thrown(error) if ending.is_over => too_slow(error.position.map(|place| *place)),
            _ if ending.is_over => too_slow(None),
            Self::Thrown(error) => *error,
            _ if ending.is_full => too_big(),
            Self::Null => Diagnostic::error(format!(
                "`null` was thrown, or the {} MiB of memory are used up",
                MEMORY >> 20
            )),
            Self::Pending => Diagnostic::error("an `await` at the top level never ends").help(
                "look for a promise that nothing resolves: there are no timers and no network here",
            ),
        };
        let position = error.position.or_else(|| running().map(Box::new));
        Diagnostic { position, ..error }
    }
}

/// The time is over.
pub(super) fn too_slow(place: Option<Position>) -> Diagnostic {
    let text = format!("the definition ran for more than {} s", TIME.as_secs());
    Diagnostic::error(text)
        .at(place)
        .help("look for a loop that does not end")
}

/// Too many of them did not stop.
pub(super) fn too_many() -> Diagnostic {
    let text = "the definition is not run: earlier ones that did not stop are still running";
    Diagnostic::error(text).help("stop Poolhouse and start it again")
}

fn too_big() -> Diagnostic {
    let text = format!(
        "the definition needs more than {} MiB of memory",
        MEMORY >> 20
    );
    Diagnostic::error(text).help("look for a list or a text that grows without end")
}
