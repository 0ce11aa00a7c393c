//! What can be done to a store, with few keys so that much of it meets.

use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::passkey::{Passkey, PasskeyRegistration};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, MfaMethod};
use poolhouse_domain::user::User;
use poolhouse_domain::{ClientId, PoolId, Sub, Timestamp};
use poolhouse_store::{Code, OutboxId, SoftwareToken, SoftwareTokenSetup, StoreError, Txn};
use proptest::prelude::*;

use super::device::{DeviceStep, device_step};
use super::family::{FamilyStep, family_step};
use super::message::{MessageStep, message_step};
use super::password::{PasswordStep, password_step};
use crate::contract::{codes, passkey_registrations, passkeys, sample, software_tokens};

/// Steps that are kept together, or undone together.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) steps: Vec<Step>,
    pub(super) keep: bool,
}

impl Transaction {
    /// Somebody is there: most of what can be done is about people.
    pub(super) fn first() -> Self {
        let ann = Who { pool: 0, user: 0 };
        Self {
            steps: vec![Step::PoolInsert(ann), Step::UserInsert(ann, 0)],
            keep: true,
        }
    }
}

pub(super) fn transactions() -> impl Strategy<Value = Transaction> {
    let steps = proptest::collection::vec(any_step(), 1..8);
    (steps, prop::bool::weighted(0.85)).prop_map(|(steps, keep)| Transaction { steps, keep })
}

/// A user of a pool, who may not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who {
    pool: u8,
    user: u8,
}

impl Who {
    pub(super) fn pool(self) -> PoolId {
        PoolId::new(format!("us-east-1_{}", self.pool))
    }

    pub(super) fn sub(self) -> Sub {
        Sub::new(format!("user-{}", self.user))
    }

    fn name(self) -> String {
        format!("pool {}", self.pool)
    }

    pub(super) fn in_pool_of(self, other: Self) -> bool {
        self.pool == other.pool
    }

    pub(super) fn account(self, version: u8) -> User {
        let mut user = sample::user(self.sub().as_str());
        user.enabled = version.is_multiple_of(2);
        if user.enabled {
            user.mfa.set_up(MfaMethod::SoftwareTokenMfa);
        }
        user.attributes
            .insert("name".to_owned(), format!("ß{version}"));
        user
    }
}

/// Which of the two, for a [`ContactAttribute`].
pub(super) const CONTACTS: [ContactAttribute; 2] =
    [ContactAttribute::Email, ContactAttribute::PhoneNumber];

/// So many quarters of a day after the epoch: a rest of a day is seen from both sides.
pub(super) fn quarter(number: u8) -> Timestamp {
    sample::at(i64::from(number) * 6 * 60 * 60)
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    PoolInsert(Who),
    PoolFind(Who),
    UserInsert(Who, u8),
    UserUpdate(Who, u8),
    UserGet(Who),
    UserDelete(Who),
    LoginSet(Who, usize, u8),
    LoginDelete(Who, usize),
    UserFind(Who, usize, u8),
    PendingSet(Who, usize, u8),
    PendingGet(Who, usize),
    PendingDelete(Who, usize),
    CodePut(Who, u8, u8),
    CodeGet(Who),
    /// With whether the answer is right.
    CodeAttempt(Who, u8, bool, u8),
    CodeConsume(Who, u8),
    FailureCount(Who, u8),
    FailuresGet(Who),
    FailuresReset(Who),
    SessionSpend(u8, u8),
    SessionIsSpent(u8, u8),
    PasskeyInsert(Who, u8, u8),
    PasskeyUse(Who, u8, u32, u8),
    PasskeyRename(Who, u8),
    PasskeyList(Who, usize),
    PasskeyDelete(Who, u8),
    RegistrationPut(Who, u8, u8),
    RegistrationTake(Who),
    TokenPut(Who, u8, i64),
    TokenGet(Who),
    TokenUse(Who, i64),
    SetupPut(Who, u8, u8),
    SetupAttempt(Who, u8),
    SetupDelete(Who),
    Device(Who, DeviceStep),
    Password(Who, PasswordStep),
    Family(Who, FamilyStep),
    Message(MessageStep),
    Sweep(u8),
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || {
        (prop_oneof![4 => Just(0_u8), 1 => Just(1_u8)], 0..2_u8)
            .prop_map(|(pool, user)| Who { pool, user })
    };
    let (small, moment, contact) = (|| 0..2_u8, || 0..6_u8, || 0..2_usize);
    prop_oneof![
        2 => accounts(who, small, contact),
        3 => proofs(who, small, moment),
        2 => credentials(who, small, moment),
        2 => apps(who, small, moment),
        2 => (who(), device_step()).prop_map(|(who, step)| Step::Device(who, step)),
        1 => (who(), password_step()).prop_map(|(who, step)| Step::Password(who, step)),
        3 => (who(), family_step()).prop_map(|(who, step)| Step::Family(who, step)),
        2 => message_step(who).prop_map(Step::Message),
    ]
}

fn accounts<W, S, C>(
    who: impl Fn() -> W,
    small: impl Fn() -> S,
    contact: impl Fn() -> C,
) -> impl Strategy<Value = Step>
where
    W: Strategy<Value = Who> + 'static,
    S: Strategy<Value = u8> + 'static,
    C: Strategy<Value = usize> + 'static,
{
    prop_oneof![
        1 => who().prop_map(Step::PoolInsert),
        1 => who().prop_map(Step::PoolFind),
        4 => (who(), small()).prop_map(|(who, v)| Step::UserInsert(who, v)),
        2 => (who(), small()).prop_map(|(who, v)| Step::UserUpdate(who, v)),
        2 => who().prop_map(Step::UserGet),
        1 => who().prop_map(Step::UserDelete),
        4 => (who(), contact(), small()).prop_map(|(who, by, key)| Step::LoginSet(who, by, key)),
        1 => (who(), contact()).prop_map(|(who, by)| Step::LoginDelete(who, by)),
        2 => (who(), contact(), small()).prop_map(|(who, by, key)| Step::UserFind(who, by, key)),
        2 => (who(), contact(), small()).prop_map(|(who, by, v)| Step::PendingSet(who, by, v)),
        1 => (who(), contact()).prop_map(|(who, by)| Step::PendingGet(who, by)),
        1 => (who(), contact()).prop_map(|(who, by)| Step::PendingDelete(who, by)),
    ]
}

fn proofs<W, S, M>(
    who: impl Fn() -> W,
    small: impl Fn() -> S,
    moment: impl Fn() -> M,
) -> impl Strategy<Value = Step>
where
    W: Strategy<Value = Who> + 'static,
    S: Strategy<Value = u8> + 'static,
    M: Strategy<Value = u8> + 'static,
{
    prop_oneof![
        (who(), small(), moment()).prop_map(|(who, id, end)| Step::CodePut(who, id, end)),
        who().prop_map(Step::CodeGet),
        (who(), small(), moment())
            .prop_map(|(who, id, now)| Step::CodeAttempt(who, id, false, now)),
        (who(), small(), moment()).prop_map(|(who, id, now)| Step::CodeAttempt(who, id, true, now)),
        (who(), small()).prop_map(|(who, id)| Step::CodeConsume(who, id)),
        (who(), moment()).prop_map(|(who, now)| Step::FailureCount(who, now)),
        who().prop_map(Step::FailuresGet),
        who().prop_map(Step::FailuresReset),
        (small(), moment()).prop_map(|(id, end)| Step::SessionSpend(id, end)),
        (small(), moment()).prop_map(|(id, end)| Step::SessionIsSpent(id, end)),
        moment().prop_map(Step::Sweep),
    ]
}

fn credentials<W, S, M>(
    who: impl Fn() -> W,
    small: impl Fn() -> S,
    moment: impl Fn() -> M,
) -> impl Strategy<Value = Step>
where
    W: Strategy<Value = Who> + 'static,
    S: Strategy<Value = u8> + 'static,
    M: Strategy<Value = u8> + 'static,
{
    prop_oneof![
        (who(), small(), moment()).prop_map(|(who, id, now)| Step::PasskeyInsert(who, id, now)),
        (who(), small(), 0..12_u32, moment())
            .prop_map(|(who, id, count, now)| Step::PasskeyUse(who, id, count, now)),
        (who(), small()).prop_map(|(who, id)| Step::PasskeyRename(who, id)),
        (who(), 1..3_usize).prop_map(|(who, limit)| Step::PasskeyList(who, limit)),
        (who(), small()).prop_map(|(who, id)| Step::PasskeyDelete(who, id)),
        (who(), small(), moment()).prop_map(|(who, id, end)| Step::RegistrationPut(who, id, end)),
        who().prop_map(Step::RegistrationTake),
    ]
}

fn apps<W, S, M>(
    who: impl Fn() -> W,
    small: impl Fn() -> S,
    moment: impl Fn() -> M,
) -> impl Strategy<Value = Step>
where
    W: Strategy<Value = Who> + 'static,
    S: Strategy<Value = u8> + 'static,
    M: Strategy<Value = u8> + 'static,
{
    prop_oneof![
        1 => (who(), small(), 0..4_i64).prop_map(|(who, v, step)| Step::TokenPut(who, v, step)),
        1 => who().prop_map(Step::TokenGet),
        2 => (who(), 0..6_i64).prop_map(|(who, step)| Step::TokenUse(who, step)),
        1 => (who(), small(), moment()).prop_map(|(who, v, end)| Step::SetupPut(who, v, end)),
        3 => (who(), moment()).prop_map(|(who, now)| Step::SetupAttempt(who, now)),
        1 => who().prop_map(Step::SetupDelete),
    ]
}

pub(super) const PURPOSE: CodePurpose = CodePurpose::SignIn(ContactAttribute::Email);
pub(super) const FACTOR: FirstFactor = FirstFactor::EmailOtp;

pub(super) fn key_text(key: u8) -> String {
    format!("{key}@example.com")
}

pub(super) fn code_until(id: u8, end: u8) -> Code {
    let mut code = codes::code(id);
    code.expires_at = quarter(end);
    code
}

pub(super) fn passkey_made(who: Who, id: u8, now: u8) -> Passkey {
    let mut passkey = passkeys::passkey(who.sub().as_str(), id);
    passkey.created_at = quarter(now);
    passkey
}

pub(super) fn registration_until(who: Who, id: u8, end: u8) -> PasskeyRegistration {
    let mut begun = passkey_registrations::registration(who.sub().as_str(), "web", id);
    begun.expires_at = quarter(end);
    begun
}

pub(super) fn token_made(version: u8, step: i64) -> SoftwareToken {
    let mut token = software_tokens::token(u64::from(version));
    token.name = version.is_multiple_of(2).then(|| "ß".to_owned());
    token.accepted_step = step;
    token
}

pub(super) fn setup_until(version: u8, end: u8) -> SoftwareTokenSetup {
    SoftwareTokenSetup {
        seed: software_tokens::seed(u64::from(version)),
        attempts: 0,
        expires_at: quarter(end),
    }
}

/// An app with its seed, which does not print itself.
pub(super) fn token_words(token: &SoftwareToken) -> String {
    format!("{token:?} {:?}", token.seed.expose())
}

/// The same of one that is being registered.
pub(super) fn setup_words(setup: &SoftwareTokenSetup) -> String {
    format!("{setup:?} {:?}", setup.seed.expose())
}

impl Step {
    /// Does it, and says what came of it.
    pub(super) fn run(
        &self,
        txn: &mut Txn<'_>,
        messages: &mut Vec<OutboxId>,
    ) -> Result<String, StoreError> {
        match *self {
            Self::PoolInsert(who) => say(txn.pool_insert(&who.name(), &who.pool(), quarter(0))),
            Self::PoolFind(who) => say(txn.pool_find(&who.name())),
            Self::UserInsert(who, v) => say(txn.user_insert(&who.pool(), &who.account(v))),
            Self::UserUpdate(who, v) => say(txn.user_update(&who.pool(), &who.account(v))),
            Self::UserGet(who) => say(txn.user_get(&who.pool(), &who.sub())),
            Self::UserDelete(who) => say(txn.user_delete(&who.pool(), &who.sub())),
            Self::LoginSet(who, by, key) => {
                say(txn.login_set(&who.pool(), &who.sub(), CONTACTS[by], &key_text(key)))
            }
            Self::LoginDelete(who, by) => {
                say(txn.login_delete(&who.pool(), &who.sub(), CONTACTS[by]))
            }
            Self::UserFind(who, by, key) => {
                say(txn.user_find(&who.pool(), CONTACTS[by], &key_text(key)))
            }
            Self::PendingSet(who, by, value) => say(txn.pending_contact_set(
                &who.pool(),
                &who.sub(),
                CONTACTS[by],
                &key_text(value),
            )),
            Self::PendingGet(who, by) => {
                say(txn.pending_contact_get(&who.pool(), &who.sub(), CONTACTS[by]))
            }
            Self::PendingDelete(who, by) => {
                say(txn.pending_contact_delete(&who.pool(), &who.sub(), CONTACTS[by]))
            }
            _ => self.run_proof(txn, messages),
        }
    }

    fn run_proof(
        &self,
        txn: &mut Txn<'_>,
        messages: &mut Vec<OutboxId>,
    ) -> Result<String, StoreError> {
        match *self {
            Self::CodePut(who, id, end) => {
                say(txn.code_put(&who.pool(), &who.sub(), PURPOSE, &code_until(id, end)))
            }
            Self::CodeGet(who) => say(txn.code_get(&who.pool(), &who.sub(), PURPOSE)),
            Self::CodeAttempt(who, id, right, now) => {
                let (pool, sub) = (who.pool(), who.sub());
                say(match newest_code(txn, who, id)? {
                    Some(code) => {
                        txn.code_attempt(&pool, &sub, PURPOSE, &code, right, quarter(now))
                    }
                    None => Ok(false),
                })
            }
            Self::CodeConsume(who, id) => {
                let (pool, sub) = (who.pool(), who.sub());
                let code = newest_code(txn, who, id)?.filter(|code| !code.consumed);
                let consumed = code.map(|code| txn.code_consume(&pool, &sub, PURPOSE, &code.id));
                say(consumed.transpose().map(|done| done.is_some()))
            }
            Self::FailureCount(who, now) => {
                say(txn.factor_failure_count(&who.pool(), &who.sub(), FACTOR, quarter(now)))
            }
            Self::FailuresGet(who) => say(txn.factor_failures_get(&who.pool(), &who.sub(), FACTOR)),
            Self::FailuresReset(who) => {
                say(txn.factor_failures_reset(&who.pool(), &who.sub(), FACTOR))
            }
            Self::SessionSpend(id, end) => say(txn.session_spend(&[id; 16], quarter(end))),
            Self::SessionIsSpent(id, end) => say(txn.session_is_spent(&[id; 16], quarter(end))),
            Self::Sweep(now) => say(sample::sweep(txn, quarter(now), 3)),
            _ => self.run_credential(txn, messages),
        }
    }

    fn run_credential(
        &self,
        txn: &mut Txn<'_>,
        messages: &mut Vec<OutboxId>,
    ) -> Result<String, StoreError> {
        match *self {
            Self::PasskeyInsert(who, id, now) => {
                say(txn.passkey_insert(&who.pool(), &passkey_made(who, id, now)))
            }
            Self::PasskeyUse(who, id, count, now) => {
                let backup = count.is_multiple_of(2);
                say(match txn.passkey_get(&who.pool(), &[id; 16])? {
                    Some(passkey) => {
                        txn.passkey_use(&who.pool(), &passkey, count, backup, quarter(now))
                    }
                    None => Ok(false),
                })
            }
            Self::PasskeyRename(who, id) => {
                say(txn.passkey_rename(&who.pool(), &who.sub(), &[id; 16], "new"))
            }
            Self::PasskeyList(who, limit) => {
                say(txn.passkey_list(&who.pool(), &who.sub(), None, limit))
            }
            Self::PasskeyDelete(who, id) => {
                say(txn.passkey_delete(&who.pool(), &who.sub(), &[id; 16]))
            }
            Self::RegistrationPut(who, id, end) => {
                say(txn.passkey_registration_put(&who.pool(), &registration_until(who, id, end)))
            }
            Self::RegistrationTake(who) => {
                let client = ClientId::new("web");
                say(txn.passkey_registration_take(&who.pool(), &who.sub(), &client))
            }
            Self::Device(who, step) => step.run(txn, who),
            Self::Password(who, step) => step.run(txn, who),
            Self::Family(who, step) => step.run(txn, who),
            Self::Message(step) => step.run(txn, messages),
            _ => self.run_app(txn),
        }
    }

    fn run_app(&self, txn: &mut Txn<'_>) -> Result<String, StoreError> {
        match *self {
            Self::TokenPut(who, version, step) => {
                let token = token_made(version, step);
                say(txn.software_token_put(&who.pool(), &who.sub(), &token))
            }
            Self::TokenGet(who) => {
                let token = txn.software_token_get(&who.pool(), &who.sub())?;
                say(Ok(token.as_ref().map(token_words)))
            }
            Self::TokenUse(who, step) => say(txn.software_token_use(&who.pool(), &who.sub(), step)),
            Self::SetupPut(who, version, end) => {
                let SoftwareTokenSetup {
                    seed, expires_at, ..
                } = setup_until(version, end);
                say(txn.software_token_setup_put(&who.pool(), &who.sub(), &seed, expires_at))
            }
            Self::SetupAttempt(who, now) => {
                let setup =
                    txn.software_token_setup_attempt(&who.pool(), &who.sub(), quarter(now))?;
                say(Ok(setup.as_ref().map(setup_words)))
            }
            Self::SetupDelete(who) => say(txn.software_token_setup_delete(&who.pool(), &who.sub())),
            _ => unreachable!("{self:?} is above"),
        }
    }
}

/// An outcome in words that can be compared.
/// The code with that id, if it is their newest.
fn newest_code(txn: &mut Txn<'_>, who: Who, id: u8) -> Result<Option<Code>, StoreError> {
    let code = txn.code_get(&who.pool(), &who.sub(), PURPOSE)?;
    Ok(code.filter(|code| code.id == [id; 16]))
}

fn say(outcome: Result<impl std::fmt::Debug, StoreError>) -> Result<String, StoreError> {
    outcome.map(|outcome| format!("{outcome:?}"))
}
