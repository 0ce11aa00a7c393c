//! One file for each Cognito operation, named after it, and the table that leads there.
//!
//! An operation translates wire words to flow words and back. It holds no rules and knows no HTTP.
//!
//! `docs/operations.md` is made of the heads of these files: `Deviation:` says where we differ from
//! AWS, `Cannot occur:` why no answer is an error that AWS documents. What holds for all of them:
//!
//! Cannot occur: `ForbiddenException`: there is no web application firewall in front that answers so.
//! Cannot occur: `OperationNotEnabledException`: a pool has no replicas in other regions.
//! Cannot occur: `TooManyRequestsException`: attempts are limited per user and factor, with other
//! exceptions; requests are not limited yet.
//! Cannot occur: `UnexpectedLambdaException`, `UserLambdaValidationException`,
//! `InvalidLambdaResponseException`: Lambda triggers are not run yet.
//! Cannot occur: `InvalidSmsRoleAccessPolicyException`, `InvalidSmsRoleTrustRelationshipException`,
//! `InvalidEmailRoleAccessPolicyException`: messages are not sent through AWS, so there are no roles.
//! Cannot occur: `CodeDeliveryFailureException`: a message is a row of the request's transaction and
//! sent after the answer.

mod shapes;

use std::net::IpAddr;

use poolhouse_domain::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::awsjson::model::Operation;
use crate::cx::{Cx, UserCx};

/// `client`: the request names its app client. `user`: it shows an access token. `either`: it shows an
/// access token or a Session. `pool`: it names its pool.
macro_rules! operations {
    (
        client { $($client:ident => $client_file:ident,)+ }
        user { $($user:ident => $user_file:ident,)+ }
        either { $($either:ident => $either_file:ident,)+ }
        pool { $($pool:ident => $pool_file:ident,)+ }
    ) => {
        $(mod $client_file;)+
        $(mod $user_file;)+
        $(mod $either_file;)+
        $(mod $pool_file;)+

        /// The operations that are served.
        pub const SERVED: &[&str] = &[
            $(stringify!($client),)+
            $(stringify!($user),)+
            $(stringify!($either),)+
            $(stringify!($pool),)+
        ];

        /// Runs an operation on a request that the model has found valid, and that came `from` there. The
        /// reply as it is written on the wire.
        ///
        /// Each has a box of its own: what waits for any of them would otherwise be as large as the largest,
        /// 7 kB, and be copied by whoever wraps it.
        pub(crate) async fn dispatch(
            app: &App,
            operation: &Operation,
            request: Value,
            from: Option<IpAddr>,
        ) -> Result<Vec<u8>, ApiError> {
            match operation.name {
                $(stringify!($client) => {
                    let cx = Cx::of_request(app, operation.name, &request, from)?;
                    write(&Box::pin($client_file::run(&cx, read(request)?)).await?)
                })+
                $(stringify!($user) => {
                    let token = Secret::new(text(&request, "AccessToken").to_owned());
                    let mut cx = UserCx::of_token(app, &token).await?;
                    cx.cx.from = from;
                    write(&Box::pin($user_file::run(&cx, read(request)?)).await?)
                })+
                $(stringify!($either) => {
                    write(&Box::pin($either_file::run(app, read(request)?)).await?)
                })+
                $(stringify!($pool) => {
                    let pool = app.pool_of_request(text(&request, "UserPoolId"))?;
                    write(&Box::pin($pool_file::run(&pool, read(request)?)).await?)
                })+
                _ if operation.signed => Err(ApiError::MissingAuthenticationToken),
                _ => Err(ApiError::OperationNotSupported(operation.name)),
            }
        }
    };
}

operations! {
    client {
        ConfirmForgotPassword => confirm_forgot_password,
        ConfirmSignUp => confirm_sign_up,
        ForgotPassword => forgot_password,
        GetTokensFromRefreshToken => get_tokens_from_refresh_token,
        InitiateAuth => initiate_auth,
        ResendConfirmationCode => resend_confirmation_code,
        RespondToAuthChallenge => respond_to_auth_challenge,
        RevokeToken => revoke_token,
        SignUp => sign_up,
    }
    user {
        ChangePassword => change_password,
        CompleteWebAuthnRegistration => complete_web_authn_registration,
        ConfirmDevice => confirm_device,
        DeleteUser => delete_user,
        DeleteUserAttributes => delete_user_attributes,
        DeleteWebAuthnCredential => delete_web_authn_credential,
        ForgetDevice => forget_device,
        GetDevice => get_device,
        GetUser => get_user,
        GetUserAttributeVerificationCode => get_user_attribute_verification_code,
        GetUserAuthFactors => get_user_auth_factors,
        GlobalSignOut => global_sign_out,
        ListDevices => list_devices,
        ListUserSessions => list_user_sessions,
        ListWebAuthnCredentials => list_web_authn_credentials,
        RenameWebAuthnCredential => rename_web_authn_credential,
        RevokeUserSession => revoke_user_session,
        SetUserMFAPreference => set_user_mfa_preference,
        SetUserSettings => set_user_settings,
        StartWebAuthnRegistration => start_web_authn_registration,
        UpdateDeviceStatus => update_device_status,
        UpdateUserAttributes => update_user_attributes,
        VerifyUserAttribute => verify_user_attribute,
    }
    either {
        AssociateSoftwareToken => associate_software_token,
        VerifySoftwareToken => verify_software_token,
    }
    pool {
        UpdateAuthEventFeedback => update_auth_event_feedback,
    }
}

/// Room for most replies, in bytes, also for one with tokens: without, it is found in steps.
const REPLY: usize = 4096;

fn text<'a>(request: &'a Value, member: &str) -> &'a str {
    request
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, ApiError> {
    serde_json::from_value(request).map_err(ApiError::internal)
}

fn write(reply: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::with_capacity(REPLY);
    serde_json::to_writer(&mut body, reply).map_err(ApiError::internal)?;
    Ok(body)
}
