//! How long a family holds, and which of its tokens do.

use super::*;

fn family(revoked: bool) -> RefreshFamily {
    RefreshFamily {
        origin_jti: "o".to_owned(),
        sub: Sub::new("s"),
        client_id: ClientId::new("c"),
        auth_time: Timestamp::from_seconds(1),
        amr: vec![Amr::EmailOtp],
        device: None,
        expires_at: Timestamp::from_seconds(100),
        generation: 0,
        rotated_at: Timestamp::from_seconds(1),
        last_active_at: Timestamp::from_seconds(1),
        revoked,
    }
}

#[test]
fn holds_until_it_expires_or_is_revoked() {
    let (own, other) = (ClientId::new("c"), ClientId::new("d"));
    let at = Timestamp::from_seconds;
    assert_eq!(family(false).check(&own, 0, at(99)), Ok(()));
    assert_eq!(
        family(false).check(&own, 0, at(100)),
        Err(RefreshRefusal::Expired)
    );
    assert_eq!(
        family(true).check(&own, 0, at(99)),
        Err(RefreshRefusal::Revoked)
    );
    assert_eq!(
        family(false).check(&other, 0, at(99)),
        Err(RefreshRefusal::OtherClient)
    );
}

#[test]
fn of_a_revoked_family_a_replaced_token_is_still_known_for_what_it_is() {
    let family = RefreshFamily {
        generation: 2,
        ..family(true)
    };
    let check = |shown| family.check(&ClientId::new("c"), shown, Timestamp::from_seconds(2));
    assert_eq!(check(2), Err(RefreshRefusal::Revoked));
    assert_eq!(check(1), Err(RefreshRefusal::Reused));
}

#[test]
fn a_replaced_token_has_its_grace_to_the_last_microsecond() {
    let family = RefreshFamily {
        generation: 3,
        rotated_at: Timestamp::from_seconds(10),
        ..family(false)
    };
    let grace = Duration::from_secs(30);
    let check = |shown, micros| family.check_replaced(shown, grace, Timestamp::from_micros(micros));
    assert_eq!(check(2, 10_000_000), Ok(()));
    assert_eq!(check(2, 39_999_999), Ok(()));
    assert_eq!(check(2, 40_000_000), Err(RefreshRefusal::Reused));
    for older in [0, 1] {
        assert_eq!(check(older, 10_000_000), Err(RefreshRefusal::Reused));
    }
    for never in [3, 4, u32::MAX] {
        assert_eq!(check(never, 10_000_000), Err(RefreshRefusal::Reused));
    }
}

#[test]
fn without_grace_there_is_none() {
    let family = RefreshFamily {
        generation: 1,
        ..family(false)
    };
    for moment in [
        family.rotated_at,
        family.rotated_at.before(Duration::from_secs(1)),
    ] {
        assert_eq!(
            family.check_replaced(0, Duration::ZERO, moment),
            Err(RefreshRefusal::Reused)
        );
    }
}

#[test]
fn amr_has_cognitos_words() {
    let all = [
        Amr::Pwd,
        Amr::Otp,
        Amr::EmailOtp,
        Amr::Sms,
        Amr::Swk,
        Amr::Hwk,
        Amr::Mfa,
    ];
    let words = serde_json::to_string(&all).unwrap();
    assert_eq!(
        words,
        r#"["pwd","otp","email_otp","sms","swk","hwk","mfa"]"#
    );
}
