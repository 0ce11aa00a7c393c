//! `SetUserMFAPreference`.

use poolhouse_domain::passkey::FactorConfiguration;
use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use serde_json::{Value, json};

use crate::mfa::pool;
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";

fn not_set_up(method: &str) -> String {
    format!("InvalidParameterException: User does not have delivery config set to turn on {method}")
}

fn wish(member: &str, enabled: bool, preferred: Option<bool>) -> Value {
    match preferred {
        Some(preferred) => json!({member: {"Enabled": enabled, "PreferredMfa": preferred}}),
        None => json!({member: {"Enabled": enabled}}),
    }
}

#[tokio::test]
async fn what_is_set_up_can_be_enabled() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let members = [
        ("SMSMfaSettings", "SMS_MFA"),
        ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"),
        ("EmailMfaSettings", "EMAIL_OTP"),
    ];
    for (member, method) in members.into_iter().take(2) {
        let refusal = t.not_preferred(&token, wish(member, true, None)).await;
        assert_eq!(refusal, not_set_up(method));
    }
    t.give_number(&token).await;
    t.register_app(&token).await;
    for (member, _) in members {
        t.prefer(&token, wish(member, true, None)).await;
    }
    let all = json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]);
    assert_eq!(t.mfa_of(&token).await, json!([null, all]));
}

#[tokio::test]
async fn what_the_pool_lacks_cannot_be_enabled() {
    let mut t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let app = t.register_app(&token).await;
    let off = PoolConfig {
        mfa: Mfa::Off,
        ..pool()
    };
    let sms = PoolConfig {
        mfa_methods: vec![MfaMethod::SmsMfa],
        ..pool()
    };
    for config in [off, sms] {
        t.reconfigure(config).await;
        for (member, method) in [
            ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"),
            ("EmailMfaSettings", "EMAIL_OTP"),
        ] {
            let refusal = t.not_preferred(&token, wish(member, true, None)).await;
            assert_eq!(refusal, not_set_up(method));
        }
    }
    drop(app);
}

#[tokio::test]
async fn a_code_goes_to_what_was_proved() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.give_number(&token).await;
    let unproved = &[
        ("phone_number_verified", "false"),
        ("email_verified", "false"),
    ];
    t.set_attributes(&token, unproved).await;
    for (member, method) in [
        ("SMSMfaSettings", "SMS_MFA"),
        ("EmailMfaSettings", "EMAIL_OTP"),
    ] {
        let refusal = t
            .not_preferred(&token, wish(member, true, Some(true)))
            .await;
        assert_eq!(refusal, not_set_up(method));
    }
}

#[tokio::test]
async fn one_is_preferred() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.register_app(&token).await;
    t.prefer(&token, wish("SoftwareTokenMfaSettings", true, Some(true)))
        .await;
    let app = json!(["SOFTWARE_TOKEN_MFA", ["SOFTWARE_TOKEN_MFA"]]);
    assert_eq!(t.mfa_of(&token).await, app);
    t.prefer(&token, json!({})).await;
    assert_eq!(t.mfa_of(&token).await, app);

    t.prefer(&token, wish("EmailMfaSettings", true, Some(true)))
        .await;
    let both = json!(["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]);
    assert_eq!(t.mfa_of(&token).await, json!(["EMAIL_OTP", both]));
    t.prefer(&token, json!({"EmailMfaSettings": {"PreferredMfa": false}}))
        .await;
    assert_eq!(t.mfa_of(&token).await, json!([null, both]));
    let swap = json!({
        "EmailMfaSettings": {"Enabled": false},
        "SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    t.prefer(&token, swap).await;
    assert_eq!(t.mfa_of(&token).await, app);
    t.prefer(&token, wish("SoftwareTokenMfaSettings", false, None))
        .await;
    assert_eq!(t.mfa_of(&token).await, json!([null, null]));

    // The same, as GetUserAuthFactors tells it.
    t.prefer(&token, wish("EmailMfaSettings", true, Some(true)))
        .await;
    let factors = t
        .ok("GetUserAuthFactors", json!({"AccessToken": token}))
        .await;
    assert_eq!(factors["PreferredMfaSetting"], "EMAIL_OTP");
    assert_eq!(factors["UserMFASettingList"], json!(["EMAIL_OTP"]));
}

#[tokio::test]
async fn contradictions_change_nothing() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.register_app(&token).await;
    let two = json!({
        "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true},
        "SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    let half = json!({
        "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true},
        "SMSMfaSettings": {"Enabled": true},
    });
    let cannot = "InvalidParameterException: EMAIL_OTP cannot be preferred: it is not enabled.";
    let refused = [
        (
            two,
            "InvalidParameterException: Only one MFA method can be preferred.".to_owned(),
        ),
        (
            wish("EmailMfaSettings", false, Some(true)),
            cannot.to_owned(),
        ),
        (
            json!({"EmailMfaSettings": {"PreferredMfa": true}}),
            cannot.to_owned(),
        ),
        (half, not_set_up("SMS_MFA")),
    ];
    for (wishes, expected) in refused {
        assert_eq!(t.not_preferred(&token, wishes).await, expected);
        assert_eq!(t.mfa_of(&token).await, json!([null, null]));
    }
}

#[tokio::test]
async fn where_everybody_is_asked_nobody_opts_out() {
    let mut t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.register_app(&token).await;
    t.reconfigure(PoolConfig {
        mfa: Mfa::On,
        first_factors: Vec::new(),
        ..pool()
    })
    .await;
    let refusal = t
        .not_preferred(&token, wish("SoftwareTokenMfaSettings", false, None))
        .await;
    assert_eq!(
        refusal,
        "InvalidParameterException: MFA is required in this user pool: SOFTWARE_TOKEN_MFA can be \
         preferred or not, but not disabled."
    );
    // What Amplify says of a factor that the user does not have.
    let wishes = json!({
        "SMSMfaSettings": {"Enabled": false},
        "SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    t.prefer(&token, wishes).await;
    assert_eq!(
        t.mfa_of(&token).await,
        json!(["SOFTWARE_TOKEN_MFA", ["SOFTWARE_TOKEN_MFA"]])
    );
}

#[tokio::test]
async fn passkeys_are_two_factors_beside_another() {
    let mut config = pool();
    let t = TestServer::with(config.clone()).await;
    let token = t.register(ANN).await.access;
    let on = json!({"WebAuthnMfaSettings": {"Enabled": true}});
    assert_eq!(
        t.not_preferred(&token, on.clone()).await,
        "InvalidParameterException: A passkey is one factor in this user pool: \
         FactorConfiguration is not MULTI_FACTOR_WITH_USER_VERIFICATION."
    );
    config.passkeys.factor = FactorConfiguration::MultiFactorWithUserVerification;
    let mut t = t;
    t.reconfigure(config).await;
    assert_eq!(
        t.not_preferred(&token, on.clone()).await,
        "InvalidParameterException: A passkey can be two factors only beside another MFA method: \
         enable one first."
    );
    let mut both = on;
    both["EmailMfaSettings"] = json!({"Enabled": true});
    t.prefer(&token, both).await;
    assert_eq!(t.mfa_of(&token).await, json!([null, ["EMAIL_OTP"]]));
    t.prefer(&token, json!({"WebAuthnMfaSettings": {"Enabled": false}}))
        .await;
}

#[tokio::test]
async fn a_factor_goes_with_its_number() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.give_number(&token).await;
    t.prefer(&token, wish("SMSMfaSettings", true, Some(true)))
        .await;
    t.prefer(&token, wish("EmailMfaSettings", true, None)).await;
    let body = json!({"AccessToken": token, "UserAttributeNames": ["phone_number"]});
    t.ok("DeleteUserAttributes", body).await;
    assert_eq!(t.mfa_of(&token).await, json!([null, ["EMAIL_OTP"]]));
}

#[tokio::test]
async fn needs_a_good_token() {
    let t = TestServer::with(pool()).await;
    let tokens = t.register(ANN).await;
    t.wait(3600);
    assert_eq!(
        t.not_preferred(&tokens.access, json!({})).await,
        "NotAuthorizedException: Access Token has expired"
    );
}
