//! Adding a file's users to a pool: looked at line by line, then added some at a time.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::{Clock as _, PoolId, Timestamp};
use poolhouse_server::pool;
use poolhouse_store::{Account, Added, Store, StoreError};

use super::csv::{Columns, Row};
use super::record::{self, Head, KIND, Lost, Record};
use super::{Of, format};
use crate::cli::{ImportUsers, UsersFormat};
use crate::commands::dev::region;
use crate::failure::Failure;
use crate::files;
use crate::running::runtime;
use crate::system::{SystemClock, SystemRandom};
use crate::terminal;

/// Users that a transaction adds: so few that sign-ins get in between.
const BATCH: usize = 100;

/// The longest line, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// How many wrong lines are told of.
const TOLD: usize = 20;

pub(super) fn run(args: &ImportUsers) -> Result<(), Failure> {
    let of = Of::open(&args.of)?;
    let form = format(&args.of, &args.from);
    let now = SystemClock.now();
    let source = Source::open(&args.from, form, &of.pool)?;
    if args.rejects.is_none() {
        source.look(&of.pool, now)?;
    }
    let rejects = args.rejects.as_deref().map(Rejects::new).transpose()?;
    let source = Source::open(&args.from, form, &of.pool)?;
    runtime()?.block_on(async {
        let done = add(&of, source, rejects, now).await;
        of.store.close().await;
        done
    })
}

/// What became of the lines.
#[derive(Default)]
struct Count {
    new: u64,
    there: u64,
    rejected: u64,
    passwords: u64,
    apps: u64,
}

/// What a line says.
pub(super) struct Parsed {
    pub(super) account: Account,
    /// Whether the line says which `sub`.
    pub(super) named: bool,
}

async fn add(
    of: &Of,
    mut source: Source,
    mut rejects: Option<Rejects>,
    now: Timestamp,
) -> Result<(), Failure> {
    let pool = pool_id(of, source.head.from(), now).await?;
    let mut count = Count::default();
    if let Some(rejects) = &mut rejects {
        rejects.line(&source.first)?;
    }
    loop {
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some(line) = source.next()?
        {
            match source.head.parse(&line, &of.pool, now) {
                Ok(mut parsed) => {
                    let from = source.head.from();
                    let lost = record::settle(&mut parsed.account, from, &pool);
                    batch.push((line, parsed, lost));
                }
                Err(why) => count.reject(&mut rejects, &line, &why)?,
            }
        }
        if batch.is_empty() {
            break;
        }
        let batch = Arc::new(batch);
        for ((line, parsed, lost), added) in batch.iter().zip(add_batch(of, &pool, &batch).await?) {
            match added {
                Added::New => {
                    count.new += 1;
                    count.passwords += u64::from(lost.password);
                    count.apps += u64::from(lost.app);
                }
                Added::There => count.there += 1,
                // Whom only their address names is whoever has it.
                Added::Taken(_) if !parsed.named => count.there += 1,
                Added::Taken(what) => {
                    let why = format!("another user of the pool has this {what}");
                    count.reject(&mut rejects, line, &why)?;
                }
            }
        }
    }
    count.tell(rejects.as_ref());
    Ok(())
}

type Batch = Arc<Vec<(Line, Parsed, Lost)>>;

async fn add_batch(of: &Of, pool: &PoolId, batch: &Batch) -> Result<Vec<Added>, Failure> {
    let (pool, batch) = (pool.clone(), Arc::clone(batch));
    let added = of.store.write::<_, Failure, _>(move |txn| {
        let accounts = batch.iter().map(|(_, parsed, _)| &parsed.account);
        let added = accounts.map(|account| Ok(txn.account_add(&pool, account)?));
        added.collect()
    });
    added.await
}

impl Count {
    fn reject(
        &mut self,
        rejects: &mut Option<Rejects>,
        line: &Line,
        why: &str,
    ) -> Result<(), Failure> {
        let told = format!("line {}: {why}", line.number);
        let Some(rejects) = rejects else {
            return Err(Failure::new(format!(
                "{told}; {} users were imported before it. Mend it and import the file again, or name a file \
                 for such lines with --rejects",
                self.new
            )));
        };
        terminal::say(told);
        self.rejected += 1;
        rejects.line(&line.text)
    }

    fn tell(&self, rejects: Option<&Rejects>) {
        let lost = [
            (
                self.passwords,
                "users lost their password, which only the pool of the file could check: they reset it, or sign \
                 in otherwise",
            ),
            (
                self.apps,
                "users had an authenticator app that is not in the file: they are not asked for its codes",
            ),
        ];
        for (count, what) in lost.into_iter().filter(|(count, _)| *count > 0) {
            terminal::say(format!("{count} {what}"));
        }
        if let Some(rejects) = rejects {
            terminal::say(format!("{} lines are in {}", self.rejected, rejects.path));
        }
        terminal::print(&format!(
            "{} users were imported, {} were there already",
            self.new, self.there
        ));
    }
}

/// The id of the pool. One that was never served gets the id that it had where the file comes from: passwords
/// are bound to it.
async fn pool_id(of: &Of, from: Option<&PoolId>, now: Timestamp) -> Result<PoolId, Failure> {
    if let Some(from) = from {
        let (name, from) = (of.name.clone(), from.clone());
        let kept = of
            .store
            .write::<_, StoreError, _>(move |txn| match txn.pool_find(&name)? {
                Some(_) => Ok(()),
                None => txn.pool_insert(&name, &from, now),
            });
        match kept.await {
            // Another pool of this store has it: users are copied from pool to pool.
            Ok(()) | Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let region = of.region.clone().map_or_else(region, Ok)?;
    let (store, name): (&Store, _) = (&of.store, of.name.as_str());
    let ids = pool::identify(store, &SystemRandom, now, name, &region, &of.pool).await;
    Ok(ids?.0)
}

/// A file that is read from its second line on.
struct Source {
    path: String,
    lines: BufReader<File>,
    read: u64,
    head: Heading,
    first: Vec<u8>,
}

/// What the first line says of the others.
enum Heading {
    Jsonl(Head),
    Csv(Columns),
}

/// A line, as it is in the file.
struct Line {
    number: u64,
    text: Vec<u8>,
}

impl Source {
    fn open(path: &Path, form: UsersFormat, pool: &PoolConfig) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        let file = File::open(path).map_err(|error| Failure::io(path, &error))?;
        let mut source = Self {
            path: shown.clone(),
            lines: BufReader::new(file),
            read: 0,
            head: Heading::Csv(Columns::of(pool)),
            first: Vec::new(),
        };
        let first = source
            .next()?
            .ok_or_else(|| Failure::new(format!("{shown}: got an empty file, expected users")))?;
        let wrong = |why: String| Failure::new(format!("{shown}: line {}: {why}", first.number));
        let text = first.text().map_err(wrong)?;
        source.head = match form {
            UsersFormat::Csv => Heading::Csv(Columns::parse(text, pool).map_err(wrong)?),
            UsersFormat::Jsonl => Heading::Jsonl(head(text).map_err(wrong)?),
        };
        source.first = first.text;
        Ok(source)
    }

    /// The next line with anything on it.
    fn next(&mut self) -> Result<Option<Line>, Failure> {
        loop {
            let mut text = Vec::new();
            let read = (&mut self.lines).take(LONGEST).read_until(b'\n', &mut text);
            let read = read.map_err(|error| Failure::caused(&self.path, &error))?;
            if read == 0 {
                return Ok(None);
            }
            self.read += 1;
            let number = self.read;
            let is_whole = text.ends_with(b"\n");
            if !is_whole && u64::try_from(read) == Ok(LONGEST) {
                let path = &self.path;
                return Err(Failure::new(format!(
                    "{path}: line {number}: got more than {LONGEST} bytes, expected a user"
                )));
            }
            let end = text.trim_ascii_end().len();
            text.truncate(end);
            if !text.is_empty() {
                return Ok(Some(Line { number, text }));
            }
        }
    }

    /// Looks at every line, and refuses the file if one is wrong.
    fn look(mut self, pool: &PoolConfig, now: Timestamp) -> Result<(), Failure> {
        let (mut lines, mut wrong) = (0_u64, Vec::new());
        let mut more = 0_u64;
        while let Some(line) = self.next()? {
            lines += 1;
            match self.head.parse(&line, pool, now) {
                Ok(_) => {}
                Err(why) if wrong.len() < TOLD => {
                    wrong.push(format!("{}: line {}: {why}", self.path, line.number));
                }
                Err(_) => more += 1,
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let count = u64::try_from(wrong.len()).unwrap_or(u64::MAX) + more;
        Err(Failure::rendered(&format!(
            "{}\nerror: {count} of {lines} users are wrong, so nobody was imported: mend the lines, or name a file \
             for them with --rejects",
            wrong.join("\n")
        )))
    }
}

impl Line {
    fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(&self.text).map_err(|error| format!("expected UTF-8: {error}"))
    }
}

impl Heading {
    /// The pool that the users were in, if the file says it.
    fn from(&self) -> Option<&PoolId> {
        match self {
            Self::Jsonl(head) => head.pool.as_ref(),
            Self::Csv(_) => None,
        }
    }

    fn parse(&self, line: &Line, pool: &PoolConfig, now: Timestamp) -> Result<Parsed, String> {
        let text = line.text()?;
        match self {
            Self::Jsonl(_) => {
                // Its line is always the first: the number of ours is told by whoever has it.
                let told = |why: serde_json::Error| why.to_string().replace(" line 1 ", " ");
                let record: Record = serde_json::from_str(text).map_err(told)?;
                Ok(Parsed {
                    account: record.account(pool)?,
                    named: true,
                })
            }
            Self::Csv(columns) => Row::parse(text, columns)?.account(pool, &SystemRandom, now),
        }
    }
}

/// The first line of a file of JSON lines.
fn head(text: &str) -> Result<Head, String> {
    let expected = format!("expected {{\"poolhouse\":\"{KIND}\"}}");
    let head: Head = serde_json::from_str(text).map_err(|why| format!("{why}; {expected}"))?;
    if head.poolhouse != KIND {
        return Err(format!("got {:?}, {expected}", head.poolhouse));
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_id = |id: &str| {
        id.split_once('_').is_some_and(|(region, rest)| {
            !rest.is_empty() && (region.to_owned() + rest).bytes().all(is_word)
        })
    };
    match &head.pool {
        Some(pool) if !is_id(pool.as_str()) => Err(format!(
            "pool: got {:?}, expected a pool's id",
            pool.as_str()
        )),
        _ => Ok(head),
    }
}

/// Where wrong lines go.
struct Rejects {
    path: String,
    file: File,
}

impl Rejects {
    fn new(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            path: path.display().to_string(),
            file: files::create(path)?,
        })
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Failure> {
        let written = self
            .file
            .write_all(line)
            .and_then(|()| self.file.write_all(b"\n"));
        written.map_err(|error| Failure::caused(&self.path, &error))
    }
}
