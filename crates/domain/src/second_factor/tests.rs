//! Every pool, every user, every proof: what is asked, and that nobody gets by.

use super::*;
use crate::passkey::FactorConfiguration;
use crate::pool::PoolConfig;
use crate::token::Amr;
use MfaMethod::{EmailOtp, SmsMfa, SoftwareTokenMfa};
use SecondFactor::{Ask, Choose, Impossible, Nothing, SetUp};

const FIRST: [Amr; 5] = [Amr::Pwd, Amr::EmailOtp, Amr::Sms, Amr::Swk, Amr::Hwk];

fn subsets() -> impl Iterator<Item = Vec<MfaMethod>> + Clone {
    (0..8).map(|bits: u8| {
        let of = |(place, method): (usize, MfaMethod)| (bits >> place & 1 == 1).then_some(method);
        MfaMethod::ALL
            .into_iter()
            .enumerate()
            .filter_map(of)
            .collect()
    })
}

fn pool(mfa: Mfa, offered: &[MfaMethod]) -> PoolConfig {
    PoolConfig {
        mfa,
        mfa_methods: offered.to_vec(),
        ..PoolConfig::default()
    }
}

/// Settings by way of the rules for changing them.
fn settings(enabled: &[MfaMethod], preferred: Option<MfaMethod>) -> MfaSettings {
    let pool = pool(Mfa::Optional, &MfaMethod::ALL);
    let situation = Situation {
        pool: &pool,
        has: &MfaMethod::ALL,
    };
    let wish = |method: &MfaMethod| crate::mfa::Wish {
        method: *method,
        enabled: Some(true),
        preferred: Some(preferred == Some(*method)),
    };
    let wishes: Vec<_> = enabled.iter().map(wish).collect();
    MfaSettings::default()
        .after(&wishes, None, situation)
        .unwrap()
}

fn asked(
    pool: &PoolConfig,
    has: &[MfaMethod],
    settings: &MfaSettings,
    proofs: &Proofs,
) -> SecondFactor {
    second_factor(Situation { pool, has }, settings, proofs)
}

/// Every situation, with one proof.
fn every(mut visit: impl FnMut(&PoolConfig, &[MfaMethod], &MfaSettings, Amr)) -> usize {
    let mut seen = 0;
    for mfa in [Mfa::Off, Mfa::Optional, Mfa::On] {
        for offered in subsets() {
            let pool = pool(mfa, &offered);
            for has in subsets() {
                for enabled in subsets() {
                    let none = std::iter::once(None);
                    for preferred in none.chain(enabled.iter().copied().map(Some)) {
                        let settings = settings(&enabled, preferred);
                        for first in FIRST {
                            visit(&pool, &has, &settings, first);
                            seen += 1;
                        }
                    }
                }
            }
        }
    }
    seen
}

#[test]
fn nobody_gets_by_with_one() {
    let seen = every(|pool, has, settings, first| {
        let asked = asked(pool, has, settings, &Proofs::of(first));
        let one_is_enough = match pool.mfa {
            Mfa::Off => true,
            Mfa::Optional => !settings.is_any_enabled(),
            Mfa::On => false,
        };
        assert_eq!(
            asked == Nothing,
            one_is_enough,
            "{pool:?} {settings:?} {first:?}"
        );
    });
    // 3 pools, 8 offers, 8 belongings, 8 sets of enabled with one of them or none preferred, 5 proofs.
    assert_eq!(seen, 3 * 8 * 8 * (8 + 12) * 5);
}

#[test]
fn what_is_asked_can_be_shown_and_is_new() {
    every(|pool, has, settings, first| {
        let listed = match asked(pool, has, settings, &Proofs::of(first)) {
            Nothing | Impossible => return,
            Ask(method) => vec![method],
            Choose(methods) => {
                assert!(methods.len() > 1 && methods.is_sorted());
                assert!(
                    settings
                        .preferred()
                        .is_none_or(|method| !methods.contains(&method))
                );
                methods
            }
            SetUp(methods) => {
                assert_eq!(pool.mfa, Mfa::On);
                assert!(methods.iter().any(|method| *method != SmsMfa));
                for method in methods {
                    assert!(pool.offers_mfa(method) && !has.contains(&method));
                    assert_ne!(method.amr(), first);
                }
                return;
            }
        };
        for method in listed {
            assert!(has.contains(&method));
            assert!(
                settings.is_enabled(method) || (pool.mfa == Mfa::On && pool.offers_mfa(method))
            );
            assert_ne!(method.amr(), first);
        }
    });
}

#[test]
fn after_what_was_asked_nothing_is() {
    every(|pool, has, settings, first| {
        let proofs = Proofs::of(first);
        let next = match asked(pool, has, settings, &proofs) {
            Nothing | Impossible => return,
            Ask(method) => vec![method],
            Choose(methods) | SetUp(methods) => methods,
        };
        for method in next {
            let both = proofs.clone().and(method.amr());
            assert_eq!(asked(pool, has, settings, &both), Nothing);
            assert!(both.amr().contains(&Amr::Mfa));
            // The same again would prove nothing.
            let same = proofs.clone().and(first);
            assert_eq!(
                asked(pool, has, settings, &same),
                asked(pool, has, settings, &proofs)
            );
        }
    });
}

#[test]
fn the_preferred_one_is_asked_for() {
    every(|pool, has, settings, first| {
        let Some(preferred) = settings.preferred() else {
            return;
        };
        if pool.mfa != Mfa::Off && has.contains(&preferred) && preferred.amr() != first {
            assert_eq!(
                asked(pool, has, settings, &Proofs::of(first)),
                Ask(preferred)
            );
        }
    });
}

/// The guide's cases, one by one: pool, has, enabled, preferred; then what is asked after a password
/// in a pool that offers everything.
#[test]
fn the_cases_of_the_guide() {
    type Case<'a> = (
        Mfa,
        &'a [MfaMethod],
        &'a [MfaMethod],
        Option<MfaMethod>,
        SecondFactor,
    );
    let all = MfaMethod::ALL.as_slice();
    let (off, optional, on) = (Mfa::Off, Mfa::Optional, Mfa::On);
    let (app, texts) = (&[SoftwareTokenMfa], &[SmsMfa]);
    let codes = &[SmsMfa, EmailOtp];
    let cases: [Case<'_>; 11] = [
        (off, all, all, Some(SmsMfa), Nothing),
        (optional, all, &[], None, Nothing),
        (optional, all, app, None, Ask(SoftwareTokenMfa)),
        (optional, all, codes, None, Choose(codes.to_vec())),
        (optional, all, codes, Some(EmailOtp), Ask(EmailOtp)),
        // What was enabled and is gone.
        (optional, &[], texts, Some(SmsMfa), Impossible),
        (on, all, app, Some(SoftwareTokenMfa), Ask(SoftwareTokenMfa)),
        (on, all, &[], None, Choose(all.to_vec())),
        (on, &[EmailOtp], &[], None, Ask(EmailOtp)),
        (on, texts, &[], None, Ask(SmsMfa)),
        (on, &[], &[], None, SetUp(all.to_vec())),
    ];
    for (mfa, has, enabled, preferred, expected) in cases {
        let got = asked(
            &pool(mfa, all),
            has,
            &settings(enabled, preferred),
            &Proofs::of(Amr::Pwd),
        );
        assert_eq!(got, expected, "{mfa:?} {has:?} {enabled:?} {preferred:?}");
    }
}

#[test]
fn what_cannot_be_set_up_in_a_sign_in_is_not_asked_for() {
    // A number cannot be set up in a sign-in.
    let none = MfaSettings::default();
    let password = Proofs::of(Amr::Pwd);
    assert_eq!(
        asked(&pool(Mfa::On, &[SmsMfa]), &[], &none, &password),
        Impossible
    );
    let both = asked(&pool(Mfa::On, &[SmsMfa, EmailOtp]), &[], &none, &password);
    assert_eq!(both, SetUp(vec![SmsMfa, EmailOtp]));
    // Whoever has proved their mailbox is not asked for it again.
    let code = Proofs::of(Amr::EmailOtp);
    let emails = pool(Mfa::On, &[SoftwareTokenMfa, EmailOtp]);
    assert_eq!(
        asked(&emails, &[EmailOtp], &none, &code),
        SetUp(vec![SoftwareTokenMfa])
    );
}

#[test]
fn a_passkey_that_is_two_factors_needs_no_second() {
    let mut pool = pool(Mfa::On, &MfaMethod::ALL);
    pool.passkeys.factor = FactorConfiguration::MultiFactorWithUserVerification;
    let passkey = Proofs::of(Amr::Swk);
    let none = MfaSettings::default();
    assert_eq!(asked(&pool, &[EmailOtp], &none, &passkey), Ask(EmailOtp));
    assert_eq!(
        asked(&pool, &[EmailOtp], &none, &passkey.and(Amr::Mfa)),
        Nothing
    );
}

#[test]
fn what_the_pool_no_longer_offers_is_still_asked_for() {
    let pool = pool(Mfa::Optional, &[SmsMfa]);
    let app = settings(&[SoftwareTokenMfa], None);
    let got = asked(&pool, &[SoftwareTokenMfa], &app, &Proofs::of(Amr::Pwd));
    assert_eq!(got, Ask(SoftwareTokenMfa));
}
