//! The Session string: a sign-in's state, sealed and handed to the client (D1).
//!
//! Nothing is stored when one is made. It opens only with the deployment's key, for the pool it was
//! made in; the client, the user, the step and the expiry are inside. What must happen once is a row:
//! `session_spend`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::challenge::{Answer, Step, is_legal};
use poolhouse_domain::device::DeviceKey;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::User;
use poolhouse_domain::{ClientId, PoolId, Secret, Sub, Timestamp, random};
use poolhouse_store::Txn;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::subject::{Subject, name_key};

/// What a Session says.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Drawn anew for each Session; the row that spends it has this id.
    pub(crate) id: [u8; 16],
    client: ClientId,
    pub(crate) sub: Sub,
    /// As the person typed it: a decoy is found again only by it.
    pub(crate) name: String,
    /// The device that the sign-in is on, by the client's word: nothing of it was looked at.
    device: Option<DeviceKey>,
    pub(crate) state: State,
    pub(crate) expires_at: Timestamp,
}

/// What an SRP proof of the password is part of.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SrpLeg {
    /// It is all there is to prove first.
    Whole,
    /// `CUSTOM_AUTH` begins with it.
    Custom,
}

/// What a step has to remember. Some of it is secret, so there is no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum State {
    /// A code to such a contact confirmed the account, and proved as much as signing in with it would.
    SignUpConfirmed { by: ContactAttribute },
    /// The person chooses.
    SelectChallenge,
    /// The mailed code with this id is awaited.
    EmailOtp { code: [u8; 16] },
    /// The texted code with this id is awaited.
    SmsOtp { code: [u8; 16] },
    /// A passkey of the user is awaited, over this challenge.
    WebAuthn { challenge: [u8; 32] },
    /// Anybody's passkey is awaited, over this challenge.
    DiscoverableWebAuthn { challenge: [u8; 32] },
    /// The user's password is awaited.
    Password,
    /// The public value of SRP is awaited.
    PasswordSrp,
    /// The claim of SRP is awaited, by a server that remembers this of its offer.
    PasswordVerifier { offer: Vec<u8>, leg: SrpLeg },
    /// A new password is awaited.
    NewPasswordRequired { proofs: Proofs },
    /// The code with this id is awaited as a second factor. It went to the user's address or number, or
    /// to an address that becomes theirs with it.
    MfaCode {
        contact: ContactAttribute,
        code: [u8; 16],
        address: Option<String>,
        proofs: Proofs,
    },
    /// A code of the user's authenticator app is awaited.
    SoftwareTokenMfa { proofs: Proofs },
    /// The person chooses a second factor.
    SelectMfaType { proofs: Proofs },
    /// A second factor is to be set up. Whoever has been given a seed has had more time for it.
    MfaSetup { proofs: Proofs, prolonged: bool },
    /// An authenticator app was set up.
    MfaSetupDone { proofs: Proofs },
    /// The public value of the Session's device is awaited.
    DeviceSrpAuth { proofs: Proofs },
    /// Its claim is awaited, by a server that remembers this of its offer.
    DevicePasswordVerifier { offer: Vec<u8>, proofs: Proofs },
}

impl State {
    /// Where in the table of moves this is.
    pub(crate) const fn step(&self) -> Step {
        match self {
            Self::SignUpConfirmed { .. } => Step::SignUpConfirmed,
            Self::SelectChallenge => Step::SelectChallenge,
            Self::EmailOtp { .. } => Step::EmailOtp,
            Self::SmsOtp { .. } => Step::SmsOtp,
            Self::WebAuthn { .. } => Step::WebAuthn,
            Self::DiscoverableWebAuthn { .. } => Step::DiscoverableWebAuthn,
            Self::Password => Step::Password,
            Self::PasswordSrp => Step::PasswordSrp,
            Self::PasswordVerifier { leg, .. } => match leg {
                SrpLeg::Whole => Step::PasswordVerifier,
                SrpLeg::Custom => Step::CustomPasswordVerifier,
            },
            Self::NewPasswordRequired { .. } => Step::NewPasswordRequired,
            Self::MfaCode { contact, .. } => match contact {
                ContactAttribute::Email => Step::EmailMfa,
                ContactAttribute::PhoneNumber => Step::SmsMfa,
            },
            Self::SoftwareTokenMfa { .. } => Step::SoftwareTokenMfa,
            Self::SelectMfaType { .. } => Step::SelectMfaType,
            Self::MfaSetup { .. } => Step::MfaSetup,
            Self::MfaSetupDone { .. } => Step::MfaSetupDone,
            Self::DeviceSrpAuth { .. } => Step::DeviceSrpAuth,
            Self::DevicePasswordVerifier { .. } => Step::DevicePasswordVerifier,
        }
    }
}

/// Says that a Session was spent, once and by us: [`Session::spend`] makes one.
pub(crate) struct Spent(());

impl Spent {
    /// For what was proved in the first call, which has no Session that could be used twice.
    pub(crate) const fn nothing() -> Self {
        Self(())
    }
}

/// Says that a Session is not spent yet, in this transaction: [`Session::check_unspent`] makes one.
pub(crate) struct Unspent<'a>(&'a Session);

impl Unspent<'_> {
    /// Spends it.
    pub(crate) fn spend(self, txn: &mut Txn<'_>) -> Result<Spent, ApiError> {
        txn.session_spend_unspent(&self.0.id, self.0.expires_at)?;
        Ok(Spent(()))
    }
}

/// The Session for the client: valid from now for the client's `AuthSessionValidity`.
pub(crate) fn seal(
    cx: &Cx,
    subject: &Subject,
    name: &str,
    state: State,
) -> Result<Secret<String>, ApiError> {
    seal_for(cx, &subject.sub, name, state)
}

/// [`seal`], also for a sign-in that does not know yet whose it is.
pub(crate) fn seal_for(
    cx: &Cx,
    sub: &Sub,
    name: &str,
    state: State,
) -> Result<Secret<String>, ApiError> {
    let expires_at = cx.now + cx.client.config.auth_session_validity;
    seal_until(cx, sub, name, state, expires_at)
}

/// [`seal_for`], valid until then.
pub(crate) fn seal_until(
    cx: &Cx,
    sub: &Sub,
    name: &str,
    state: State,
    expires_at: Timestamp,
) -> Result<Secret<String>, ApiError> {
    let session = Session {
        id: random::bytes(cx.app.random()),
        client: cx.client.id.clone(),
        sub: sub.clone(),
        name: name.to_owned(),
        device: cx.device.clone(),
        state,
        expires_at,
    };
    write(cx, &session)
}

/// The same Session at its next step: the two are spent together, and end together.
pub(crate) fn move_on(
    cx: &Cx,
    session: &Session,
    state: State,
) -> Result<Secret<String>, ApiError> {
    let session = Session {
        state,
        ..session.clone()
    };
    write(cx, &session)
}

fn write(cx: &Cx, session: &Session) -> Result<Secret<String>, ApiError> {
    let plain = postcard::to_allocvec(session).map_err(ApiError::internal)?;
    let context = cx.pool.id.as_str().as_bytes();
    let sealed = cx
        .app
        .secrets()
        .sessions
        .seal(cx.app.random(), context, &plain);
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(sealed)))
}

/// Opens a Session for `answer`, refusing one that is altered, of another pool or client, at a step
/// that `answer` is not legal at, or expired.
pub(crate) fn open(cx: &Cx, text: &Secret<String>, answer: Answer) -> Result<Session, ApiError> {
    let session = unseal(&cx.app, &cx.pool.id, text).ok_or(ApiError::SessionInvalid)?;
    if session.client != cx.client.id || !is_legal(session.state.step(), answer) {
        return Err(ApiError::SessionInvalid);
    }
    if cx.now >= session.expires_at {
        return Err(ApiError::SessionExpired);
    }
    Ok(session)
}

/// [`open`] for a request that says neither its client nor its pool: of all pools, only the Session's
/// own opens it.
pub(crate) fn open_anywhere(
    app: &App,
    text: &Secret<String>,
    answer: Answer,
) -> Result<(Cx, Session), ApiError> {
    let mut pools = app.pool_ids().into_iter();
    let found = pools.find_map(|pool| unseal(app, &pool, text));
    let found = found.ok_or(ApiError::SessionInvalid)?;
    let mut cx = Cx::of_client(app, found.client.as_str())?;
    let session = open(&cx, text, answer)?;
    cx.device = session.device(&cx);
    Ok((cx, session))
}

fn unseal(app: &App, pool: &PoolId, text: &Secret<String>) -> Option<Session> {
    let sealed = URL_SAFE_NO_PAD.decode(text.expose()).ok()?;
    let context = pool.as_str().as_bytes();
    let plain = app.secrets().sessions.open(context, &sealed)?;
    // What another version of the program sealed may read otherwise: then the person starts anew.
    postcard::from_bytes(plain.expose()).ok()
}

impl Session {
    /// The device that the sign-in is on, while the pool remembers any.
    pub(crate) fn device(&self, cx: &Cx) -> Option<DeviceKey> {
        cx.pool.config.devices.and(self.device.clone())
    }

    /// Whose it is, now. For steps that come after a proof: a stranger has none.
    pub(crate) fn user(&self, txn: &mut Txn<'_>, cx: &Cx) -> Result<User, ApiError> {
        txn.user_get(&cx.pool.id, &self.sub)?
            .ok_or(ApiError::SessionInvalid)
    }

    /// Spends the Session; whoever comes second is refused. Of the answers that must be right at the
    /// first try, the transaction commits also when one is wrong.
    pub(crate) fn spend(&self, txn: &mut Txn<'_>) -> Result<Spent, ApiError> {
        if txn.session_spend(&self.id, self.expires_at)? {
            Ok(Spent(()))
        } else {
            Err(ApiError::SessionUsed)
        }
    }

    /// Refuses a Session that was spent already; it stays as it is.
    pub(crate) fn check_unspent(&self, txn: &mut Txn<'_>) -> Result<Unspent<'_>, ApiError> {
        if txn.session_is_spent(&self.id, self.expires_at)? {
            Err(ApiError::SessionUsed)
        } else {
            Ok(Unspent(self))
        }
    }

    /// Refuses an answer in another person's name. Clients send what the person typed, or the `sub`.
    pub(crate) fn check_name(&self, cx: &Cx, name: &str) -> Result<(), ApiError> {
        let key = |name| name_key(&cx.pool.config, name);
        if name == self.name || name == self.sub.as_str() || key(name) == key(&self.name) {
            Ok(())
        } else {
            Err(ApiError::SessionInvalid)
        }
    }

    /// Refuses to go on when the name now stands for somebody else than when the Session was made.
    pub(crate) fn check_subject(&self, subject: &Subject) -> Result<(), ApiError> {
        if subject.sub == self.sub {
            Ok(())
        } else {
            Err(ApiError::SessionInvalid)
        }
    }
}
