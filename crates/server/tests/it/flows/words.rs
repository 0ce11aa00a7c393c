//! Words in the user's language: which message somebody of which locale gets, on every way to a code.

use poolhouse_domain::message::{EmailTemplate, LocalMessages, Occasion, SmsTemplate};
use poolhouse_domain::pool::ContactAttribute::Email;
use poolhouse_domain::pool::PoolConfig;
use serde_json::json;

use crate::test_server::{TestServer, pool_of};

const ANN: &str = "ann@example.com";

/// A pool with German words for everything, and with Austrian ones for signing in.
fn pool() -> PoolConfig {
    let mut pool = pool_of(&[Email]);
    let words = |tag: &str, occasions: &[Occasion]| {
        let mail = |occasion: &Occasion| EmailTemplate {
            subject: format!("{tag} {}", occasion.as_str()),
            body: format!("{tag}: {{####}}"),
            html: Some(format!("<p>{tag}: {{####}}</p>")),
        };
        let text = |occasion: &Occasion| SmsTemplate(format!("{tag} {}", occasion.as_str()));
        LocalMessages {
            mails: occasions.iter().map(|one| (*one, mail(one))).collect(),
            texts: occasions.iter().map(|one| (*one, text(one))).collect(),
        }
    };
    pool.messages.locales = [
        ("de".to_owned(), words("de", &Occasion::ALL)),
        ("de-at".to_owned(), words("at", &[Occasion::SignIn])),
    ]
    .into();
    pool
}

/// Somebody of that locale, who has signed up; the subjects of their mails until they signed in by a
/// code, the newest first.
async fn subjects(locale: Option<&str>) -> Vec<String> {
    let t = TestServer::with(pool()).await;
    let mut attributes = vec![json!({"Name": "email", "Value": ANN})];
    attributes.extend(locale.map(|locale| json!({"Name": "locale", "Value": locale})));
    t.ok(
        "SignUp",
        json!({"Username": ANN, "UserAttributes": attributes}),
    )
    .await;
    let code = t.code_for(ANN).await;
    t.ok(
        "ConfirmSignUp",
        json!({"Username": ANN, "ConfirmationCode": code}),
    )
    .await;
    t.wait(30);
    t.start_with(ANN, "EMAIL_OTP").await;
    let mails = t.mail_to(ANN).await;
    mails.into_iter().map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn the_users_locale_chooses_the_words() {
    for (locale, expected) in [
        (None, ["Your sign-in code", "Verify your new account"]),
        (Some("fr"), ["Your sign-in code", "Verify your new account"]),
        (Some("de_CH"), ["de sign-in", "de verification"]),
        (Some("de-AT"), ["at sign-in", "de verification"]),
    ] {
        assert_eq!(subjects(locale).await, expected, "{locale:?}");
    }
}
