//! The legal moves of a sign-in, as a table.
//!
//! A Session says at which [`Step`] it stands; an answer is legal only if [`MOVES`] has a row for it.
//! Code that judges answers asks [`is_legal`] first, so a path that is not in the table does not exist.

use serde::{Deserialize, Serialize};

use crate::pool::FirstFactor;

/// A challenge, by Cognito's name (`ChallengeNameType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChallengeName {
    /// Choose a first factor.
    SelectChallenge,
    /// Type the code that was mailed.
    EmailOtp,
    /// Type the code that was texted.
    SmsOtp,
    /// Sign with a passkey.
    WebAuthn,
}

impl ChallengeName {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::SelectChallenge,
        Self::EmailOtp,
        Self::SmsOtp,
        Self::WebAuthn,
    ];

    /// Cognito's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SelectChallenge => "SELECT_CHALLENGE",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }

    /// The challenge of that name, if we have it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == word)
    }

    /// The challenges that a first factor can be proved by, in the order of `AvailableChallenges`.
    pub const fn of_factor(factor: FirstFactor) -> &'static [Self] {
        match factor {
            FirstFactor::EmailOtp => &[Self::EmailOtp],
            FirstFactor::SmsOtp => &[Self::SmsOtp],
            FirstFactor::WebAuthn => &[Self::WebAuthn],
            FirstFactor::Password => &[],
        }
    }
}

/// Where a sign-in stands: what the Session in the client's hands is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Step {
    /// Nothing has happened yet: no Session.
    Start,
    /// The account was confirmed with a code; its Session signs in once (AWS: "Signing up and signing in").
    SignUpConfirmed,
    /// The person chooses a first factor.
    SelectChallenge,
    /// A code was mailed.
    EmailOtp,
    /// A code was texted.
    SmsOtp,
    /// One of the person's passkeys is awaited.
    WebAuthn,
    /// A passkey of whoever has one is awaited: nobody was named.
    DiscoverableWebAuthn,
    /// Tokens were given: no Session.
    SignedIn,
}

/// What the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// InitiateAuth.
    Initiate,
    /// RespondToAuthChallenge, to this challenge.
    Respond(ChallengeName),
}

/// One row: at `from`, `answer` may lead to any of `next`.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// Where the Session stands.
    pub from: Step,
    /// What the client does.
    pub answer: Answer,
    /// Where that can lead.
    pub next: &'static [Step],
}

/// Every legal move.
pub const MOVES: &[Move] = &[
    Move {
        from: Step::Start,
        answer: Answer::Initiate,
        next: &[
            Step::SelectChallenge,
            Step::EmailOtp,
            Step::SmsOtp,
            Step::WebAuthn,
            Step::DiscoverableWebAuthn,
        ],
    },
    Move {
        from: Step::SignUpConfirmed,
        answer: Answer::Initiate,
        next: &[Step::SignedIn],
    },
    Move {
        from: Step::SelectChallenge,
        answer: Answer::Respond(ChallengeName::SelectChallenge),
        next: &[Step::EmailOtp, Step::SmsOtp, Step::WebAuthn],
    },
    Move {
        from: Step::EmailOtp,
        answer: Answer::Respond(ChallengeName::EmailOtp),
        next: &[Step::SignedIn],
    },
    Move {
        from: Step::SmsOtp,
        answer: Answer::Respond(ChallengeName::SmsOtp),
        next: &[Step::SignedIn],
    },
    Move {
        from: Step::WebAuthn,
        answer: Answer::Respond(ChallengeName::WebAuthn),
        next: &[Step::SignedIn],
    },
    // The person closed the browser's dialog and takes another way.
    Move {
        from: Step::WebAuthn,
        answer: Answer::Respond(ChallengeName::SelectChallenge),
        next: &[Step::EmailOtp, Step::SmsOtp, Step::WebAuthn],
    },
    Move {
        from: Step::DiscoverableWebAuthn,
        answer: Answer::Respond(ChallengeName::WebAuthn),
        next: &[Step::SignedIn],
    },
];

/// Whether `answer` may be given at `from`.
pub fn is_legal(from: Step, answer: Answer) -> bool {
    MOVES
        .iter()
        .any(|row| row.from == from && row.answer == answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 8] = [
        Step::Start,
        Step::SignUpConfirmed,
        Step::SelectChallenge,
        Step::EmailOtp,
        Step::SmsOtp,
        Step::WebAuthn,
        Step::DiscoverableWebAuthn,
        Step::SignedIn,
    ];

    fn answers() -> impl Iterator<Item = Answer> {
        [Answer::Initiate]
            .into_iter()
            .chain(ChallengeName::ALL.map(Answer::Respond))
    }

    #[test]
    fn each_pair_has_at_most_one_row() {
        let mut legal = 0;
        for from in STEPS {
            for answer in answers() {
                let rows = MOVES
                    .iter()
                    .filter(|row| row.from == from && row.answer == answer);
                assert_eq!(
                    rows.count(),
                    usize::from(is_legal(from, answer)),
                    "{from:?} {answer:?}"
                );
                legal += usize::from(is_legal(from, answer));
            }
        }
        assert_eq!(legal, MOVES.len());
    }

    #[test]
    fn tokens_follow_a_proof_only() {
        for row in MOVES
            .iter()
            .filter(|row| row.next.contains(&Step::SignedIn))
        {
            let proofs = [
                ChallengeName::EmailOtp,
                ChallengeName::SmsOtp,
                ChallengeName::WebAuthn,
            ];
            let proved = row.from == Step::SignUpConfirmed
                || proofs.map(Answer::Respond).contains(&row.answer);
            assert!(proved, "{row:?} reaches tokens without a proof");
        }
    }

    #[test]
    fn tokens_end_the_sign_in() {
        assert!(MOVES.iter().all(|row| row.from != Step::SignedIn));
        assert!(MOVES.iter().all(|row| !row.next.contains(&Step::Start)));
    }

    #[test]
    fn whoever_was_not_named_has_a_passkey_or_nothing() {
        let from = |step| MOVES.iter().filter(move |row| row.from == step);
        let answers: Vec<_> = from(Step::DiscoverableWebAuthn)
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
}
