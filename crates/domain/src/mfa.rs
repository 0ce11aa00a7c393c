//! Second factors: which ones somebody set up, and which one they prefer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::passkey::FactorConfiguration;
use crate::pool::{Mfa, MfaMethod, PoolConfig};

/// What a user decided about second factors (`UserMFASettingList`, `PreferredMfaSetting`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MfaSettings {
    enabled: BTreeSet<MfaMethod>,
    preferred: Option<MfaMethod>,
    passkeys: bool,
}

/// What a user wants of one method: what is not said stays as it is.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Which.
    pub method: MfaMethod,
    /// Whether it is to be asked for.
    pub enabled: Option<bool>,
    /// Whether it is to be asked for without a choice.
    pub preferred: Option<bool>,
}

/// Where a wish is made.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The pool's rules.
    pub pool: &'a PoolConfig,
    /// What the user could be asked for now: an app that is registered, an address or number that is
    /// theirs.
    pub has: &'a [MfaMethod],
}

/// Why wishes are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The pool does not offer the method, or the user has nothing that it could reach.
    NotSetUp(MfaMethod),
    /// The pool asks everybody for a second factor, so none can be given up.
    Required(MfaMethod),
    /// What is preferred must be enabled.
    PreferredIsDisabled(MfaMethod),
    /// Two are to be preferred.
    TwoPreferred,
    /// The pool's passkeys are one factor only.
    PasskeysAreOneFactor,
    /// A passkey must not be the only thing that a user could lose.
    PasskeysAlone,
}

impl MfaSettings {
    /// The methods that the user is asked for, in Cognito's order.
    pub fn enabled(&self) -> impl Iterator<Item = MfaMethod> {
        self.enabled.iter().copied()
    }

    /// Whether the user is asked for this one.
    pub fn is_enabled(&self, method: MfaMethod) -> bool {
        self.enabled.contains(&method)
    }

    /// Whether the user is asked for any.
    pub fn is_any_enabled(&self) -> bool {
        !self.enabled.is_empty()
    }

    /// The one that is asked for without a choice.
    pub const fn preferred(&self) -> Option<MfaMethod> {
        self.preferred
    }

    /// Whether the user wants a passkey to stand for two factors.
    pub const fn passkeys(&self) -> bool {
        self.passkeys
    }

    /// The same settings, and what the user wants of passkeys.
    #[must_use]
    pub const fn with_passkeys(mut self, passkeys: bool) -> Self {
        self.passkeys = passkeys;
        self
    }

    /// From now on the user is asked for `method`; the first one is also the preferred one.
    pub fn set_up(&mut self, method: MfaMethod) {
        self.enabled.insert(method);
        self.preferred = self.preferred.or(Some(method));
    }

    /// The user is no longer asked for `method`: what it needs is gone.
    pub fn remove(&mut self, method: MfaMethod) {
        self.enabled.remove(&method);
        self.preferred = self.preferred.filter(|preferred| *preferred != method);
    }

    /// The settings after `wishes`, and after what is said about passkeys; all of them or none.
    pub fn after(
        &self,
        wishes: &[Wish],
        passkeys: Option<bool>,
        situation: Situation<'_>,
    ) -> Result<Self, Refusal> {
        let mut new = self.clone();
        for wish in wishes {
            new.grant(*wish, situation)?;
        }
        let mut preferred = wishes.iter().filter(|wish| wish.preferred == Some(true));
        if let Some(wish) = preferred.next() {
            if preferred.next().is_some() {
                return Err(Refusal::TwoPreferred);
            }
            new.preferred = Some(wish.method);
        }
        if passkeys == Some(true) {
            new.check_passkeys(situation)?;
        }
        let passkeys = passkeys.unwrap_or(new.passkeys);
        Ok(new.with_passkeys(passkeys))
    }

    fn grant(&mut self, wish: Wish, situation: Situation<'_>) -> Result<(), Refusal> {
        let method = wish.method;
        match wish.enabled {
            Some(true) if !situation.can_enable(method) => return Err(Refusal::NotSetUp(method)),
            Some(true) => _ = self.enabled.insert(method),
            Some(false) if situation.is_required(method) => return Err(Refusal::Required(method)),
            Some(false) => self.remove(method),
            None => {}
        }
        match wish.preferred {
            Some(true) if !self.is_enabled(method) => Err(Refusal::PreferredIsDisabled(method)),
            Some(false) => {
                self.preferred = self.preferred.filter(|preferred| *preferred != method);
                Ok(())
            }
            Some(true) | None => Ok(()),
        }
    }

    fn check_passkeys(&self, situation: Situation<'_>) -> Result<(), Refusal> {
        let two = FactorConfiguration::MultiFactorWithUserVerification;
        if situation.pool.passkeys.factor != two {
            return Err(Refusal::PasskeysAreOneFactor);
        }
        let beside = match situation.pool.mfa {
            Mfa::Off => false,
            Mfa::Optional => self.is_any_enabled(),
            Mfa::On => situation
                .has
                .iter()
                .any(|method| situation.can_enable(*method)),
        };
        beside.then_some(()).ok_or(Refusal::PasskeysAlone)
    }
}

impl Situation<'_> {
    fn can_enable(self, method: MfaMethod) -> bool {
        self.pool.offers_mfa(method) && self.has.contains(&method)
    }

    /// Where everybody is asked, nobody chooses not to be asked for what they have.
    fn is_required(self, method: MfaMethod) -> bool {
        self.pool.mfa == Mfa::On && self.can_enable(method)
    }
}

#[cfg(test)]
mod tests;
