//! Signing in: how it begins, and where an answer goes.

use poolhouse_domain::Secret;
use poolhouse_domain::challenge::{Answer, ChallengeName};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::token::Amr;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::challenge::begun::Begun;
use crate::flows::challenge::{self, select_challenge, web_authn};
use crate::flows::gate::{self, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, SrpLeg, State};
use crate::flows::subject::Subject;
use crate::flows::{Outcome, devices, first_factors};

/// What RespondToAuthChallenge says.
pub(crate) struct Respond {
    pub(crate) challenge: String,
    pub(crate) session: Option<Secret<String>>,
    pub(crate) responses: Responses,
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
        if first_factors::may_begin_with(cx, &MfaSettings::default(), by.factor()) {
            return finish_sign_up(cx, session, by).await;
        }
    }
    let preferred = parameters.get("PREFERRED_CHALLENGE");
    let preferred = preferred.and_then(|name| ChallengeName::parse(name.expose()));
    if web_authn::is_usernameless(cx, &name, preferred) {
        return web_authn::offer_to_anybody(cx, &name);
    }
    if let Some(by_password) = Begun::of(parameters, preferred)
        && first_factors::is_open(cx, &name, FirstFactor::Password).await?
    {
        return by_password.go_on(cx, &name, None).await;
    }
    ask(cx, name, preferred).await
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
    challenge::answer(cx, challenge, session, &respond.responses).await
}

/// Names what can be answered here: the service model has more challenges than we put to anybody.
fn unserved(challenge: &str) -> ApiError {
    let served = ChallengeName::ALL.map(ChallengeName::as_str).join(", ");
    ApiError::invalid_parameter(format!(
        "{challenge} is not served by this server: got {challenge}, expected one of {served}"
    ))
}

/// Asks for the factor that the client prefers, if it is available, and else to choose one.
async fn ask(cx: &Cx, name: String, preferred: Option<ChallengeName>) -> Result<Outcome, ApiError> {
    let begin = move |txn: &mut Txn<'_>, cx: &Cx| {
        Subject::ask_ahead(txn, cx, &name, |txn, stand_in| {
            first_factors::ask_ahead(txn, cx, stand_in)?;
            match preferred {
                Some(preferred) => challenge::ask_ahead(txn, cx, stand_in, preferred),
                None => Ok(()),
            }
        });
        let subject = Subject::find(txn, cx, &name)?;
        let available = first_factors::available(txn, cx, &subject)?;
        match preferred.filter(|preferred| available.contains(preferred)) {
            Some(preferred) => challenge::offer(txn, cx, &subject, &name, preferred, available),
            None => select_challenge::offer(cx, &subject, &name, available),
        }
    };
    // What writes nothing is no transaction that anybody has to wait for.
    if !preferred.is_some_and(challenge::is_sent) {
        return cx.read(begin).await;
    }
    cx.write_and_send(begin).await
}

/// The code that confirmed the sign-up signs in as well.
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
                .filter(|user| first_factors::may_begin_with(cx, &user.mfa, by.factor()))
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
    next.outcome(cx).await
}
