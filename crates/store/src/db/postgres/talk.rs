//! What is said in a transaction: statements until they are sent, and answers until they are asked for.

use super::flight::{Answer, Words};
use super::value::cells;
use super::whom::Whom;
use crate::StoreError;
use crate::db::{Cell, Value};

/// The talk of one transaction.
#[derive(Default)]
pub(super) struct Talk {
    /// What is yet to be sent, and answers that are yet to be asked for.
    said: Vec<Said>,
    /// Whether what is asked is asked ahead.
    pub(super) is_ahead: bool,
    /// About whom, if the server is to find that out.
    pub(super) whom: Option<Whom>,
}

/// A statement, and what became of it.
struct Said {
    sql: String,
    params: Vec<Cell>,
    words: Words,
    /// Whether somebody asks for its answer.
    asked: bool,
    /// Whether it is about whom the server is to find.
    is_of_whom: bool,
    answer: Option<Answer>,
}

impl Talk {
    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// How a statement is put to the server that is asked ahead.
    pub(super) fn wording(&self, sql: &str, params: &[Value<'_>]) -> (String, Vec<Cell>) {
        match &self.whom {
            Some(whom) => whom.put_into(sql, params),
            None => (sql.to_owned(), cells(params)),
        }
    }

    /// Adds a statement. Its answer is kept for whoever asks for it, if it is `asked`.
    pub(super) fn say(&mut self, sql: &str, params: &[Value<'_>], words: Words, asked: bool) {
        self.said.push(Said {
            sql: sql.to_owned(),
            params: cells(params),
            words,
            asked,
            is_of_whom: self.is_ahead && self.whom.is_some(),
            answer: None,
        });
    }

    /// What is yet to be sent.
    pub(super) fn unsent(&self) -> impl Iterator<Item = &Words> {
        let unsent = self.said.iter().filter(|said| said.answer.is_none());
        unsent.map(|said| &said.words)
    }

    /// Takes the answers to what was [`Talk::unsent`], in its order.
    pub(super) fn hear(&mut self, mut answers: impl Iterator<Item = Answer>) {
        let unsent = self.said.iter_mut().filter(|said| said.answer.is_none());
        for said in unsent {
            said.answer = answers.next();
        }
        self.said.retain(|said| said.asked);
        self.name_whom();
    }

    /// Whether a statement was said whose answer is still to be asked for.
    pub(super) fn has(&self, sql: &str, params: &[Value<'_>]) -> bool {
        self.said.iter().any(|said| said.is(sql, params))
    }

    /// The answer to a statement, if it is here: once.
    ///
    /// # Errors
    /// Those of [`Talk::forget`], where it is a write.
    pub(super) fn take(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Option<Answer>, StoreError> {
        let is_it = |said: &Said| said.answer.is_some() && said.is(sql, params);
        let Some(place) = self.said.iter().position(is_it) else {
            return Ok(None);
        };
        let said = self.said.remove(place);
        if !is_read(sql) {
            self.forget(place)?;
        }
        Ok(said.answer)
    }

    /// Forgets what was asked ahead, of the first `count` statements: what is written now may change it.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if it was a write, and was carried out.
    pub(super) fn forget(&mut self, count: usize) -> Result<(), StoreError> {
        let (mut place, mut was_written) = (0, false);
        self.said.retain(|said| {
            let stays = !said.asked || place >= count;
            was_written |= !stays && said.answer.is_some() && !is_read(&said.sql);
            place += 1;
            stays
        });
        if was_written {
            let why = "what was asked ahead and written was not asked for";
            return Err(StoreError::broken(why));
        }
        Ok(())
    }

    /// When the server has found whom it is about, that is who was asked about.
    fn name_whom(&mut self) {
        let Some(whom) = &self.whom else { return };
        let asked = self.said.iter().find(|said| said.sql == whom.sql);
        let Some(sub) = asked.and_then(Said::sub) else {
            return;
        };
        for said in self.said.iter_mut().filter(|said| said.is_of_whom) {
            whom.replace(&mut said.params, &sub);
        }
        self.whom = None;
    }
}

impl Said {
    fn is(&self, sql: &str, params: &[Value<'_>]) -> bool {
        let own = self.params.iter().map(Value::from);
        self.asked && self.sql == sql && own.eq(params.iter().copied())
    }

    /// Whom the server has found, if that was the question.
    fn sub(&self) -> Option<String> {
        match &self.answer {
            Some(Answer::Rows(rows)) => rows.first()?.try_get("sub").ok(),
            _ => None,
        }
    }
}

/// Whether a statement leaves everything as it is.
pub(super) fn is_read(sql: &str) -> bool {
    sql.starts_with("SELECT")
}
