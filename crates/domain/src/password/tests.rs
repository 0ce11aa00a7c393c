//! The policy against every kind of password, and what `matches` compares.

use super::*;

const NOTHING: PasswordPolicy = PasswordPolicy {
    minimum_length: 6,
    require_lowercase: false,
    require_uppercase: false,
    require_numbers: false,
    require_symbols: false,
    history: 0,
};

fn check(policy: &PasswordPolicy, text: &str) -> Result<(), Weakness> {
    policy.check(&Password::new(Secret::new(text.to_owned())))
}

#[test]
fn says_in_cognitos_words_what_is_missing() {
    let policy = PasswordPolicy::default();
    for (text, expected) in [
        ("aA1!567", "Password not long enough"),
        ("aaaa111!", "Password must have uppercase characters"),
        ("AAAA111!", "Password must have lowercase characters"),
        ("aaaaAAA!", "Password must have numeric characters"),
        ("aaaaAAA1", "Password must have symbol characters"),
    ] {
        assert_eq!(
            check(&policy, text).map_err(|weakness| weakness.to_string()),
            Err(expected.to_owned()),
            "{text}"
        );
    }
    assert_eq!(check(&policy, "aA1!5678"), Ok(()));
}

#[test]
fn the_first_thing_missing_is_named() {
    let policy = PasswordPolicy::default();
    assert_eq!(check(&policy, ""), Err(Weakness::TooShort));
    assert_eq!(check(&policy, "////////"), Err(Weakness::NoUppercase));
    assert_eq!(check(&policy, "////////A"), Err(Weakness::NoLowercase));
    assert_eq!(check(&policy, "////////Aa"), Err(Weakness::NoNumber));
}

#[test]
fn what_is_not_required_may_be_missing() {
    assert_eq!(check(&NOTHING, "      x"), Err(Weakness::OuterSpace));
    assert_eq!(check(&NOTHING, "éééééé"), Ok(()));
    assert_eq!(check(&NOTHING, "ééééé"), Err(Weakness::TooShort));
}

#[test]
fn characters_are_code_points() {
    assert_eq!(check(&NOTHING, &"🔑".repeat(6)), Ok(()));
    assert_eq!(check(&NOTHING, &"🔑".repeat(5)), Err(Weakness::TooShort));
    assert_eq!(check(&NOTHING, &"🔑".repeat(256)), Ok(()));
    assert_eq!(check(&NOTHING, &"🔑".repeat(257)), Err(Weakness::TooLong));
}

#[test]
fn each_of_cognitos_symbols_counts_and_nothing_else() {
    let policy = PasswordPolicy {
        require_symbols: true,
        ..NOTHING
    };
    assert_eq!(SYMBOLS.chars().count(), 33);
    for code in 0_u8..=127 {
        let symbol = char::from(code);
        let expected = if SYMBOLS.contains(symbol) {
            Ok(())
        } else {
            Err(Weakness::NoSymbol)
        };
        assert_eq!(
            check(&policy, &format!("aaa{symbol}aaa")),
            expected,
            "{code}"
        );
    }
    assert_eq!(check(&policy, "aaa€aaa"), Err(Weakness::NoSymbol));
}

#[test]
fn a_space_counts_inside_only() {
    let policy = PasswordPolicy::default();
    assert_eq!(check(&policy, "aaaa AAA1"), Ok(()));
    for text in [" aaaaAAA1!", "aaaaAAA1! "] {
        assert_eq!(check(&policy, text), Err(Weakness::OuterSpace), "{text:?}");
    }
}

#[test]
fn a_password_prints_nothing() {
    let password = Password::new(Secret::new("correct horse".to_owned()));
    assert_eq!(format!("{password:?}"), "Password([secret])");
}

#[test]
fn kinds_keep_their_words() {
    for kind in HashKind::ALL {
        assert_eq!(HashKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(HashKind::parse("bcrypt"), None);
}

#[test]
fn only_a_pool_without_srp_keeps_argon2id() {
    let with = |flows: &[&[AuthFlow]]| {
        let clients = flows.iter().map(|flows| ClientConfig {
            auth_flows: flows.to_vec(),
            ..ClientConfig::default()
        });
        HashKind::of_pool(&PoolConfig {
            clients: clients.collect(),
            ..PoolConfig::default()
        })
    };
    let clear: &[_] = &[
        AuthFlow::AllowUserPasswordAuth,
        AuthFlow::AllowAdminUserPasswordAuth,
        AuthFlow::AllowRefreshTokenAuth,
    ];
    assert_eq!(with(&[clear]), HashKind::Argon2id);
    assert_eq!(with(&[clear, clear]), HashKind::Argon2id);
    for srp in [
        AuthFlow::AllowUserSrpAuth,
        AuthFlow::AllowUserAuth,
        AuthFlow::AllowCustomAuth,
    ] {
        assert_eq!(with(&[&[srp]]), HashKind::Srp, "{srp:?}");
        assert_eq!(with(&[clear, &[srp]]), HashKind::Srp, "{srp:?}");
    }
    assert_eq!(HashKind::of_pool(&PoolConfig::default()), HashKind::Srp);
}

#[test]
fn the_same_password_under_another_salt_is_another() {
    let hash = |salt, hash: &[u8]| PasswordHash {
        kind: HashKind::Argon2id,
        salt: [salt; SALT_LEN],
        hash: Secret::new(hash.to_vec()),
    };
    assert!(hash(1, b"h").matches(&hash(1, b"h")));
    assert!(!hash(1, b"h").matches(&hash(2, b"h")));
    assert!(!hash(1, b"h").matches(&hash(1, b"g")));
}
