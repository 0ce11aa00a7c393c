//! `aws-sdk-cognitoidentityprovider`, the AWS SDK for Rust.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::operation::confirm_sign_up::ConfirmSignUpOutput;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
use aws_sdk_cognitoidentityprovider::operation::sign_up::SignUpOutput;
use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, AuthFlowType, AuthenticationResultType, ChallengeNameType,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use poolhouse_conformance_aws_sdk_rust::{AppClient, Poolhouse};
use sha2::Sha256;

const PASSWORD: &str = "Correct-horse-7";
const ANN: &str = "ann@example.com";

/// A running pool, the SDK's client, and the pool's own.
struct Stage {
    pool: Poolhouse,
    cognito: Client,
    client_id: String,
}

impl Stage {
    fn set() -> Self {
        let pool = Poolhouse::start();
        let (cognito, client) = (pool.cognito(), pool.client("default"));
        Self {
            pool,
            cognito,
            client_id: client.id,
        }
    }

    async fn sign_up(&self, password: Option<&str>) -> SignUpOutput {
        let sign_up = self.cognito.sign_up().client_id(&self.client_id);
        let email = AttributeType::builder().name("email").value(ANN).build();
        let sign_up = sign_up.username(ANN).user_attributes(email.unwrap());
        let sign_up = sign_up.set_password(password.map(str::to_owned));
        sign_up.send().await.unwrap()
    }

    async fn confirm(&mut self) -> ConfirmSignUpOutput {
        let code = self.pool.next_code(ANN).await;
        let confirm = self.cognito.confirm_sign_up().client_id(&self.client_id);
        let confirm = confirm.username(ANN).confirmation_code(code);
        confirm.send().await.unwrap()
    }

    /// Signs up without a password, and in with the Session of the confirmation.
    async fn register(&mut self) -> AuthenticationResultType {
        self.sign_up(None).await;
        let session = self.confirm().await.session;
        let start = self.cognito.initiate_auth().client_id(&self.client_id);
        let start = start.auth_flow(AuthFlowType::UserAuth);
        let start = start.auth_parameters("USERNAME", ANN).set_session(session);
        start.send().await.unwrap().authentication_result.unwrap()
    }

    async fn sign_in_by_code(&mut self) -> AuthenticationResultType {
        let start = self.cognito.initiate_auth().client_id(&self.client_id);
        let start = start.auth_flow(AuthFlowType::UserAuth);
        let start = start.auth_parameters("USERNAME", ANN);
        let start = start.auth_parameters("PREFERRED_CHALLENGE", "EMAIL_OTP");
        let asked = start.send().await.unwrap();
        assert_eq!(asked.challenge_name, Some(ChallengeNameType::EmailOtp));

        let code = self.pool.next_code(ANN).await;
        let answer = self.cognito.respond_to_auth_challenge();
        let answer = answer.client_id(&self.client_id);
        let answer = answer.challenge_name(ChallengeNameType::EmailOtp);
        let answer = answer.set_session(asked.session);
        let answer = answer.challenge_responses("USERNAME", ANN);
        let answer = answer.challenge_responses("EMAIL_OTP_CODE", code);
        answer.send().await.unwrap().authentication_result.unwrap()
    }

    /// As a server does that signs somebody in by password.
    async fn by_password(
        &self,
        server: &AppClient,
        password: &str,
    ) -> Result<AuthenticationResultType, InitiateAuthError> {
        let start = self.cognito.initiate_auth().client_id(&server.id);
        let start = start.auth_flow(AuthFlowType::UserPasswordAuth);
        let start = start.auth_parameters("USERNAME", ANN);
        let start = start.auth_parameters("PASSWORD", password);
        let start = start.auth_parameters("SECRET_HASH", secret_hash(server, ANN));
        let reply = start
            .send()
            .await
            .map_err(|error| error.into_service_error())?;
        Ok(reply.authentication_result.unwrap())
    }
}

/// `SECRET_HASH`, as AWS documents it.
fn secret_hash(client: &AppClient, name: &str) -> String {
    let secret = client.secret.as_ref().unwrap();
    let mut hash = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    hash.update(format!("{name}{}", client.id).as_bytes());
    STANDARD.encode(hash.finalize().into_bytes())
}

#[tokio::test]
async fn sign_up_without_a_password_and_sign_in_by_code() {
    let mut t = Stage::set();
    let signed_up = t.sign_up(None).await;
    assert!(!signed_up.user_confirmed);
    let details = signed_up.code_delivery_details.unwrap();
    assert_eq!(details.destination.as_deref(), Some("a***@e***"));
    t.confirm().await;
    let tokens = t.sign_in_by_code().await;
    assert_eq!(tokens.token_type.as_deref(), Some("Bearer"));
    assert_eq!(tokens.expires_in, 3600);
    let user = t
        .cognito
        .get_user()
        .access_token(tokens.access_token.unwrap());
    let user = user.send().await.unwrap();
    assert_eq!(user.username, signed_up.user_sub);
    let attributes: Vec<_> = user
        .user_attributes
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.value.as_deref().unwrap()))
        .collect();
    let expected = [
        ("sub", user.username.as_str()),
        ("email", ANN),
        ("email_verified", "true"),
    ];
    assert_eq!(attributes, expected);
    t.pool.stop();
}

#[tokio::test]
async fn a_server_signs_people_in_by_password() {
    let mut t = Stage::set();
    t.sign_up(Some(PASSWORD)).await;
    t.confirm().await;
    let server = t.pool.client("Server");
    let tokens = t.by_password(&server, PASSWORD).await.unwrap();
    let refresh = t
        .cognito
        .get_tokens_from_refresh_token()
        .client_id(&server.id);
    let refresh = refresh.set_client_secret(server.secret.clone());
    refresh
        .set_refresh_token(tokens.refresh_token)
        .send()
        .await
        .unwrap();
    let refusal = t.by_password(&server, "Wrong-horse-7").await.unwrap_err();
    assert!(refusal.is_not_authorized_exception(), "{refusal:?}");
    assert_eq!(
        refusal.meta().message(),
        Some("Incorrect username or password.")
    );
    t.pool.stop();
}

#[tokio::test]
async fn refreshing_and_signing_out() {
    let mut t = Stage::set();
    let tokens = t.register().await;
    let refresh_token = tokens.refresh_token.unwrap();
    let refresh = || {
        let refresh = t.cognito.get_tokens_from_refresh_token();
        refresh
            .client_id(&t.client_id)
            .refresh_token(&refresh_token)
            .send()
    };
    let access_token = refresh()
        .await
        .unwrap()
        .authentication_result
        .unwrap()
        .access_token;
    let get_user = t.cognito.get_user().set_access_token(access_token.clone());
    get_user.send().await.unwrap();

    let revoke = t.cognito.revoke_token().client_id(&t.client_id);
    revoke.token(&refresh_token).send().await.unwrap();
    let refusal = refresh().await.unwrap_err().into_service_error();
    assert!(refusal.is_not_authorized_exception(), "{refusal:?}");
    assert_eq!(
        refusal.meta().message(),
        Some("Refresh Token has been revoked")
    );
    let get_user = t.cognito.get_user().set_access_token(access_token);
    let refusal = get_user.send().await.unwrap_err().into_service_error();
    assert!(refusal.is_not_authorized_exception(), "{refusal:?}");
    t.pool.stop();
}

#[tokio::test]
async fn signing_out_everywhere() {
    let mut t = Stage::set();
    let first = t.register().await;
    let second = t.sign_in_by_code().await;
    let sign_out = t.cognito.global_sign_out();
    let sign_out = sign_out.set_access_token(second.access_token.clone());
    sign_out.send().await.unwrap();
    for tokens in [first, second] {
        let get_user = t.cognito.get_user().set_access_token(tokens.access_token);
        let refusal = get_user.send().await.unwrap_err().into_service_error();
        assert_eq!(
            refusal.meta().message(),
            Some("Access Token has been revoked")
        );
    }
    t.pool.stop();
}

#[tokio::test]
async fn errors_have_their_types() {
    let t = Stage::set();
    t.sign_up(None).await;
    let sign_up = || t.cognito.sign_up().client_id(&t.client_id);

    let again = sign_up().username(ANN).send().await;
    assert!(
        again
            .unwrap_err()
            .into_service_error()
            .is_username_exists_exception()
    );
    let weak = sign_up()
        .username("bob@example.com")
        .password("Sh0rt-")
        .send()
        .await;
    assert!(
        weak.unwrap_err()
            .into_service_error()
            .is_invalid_password_exception()
    );
    let nobodys = t
        .cognito
        .sign_up()
        .client_id("nobodys")
        .username(ANN)
        .send()
        .await;
    assert!(
        nobodys
            .unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );

    let confirm = || {
        let confirm = t.cognito.confirm_sign_up().client_id(&t.client_id);
        confirm.username(ANN).confirmation_code("none").send()
    };
    for _ in 0..5 {
        let wrong = confirm().await.unwrap_err().into_service_error();
        assert!(wrong.is_code_mismatch_exception(), "{wrong:?}");
    }
    let exhausted = confirm().await.unwrap_err().into_service_error();
    assert!(exhausted.is_limit_exceeded_exception(), "{exhausted:?}");

    let start = t
        .cognito
        .initiate_auth()
        .client_id(t.pool.client("Telling").id);
    let start = start.auth_flow(AuthFlowType::UserPasswordAuth);
    let start = start.auth_parameters("USERNAME", "nobody@example.com");
    let unknown = start.auth_parameters("PASSWORD", PASSWORD).send().await;
    assert!(
        unknown
            .unwrap_err()
            .into_service_error()
            .is_user_not_found_exception()
    );
    t.pool.stop();
}
