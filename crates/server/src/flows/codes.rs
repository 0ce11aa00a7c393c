//! One-time codes: sent at most once in a cooldown, counted before anybody hears the verdict, used once.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use poolhouse_domain::code::{self, CodePurpose, MAX_ATTEMPTS};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::message::{Message, Template};
use poolhouse_domain::{Secret, Sub, random};
use poolhouse_store::{Code, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::{audit, budgets};

/// A code to be sent.
pub(crate) struct Issue<'a> {
    pub(crate) sub: &'a Sub,
    pub(crate) purpose: CodePurpose,
    /// Where it goes, and what it proves. A code is worth nothing for another contact.
    pub(crate) to: &'a Contact,
    /// The words around it.
    pub(crate) template: Template<'a>,
    /// Whether there is somebody who gets it: a decoy is sent nothing.
    pub(crate) is_real: bool,
    pub(crate) digits: usize,
    pub(crate) validity: Duration,
}

/// An answer to a code.
pub(crate) struct Attempt<'a> {
    pub(crate) sub: &'a Sub,
    /// Whether there is one: to strangers everything seems the same.
    pub(crate) is_user: bool,
    pub(crate) purpose: CodePurpose,
    /// The code that a Session waits for; otherwise the newest.
    pub(crate) id: Option<[u8; 16]>,
    /// Where the code must have gone.
    pub(crate) to: &'a Contact,
    pub(crate) typed: &'a Secret<String>,
}

/// What an answer was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the code, the code is good, and it is used up now.
    Right,
    /// It is not, or no such code is awaited.
    Wrong,
    /// Too late.
    Expired,
    /// Enough answers were looked at.
    Exhausted,
}

impl Verdict {
    /// What is said of a code that proves an address.
    pub(crate) fn verification(self) -> Result<(), ApiError> {
        match self {
            Self::Right => Ok(()),
            Self::Wrong => Err(ApiError::CodeMismatchVerification),
            Self::Expired => Err(ApiError::CodeExpired),
            Self::Exhausted => Err(ApiError::AttemptLimitExceeded),
        }
    }

    /// What is said of a code that signs in.
    pub(crate) fn sign_in(self) -> Result<(), ApiError> {
        match self {
            Self::Wrong => Err(ApiError::CodeMismatchSignIn),
            other => other.verification(),
        }
    }
}

/// Sends a code, unless one is still on its way (D10) or a budget is spent. Gives the id of the code that
/// now counts. While one is on its way to another address, none is sent: `LimitExceeded`.
///
/// Whether a code goes out, and whether there is anybody to get it, changes neither the answer nor what
/// it costs: a message that is not to be sent is written all the same, and taken back.
pub(crate) fn issue(txn: &mut Txn<'_>, cx: &Cx, wanted: &Issue<'_>) -> Result<[u8; 16], ApiError> {
    let pool = &cx.pool.id;
    let destination = cx
        .app
        .secrets()
        .codes
        .of(&[pool.as_str().as_bytes(), wanted.to.as_str().as_bytes()]);
    let before = txn.code_get(pool, wanted.sub, wanted.purpose)?;
    if let Some(sent) = &before {
        let cooldown = cx.pool.config.codes.cooldown;
        if !sent.consumed && code::is_on_its_way(sent.issued_at, cx.now, cooldown) {
            // A new address does not get around the cooldown, nor get a fresh set of guesses.
            let same = sent.destination == destination;
            return if same {
                Ok(sent.id)
            } else {
                Err(ApiError::AttemptLimitExceeded)
            };
        }
    }
    let (mut made, message) = make(cx, wanted, destination);
    let of = budgets::Wanted {
        sub: wanted.sub,
        to: wanted.to,
        message: &message,
        is_real: wanted.is_real,
    };
    let withheld = budgets::spend(txn, cx, &of)?.is_some();
    if withheld {
        made = instead(before, &made);
    }
    txn.code_put(pool, wanted.sub, wanted.purpose, &made)?;
    let written = txn.outbox_insert(pool, wanted.sub, &message, cx.now, made.expires_at)?;
    let unsent = withheld || !wanted.is_real;
    txn.outbox_withdraw(unsent.then_some(&written))?;
    Ok(made.id)
}

/// A new code, and the message that carries it.
fn make(cx: &Cx, wanted: &Issue<'_>, destination: [u8; 32]) -> (Code, Message) {
    let digits = code::generate(cx.app.random(), wanted.digits);
    let id = random::bytes(cx.app.random());
    let made = Code {
        id,
        hash: hash(cx, wanted.sub, wanted.purpose, &id, wanted.to, &digits),
        destination,
        issued_at: cx.now,
        expires_at: cx.now + wanted.validity,
        attempts: 0,
        consumed: false,
        withheld: false,
    };
    let config = &cx.pool.config;
    let rendered = wanted.template.render(wanted.to.as_str(), &digits);
    let message = Message {
        from: config.email_sender.clone(),
        ..rendered.bound_to(config.sms_domain())
    };
    (made, message)
}

/// The code that counts when `made` is not sent: the one before, if it still can be typed in; else one
/// that nobody knows. Either is on its way from now on, as a new one would be.
fn instead(before: Option<Code>, made: &Code) -> Code {
    let is_good = |code: &Code| {
        code.destination == made.destination
            && !code.consumed
            && code.attempts < MAX_ATTEMPTS
            && code.expires_at > made.issued_at
    };
    match before.filter(is_good) {
        Some(before) => Code {
            issued_at: made.issued_at,
            ..before
        },
        None => Code {
            withheld: true,
            ..made.clone()
        },
    }
}

/// [`look`], and a right code is used up, with what was counted of its factor.
pub(crate) fn judge(
    txn: &mut Txn<'_>,
    cx: &Cx,
    attempt: &Attempt<'_>,
) -> Result<Verdict, ApiError> {
    look_at(txn, cx, attempt, true).map(|(verdict, _)| verdict)
}

/// Asks ahead for what [`look`] reads.
pub(crate) fn ask_ahead(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    purpose: CodePurpose,
) -> Result<(), ApiError> {
    txn.code_get(&cx.pool.id, sub, purpose)?;
    txn.factor_failures_get(&cx.pool.id, sub, purpose.counter())?;
    Ok(())
}

/// Judges an answer, counts it against the code, and across all codes if it is wrong: a right one
/// would only be taken back. The transaction must commit whatever the verdict is, and nobody may hear of
/// it before: then neither a crash nor a crowd of parallel requests buys another look (D2). Of a right
/// code, the id is what [`consume`] wants.
pub(crate) fn look(
    txn: &mut Txn<'_>,
    cx: &Cx,
    attempt: &Attempt<'_>,
) -> Result<(Verdict, [u8; 16]), ApiError> {
    look_at(txn, cx, attempt, false)
}

fn look_at(
    txn: &mut Txn<'_>,
    cx: &Cx,
    attempt: &Attempt<'_>,
    uses_up: bool,
) -> Result<(Verdict, [u8; 16]), ApiError> {
    let (pool, sub, purpose) = (&cx.pool.id, attempt.sub, attempt.purpose);
    let awaited = match txn.code_get(pool, sub, purpose)? {
        Some(code) => code,
        None => stand_in(txn, cx, sub, purpose)?,
    };
    let id = attempt.id.unwrap_or(awaited.id);
    let counter = purpose.counter();
    let failures = txn.factor_failures_get(pool, sub, counter)?;
    if failures.is_some_and(|failures| failures.is_disabled(cx.now)) {
        return Ok((Verdict::Exhausted, id));
    }
    let is_newest = awaited.id == id;
    if is_newest && !awaited.consumed && cx.now >= awaited.expires_at {
        return Ok((Verdict::Expired, id));
    }
    let expected = hash(cx, sub, purpose, &id, attempt.to, attempt.typed);
    let right = verify_slices_are_equal(&expected, &awaited.hash).is_ok() && !awaited.withheld;
    // Whether it was right counts for nothing if it may not be looked at.
    let consumes = right && uses_up;
    if !is_newest || !txn.code_attempt(pool, sub, purpose, &awaited, consumes, cx.now)? {
        let exhausted = is_newest && awaited.attempts >= MAX_ATTEMPTS;
        let verdict = if exhausted {
            Verdict::Exhausted
        } else {
            Verdict::Wrong
        };
        return Ok((verdict, id));
    }
    if right {
        if uses_up && failures.is_some() && counter.is_reset_by_success() {
            txn.factor_failures_reset(pool, sub, counter)?;
        }
        return Ok((Verdict::Right, id));
    }
    // Only what is looked at counts: who is refused unread has not guessed, nor has who guesses at a code
    // that was never sent. Otherwise strangers could switch off a factor as fast as they can ask.
    if awaited.withheld {
        txn.factor_failure_forgive(pool, sub, counter, cx.now)?;
    } else {
        txn.factor_failure_count(pool, sub, counter, cx.now)?;
    }
    audit::failed(txn, cx, sub, attempt.is_user, purpose.as_str())?;
    Ok((Verdict::Wrong, id))
}

/// Uses up a code that another transaction has found right. True for one caller only.
pub(crate) fn consume(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    purpose: CodePurpose,
    id: &[u8; 16],
) -> Result<bool, ApiError> {
    let code = txn.code_get(&cx.pool.id, sub, purpose)?;
    let is_good = code.is_some_and(|code| code.id == *id && !code.consumed);
    if is_good {
        txn.code_consume(&cx.pool.id, sub, purpose, id)?;
        let counter = purpose.counter();
        if counter.is_reset_by_success() {
            txn.factor_failures_reset(&cx.pool.id, sub, counter)?;
        }
    }
    Ok(is_good)
}

/// A code that nobody knows, for somebody who was sent none: they must not be told from those who
/// were, also not by counting how often they may guess. It does not hold up a real code.
fn stand_in(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub, purpose: CodePurpose) -> Result<Code, ApiError> {
    let codes = &cx.pool.config.codes;
    let code = Code {
        id: random::bytes(cx.app.random()),
        hash: random::bytes(cx.app.random()),
        destination: random::bytes(cx.app.random()),
        issued_at: cx.now.before(codes.cooldown),
        expires_at: cx.now + codes.verification_validity,
        attempts: 0,
        consumed: false,
        withheld: false,
    };
    txn.code_put(&cx.pool.id, sub, purpose, &code)?;
    Ok(code)
}

/// A code is kept as this alone. What it was made for is part of it, so that the right digits for
/// anything else are wrong digits.
fn hash(
    cx: &Cx,
    sub: &Sub,
    purpose: CodePurpose,
    id: &[u8; 16],
    to: &Contact,
    digits: &Secret<String>,
) -> [u8; 32] {
    let fields = [
        cx.pool.id.as_str().as_bytes(),
        sub.as_str().as_bytes(),
        purpose.as_str().as_bytes(),
        id,
        to.as_str().as_bytes(),
        digits.expose().as_bytes(),
    ];
    cx.app.secrets().codes.of(&fields)
}
