//! Signing up: an account is made, its address is proved, and the proof signs in.

use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::email::Email;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::token::Amr;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::{StoreError, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::codes::{self, Attempt};
use crate::flows::session::{self, State};
use crate::flows::subject::Subject;
use crate::flows::{Delivery, contacts};

/// A new account.
pub(crate) struct SignedUp {
    pub(crate) sub: Sub,
    pub(crate) delivery: Delivery,
}

/// Makes an unconfirmed account without a password and mails it a code.
pub(crate) async fn sign_up(cx: &Cx, name: &str, given: Attributes) -> Result<SignedUp, ApiError> {
    let config = &cx.pool.config;
    if !config.self_sign_up {
        return Err(ApiError::SignUpNotPermitted);
    }
    let passwordless = config.allows(FirstFactor::EmailOtp)
        && config
            .auto_verified_attributes
            .contains(&ContactAttribute::Email);
    if !passwordless || !cx.client.config.allows(AuthFlow::AllowUserAuth) {
        return Err(ApiError::MissingParameter("Password"));
    }
    let email = Email::parse(name).map_err(|_| ApiError::InvalidEmail)?;
    let user = new_user(cx, &email, given)?;
    let done = cx
        .write(move |txn, cx| insert(txn, cx, &user, &email))
        .await?;
    cx.app.wake_outbox();
    Ok(done)
}

/// Proves the address of a new account. The Session that comes back signs in once without another
/// code: always, also when wrong codes came before the right one.
pub(crate) async fn confirm(
    cx: &Cx,
    name: &str,
    code: Secret<String>,
) -> Result<Secret<String>, ApiError> {
    let name = name.to_owned();
    cx.write(move |txn, cx| {
        let mut subject = Subject::find(txn, cx, &name)?;
        if subject
            .user
            .as_ref()
            .is_some_and(|user| user.status == UserStatus::Confirmed)
        {
            return Err(ApiError::CannotConfirm);
        }
        let attempt = Attempt {
            sub: &subject.sub,
            purpose: CodePurpose::ConfirmSignUp,
            id: None,
            to: subject.email().unwrap_or_default(),
            typed: &code,
        };
        let verdict = codes::judge(txn, cx, &attempt)?;
        if let Err(refusal) = verdict.verification() {
            // Committed all the same: the attempt counts.
            return Ok(Err(refusal));
        }
        let user = subject
            .user
            .as_mut()
            .ok_or(ApiError::CodeMismatchVerification)?;
        user.prove(ContactAttribute::Email, cx.now);
        txn.user_update(&cx.pool.id, user)?;
        Ok(session::seal(
            cx,
            &subject,
            &name,
            State::SignUpConfirmed { amr: Amr::EmailOtp },
        ))
    })
    .await?
}

/// Mails the confirmation code again, or says that nothing is left to confirm.
pub(crate) async fn resend(cx: &Cx, name: &str) -> Result<Delivery, ApiError> {
    let name = name.to_owned();
    let delivery = cx
        .write(move |txn, cx| {
            let subject = Subject::find(txn, cx, &name)?;
            match &subject.user {
                Some(user) if user.status == UserStatus::Confirmed => {
                    Err(ApiError::AlreadyConfirmed)
                }
                Some(user) => {
                    let to = subject.email().unwrap_or_default();
                    contacts::send_verification(txn, cx, &user.sub, CodePurpose::ConfirmSignUp, to)
                }
                None => Ok(contacts::mailed(&name)),
            }
        })
        .await?;
    cx.app.wake_outbox();
    Ok(delivery)
}

fn new_user(cx: &Cx, email: &Email, mut given: Attributes) -> Result<User, ApiError> {
    // The Authenticator sends empty values for what the person left blank.
    given.retain(|_, value| !value.is_empty());
    let attribute = ContactAttribute::Email;
    let address = given
        .entry(attribute.as_str().to_owned())
        .or_insert_with(|| email.as_str().to_owned());
    if Email::parse(address)
        .map_err(|_| ApiError::InvalidEmail)?
        .key()
        != email.key()
    {
        return Err(ApiError::InvalidParameter(
            "The attribute email must be the username.".into(),
        ));
    }
    cx.pool
        .config
        .schema
        .check(&given, Writer::SignUp)
        .map_err(ApiError::invalid_parameter)?;
    given.insert(attribute.verified().to_owned(), false.to_string());
    Ok(User {
        sub: Sub::generate(cx.app.random()),
        status: UserStatus::Unconfirmed,
        enabled: true,
        attributes: given,
        created_at: cx.now,
        updated_at: cx.now,
    })
}

fn insert(txn: &mut Txn<'_>, cx: &Cx, user: &User, email: &Email) -> Result<SignedUp, ApiError> {
    let pool = &cx.pool.id;
    txn.user_insert(pool, user)?;
    txn.login_set(pool, &user.sub, ContactAttribute::Email, &email.key())
        .map_err(|error| match error {
            StoreError::Conflict(_) => ApiError::UserExists,
            other => other.into(),
        })?;
    let to = user
        .attribute(ContactAttribute::Email.as_str())
        .unwrap_or_default();
    let delivery = contacts::send_verification(txn, cx, &user.sub, CodePurpose::ConfirmSignUp, to)?;
    Ok(SignedUp {
        sub: user.sub.clone(),
        delivery,
    })
}
