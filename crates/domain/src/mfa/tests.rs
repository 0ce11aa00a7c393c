//! Preferences, in every situation.

use super::*;
use MfaMethod::{EmailOtp, SmsMfa, SoftwareTokenMfa};

fn pool(mfa: Mfa, offered: &[MfaMethod]) -> PoolConfig {
    PoolConfig {
        mfa,
        mfa_methods: offered.to_vec(),
        ..PoolConfig::default()
    }
}

fn wish(method: MfaMethod, enabled: Option<bool>, preferred: Option<bool>) -> Wish {
    Wish {
        method,
        enabled,
        preferred,
    }
}

fn on(method: MfaMethod) -> Wish {
    wish(method, Some(true), None)
}

fn preferred(method: MfaMethod) -> Wish {
    wish(method, Some(true), Some(true))
}

fn off(method: MfaMethod) -> Wish {
    wish(method, Some(false), None)
}

fn settings(enabled: &[MfaMethod], preferred: Option<MfaMethod>) -> MfaSettings {
    MfaSettings {
        enabled: enabled.iter().copied().collect(),
        preferred,
        passkeys: false,
    }
}

/// Of somebody who has everything in a pool that offers everything.
fn after(mfa: Mfa, from: &MfaSettings, wishes: &[Wish]) -> Result<MfaSettings, Refusal> {
    let pool = pool(mfa, &MfaMethod::ALL);
    let situation = Situation {
        pool: &pool,
        has: &MfaMethod::ALL,
    };
    from.after(wishes, None, situation)
}

#[test]
fn what_is_set_up_can_be_enabled_and_nothing_else() {
    let none = MfaSettings::default();
    for mfa in [Mfa::Off, Mfa::Optional, Mfa::On] {
        for method in MfaMethod::ALL {
            for (offered, has) in [(false, false), (false, true), (true, false), (true, true)] {
                let only: &[MfaMethod] = &[method];
                let pool = pool(mfa, if offered { only } else { &[] });
                let situation = Situation {
                    pool: &pool,
                    has: if has { only } else { &[] },
                };
                let expected = if offered && has && mfa != Mfa::Off {
                    Ok(settings(only, None))
                } else {
                    Err(Refusal::NotSetUp(method))
                };
                let got = none.after(&[on(method)], None, situation);
                assert_eq!(got, expected, "{mfa:?} {method:?} {offered} {has}");
            }
        }
    }
}

#[test]
fn one_is_preferred_and_a_new_one_takes_its_place() {
    let optional = |from: &MfaSettings, wishes: &[Wish]| after(Mfa::Optional, from, wishes);
    let both = settings(&[SmsMfa, SoftwareTokenMfa], Some(SmsMfa));
    assert_eq!(
        optional(&both, &[preferred(SoftwareTokenMfa)])
            .unwrap()
            .preferred(),
        Some(SoftwareTokenMfa)
    );
    // What is not said stays.
    assert_eq!(
        optional(&both, &[on(SmsMfa), on(EmailOtp)])
            .unwrap()
            .preferred(),
        Some(SmsMfa)
    );
    assert_eq!(
        optional(&both, &[wish(SmsMfa, None, Some(false))]).unwrap(),
        settings(&[SmsMfa, SoftwareTokenMfa], None)
    );
    assert_eq!(
        optional(&both, &[wish(SoftwareTokenMfa, Some(true), Some(false))]).unwrap(),
        both
    );
    assert_eq!(optional(&both, &[]).unwrap(), both);
    assert_eq!(
        optional(&both, &[preferred(SmsMfa), preferred(EmailOtp)]),
        Err(Refusal::TwoPreferred)
    );
}

#[test]
fn what_is_disabled_is_not_preferred() {
    let both = settings(&[SmsMfa, SoftwareTokenMfa], Some(SmsMfa));
    let got = after(Mfa::Optional, &both, &[off(SmsMfa)]);
    assert_eq!(got, Ok(settings(&[SoftwareTokenMfa], None)));
    for contradiction in [
        wish(SmsMfa, Some(false), Some(true)),
        wish(EmailOtp, None, Some(true)),
    ] {
        assert_eq!(
            after(Mfa::Optional, &both, &[contradiction]),
            Err(Refusal::PreferredIsDisabled(contradiction.method))
        );
    }
}

#[test]
fn a_required_factor_is_preferred_or_not_but_never_disabled() {
    let app = settings(&[SoftwareTokenMfa], Some(SoftwareTokenMfa));
    for method in MfaMethod::ALL {
        assert_eq!(
            after(Mfa::On, &app, &[off(method)]),
            Err(Refusal::Required(method))
        );
        assert!(after(Mfa::On, &app, &[preferred(method)]).is_ok());
    }
    // Amplify says `DISABLED` of everything that it does not want; what is not there can be off.
    let pool = pool(Mfa::On, &[SoftwareTokenMfa]);
    let situation = Situation {
        pool: &pool,
        has: &MfaMethod::ALL,
    };
    assert_eq!(
        app.after(&[off(SmsMfa), on(SoftwareTokenMfa)], None, situation),
        Ok(app.clone())
    );
}

#[test]
fn refused_wishes_change_nothing() {
    let before = settings(&[SmsMfa], None);
    let pool = pool(Mfa::Optional, &[SmsMfa]);
    let situation = Situation {
        pool: &pool,
        has: &[SmsMfa],
    };
    let wishes = [preferred(SmsMfa), on(SoftwareTokenMfa)];
    assert_eq!(
        before.after(&wishes, None, situation),
        Err(Refusal::NotSetUp(SoftwareTokenMfa))
    );
    assert_eq!(before.preferred(), None);
}

#[test]
fn passkeys_are_two_factors_where_the_pool_says_so_and_something_is_beside_them() {
    use FactorConfiguration::{MultiFactorWithUserVerification as Two, SingleFactor as One};
    // Pool, passkeys, is a method enabled, does the user have it; may passkeys be turned on.
    let mut seen = 0;
    for mfa in [Mfa::Off, Mfa::Optional, Mfa::On] {
        for factor in [One, Two] {
            for (enabled, has) in [(false, false), (false, true), (true, true)] {
                let mut pool = pool(mfa, &[SoftwareTokenMfa]);
                pool.passkeys.factor = factor;
                let only: &[MfaMethod] = &[SoftwareTokenMfa];
                let situation = Situation {
                    pool: &pool,
                    has: if has { only } else { &[] },
                };
                let from = settings(if enabled { only } else { &[] }, None);
                let beside = match mfa {
                    Mfa::Off => false,
                    Mfa::Optional => enabled,
                    Mfa::On => has,
                };
                let expected = match (factor, beside) {
                    (One, _) => Err(Refusal::PasskeysAreOneFactor),
                    (Two, false) => Err(Refusal::PasskeysAlone),
                    (Two, true) => Ok(true),
                };
                let got = from.after(&[], Some(true), situation);
                assert_eq!(
                    got.map(|new| new.passkeys()),
                    expected,
                    "{mfa:?} {factor:?} {enabled} {has}"
                );
                let off = from.after(&[], Some(false), situation);
                assert_eq!(off.map(|new| new.passkeys()), Ok(false));
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 18);
}

#[test]
fn the_first_that_is_set_up_is_preferred() {
    let mut settings = MfaSettings::default();
    settings.set_up(SoftwareTokenMfa);
    settings.set_up(SmsMfa);
    assert_eq!(settings.preferred(), Some(SoftwareTokenMfa));
    assert!(settings.enabled().eq([SmsMfa, SoftwareTokenMfa]));
    settings.remove(SoftwareTokenMfa);
    assert_eq!(
        (settings.preferred(), settings.is_any_enabled()),
        (None, true)
    );
}

#[test]
fn settings_of_before_are_read() {
    let read = |json| serde_json::from_str::<MfaSettings>(json).unwrap();
    assert_eq!(read("{}"), MfaSettings::default());
    let both = settings(&[SmsMfa, EmailOtp], Some(EmailOtp));
    assert_eq!(read(&serde_json::to_string(&both).unwrap()), both);
}
