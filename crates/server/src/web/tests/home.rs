//! The home page.

use poolhouse_domain::pool::{ContactAttribute, FirstFactor, PoolConfig, RelyingParty};

use super::{assert_self_contained, between};
use crate::web::home::{HomeView, page};

fn view<'a>(pool: &'a PoolConfig, factors: &'a [FirstFactor]) -> HomeView<'a> {
    HomeView {
        pool_id: "eu-west-1_Ab12Cd34E",
        client_id: "1example23456789abcdefghij",
        endpoint: "http://127.0.0.1:7400",
        issuer: "http://127.0.0.1:7400/eu-west-1_Ab12Cd34E",
        pool,
        factors,
        definition: "app/amplify/auth/resource.ts",
        outputs: "app/amplify_outputs.json",
        inbox_count: 3,
    }
}

fn email_page() -> String {
    page(&view(&PoolConfig::default(), &[FirstFactor::EmailOtp]))
}

#[test]
fn the_pool_is_there_to_copy() {
    let page = email_page();
    let facts = between(&page, "<dl class=\"facts\">", "</dl>");
    for (number, fact) in [
        "http://127.0.0.1:7400",
        "eu-west-1_Ab12Cd34E",
        "1example23456789abcdefghij",
        "http://127.0.0.1:7400/eu-west-1_Ab12Cd34E",
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("fact-{}", number + 1);
        assert_eq!(between(facts, &format!("id=\"{id}\">"), "<"), fact);
        assert!(facts.contains(&format!("data-copy-from=\"{id}\"")));
    }
}

#[test]
fn the_ways_to_sign_in_are_those_on_offer() {
    let page = email_page();
    let ways = between(&page, "<ul class=\"ways\">", "</ul>");
    assert_eq!(ways.matches("<li>").count(), 1);
    assert!(ways.contains("A code by e-mail"));
    assert!(ways.contains("8 digits, used once"));
    assert!(!ways.contains("preferred"));
    assert!(page.contains("People are known by an e-mail address. Anybody may sign up."));
}

#[test]
fn every_way_has_its_words() {
    let mut pool = PoolConfig {
        preferred_challenge: Some(FirstFactor::WebAuthn),
        self_sign_up: false,
        relying_party: Some(RelyingParty {
            id: "localhost".to_owned(),
            user_verification_required: true,
        }),
        ..PoolConfig::default()
    };
    pool.username_attributes.push(ContactAttribute::PhoneNumber);
    let factors = [
        FirstFactor::Password,
        FirstFactor::EmailOtp,
        FirstFactor::SmsOtp,
        FirstFactor::WebAuthn,
    ];
    let page = page(&view(&pool, &factors));
    let ways = between(&page, "<ul class=\"ways\">", "</ul>");
    for words in [
        "A password",
        "at least 8 characters",
        "A code by e-mail",
        "A code by text message",
        "fingerprint, face or key, for localhost",
    ] {
        assert!(ways.contains(words), "{words}");
    }
    assert!(ways.contains("<strong>A passkey</strong> <span class=\"tag\">preferred</span>"));
    assert!(
        page.contains("an e-mail address or a phone number. Only an administrator adds people.")
    );
}

#[test]
fn snippets_carry_the_pool() {
    let page = email_page();
    assert_eq!(
        between(&page, "<code id=\"amplify\">", "</code>"),
        "import { Amplify } from 'aws-amplify';\n\
         import outputs from '../amplify_outputs.json';\n\nAmplify.configure(outputs);"
    );
    assert_eq!(
        between(&page, "<code id=\"cli\">", "</code>"),
        "aws cognito-idp initiate-auth \\\n  --endpoint-url http://127.0.0.1:7400 \\\n  \
         --region eu-west-1 \\\n  --client-id 1example23456789abcdefghij \\\n  \
         --auth-flow USER_AUTH \\\n  --auth-parameters USERNAME=you@example.com"
    );
    let boto3 = between(&page, "<code id=\"boto3\">", "</code>");
    assert!(boto3.contains("endpoint_url=\"http://127.0.0.1:7400\","));
    assert!(boto3.contains("region_name=\"eu-west-1\","));
    let sdk = between(&page, "<code id=\"sdk\">", "</code>");
    assert!(sdk.contains("endpoint: 'http://127.0.0.1:7400',"));
    assert!(sdk.contains("ClientId: '1example23456789abcdefghij',"));
}

#[test]
fn the_inbox_is_counted() {
    let page = email_page();
    assert_eq!(page.matches("data-inbox-count>3</span>").count(), 2);
}

#[test]
fn try_it_has_the_ids_that_its_script_and_the_tests_know() {
    let page = email_page();
    assert!(page.contains("id=\"try\" data-client-id=\"1example23456789abcdefghij\""));
    for id in [
        "try-start-form",
        "try-email",
        "try-start",
        "try-code-form",
        "try-sent",
        "try-mail",
        "try-code",
        "try-confirm",
        "try-resend",
        "try-back",
        "try-result",
        "try-error",
        "try-log",
        "try-calls",
    ] {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn without_email_codes_try_it_says_what_to_write() {
    let phone = PoolConfig {
        username_attributes: vec![ContactAttribute::PhoneNumber],
        ..PoolConfig::default()
    };
    for (pool, factors) in [
        (PoolConfig::default(), vec![FirstFactor::Password]),
        (phone, vec![FirstFactor::EmailOtp]),
    ] {
        let page = page(&view(&pool, &factors));
        assert!(page.contains("loginWith: { email: { otpLogin: true } }"));
        assert!(!page.contains("try-email"));
    }
}

#[test]
fn paths_are_escaped() {
    let pool = PoolConfig::default();
    let page = page(&HomeView {
        definition: "a<b>/amplify/auth/resource.ts",
        outputs: "a\"&<b>/amplify_outputs.json",
        ..view(&pool, &[])
    });
    assert!(!page.contains("<b>"));
    assert!(page.contains("a&#60;b&#62;/amplify/auth/resource.ts"));
    assert!(page.contains("a&#34;&#38;&#60;b&#62;/amplify_outputs.json"));
}

#[test]
fn the_page_stands_alone() {
    assert_self_contained(&email_page());
}
