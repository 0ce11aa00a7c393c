//! What an account demands, whatever it is and after every proof.

use super::*;
use crate::attributes::Attributes;
use crate::device::DeviceConfig;
use crate::mfa::MfaSettings;
use crate::pool::{Mfa, MfaMethod, PoolConfig};
use crate::{Secret, Sub, Timestamp};

const EVERY_PROOF: [Amr; 6] = [
    Amr::Pwd,
    Amr::Otp,
    Amr::EmailOtp,
    Amr::Sms,
    Amr::Swk,
    Amr::Hwk,
];

fn user(status: UserStatus, enabled: bool) -> User {
    User {
        sub: Sub::new("s"),
        status,
        enabled,
        attributes: Attributes::new(),
        mfa: MfaSettings::default(),
        created_at: Timestamp::from_seconds(1),
        updated_at: Timestamp::from_seconds(1),
    }
}

/// What is asked in a pool with this rule about second factors, of somebody who has an address.
fn asked(mfa: Mfa, user: &User, proofs: &Proofs) -> Demand {
    let pool = PoolConfig {
        mfa,
        mfa_methods: MfaMethod::ALL.to_vec(),
        ..PoolConfig::default()
    };
    let has = &[MfaMethod::EmailOtp];
    demand(user, proofs, Situation { pool: &pool, has }, None)
}

#[test]
fn one_proof_is_itself_and_two_are_mfa() {
    assert_eq!(Proofs::of(Amr::Swk).amr(), [Amr::Swk]);
    let same = Proofs::of(Amr::EmailOtp).and(Amr::EmailOtp);
    assert_eq!(same.amr(), [Amr::EmailOtp]);
    let two = Proofs::of(Amr::Pwd).and(Amr::Otp);
    assert_eq!(two.amr(), [Amr::Pwd, Amr::Otp, Amr::Mfa]);
    assert!(two.has(Amr::Otp) && !two.has(Amr::Sms) && !two.has(Amr::Mfa));
    assert!(two.are_two() && !same.are_two());
    // A passkey with user verification, where that is two.
    let passkey = Proofs::of(Amr::Swk).and(Amr::Mfa);
    assert!(passkey.are_two());
    assert_eq!(passkey.amr(), [Amr::Swk, Amr::Mfa]);
}

#[test]
fn nothing_opens_an_account_that_is_switched_off() {
    for status in UserStatus::ALL {
        for proof in EVERY_PROOF {
            let user = user(status, false);
            let asked = asked(Mfa::On, &user, &Proofs::of(proof).and(Amr::Otp));
            assert_eq!(asked, Demand::Disabled, "{status:?} {proof:?}");
        }
    }
}

#[test]
fn only_a_confirmed_account_gets_tokens() {
    for status in UserStatus::ALL {
        for proof in EVERY_PROOF {
            let asked = asked(Mfa::Off, &user(status, true), &Proofs::of(proof));
            let open = status == UserStatus::Confirmed;
            assert_eq!(asked == Demand::Nothing, open, "{status:?} {proof:?}");
        }
    }
}

#[test]
fn a_second_factor_comes_last() {
    for status in UserStatus::ALL {
        for proof in EVERY_PROOF {
            let (user, proofs) = (user(status, true), Proofs::of(proof));
            let (without, with) = [Mfa::Off, Mfa::On]
                .map(|mfa| asked(mfa, &user, &proofs))
                .into();
            let second = matches!(with, Demand::SecondFactor(_));
            assert_eq!(
                second,
                status == UserStatus::Confirmed,
                "{status:?} {proof:?}"
            );
            assert!(second || without == with);
        }
    }
    let (user, proofs) = (user(UserStatus::Confirmed, true), Proofs::of(Amr::Pwd));
    let code = Demand::SecondFactor(SecondFactor::Ask(MfaMethod::EmailOtp));
    assert_eq!(asked(Mfa::On, &user, &proofs), code);
    let both = proofs.and(Amr::EmailOtp);
    assert_eq!(asked(Mfa::On, &user, &both), Demand::Nothing);
}

fn device(remembered: bool) -> Device {
    Device {
        key: DeviceKey::parse("r_1").unwrap(),
        sub: Sub::new("s"),
        name: None,
        salt: Vec::new(),
        verifier: Secret::new(Vec::new()),
        remembered,
        last_ip: None,
        created_at: Timestamp::from_seconds(1),
        modified_at: Timestamp::from_seconds(1),
        authenticated_at: Timestamp::from_seconds(1),
    }
}

/// The same as `asked`, in a pool that remembers devices.
fn asked_on(device: &Device, stands_for_mfa: bool, user: &User, proofs: &Proofs) -> Demand {
    let pool = PoolConfig {
        mfa: Mfa::On,
        mfa_methods: MfaMethod::ALL.to_vec(),
        devices: Some(DeviceConfig {
            stands_for_mfa,
            asks_user: false,
        }),
        ..PoolConfig::default()
    };
    let has = &[MfaMethod::EmailOtp];
    demand(user, proofs, Situation { pool: &pool, has }, Some(device))
}

#[test]
fn a_device_changes_nothing_for_an_account_that_is_not_open() {
    for status in UserStatus::ALL {
        for (enabled, remembered) in [(false, false), (false, true), (true, false), (true, true)] {
            for stands_for_mfa in [false, true] {
                let (user, device) = (user(status, enabled), device(remembered));
                let proofs = Proofs::of(Amr::Pwd).and_device(device.key.clone());
                if enabled && status == UserStatus::Confirmed {
                    continue;
                }
                let with = asked_on(&device, stands_for_mfa, &user, &proofs);
                assert_eq!(with, asked(Mfa::On, &user, &proofs), "{status:?}");
            }
        }
    }
}

#[test]
fn a_device_stands_in_where_the_pool_says_so_and_it_is_remembered_and_proved() {
    let user = user(UserStatus::Confirmed, true);
    let one = Proofs::of(Amr::Pwd);
    let two = one.clone().and(Amr::EmailOtp);
    let code = Demand::SecondFactor(SecondFactor::Ask(MfaMethod::EmailOtp));
    let key = DeviceKey::parse("r_1").unwrap();
    let other = DeviceKey::parse("r_2").unwrap();
    for (stands, remembered, proofs, expected) in [
        (true, true, one.clone(), Demand::Device),
        (true, true, one.clone().and_device(other), Demand::Device),
        (
            true,
            true,
            one.clone().and_device(key.clone()),
            Demand::Nothing,
        ),
        (true, true, two.clone(), Demand::Device),
        (
            true,
            true,
            two.clone().and_device(key.clone()),
            Demand::Nothing,
        ),
        (true, false, one.clone(), code.clone()),
        (
            true,
            false,
            one.clone().and_device(key.clone()),
            code.clone(),
        ),
        (true, false, two.clone(), Demand::Nothing),
        (false, true, one.clone(), code.clone()),
        (
            false,
            true,
            one.clone().and_device(key.clone()),
            code.clone(),
        ),
        (false, true, two.clone(), Demand::Device),
        (
            false,
            true,
            two.clone().and_device(key.clone()),
            Demand::Nothing,
        ),
        (false, false, one.clone().and_device(key), code),
        (false, false, two, Demand::Nothing),
    ] {
        let got = asked_on(&device(remembered), stands, &user, &proofs);
        assert_eq!(got, expected, "{stands} {remembered} {proofs:?}");
    }
}

#[test]
fn a_device_is_no_factor_of_a_person() {
    let key = DeviceKey::parse("r_1").unwrap();
    let proofs = Proofs::of(Amr::Pwd).and_device(key.clone());
    assert!(!proofs.are_two() && proofs.has_device(&key));
    assert_eq!(proofs.amr(), [Amr::Pwd]);
}

#[test]
fn a_given_password_is_replaced_by_whoever_knows_it() {
    let asked = |status, proof| asked(Mfa::On, &user(status, true), &Proofs::of(proof));
    for proof in EVERY_PROOF {
        let expected = match proof {
            Amr::Pwd => Demand::NewPassword,
            _ => Demand::GivenPassword,
        };
        let got = asked(UserStatus::ForceChangePassword, proof);
        assert_eq!(got, expected, "{proof:?}");
    }
    let reset = asked(UserStatus::ResetRequired, Amr::Pwd);
    assert_eq!(reset, Demand::PasswordReset);
    assert_eq!(
        asked(UserStatus::Unconfirmed, Amr::Pwd),
        Demand::Confirmation
    );
}
