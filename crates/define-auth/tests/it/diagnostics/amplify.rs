//! What Amplify refuses, in its words.

use insta::assert_snapshot;
use poolhouse_define_auth::Deployment;

use super::errors;
use crate::project::Project;

#[test]
fn contradictions_of_passwordless_sign_in() {
    assert_snapshot!(errors("{ loginWith: {} }"), @"
    error: InvalidPasswordlessConfigError: Invalid passwordless authentication configuration
     --> amplify/auth/resource.ts:3:34
      |
    3 | export const auth = defineAuth({ loginWith: {} });
      |                                  ^^^^^^^^^
      At least one authentication method must be enabled. Configure email, phone, or external providers in loginWith.
    help: Fix the configuration errors listed above
    ");
    assert_snapshot!(errors("{ loginWith: { webAuthn: true } }"), @"
    error: InvalidPasswordlessConfigError: Invalid passwordless authentication configuration
     --> amplify/auth/resource.ts:3:34
      |
    3 | export const auth = defineAuth({ loginWith: { webAuthn: true } });
      |                                  ^^^^^^^^^
      At least one authentication method must be enabled. Configure email, phone, or external providers in loginWith.

      Passkeys (WebAuthn) require at least one sign-up method (email or phone).

      Email OTP and SMS OTP are valid passwordless sign-up methods.
      Passkeys can only be registered after initial account creation.

      Resolution: Add email or phone to loginWith configuration.
    help: Fix the configuration errors listed above
    ");
    assert_snapshot!(errors("{ loginWith: { email: true, webAuthn: { relyingPartyId: 'https://a.example' } } }"), @r#"
    error: InvalidPasswordlessConfigError: Invalid passwordless authentication configuration
     --> amplify/auth/resource.ts:3:72
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, webAuthn: { relyingPartyId: 'https://a.example' } } });
      |                                                                        ^^^^^^^^^^^^^^
      Invalid relying party ID: "https://a.example". Must be a valid domain without protocol (e.g., "example.com"), "localhost" for development, or "AUTO" for Amplify Hosting.

      Examples:
        - Valid: "example.com", "app.example.com", "localhost", "AUTO"
        - Invalid: "http://example.com", "https://example.com"
    help: Fix the configuration errors listed above
    "#);
    assert_snapshot!(errors("{ loginWith: { email: true, webAuthn: { relyingPartyId: 'localhost:3000' } } }"), @r#"
    error: InvalidPasswordlessConfigError: Invalid passwordless authentication configuration
     --> amplify/auth/resource.ts:3:72
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, webAuthn: { relyingPartyId: 'localhost:3000' } } });
      |                                                                        ^^^^^^^^^^^^^^
      Invalid relying party ID: "localhost:3000". Must be a valid domain format.

      Examples:
        - Valid: "example.com", "app.example.com", "localhost", "AUTO"
        - Invalid: "example", "192.168.1.1", "my app.com"
    help: Fix the configuration errors listed above
    "#);
    assert_snapshot!(errors("{ loginWith: { email: { otpLogin: true } }, multifactor: { mode: 'REQUIRED', totp: true } }"), @"
    error: InvalidPasswordlessConfigError: Invalid passwordless authentication configuration
     --> amplify/auth/resource.ts:3:91
      |
    3 | export const auth = defineAuth({ loginWith: { email: { otpLogin: true } }, multifactor: { mode: 'REQUIRED', totp: true } });
      |                                                                                           ^^^^
      Passwordless authentication (Email OTP, SMS OTP, WebAuthn) cannot be used when MFA is set to REQUIRED. Amazon Cognito does not support combining MFA with passwordless authentication methods.

      Resolution: Choose either passwordless authentication or MFA, not both.
      Note: WebAuthn passkeys with user verification can provide similar security to MFA without requiring separate MFA configuration.
    help: Fix the configuration errors listed above
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, passwordlessOptions: { preferredChallenge: 'WEB_AUTHN' } }"), @r#"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:85
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, passwordlessOptions: { preferredChallenge: 'WEB_AUTHN' } });
      |                                                                                     ^^^^^^^^^^^^^^^^^^
      Caused by: Preferred challenge "WEB_AUTHN" is not enabled in your authentication configuration. Enabled challenges: PASSWORD. This will result in a broken authentication flow in the frontend.
    help: See the underlying error message for more details.
    "#);
}

#[test]
fn relying_parties() {
    let standalone = Project::props("{ loginWith: { email: true, webAuthn: true } }");
    assert_snapshot!(standalone.read_as(&Deployment::Standalone).unwrap_err(), @r#"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:60
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, webAuthn: true } });
      |                                                            ^^^^^^^^
      Caused by: WebAuthn relyingPartyId "AUTO" is not supported for standalone deployments because there is no Amplify Hosting domain to resolve against. Set an explicit relyingPartyId matching your hosting domain. Example: loginWith: { webAuthn: { relyingPartyId: "app.example.com" } }
    help: See the underlying error message for more details.
    "#);
    let long =
        "{ loginWith: { email: true, webAuthn: { relyingPartyId: 'a'.repeat(60) + '.example' } } }";
    assert_snapshot!(errors(long), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:72
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, webAuthn: { relyingPartyId: 'a'.repeat(60) + '.example' } } });
      |                                                                        ^^^^^^^^^^^^^^
      Caused by: passkeyRelyingPartyId length must be (inclusively) between 1 and 63, got 68
    help: See the underlying error message for more details.
    ");
}

#[test]
fn names() {
    assert_snapshot!(errors("{ name: '2 pools', loginWith: { email: true } }"), @"
    error: InvalidResourceNameError: Resource name contains invalid characters, found 2 pools
     --> amplify/auth/resource.ts:3:34
      |
    3 | export const auth = defineAuth({ name: '2 pools', loginWith: { email: true } });
      |                                  ^^^^
    help: Update name to use only alphanumeric characters, dashes, underscores and spaces. The name should also start with an alphabetic character
    ");
    assert_snapshot!(errors("{ loginWith: { externalProviders: { callbackUrls: ['a'], logoutUrls: ['b'] } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:34
      |
    3 | export const auth = defineAuth({ loginWith: { externalProviders: { callbackUrls: ['a'], logoutUrls: ['b'] } } });
      |                                  ^^^^^^^^^
      Caused by: At least one of email or phone must be enabled.
    help: See the underlying error message for more details.
    ");
}

#[test]
fn messages_without_their_code() {
    assert_snapshot!(errors("{ loginWith: { email: { verificationEmailBody: () => 'no' } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:56
      |
    3 | export const auth = defineAuth({ loginWith: { email: { verificationEmailBody: () => 'no' } } });
      |                                                        ^^^^^^^^^^^^^^^^^^^^^
      Caused by: Invalid email settings. Property 'verificationEmailBody' must utilize the 'code' parameter at least once as a placeholder for the verification code.
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(errors("{ loginWith: { email: { verificationEmailStyle: 'LINK', verificationEmailBody: () => 'no' } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:88
      |
    3 | export const auth = defineAuth({ loginWith: { email: { verificationEmailStyle: 'LINK', verificationEmailBody: () => 'no' } } });
      |                                                                                        ^^^^^^^^^^^^^^^^^^^^^
      Caused by: Invalid email settings. Property 'verificationEmailBody' must utilize the 'link' parameter at least once as a placeholder for the verification link.
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(errors("{ loginWith: { phone: { verificationMessage: () => 'no' } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:56
      |
    3 | export const auth = defineAuth({ loginWith: { phone: { verificationMessage: () => 'no' } } });
      |                                                        ^^^^^^^^^^^^^^^^^^^
      Caused by: Invalid phone settings. Property 'verificationMessage' must utilize the 'code' parameter at least once as a placeholder for the verification code.
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: () => 'no' } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:102
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: () => 'no' } } });
      |                                                                                                      ^^^^^^^^^^
      Caused by: Invalid MFA settings. Property 'smsMessage' must utilize the 'code' parameter at least once as a placeholder for the verification code.
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: (c) => c() + 'x'.repeat(140) } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:102
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: (c) => c() + 'x'.repeat(140) } } });
      |                                                                                                      ^^^^^^^^^^
      Caused by: MFA message must be between 6 and 140 characters
    help: See the underlying error message for more details.
    ");
}

#[test]
fn second_factors() {
    assert_snapshot!(errors("{ loginWith: { phone: true }, multifactor: { mode: 'OPTIONAL', totp: true } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { phone: true }, multifactor: { mode: 'OPTIONAL', totp: true } });
      |                                                              ^^^^^^^^^^^
      Caused by: Invalid MFA settings. SMS must be enabled in multiFactor if loginWith phone is enabled
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, multifactor: { mode: 'REQUIRED', email: true } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:95
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, multifactor: { mode: 'REQUIRED', email: true } });
      |                                                                                               ^^^^^
      Caused by: To enable email-based MFA, set `email` property to the Amazon SES email-sending configuration.
    help: See the underlying error message for more details.
          write `senders: { email: { fromEmail: 'you@example.com' } }` beside it
    ");
}

#[test]
fn external_providers() {
    let external = |rest: &str| {
        errors(&format!(
            "{{ loginWith: {{ email: true, externalProviders: {{ {rest} }} }} }}"
        ))
    };
    assert_snapshot!(external("callbackUrls: ['a'], logoutUrls: []"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:102
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { callbackUrls: ['a'], logoutUrls: [] } } });
      |                                                                                                      ^^^^^^^^^^
      Caused by: You must define logoutUrls when configuring external login providers.
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(external("callbackUrls: [], logoutUrls: ['a']"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:81
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { callbackUrls: [], logoutUrls: ['a'] } } });
      |                                                                                 ^^^^^^^^^^^^
      Caused by: You must define callbackUrls when configuring external login providers.
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(external("saml: { name: 'x', metadata: { metadataType: 'URL', metadataContent: 'u' } }, callbackUrls: ['a'], logoutUrls: ['a']"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:60
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { saml: { name: 'x', metadata: { metadataT ...
      |                                                            ^^^^^^^^^^^^^^^^^
      Caused by: Expected provider name to be between 3 and 32 characters, received x (1 characters)
    help: See the underlying error message for more details.
    ");
}

#[test]
fn senders() {
    assert_snapshot!(errors("{ loginWith: { phone: true }, senders: { sms: { externalId: 'x' } } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:73
      |
    3 | export const auth = defineAuth({ loginWith: { phone: true }, senders: { sms: { externalId: 'x' } } });
      |                                                                         ^^^
      Caused by: Both externalId and snsCallerArn are required when providing a custom IAM role. Ensure that your IAM role trust policy have an sts:ExternalId condition and is equal to the externalId value
    help: See the underlying error message for more details.
    ");
    let project = Project::new(
        "import { defineAuth, defineFunction } from '@aws-amplify/backend';
const send = defineFunction({ entry: './send.ts' });
export const auth = defineAuth({
  loginWith: { email: true },
  senders: { email: { handler: send, kmsKeyArn: 'arn:a' }, sms: { handler: send, kmsKeyArn: 'arn:b' } },
});
",
    );
    assert_snapshot!(project.errors(), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:5:76
      |
    5 |   senders: { email: { handler: send, kmsKeyArn: 'arn:a' }, sms: { handler: send, kmsKeyArn: 'arn:b' } },
      |                                                                            ^^^^
      Caused by: KMS key ARN must be the same for both email and sms senders
    help: See the underlying error message for more details.
    ");
}

#[test]
fn one_definition_in_its_place() {
    let two = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true } });
export const more = defineAuth({ loginWith: { phone: true } });
",
    );
    assert_snapshot!(two.errors(), @"
    error: MultipleSingletonResourcesError: Multiple `defineAuth` or `referenceAuth` calls are not allowed within an Amplify backend
     --> amplify/auth/resource.ts:3:21
      |
    3 | export const more = defineAuth({ loginWith: { phone: true } });
      |                     ^^^^^^^^^^
    help: Remove all but one `defineAuth` or `referenceAuth` call
    ");
    let reference = Project::new(
        "import { referenceAuth } from '@aws-amplify/backend';
export const auth = referenceAuth({ userPoolId: 'us-east-1_x' });
",
    );
    assert_snapshot!(reference.errors(), @"
    error: `referenceAuth` names a pool that somebody else serves
     --> amplify/auth/resource.ts:2:21
      |
    2 | export const auth = referenceAuth({ userPoolId: 'us-east-1_x' });
      |                     ^^^^^^^^^^^^^
    help: describe the pool with `defineAuth` to have it served here
    ");
    let elsewhere = Project::new("export { auth } from './other';").file(
        "amplify/auth/other.ts",
        "import { defineAuth } from '@aws-amplify/backend';\nexport const auth = defineAuth({ loginWith: { email: true } });\n",
    );
    assert_snapshot!(elsewhere.errors(), @"
    error: Error: Amplify Auth must be defined in amplify/auth/resource.ts
     --> amplify/auth/other.ts:2:21
      |
    2 | export const auth = defineAuth({ loginWith: { email: true } });
      |                     ^^^^^^^^^^
    ");
}

#[test]
fn access() {
    assert_snapshot!(errors("{ loginWith: { email: true }, access: () => 7 }"), @"
    error: `access` must return a list of `allow.resource(..).to([..])`
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, access: () => 7 });
      |                                                              ^^^^^^
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, access: (allow) => [allow.resource({}).to([])] }"), @"
    error: EmptyPolicyError: At least one action must be specified.
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, access: (allow) => [allow.resource({}).to([])] });
      |                                                              ^^^^^^
    help: Ensure all resource access rules specify at least one action.
    ");
}

#[test]
fn constructs_that_cannot_be_named() {
    assert_snapshot!(errors("{ name: '', loginWith: { email: true } }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:34
      |
    3 | export const auth = defineAuth({ name: '', loginWith: { email: true } });
      |                                  ^^^^
      Caused by: Only root constructs may have an empty ID
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(errors("{ name: 'app', loginWith: { email: true }, groups: ['A', 'B', 'A'] }"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:3:75
      |
    3 | export const auth = defineAuth({ name: 'app', loginWith: { email: true }, groups: ['A', 'B', 'A'] });
      |                                                                           ^^^^^^
      Caused by: There is already a Construct with name 'appAGroupRole' in AmplifyAuth [app]
    help: See the underlying error message for more details.
    ");
}
