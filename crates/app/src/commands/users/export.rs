//! Writing a pool's users, at one moment of the store.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use poolhouse_domain::PoolId;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_store::Txn;

use super::csv::Columns;
use super::record::{Head, KIND, Record};
use super::{Of, format};
use crate::cli::{ExportUsers, UsersFormat};
use crate::failure::Failure;
use crate::files::Beside;
use crate::running::runtime;
use crate::terminal;

/// Accounts that are in memory at a time.
const PAGE: usize = 500;

/// How many users were written, and what of theirs was not.
#[derive(Default)]
struct Count {
    users: u64,
    passwords: u64,
    apps: u64,
}

pub(super) fn run(args: &ExportUsers) -> Result<(), Failure> {
    let form = format(&args.of, &args.to);
    if form == UsersFormat::Csv && args.secrets {
        return Err(Failure::new(
            "--secrets: Cognito's CSV has no place for them, expected --format jsonl",
        ));
    }
    let Of {
        name, pool, store, ..
    } = Of::open(&args.of)?;
    let export = Export {
        to: To::new(&args.to),
        form,
        secrets: args.secrets,
        name,
        config: pool,
    };
    let to = export.to.clone();
    let count = runtime()?.block_on(async {
        let written = store.read(move |txn| export.write(txn)).await;
        store.close().await;
        written
    })?;
    to.finish()?;
    let left = [
        (count.passwords, "users' passwords"),
        (count.apps, "authenticator apps"),
    ];
    for (count, what) in left.into_iter().filter(|(count, _)| *count > 0) {
        terminal::say(format!("{count} {what} were left out"));
    }
    terminal::say(format!("{} users were written", count.users));
    Ok(())
}

struct Export {
    to: To,
    form: UsersFormat,
    secrets: bool,
    name: String,
    config: PoolConfig,
}

impl Export {
    fn write(&self, txn: &mut Txn<'_>) -> Result<Count, Failure> {
        let pool = txn
            .pool_find(&self.name)?
            .ok_or_else(|| Failure::new(format!("the pool {} was never served", self.name)))?;
        let mut to = self.to.begin()?;
        let columns = Columns::of(&self.config);
        self.to.line(&mut to, &self.head(&pool, &columns)?)?;
        let (mut count, mut after) = (Count::default(), None);
        loop {
            let page = txn.account_page(&pool, after.as_ref(), PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.user.sub.clone());
            for account in page {
                count.users += 1;
                count.passwords += u64::from(!self.secrets && !account.passwords.is_empty());
                count.apps += u64::from(!self.secrets && account.software_token.is_some());
                let line = match self.form {
                    UsersFormat::Csv => columns.line_of(&account),
                    UsersFormat::Jsonl => json(&Record::of(account, self.secrets))?,
                };
                self.to.line(&mut to, &line)?;
            }
        }
        self.to.told(to.flush())?;
        Ok(count)
    }

    fn head(&self, pool: &PoolId, columns: &Columns) -> Result<String, Failure> {
        match self.form {
            UsersFormat::Csv => Ok(columns.line()),
            UsersFormat::Jsonl => json(&Head {
                poolhouse: KIND.to_owned(),
                pool: Some(pool.clone()),
                secrets: self.secrets,
            }),
        }
    }
}

fn json(line: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(line).map_err(|error| Failure::caused("a user", &error))
}

/// Where the lines go.
#[derive(Clone)]
enum To {
    File(Beside),
    /// Whether lines are on their way: they cannot be taken back.
    Stdout(std::sync::Arc<AtomicBool>),
}

impl To {
    fn new(path: &Path) -> Self {
        if path == Path::new("-") {
            Self::Stdout(std::sync::Arc::default())
        } else {
            Self::File(Beside::new(path))
        }
    }

    /// Begins at the first line. A read is done again when its connection is lost.
    fn begin(&self) -> Result<BufWriter<Box<dyn Write>>, Failure> {
        Ok(BufWriter::new(match self {
            Self::File(beside) => Box::new(beside.open()?),
            Self::Stdout(begun) if begun.swap(true, Ordering::Relaxed) => {
                return Err(Failure::new(
                    "the store was out of reach for a moment, and what was written is not whole: begin anew",
                ));
            }
            Self::Stdout(_) => Box::new(std::io::stdout()),
        }))
    }

    fn line(&self, to: &mut impl Write, line: &str) -> Result<(), Failure> {
        self.told(writeln!(to, "{line}"))
    }

    fn told(&self, done: std::io::Result<()>) -> Result<(), Failure> {
        let path = match self {
            Self::File(beside) => beside.path().to_owned(),
            Self::Stdout(_) => PathBuf::from("stdout"),
        };
        done.map_err(|error| Failure::io(&path, &error))
    }

    fn finish(&self) -> Result<(), Failure> {
        match self {
            Self::File(beside) => beside.put_in_place(),
            Self::Stdout(_) => Ok(()),
        }
    }
}
