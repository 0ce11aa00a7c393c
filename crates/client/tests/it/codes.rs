//! Signing up and in by codes.

use poolhouse_client::{Challenge, Exception, Factor, Medium};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, PoolConfig};

use crate::front::{ANN, Front, asked, claims, other_code, words};

#[tokio::test]
async fn who_confirms_is_let_in() {
    let front = Front::with(PoolConfig::default()).await;
    let sign_up = front
        .client
        .sign_up(ANN, None, &[("email", ANN)])
        .await
        .unwrap();
    assert!(!sign_up.is_confirmed());
    let delivery = sign_up.delivery().unwrap();
    assert_eq!(delivery.destination, "a***@e***");
    assert_eq!(delivery.medium, Medium::Email);
    assert_eq!(delivery.attribute.as_deref(), Some("email"));

    let code = front.code_for(ANN).await;
    let wrong = sign_up.confirm(&other_code(&code)).await;
    assert!(wrong.unwrap_err().is(&Exception::CodeMismatch));
    let confirmed = sign_up.confirm(&code).await.unwrap();
    let tokens = confirmed.sign_in().await.unwrap().done().unwrap();
    assert_eq!(claims(&tokens.id)["sub"], sign_up.sub());
    assert_eq!(tokens.expires_in.as_secs(), 3600);
}

#[tokio::test]
async fn a_sign_up_can_be_confirmed_by_name_and_its_code_sent_again() {
    let front = Front::with(PoolConfig::default()).await;
    let sign_up = front
        .client
        .sign_up(ANN, None, &[("email", ANN)])
        .await
        .unwrap();
    front.wait(60);
    let again = sign_up.resend().await.unwrap();
    assert_eq!(Some(&again), sign_up.delivery());
    assert_eq!(front.codes_for(ANN).await.len(), 2);
    let code = front.code_for(ANN).await;
    let confirmed = front.client.confirm_sign_up(ANN, &code).await.unwrap();
    confirmed.sign_in().await.unwrap().done().unwrap();
}

#[tokio::test]
async fn a_wrong_code_may_be_followed_by_the_right_one() {
    let front = Front::with(PoolConfig::default()).await;
    front.register(ANN).await;
    let sign_in = front.client.sign_in_with(ANN, Factor::EmailOtp).await;
    let Challenge::EmailOtp(challenge) = asked(sign_in) else {
        panic!("expected EMAIL_OTP");
    };
    assert_eq!(challenge.destination(), "a***@e***");
    let code = front.code_for(ANN).await;
    let wrong = challenge.answer(&other_code(&code)).await;
    assert!(wrong.unwrap_err().is(&Exception::CodeMismatch));
    let tokens = challenge.answer(&code).await.unwrap().done().unwrap();
    assert_eq!(claims(&tokens.access)["amr"][0], "email_otp");
    assert_eq!(
        words(challenge.answer(&code).await),
        "RespondToAuthChallenge: NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
}

#[tokio::test]
async fn a_text_message_is_a_code_too() {
    let bob = "+12065550123";
    let front = Front::with(with_numbers()).await;
    front.register(bob).await;
    let sign_in = front.client.sign_in_with(bob, Factor::SmsOtp).await;
    let Challenge::SmsOtp(challenge) = asked(sign_in) else {
        panic!("expected SMS_OTP");
    };
    assert_eq!(challenge.destination(), "+*******0123");
    let code = front.code_for(bob).await;
    challenge.answer(&code).await.unwrap().done().unwrap();
}

#[tokio::test]
async fn without_a_preference_one_chooses() {
    let front = Front::with(with_both()).await;
    front.register_with_password(ANN, "Correct-h0rse").await;
    let Challenge::Select(select) = asked(front.client.sign_in(ANN).await) else {
        panic!("expected SELECT_CHALLENGE");
    };
    let ways = [Factor::PasswordSrp, Factor::Password, Factor::EmailOtp];
    assert_eq!(select.factors(), ways);
    let chosen = asked(select.choose(Factor::EmailOtp).await);
    assert_eq!(chosen.name(), "EMAIL_OTP");
    let Challenge::EmailOtp(challenge) = chosen else {
        panic!("expected EMAIL_OTP");
    };
    let code = front.code_for(ANN).await;
    challenge.answer(&code).await.unwrap().done().unwrap();
}

#[tokio::test]
async fn what_is_asked_is_not_done() {
    let front = Front::with(PoolConfig::default()).await;
    let sign_in = front
        .client
        .sign_in_with(ANN, Factor::EmailOtp)
        .await
        .unwrap();
    assert_eq!(
        words(sign_in.done()),
        "the sign-in: got EMAIL_OTP, expected tokens"
    );
}

/// A pool that signs in by codes to phone numbers.
fn with_numbers() -> PoolConfig {
    let number = ContactAttribute::PhoneNumber;
    let mut config = PoolConfig {
        username_attributes: vec![number],
        auto_verified_attributes: vec![number],
        first_factors: vec![FirstFactor::SmsOtp],
        ..PoolConfig::default()
    };
    number.as_str().clone_into(&mut config.schema.0[0].name);
    config
}

fn with_both() -> PoolConfig {
    let mut config = PoolConfig::default();
    config.first_factors.push(FirstFactor::Password);
    config
}
