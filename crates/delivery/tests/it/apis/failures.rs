//! What is made of a provider's answers that are not a yes.

use super::*;

/// How SNS says no.
macro_rules! refused {
    ($code:literal) => {
        concat!(
            "<ErrorResponse><Error><Code>",
            $code,
            "</Code></Error></ErrorResponse>"
        )
    };
}

/// A code in front says what the failure is: `D`own, `L`ater, `R`efused.
async fn fails(
    sender: &Sender,
    provider: &Provider,
    message: &Message,
    answers: &[(&str, Answer)],
) {
    for (kind, answer) in answers {
        *provider.answer.lock().unwrap() = *answer;
        let (_, sent) = send(sender, message).await;
        let failure = sent.unwrap_err();
        let got = match failure {
            Failure::Down(_) => "D",
            Failure::Later(_) => "L",
            Failure::Refused(_) => "R",
        };
        assert_eq!(got, *kind, "{answer:?}");
        assert!(
            failure.said().starts_with(&answer.0.to_string()),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn what_is_the_accounts_fault_is_not_the_messages() {
    let provider = Provider::start().await;
    let message = mail("ann@example.com", "123456");
    let plain = |status, body| (status, None, body);
    let of_aws = |status, kind| (status, Some(("x-amzn-errortype", kind)), "{}");
    let ses = Sender::Ses(Ses::new(http(), &aws(&provider), secret()).unwrap());
    let answers = [
        ("R", of_aws(400, "MessageRejected")),
        ("R", of_aws(400, "BadRequestException")),
        ("D", of_aws(400, "SendingPausedException:http://internal/")),
        ("D", of_aws(400, "MailFromDomainNotVerifiedException")),
        ("D", of_aws(403, "SignatureDoesNotMatch")),
        ("D", of_aws(429, "TooManyRequestsException")),
        ("D", plain(500, "")),
    ];
    fails(&ses, &provider, &message, &answers).await;

    let resend = Sender::Resend(Resend::new(http(), &api(&provider), &secret()).unwrap());
    let answers = [
        ("R", plain(422, r#"{"name":"validation_error"}"#)),
        ("D", plain(401, r#"{"name":"missing_api_key"}"#)),
        ("D", plain(403, r#"{"name":"invalid_api_key"}"#)),
        (
            "L",
            plain(409, r#"{"name":"concurrent_idempotent_requests"}"#),
        ),
        ("D", plain(429, r#"{"name":"rate_limit_exceeded"}"#)),
        ("D", plain(302, "")),
    ];
    fails(&resend, &provider, &message, &answers).await;

    let postmark = Sender::Postmark(Postmark::new(http(), &api(&provider), &secret()).unwrap());
    let answers = [
        (
            "R",
            plain(422, r#"{"ErrorCode":406,"Message":"inactive recipient"}"#),
        ),
        (
            "R",
            plain(422, r#"{"ErrorCode":300,"Message":"invalid email"}"#),
        ),
        (
            "D",
            plain(
                422,
                r#"{"ErrorCode":400,"Message":"sender signature not found"}"#,
            ),
        ),
        (
            "D",
            plain(422, r#"{"ErrorCode":405,"Message":"no credits"}"#),
        ),
        ("D", plain(401, r#"{"ErrorCode":10,"Message":"bad token"}"#)),
    ];
    fails(&postmark, &provider, &message, &answers).await;

    let answers = [
        ("R", plain(400, "")),
        ("R", plain(410, "")),
        ("D", plain(404, "")),
        ("D", plain(500, "")),
    ];
    fails(&webhook(&provider), &provider, &message, &answers).await;
}

#[tokio::test]
async fn what_is_the_accounts_fault_is_not_the_texts() {
    let provider = Provider::start().await;
    let message = text("+12065550123", "Code 123456");
    let plain = |status, body| (status, None, body);
    let from = TwilioSender::From("+12065550100".to_owned());
    let answers = [
        (
            "R",
            plain(400, r#"{"code":21211,"message":"invalid 'To'"}"#),
        ),
        (
            "R",
            plain(400, r#"{"code":21610,"message":"unsubscribed"}"#),
        ),
        (
            "D",
            plain(400, r#"{"code":21606,"message":"not a sender"}"#),
        ),
        (
            "D",
            plain(401, r#"{"code":20003,"message":"authenticate"}"#),
        ),
        ("D", plain(429, r#"{"code":20429}"#)),
        ("D", plain(503, "")),
    ];
    fails(&twilio(&provider, from), &provider, &message, &answers).await;

    let config = SnsConfig {
        aws: aws(&provider),
        sender_id: None,
    };
    let sns = Sender::Sns(Sns::new(http(), &config, secret()).unwrap());
    let answers = [
        ("R", plain(400, refused!("InvalidParameter"))),
        ("R", plain(400, refused!("OptedOut"))),
        ("D", plain(400, refused!("Throttling"))),
        ("D", plain(403, refused!("AuthorizationError"))),
        ("D", plain(500, "oops")),
    ];
    fails(&sns, &provider, &message, &answers).await;
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_down_and_one_that_talks_too_much_too() {
    let provider = Provider::start().await;
    let sender = webhook(&provider);
    let long = "x".repeat(70_000);
    *provider.answer.lock().unwrap() = (200, None, long.leak());
    let (_, sent) = send(&sender, &text("+12065550123", "x")).await;
    assert!(matches!(sent, Err(Failure::Down(_))), "{sent:?}");

    let config = WebhookConfig {
        url: "http://127.0.0.1:1/".to_owned(),
        secret: place(),
    };
    let nobody = Sender::Webhook(Webhook::new(http(), &config, &secret()).unwrap());
    let (_, sent) = send(&nobody, &text("+12065550123", "x")).await;
    let Err(Failure::Down(said)) = sent else {
        panic!("{sent:?}")
    };
    assert!(said.contains("refused"), "{said}");
}
