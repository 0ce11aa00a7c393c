//! What is wrong with `backend.ts`.

use insta::assert_snapshot;

use crate::project::Project;

fn errors(body: &str) -> String {
    Project::props("{ loginWith: { email: { otpLogin: true } }, groups: ['A'] }")
        .backend(body)
        .errors()
}

#[test]
fn properties_that_do_not_exist() {
    assert_snapshot!(errors("pool.polices = {};"), @"
    error: UserPool: there is no property `polices`
     --> amplify/backend.ts:5:1
      |
    5 | pool.polices = {};
      | ^^^^
    help: did you mean `policies`?
    ");
    assert_snapshot!(errors("pool.policies = { passwordPolicy: { minLength: 12 } };"), @"
    error: UserPool: there is no property `policies.passwordPolicy.minLength`
     --> amplify/backend.ts:5:1
      |
    5 | pool.policies = { passwordPolicy: { minLength: 12 } };
      | ^^^^
    help: did you mean `minimumLength`?
    ");
    assert_snapshot!(errors("pool.policies = { passwordPolicy: { minimumLength: '12' } };"), @"
    error: UserPool: `policies.passwordPolicy.minimumLength` must be a whole number, but it is '12'
     --> amplify/backend.ts:5:1
      |
    5 | pool.policies = { passwordPolicy: { minimumLength: '12' } };
      | ^^^^
    ");
    assert_snapshot!(errors("client.explicitAuthFlows = 'ALLOW_USER_AUTH';"), @"
    error: UserPoolClient: `explicitAuthFlows` must be a list, but it is 'ALLOW_USER_AUTH'
     --> amplify/backend.ts:5:1
      |
    5 | client.explicitAuthFlows = 'ALLOW_USER_AUTH';
      | ^^^^^^
    ");
    assert_snapshot!(errors("client.explicitAuthFlows = ['ALLOW_MAGIC'];"), @"
    error: UserPoolClient: `explicitAuthFlows.0` must be one of ALLOW_USER_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, but it is 'ALLOW_MAGIC'
     --> amplify/backend.ts:5:1
      |
    5 | client.explicitAuthFlows = ['ALLOW_MAGIC'];
      | ^^^^^^
    help: did you mean 'ALLOW_CUSTOM_AUTH'?
    ");
}

#[test]
fn overrides_of_what_does_not_exist() {
    assert_snapshot!(errors("pool.addPropertyOverride('Policies.SignInPolicy.AllowedFirstFactors', ['PASSWORD']);"), @"
    error: UserPool: there is no property `Policies.SignInPolicy.AllowedFirstFactors`
     --> amplify/backend.ts:5:6
      |
    5 | pool.addPropertyOverride('Policies.SignInPolicy.AllowedFirstFactors', ['PASSWORD']);
      |      ^^^^^^^^^^^^^^^^^^^
    help: did you mean `AllowedFirstAuthFactors`?
    ");
    assert_snapshot!(errors("pool.addPropertyOverride('webAuthnRelyingPartyId', 'a.example');"), @"
    error: UserPool: there is no property `webAuthnRelyingPartyId`
     --> amplify/backend.ts:5:6
      |
    5 | pool.addPropertyOverride('webAuthnRelyingPartyId', 'a.example');
      |      ^^^^^^^^^^^^^^^^^^^
    help: did you mean `WebAuthnRelyingPartyID`?
    ");
    assert_snapshot!(errors("pool.addOverride('Properties.Policy', {});"), @"
    error: UserPool: there is no property `Policy`
     --> amplify/backend.ts:5:6
      |
    5 | pool.addOverride('Properties.Policy', {});
      |      ^^^^^^^^^^^
    help: did you mean `Policies`?
    ");
}

#[test]
fn clients_that_cannot_be() {
    let duration = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';
import { Duration } from 'aws-cdk-lib';
import { auth } from './auth/resource';
const { userPool } = defineBackend({ auth }).auth.resources;
userPool.addClient('App', { accessTokenValidity: Duration.days(2) });
",
    );
    assert_snapshot!(duration.errors(), @"
    error: DurationOutOfRange: accessTokenValidity: Must be a duration between 5 minutes and 1 day (inclusive); received 2 days.
     --> amplify/backend.ts:5:59
      |
    5 | userPool.addClient('App', { accessTokenValidity: Duration.days(2) });
      |                                                           ^^^^
    ");
    assert_snapshot!(errors("backend.auth.resources.userPool.addClient('App', { disableOAuth: true, oAuth: {} });"), @"
    error: AuthSettingsCannotSpecifiedDisable: OAuth settings cannot be specified when disableOAuth is set.
     --> amplify/backend.ts:5:33
      |
    5 | backend.auth.resources.userPool.addClient('App', { disableOAuth: true, oAuth: {} });
      |                                 ^^^^^^^^^
    ");
    assert_snapshot!(errors("backend.auth.resources.userPool.addClient('App', {\n  oAuth: { flows: { clientCredentials: true, implicitCodeGrant: true } },\n});"), @"
    error: ClientCredentialsAuthFlowCannot: clientCredentials OAuth flow cannot be selected along with codeGrant or implicitGrant.
     --> amplify/backend.ts:5:33
      |
    5 | backend.auth.resources.userPool.addClient('App', {
      |                                 ^^^^^^^^^
    ");
    assert_snapshot!(errors("backend.auth.resources.userPool.addClient('App', { oAuth: { callbackUrls: [] } });"), @"
    error: CallbackUrlEmptyCodeGrant: callbackUrl must not be empty when codeGrant or implicitGrant OAuth flows are enabled.
     --> amplify/backend.ts:5:33
      |
    5 | backend.auth.resources.userPool.addClient('App', { oAuth: { callbackUrls: [] } });
      |                                 ^^^^^^^^^
    ");
}

#[test]
fn outputs_that_contradict() {
    assert_snapshot!(errors("backend.addOutput({ custom: { a: 1 } });\nbackend.addOutput({ custom: { a: 2 } });"), @"
    error: OutputEntryAlreadyExistsError: Output entry with key a already exists
     --> amplify/backend.ts:6:9
      |
    6 | backend.addOutput({ custom: { a: 2 } });
      |         ^^^^^^^^^
      Caused by: Property a already exists
    help: Check if 'backend.addOutput' is called multiple times with overlapping inputs
    ");
    assert_snapshot!(errors("backend.addOutput({ version: '1' });\nbackend.addOutput({ version: '2' });"), @"
    error: VersionMismatchError: Conflicting versions of client configuration found.
     --> amplify/backend.ts:6:9
      |
    6 | backend.addOutput({ version: '2' });
      |         ^^^^^^^^^
      Caused by: Version mismatch: Cannot accumulate new objects with version 2 with existing accumulated object with version 1
    help: Ensure that the version specified in 'backend.addOutput' is consistent and is same as the one used for generating the client config
    ");
}

#[test]
fn outputs_that_amplify_makes_itself() {
    assert_snapshot!(errors("backend.addOutput({ custom: { a: 1 } });\nbackend.addOutput({ auth: { user_pool_id: 'us-east-1_other' } });"), @"
    error: OutputEntryAlreadyExistsError: Duplicated entry with key user_pool_id detected in deployment outputs
     --> amplify/backend.ts:6:9
      |
    6 | backend.addOutput({ auth: { user_pool_id: 'us-east-1_other' } });
      |         ^^^^^^^^^
      Caused by: Property user_pool_id already exists
    help: Check if 'backend.addOutput' is called multiple times with overlapping inputs or if 'backend.addOutput' is called with values overlapping Amplify managed keys
    ");
}

#[test]
fn outputs_that_clients_cannot_read() {
    assert_snapshot!(errors("backend.addOutput({ auth: { oauth: { scopes: 'openid' } } });"), @r#"
    error: the 'auth' of 'backend.addOutput' does not fit into the clients' configuration
     --> amplify/backend.ts:5:9
      |
    5 | backend.addOutput({ auth: { oauth: { scopes: 'openid' } } });
      |         ^^^^^^^^^
      invalid type: string "openid", expected a sequence
    "#);
}

#[test]
fn things_that_are_no_resources() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';\nimport { auth } from './auth/resource';\ndefineBackend({ auth, data: {} });\n",
    );
    assert_snapshot!(project.errors(), @"
    error: TypeError: defineBackend({ data }): that is not what a define function returned
     --> amplify/backend.ts:3:1
      |
    3 | defineBackend({ auth, data: {} });
      | ^^^^^^^^^^^^^
    ");
}

#[test]
fn values_that_cognito_does_not_take() {
    assert_snapshot!(errors("client.accessTokenValidity = 1;\npool.usernameAttributes = ['fax'];"), @"
    error: UserPool is not what Cognito takes: unknown variant `fax`, expected `email` or `phone_number`
     --> amplify/backend.ts:6:1
      |
    6 | pool.usernameAttributes = ['fax'];
      | ^^^^
    ");
    assert_snapshot!(errors("client.accessTokenValidity = -1;"), @"
    error: UserPoolClient: `accessTokenValidity` must be a whole number, but it is `-1`
     --> amplify/backend.ts:5:1
      |
    5 | client.accessTokenValidity = -1;
      | ^^^^^^
    ");
    assert_snapshot!(errors("backend.auth.resources.groups.A.cfnUserGroup.precedence = -1;"), @"
    error: Group0: `precedence` must be a whole number, but it is `-1`
     --> amplify/backend.ts:5:1
      |
    5 | backend.auth.resources.groups.A.cfnUserGroup.precedence = -1;
      | ^^^^^^^
    ");
}

#[test]
fn headers_are_one_line() {
    assert_snapshot!(errors("pool.emailVerificationSubject = 'a\\nb';"), @r"
    error: UserPool: `emailVerificationSubject` must be a string on one line, without control characters, but it is 'a\nb'
     --> amplify/backend.ts:5:1
      |
    5 | pool.emailVerificationSubject = 'a\nb';
      | ^^^^
    ");
    assert_snapshot!(errors("pool.addPropertyOverride('EmailConfiguration.From', 'A\\r\\nBcc: x <a@a.example>');"), @r"
    error: UserPool: `EmailConfiguration.From` must be a string on one line, without control characters, but it is 'A\r\nBcc: x <a@a.example>'
     --> amplify/backend.ts:5:6
      |
    5 | pool.addPropertyOverride('EmailConfiguration.From', 'A\r\nBcc: x <a@a.example>');
      |      ^^^^^^^^^^^^^^^^^^^
    ");
    assert_snapshot!(errors("pool.userPoolName = 'a\\nb';"), @r"
    error: UserPool: `userPoolName` must be a string on one line, without control characters, but it is 'a\nb'
     --> amplify/backend.ts:5:1
      |
    5 | pool.userPoolName = 'a\nb';
      | ^^^^
    ");
}

#[test]
fn what_is_changed_inside_has_the_place_of_its_reading() {
    assert_snapshot!(errors("const one = 1;\npool.policies.passwordPolicy.minLength = 12;"), @"
    error: UserPool: there is no property `policies.passwordPolicy.minLength`
     --> amplify/backend.ts:6:1
      |
    6 | pool.policies.passwordPolicy.minLength = 12;
      | ^^^^
    help: did you mean `minimumLength`?
    ");
    assert_snapshot!(errors("Object.assign(pool, { mfaConfiguration: 'SOMETIMES' });"), @"
    error: UserPool: `mfaConfiguration` must be one of OFF, ON, OPTIONAL, but it is 'SOMETIMES'
     --> amplify/backend.ts:5:15
      |
    5 | Object.assign(pool, { mfaConfiguration: 'SOMETIMES' });
      |               ^^^^
    ");
}

#[test]
fn made_resources_have_the_place_of_their_making() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';
import { CfnUserPoolGroup } from 'aws-cdk-lib/aws-cognito';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
new CfnUserPoolGroup(backend.stack, 'G', { userPoolId: 'x', name: 'G' });
",
    );
    assert_snapshot!(project.errors(), @"
    error: G: there is no property `name`
     --> amplify/backend.ts:5:22
      |
    5 | new CfnUserPoolGroup(backend.stack, 'G', { userPoolId: 'x', name: 'G' });
      |                      ^^^^^^^
    help: it knows description, groupName, precedence, roleArn, userPoolId
    ");
}
