//! The home page.

use poolhouse_domain::attributes::{AttributeKind, AttributeSpec};
use poolhouse_domain::client::AuthFlow;
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
        "at least 8 characters, with a-z, A-Z, 0-9, a symbol",
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
fn snippets_begin_as_the_client_may() {
    let mut pool = PoolConfig::default();
    pool.clients[0].auth_flows = vec![AuthFlow::AllowUserSrpAuth];
    let page = page(&view(&pool, &[FirstFactor::Password]));
    for id in ["sdk", "boto3", "cli"] {
        let snippet = between(&page, &format!("<code id=\"{id}\">"), "</code>");
        assert!(!snippet.contains("USER_AUTH"), "{id}");
        assert!(snippet.contains("Correct-h0rse-battery"), "{id}");
    }
}

#[test]
fn the_inbox_is_counted() {
    let page = email_page();
    assert_eq!(page.matches("data-inbox-count>3</span>").count(), 2);
}

/// The pool of all three ways, as `dev` serves it.
fn all_three() -> PoolConfig {
    let mut pool = PoolConfig {
        relying_party: Some(RelyingParty {
            id: "localhost".to_owned(),
            user_verification_required: false,
        }),
        ..PoolConfig::default()
    };
    pool.username_attributes.push(ContactAttribute::PhoneNumber);
    pool.passkeys.usernameless = true;
    pool
}

const ALL_THREE: [FirstFactor; 3] = [
    FirstFactor::EmailOtp,
    FirstFactor::SmsOtp,
    FirstFactor::WebAuthn,
];

/// What only pages with passkeys have.
const OF_PASSKEYS: [&str; 6] = [
    "try-no-passkey",
    "try-passkeys",
    "try-add-passkey",
    "try-no-passkeys",
    "try-passkey-list",
    "try-passkey",
];

#[test]
fn try_it_has_the_ids_that_its_scripts_and_the_tests_know() {
    let pool = all_three();
    let page = page(&view(&pool, &ALL_THREE));
    assert!(page.contains(
        "id=\"try\" data-client-id=\"1example23456789abcdefghij\" \
         data-pool-id=\"eu-west-1_Ab12Cd34E\" data-endpoint=\"http://127.0.0.1:7400\" data-relying-party=\"localhost\""
    ));
    let of_all = [
        "try-start-form",
        "try-name",
        "try-start",
        "try-or",
        "try-no-name",
        "try-choose-form",
        "try-code-form",
        "try-sent",
        "try-message",
        "try-code",
        "try-confirm",
        "try-resend",
        "try-error",
        "try-result",
        "try-who",
        "try-sign-out",
        "try-tokens",
        "try-log",
        "try-calls",
    ];
    for id in of_all.into_iter().chain(OF_PASSKEYS) {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

/// What only pages with passwords have.
const OF_PASSWORDS: [&str; 4] = [
    "try-password-form",
    "try-whose",
    "try-policy",
    "try-password",
];

#[test]
fn try_it_asks_for_passwords_where_the_pool_has_some() {
    let pool = all_three();
    let with = |factors: &[FirstFactor]| page(&view(&pool, factors));
    let every = [&[FirstFactor::Password], ALL_THREE.as_slice()].concat();
    let (beside, alone, without) = (
        with(&every),
        with(&[FirstFactor::Password]),
        with(&ALL_THREE),
    );
    for id in OF_PASSWORDS {
        let id = format!("id=\"{id}\"");
        assert_eq!(beside.matches(&id).count(), 1, "{id}");
        assert_eq!(alone.matches(&id).count(), 1, "{id}");
        assert!(!without.contains(&id), "{id}");
    }
    assert!(beside.contains("Use a password"));
    // Nobody has a choice: to go on is to use one.
    assert!(alone.contains("try-name") && !alone.contains("Use a password"));
    assert!(!without.contains("data-password-flow") && !without.contains("Use a password"));
    let policy = ": for a new account, at least 8 characters, with a-z, A-Z, 0-9, a symbol.";
    assert_eq!(between(&alone, "id=\"try-policy\">", "<"), policy);
}

#[test]
fn try_it_proves_passwords_as_the_app_client_may() {
    let mut pool = all_three();
    let mut flow_of = |flows: &[AuthFlow]| {
        pool.clients[0].auth_flows = flows.to_vec();
        let page = page(&view(&pool, &[FirstFactor::Password]));
        let has_flow = page.contains("data-password-flow=\"");
        has_flow.then(|| between(&page, "data-password-flow=\"", "\"").to_owned())
    };
    let (any, srp, clear) = (
        AuthFlow::AllowUserAuth,
        AuthFlow::AllowUserSrpAuth,
        AuthFlow::AllowUserPasswordAuth,
    );
    for (flows, expected) in [
        (vec![clear, srp, any], Some("USER_AUTH")),
        (vec![clear, srp], Some("USER_SRP_AUTH")),
        (vec![clear], Some("USER_PASSWORD_AUTH")),
        (vec![AuthFlow::AllowRefreshTokenAuth], None),
    ] {
        assert_eq!(flow_of(&flows).as_deref(), expected, "{flows:?}");
    }
}

#[test]
fn try_it_answers_the_ways_on_offer() {
    let pool = all_three();
    let every = [&[FirstFactor::Password], ALL_THREE.as_slice()].concat();
    let page = page(&view(&pool, &every));
    let ways: Vec<_> = page.split("data-way=\"").skip(1).collect();
    let ways: Vec<_> = ways.iter().filter_map(|way| way.split_once('"')).collect();
    let names: Vec<_> = ways.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]);
}

#[test]
fn try_it_asks_for_the_name_that_people_are_known_by() {
    let both = all_three();
    let phone = PoolConfig {
        username_attributes: vec![ContactAttribute::PhoneNumber],
        ..all_three()
    };
    let email = PoolConfig::default();
    for (pool, label, input) in [
        (
            &both,
            "E-mail address or phone number",
            "type=\"text\" required maxlength=\"128\" value=\"you@example.com\"",
        ),
        (
            &phone,
            "Phone number",
            "type=\"tel\" required maxlength=\"128\" value=\"+12025550123\"",
        ),
        (
            &email,
            "E-mail address",
            "type=\"email\" required maxlength=\"128\" value=\"you@example.com\"",
        ),
    ] {
        let page = page(&view(pool, &ALL_THREE));
        assert_eq!(between(&page, "<label for=\"try-name\">", "<"), label);
        assert!(
            page.contains(&format!("<input id=\"try-name\" {input}")),
            "{label}"
        );
    }
}

#[test]
fn try_it_asks_newcomers_for_what_the_pool_requires() {
    let mut pool = all_three();
    let spec = |name: &str, required| AttributeSpec {
        name: name.to_owned(),
        required,
        mutable: true,
        kind: AttributeKind::Boolean,
    };
    let names = ["email", "phone_number", "given_name"];
    pool.schema.0 = names.map(|name| spec(name, true)).to_vec();
    pool.schema.0.push(spec("nickname", false));
    let asked = |pool: &PoolConfig| {
        let page = page(&view(pool, &ALL_THREE));
        let fields = page.split("id=\"try-also-").skip(1);
        let names = fields.map(|field| between(field, "name=\"", "\"").to_owned());
        names.collect::<Vec<_>>()
    };
    // Which of the two is the name, the person says.
    assert_eq!(asked(&pool), names);
    pool.username_attributes = vec![ContactAttribute::PhoneNumber];
    assert_eq!(asked(&pool), ["email", "given_name"]);
    pool.username_attributes = vec![ContactAttribute::Email];
    assert_eq!(asked(&pool), ["phone_number", "given_name"]);
    assert!(asked(&PoolConfig::default()).is_empty());
}

#[test]
fn try_it_has_passkeys_only_where_the_pool_has() {
    let pool = all_three();
    let without = page(&view(&pool, &[FirstFactor::EmailOtp, FirstFactor::SmsOtp]));
    for id in OF_PASSKEYS {
        assert!(!without.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(!without.contains("webauthn") && !without.contains("data-relying-party"));
    assert!(!without.contains("Sign in with a passkey"));
}

#[test]
fn try_it_signs_in_without_a_name_only_where_the_pool_does() {
    let mut pool = all_three();
    let page_of = |pool: &PoolConfig| page(&view(pool, &ALL_THREE));
    assert!(page_of(&pool).contains("autocomplete=\"username webauthn\""));
    assert!(page_of(&pool).contains("Sign in with a passkey"));
    pool.passkeys.usernameless = false;
    assert!(page_of(&pool).contains("autocomplete=\"username\""));
    assert!(!page_of(&pool).contains("Sign in with a passkey"));
    assert!(page_of(&pool).contains("try-add-passkey"));
}

#[test]
fn where_nobody_can_be_named_try_it_says_what_to_write() {
    let phone = PoolConfig {
        username_attributes: vec![ContactAttribute::PhoneNumber],
        ..PoolConfig::default()
    };
    let named_otherwise = PoolConfig {
        username_attributes: Vec::new(),
        ..PoolConfig::default()
    };
    for (pool, factors) in [
        (named_otherwise, vec![FirstFactor::Password]),
        (PoolConfig::default(), vec![FirstFactor::SmsOtp]),
        (phone, vec![FirstFactor::EmailOtp]),
    ] {
        let page = page(&view(&pool, &factors));
        assert!(page.contains("loginWith: { email: { otpLogin: true } }"));
        assert!(!page.contains("try-name"));
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
    let every = [&[FirstFactor::Password], ALL_THREE.as_slice()].concat();
    assert_self_contained(&page(&view(&all_three(), &every)));
}
