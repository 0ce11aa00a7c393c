//! What a store must do, on maps in memory.

use std::collections::{BTreeMap, BTreeSet};

use poolhouse_domain::Timestamp;
use poolhouse_domain::code::MAX_ATTEMPTS;
use poolhouse_domain::passkey::{Passkey, PasskeyRegistration};
use poolhouse_domain::throttle::{FACTOR_REST, FactorFailures};
use poolhouse_domain::token::KEPT_AFTER_EXPIRY;
use poolhouse_domain::user::User;
use poolhouse_store::{Code, SoftwareToken, SoftwareTokenSetup};

use super::device::Devices;
use super::family::Families;
use super::message::Messages;
use super::password::Passwords;
use super::step::{
    Step, Transaction, Who, code_until, key_text, passkey_made, quarter, registration_until,
    setup_until, setup_words, token_made, token_words,
};

/// A store. A pool is known by any [`Who`] in it.
#[derive(Clone, Default)]
pub(super) struct Memory {
    pools: BTreeSet<String>,
    users: BTreeMap<Who, User>,
    logins: Vec<(Who, usize, u8)>,
    pending: BTreeMap<(Who, usize), u8>,
    codes: BTreeMap<Who, Code>,
    failures: BTreeMap<Who, FactorFailures>,
    sessions: BTreeSet<(Timestamp, u8)>,
    passkeys: BTreeMap<(String, u8), (Who, Passkey)>,
    registrations: BTreeMap<Who, PasskeyRegistration>,
    tokens: BTreeMap<Who, SoftwareToken>,
    setups: BTreeMap<Who, SoftwareTokenSetup>,
    devices: Devices,
    passwords: Passwords,
    families: Families,
    messages: Messages,
}

/// What a step says that must not succeed.
pub(super) const CONFLICT: &str = "conflict";

impl Memory {
    /// What each step says, up to the one that meets a conflict.
    pub(super) fn run(&mut self, transaction: &Transaction) -> Vec<String> {
        let mut after = self.clone();
        let mut said = Vec::new();
        for step in &transaction.steps {
            let outcome = after.step(step);
            let conflict = outcome == CONFLICT;
            said.push(outcome);
            if conflict {
                return said;
            }
        }
        if transaction.keep {
            *self = after;
        }
        said
    }

    fn step(&mut self, step: &Step) -> String {
        match *step {
            Step::PoolInsert(who) => {
                let new = self.pools.insert(who.pool().to_string());
                if new { say(()) } else { CONFLICT.to_owned() }
            }
            Step::PoolFind(who) => {
                let pool = who.pool();
                say(self.pools.contains(pool.as_str()).then_some(pool))
            }
            Step::UserInsert(who, version) => {
                let there = self.pools.contains(who.pool().as_str());
                if !there || self.users.contains_key(&who) {
                    return CONFLICT.to_owned();
                }
                self.users.insert(who, who.account(version));
                say(())
            }
            Step::UserUpdate(who, version) => {
                let user = self.users.get_mut(&who);
                say(user.map(|user| *user = who.account(version)).is_some())
            }
            Step::UserGet(who) => say(self.users.get(&who)),
            Step::UserDelete(who) => self.user_delete(who),
            Step::LoginSet(who, by, key) => self.login_set(who, by, key),
            Step::LoginDelete(who, by) => {
                let before = self.logins.len();
                self.logins.retain(|login| (login.0, login.1) != (who, by));
                say(self.logins.len() < before)
            }
            Step::UserFind(who, by, key) => {
                let owner = self.owner(who, by, key);
                say(owner.and_then(|owner| self.users.get(&owner)))
            }
            Step::PendingSet(who, by, value) => {
                if !self.users.contains_key(&who) {
                    return CONFLICT.to_owned();
                }
                self.pending.insert((who, by), value);
                say(())
            }
            Step::PendingGet(who, by) => {
                say(self.pending.get(&(who, by)).map(|value| key_text(*value)))
            }
            Step::PendingDelete(who, by) => say(self.pending.remove(&(who, by)).is_some()),
            _ => self.proof(step),
        }
    }

    fn owner(&self, who: Who, by: usize, key: u8) -> Option<Who> {
        let mut logins = self.logins.iter();
        logins
            .find(|login| login.0.in_pool_of(who) && (login.1, login.2) == (by, key))
            .map(|login| login.0)
    }

    fn user_delete(&mut self, who: Who) -> String {
        self.logins.retain(|login| login.0 != who);
        self.pending.retain(|(owner, _), _| *owner != who);
        self.codes.remove(&who);
        self.failures.remove(&who);
        self.passkeys.retain(|_, (owner, _)| *owner != who);
        self.registrations.remove(&who);
        self.tokens.remove(&who);
        self.setups.remove(&who);
        self.devices.forget(who);
        self.passwords.forget(who);
        self.families.forget(who);
        self.messages.forget(who);
        say(self.users.remove(&who).is_some())
    }

    fn login_set(&mut self, who: Who, by: usize, key: u8) -> String {
        if !self.users.contains_key(&who) {
            return CONFLICT.to_owned();
        }
        if self.owner(who, by, key).is_some_and(|owner| owner != who) {
            return CONFLICT.to_owned();
        }
        self.logins.retain(|login| (login.0, login.1) != (who, by));
        self.logins.push((who, by, key));
        say(())
    }

    fn proof(&mut self, step: &Step) -> String {
        match *step {
            Step::CodePut(who, id, end) => {
                self.codes.insert(who, code_until(id, end));
                say(())
            }
            Step::CodeGet(who) => say(self.codes.get(&who)),
            Step::CodeAttempt(who, id, right, now) => {
                let code = self.codes.get_mut(&who).filter(|code| {
                    code.id == [id; 16]
                        && code.attempts < MAX_ATTEMPTS
                        && !code.consumed
                        && code.expires_at > quarter(now)
                });
                let count = |code: &mut Code| {
                    code.attempts += 1;
                    code.consumed = right;
                };
                say(code.map(count).is_some())
            }
            Step::CodeConsume(who, id) => {
                let code = self.codes.get_mut(&who);
                let code = code.filter(|code| code.id == [id; 16] && !code.consumed);
                say(code.map(|code| code.consumed = true).is_some())
            }
            Step::FailureCount(who, now) => {
                let rested = quarter(now).before(FACTOR_REST);
                let before = self.failures.get(&who);
                let count = before.filter(|before| before.last_at > rested);
                let failures = FactorFailures {
                    count: count.map_or(0, |before| before.count) + 1,
                    last_at: quarter(now),
                };
                self.failures.insert(who, failures);
                say(())
            }
            Step::FailuresGet(who) => say(self.failures.get(&who)),
            Step::FailuresReset(who) => {
                self.failures.remove(&who);
                say(())
            }
            Step::SessionSpend(id, end) => say(self.sessions.insert((quarter(end), id))),
            Step::SessionIsSpent(id, end) => say(self.sessions.contains(&(quarter(end), id))),
            Step::Sweep(now) => self.sweep(quarter(now)),
            _ => self.credential(step),
        }
    }

    fn sweep(&mut self, now: Timestamp) -> String {
        let rows = |memory: &Self| {
            memory.codes.len()
                + memory.sessions.len()
                + memory.registrations.len()
                + memory.setups.len()
                + memory.failures.len()
        };
        let before = rows(self);
        self.codes.retain(|_, code| code.expires_at > now);
        self.sessions.retain(|(end, _)| *end > now);
        self.registrations.retain(|_, begun| begun.expires_at > now);
        self.setups.retain(|_, setup| setup.expires_at > now);
        let rested = now.before(FACTOR_REST);
        self.failures
            .retain(|_, failures| failures.last_at > rested);
        let families = self.families.sweep(now.before(KEPT_AFTER_EXPIRY));
        say(before - rows(self) + families)
    }

    fn credential(&mut self, step: &Step) -> String {
        match *step {
            Step::PasskeyInsert(who, id, now) => {
                if !self.users.contains_key(&who) {
                    return CONFLICT.to_owned();
                }
                let place = (who.pool().to_string(), id);
                if self.passkeys.contains_key(&place) {
                    return CONFLICT.to_owned();
                }
                self.passkeys
                    .insert(place, (who, passkey_made(who, id, now)));
                say(())
            }
            Step::PasskeyUse(who, id, count, now) => {
                let found = self.passkeys.get_mut(&(who.pool().to_string(), id));
                let usable = found.filter(|(_, passkey)| {
                    passkey.sign_count < count || (passkey.sign_count == 0 && count == 0)
                });
                let used = usable.map(|(_, passkey)| {
                    passkey.sign_count = count;
                    passkey.backup_state = count.is_multiple_of(2);
                    passkey.last_used_at = Some(quarter(now));
                });
                say(used.is_some())
            }
            Step::PasskeyRename(who, id) => {
                let found = self.passkeys.get_mut(&(who.pool().to_string(), id));
                let own = found.filter(|(owner, _)| *owner == who);
                say(own
                    .map(|(_, passkey)| "new".clone_into(&mut passkey.name))
                    .is_some())
            }
            Step::PasskeyList(who, limit) => {
                let own = self.passkeys.values().filter(|(owner, _)| *owner == who);
                let mut own: Vec<_> = own.map(|(_, passkey)| passkey).collect();
                own.sort_by_key(|passkey| (passkey.created_at, &passkey.credential_id));
                own.truncate(limit);
                say(own)
            }
            Step::PasskeyDelete(who, id) => {
                let before = self.passkeys.len();
                let place = (who.pool().to_string(), id);
                self.passkeys
                    .retain(|found, (owner, _)| *found != place || *owner != who);
                say(self.passkeys.len() < before)
            }
            Step::RegistrationPut(who, id, end) => {
                if !self.users.contains_key(&who) {
                    return CONFLICT.to_owned();
                }
                self.registrations
                    .insert(who, registration_until(who, id, end));
                say(())
            }
            Step::RegistrationTake(who) => say(self.registrations.remove(&who)),
            _ => self.app(step),
        }
    }

    fn app(&mut self, step: &Step) -> String {
        let there = |memory: &Self, who| memory.users.contains_key(&who);
        match *step {
            Step::Device(who, step) => self.devices.step(who, there(self, who), step),
            Step::Password(who, step) => self.passwords.step(who, there(self, who), step),
            Step::Family(who, step) => self.families.step(who, there(self, who), step),
            Step::Message(step) => self.messages.step(step),
            Step::TokenPut(who, ..) | Step::SetupPut(who, ..) if !there(self, who) => {
                CONFLICT.to_owned()
            }
            Step::TokenPut(who, version, step) => {
                self.tokens.insert(who, token_made(version, step));
                say(())
            }
            Step::TokenGet(who) => say(self.tokens.get(&who).map(token_words)),
            Step::TokenUse(who, step) => {
                let token = self.tokens.get_mut(&who);
                let usable = token.filter(|token| token.accepted_step < step);
                say(usable.map(|token| token.accepted_step = step).is_some())
            }
            Step::SetupPut(who, version, end) => {
                self.setups.insert(who, setup_until(version, end));
                say(())
            }
            Step::SetupAttempt(who, now) => {
                let setup = self.setups.get_mut(&who);
                let open = setup.filter(|setup| setup.expires_at > quarter(now));
                say(open.map(|setup| {
                    setup.attempts = (setup.attempts + 1).min(MAX_ATTEMPTS + 1);
                    setup_words(setup)
                }))
            }
            Step::SetupDelete(who) => say(self.setups.remove(&who).is_some()),
            _ => unreachable!("{step:?} is above"),
        }
    }
}

/// An outcome in words that can be compared.
pub(super) fn say(outcome: impl std::fmt::Debug) -> String {
    format!("{outcome:?}")
}
