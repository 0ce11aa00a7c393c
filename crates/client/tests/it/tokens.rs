//! Staying signed in, and signing out.

use std::time::Duration;

use poolhouse_client::Exception;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::PoolConfig;

use crate::front::{ANN, Front, claims, words};

#[tokio::test]
async fn they_are_refreshed() {
    let front = Front::with(PoolConfig::default()).await;
    let first = front.register(ANN).await;
    front.wait(10);
    let next = front.client.refresh(&first.refresh).await.unwrap();
    assert_ne!(next.access.expose(), first.access.expose());
    assert_eq!(next.refresh.expose(), first.refresh.expose());
    let [now, then] = [&next, &first].map(|tokens| claims(&tokens.access));
    assert_eq!(now["origin_jti"], then["origin_jti"]);
}

#[tokio::test]
async fn under_rotation_each_gives_another_one() {
    let mut config = PoolConfig::default();
    let client = &mut config.clients[0];
    client.rotation_grace = Some(Duration::ZERO);
    client
        .auth_flows
        .retain(|flow| *flow != AuthFlow::AllowRefreshTokenAuth);
    let front = Front::with(config).await;
    let first = front.register(ANN).await;
    front.wait(10);
    let next = front.client.refresh(&first.refresh).await.unwrap();
    assert_ne!(next.refresh.expose(), first.refresh.expose());
    let stolen = front.client.refresh(&first.refresh).await;
    assert!(stolen.unwrap_err().is(&Exception::RefreshTokenReuse));
    let over = front.client.refresh(&next.refresh).await;
    assert!(over.unwrap_err().is(&Exception::NotAuthorized));
}

#[tokio::test]
async fn signing_out_ends_them() {
    let front = Front::with(PoolConfig::default()).await;
    let tokens = front.register(ANN).await;
    front.client.revoke(&tokens.refresh).await.unwrap();
    assert_eq!(
        words(front.client.refresh(&tokens.refresh).await),
        "GetTokensFromRefreshToken: NotAuthorizedException: Refresh Token has been revoked"
    );
    let dead = front.client.account(&tokens.access).get().await;
    assert!(dead.unwrap_err().is(&Exception::NotAuthorized));
    let wrong = front.client.revoke(&tokens.access).await;
    assert!(wrong.unwrap_err().is(&Exception::UnsupportedTokenType));
}

#[tokio::test]
async fn signing_out_everywhere_ends_them_all() {
    let front = Front::with(PoolConfig::default()).await;
    let tokens = front.register(ANN).await;
    let account = front.client.account(&tokens.access);
    account.sign_out_everywhere().await.unwrap();
    let dead = front.client.refresh(&tokens.refresh).await;
    assert!(dead.unwrap_err().is(&Exception::NotAuthorized));
}
