//! From the text of a settings file to the values that it sets, whatever they are set in.

use std::collections::BTreeMap;
use std::ops::Range;

use oxc::span::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Said;
use super::value::{Value, Wrong};
use crate::diagnostic::{Diagnostic, Position};
use crate::position;
use crate::props::shape::nearest;

/// A table of a settings file, with the settings that it may have.
pub struct Table<T: 'static> {
    /// What stands between the brackets.
    pub name: &'static str,
    /// Its settings.
    pub keys: &'static [Key<T>],
}

/// A setting.
pub struct Key<T> {
    /// What stands before the `=`.
    pub name: &'static str,
    /// Puts a value where it belongs, or says why not.
    pub set: fn(&mut T, Value<'_>) -> Result<(), Wrong>,
}

/// What was found in a settings file.
#[derive(Debug)]
pub struct Laid {
    /// The settings.
    pub said: Said,
    /// Every table, also those that are somebody else's, and where it is.
    pub tables: BTreeMap<String, Position>,
}

/// Puts what `text`, the content of `file`, says into `target`. Tables that are named in `others`
/// are left to those who know them.
///
/// # Errors
/// Everything that is wrong with it, in the file's order: each with its place, and a name that does
/// not exist with the nearest that does.
pub fn lay<T>(
    file: &str,
    text: &str,
    tables: &'static [Table<T>],
    others: &[&str],
    target: &mut T,
) -> Result<Laid, Vec<Diagnostic>> {
    let place = |span: &Range<usize>| place(file, text, span);
    let root = DeTable::parse(text).map_err(|error| {
        let message = format!("{file} is not TOML: {}", error.message());
        vec![Diagnostic::error(message).at(error.span().map(|span| place(&span)))]
    })?;
    let mut laying = Laying {
        file,
        text,
        known: tables,
        others,
        target,
        said: Said::new(),
        wrong: Vec::new(),
    };
    let mut found = BTreeMap::new();
    for (name, value) in root.get_ref() {
        found.insert(name.get_ref().to_string(), place(&name.span()));
        laying.table(name.get_ref(), &name.span(), value);
    }
    let Laying {
        said, mut wrong, ..
    } = laying;
    if wrong.is_empty() {
        return Ok(Laid {
            said,
            tables: found,
        });
    }
    wrong.sort_by_key(|(at, _)| *at);
    Err(wrong.into_iter().map(|(_, error)| error).collect())
}

struct Laying<'t, 'c, T: 'static> {
    file: &'c str,
    text: &'t str,
    known: &'static [Table<T>],
    others: &'c [&'c str],
    target: &'c mut T,
    said: Said,
    /// With the offset, because a table's keys come sorted by name.
    wrong: Vec<(usize, Diagnostic)>,
}

impl<'t, T> Laying<'t, '_, T> {
    fn table(&mut self, name: &str, at: &Range<usize>, value: &'t Spanned<DeValue<'t>>) {
        if self.others.contains(&name) {
            return;
        }
        let Some(table) = self.known.iter().find(|table| table.name == name) else {
            return self.refuse(at, self.unknown_table(name));
        };
        let DeValue::Table(members) = value.get_ref() else {
            let written = Value::new(value, self.text).written();
            let message = format!("{name}: expected a table, got {written}");
            return self.refuse(at, Diagnostic::error(message).help(has(table)));
        };
        for (key, value) in members {
            match table.keys.iter().find(|known| known.name == key.get_ref()) {
                Some(known) => self.set(table, known, value),
                None => self.refuse(&key.span(), self.unknown_key(table, key.get_ref())),
            }
        }
    }

    fn set(&mut self, table: &Table<T>, key: &Key<T>, value: &'t Spanned<DeValue<'t>>) {
        let name = format!("{}.{}", table.name, key.name);
        let value = Value::new(value, self.text);
        match (key.set)(self.target, value) {
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
        let error = error.at(Some(place(self.file, self.text, at)));
        self.wrong.push((at.start, error));
    }

    fn unknown_table(&self, name: &str) -> Diagnostic {
        if let Some(home) = self.home(name) {
            return Diagnostic::error(format!("`{name}` stands outside of its table"))
                .help(format!("write it below `[{}]`", home.name));
        }
        let own = || self.known.iter().map(|table| table.name);
        let help = nearest(name, own().chain(self.others.iter().copied())).map_or_else(
            || {
                let all: Vec<String> = own().map(|name| format!("`[{name}]`")).collect();
                format!("there are {}", all.join(", "))
            },
            |name| format!("did you mean `[{name}]`?"),
        );
        Diagnostic::error(format!("unknown table `{name}`")).help(help)
    }

    fn unknown_key(&self, table: &Table<T>, name: &str) -> Diagnostic {
        let near = || nearest(name, table.keys.iter().map(|key| key.name));
        let help = match (self.home(name), near()) {
            (Some(home), _) => format!("`{name}` belongs to `[{}]`", home.name),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => has(table),
        };
        Diagnostic::error(format!("unknown setting `{}.{name}`", table.name)).help(help)
    }

    /// The table that has a setting of that name.
    fn home(&self, name: &str) -> Option<&'static Table<T>> {
        let mut tables = self.known.iter();
        tables.find(|table| table.keys.iter().any(|key| key.name == name))
    }
}

fn has<T>(table: &Table<T>) -> String {
    let keys: Vec<String> = table
        .keys
        .iter()
        .map(|key| format!("`{}`", key.name))
        .collect();
    format!("`[{}]` has {}", table.name, keys.join(", "))
}

fn place(file: &str, text: &str, span: &Range<usize>) -> Position {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    position::of(file, text, Span::new(offset(span.start), offset(span.end)))
}
