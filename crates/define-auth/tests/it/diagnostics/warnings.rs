//! Warnings.

use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn a_relying_party_is_for_ever() {
    let project =
        Project::props("{ loginWith: { email: true, webAuthn: { relyingPartyId: 'a.example' } } }");
    assert_snapshot!(project.warnings(), @r#"
    warning: WebAuthn relying party ID is set to "a.example". Changing this value after deployment will invalidate all existing passkeys. Users will need to re-register their passkeys.
     --> amplify/auth/resource.ts:3:72
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, webAuthn: { relyingPartyId: 'a.example' } } });
      |                                                                        ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn policies_that_take_the_sign_in_policy_with_them() {
    let project = Project::props("{ loginWith: { email: { otpLogin: true } } }")
        .backend("pool.policies = { passwordPolicy: { minimumLength: 12 } };");
    assert_snapshot!(project.warnings(), @"
    warning: backend.ts replaces the pool's policies and drops the sign-in policy: passwordless sign-in is off
     --> amplify/backend.ts:5:1
      |
    5 | pool.policies = { passwordPolicy: { minimumLength: 12 } };
      | ^^^^
    help: write `cfnUserPool.policies = { ...cfnUserPool.policies, passwordPolicy: { .. } }`
    ");
}

#[test]
fn overrides_that_clients_do_not_hear_of() {
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "pool.addPropertyOverride('Policies.SignInPolicy.AllowedFirstAuthFactors', ['PASSWORD', 'EMAIL_OTP']);",
    );
    assert_snapshot!(project.warnings(), @"
    warning: backend.ts overrides the sign-in factors, and amplify_outputs.json does not show it: Amplify makes it of the properties, not of the overrides
     --> amplify/backend.ts:5:6
      |
    5 | pool.addPropertyOverride('Policies.SignInPolicy.AllowedFirstAuthFactors', ['PASSWORD', 'EMAIL_OTP']);
      |      ^^^^^^^^^^^^^^^^^^^
    help: assign instead: `cfnUserPool.policies = { ...cfnUserPool.policies, signInPolicy: { allowedFirstAuthFactors: [..] } }`
    ");
}

#[test]
fn values_that_are_not_known_here() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';
import { EmailIdentity } from 'aws-cdk-lib/aws-ses';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const identity = new EmailIdentity(backend.stack, 'Identity', {});
backend.auth.resources.cfnResources.cfnUserPool.emailConfiguration = {
  emailSendingAccount: 'DEVELOPER',
  sourceArn: identity.emailIdentityArn,
};
",
    );
    assert_snapshot!(project.warnings(), @"
    warning: UserPool.EmailConfiguration.SourceArn comes from `aws-cdk-lib/aws-ses.EmailIdentity().emailIdentityArn`, which is not run here
     --> amplify/backend.ts:8:14
      |
    8 |   sourceArn: identity.emailIdentityArn,
      |              ^^^^^^^^
    help: the template leaves it out; add it by hand
    ");
}

#[test]
fn a_rotation_that_cannot_be_deployed() {
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "client.refreshTokenRotation = { feature: 'ENABLED', retryGracePeriodSeconds: 90 };",
    );
    assert_snapshot!(project.warnings(), @r"
    warning: Cognito refuses a client that rotates refresh tokens and has ALLOW_REFRESH_TOKEN_AUTH: here the flow is off
     --> amplify/backend.ts:5:1
      |
    5 | client.refreshTokenRotation = { feature: 'ENABLED', retryGracePeriodSeconds: 90 };
      | ^^^^^^
    help: remove ALLOW_REFRESH_TOKEN_AUTH from `explicitAuthFlows`
    ");
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "client.refreshTokenRotation = { feature: 'ENABLED', retryGracePeriodSeconds: 90 };
client.explicitAuthFlows = ['ALLOW_USER_SRP_AUTH'];",
    );
    assert_snapshot!(project.warnings(), @r"
    warning: retryGracePeriodSeconds is 90, and Cognito takes 0 to 60
     --> amplify/backend.ts:5:1
      |
    5 | client.refreshTokenRotation = { feature: 'ENABLED', retryGracePeriodSeconds: 90 };
      | ^^^^^^
    ");
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "client.refreshTokenRotation = { feature: 'DISABLED', retryGracePeriodSeconds: 90 };",
    );
    assert_snapshot!(project.warnings(), @"");
}

#[test]
fn resources_that_are_not_made() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';
import { CfnManagedLoginBranding, UserPool } from 'aws-cdk-lib/aws-cognito';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { auth } from './auth/resource';
const { userPool } = defineBackend({ auth }).auth.resources;
userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'mine' } });
const server = userPool.addResourceServer('Server', { identifier: 'api', scopes: [] });
new cognito.UserPoolDomain(userPool, 'Own', { userPool });
new CfnManagedLoginBranding(userPool, 'Brand', { userPoolId: userPool.userPoolId });
const other = UserPool.fromUserPoolId(userPool, 'Other', 'us-east-1_a');
",
    );
    assert_snapshot!(project.warnings(), @"
    warning: `userPool.addDomain` makes a resource that is not served here
     --> amplify/backend.ts:6:10
      |
    6 | userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'mine' } });
      |          ^^^^^^^^^
    help: `poolhouse synth` leaves it out of the template; add it there by hand

    warning: `userPool.addResourceServer` makes a resource that is not served here
     --> amplify/backend.ts:7:25
      |
    7 | const server = userPool.addResourceServer('Server', { identifier: 'api', scopes: [] });
      |                         ^^^^^^^^^^^^^^^^^
    help: `poolhouse synth` leaves it out of the template; add it there by hand

    warning: `new UserPoolDomain` makes a resource that is not served here
     --> amplify/backend.ts:8:28
      |
    8 | new cognito.UserPoolDomain(userPool, 'Own', { userPool });
      |                            ^^^^^^^^
    help: `poolhouse synth` leaves it out of the template; add it there by hand

    warning: `new CfnManagedLoginBranding` makes a resource that is not served here
     --> amplify/backend.ts:9:62
      |
    9 | new CfnManagedLoginBranding(userPool, 'Brand', { userPoolId: userPool.userPoolId });
      |                                                              ^^^^^^^^
    help: `poolhouse synth` leaves it out of the template; add it there by hand
    ");
}
