//! What stands between somebody's proofs and tokens, as pure values.
//!
//! The server's gate asks [`demand`] after each proof and does what it says. What was proved so far
//! rides in the sealed Session as [`Proofs`]; nothing of it is stored before the sign-in is complete.

use serde::{Deserialize, Serialize};

use crate::device::{Device, DeviceKey};
use crate::mfa::Situation;
use crate::second_factor::{SecondFactor, second_factor};
use crate::token::Amr;
use crate::user::{User, UserStatus};

/// What somebody has proved in one sign-in. There is always one proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// By themselves, in the order in which they did.
    own: Vec<Amr>,
    /// And by the device that they are on.
    device: Option<DeviceKey>,
}

impl Proofs {
    /// The first proof of a sign-in.
    pub fn of(first: Amr) -> Self {
        Self {
            own: vec![first],
            device: None,
        }
    }

    /// One more. The same one again proves nothing more.
    #[must_use]
    pub fn and(mut self, amr: Amr) -> Self {
        if !self.has(amr) {
            self.own.push(amr);
        }
        self
    }

    /// The same, and the device has proved itself.
    #[must_use]
    pub fn and_device(mut self, key: DeviceKey) -> Self {
        self.device = Some(key);
        self
    }

    /// Whether this was proved.
    pub fn has(&self, amr: Amr) -> bool {
        self.own.contains(&amr)
    }

    /// Whether this device has proved itself.
    pub fn has_device(&self, key: &DeviceKey) -> bool {
        self.device.as_ref() == Some(key)
    }

    /// Whether it is two factors: two proofs, or one that says so of itself, as a passkey can. A device
    /// is none: where it stands in for the second, that is the pool's word.
    pub fn are_two(&self) -> bool {
        self.own.len() > 1
    }

    /// What tokens say of it: two are `mfa` besides (developer guide, "The amr claim").
    pub fn amr(&self) -> Vec<Amr> {
        let own = self.own.iter().filter(|amr| **amr != Amr::Mfa);
        let mfa = self.are_two().then_some(&Amr::Mfa);
        own.chain(mfa).copied().collect()
    }
}

/// What is next for somebody who proved something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Refused: the account is switched off.
    Disabled,
    /// Refused: the password has to be reset first. Who signs in by a code has none by then.
    PasswordReset,
    /// Refused: the account was not confirmed.
    Confirmation,
    /// Refused: an administrator gave a password, and that is the only way in.
    GivenPassword,
    /// The password that an administrator gave must be replaced.
    NewPassword,
    /// A second factor.
    SecondFactor(SecondFactor),
    /// That the device proves itself.
    Device,
    /// Nothing: tokens.
    Nothing,
}

/// What is asked of `user` after `proofs`, in Cognito's order; each thing is asked for once. `device` is
/// the one of theirs that they say they are on.
pub fn demand(
    user: &User,
    proofs: &Proofs,
    situation: Situation<'_>,
    device: Option<&Device>,
) -> Demand {
    if !user.enabled {
        return Demand::Disabled;
    }
    match user.status {
        UserStatus::ResetRequired => Demand::PasswordReset,
        UserStatus::Unconfirmed => Demand::Confirmation,
        UserStatus::ForceChangePassword if proofs.has(Amr::Pwd) => Demand::NewPassword,
        UserStatus::ForceChangePassword => Demand::GivenPassword,
        UserStatus::Confirmed => {
            let remembered = device.filter(|device| device.remembered);
            let stands_in = situation.pool.devices.is_some_and(|of| of.stands_for_mfa);
            let asked = match remembered {
                Some(_) if stands_in => SecondFactor::Nothing,
                _ => second_factor(situation, &user.mfa, proofs),
            };
            match (asked, remembered) {
                // What stands in has to be proved as well, and comes last, as Cognito has it.
                (SecondFactor::Nothing, Some(device)) if !proofs.has_device(&device.key) => {
                    Demand::Device
                }
                (SecondFactor::Nothing, _) => Demand::Nothing,
                (asked, _) => Demand::SecondFactor(asked),
            }
        }
    }
}

#[cfg(test)]
mod tests;
