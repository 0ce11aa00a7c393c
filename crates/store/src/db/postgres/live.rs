//! A connection: what it is told first, and the statements that it keeps prepared.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Statement};

use super::Target;
use super::failure::Failure;
use super::value::type_of;
use crate::StoreError;
use crate::db::Value;

/// What a connection is told first. A node that hangs must not hold up the others for ever, and what
/// is acknowledged is on disk, also where the server's default is not to wait for that.
const SETTINGS: &str = "
    SET default_transaction_isolation = 'serializable';
    SET statement_timeout = '10s';
    SET idle_in_transaction_session_timeout = '10s';
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'";

/// Statements that a connection keeps prepared: more than the store has.
const STATEMENTS: usize = 512;

/// Between two tries to connect: doubled each time, up to the second.
const PAUSE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// A connection. Dropped, it is closed.
pub(super) struct Live {
    pub(super) client: Client,
    pub(super) statements: Statements,
    /// What reads and writes the socket, whenever the thread waits for something.
    _driver: JoinSet<()>,
    /// Whether text is compared byte by byte without being told to.
    pub(super) bytewise: bool,
}

/// The statements that the connection has prepared, by their text.
#[derive(Default)]
pub(super) struct Statements(HashMap<Box<str>, Statement>);

impl Live {
    /// Tries until it succeeds, or cannot succeed. Why it did not is in `last`.
    pub(super) async fn connect_at_last(
        target: &Target,
        more: &str,
        last: &mut Option<String>,
    ) -> Result<Self, Failure> {
        let mut pause = PAUSE.0;
        loop {
            match Self::connect(target, more).await {
                Err(Failure::Lost(why) | Failure::Conflict(why)) => *last = Some(why),
                Err(Failure::Final(StoreError::Broken(why))) => {
                    let named = format!("{target}: {why}");
                    return Err(Failure::Final(StoreError::broken(named)));
                }
                outcome => return outcome,
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    /// Connects to `target`, and says `more` after [`SETTINGS`].
    async fn connect(target: &Target, more: &str) -> Result<Self, Failure> {
        let failed = |error| Failure::of_connect(&error);
        let mut driver = JoinSet::new();
        let client = target.connect(&mut driver).await.map_err(failed)?;
        for settings in [SETTINGS, more] {
            client.batch_execute(settings).await.map_err(failed)?;
        }
        let row = client
            .query_one("SELECT 'B' < 'a' AS bytewise", &[])
            .await
            .map_err(failed)?;
        Ok(Self {
            bytewise: row.try_get("bytewise").map_err(failed)?,
            client,
            statements: Statements::default(),
            _driver: driver,
        })
    }
}

impl Statements {
    /// The statement `sql`, prepared for values like `params` if it was not yet.
    pub(super) async fn get(
        &mut self,
        client: &Client,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Statement, Error> {
        if let Some(statement) = self.0.get(sql) {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = params.iter().map(type_of).collect();
        // What is `?1` in the store's statements is `$1` to the server.
        let text = with_places(sql, |number| format!("${number}"));
        let statement = client.prepare_typed(&text, &types).await?;
        if self.0.len() == STATEMENTS {
            self.0.clear();
        }
        self.0.insert(sql.into(), statement.clone());
        Ok(statement)
    }
}

/// A statement in whose text the parameters are written as `put` says.
pub(super) fn with_places(sql: &str, mut put: impl FnMut(usize) -> String) -> String {
    let mut pieces = sql.split('?');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = piece[..piece.len() - rest.len()].parse();
        text.push_str(&put(number.unwrap_or_default()));
        text.push_str(rest);
    }
    text
}
