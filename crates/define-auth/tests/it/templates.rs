//! The way back to AWS.

use serde_json::{Value, json};

use crate::project::Project;

fn template(project: &Project) -> Value {
    serde_json::from_str(&project.read().template()).unwrap()
}

#[test]
fn equal_definitions_have_equal_templates_byte_by_byte() {
    let one = Project::props("{ loginWith: { email: true, phone: true }, groups: ['A'] }");
    let other = Project::props("{ groups: ['A'], loginWith: { phone: true, email: true } }");
    assert_eq!(one.read().template(), other.read().template());
}

#[test]
fn a_small_pool_is_written_whole() {
    let project = Project::props("{ loginWith: { email: { otpLogin: true } }, groups: ['A'] }");
    insta::assert_snapshot!(project.read().template(), @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Description": "The auth resources of an Amplify app",
      "Resources": {
        "AuthenticatedRole": {
          "Properties": {
            "AssumeRolePolicyDocument": {
              "Statement": [
                {
                  "Action": "sts:AssumeRoleWithWebIdentity",
                  "Condition": {
                    "ForAnyValue:StringLike": {
                      "cognito-identity.amazonaws.com:amr": "authenticated"
                    },
                    "StringEquals": {
                      "cognito-identity.amazonaws.com:aud": {
                        "Ref": "IdentityPool"
                      }
                    }
                  },
                  "Effect": "Allow",
                  "Principal": {
                    "Federated": "cognito-identity.amazonaws.com"
                  }
                }
              ],
              "Version": "2012-10-17"
            }
          },
          "Type": "AWS::IAM::Role"
        },
        "Group0": {
          "Properties": {
            "GroupName": "A",
            "Precedence": 0,
            "RoleArn": {
              "Fn::GetAtt": [
                "Group0Role",
                "Arn"
              ]
            },
            "UserPoolId": {
              "Ref": "UserPool"
            }
          },
          "Type": "AWS::Cognito::UserPoolGroup"
        },
        "Group0Role": {
          "Properties": {
            "AssumeRolePolicyDocument": {
              "Statement": [
                {
                  "Action": "sts:AssumeRoleWithWebIdentity",
                  "Condition": {
                    "ForAnyValue:StringLike": {
                      "cognito-identity.amazonaws.com:amr": "authenticated"
                    },
                    "StringEquals": {
                      "cognito-identity.amazonaws.com:aud": {
                        "Ref": "IdentityPool"
                      }
                    }
                  },
                  "Effect": "Allow",
                  "Principal": {
                    "Federated": "cognito-identity.amazonaws.com"
                  }
                }
              ],
              "Version": "2012-10-17"
            }
          },
          "Type": "AWS::IAM::Role"
        },
        "IdentityPool": {
          "Properties": {
            "AllowUnauthenticatedIdentities": true,
            "CognitoIdentityProviders": [
              {
                "ClientId": {
                  "Ref": "UserPoolClient"
                },
                "ProviderName": {
                  "Fn::Sub": "cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}"
                }
              }
            ]
          },
          "Type": "AWS::Cognito::IdentityPool"
        },
        "IdentityPoolRoleAttachment": {
          "Properties": {
            "IdentityPoolId": {
              "Ref": "IdentityPool"
            },
            "RoleMappings": {
              "UserPoolWebClientRoleMapping": {
                "AmbiguousRoleResolution": "AuthenticatedRole",
                "IdentityProvider": {
                  "Fn::Sub": "cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}:${UserPoolClient}"
                },
                "Type": "Token"
              }
            },
            "Roles": {
              "authenticated": {
                "Fn::GetAtt": [
                  "AuthenticatedRole",
                  "Arn"
                ]
              },
              "unauthenticated": {
                "Fn::GetAtt": [
                  "UnauthenticatedRole",
                  "Arn"
                ]
              }
            }
          },
          "Type": "AWS::Cognito::IdentityPoolRoleAttachment"
        },
        "UnauthenticatedRole": {
          "Properties": {
            "AssumeRolePolicyDocument": {
              "Statement": [
                {
                  "Action": "sts:AssumeRoleWithWebIdentity",
                  "Condition": {
                    "ForAnyValue:StringLike": {
                      "cognito-identity.amazonaws.com:amr": "unauthenticated"
                    },
                    "StringEquals": {
                      "cognito-identity.amazonaws.com:aud": {
                        "Ref": "IdentityPool"
                      }
                    }
                  },
                  "Effect": "Allow",
                  "Principal": {
                    "Federated": "cognito-identity.amazonaws.com"
                  }
                }
              ],
              "Version": "2012-10-17"
            }
          },
          "Type": "AWS::IAM::Role"
        },
        "UserPool": {
          "Properties": {
            "AccountRecoverySetting": {
              "RecoveryMechanisms": [
                {
                  "Name": "verified_email",
                  "Priority": 1
                }
              ]
            },
            "AdminCreateUserConfig": {
              "AllowAdminCreateUserOnly": false
            },
            "AutoVerifiedAttributes": [
              "email"
            ],
            "EmailVerificationMessage": "The verification code to your new account is {####}",
            "EmailVerificationSubject": "Verify your new account",
            "Policies": {
              "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireLowercase": true,
                "RequireNumbers": true,
                "RequireSymbols": true,
                "RequireUppercase": true
              },
              "SignInPolicy": {
                "AllowedFirstAuthFactors": [
                  "PASSWORD",
                  "EMAIL_OTP"
                ]
              }
            },
            "Schema": [
              {
                "Mutable": true,
                "Name": "email",
                "Required": true
              }
            ],
            "SmsVerificationMessage": "The verification code to your new account is {####}",
            "UserAttributeUpdateSettings": {
              "AttributesRequireVerificationBeforeUpdate": [
                "email"
              ]
            },
            "UsernameAttributes": [
              "email"
            ],
            "UsernameConfiguration": {
              "CaseSensitive": false
            },
            "VerificationMessageTemplate": {
              "DefaultEmailOption": "CONFIRM_WITH_CODE",
              "EmailMessage": "The verification code to your new account is {####}",
              "EmailSubject": "Verify your new account",
              "SmsMessage": "The verification code to your new account is {####}"
            }
          },
          "Type": "AWS::Cognito::UserPool"
        },
        "UserPoolClient": {
          "Properties": {
            "AllowedOAuthFlows": [
              "code"
            ],
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthScopes": [
              "profile",
              "phone",
              "email",
              "openid",
              "aws.cognito.signin.user.admin"
            ],
            "CallbackURLs": [
              "https://example.com"
            ],
            "ExplicitAuthFlows": [
              "ALLOW_CUSTOM_AUTH",
              "ALLOW_USER_SRP_AUTH",
              "ALLOW_REFRESH_TOKEN_AUTH",
              "ALLOW_USER_AUTH"
            ],
            "PreventUserExistenceErrors": "ENABLED",
            "SupportedIdentityProviders": [
              "COGNITO"
            ],
            "UserPoolId": {
              "Ref": "UserPool"
            }
          },
          "Type": "AWS::Cognito::UserPoolClient"
        }
      }
    }
    "#);
}

#[test]
fn secrets_and_functions_are_parameters() {
    let project = Project::new(
        "import { defineAuth, defineFunction, secret } from '@aws-amplify/backend';
const run = defineFunction({});
export const auth = defineAuth({
  loginWith: {
    email: true,
    externalProviders: {
      google: { clientId: secret('G_ID'), clientSecret: secret('GID') },
      callbackUrls: ['https://a.example'],
      logoutUrls: ['https://a.example'],
    },
  },
  senders: { email: { handler: run } },
  triggers: { preSignUp: run },
});
",
    );
    let template = template(&project);
    insta::assert_snapshot!(serde_json::to_string_pretty(&template["Parameters"]).unwrap(), @r#"
    {
      "CustomEmailSenderFunctionArn": {
        "Description": "The ARN of the function for CustomEmailSender",
        "Type": "String"
      },
      "PreSignUpFunctionArn": {
        "Description": "The ARN of the function for PreSignUp",
        "Type": "String"
      },
      "SecretGID": {
        "Description": "The value of secret('G_ID')",
        "NoEcho": true,
        "Type": "String"
      },
      "SecretGIDN2": {
        "Description": "The value of secret('GID')",
        "NoEcho": true,
        "Type": "String"
      }
    }
    "#);
    let resources = &template["Resources"];
    let details = &resources["GoogleProvider"]["Properties"]["ProviderDetails"];
    assert_eq!(details["client_id"], json!({ "Ref": "SecretGID" }));
    assert_eq!(details["client_secret"], json!({ "Ref": "SecretGIDN2" }));
    let functions = &resources["UserPool"]["Properties"]["LambdaConfig"];
    assert_eq!(
        functions["PreSignUp"],
        json!({ "Ref": "PreSignUpFunctionArn" })
    );
    assert_eq!(
        functions["KMSKeyID"],
        json!({ "Fn::GetAtt": ["CustomSenderKey", "Arn"] })
    );
    assert_eq!(
        resources["PreSignUpPermission"]["Type"],
        "AWS::Lambda::Permission"
    );
    assert_eq!(resources["CustomSenderKey"]["Type"], "AWS::KMS::Key");
}

#[test]
fn text_messages_have_a_role() {
    let resources = &template(&Project::props("{ loginWith: { phone: true } }"))["Resources"];
    let sender = &resources["UserPool"]["Properties"]["SmsConfiguration"];
    assert_eq!(
        sender["SnsCallerArn"],
        json!({ "Fn::GetAtt": ["SmsRole", "Arn"] })
    );
    assert_eq!(resources["SmsRole"]["Type"], "AWS::IAM::Role");
}

#[test]
fn references_become_intrinsic_functions() {
    let project = Project::props(
        "{ loginWith: { email: true }, senders: { email: { fromEmail: 'a@a.example' } } }",
    )
    .backend("pool.userPoolName = `${backend.stack.region}-$${pool.attrArn}-literal-${'$'}{x}`;");
    let pool = template(&project)["Resources"]["UserPool"]["Properties"].clone();
    assert_eq!(
        pool["UserPoolName"],
        json!({ "Fn::Sub": "${AWS::Region}-$${UserPool.Arn}-literal-${!x}" })
    );
    let source = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/a@a.example";
    assert_eq!(
        pool["EmailConfiguration"]["SourceArn"],
        json!({ "Fn::Sub": source })
    );
}

#[test]
fn overrides_come_last_in_their_order() {
    let project = Project::props("{ loginWith: { email: true }, groups: ['A'] }").backend(
        "pool.addPropertyOverride('Schema.0.Mutable', false);
pool.addPropertyOverride('UserPoolTags.dotted\\\\.key', 'v');
pool.addPropertyOverride('Policies.PasswordPolicy.MinimumLength', 20);
pool.policies.passwordPolicy.minimumLength = 9;
pool.addPropertyDeletionOverride('VerificationMessageTemplate');
pool.addOverride('Properties.AliasAttributes', ['email']);
pool.addOverride('Properties.AliasAttributes', ['phone_number']);
pool.addOverride('DeletionPolicy', 'Retain');
pool.addPropertyOverride('LambdaConfig.PreSignUp', 'arn:x');
pool.addPropertyDeletionOverride('LambdaConfig.PreSignUp');
pool.addPropertyDeletionOverride('Nothing.There');
backend.auth.resources.groups.A.cfnUserGroup.addPropertyOverride('Description', 'first');",
    );
    let resources = template(&project)["Resources"].clone();
    let pool = &resources["UserPool"];
    assert_eq!(pool["Properties"]["Schema"][0]["Mutable"], false);
    assert_eq!(
        pool["Properties"]["UserPoolTags"],
        json!({ "dotted.key": "v" })
    );
    assert_eq!(
        pool["Properties"]["Policies"]["PasswordPolicy"]["MinimumLength"],
        20
    );
    assert!(
        pool["Properties"]
            .get("VerificationMessageTemplate")
            .is_none()
    );
    assert_eq!(
        pool["Properties"]["AliasAttributes"],
        json!(["phone_number"])
    );
    assert_eq!(pool["DeletionPolicy"], "Retain");
    assert!(pool["Properties"].get("LambdaConfig").is_none());
    assert_eq!(resources["Group0"]["Properties"]["Description"], "first");
}

#[test]
fn resources_may_be_made_by_new() {
    let project = Project::props("{ loginWith: { email: true } }").file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';
import { RemovalPolicy, aws_cognito } from 'aws-cdk-lib';
import { CfnUserPoolGroup, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources } = backend.auth.resources;
new UserPoolClient(backend.stack, 'Own', { userPool, generateSecret: true });
new CfnUserPoolGroup(backend.stack, 'More', { userPoolId: userPool.userPoolId, groupName: 'more' });
new aws_cognito.UserPoolDomain(backend.stack, 'Domain', { userPool });
cfnResources.cfnUserPool.applyRemovalPolicy(RemovalPolicy.RETAIN);
",
    );
    let resources = template(&project)["Resources"].clone();
    assert_eq!(resources["ClientOwn"]["Properties"]["GenerateSecret"], true);
    let group = json!({ "GroupName": "more", "UserPoolId": { "Ref": "UserPool" } });
    assert_eq!(resources["More"]["Properties"], group);
    assert_eq!(resources["UserPool"]["DeletionPolicy"], "Retain");
}
