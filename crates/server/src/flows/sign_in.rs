//! Signing in with `USER_AUTH`: who may use which factor, what is asked, what an answer is worth.

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use poolhouse_domain::challenge::{Answer, ChallengeName};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::passkey::is_offered;
use poolhouse_domain::password::Password;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::token::Amr;
use poolhouse_domain::user::UserStatus;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::challenge::web_authn;
use crate::flows::gate::{self, Proved};
use crate::flows::session::{self, Session, SrpLeg, State};
use crate::flows::subject::Subject;
use crate::flows::{Outcome, challenge, devices, mfa, passwords};

/// What RespondToAuthChallenge says.
pub(crate) struct Respond {
    pub(crate) challenge: String,
    pub(crate) session: Option<Secret<String>>,
    pub(crate) responses: Responses,
}

/// What a client says by name: `ChallengeResponses`, and `AuthParameters` too.
pub(crate) struct Responses(pub(crate) BTreeMap<String, Secret<String>>);

impl Responses {
    /// The response of that name; an empty one counts as not there.
    pub(crate) fn get(&self, name: &str) -> Option<&Secret<String>> {
        self.0.get(name).filter(|value| !value.expose().is_empty())
    }

    /// The same where there must be one.
    pub(crate) fn require(&self, name: &'static str) -> Result<&Secret<String>, ApiError> {
        self.get(name).ok_or(ApiError::MissingParameter(name))
    }

    /// The password of that name.
    pub(crate) fn password(&self, name: &'static str) -> Result<Password, ApiError> {
        self.require(name).map(|typed| Password::new(typed.clone()))
    }

    /// The responses whose names begin so, by the rest of their names.
    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(move |(name, value)| {
            name.strip_prefix(prefix)
                .map(|rest| (rest.to_owned(), value.expose().clone()))
        })
    }
}

/// `USER_AUTH`: with the Session of a confirmed sign-up it ends at once, if a code that is asked for
/// now would end it too; else the person is asked for the factor that the client prefers, or to
/// choose one.
pub(crate) async fn start(
    cx: &Cx,
    parameters: &Responses,
    session: Option<Secret<String>>,
) -> Result<Outcome, ApiError> {
    cx.require_flow(AuthFlow::AllowUserAuth, "USER_AUTH")?;
    let name = parameters.require("USERNAME")?.expose().clone();
    if let Some(session) = &session {
        let session = session::open(cx, session, Answer::Initiate)?;
        session.check_name(cx, &name)?;
        let State::SignUpConfirmed { by } = session.state else {
            return Err(ApiError::SessionInvalid);
        };
        if may_begin_with(cx, &MfaSettings::default(), by.factor()) {
            return finish_sign_up(cx, session, by).await;
        }
    }
    let preferred = parameters.get("PREFERRED_CHALLENGE");
    let preferred = preferred.and_then(|name| ChallengeName::parse(name.expose()));
    if web_authn::is_usernameless(cx, &name, preferred) {
        return web_authn::offer_to_anybody(cx, &name);
    }
    if let Some(by_password) = Begun::of(parameters, preferred)
        && is_open(cx, &name, FirstFactor::Password).await?
    {
        return by_password.go_on(cx, &name, None).await;
    }
    let begin = move |txn: &mut Txn<'_>, cx: &Cx| {
        Subject::ask_ahead(txn, cx, &name, |txn, stand_in| {
            ask_ahead(txn, cx, stand_in, preferred)
        });
        let subject = Subject::find(txn, cx, &name)?;
        let available = available(txn, cx, &subject)?;
        match preferred.filter(|preferred| available.contains(preferred)) {
            Some(preferred) => challenge::offer(txn, cx, &subject, &name, preferred, available),
            None => choose(cx, &subject, &name, available),
        }
    };
    // What writes nothing is no transaction that anybody has to wait for.
    if !preferred.is_some_and(challenge::is_sent) {
        return cx.read(begin).await;
    }
    let outcome = cx.write(begin).await?;
    cx.app.wake_outbox();
    Ok(outcome)
}

/// `USER_PASSWORD_AUTH`: the password in the first call.
pub(crate) async fn start_with_password(
    cx: &Cx,
    parameters: &Responses,
) -> Result<Outcome, ApiError> {
    cx.require_flow(AuthFlow::AllowUserPasswordAuth, "USER_PASSWORD_AUTH")?;
    let name = parameters.require("USERNAME")?.expose();
    let typed = parameters.password("PASSWORD")?;
    challenge::password::answer(cx, name.clone(), None, typed).await
}

/// `USER_SRP_AUTH`: A in the first call.
pub(crate) async fn start_with_srp(cx: &Cx, parameters: &Responses) -> Result<Outcome, ApiError> {
    cx.require_flow(AuthFlow::AllowUserSrpAuth, "USER_SRP_AUTH")?;
    let name = parameters.require("USERNAME")?.expose();
    let a = parameters.require("SRP_A")?;
    challenge::srp::begin(cx, name, None, a, SrpLeg::Whole).await
}

/// `CUSTOM_AUTH`: it may begin with SRP; what follows is for triggers, which are not served.
pub(crate) async fn start_custom(cx: &Cx, parameters: &Responses) -> Result<Outcome, ApiError> {
    cx.require_flow(AuthFlow::AllowCustomAuth, "CUSTOM_AUTH")?;
    let name = parameters.require("USERNAME")?.expose();
    match parameters.get("CHALLENGE_NAME") {
        Some(challenge) if challenge.expose() == "SRP_A" => {
            let a = parameters.require("SRP_A")?;
            challenge::srp::begin(cx, name, None, a, SrpLeg::Custom).await
        }
        _ => Err(ApiError::CustomAuthNotConfigured),
    }
}

/// A proof of the password that begins in the call that chooses it.
enum Begun<'a> {
    InClear(&'a Secret<String>),
    Srp(&'a Secret<String>),
}

impl<'a> Begun<'a> {
    /// What comes along with the choice of `chosen`.
    fn of(parameters: &'a Responses, chosen: Option<ChallengeName>) -> Option<Self> {
        match chosen? {
            ChallengeName::Password => parameters.get("PASSWORD").map(Self::InClear),
            ChallengeName::PasswordSrp => parameters.get("SRP_A").map(Self::Srp),
            _ => None,
        }
    }

    async fn go_on(
        self,
        cx: &Cx,
        name: &str,
        session: Option<Session>,
    ) -> Result<Outcome, ApiError> {
        match self {
            Self::InClear(typed) => {
                let typed = Password::new(typed.clone());
                challenge::password::answer(cx, name.to_owned(), session, typed).await
            }
            Self::Srp(a) => challenge::srp::begin(cx, name, session, a, SrpLeg::Whole).await,
        }
    }
}

/// Whether whoever is called `name` could begin with `factor` now.
async fn is_open(cx: &Cx, name: &str, factor: FirstFactor) -> Result<bool, ApiError> {
    let name = name.to_owned();
    cx.read(move |txn, cx| {
        let subject = Subject::find(txn, cx, &name)?;
        let available = available(txn, cx, &subject)?;
        let of_factor = ChallengeName::of_factor(factor);
        Ok(of_factor.iter().any(|name| available.contains(name)))
    })
    .await
}

/// Takes an answer to a challenge.
pub(crate) async fn respond(cx: &Cx, respond: Respond) -> Result<Outcome, ApiError> {
    let challenge = ChallengeName::parse(&respond.challenge);
    let challenge = challenge.ok_or_else(|| unserved(&respond.challenge))?;
    let session = match challenge {
        ChallengeName::PasswordVerifier | ChallengeName::DevicePasswordVerifier => {
            challenge::srp::session_of(respond.session, &respond.responses)?
        }
        _ => respond
            .session
            .ok_or(ApiError::MissingParameter("Session"))?,
    };
    let session = session::open(cx, &session, Answer::Respond(challenge))?;
    session.check_name(cx, respond.responses.require("USERNAME")?.expose())?;
    let cx = &devices::recognise(cx, &session).await?;
    let is_second = matches!(session.state, State::MfaCode { .. });
    match challenge {
        ChallengeName::EmailOtp | ChallengeName::SmsMfa if is_second => {
            challenge::mfa_code::answer(cx, session, &respond.responses).await
        }
        // A code by text that is no second factor has a name of its own.
        ChallengeName::SmsMfa => Err(ApiError::SessionInvalid),
        ChallengeName::SelectChallenge => selected(cx, session, &respond.responses).await,
        ChallengeName::EmailOtp => {
            challenge::EMAIL_OTP
                .answer(cx, session, &respond.responses)
                .await
        }
        ChallengeName::SmsOtp => {
            challenge::SMS_OTP
                .answer(cx, session, &respond.responses)
                .await
        }
        ChallengeName::WebAuthn => web_authn::answer(cx, session, &respond.responses).await,
        ChallengeName::Password => {
            let typed = Begun::InClear(respond.responses.require("PASSWORD")?);
            typed.go_on(cx, &session.name.clone(), Some(session)).await
        }
        ChallengeName::PasswordSrp => {
            let a = Begun::Srp(respond.responses.require("SRP_A")?);
            a.go_on(cx, &session.name.clone(), Some(session)).await
        }
        ChallengeName::PasswordVerifier => {
            challenge::srp::answer(cx, session, &respond.responses).await
        }
        ChallengeName::NewPasswordRequired => {
            challenge::new_password::answer(cx, session, &respond.responses).await
        }
        ChallengeName::SoftwareTokenMfa => {
            challenge::software_token_mfa::answer(cx, session, &respond.responses).await
        }
        ChallengeName::SelectMfaType => {
            challenge::select_mfa_type::answer(cx, session, &respond.responses).await
        }
        ChallengeName::MfaSetup => {
            challenge::mfa_setup::answer(cx, session, &respond.responses).await
        }
        ChallengeName::DeviceSrpAuth | ChallengeName::DevicePasswordVerifier => {
            challenge::device_srp::answer(cx, session, &respond.responses).await
        }
    }
}

/// Names what can be answered here: the service model has more challenges than we put to anybody.
fn unserved(challenge: &str) -> ApiError {
    let served = ChallengeName::ALL.map(ChallengeName::as_str).join(", ");
    ApiError::invalid_parameter(format!(
        "{challenge} is not served by this server: got {challenge}, expected one of {served}"
    ))
}

/// The person chose a factor.
async fn selected(cx: &Cx, session: Session, responses: &Responses) -> Result<Outcome, ApiError> {
    let answer = responses.require("ANSWER")?.expose().clone();
    // The choice and what it asks for in one call are the answer to it.
    if let Some(by_password) = Begun::of(responses, ChallengeName::parse(&answer)) {
        return by_password
            .go_on(cx, &session.name.clone(), Some(session))
            .await;
    }
    let outcome = cx
        .write(move |txn, cx| {
            let subject = Subject::find(txn, cx, &session.name)?;
            session.check_subject(&subject)?;
            session.spend(txn)?;
            let available = available(txn, cx, &subject)?;
            let chosen = ChallengeName::parse(&answer).filter(|chosen| available.contains(chosen));
            let chosen = chosen.ok_or_else(|| {
                let expected: Vec<_> = available.iter().map(|name| name.as_str()).collect();
                let expected = expected.join(", ");
                ApiError::invalid_parameter(format!(
                    "Invalid ANSWER: got {answer}, expected one of {expected}"
                ))
            })?;
            challenge::offer(txn, cx, &subject, &session.name, chosen, available)
        })
        .await?;
    cx.app.wake_outbox();
    Ok(outcome)
}

/// Asks ahead for what it takes to say what is available to whoever `stand_in` stands for, and to offer
/// `preferred` to them.
fn ask_ahead(
    txn: &mut Txn<'_>,
    cx: &Cx,
    stand_in: &Subject,
    preferred: Option<ChallengeName>,
) -> Result<(), ApiError> {
    let (pool, config) = (&cx.pool.id, &cx.pool.config);
    if config.allows(FirstFactor::Password) {
        txn.password_exists(pool, &stand_in.sub)?;
    }
    if let Some(party) = &cx.pool.relying_party {
        txn.passkey_exists(pool, &stand_in.sub, &party.id)?;
    }
    txn.factor_failures_list(pool, &stand_in.sub)?;
    match preferred {
        Some(preferred) => challenge::ask_ahead(txn, cx, stand_in, preferred),
        None => Ok(()),
    }
}

/// Every factor that the person could prove now, in Cognito's order.
fn available(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
) -> Result<Vec<ChallengeName>, ApiError> {
    let eligible = eligible(txn, cx, subject)?;
    if eligible.is_empty() {
        return Err(ApiError::NoFactor);
    }
    let failures = txn.factor_failures_list(&cx.pool.id, &subject.sub)?;
    let is_disabled = |factor: FirstFactor| {
        let mut failures = failures.iter();
        failures.any(|(word, failures)| word == factor.as_str() && failures.is_disabled(cx.now))
    };
    let mut available = Vec::new();
    for factor in eligible {
        if !is_disabled(factor) {
            available.extend(ChallengeName::of_factor(factor));
        }
    }
    if available.is_empty() {
        Err(ApiError::AttemptLimitExceeded)
    } else {
        Ok(available)
    }
}

/// The first factors that a signed-in user can sign in with.
pub(crate) async fn factors(user: &UserCx) -> Result<Vec<FirstFactor>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| {
            let subject = Subject::find(txn, cx, sub.as_str())?;
            eligible(txn, cx, &subject)
        })
        .await
}

/// Every first factor that the pool offers and the person has, in Cognito's order.
fn eligible(txn: &mut Txn<'_>, cx: &Cx, subject: &Subject) -> Result<Vec<FirstFactor>, ApiError> {
    let mut eligible = Vec::new();
    let given_password = subject
        .user
        .as_ref()
        .is_some_and(|user| user.status == UserStatus::ForceChangePassword);
    let settings = mfa::settings(cx, subject);
    let open = FirstFactor::ALL
        .into_iter()
        .filter(|factor| may_begin_with(cx, &settings, *factor));
    for factor in open {
        let has_it = match factor {
            FirstFactor::Password => passwords::has_one(txn, cx, subject)?,
            _ if given_password => false,
            // Proved or not: a code proves it.
            FirstFactor::EmailOtp => subject.contact(ContactAttribute::Email).is_some(),
            FirstFactor::SmsOtp => subject.contact(ContactAttribute::PhoneNumber).is_some(),
            FirstFactor::WebAuthn => web_authn::is_usable(txn, cx, subject)?,
        };
        if has_it {
            eligible.push(factor);
        }
    }
    Ok(eligible)
}

/// Whether the pool, by its rules on second factors too, lets somebody begin with `factor` who decided
/// so about theirs.
pub(crate) fn may_begin_with(cx: &Cx, settings: &MfaSettings, factor: FirstFactor) -> bool {
    let config = &cx.pool.config;
    config.allows(factor) && is_offered(factor, config.mfa, settings, config.passkeys.factor)
}

fn choose(
    cx: &Cx,
    subject: &Subject,
    name: &str,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    Ok(Outcome::Challenge {
        name: ChallengeName::SelectChallenge,
        session: session::seal(cx, subject, name, State::SelectChallenge)?,
        parameters: BTreeMap::new(),
        available,
    })
}

async fn finish_sign_up(
    cx: &Cx,
    session: Session,
    by: ContactAttribute,
) -> Result<Outcome, ApiError> {
    let next = cx
        .write(move |txn, cx| {
            // They may have set up a second factor since.
            let user = txn
                .user_get(&cx.pool.id, &session.sub)?
                .filter(|user| may_begin_with(cx, &user.mfa, by.factor()))
                .ok_or(ApiError::SessionInvalid)?;
            let proved = Proved {
                spent: session.spend(txn)?,
                user,
                name: session.name.clone(),
                proofs: Proofs::of(Amr::from(by)),
            };
            gate::proceed(txn, cx, proved)
        })
        .await?;
    next.outcome(cx)
}
