//! The table, pair by pair and path by path.

use std::collections::{BTreeSet, HashSet};

use super::*;

/// Every step. The match makes the compiler ask for a new one here.
const STEPS: [Step; 21] = {
    const fn is_listed(step: Step) -> Step {
        match step {
            Step::Start
            | Step::SignUpConfirmed
            | Step::SelectChallenge
            | Step::EmailOtp
            | Step::SmsOtp
            | Step::WebAuthn
            | Step::DiscoverableWebAuthn
            | Step::Password
            | Step::PasswordSrp
            | Step::PasswordVerifier
            | Step::CustomPasswordVerifier
            | Step::NewPasswordRequired
            | Step::EmailMfa
            | Step::SmsMfa
            | Step::SoftwareTokenMfa
            | Step::SelectMfaType
            | Step::MfaSetup
            | Step::MfaSetupDone
            | Step::DeviceSrpAuth
            | Step::DevicePasswordVerifier
            | Step::SignedIn => step,
        }
    }
    [
        is_listed(Step::Start),
        Step::SignUpConfirmed,
        Step::SelectChallenge,
        Step::EmailOtp,
        Step::SmsOtp,
        Step::WebAuthn,
        Step::DiscoverableWebAuthn,
        Step::Password,
        Step::PasswordSrp,
        Step::PasswordVerifier,
        Step::CustomPasswordVerifier,
        Step::NewPasswordRequired,
        Step::EmailMfa,
        Step::SmsMfa,
        Step::SoftwareTokenMfa,
        Step::SelectMfaType,
        Step::MfaSetup,
        Step::MfaSetupDone,
        Step::DeviceSrpAuth,
        Step::DevicePasswordVerifier,
        Step::SignedIn,
    ]
};

/// Where one factor was shown, and another is wanted.
const SECOND: [Step; 6] = [
    Step::EmailMfa,
    Step::SmsMfa,
    Step::SoftwareTokenMfa,
    Step::SelectMfaType,
    Step::MfaSetup,
    Step::MfaSetupDone,
];

/// Where all that is asked of the person was shown, and the device is to show itself.
const DEVICE: [Step; 2] = [Step::DeviceSrpAuth, Step::DevicePasswordVerifier];

fn answers() -> impl Iterator<Item = Answer> {
    let others = [
        Answer::Initiate,
        Answer::InitiateWithPassword,
        Answer::AssociateSoftwareToken,
        Answer::VerifySoftwareToken,
    ];
    others
        .into_iter()
        .chain(ChallengeName::ALL.map(Answer::Respond))
}

fn rows(from: Step) -> impl Iterator<Item = &'static Move> {
    MOVES.iter().filter(move |row| row.from == from)
}

/// What an answer proves, by the name of the proof.
fn proof(row: &Move) -> Option<&'static str> {
    match row.answer {
        // Confirming the account with a mailed code went before.
        Answer::Initiate if row.from == Step::SignUpConfirmed => Some("code"),
        Answer::Initiate | Answer::AssociateSoftwareToken => None,
        Answer::InitiateWithPassword => Some("password"),
        Answer::VerifySoftwareToken => Some("second factor"),
        Answer::Respond(name) => match name {
            // A alone proves nothing.
            ChallengeName::SelectChallenge
            | ChallengeName::PasswordSrp
            | ChallengeName::NewPasswordRequired
            | ChallengeName::SelectMfaType
            | ChallengeName::MfaSetup
            | ChallengeName::DeviceSrpAuth => None,
            ChallengeName::DevicePasswordVerifier => Some("device"),
            ChallengeName::SmsMfa | ChallengeName::SoftwareTokenMfa => Some("second factor"),
            ChallengeName::EmailOtp if row.from == Step::EmailMfa => Some("second factor"),
            ChallengeName::EmailOtp | ChallengeName::SmsOtp => Some("code"),
            ChallengeName::WebAuthn => Some("passkey"),
            ChallengeName::Password | ChallengeName::PasswordVerifier => Some("password"),
        },
    }
}

#[test]
fn each_pair_has_at_most_one_row() {
    let mut legal = 0;
    for from in STEPS {
        for answer in answers() {
            let found = rows(from).filter(|row| row.answer == answer).count();
            let expected = usize::from(is_legal(from, answer));
            assert_eq!(found, expected, "{from:?} {answer:?}");
            legal += expected;
        }
    }
    assert_eq!(legal, MOVES.len());
}

/// Walks every path from every beginning, with what was proved on the way. Each pair of a step and
/// a set of proofs is looked at once, so that circles end.
#[test]
fn no_path_reaches_tokens_without_a_proof() {
    let mut ends = BTreeSet::new();
    let mut seen = HashSet::new();
    let mut open = vec![
        (Step::Start, BTreeSet::new()),
        (Step::SignUpConfirmed, BTreeSet::new()),
    ];
    while let Some((step, proofs)) = open.pop() {
        if !seen.insert((step, proofs.clone())) {
            continue;
        }
        if step == Step::SignedIn {
            ends.insert(proofs);
            continue;
        }
        if step == Step::NewPasswordRequired {
            assert!(proofs.contains("password"), "a new password for nobody");
        }
        let second = SECOND.contains(&step);
        if second || DEVICE.contains(&step) {
            assert!(!proofs.is_empty(), "{step:?} before a first factor");
        }
        for row in rows(step) {
            let mut proofs = proofs.clone();
            proofs.extend(proof(row));
            if second && row.next.contains(&Step::SignedIn) {
                assert!(proofs.contains("second factor"), "{row:?}");
            }
            open.extend(row.next.iter().map(|next| (*next, proofs.clone())));
        }
    }
    let alone = ["code", "passkey", "password"].map(|proof| BTreeSet::from([proof]));
    let both = BTreeSet::from(["password", "second factor"]);
    let mut expected: BTreeSet<_> = alone.into_iter().chain([both]).collect();
    for mut with_device in expected.clone() {
        with_device.insert("device");
        expected.insert(with_device.clone());
        // The device is no longer remembered: the person has to show more, by the table whoever they
        // are, by the policies only who began with a password.
        with_device.insert("second factor");
        expected.insert(with_device);
    }
    assert_eq!(ends, expected);
}

/// Whatever stands in for a second factor is asked for last, and shown.
#[test]
fn nobody_gets_past_a_device_without_its_claim() {
    for row in DEVICE.into_iter().flat_map(rows) {
        let done = row.answer == Answer::Respond(ChallengeName::DevicePasswordVerifier);
        assert_eq!(row.next.contains(&Step::SignedIn), done, "{row:?}");
    }
}

/// Whoever came as far as here goes on with a second factor, or not at all.
#[test]
fn from_the_second_factor_no_way_leads_back() {
    for step in SECOND.into_iter().chain(DEVICE) {
        for next in rows(step).flat_map(|row| row.next) {
            let on = SECOND.contains(next) || DEVICE.contains(next) || *next == Step::SignedIn;
            assert!(on, "{step:?} leads to {next:?}");
        }
    }
}

/// What is not in the table is refused; this is the table, seen from the other side.
#[test]
fn a_step_takes_its_own_answer_and_few_others() {
    use ChallengeName::{
        DevicePasswordVerifier, DeviceSrpAuth, EmailOtp, MfaSetup, NewPasswordRequired, Password,
        PasswordSrp, PasswordVerifier, SelectChallenge, SelectMfaType, SmsMfa, SmsOtp,
        SoftwareTokenMfa, WebAuthn,
    };
    let taken = |from| -> Vec<_> { answers().filter(|answer| is_legal(from, *answer)).collect() };
    let respond = |names: &[ChallengeName]| -> Vec<_> {
        let all = ChallengeName::ALL
            .iter()
            .filter(|name| names.contains(name));
        all.map(|name| Answer::Respond(*name)).collect()
    };
    for from in STEPS {
        let expected = match from {
            Step::Start => vec![Answer::Initiate, Answer::InitiateWithPassword],
            Step::SignUpConfirmed => vec![Answer::Initiate],
            Step::SelectChallenge => respond(&[SelectChallenge, Password, PasswordSrp]),
            Step::EmailOtp | Step::EmailMfa => respond(&[EmailOtp]),
            Step::SmsOtp => respond(&[SmsOtp]),
            Step::WebAuthn => respond(&[SelectChallenge, WebAuthn, Password, PasswordSrp]),
            Step::DiscoverableWebAuthn => respond(&[WebAuthn]),
            Step::Password => respond(&[Password]),
            Step::PasswordSrp => respond(&[PasswordSrp]),
            Step::PasswordVerifier | Step::CustomPasswordVerifier => respond(&[PasswordVerifier]),
            Step::NewPasswordRequired => respond(&[NewPasswordRequired]),
            Step::SmsMfa => respond(&[SmsMfa]),
            Step::SoftwareTokenMfa => respond(&[SoftwareTokenMfa]),
            Step::SelectMfaType => respond(&[SelectMfaType]),
            Step::MfaSetup => {
                let mut taken = vec![Answer::AssociateSoftwareToken, Answer::VerifySoftwareToken];
                taken.extend(respond(&[MfaSetup]));
                taken
            }
            Step::MfaSetupDone => respond(&[MfaSetup]),
            Step::DeviceSrpAuth => respond(&[DeviceSrpAuth]),
            Step::DevicePasswordVerifier => respond(&[DevicePasswordVerifier]),
            Step::SignedIn => Vec::new(),
        };
        assert_eq!(taken(from), expected, "{from:?}");
    }
}

#[test]
fn a_custom_sign_in_ends_after_its_password() {
    for row in MOVES {
        let ends = row.from == Step::CustomPasswordVerifier;
        assert_eq!(row.next.is_empty(), ends, "{row:?}");
    }
}

#[test]
fn tokens_end_the_sign_in() {
    assert_eq!(rows(Step::SignedIn).count(), 0);
    assert!(MOVES.iter().all(|row| !row.next.contains(&Step::Start)));
}

#[test]
fn every_step_can_be_reached() {
    for step in STEPS {
        let begins = matches!(step, Step::Start | Step::SignUpConfirmed);
        let reached = MOVES.iter().any(|row| row.next.contains(&step));
        assert!(begins != reached, "{step:?}");
    }
}

#[test]
fn whoever_was_not_named_has_a_passkey_or_nothing() {
    let answers: Vec<_> = rows(Step::DiscoverableWebAuthn)
        .map(|row| row.answer)
        .collect();
    assert_eq!(answers, [Answer::Respond(ChallengeName::WebAuthn)]);
    let to = MOVES
        .iter()
        .filter(|row| row.next.contains(&Step::DiscoverableWebAuthn));
    assert!(to.map(|row| row.from).eq([Step::Start]));
}

#[test]
fn names_are_read_as_they_are_written() {
    for name in ChallengeName::ALL {
        assert_eq!(ChallengeName::parse(name.as_str()), Some(name));
    }
    assert_eq!(ChallengeName::parse("email_otp"), None);
}
