//! `poolhouse.toml`: what a pool can do and Amplify has no word for.
//!
//! It is laid over what the definition says. Everything in it that is not understood is refused: a
//! setting that is silently ignored is worse than none.

mod keys;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;
use std::ops::Range;

use oxc::span::Span;
use poolhouse_domain::pool::PoolConfig;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::keys::{Key, TABLES, Table};
use self::value::{Value, Wrong};
use crate::diagnostic::{Diagnostic, Position};
use crate::position;
use crate::project::{FileError, Files};
use crate::props::shape::nearest;

/// The file, from the project folder.
pub const FILE: &str = "poolhouse.toml";

/// What the file says, by `table.key`: the value, as TOML.
pub type Said = BTreeMap<String, String>;

/// The file's text, if there is one.
pub(crate) fn read(files: &dyn Files) -> Result<Option<String>, Diagnostic> {
    match files.read(FILE) {
        Ok(text) => Ok(Some(text)),
        Err(FileError::Missing) => Ok(None),
        Err(error) => Err(Diagnostic::error(format!("{FILE}: {error}"))),
    }
}

/// Lays the settings in `text` over `pool`, and says which they are and what is odd about them.
///
/// # Errors
/// Everything that is wrong with them, in the file's order.
pub(crate) fn lay(
    text: &str,
    pool: &mut PoolConfig,
) -> Result<(Said, Vec<Diagnostic>), Vec<Diagnostic>> {
    let root = DeTable::parse(text).map_err(|error| {
        let place = error.span().map(|span| place(text, &span));
        let message = format!("{FILE} is not TOML: {}", error.message());
        vec![Diagnostic::error(message).at(place)]
    })?;
    let mut laying = Laying {
        text,
        pool,
        said: Said::new(),
        wrong: Vec::new(),
        warnings: Vec::new(),
    };
    for (name, value) in root.get_ref() {
        laying.table(name.get_ref(), &name.span(), value);
    }
    let Laying {
        said,
        mut wrong,
        warnings,
        ..
    } = laying;
    if wrong.is_empty() {
        return Ok((said, warnings));
    }
    wrong.sort_by_key(|(at, _)| *at);
    Err(wrong.into_iter().map(|(_, error)| error).collect())
}

struct Laying<'t, 'p> {
    text: &'t str,
    pool: &'p mut PoolConfig,
    said: Said,
    /// With the offset, because a table's keys come sorted by name.
    wrong: Vec<(usize, Diagnostic)>,
    warnings: Vec<Diagnostic>,
}

impl<'t> Laying<'t, '_> {
    fn table(&mut self, name: &str, at: &Range<usize>, value: &'t Spanned<DeValue<'t>>) {
        let Some(table) = TABLES.iter().find(|table| table.name == name) else {
            return self.refuse(at, unknown_table(name));
        };
        let DeValue::Table(members) = value.get_ref() else {
            let written = Value::new(value, self.text).written();
            let message = format!("{name}: expected a table, got {written}");
            return self.refuse(at, Diagnostic::error(message).help(has(table)));
        };
        if table.name == keys::PASSKEYS && self.pool.relying_party.is_none() {
            let message = "[passkeys] has no effect: the definition has no passkeys";
            self.warnings.push(
                Diagnostic::warning(message)
                    .at(Some(place(self.text, at)))
                    .help("write `loginWith: { webAuthn: true }`, or remove the table"),
            );
        }
        for (key, value) in members {
            match table.keys.iter().find(|known| known.name == key.get_ref()) {
                Some(known) => self.set(table, known, value),
                None => self.refuse(&key.span(), unknown_key(table, key.get_ref())),
            }
        }
    }

    fn set(&mut self, table: &Table, key: &Key, value: &'t Spanned<DeValue<'t>>) {
        let name = format!("{}.{}", table.name, key.name);
        let value = Value::new(value, self.text);
        match (key.set)(self.pool, value) {
            Ok(()) => {
                self.said.insert(name, value.inline());
            }
            Err(Wrong { at, message, help }) => {
                let mut error = Diagnostic::error(format!("{name}: {message}"));
                error.help = help;
                self.refuse(&at, error);
            }
        }
    }

    fn refuse(&mut self, at: &Range<usize>, error: Diagnostic) {
        let error = error.at(Some(place(self.text, at)));
        self.wrong.push((at.start, error));
    }
}

fn unknown_table(name: &str) -> Diagnostic {
    let home = TABLES
        .iter()
        .find(|table| table.keys.iter().any(|key| key.name == name));
    if let Some(home) = home {
        return Diagnostic::error(format!("`{name}` stands outside of its table"))
            .help(format!("write it below `[{}]`", home.name));
    }
    let tables = || TABLES.iter().map(|table| table.name);
    let help = nearest(name, tables()).map_or_else(
        || {
            let all: Vec<String> = tables().map(|name| format!("`[{name}]`")).collect();
            format!("there are {}", all.join(", "))
        },
        |name| format!("did you mean `[{name}]`?"),
    );
    Diagnostic::error(format!("unknown table `{name}`")).help(help)
}

fn unknown_key(table: &Table, name: &str) -> Diagnostic {
    let home = TABLES
        .iter()
        .find(|table| table.keys.iter().any(|key| key.name == name));
    let near = || nearest(name, table.keys.iter().map(|key| key.name));
    let help = match (home, near()) {
        (Some(home), _) => format!("`{name}` belongs to `[{}]`", home.name),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => has(table),
    };
    Diagnostic::error(format!("unknown setting `{}.{name}`", table.name)).help(help)
}

fn has(table: &Table) -> String {
    let keys: Vec<String> = table
        .keys
        .iter()
        .map(|key| format!("`{}`", key.name))
        .collect();
    format!("`[{}]` has {}", table.name, keys.join(", "))
}

fn place(text: &str, span: &Range<usize>) -> Position {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    position::of(FILE, text, Span::new(offset(span.start), offset(span.end)))
}
