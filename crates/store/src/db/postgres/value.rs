//! Values in PostgreSQL's types, and scripts in its words.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::Row;
use crate::db::{Cell, Value};

/// The type that a value is sent as. A null takes the type of its place.
pub(super) fn type_of(value: &Value<'_>) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// Whether a value can be sent as one of that type.
pub(super) fn fits(value: &Value<'_>, kind: &Type) -> bool {
    *value == Value::Null || type_of(value) == *kind
}

/// Values, to be kept until they are sent.
pub(super) fn cells(values: &[Value<'_>]) -> Vec<Cell> {
    values.iter().map(|value| Cell::from(*value)).collect()
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        expected: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        // Whether it is of that type was looked at before ([`fits`]).
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(expected, out),
            Self::Text(text) => text.to_sql(expected, out),
            Self::Blob(bytes) => bytes.to_sql(expected, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The value in the column of that name.
pub(in crate::db) fn value<'a>(row: &'a Row, column: &str) -> Result<Value<'a>, String> {
    let (place, kind) = row
        .columns()
        .iter()
        .enumerate()
        .find_map(|(place, found)| (found.name() == column).then(|| (place, found.type_())))
        .ok_or_else(|| format!("no column {column}"))?;
    let value = if [Type::INT8].contains(kind) {
        row.try_get::<_, Option<i64>>(place)
            .map(|number| number.map(Value::Int))
    } else if *kind == Type::INT4 {
        row.try_get::<_, Option<i32>>(place)
            .map(|number| number.map(|number| Value::Int(number.into())))
    } else if *kind == Type::BOOL {
        row.try_get::<_, Option<bool>>(place)
            .map(|truth| truth.map(Value::from))
    } else if *kind == Type::TEXT {
        row.try_get::<_, Option<&str>>(place)
            .map(|text| text.map(Value::Text))
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<&[u8]>>(place)
            .map(|bytes| bytes.map(Value::Blob))
    } else {
        return Err(format!("it is of type {kind}"));
    };
    value
        .map(|value| value.unwrap_or(Value::Null))
        .map_err(|why| why.to_string())
}

/// A migration in PostgreSQL's words. There every table is apart from its key. Text is compared byte by byte, as on SQLite: it holds keys, and
/// an order that a locale makes changes with the next version of the C library, under the indexes.
/// `bytewise` says that the whole database does so anyway.
pub(super) fn dialect(script: &str, bytewise: bool) -> String {
    let text = if bytewise {
        "TEXT"
    } else {
        "TEXT COLLATE \"C\""
    };
    script
        .replace(" WITHOUT ROWID", "")
        .split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (word, rest) = piece.split_at(word.len());
            match word {
                "BLOB" => format!("BYTEA{rest}"),
                "TEXT" => format!("{text}{rest}"),
                _ => piece.to_owned(),
            }
        })
        .collect()
}
