//! The published codes, and when one counts.

use super::*;
use crate::random::SeededRandom;

/// The seed of RFC 4226 and of RFC 6238, appendices.
fn published() -> Seed {
    Seed::from_bytes(b"12345678901234567890").unwrap()
}

fn typed(code: &str) -> Secret<String> {
    Secret::new(code.to_owned())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn hotp_has_the_codes_of_rfc_4226() {
    let codes = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    for (step, code) in (0..).zip(codes) {
        assert_eq!(published().code(step).expose(), code, "{step}");
    }
}

#[test]
fn totp_has_the_codes_of_rfc_6238() {
    let rows = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    for (moment, code) in rows {
        assert_eq!(published().code_at(at(moment)).expose(), code, "{moment}");
    }
}

#[test]
fn a_code_is_good_in_its_step_and_the_two_beside_it() {
    let seed = published();
    let code = seed.code_at(at(600));
    for (now, good) in [
        (569, false),
        (570, true),
        (600, true),
        (659, true),
        (660, false),
    ] {
        let verdict = seed.judge(&code, at(now), None);
        let expected = if good {
            Verdict::Right(20)
        } else {
            Verdict::Wrong
        };
        assert_eq!(verdict, expected, "{now}");
    }
}

#[test]
fn a_step_is_accepted_once_and_none_before_it() {
    let seed = published();
    let judge = |moment, accepted| seed.judge(&seed.code_at(at(moment)), at(600), Some(accepted));
    assert_eq!(judge(600, 19), Verdict::Right(20));
    assert_eq!(judge(600, 20), Verdict::Used);
    assert_eq!(judge(570, 20), Verdict::Used);
    assert_eq!(judge(630, 20), Verdict::Right(21));
    assert_eq!(judge(700, 19), Verdict::Wrong);
}

#[test]
fn of_two_steps_with_one_code_the_later_counts() {
    // Found by search: a seed with one code for two steps that are accepted at one moment.
    let (seed, step) = (Seed::generate(&SeededRandom::new(2113)), 1902);
    assert_eq!(seed.code(step).expose(), seed.code(step + 2).expose());
    let now = at((step + 1) * STEP);
    assert_eq!(
        seed.judge(&seed.code(step), now, None),
        Verdict::Right(step + 2)
    );
}

#[test]
fn anything_else_is_wrong() {
    let seed = published();
    for code in ["", "28708", "2870820", "287083", "\u{662}87082", " 287082"] {
        assert_eq!(
            seed.judge(&typed(code), at(59), None),
            Verdict::Wrong,
            "{code}"
        );
    }
    let other = Seed::generate(&SeededRandom::new(1));
    assert_eq!(other.judge(&typed("287082"), at(59), None), Verdict::Wrong);
}

#[test]
fn apps_read_base32() {
    assert_eq!(
        published().base32().expose(),
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    );
    assert_eq!(
        Seed::from_bytes(&[0xff; 20]).unwrap().base32().expose(),
        &"7".repeat(32)
    );
}

#[test]
fn a_seed_has_160_bits_and_prints_none() {
    assert!(Seed::from_bytes(&[1; 19]).is_none());
    assert!(Seed::from_bytes(&[1; 21]).is_none());
    assert_eq!(format!("{:?}", published()), "Seed([secret])");
}
