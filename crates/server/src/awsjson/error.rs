//! Everything that can go wrong, as the client is told it.
//!
//! The list is closed: one line for each thing that can be said, with the exception that says it
//! and its constant text. What went wrong inside rides in [`ApiError::Internal`]; it is logged and
//! never sent. No other file knows the name of an exception or its status.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use axum::http::StatusCode;
use poolhouse_domain::contact::InvalidContact;
use poolhouse_domain::password::Weakness;
use poolhouse_store::StoreError;

/// Reads the table below into the enum, its names and its texts. A text may quote the variant's
/// field; an empty text is not sent at all.
macro_rules! api_errors {
    ($($variant:ident $(($field:ident: $type:ty))? => $exception:ident, $text:literal;)+) => {
        /// What a client can be told instead of an answer.
        #[derive(Debug)]
        pub enum ApiError {
            $(
                #[doc = concat!("`", stringify!($exception), "`: ", $text)]
                $variant $(($type))?,
            )+
        }

        impl ApiError {
            /// The exception's name: `__type` in the body.
            pub fn exception(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($exception),)+
                }
            }
        }

        impl fmt::Display for ApiError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant $(($field))? => {
                        $(let _ = $field;)?
                        write!(f, $text)
                    })+
                }
            }
        }

        #[cfg(test)]
        pub(super) const EXCEPTIONS: &[&str] = &[$(stringify!($exception)),+];
    };
}

api_errors! {
    // Tokens.
    AccessTokenInvalid => NotAuthorizedException, "Invalid Access Token";
    AccessTokenExpired => NotAuthorizedException, "Access Token has expired";
    AccessTokenRevoked => NotAuthorizedException, "Access Token has been revoked";
    AccessTokenScope => NotAuthorizedException, "Access Token does not have required scopes";
    RefreshTokenInvalid => NotAuthorizedException, "Invalid Refresh Token";
    RefreshTokenExpired => NotAuthorizedException, "Refresh Token has expired";
    RefreshTokenRevoked => NotAuthorizedException, "Refresh Token has been revoked";
    RefreshTokenReused => RefreshTokenReuseException, "Refresh Token has been reused";
    UnsupportedToken => UnsupportedTokenTypeException, "Unsupported token type";
    RevocationNotEnabled => UnsupportedOperationException,
        "Token revocation is not enabled for this client";
    UnauthorizedToken => UnauthorizedException, "Token is not from this client";
    Unauthorized(text: String) => UnauthorizedException, "{text}";

    // Sessions and codes.
    SessionInvalid => NotAuthorizedException, "Invalid session for the user.";
    SessionExpired => NotAuthorizedException, "Invalid session for the user, session is expired.";
    SessionUsed => NotAuthorizedException,
        "Invalid session for the user, session can only be used once.";
    CodeMismatchSignIn => CodeMismatchException, "Invalid code or auth state for the user.";
    CodeMismatchVerification => CodeMismatchException,
        "Invalid verification code provided, please try again.";
    CodeExpired => ExpiredCodeException, "Invalid code provided, please request a code again.";
    AttemptLimitExceeded => LimitExceededException,
        "Attempt limit exceeded, please try after some time.";

    // Users.
    UserNotFound => UserNotFoundException, "User does not exist.";
    UserNotFoundForClient => UserNotFoundException, "Username/client id combination not found.";
    IncorrectCredentials => NotAuthorizedException, "Incorrect username or password.";
    NoRecoveryContact => InvalidParameterException,
        "Cannot reset password for the user as there is no registered/verified email or phone_number";
    CannotResetPassword => NotAuthorizedException,
        "User password cannot be reset in the current state.";
    RecoveryByAdministrator => NotAuthorizedException,
        "Only an administrator can reset passwords in this user pool.";
    PasswordAttemptsExceeded => NotAuthorizedException, "Password attempts exceeded";
    PasswordWeak(why: Weakness) => InvalidPasswordException,
        "Password did not conform with policy: {why}";
    PasswordUsedBefore => PasswordHistoryPolicyViolationException,
        "Password has been used before: choose another.";
    NoFactor => NotAuthorizedException, "No way to sign in is open to the user.";
    UserDisabled => NotAuthorizedException, "User is disabled.";
    UserNotConfirmed => UserNotConfirmedException, "User is not confirmed.";
    PasswordResetRequired => PasswordResetRequiredException,
        "Password reset required for the user";
    UserExists => UsernameExistsException, "User already exists";
    ContactExists(contact: &'static str) => UsernameExistsException,
        "An account with the given {contact} already exists.";
    AliasExists(contact: &'static str) => AliasExistsException,
        "An account with the {contact} already exists.";
    AttributeNotWritable => NotAuthorizedException,
        "A client attempted to write unauthorized attribute";
    NothingToVerify => InvalidParameterException,
        "User has no email or phone_number to verify.";
    AlreadyConfirmed => InvalidParameterException, "User is already confirmed.";
    CannotConfirm(status: &'static str) => NotAuthorizedException,
        "User cannot be confirmed. Current status is {status}";
    SignUpNotPermitted => NotAuthorizedException, "SignUp is not permitted for this user pool";

    SessionNotFound => ResourceNotFoundException, "Session does not exist.";
    SessionIsCurrent => InvalidParameterException,
        "The session of the access token cannot be revoked: sign out instead";
    AddOnsNotEnabled => UserPoolAddOnNotEnabledException, "User pool add-ons are not enabled.";

    // Passkeys.
    PasskeysNotEnabled => WebAuthnNotEnabledException,
        "Passkeys are not enabled for this user pool.";
    PasskeysNotConfigured => WebAuthnConfigurationMissingException,
        "The user pool has no relying party id.";
    PasskeyChallengeNotFound => WebAuthnChallengeNotFoundException,
        "The challenge was not found or has expired: start the registration again.";
    PasskeyRelyingPartyMismatch => WebAuthnRelyingPartyMismatchException,
        "The passkey is for another relying party than this user pool.";
    PasskeyClientMismatch => WebAuthnClientMismatchException,
        "The registration was started with another app client.";
    PasskeyOriginNotAllowed => WebAuthnOriginNotAllowedException,
        "The passkey was made on an origin that this user pool does not allow.";
    PasskeyNotSupported => WebAuthnCredentialNotSupportedException,
        "The passkey is of a kind that this user pool does not take.";
    PasskeyInvalid => InvalidParameterException, "The credential is not valid.";
    PasskeyExists => InvalidParameterException, "The passkey is registered already.";
    PasskeyLimitExceeded => LimitExceededException,
        "The user has 20 passkeys, which is the most: delete one first.";
    PasskeyNotFound => ResourceNotFoundException, "The passkey does not exist.";
    PasskeyNeedsFreshSignIn => NotAuthorizedException,
        "A passkey can be added only soon after signing in: sign in again.";
    NextTokenInvalid => InvalidParameterException, "Invalid NextToken.";

    // Second factors.
    CodeMismatchSoftwareToken => CodeMismatchException, "Invalid code received for user";
    SoftwareTokenUsed => ExpiredCodeException, "Your software token has already been used once.";
    SoftwareTokenMismatch => EnableSoftwareTokenMFAException, "Code mismatch";
    SoftwareTokenNotEnabled => SoftwareTokenMFANotFoundException,
        "Software Token MFA has not been enabled by the userPool";
    SoftwareTokenNotFound => SoftwareTokenMFANotFoundException,
        "Software Token MFA does not exist for the user.";
    SoftwareTokenNotVerified => InvalidParameterException,
        "User has not verified software token mfa";
    MfaMethodNotFound => MFAMethodNotFoundException,
        "The user has no second factor, and none can be set up in a sign-in.";
    TokenOrSession(got: &'static str) => InvalidParameterException,
        "Give either AccessToken or Session: got {got}";
    MfaNotSetUp(method: &'static str) => InvalidParameterException,
        "User does not have delivery config set to turn on {method}";
    MfaRequired(method: &'static str) => InvalidParameterException,
        "MFA is required in this user pool: {method} can be preferred or not, but not disabled.";
    MfaNotEnabled(method: &'static str) => InvalidParameterException,
        "{method} cannot be preferred: it is not enabled.";
    MfaPreferredTwice => InvalidParameterException, "Only one MFA method can be preferred.";
    PasskeysAreOneFactor => InvalidParameterException,
        "A passkey is one factor in this user pool: FactorConfiguration is not \
         MULTI_FACTOR_WITH_USER_VERIFICATION.";
    PasskeysNeedMfa => InvalidParameterException,
        "A passkey can be two factors only beside another MFA method: enable one first.";

    // Devices. Clients look for the very words of the first, and go on without a device.
    DeviceNotFound => ResourceNotFoundException, "Device does not exist.";
    InvalidDeviceKey => InvalidParameterException, "Invalid device key given.";
    DeviceKeyExists => DeviceKeyExistsException, "The device key was confirmed already.";
    InvalidDeviceSecret(member: &'static str) => InvalidParameterException,
        "Invalid DeviceSecretVerifierConfig: {member} is not the base64 of such a number";
    DevicesNotRemembered => InvalidUserPoolConfigurationException,
        "The user pool does not remember devices.";
    PaginationTokenInvalid => InvalidParameterException, "Invalid PaginationToken.";

    // Pools and clients.
    PoolNotFound(id: String) => ResourceNotFoundException, "User pool {id} does not exist.";
    ClientNotFound(id: String) => ResourceNotFoundException,
        "User pool client {id} does not exist.";
    SecretHashMissing(id: String) => NotAuthorizedException,
        "Client {id} is configured with secret but SECRET_HASH was not received";
    SecretHashMismatch(id: String) => NotAuthorizedException,
        "Unable to verify secret hash for client {id}";
    SecretHashOfOther(id: String) => NotAuthorizedException,
        "SecretHash does not match for the client: {id}";
    ClientSecretMissing(id: String) => NotAuthorizedException,
        "Client {id} is configured for secret but secret was not received";
    ClientSecretMismatch(id: String) => NotAuthorizedException,
        "Unable to verify secret for client {id}";
    SecretNotExpected(id: String) => NotAuthorizedException,
        "Client {id} is not configured for secret but secret was received";
    FlowNotEnabled(flow: &'static str) => InvalidParameterException,
        "{flow} flow not enabled for this client";
    SrpFlowNotEnabled(flow: &'static str) => InvalidParameterException,
        "{flow} is not enabled for the client.";
    AuthFlowNotSupported => InvalidParameterException, "Initiate Auth method not supported.";
    CustomAuthNotConfigured => InvalidParameterException,
        "Custom auth lambda trigger is not configured for the user pool.";

    // Parameters. The service model's own constraints speak through `Validation`.
    MissingParameter(name: &'static str) => InvalidParameterException,
        "Missing required parameter {name}";
    InvalidContact(error: InvalidContact) => InvalidParameterException, "{error}";
    InvalidTimestamp => InvalidParameterException,
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
    TimestampOutOfRange => InvalidParameterException,
        "TIMESTAMP is more than five minutes from the server's time.";
    InvalidUsername(text: &'static str) => InvalidParameterException, "{text}";
    InvalidParameter(text: Cow<'static, str>) => InvalidParameterException, "{text}";
    Validation(text: String) => InvalidParameterException, "{text}";

    // The protocol itself.
    UnknownOperation => UnknownOperationException, "";
    OperationNotSupported(name: &'static str) => UnknownOperationException,
        "{name} is not supported by this server";
    TooManyRequests => TooManyRequestsException, "Rate exceeded";
    UnsupportedContentType => UnknownOperationException,
        "The content type must be application/x-amz-json-1.1";
    MissingAuthenticationToken => MissingAuthenticationTokenException,
        "Missing Authentication Token";
    Serialization(text: String) => SerializationException, "{text}";
    RequestTooLarge => RequestEntityTooLargeException, "The request is larger than 262144 bytes";
    RequestTimeout => RequestTimeoutException, "The request did not arrive in time";

    // Too much at once: the same request may be answered later.
    TooManyAtOnce => TooManyRequestsException, "Too many requests at once";
    Overloaded => ServiceUnavailable, "The server is busy; try again";
    StoreBusy => ServiceUnavailable, "The store is busy; try again";

    Internal(cause: Box<dyn Error + Send + Sync>) => InternalErrorException,
        "Something went wrong";
}

impl ApiError {
    /// A fault of ours: logged with its cause, sent without it.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// A parameter that the model allows and the pool does not.
    pub fn invalid_parameter(text: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidParameter(text.into())
    }

    /// The HTTP status: 400 for all that a client can mend.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyAtOnce => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::StoreBusy => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Internal(cause) => Some(&**cause),
            _ => None,
        }
    }
}

impl From<InvalidContact> for ApiError {
    fn from(error: InvalidContact) -> Self {
        Self::InvalidContact(error)
    }
}

impl From<StoreError> for ApiError {
    /// A store that is busy has kept nothing, so the client may ask again.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::StoreBusy,
            other => Self::internal(other),
        }
    }
}
