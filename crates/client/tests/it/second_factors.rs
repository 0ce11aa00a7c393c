//! Second factors.

use poolhouse_client::challenge::{MfaSetup, Otp};
use poolhouse_client::{Challenge, Exception, Mfa, Tokens, Use};
use poolhouse_domain::Clock as _;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{MfaMethod, PoolConfig};
use poolhouse_domain::totp::Seed;

use crate::front::{ANN, Front, asked, claims, other_code};

const NUMBER: &str = "+12065550123";
const PASSWORD: &str = "Correct-h0rse";

/// A pool with passwords and e-mail codes, in which second factors of all kinds may be set up.
fn pool() -> PoolConfig {
    let mut config = PoolConfig {
        mfa: poolhouse_domain::pool::Mfa::Optional,
        mfa_methods: MfaMethod::ALL.to_vec(),
        ..PoolConfig::default()
    };
    let flows = &mut config.clients[0].auth_flows;
    flows.push(AuthFlow::AllowUserPasswordAuth);
    config
}

/// Somebody's authenticator app.
struct App(Seed);

impl App {
    /// An app that was told `SecretCode`, in base32 (RFC 4648 §6).
    fn of(secret_code: &str) -> Self {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letters: Vec<char> = secret_code.chars().collect();
        let group = |letters: &[char]| {
            let bits = letters.iter().fold(0_u64, |bits, letter| {
                bits << 5 | u64::try_from(alphabet.find(*letter).unwrap()).unwrap()
            });
            bits.to_be_bytes()[3..].to_vec()
        };
        let bytes: Vec<u8> = letters.chunks(8).flat_map(group).collect();
        Self(Seed::from_bytes(&bytes).unwrap())
    }

    fn shows(&self, front: &Front) -> String {
        self.0.code_at(front.clock.now()).expose().clone()
    }

    /// A code that it does not show.
    fn wrong(&self, front: &Front) -> String {
        other_code(&self.shows(front))
    }
}

/// Somebody with a password, signed in.
async fn member(config: PoolConfig) -> (Front, Tokens) {
    let front = Front::with(config).await;
    front.register_with_password(ANN, PASSWORD).await;
    let sign_in = front.client.sign_in_with_password(ANN, PASSWORD).await;
    let tokens = sign_in.unwrap().done().unwrap();
    (front, tokens)
}

/// The same with an authenticator app.
async fn with_app(wish: Use) -> (Front, Tokens, App) {
    let (front, tokens) = member(pool()).await;
    let account = front.client.account(&tokens.access);
    let token = account.register_software_token().await.unwrap();
    let app = App::of(token.secret_code().expose());
    let wrong = token.verify(&app.wrong(&front), "phone").await;
    assert!(wrong.unwrap_err().is(&Exception::EnableSoftwareTokenMFA));
    let code = app.shows(&front);
    token.verify(&code, "phone").await.unwrap();
    account
        .set_mfa(&[(Mfa::SoftwareToken, wish)])
        .await
        .unwrap();
    front.wait(30);
    (front, tokens, app)
}

async fn first_factor(front: &Front) -> Challenge {
    asked(front.client.sign_in_with_password(ANN, PASSWORD).await)
}

#[tokio::test]
async fn an_app_shows_the_code() {
    let (front, _, app) = with_app(Use::Preferred).await;
    let Challenge::SoftwareTokenMfa(challenge) = first_factor(&front).await else {
        panic!("expected SOFTWARE_TOKEN_MFA");
    };
    assert_eq!(challenge.destination(), "phone");
    let wrong = challenge.answer(&app.wrong(&front)).await;
    assert!(wrong.unwrap_err().is(&Exception::CodeMismatch));
    let tokens = challenge.answer(&app.shows(&front)).await;
    let tokens = tokens.unwrap().done().unwrap();
    let amr = claims(&tokens.access)["amr"].clone();
    assert_eq!(amr, serde_json::json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn one_of_several_is_chosen() {
    let (front, tokens, app) = with_app(Use::On).await;
    let sub = claims(&tokens.access)["sub"].as_str().unwrap().to_owned();
    front
        .change(&sub, |user| {
            for (name, value) in [("phone_number", NUMBER), ("phone_number_verified", "true")] {
                user.attributes.insert(name.to_owned(), value.to_owned());
            }
        })
        .await;
    let account = front.client.account(&tokens.access);
    account.set_mfa(&[(Mfa::Sms, Use::On)]).await.unwrap();
    let challenge = first_factor(&front).await;
    assert_eq!(challenge.name(), "SELECT_MFA_TYPE");
    let Challenge::SelectMfa(select) = challenge else {
        panic!("expected SELECT_MFA_TYPE");
    };
    assert_eq!(select.methods(), [Mfa::Sms, Mfa::SoftwareToken]);
    let Challenge::SmsMfa(text) = asked(select.choose(Mfa::Sms).await) else {
        panic!("expected SMS_MFA");
    };
    assert_eq!(text.destination(), "+*******0123");
    let code = front.code_for(NUMBER).await;
    text.answer(&code).await.unwrap().done().unwrap();

    account.set_mfa(&[(Mfa::Sms, Use::Off)]).await.unwrap();
    let Challenge::SoftwareTokenMfa(shown) = first_factor(&front).await else {
        panic!("expected SOFTWARE_TOKEN_MFA");
    };
    let code = app.shows(&front);
    shown.answer(&code).await.unwrap().done().unwrap();
}

async fn setup(method: MfaMethod) -> (Front, MfaSetup) {
    let mut config = pool();
    config.mfa = poolhouse_domain::pool::Mfa::On;
    config.mfa_methods = vec![method];
    config.first_factors.clear();
    let front = Front::with(config).await;
    front.register_with_password(ANN, PASSWORD).await;
    match first_factor(&front).await {
        Challenge::MfaSetup(setup) => (front, setup),
        other => panic!("expected MFA_SETUP, got {}", other.name()),
    }
}

#[tokio::test]
async fn an_app_is_set_up_on_the_way_in() {
    let (front, setup) = setup(MfaMethod::SoftwareTokenMfa).await;
    assert_eq!(setup.methods(), [Mfa::SoftwareToken]);
    let token = setup.software_token().await.unwrap();
    let app = App::of(token.secret_code().expose());
    let wrong = token.verify(&app.wrong(&front), "phone").await;
    assert!(wrong.unwrap_err().is(&Exception::EnableSoftwareTokenMFA));
    let code = app.shows(&front);
    token.verify(&code, "phone").await.unwrap().done().unwrap();
}

#[tokio::test]
async fn codes_by_mail_are_a_second_factor_too() {
    let (front, tokens) = member(pool()).await;
    let account = front.client.account(&tokens.access);
    account
        .set_mfa(&[(Mfa::Email, Use::Preferred)])
        .await
        .unwrap();
    let Challenge::EmailOtp(challenge): Challenge = first_factor(&front).await else {
        panic!("expected EMAIL_OTP");
    };
    answered(&front, &challenge).await;
}

async fn answered(front: &Front, challenge: &Otp) {
    let code = front.code_for(ANN).await;
    challenge.answer(&code).await.unwrap().done().unwrap();
}
