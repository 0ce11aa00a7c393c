//! Signing up: an account is made, its address or number is proved, and the proof signs in.

use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::contact::{Contact, InvalidContact};
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::password::Password;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::{StoreError, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::codes::{self, Attempt};
use crate::flows::passwords::NewPassword;
use crate::flows::session::{self, State};
use crate::flows::subject::{self, Subject};
use crate::flows::{Delivery, audit, contacts, first_factors};

/// A new account.
pub(crate) struct SignedUp {
    pub(crate) sub: Sub,
    pub(crate) delivery: Delivery,
}

/// Makes an unconfirmed account, with a password or without, and sends it a code.
pub(crate) async fn sign_up(
    cx: &Cx,
    name: &str,
    given: Attributes,
    password: Option<Password>,
) -> Result<SignedUp, ApiError> {
    if !cx.pool.config.self_sign_up {
        return Err(ApiError::SignUpNotPermitted);
    }
    let login = login(cx, name)?;
    let user = new_user(cx, &login, given)?;
    let password = match password {
        Some(typed) => Some(NewPassword::check(cx, &user.sub, &typed).await?),
        None if may_do_without_password(cx, &user) => None,
        None => return Err(ApiError::MissingParameter("Password")),
    };
    cx.write_and_send(move |txn, cx| {
        let done = insert(txn, cx, &user, &login)?;
        if let Some(password) = &password {
            password.set(txn, cx, &user.sub)?;
        }
        Ok(done)
    })
    .await
}

/// Proves the contact that a new account was made with. The Session that comes back signs in once without another
/// code: always, also when wrong codes came before the right one.
///
/// If somebody else has come to sign in with the contact, it is theirs unless `take_over` says otherwise; a code
/// that was refused for that reason is still good.
pub(crate) async fn confirm(
    cx: &Cx,
    name: &str,
    code: Secret<String>,
    take_over: bool,
) -> Result<Secret<String>, ApiError> {
    let name = name.to_owned();
    cx.write(move |txn, cx| {
        let mut subject = Subject::find(txn, cx, &name)?;
        if let Some(user) = &subject.user
            && user.status != UserStatus::Unconfirmed
        {
            return Err(ApiError::CannotConfirm(user.status.as_str()));
        }
        let to = subject.sign_up_contact(txn, cx)?.clone();
        let attempt = Attempt {
            sub: &subject.sub,
            is_user: subject.user.is_some(),
            purpose: CodePurpose::ConfirmSignUp,
            id: None,
            to: &to,
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
        if take_over {
            contacts::take_over(txn, cx, &user.sub, &to)?;
        }
        contacts::prove(txn, cx, user, &to)?;
        audit::note(txn, cx, &user.sub, AuditKind::SignUpConfirmed, "")?;
        let by = to.attribute();
        Ok(session::seal(
            cx,
            &subject,
            &name,
            State::SignUpConfirmed { by },
        ))
    })
    .await?
}

/// Sends the confirmation code again, or says that nothing is left to confirm.
pub(crate) async fn resend(cx: &Cx, name: &str) -> Result<Delivery, ApiError> {
    let name = name.to_owned();
    cx.write_and_send(move |txn, cx| {
        let subject = Subject::find(txn, cx, &name)?;
        let confirmed = |user: &User| user.status != UserStatus::Unconfirmed;
        if subject.user.as_ref().is_some_and(confirmed) {
            return Err(ApiError::AlreadyConfirmed);
        }
        let to = subject.sign_up_contact(txn, cx)?;
        contacts::resend_verification(txn, cx, &subject, to)
    })
    .await
}

/// What the person will sign in with.
fn login(cx: &Cx, name: &str) -> Result<Contact, ApiError> {
    let config = &cx.pool.config;
    subject::login(config, name).ok_or_else(|| match config.username_attributes.as_slice() {
        [only] => InvalidContact(*only).into(),
        _ => ApiError::InvalidUsername("Username should be either an email or a phone number."),
    })
}

fn new_user(cx: &Cx, login: &Contact, mut given: Attributes) -> Result<User, ApiError> {
    let written = given.iter().filter(|(_, value)| !value.is_empty());
    cx.require_writable(written.map(|(name, _)| name))?;
    let attribute = login.attribute();
    let value = given.entry(attribute.as_str().to_owned()).or_default();
    if value.is_empty() {
        login.as_str().clone_into(value);
    }
    if Contact::parse(attribute, value)?.key() != login.key() {
        return Err(ApiError::invalid_parameter(format!(
            "The attribute {} must be the username.",
            attribute.as_str()
        )));
    }
    cx.pool
        .config
        .schema
        .check(&given, Writer::SignUp)
        .map_err(ApiError::invalid_parameter)?;
    given.retain(|_, value| !value.is_empty());
    for attribute in ContactAttribute::ALL {
        if given.contains_key(attribute.as_str()) {
            given.insert(attribute.verified().to_owned(), false.to_string());
        }
    }
    Ok(User {
        sub: Sub::generate(cx.app.random()),
        status: UserStatus::Unconfirmed,
        enabled: true,
        attributes: given,
        mfa: MfaSettings::default(),
        created_at: cx.now,
        updated_at: cx.now,
    })
}

/// Whether the person will be able to sign in with a code: the pool sends such, to a contact that
/// was given and that the pool proves at sign-up (AWS: "Signing up without a password").
fn may_do_without_password(cx: &Cx, user: &User) -> bool {
    cx.client.config.allows(AuthFlow::AllowUserAuth)
        && ContactAttribute::ALL.into_iter().any(|contact| {
            first_factors::may_begin_with(cx, &user.mfa, contact.factor())
                && cx.pool.config.auto_verifies(contact)
                && user.contact(contact).is_some()
        })
}

/// Keeps the account. It is found by what the person signed up with; another contact follows when it
/// is proved, but must be nobody else's already now.
fn insert(txn: &mut Txn<'_>, cx: &Cx, user: &User, login: &Contact) -> Result<SignedUp, ApiError> {
    let pool = &cx.pool.id;
    let given = subject::on_record(user);
    txn.user_insert(pool, user)?;
    audit::note(txn, cx, &user.sub, AuditKind::SignUp, "")?;
    txn.login_set(pool, &user.sub, login.attribute(), &login.key())
        .map_err(|error| match error {
            StoreError::Conflict(_) => ApiError::UserExists,
            other => other.into(),
        })?;
    let others = given
        .iter()
        .filter(|contact| contact.attribute() != login.attribute());
    for other in others {
        let attribute = other.attribute();
        if cx.pool.config.signs_in_with(attribute)
            && txn.user_find(pool, attribute, &other.key())?.is_some()
        {
            return Err(ApiError::ContactExists(attribute.as_str()));
        }
    }
    let to = contacts::of_sign_up(&cx.pool.config, &given, Some(login.attribute()));
    let to = to.ok_or(ApiError::NothingToVerify)?;
    let purpose = CodePurpose::ConfirmSignUp;
    let delivery = contacts::send_verification(txn, cx, user, purpose, to)?;
    Ok(SignedUp {
        sub: user.sub.clone(),
        delivery,
    })
}
