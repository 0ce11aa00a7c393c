//! App clients with a secret, and what is never printed.

use poolhouse_client::{Challenge, Client, Factor, Secret};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{FirstFactor, PoolConfig};

use crate::front::{ANN, Front, asked, words};

async fn front() -> Front {
    let mut config = PoolConfig::default();
    config.first_factors.push(FirstFactor::Password);
    config.clients[0].has_secret = true;
    config.clients[0]
        .auth_flows
        .push(AuthFlow::AllowUserSrpAuth);
    Front::with(config).await
}

#[tokio::test]
async fn the_secret_is_shown_wherever_it_must_be() {
    let front = front().await;
    front.register_with_password(ANN, "Correct-h0rse").await;
    front.client.forgot_password(ANN).await.unwrap();
    let sign_in = front.client.sign_in_with(ANN, Factor::EmailOtp).await;
    let Challenge::EmailOtp(challenge) = asked(sign_in) else {
        panic!("expected EMAIL_OTP");
    };
    let code = front.code_for(ANN).await;
    challenge.answer(&code).await.unwrap().done().unwrap();
    // The answer is in the name of USER_ID_FOR_SRP, and so is its hash.
    let sign_in = front.client.sign_in_with_srp(ANN, "Correct-h0rse").await;
    let tokens = sign_in.unwrap().done().unwrap();
    let tokens = front.client.refresh(&tokens.refresh).await.unwrap();
    front.client.revoke(&tokens.refresh).await.unwrap();
}

#[tokio::test]
async fn without_it_nothing_goes() {
    let front = front().await;
    let refused = words(Client::new(front.config()).unwrap().sign_in(ANN).await);
    let expected = "is configured with secret but SECRET_HASH was not received";
    assert!(refused.ends_with(expected), "{refused}");
}

#[tokio::test]
async fn nothing_that_signs_in_is_printed() {
    let front = front().await;
    let sign_up = front
        .client
        .sign_up(ANN, None, &[("email", ANN)])
        .await
        .unwrap();
    let code = front.code_for(ANN).await;
    let confirmed = sign_up.confirm(&code).await.unwrap();
    let tokens = confirmed.sign_in().await.unwrap().done().unwrap();
    let challenge = asked(front.client.sign_in_with(ANN, Factor::EmailOtp).await);
    let secret = front.pool.clients[0].secret.as_ref().unwrap().expose();
    for printed in [
        format!("{sign_up:?}"),
        format!("{confirmed:?}"),
        format!("{tokens:?}"),
        format!("{challenge:?}"),
        format!("{:?}", front.client.account(&tokens.access)),
    ] {
        assert!(!printed.contains(tokens.access.expose()), "{printed}");
        assert!(!printed.contains(tokens.refresh.expose()), "{printed}");
        assert!(!printed.contains(secret), "{printed}");
        assert!(!printed.contains("session: Some(\""), "{printed}");
    }
    assert_eq!(format!("{:?}", Secret::new("x")), "[secret]");
}
