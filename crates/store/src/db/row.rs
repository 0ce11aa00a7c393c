//! Reading a row, column by column, with errors that say which column is not what it must be.

use std::cell;

use poolhouse_domain::Timestamp;
use serde::de::DeserializeOwned;

use super::{Cell, Value, postgres, sqlite};
use crate::StoreError;

/// A row of a result. Columns are named `table.column`: the row is searched by the second part, the
/// first is there for whoever reads the error.
pub(crate) struct Row<'a> {
    columns: Columns<'a>,
    /// The place after the column that was read last.
    next: cell::Cell<usize>,
}

/// A row as the engine gives it.
pub(super) enum Columns<'a> {
    Sqlite(&'a sqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl<'a> Row<'a> {
    pub(super) const fn new(columns: Columns<'a>) -> Self {
        let next = cell::Cell::new(0);
        Self { columns, next }
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, StoreError> {
        self.str(column).map(str::to_owned)
    }

    /// Text that `parse` knows.
    pub(crate) fn word<T>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let word = self.str(column)?;
        parse(word)
            .ok_or_else(|| mismatch(column, &format!("\"{word}\""), "a word of this program"))
    }

    /// Text that is JSON of a `T`.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(self.str(column)?)
            .map_err(|why| StoreError::broken(format!("{column}: {why}")))
    }

    pub(crate) fn blob(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        self.slice(column).map(<[u8]>::to_vec)
    }

    /// A blob of exactly `N` bytes.
    pub(crate) fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N], StoreError> {
        let bytes = self.slice(column)?;
        let length = bytes.len();
        bytes.try_into().map_err(|_| {
            mismatch(
                column,
                &format!("{length} bytes long"),
                &format!("{N} bytes"),
            )
        })
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_micros)
    }

    pub(crate) fn bool(&self, column: &str) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(mismatch(column, &other.to_string(), "0 or 1")),
        }
    }

    pub(crate) fn u32(&self, column: &str) -> Result<u32, StoreError> {
        let number = self.int(column)?;
        u32::try_from(number)
            .map_err(|_| mismatch(column, &number.to_string(), "a number from 0 to 2^32"))
    }

    pub(crate) fn usize(&self, column: &str) -> Result<usize, StoreError> {
        let number = self.int(column)?;
        usize::try_from(number)
            .map_err(|_| mismatch(column, &number.to_string(), "a number from 0"))
    }

    /// What `read` reads, or nothing where the column is null.
    pub(crate) fn optional<T>(
        &self,
        column: &str,
        read: impl FnOnce(&Self, &str) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let here = self.next.get();
        if self.value(column)? == Value::Null {
            return Ok(None);
        }
        self.next.set(here);
        read(self, column).map(Some)
    }

    pub(crate) fn int(&self, column: &str) -> Result<i64, StoreError> {
        match self.value(column)? {
            Value::Int(number) => Ok(number),
            other => Err(mismatch(column, other.kind(), "an integer")),
        }
    }

    /// All of it, with the names of the columns.
    pub(crate) fn cells(&self) -> Result<Vec<(String, Cell)>, StoreError> {
        let names: Vec<&str> = match &self.columns {
            Columns::Sqlite(row) => row.as_ref().column_names(),
            Columns::Postgres(row) => row
                .columns()
                .iter()
                .map(tokio_postgres::Column::name)
                .collect(),
        };
        let cell = |name: &str| Ok((name.to_owned(), self.value(name)?.into()));
        names.into_iter().map(cell).collect()
    }

    fn str(&self, column: &str) -> Result<&str, StoreError> {
        match self.value(column)? {
            Value::Text(text) => Ok(text),
            other => Err(mismatch(column, other.kind(), "text")),
        }
    }

    fn slice(&self, column: &str) -> Result<&[u8], StoreError> {
        match self.value(column)? {
            Value::Blob(bytes) => Ok(bytes),
            other => Err(mismatch(column, other.kind(), "a blob")),
        }
    }

    fn value(&self, column: &str) -> Result<Value<'_>, StoreError> {
        let value = match &self.columns {
            Columns::Sqlite(row) => {
                sqlite::value(row, column, &self.next).map_err(|why| why.to_string())
            }
            Columns::Postgres(row) => postgres::value(row, name(column)),
        };
        value.map_err(|why| StoreError::broken(format!("{column} cannot be read: {why}")))
    }
}

/// The name of `table.column`.
pub(super) fn name(column: &str) -> &str {
    column.rsplit('.').next().unwrap_or(column)
}

fn mismatch(column: &str, got: &str, expected: &str) -> StoreError {
    StoreError::broken(format!("{column} is {got}, expected {expected}"))
}
