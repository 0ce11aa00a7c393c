//! The clients' configuration.

use poolhouse_define_auth::Definition;
use poolhouse_define_auth::outputs::{self, Deployed};
use poolhouse_domain::client::ClientIdentity;
use poolhouse_domain::{ClientId, ClientSecret, PoolId, Secret};
use serde_json::{Value, json};

use crate::project::{Project, default_client};

type Format = fn(&Definition, &Deployed<'_>) -> String;

fn text(project: &Project, format: Format) -> String {
    text_for(project, format, &default_client(), &[])
}

fn text_for(
    project: &Project,
    format: Format,
    client: &ClientIdentity,
    added_clients: &[ClientIdentity],
) -> String {
    let deployed = Deployed {
        pool_id: &PoolId::new("eu-west-1_AbCdEfGhI"),
        client,
        added_clients,
        endpoint: "http://127.0.0.1:7400/",
    };
    format(&project.read(), &deployed)
}

fn value(project: &Project, format: Format) -> Value {
    serde_json::from_str(&text(project, format)).unwrap()
}

fn full() -> Project {
    Project::new(
        "import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({
  loginWith: {
    email: { otpLogin: true },
    phone: true,
    webAuthn: { relyingPartyId: 'a.example', userVerification: 'required' },
    externalProviders: {
      google: { clientId: secret('A'), clientSecret: secret('B') },
      signInWithApple: { clientId: secret('A'), teamId: secret('B'), keyId: secret('C'), privateKey: secret('D') },
      oidc: [{ name: 'Own', clientId: secret('A'), clientSecret: secret('B'), issuerUrl: 'https://own.example' }],
      callbackUrls: ['https://a.example/in', 'app://in'],
      logoutUrls: ['https://a.example/out'],
    },
  },
  multifactor: { mode: 'OPTIONAL', sms: true, totp: true },
  groups: ['ADMINS', 'USERS'],
  passwordlessOptions: { preferredChallenge: 'WEB_AUTHN' },
});
",
    )
}

#[test]
fn aws_amplify_reads_its_own_form_with_the_endpoint() {
    let seed = Project::props("{ loginWith: { email: { otpLogin: true } } }");
    insta::assert_snapshot!(text(&seed, outputs::js), @r#"
    {
      "Auth": {
        "Cognito": {
          "userPoolId": "eu-west-1_AbCdEfGhI",
          "userPoolClientId": "5abcdefghijklmnopqrstuvwxy",
          "userPoolEndpoint": "http://127.0.0.1:7400/",
          "groups": [],
          "passwordFormat": {
            "minLength": 8,
            "requireLowercase": true,
            "requireNumbers": true,
            "requireSpecialCharacters": true,
            "requireUppercase": true
          },
          "mfa": {
            "smsEnabled": false,
            "status": "off",
            "totpEnabled": false
          },
          "allowGuestAccess": true,
          "loginWith": {
            "email": true,
            "phone": false,
            "username": false
          },
          "userAttributes": {
            "email": {
              "required": true
            }
          },
          "passwordless": {
            "emailOtpEnabled": true,
            "smsOtpEnabled": false
          }
        }
      },
      "custom": {
        "issuer": "http://127.0.0.1:7400/eu-west-1_AbCdEfGhI"
      }
    }
    "#);
    insta::assert_snapshot!(text(&full(), outputs::js), @r#"
    {
      "Auth": {
        "Cognito": {
          "userPoolId": "eu-west-1_AbCdEfGhI",
          "userPoolClientId": "5abcdefghijklmnopqrstuvwxy",
          "userPoolEndpoint": "http://127.0.0.1:7400/",
          "groups": [
            {
              "ADMINS": {
                "precedence": 0
              }
            },
            {
              "USERS": {
                "precedence": 1
              }
            }
          ],
          "passwordFormat": {
            "minLength": 8,
            "requireLowercase": true,
            "requireNumbers": true,
            "requireSpecialCharacters": true,
            "requireUppercase": true
          },
          "mfa": {
            "smsEnabled": true,
            "status": "optional",
            "totpEnabled": true
          },
          "allowGuestAccess": true,
          "loginWith": {
            "oauth": {
              "domain": "127.0.0.1:7400",
              "providers": [
                "Google",
                "Apple"
              ],
              "redirectSignIn": [
                "https://a.example/in",
                "app://in"
              ],
              "redirectSignOut": [
                "https://a.example/out"
              ],
              "responseType": "code",
              "scopes": [
                "phone",
                "email",
                "openid",
                "profile",
                "aws.cognito.signin.user.admin"
              ]
            },
            "email": true,
            "phone": true,
            "username": false
          },
          "userAttributes": {
            "email": {
              "required": true
            },
            "phone_number": {
              "required": true
            }
          },
          "passwordless": {
            "emailOtpEnabled": true,
            "preferredChallenge": "WEB_AUTHN",
            "smsOtpEnabled": false,
            "webAuthn": {
              "relyingPartyId": "a.example",
              "userVerification": "required"
            }
          }
        }
      },
      "custom": {
        "issuer": "http://127.0.0.1:7400/eu-west-1_AbCdEfGhI"
      }
    }
    "#);
}

#[test]
fn the_official_form_has_its_order_and_nothing_more() {
    insta::assert_snapshot!(text(&full(), outputs::official), @r#"
    {
      "auth": {
        "user_pool_id": "eu-west-1_AbCdEfGhI",
        "aws_region": "eu-west-1",
        "user_pool_client_id": "5abcdefghijklmnopqrstuvwxy",
        "mfa_methods": [
          "SMS",
          "TOTP"
        ],
        "standard_required_attributes": [
          "email",
          "phone_number"
        ],
        "username_attributes": [
          "email",
          "phone_number"
        ],
        "user_verification_types": [
          "email",
          "phone_number"
        ],
        "groups": [
          {
            "ADMINS": {
              "precedence": 0
            }
          },
          {
            "USERS": {
              "precedence": 1
            }
          }
        ],
        "mfa_configuration": "OPTIONAL",
        "password_policy": {
          "min_length": 8,
          "require_lowercase": true,
          "require_numbers": true,
          "require_symbols": true,
          "require_uppercase": true
        },
        "oauth": {
          "identity_providers": [
            "GOOGLE",
            "SIGN_IN_WITH_APPLE"
          ],
          "redirect_sign_in_uri": [
            "https://a.example/in",
            "app://in"
          ],
          "redirect_sign_out_uri": [
            "https://a.example/out"
          ],
          "response_type": "code",
          "scopes": [
            "phone",
            "email",
            "openid",
            "profile",
            "aws.cognito.signin.user.admin"
          ],
          "domain": "127.0.0.1:7400"
        },
        "unauthenticated_identities_enabled": true,
        "passwordless": {
          "email_otp_enabled": true,
          "sms_otp_enabled": false,
          "web_authn": {
            "relying_party_id": "a.example",
            "user_verification": "required"
          },
          "preferred_challenge": "WEB_AUTHN"
        }
      },
      "version": "1.5"
    }
    "#);
}

#[test]
fn flutter_reads_the_endpoint_from_the_official_form() {
    let mut with = value(&full(), outputs::flutter);
    let endpoint = with["auth"]
        .as_object_mut()
        .unwrap()
        .remove("user_pool_endpoint");
    assert_eq!(endpoint, Some(json!("http://127.0.0.1:7400/")));
    assert_eq!(with, value(&full(), outputs::official));
}

#[test]
fn gen1_has_a_bare_host() {
    insta::assert_snapshot!(text(&full(), outputs::gen1), @r#"
    {
      "UserAgent": "poolhouse",
      "Version": "1.0",
      "auth": {
        "plugins": {
          "awsCognitoAuthPlugin": {
            "Auth": {
              "Default": {
                "OAuth": {
                  "AppClientId": "5abcdefghijklmnopqrstuvwxy",
                  "Scopes": [
                    "phone",
                    "email",
                    "openid",
                    "profile",
                    "aws.cognito.signin.user.admin"
                  ],
                  "SignInRedirectURI": "https://a.example/in,app://in",
                  "SignOutRedirectURI": "https://a.example/out",
                  "WebDomain": "127.0.0.1:7400"
                },
                "authenticationFlowType": "USER_SRP_AUTH",
                "mfaConfiguration": "OPTIONAL",
                "mfaTypes": [
                  "SMS",
                  "TOTP"
                ],
                "passwordProtectionSettings": {
                  "passwordPolicyCharacters": [
                    "REQUIRES_NUMBERS",
                    "REQUIRES_LOWERCASE",
                    "REQUIRES_UPPERCASE",
                    "REQUIRES_SYMBOLS"
                  ],
                  "passwordPolicyMinLength": 8
                },
                "signupAttributes": [
                  "EMAIL",
                  "PHONE_NUMBER"
                ],
                "socialProviders": [
                  "GOOGLE",
                  "APPLE"
                ],
                "usernameAttributes": [
                  "EMAIL",
                  "PHONE_NUMBER"
                ],
                "verificationMechanisms": [
                  "EMAIL",
                  "PHONE_NUMBER"
                ]
              }
            },
            "CognitoUserPool": {
              "Default": {
                "AppClientId": "5abcdefghijklmnopqrstuvwxy",
                "Endpoint": "127.0.0.1:7400",
                "PoolId": "eu-west-1_AbCdEfGhI",
                "Region": "eu-west-1"
              }
            },
            "UserAgent": "poolhouse",
            "Version": "1.0"
          }
        }
      }
    }
    "#);
}

#[test]
fn the_declaration_makes_the_file_a_resources_config() {
    insta::assert_snapshot!(outputs::declaration(), @"
    import type { ResourcesConfig } from 'aws-amplify';

    declare const outputs: ResourcesConfig;
    export default outputs;
    ");
}

#[test]
fn added_outputs_are_merged_with_ids_in_their_place() {
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "const { userPool, userPoolClient, identityPoolId } = backend.auth.resources;
backend.addOutput({ custom: { pool: userPool.userPoolId, both: `${userPool.userPoolId}/${userPoolClient.userPoolClientId}`, list: ['a'] } });
backend.addOutput({ custom: { list: ['b'], arn: userPool.userPoolArn, identities: identityPoolId, nothing: undefined } });
backend.addOutput({ auth: { oauth: { domain: 'auth.a.example' } } });",
    );
    let js = value(&project, outputs::js);
    assert_eq!(js["custom"]["pool"], "eu-west-1_AbCdEfGhI");
    assert!(js["custom"]["issuer"].is_string());
    let outputs = value(&project, outputs::official);
    let custom = json!({
        "pool": "eu-west-1_AbCdEfGhI",
        "both": "eu-west-1_AbCdEfGhI/5abcdefghijklmnopqrstuvwxy",
        "list": ["a", "b"],
    });
    assert_eq!(outputs["custom"], custom);
    assert_eq!(outputs["auth"]["oauth"]["domain"], "auth.a.example");
    assert_eq!(outputs["auth"]["user_pool_id"], "eu-west-1_AbCdEfGhI");
    assert_eq!(outputs["version"], "1.5");
}

#[test]
fn assignments_show_and_overrides_do_not() {
    let assigned = Project::props("{ loginWith: { email: true } }").backend(
        "pool.policies = { ...pool.policies, signInPolicy: { allowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } };
pool.mfaConfiguration = 'OPTIONAL';",
    );
    let outputs = value(&assigned, outputs::official);
    assert_eq!(outputs["auth"]["passwordless"]["email_otp_enabled"], true);
    assert_eq!(outputs["auth"]["mfa_configuration"], "OPTIONAL");
    let overridden = Project::props("{ loginWith: { email: true } }").backend(
        "pool.addPropertyOverride('Policies.SignInPolicy.AllowedFirstAuthFactors', ['PASSWORD', 'EMAIL_OTP']);",
    );
    assert!(
        value(&overridden, outputs::official)["auth"]
            .get("passwordless")
            .is_none()
    );
}

#[test]
fn a_clients_secret_is_in_the_one_form_that_has_a_word_for_it() {
    let project = Project::props("{ loginWith: { email: true } }");
    let secret = "a1b2c3d4e5f6g7h8i9j0a1b2c3d4e5f6g7h8i9j0a1b2c3d4e5f";
    let client = ClientIdentity {
        secret: Some(ClientSecret::new(Secret::new(secret.to_owned()))),
        ..default_client()
    };
    let gen1: Value =
        serde_json::from_str(&text_for(&project, outputs::gen1, &client, &[])).unwrap();
    let pool = &gen1["auth"]["plugins"]["awsCognitoAuthPlugin"]["CognitoUserPool"]["Default"];
    assert_eq!(pool["AppClientSecret"], secret);
    for format in [outputs::js, outputs::official, outputs::flutter] {
        assert!(!text_for(&project, format, &client, &[]).contains(secret));
    }
}

#[test]
fn the_ids_of_added_clients_are_known_to_the_backend() {
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "const own = backend.auth.resources.userPool.addClient('My-Own', { generateSecret: true });
backend.addOutput({ custom: { own: own.userPoolClientId, other: 'b' } });",
    );
    assert_eq!(project.read().pool.clients[1].name, "MyOwn");
    let own = ClientIdentity {
        name: "MyOwn".to_owned(),
        id: ClientId::new("6abcdefghijklmnopqrstuvwxy"),
        secret: None,
    };
    let text = text_for(&project, outputs::js, &default_client(), &[own]);
    let js: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(js["custom"]["own"], "6abcdefghijklmnopqrstuvwxy", "{js:#}");
    assert_eq!(js["custom"]["other"], "b");
}

#[test]
fn what_the_backend_adds_to_auth_is_in_every_form() {
    let project = Project::props("{ loginWith: { email: true } }").backend(
        "backend.addOutput({ auth: { oauth: { identity_providers: ['GOOGLE'], domain: 'x.example', scopes: ['openid'],
  redirect_sign_in_uri: ['https://a.example/in'], redirect_sign_out_uri: ['https://a.example/out'], response_type: 'code' } } });",
    );
    let oauth = &value(&project, outputs::official)["auth"]["oauth"];
    assert_eq!(oauth["domain"], "x.example");
    assert_eq!(oauth, &value(&project, outputs::flutter)["auth"]["oauth"]);
    assert_eq!(
        value(&project, outputs::js)["Auth"]["Cognito"]["loginWith"]["oauth"],
        json!({
            "domain": "x.example",
            "redirectSignIn": ["https://a.example/in"],
            "redirectSignOut": ["https://a.example/out"],
            "responseType": "code",
            "scopes": ["openid"],
            "providers": ["Google"],
        })
    );
    let gen1 = value(&project, outputs::gen1);
    let auth = &gen1["auth"]["plugins"]["awsCognitoAuthPlugin"]["Auth"]["Default"];
    assert_eq!(auth["OAuth"]["WebDomain"], "x.example");
    assert_eq!(auth["socialProviders"], json!(["GOOGLE"]));
}
