//! What comes after a first factor: a pure function of the pool's rules, of what the user set up, and
//! of what was proved (developer guide, "Details of MFA logic at user runtime").

use crate::gate::Proofs;
use crate::mfa::{MfaSettings, Situation};
use crate::pool::{Mfa, MfaMethod};

/// What is asked of somebody who has proved one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nothing: one factor is enough here, or two were shown.
    Nothing,
    /// This one.
    Ask(MfaMethod),
    /// One of these, whichever they like.
    Choose(Vec<MfaMethod>),
    /// They have none: one of these is to be set up.
    SetUp(Vec<MfaMethod>),
    /// They have none, and could set up none in a sign-in.
    Impossible,
}

impl SecondFactor {
    /// Whether `method` is what is asked for, or one of the choices.
    pub fn may_be(&self, method: MfaMethod) -> bool {
        match self {
            Self::Ask(asked) => *asked == method,
            Self::Choose(choices) => choices.contains(&method),
            Self::Nothing | Self::SetUp(_) | Self::Impossible => false,
        }
    }

    /// Whether `method` is to be set up.
    pub fn sets_up(&self, method: MfaMethod) -> bool {
        matches!(self, Self::SetUp(methods) if methods.contains(&method))
    }
}

/// What `settings` and the pool ask of somebody who has proved `proofs`. Nobody is asked for the same
/// thing twice: a code by mail after a code by mail would be one factor.
pub fn second_factor(
    situation: Situation<'_>,
    settings: &MfaSettings,
    proofs: &Proofs,
) -> SecondFactor {
    let wanted = match situation.pool.mfa {
        Mfa::Off => false,
        Mfa::Optional => settings.is_any_enabled(),
        Mfa::On => true,
    };
    if !wanted || proofs.are_two() {
        return SecondFactor::Nothing;
    }
    let new = |method: &MfaMethod| !proofs.has(method.amr());
    let candidates = candidates(situation, settings);
    let mut candidates: Vec<_> = candidates.into_iter().filter(new).collect();
    let preferred = settings.preferred();
    if let Some(preferred) = preferred.filter(|preferred| candidates.contains(preferred)) {
        return SecondFactor::Ask(preferred);
    }
    match (candidates.pop(), candidates.is_empty()) {
        (Some(only), true) => SecondFactor::Ask(only),
        (Some(last), false) => {
            candidates.push(last);
            SecondFactor::Choose(candidates)
        }
        (None, _) if situation.pool.mfa == Mfa::On => set_up(situation, proofs),
        (None, _) => SecondFactor::Impossible,
    }
}

/// Whom codes can reach, and who has an app. What a user enabled stays, also where the pool no longer
/// offers it: to change a definition must not take a factor from anybody.
fn candidates(situation: Situation<'_>, settings: &MfaSettings) -> Vec<MfaMethod> {
    let has = |method: &MfaMethod| situation.has.contains(method);
    let asked = |method: &MfaMethod| match situation.pool.mfa {
        Mfa::On => situation.pool.offers_mfa(*method) || settings.is_enabled(*method),
        Mfa::Off | Mfa::Optional => settings.is_enabled(*method),
    };
    MfaMethod::ALL
        .into_iter()
        .filter(|method| has(method) && asked(method))
        .collect()
}

/// What can be set up in the middle of a sign-in: an app, or an address. A number cannot, and is named
/// all the same, as Cognito does; clients leave it aside.
fn set_up(situation: Situation<'_>, proofs: &Proofs) -> SecondFactor {
    let can = |method: &MfaMethod| {
        situation.pool.offers_mfa(*method)
            && !situation.has.contains(method)
            && !proofs.has(method.amr())
    };
    let methods: Vec<_> = MfaMethod::ALL.into_iter().filter(can).collect();
    if methods.iter().any(|method| *method != MfaMethod::SmsMfa) {
        SecondFactor::SetUp(methods)
    } else {
        SecondFactor::Impossible
    }
}

#[cfg(test)]
mod tests;
