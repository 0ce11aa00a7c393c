//! The legal moves of a sign-in, as a table.
//!
//! A Session says at which [`Step`] it stands; an answer is legal only if [`MOVES`] has a row for it.
//! Code that judges answers asks [`is_legal`] first, so a path that is not in the table does not exist.

mod name;

use serde::{Deserialize, Serialize};

pub use name::ChallengeName;

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
    /// The password is awaited.
    Password,
    /// The public value is awaited that begins a proof of the password.
    PasswordSrp,
    /// The claim is awaited that ends it.
    PasswordVerifier,
    /// The same as the first leg of `CUSTOM_AUTH`, whose challenges are not served: it leads nowhere.
    CustomPasswordVerifier,
    /// The password was right, and has to be replaced.
    NewPasswordRequired,
    /// One factor was shown, and a code was mailed as the second.
    EmailMfa,
    /// The same with a text.
    SmsMfa,
    /// The same with a code of an authenticator app.
    SoftwareTokenMfa,
    /// One factor was shown, and the person chooses the second.
    SelectMfaType,
    /// One factor was shown, and the second is to be set up.
    MfaSetup,
    /// An authenticator app was set up: that is the second factor.
    MfaSetupDone,
    /// Whoever it is has proved all that is asked of them, and their device's public value is awaited.
    DeviceSrpAuth,
    /// The device's claim is awaited.
    DevicePasswordVerifier,
    /// Tokens were given: no Session.
    SignedIn,
}

/// What the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// InitiateAuth, with nothing yet that proves who it is.
    Initiate,
    /// InitiateAuth with the password in it: `USER_PASSWORD_AUTH`, or `USER_AUTH` that prefers it.
    InitiateWithPassword,
    /// RespondToAuthChallenge, to this challenge.
    Respond(ChallengeName),
    /// AssociateSoftwareToken.
    AssociateSoftwareToken,
    /// VerifySoftwareToken.
    VerifySoftwareToken,
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

/// Where a first factor can be chosen, this is where it leads.
const FACTORS: &[Step] = &[
    Step::EmailOtp,
    Step::SmsOtp,
    Step::WebAuthn,
    Step::Password,
    Step::PasswordSrp,
];

/// Where a code or a passkey leads: whoever needs a second factor cannot begin with one, but for a
/// passkey that is two.
const AFTER_CODE: &[Step] = &[Step::DeviceSrpAuth, Step::SignedIn];

/// Where a password that was given and is replaced leads.
const AFTER_NEW_PASSWORD: &[Step] = &[
    Step::EmailMfa,
    Step::SmsMfa,
    Step::SoftwareTokenMfa,
    Step::SelectMfaType,
    Step::MfaSetup,
    Step::DeviceSrpAuth,
    Step::SignedIn,
];

/// Where a right password leads.
const AFTER_PASSWORD: &[Step] = &[
    Step::NewPasswordRequired,
    Step::EmailMfa,
    Step::SmsMfa,
    Step::SoftwareTokenMfa,
    Step::SelectMfaType,
    Step::MfaSetup,
    Step::DeviceSrpAuth,
    Step::SignedIn,
];

/// Where a second factor leads.
const AFTER_SECOND: &[Step] = &[Step::DeviceSrpAuth, Step::SignedIn];

/// Where a device that has proved itself leads: if it is no longer remembered by then, it stands in for
/// nothing.
const AFTER_DEVICE: &[Step] = &[
    Step::EmailMfa,
    Step::SmsMfa,
    Step::SoftwareTokenMfa,
    Step::SelectMfaType,
    Step::MfaSetup,
    Step::SignedIn,
];

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
            Step::Password,
            Step::PasswordSrp,
            Step::PasswordVerifier,
            Step::CustomPasswordVerifier,
        ],
    },
    Move {
        from: Step::Start,
        answer: Answer::InitiateWithPassword,
        next: AFTER_PASSWORD,
    },
    Move {
        from: Step::SignUpConfirmed,
        answer: Answer::Initiate,
        next: AFTER_CODE,
    },
    Move {
        from: Step::SelectChallenge,
        answer: Answer::Respond(ChallengeName::SelectChallenge),
        next: FACTORS,
    },
    // The choice and the password in one call.
    Move {
        from: Step::SelectChallenge,
        answer: Answer::Respond(ChallengeName::Password),
        next: AFTER_PASSWORD,
    },
    Move {
        from: Step::SelectChallenge,
        answer: Answer::Respond(ChallengeName::PasswordSrp),
        next: &[Step::PasswordVerifier],
    },
    Move {
        from: Step::EmailOtp,
        answer: Answer::Respond(ChallengeName::EmailOtp),
        next: AFTER_CODE,
    },
    Move {
        from: Step::SmsOtp,
        answer: Answer::Respond(ChallengeName::SmsOtp),
        next: AFTER_CODE,
    },
    Move {
        from: Step::WebAuthn,
        answer: Answer::Respond(ChallengeName::WebAuthn),
        next: AFTER_CODE,
    },
    // The person closed the browser's dialog and takes another way.
    Move {
        from: Step::WebAuthn,
        answer: Answer::Respond(ChallengeName::SelectChallenge),
        next: FACTORS,
    },
    Move {
        from: Step::WebAuthn,
        answer: Answer::Respond(ChallengeName::Password),
        next: AFTER_PASSWORD,
    },
    Move {
        from: Step::WebAuthn,
        answer: Answer::Respond(ChallengeName::PasswordSrp),
        next: &[Step::PasswordVerifier],
    },
    Move {
        from: Step::DiscoverableWebAuthn,
        answer: Answer::Respond(ChallengeName::WebAuthn),
        next: AFTER_CODE,
    },
    Move {
        from: Step::Password,
        answer: Answer::Respond(ChallengeName::Password),
        next: AFTER_PASSWORD,
    },
    Move {
        from: Step::PasswordSrp,
        answer: Answer::Respond(ChallengeName::PasswordSrp),
        next: &[Step::PasswordVerifier],
    },
    Move {
        from: Step::PasswordVerifier,
        answer: Answer::Respond(ChallengeName::PasswordVerifier),
        next: AFTER_PASSWORD,
    },
    Move {
        from: Step::CustomPasswordVerifier,
        answer: Answer::Respond(ChallengeName::PasswordVerifier),
        next: &[],
    },
    Move {
        from: Step::NewPasswordRequired,
        answer: Answer::Respond(ChallengeName::NewPasswordRequired),
        next: AFTER_NEW_PASSWORD,
    },
    Move {
        from: Step::EmailMfa,
        answer: Answer::Respond(ChallengeName::EmailOtp),
        next: AFTER_SECOND,
    },
    Move {
        from: Step::SmsMfa,
        answer: Answer::Respond(ChallengeName::SmsMfa),
        next: AFTER_SECOND,
    },
    Move {
        from: Step::SoftwareTokenMfa,
        answer: Answer::Respond(ChallengeName::SoftwareTokenMfa),
        next: AFTER_SECOND,
    },
    Move {
        from: Step::SelectMfaType,
        answer: Answer::Respond(ChallengeName::SelectMfaType),
        next: &[Step::EmailMfa, Step::SmsMfa, Step::SoftwareTokenMfa],
    },
    Move {
        from: Step::MfaSetup,
        answer: Answer::AssociateSoftwareToken,
        next: &[Step::MfaSetup],
    },
    Move {
        from: Step::MfaSetup,
        answer: Answer::VerifySoftwareToken,
        next: &[Step::MfaSetupDone],
    },
    // With an address.
    Move {
        from: Step::MfaSetup,
        answer: Answer::Respond(ChallengeName::MfaSetup),
        next: &[Step::EmailMfa],
    },
    Move {
        from: Step::MfaSetupDone,
        answer: Answer::Respond(ChallengeName::MfaSetup),
        next: AFTER_SECOND,
    },
    Move {
        from: Step::DeviceSrpAuth,
        answer: Answer::Respond(ChallengeName::DeviceSrpAuth),
        next: &[Step::DevicePasswordVerifier],
    },
    Move {
        from: Step::DevicePasswordVerifier,
        answer: Answer::Respond(ChallengeName::DevicePasswordVerifier),
        next: AFTER_DEVICE,
    },
];

/// Whether `answer` may be given at `from`.
pub fn is_legal(from: Step, answer: Answer) -> bool {
    MOVES
        .iter()
        .any(|row| row.from == from && row.answer == answer)
}

#[cfg(test)]
mod policies;
#[cfg(test)]
mod tests;
