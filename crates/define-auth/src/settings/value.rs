//! A value in the file, read as what a setting takes.
//!
//! Every method that reads one returns it, or the [`Wrong`] that says what was expected and what came.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use poolhouse_domain::delivery::SecretPlace;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::props::shape::nearest;

/// The most characters of a value that are repeated.
const SHOWN: usize = 80;

/// A value that a setting does not take.
#[derive(Debug)]
pub struct Wrong {
    /// Where it is, in bytes.
    pub at: Range<usize>,
    /// What was expected and what came.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// A value and the text that it stands in.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    value: &'t Spanned<DeValue<'t>>,
    text: &'t str,
}

impl<'t> Value<'t> {
    pub(super) fn new(value: &'t Spanned<DeValue<'t>>, text: &'t str) -> Self {
        Self { value, text }
    }

    /// As it is written, in one line.
    pub fn written(self) -> String {
        let text = self.text.get(self.value.span()).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = words.join(" ");
        if line.chars().count() <= SHOWN {
            return line;
        }
        let start: String = line.chars().take(SHOWN).collect();
        format!("{start}…")
    }

    /// As TOML in one line, however it is written.
    pub fn inline(self) -> String {
        let inner = |value| Value::new(value, self.text).inline();
        match self.value.get_ref() {
            DeValue::Array(values) => {
                let values: Vec<String> = values.iter().map(inner).collect();
                format!("[{}]", values.join(", "))
            }
            DeValue::Table(members) => {
                let member = |(key, value): (&Spanned<_>, _)| {
                    let key: &Cow<'_, str> = key.get_ref();
                    format!("{key} = {}", inner(value))
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{ {} }}", members.join(", "))
            }
            _ => self.written(),
        }
    }

    /// The refusal of this value, where `expected` should stand.
    pub fn wrong(self, expected: &str) -> Wrong {
        Wrong {
            at: self.value.span(),
            message: format!("expected {expected}, got {}", self.written()),
            help: None,
        }
    }

    /// The refusal of a value that may hold a secret: it is not repeated.
    pub fn unfit(self, why: impl fmt::Display) -> Wrong {
        Wrong {
            at: self.value.span(),
            message: why.to_string(),
            help: None,
        }
    }

    /// A whole number of the range.
    pub fn whole(self, range: RangeInclusive<u16>) -> Result<u16, Wrong> {
        let (least, most) = (u32::from(*range.start()), u32::from(*range.end()));
        let number = self.count(least..=most)?;
        u16::try_from(number).map_err(|_| self.wrong("a smaller number"))
    }

    /// The same where there can be many.
    pub fn count(self, range: RangeInclusive<u32>) -> Result<u32, Wrong> {
        let number = match self.value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                let (least, most) = (range.start(), range.end());
                self.wrong(&format!("a whole number from {least} to {most}"))
            })
    }

    /// A whole number of minutes.
    pub fn minutes(self, range: RangeInclusive<u16>) -> Result<Duration, Wrong> {
        let minutes = self.whole(range)?;
        Ok(Duration::from_mins(minutes.into()))
    }

    /// `true` or `false`.
    pub fn switch(self) -> Result<bool, Wrong> {
        match self.value.get_ref() {
            DeValue::Boolean(on) => Ok(*on),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// A text for which `is_fit` holds; `expected` says what that means.
    pub fn text(self, expected: &str, is_fit: impl Fn(&str) -> bool) -> Result<&'t str, Wrong> {
        match self.value.get_ref() {
            DeValue::String(text) if is_fit(text) => Ok(text),
            _ => Err(self.wrong(expected)),
        }
    }

    /// The value that one of the words stands for.
    pub fn word<T: Copy>(self, words: &[(&str, T)]) -> Result<T, Wrong> {
        let got = match self.value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            _ => "",
        };
        let found = words.iter().find(|(word, _)| *word == got);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names = || words.iter().map(|(word, _)| *word);
            let quoted: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
            let near = nearest(got, names());
            Wrong {
                help: near.map(|near| format!("did you mean \"{near}\"?")),
                ..self.wrong(&format!("one of {}", quoted.join(", ")))
            }
        })
    }

    /// A list.
    pub fn items<T>(
        self,
        expected: &str,
        each: impl Fn(Value<'t>) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        let DeValue::Array(values) = self.value.get_ref() else {
            return Err(self.wrong(expected));
        };
        let values = values.iter().map(|value| Self::new(value, self.text));
        values.map(each).collect()
    }

    /// A list in which nothing stands twice.
    pub fn list<T: PartialEq>(
        self,
        each: impl Fn(Value<'t>) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        let items = self.items("a list", |value| Ok((value, each(value)?)))?;
        let mut list = Vec::new();
        for (value, item) in items {
            if list.contains(&item) {
                return Err(value.wrong("each entry once"));
            }
            list.push(item);
        }
        Ok(list)
    }

    /// A table whose members may have any names, in the order of those.
    pub fn entries<T>(
        self,
        expected: &str,
        each: impl Fn(&str, Value<'t>) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        let DeValue::Table(members) = self.value.get_ref() else {
            return Err(self.wrong(expected));
        };
        let entry = |(key, value): (&Spanned<Cow<'t, str>>, _)| {
            each(key.get_ref(), Self::new(value, self.text))
        };
        members.iter().map(entry).collect()
    }

    /// A table with exactly these members.
    pub fn members<const N: usize>(self, names: [&str; N]) -> Result<[Value<'t>; N], Wrong> {
        let expected = || format!("a table with `{}`", names.join("` and `"));
        let DeValue::Table(table) = self.value.get_ref() else {
            return Err(self.wrong(&expected()));
        };
        if let Some((key, _)) = table
            .iter()
            .find(|(key, _)| !names.contains(&key.get_ref().as_ref()))
        {
            let near = nearest(key.get_ref(), names.into_iter());
            return Err(Wrong {
                at: key.span(),
                message: format!("expected {}, got `{}`", expected(), key.get_ref()),
                help: near.map(|near| format!("did you mean `{near}`?")),
            });
        }
        let mut found = [self; N];
        for (place, name) in found.iter_mut().zip(names) {
            let value = table.get(name).ok_or_else(|| self.wrong(&expected()))?;
            *place = Self::new(value, self.text);
        }
        Ok(found)
    }

    /// A table whose members are asked for one by one.
    pub(super) fn table(self, expected: &str) -> Result<Members<'t>, Wrong> {
        match self.value.get_ref() {
            DeValue::Table(table) => Ok(Members {
                value: self,
                table,
                asked: RefCell::default(),
            }),
            _ => Err(self.wrong(expected)),
        }
    }
}

/// The members of a table. Whoever has asked for all that it may have calls [`Members::end`].
pub(super) struct Members<'t> {
    value: Value<'t>,
    table: &'t DeTable<'t>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'t> Members<'t> {
    /// The member of that name, if it is there.
    pub(super) fn get(&self, name: &'static str) -> Option<Value<'t>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&name) {
            asked.push(name);
        }
        let member = self.table.get(name)?;
        Some(Value::new(member, self.value.text))
    }

    /// The member of that name as `read` reads it, if it is there.
    pub(super) fn read<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(Value<'t>) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Wrong> {
        self.get(name).map(read).transpose()
    }

    /// The member of that name, which must be there.
    pub(super) fn need(&self, name: &'static str) -> Result<Value<'t>, Wrong> {
        self.get(name)
            .ok_or_else(|| self.wrong(format!("`{name}` is missing"), None))
    }

    /// Where a secret is kept: `<name>_file` or `<name>_env`, as one string each.
    pub(super) fn secret(
        &self,
        [plain, file, env]: [&'static str; 3],
    ) -> Result<Option<SecretPlace>, Wrong> {
        if let Some(inline) = self.table.get(plain) {
            return Err(Wrong {
                at: inline.span(),
                message: format!("`{plain}` would stand here in clear"),
                help: Some(format!(
                    "write `{file}`, the path of a file with it, or `{env}`, a variable of the environment"
                )),
            });
        }
        let text = |value: Value<'t>| value.text("a text", |text| !text.is_empty());
        match (self.get(file), self.get(env)) {
            (Some(path), None) => Ok(Some(SecretPlace::File(text(path)?.to_owned()))),
            (None, Some(name)) => Ok(Some(SecretPlace::Environment(text(name)?.to_owned()))),
            (Some(_), Some(env)) => Err(env.wrong(&format!("`{file}` or this, not both"))),
            (None, None) => Ok(None),
        }
    }

    /// The same where there must be one.
    pub(super) fn need_secret(&self, names: [&'static str; 3]) -> Result<SecretPlace, Wrong> {
        let [_, file, env] = names;
        self.secret(names)?
            .ok_or_else(|| self.wrong(format!("`{file}` or `{env}` is missing"), None))
    }

    /// The refusal of the table as a whole.
    pub(super) fn wrong(&self, message: impl Into<String>, help: Option<String>) -> Wrong {
        Wrong {
            at: self.value.value.span(),
            message: message.into(),
            help,
        }
    }

    /// Refuses what was not asked for.
    pub(super) fn end(&self) -> Result<(), Wrong> {
        let asked = self.asked.borrow();
        let mut members = self.table.iter();
        let unknown = members.find(|(key, _)| !asked.contains(&key.get_ref().as_ref()));
        let Some((key, _)) = unknown else {
            return Ok(());
        };
        let near = nearest(key.get_ref(), asked.iter().copied());
        let help = near.map_or_else(
            || format!("there are `{}`", asked.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        Err(Wrong {
            at: key.span(),
            message: format!("unknown member `{}`", key.get_ref()),
            help: Some(help),
        })
    }
}
