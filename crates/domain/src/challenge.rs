//! The legal moves of a sign-in, as a table.
//!
//! A Session says at which [`Step`] it stands; an answer is legal only if [`MOVES`] has a row for it.
//! Code that judges answers asks [`is_legal`] first, so a path that is not in the table does not exist.

use serde::{Deserialize, Serialize};

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
    /// Tokens were given: no Session.
    SignedIn,
}

/// What the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// InitiateAuth.
    Initiate,
    /// RespondToAuthChallenge, `SELECT_CHALLENGE`.
    SelectChallenge,
    /// RespondToAuthChallenge, `EMAIL_OTP`.
    EmailOtp,
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
        next: &[Step::SelectChallenge, Step::EmailOtp],
    },
    Move {
        from: Step::SignUpConfirmed,
        answer: Answer::Initiate,
        next: &[Step::SignedIn],
    },
    Move {
        from: Step::SelectChallenge,
        answer: Answer::SelectChallenge,
        next: &[Step::EmailOtp],
    },
    Move {
        from: Step::EmailOtp,
        answer: Answer::EmailOtp,
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

    const STEPS: [Step; 5] = [
        Step::Start,
        Step::SignUpConfirmed,
        Step::SelectChallenge,
        Step::EmailOtp,
        Step::SignedIn,
    ];
    const ANSWERS: [Answer; 3] = [Answer::Initiate, Answer::SelectChallenge, Answer::EmailOtp];

    #[test]
    fn each_pair_has_at_most_one_row() {
        for from in STEPS {
            for answer in ANSWERS {
                let rows = MOVES
                    .iter()
                    .filter(|row| row.from == from && row.answer == answer)
                    .count();
                assert_eq!(
                    rows,
                    usize::from(is_legal(from, answer)),
                    "{from:?} {answer:?}"
                );
            }
        }
        assert_eq!(MOVES.len(), 4);
    }

    #[test]
    fn tokens_follow_a_proof_only() {
        for row in MOVES
            .iter()
            .filter(|row| row.next.contains(&Step::SignedIn))
        {
            let proved = row.from == Step::SignUpConfirmed || row.answer == Answer::EmailOtp;
            assert!(proved, "{row:?} reaches tokens without a proof");
        }
    }

    #[test]
    fn tokens_end_the_sign_in() {
        assert!(MOVES.iter().all(|row| row.from != Step::SignedIn));
        assert!(MOVES.iter().all(|row| !row.next.contains(&Step::Start)));
    }
}
