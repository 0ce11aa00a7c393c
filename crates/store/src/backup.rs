//! A copy of everything that lasts, taken while everybody works, and putting it back.
//!
//! A backup is one snapshot, sealed with the master key in pieces that cannot be altered, left out,
//! or swapped. It knows no engine: what was taken from SQLite can be put into PostgreSQL.
//!
//! ```text
//! "poolhouse backup 1\n"  id: 16 bytes  { length: u32, big endian; piece: sealed }...
//! ```
//! A piece is sealed for its backup's id and its number. The first says which schema it is, the last how
//! many rows there were.

use std::io::{self, Read, Write};

use poolhouse_domain::Random;
use poolhouse_domain::random::bytes;
use poolhouse_domain::seal::Sealer;
use serde::{Deserialize, Serialize};

use crate::db::{Cell, Value};
use crate::tables::{Cells, TABLES, Table, select};
use crate::{StoreError, Txn};

const MAGIC: &[u8] = b"poolhouse backup 1\n";

/// Rows in a piece, and in a statement that puts them back: 100 rows of 20 columns are fewer
/// parameters than any engine's limit.
const PAGE: usize = 100;

/// No piece is longer, in bytes: one that says so was altered.
const LONGEST: u32 = 64 * 1024 * 1024;

/// What a piece holds.
#[derive(Serialize, Deserialize)]
enum Piece {
    Start {
        schema: usize,
    },
    Rows {
        table: String,
        columns: Vec<String>,
        rows: Vec<Vec<Cell>>,
    },
    End {
        rows: u64,
    },
}

/// Why a backup was not taken or not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be read or written.
    #[error("the backup cannot be read or written")]
    Io(#[from] io::Error),
    /// It is no backup, or it is not whole, or another master key sealed it.
    #[error("{0}")]
    Wrong(String),
}

impl BackupError {
    fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong(why.into())
    }
}

impl Txn<'_> {
    /// Writes everything that lasts to `to`, sealed by `sealer`. How many rows.
    pub fn backup_write(
        &mut self,
        to: &mut dyn Write,
        sealer: &Sealer,
        random: &dyn Random,
    ) -> Result<u64, BackupError> {
        let mut pieces = Writing::start(to, sealer, random)?;
        let schema = self.schema_version()?;
        pieces.put(&Piece::Start { schema })?;
        let mut count = 0;
        for table in TABLES.iter().filter(|table| table.lasts) {
            let mut after = None;
            loop {
                let rows = self.rows_page(table, after.as_deref(), PAGE)?;
                let Some(last) = rows.last() else { break };
                after = Some(select(last, table.key)?);
                count += u64::try_from(rows.len()).unwrap_or(u64::MAX);
                pieces.put(&page(table, rows))?;
            }
        }
        pieces.put(&Piece::End { rows: count })?;
        to.flush()?;
        Ok(count)
    }

    /// Puts back what [`Txn::backup_write`] wrote, into a store that has no pools yet. Sessions and codes
    /// from before are worth nothing afterwards. How many rows.
    pub fn backup_read(
        &mut self,
        from: &mut dyn Read,
        sealer: &Sealer,
    ) -> Result<u64, BackupError> {
        let pools = "SELECT COUNT(*) AS count FROM pools";
        let pools = self.query_one(pools, &[], |row| row.int("pools.count"))?;
        if pools > 0 {
            let why = format!("got a store with {pools} pools, expected an empty one");
            return Err(BackupError::wrong(why));
        }
        let mut pieces = Reading::start(from, sealer)?;
        let own = self.schema_version()?;
        match pieces.next()? {
            Piece::Start { schema } if schema == own => {}
            Piece::Start { schema } => {
                return Err(BackupError::wrong(format!(
                    "got a backup of schema {schema}, expected {own}: restore it with the poolhouse that \
                     made it, and upgrade then"
                )));
            }
            _ => {
                return Err(BackupError::wrong(
                    "the backup does not start with its schema",
                ));
            }
        }
        self.execute("DELETE FROM store_keys", &[])?;
        let mut count = 0;
        loop {
            match pieces.next()? {
                Piece::Rows {
                    table,
                    columns,
                    rows,
                } => {
                    count += self.rows_insert(&table, &columns, &rows)?;
                }
                Piece::End { rows } if rows == count => break,
                Piece::End { rows } => {
                    let why = format!("the backup has {count} rows, expected {rows}");
                    return Err(BackupError::wrong(why));
                }
                Piece::Start { .. } => return Err(BackupError::wrong("the backup starts twice")),
            }
        }
        self.session_key_replace()?;
        Ok(count)
    }

    fn rows_insert(
        &mut self,
        table: &str,
        columns: &[String],
        rows: &[Vec<Cell>],
    ) -> Result<u64, BackupError> {
        let is_safe = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let is_name = |name: &String| name.bytes().all(is_safe);
        if Table::find(table).is_none() || !columns.iter().all(is_name) {
            let why = format!("the backup has a table {table} that is not known here");
            return Err(BackupError::wrong(why));
        }
        let places = |row: usize| {
            let first = row * columns.len() + 1;
            let places = (first..first + columns.len()).map(|n| format!("?{n}"));
            format!("({})", places.collect::<Vec<_>>().join(", "))
        };
        let values: Vec<String> = (0..rows.len()).map(places).collect();
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES {}",
            columns.join(", "),
            values.join(", ")
        );
        let params: Vec<Value<'_>> = rows.iter().flatten().map(Value::from).collect();
        Ok(self.execute(&sql, &params)?)
    }
}

fn page(table: &Table, rows: Vec<Cells>) -> Piece {
    let columns = rows.first().into_iter().flatten();
    let columns = columns.map(|(name, _)| name.clone()).collect();
    let cells = |row: Cells| row.into_iter().map(|(_, cell)| cell).collect();
    Piece::Rows {
        table: table.name.to_owned(),
        columns,
        rows: rows.into_iter().map(cells).collect(),
    }
}

/// What a piece is sealed for.
fn place(id: [u8; 16], number: u64) -> Vec<u8> {
    [MAGIC, &id, &number.to_be_bytes()].concat()
}

/// A backup that is being written.
struct Writing<'a> {
    to: &'a mut dyn Write,
    sealer: &'a Sealer,
    random: &'a dyn Random,
    id: [u8; 16],
    number: u64,
}

impl<'a> Writing<'a> {
    fn start(
        to: &'a mut dyn Write,
        sealer: &'a Sealer,
        random: &'a dyn Random,
    ) -> Result<Self, BackupError> {
        let id = bytes(random);
        to.write_all(MAGIC)?;
        to.write_all(&id)?;
        Ok(Self {
            to,
            sealer,
            random,
            id,
            number: 0,
        })
    }

    fn put(&mut self, piece: &Piece) -> Result<(), BackupError> {
        let plain =
            postcard::to_allocvec(piece).map_err(|why| BackupError::wrong(why.to_string()))?;
        let place = place(self.id, self.number);
        let sealed = self.sealer.seal(self.random, &place, &plain);
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.to.write_all(&length.to_be_bytes())?;
        self.to.write_all(&sealed)?;
        self.number += 1;
        Ok(())
    }
}

/// A backup that is being read.
struct Reading<'a> {
    from: &'a mut dyn Read,
    sealer: &'a Sealer,
    id: [u8; 16],
    number: u64,
}

impl<'a> Reading<'a> {
    fn start(from: &'a mut dyn Read, sealer: &'a Sealer) -> Result<Self, BackupError> {
        let mut magic = [0; MAGIC.len()];
        let read = from.read_exact(&mut magic);
        if read.is_err() || magic != MAGIC {
            return Err(BackupError::wrong("this is no backup of a poolhouse"));
        }
        let mut id = [0; 16];
        from.read_exact(&mut id)?;
        Ok(Self {
            from,
            sealer,
            id,
            number: 0,
        })
    }

    fn next(&mut self) -> Result<Piece, BackupError> {
        let number = self.number;
        let mut length = [0; 4];
        let cut = |_| {
            BackupError::wrong(format!(
                "the backup ends after {number} pieces, before its end"
            ))
        };
        self.from.read_exact(&mut length).map_err(cut)?;
        let length = u32::from_be_bytes(length);
        if length > LONGEST {
            return Err(altered(number));
        }
        let mut sealed = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.from.read_exact(&mut sealed).map_err(cut)?;
        let plain = self.sealer.open(&place(self.id, number), &sealed);
        let plain = plain.ok_or_else(|| altered(number))?;
        self.number += 1;
        postcard::from_bytes(plain.expose()).map_err(|_| altered(number))
    }
}

fn altered(number: u64) -> BackupError {
    BackupError::wrong(format!(
        "piece {number} of the backup does not open: it was altered, or sealed with another master key"
    ))
}
