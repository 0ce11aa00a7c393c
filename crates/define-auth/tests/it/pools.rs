//! The pool that a definition means.

use std::time::Duration;

use poolhouse_define_auth::Unsupported;
use poolhouse_domain::attributes::AttributeKind;
use poolhouse_domain::budget::BudgetPolicy;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, Mfa, MfaMethod, PoolConfig};

use crate::project::Project;

fn pool(props: &str) -> PoolConfig {
    Project::props(props).read().pool
}

#[test]
fn the_seed_example_is_the_domains_default_with_the_budgets_of_production() {
    assert_eq!(
        pool("{ loginWith: { email: { otpLogin: true } } }"),
        PoolConfig {
            budgets: BudgetPolicy::in_production(),
            ..PoolConfig::default()
        }
    );
}

#[test]
fn texts_and_preferences_are_taken() {
    let pool = pool(
        "{
  name: 'members',
  loginWith: {
    email: {
      otpLogin: true,
      verificationEmailSubject: 'Prove it',
      verificationEmailBody: (code) => `Type ${code()}`,
    },
  },
  passwordlessOptions: { preferredChallenge: 'EMAIL_OTP' },
}",
    );
    assert_eq!(pool.name.as_deref(), Some("members"));
    assert_eq!(pool.messages.verification_email.subject, "Prove it");
    assert_eq!(pool.messages.verification_email.body, "Type {####}");
    assert_eq!(pool.preferred_challenge, Some(FirstFactor::EmailOtp));
}

#[test]
fn every_first_factor_is_taken_in_cognitos_order() {
    let pool = pool(
        "{ loginWith: { webAuthn: { relyingPartyId: 'a.example', userVerification: 'required' }, \
         phone: { otpLogin: true }, email: { otpLogin: true } } }",
    );
    let all = [
        FirstFactor::Password,
        FirstFactor::EmailOtp,
        FirstFactor::SmsOtp,
        FirstFactor::WebAuthn,
    ];
    assert_eq!(pool.first_factors, all);
    assert_eq!(
        pool.username_attributes,
        [ContactAttribute::Email, ContactAttribute::PhoneNumber]
    );
    let party = pool.relying_party.unwrap();
    assert!(party.id == "a.example" && party.user_verification_required);
    assert!(pool.clients[0].allows(AuthFlow::AllowUserAuth));
}

#[test]
fn without_passwordless_factors_there_is_no_user_auth() {
    let pool = pool("{ loginWith: { email: true } }");
    assert!(pool.first_factors.is_empty());
    assert!(!pool.clients[0].allows(AuthFlow::AllowUserAuth));
}

#[test]
fn attributes_are_taken_with_their_bounds() {
    let pool = pool(
        "{ loginWith: { email: true }, userAttributes: { email: { mutable: false, required: true }, \
         fullname: { required: true }, 'custom:age': { dataType: 'Number', min: 0, max: 150 }, \
         'custom:code': { dataType: 'String', minLen: 2, mutable: false }, \
         'custom:vip': { dataType: 'Boolean' }, 'custom:at': { dataType: 'DateTime' } } }",
    );
    let spec = |name: &str| pool.schema.0.iter().find(|spec| spec.name == name).unwrap();
    assert!(!spec("email").mutable && spec("email").required);
    assert!(spec("name").mutable && spec("name").required);
    let bounds = AttributeKind::Number {
        min: Some(0),
        max: Some(150),
    };
    assert_eq!(spec("custom:age").kind, bounds);
    let text = AttributeKind::String {
        min: Some(2),
        max: None,
    };
    assert_eq!(spec("custom:code").kind, text);
    assert!(!spec("custom:code").mutable && spec("custom:vip").mutable);
    assert_eq!(spec("custom:vip").kind, AttributeKind::Boolean);
    assert_eq!(spec("custom:at").kind, AttributeKind::DateTime);
}

#[test]
fn second_factors_are_taken() {
    let pool = pool(
        "{ loginWith: { email: true }, multifactor: { mode: 'REQUIRED', totp: true, sms: true } }",
    );
    assert_eq!(pool.mfa, Mfa::On);
    assert_eq!(
        pool.mfa_methods,
        [MfaMethod::SmsMfa, MfaMethod::SoftwareTokenMfa]
    );
}

#[test]
fn devices_are_remembered_as_soon_as_anything_is_said_of_them() {
    let devices = |configuration: &str| {
        let project = Project::props("{ loginWith: { email: true } }");
        let backend = format!("pool.deviceConfiguration = {configuration};");
        let definition = project.backend(&backend).read();
        assert_eq!(definition.unsupported, [], "{configuration}");
        let devices = definition.pool.devices;
        devices.map(|devices| (devices.stands_for_mfa, devices.asks_user))
    };
    assert_eq!(devices("undefined"), None);
    assert_eq!(devices("{}"), None);
    for (configuration, expected) in [
        ("{ challengeRequiredOnNewDevice: true }", (true, false)),
        ("{ challengeRequiredOnNewDevice: false }", (false, false)),
        ("{ deviceOnlyRememberedOnUserPrompt: true }", (false, true)),
        (
            "{ challengeRequiredOnNewDevice: true, deviceOnlyRememberedOnUserPrompt: true }",
            (true, true),
        ),
    ] {
        assert_eq!(devices(configuration), Some(expected), "{configuration}");
    }
    let overridden = Project::props("{ loginWith: { email: true } }").backend(
        "pool.addPropertyOverride('DeviceConfiguration.ChallengeRequiredOnNewDevice', true);",
    );
    assert!(overridden.read().pool.devices.unwrap().stands_for_mfa);
}

#[test]
fn backend_changes_are_taken_overrides_included() {
    let project = Project::props("{ loginWith: { email: true }, groups: ['A', 'B'] }").backend(
        "import { Duration } from 'aws-cdk-lib';
import { ClientAttributes } from 'aws-cdk-lib/aws-cognito';
pool.policies.passwordPolicy.minimumLength = 12;
pool.adminCreateUserConfig = { allowAdminCreateUserOnly: true };
pool.addPropertyOverride('Policies.SignInPolicy.AllowedFirstAuthFactors', ['PASSWORD', 'EMAIL_OTP']);
pool.addPropertyOverride('EmailAuthenticationSubject', 'Yours: {####}');
client.explicitAuthFlows = ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
client.refreshTokenValidity = 7;
client.accessTokenValidity = 30;
client.tokenValidityUnits = { accessToken: 'minutes' };
client.refreshTokenRotation = { feature: 'DISABLED', retryGracePeriodSeconds: 10 };
backend.auth.resources.groups.B.cfnUserGroup.precedence = 7;
backend.auth.resources.userPool.addClient('Kiosk', {
  authFlows: { userPassword: true }, generateSecret: true, enableTokenRevocation: false,
  refreshTokenRotationGracePeriod: Duration.seconds(15),
  readAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true }),
  writeAttributes: new ClientAttributes().withCustomAttributes('shelf'),
});",
    );
    let pool = project.read().pool;
    assert_eq!(pool.password_policy.minimum_length, 12);
    assert!(!pool.self_sign_up);
    assert!(pool.allows(FirstFactor::EmailOtp));
    assert_eq!(pool.messages.sign_in_email.subject, "Yours: {####}");
    let client = &pool.clients[0];
    assert_eq!(
        client.auth_flows,
        [AuthFlow::AllowUserAuth, AuthFlow::AllowRefreshTokenAuth]
    );
    assert_eq!(client.refresh_token_validity, Duration::from_hours(7 * 24));
    assert_eq!(client.access_token_validity, Duration::from_mins(30));
    assert_eq!(client.id_token_validity, Duration::from_hours(1));
    assert_eq!(pool.groups[1].precedence, 7);
    let names: Vec<&str> = pool
        .clients
        .iter()
        .map(|client| client.name.as_str())
        .collect();
    assert_eq!(names, ["default", "Kiosk"]);
    assert!(pool.clients[1].allows(AuthFlow::AllowUserPasswordAuth));
    assert!(!pool.clients[1].prevent_user_existence_errors);
    assert_eq!(client.rotation_grace, None);
    let kiosk = &pool.clients[1];
    assert_eq!(kiosk.rotation_grace, Some(Duration::from_secs(15)));
    assert!(!kiosk.allows(AuthFlow::AllowRefreshTokenAuth));
    assert!(!kiosk.token_revocation && client.token_revocation);
    assert!(pool.clients[1].has_secret && !pool.clients[0].has_secret);
    assert!(kiosk.may_read("name") && !kiosk.may_read("email_verified"));
    assert!(kiosk.may_write("custom:shelf") && !kiosk.may_write("name"));
    assert!(client.may_read("name") && client.may_write("name"));
}

#[test]
fn what_a_server_may_not_have_is_named() {
    let project = Project::new(
        "import { defineAuth, defineFunction, secret } from '@aws-amplify/backend';
const run = defineFunction({ name: 'run' });
export const auth = defineAuth({
  loginWith: {
    email: { verificationEmailStyle: 'LINK', userInvitation: { emailSubject: 'Hi' } },
    phone: { otpLogin: true },
    webAuthn: true,
    externalProviders: {
      google: { clientId: secret('A'), clientSecret: secret('B') },
      callbackUrls: ['https://a.example'],
      logoutUrls: ['https://a.example'],
    },
  },
  multifactor: { mode: 'OPTIONAL', sms: true },
  senders: { email: { fromEmail: 'a@a.example' }, sms: { handler: run } },
  triggers: { preSignUp: run },
  access: (allow) => [allow.resource(run).to(['listUsers'])],
});
",
    )
    .backend(
        "backend.auth.resources.userPool.addClient('Own', { generateSecret: true });
pool.userPoolAddOns = { advancedSecurityMode: 'ENFORCED' };",
    );
    let named: Vec<String> = project
        .read()
        .unsupported
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(named.join("\n"), @"
    loginWith.phone: sign-in by phone number
    loginWith.phone.otpLogin: codes by text message
    loginWith.webAuthn: passkeys
    multifactor: second factors
    loginWith.email.verificationEmailStyle: links in verification mails
    loginWith.email.userInvitation: invitations by administrators
    senders.sms.handler: functions that send messages
    triggers.preSignUp: Lambda triggers
    senders.email: sending through AWS
    loginWith.externalProviders.google: external identity providers
    access: functions with access to the pool
    userPoolAddOns.advancedSecurityMode: threat protection
    client default: hosted login and OAuth
    client Own: client secrets
    ");
    let plain = Project::props("{ loginWith: { email: { otpLogin: true } } }").read();
    assert!(plain.unsupported.is_empty());
}

#[test]
fn triggers_of_the_backend_are_named_too() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend, defineFunction } from '@aws-amplify/backend';
import { UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { auth } from './auth/resource';
const run = defineFunction({});
const backend = defineBackend({ auth, run });
backend.auth.resources.userPool.addTrigger(UserPoolOperation.PRE_SIGN_UP, backend.run.resources.lambda);
backend.auth.resources.userPool.addTrigger(UserPoolOperation.of('customMessage'), backend.run.resources.lambda);
",
    );
    let triggers = ["preSignUp", "customMessage"].map(|name| Unsupported::Trigger(name.to_owned()));
    assert_eq!(project.read().unsupported, triggers);
}

#[test]
fn a_forgotten_password_is_recovered_as_the_definition_says() {
    use ContactAttribute::{Email, PhoneNumber};
    let both = "loginWith: { email: true, phone: true }";
    for (props, expected) in [
        ("{ loginWith: { email: true } }".to_owned(), vec![Email]),
        (
            "{ loginWith: { phone: true } }".to_owned(),
            vec![PhoneNumber],
        ),
        (
            format!("{{ {both}, accountRecovery: 'PHONE_WITHOUT_MFA_AND_EMAIL' }}"),
            vec![PhoneNumber, Email],
        ),
        (
            format!("{{ {both}, accountRecovery: 'EMAIL_AND_PHONE_WITHOUT_MFA' }}"),
            vec![Email, PhoneNumber],
        ),
        // What Cognito does where nothing is said.
        (
            format!("{{ {both}, accountRecovery: 'PHONE_AND_EMAIL' }}"),
            vec![PhoneNumber, Email],
        ),
        (format!("{{ {both}, accountRecovery: 'NONE' }}"), Vec::new()),
    ] {
        assert_eq!(pool(&props).recovery, expected, "{props}");
    }
}

#[test]
fn a_password_history_comes_from_the_backend() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { cfnUserPool } = backend.auth.resources.cfnResources;
cfnUserPool.addPropertyOverride('Policies.PasswordPolicy.PasswordHistorySize', 5);
",
    );
    assert_eq!(project.read().pool.password_policy.history, 5);
}
