//! The resources that Amplify's construct makes of the props, as CDK's L1 objects hold them: with
//! camelCase properties that `backend.ts` can read and assign.

mod added_client;
pub(crate) mod check;
mod client;
pub(crate) mod overrides;
pub(crate) mod properties;
mod providers;
pub(crate) mod render;
mod user_pool;

use serde::Serialize;
use serde_json::{Map, Value, json};

pub(crate) use added_client::{ClientProps, added as added_client};

use crate::Deployment;
use crate::props::Props;

/// A resource as it is made, before `backend.ts` sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    /// Its name in `cfnResources`; `group` for a group; nothing if `backend.ts` cannot reach it.
    name: Option<&'static str>,
    /// Its logical id.
    id: String,
    /// Its CloudFormation type.
    #[serde(rename = "type")]
    kind: &'static str,
    properties: Value,
}

/// Every resource that has properties which `backend.ts` or the clients may want to know.
pub(crate) fn resources(props: &Props, deployment: &Deployment) -> Vec<Made> {
    let names = provider_names(props);
    let mut made = vec![
        Made {
            name: Some("cfnUserPool"),
            id: "UserPool".to_owned(),
            kind: "AWS::Cognito::UserPool",
            properties: user_pool::user_pool(props, deployment),
        },
        Made {
            name: Some("cfnUserPoolClient"),
            id: "UserPoolClient".to_owned(),
            kind: "AWS::Cognito::UserPoolClient",
            properties: client::default(props, &names),
        },
        Made {
            name: Some("cfnIdentityPool"),
            id: "IdentityPool".to_owned(),
            kind: "AWS::Cognito::IdentityPool",
            properties: identity_pool(props),
        },
        Made {
            name: Some("cfnIdentityPoolRoleAttachment"),
            id: "IdentityPoolRoleAttachment".to_owned(),
            kind: "AWS::Cognito::IdentityPoolRoleAttachment",
            properties: role_attachment(),
        },
    ];
    made.extend(
        providers::providers(props)
            .into_iter()
            .map(|provider| Made {
                name: None,
                id: provider.id,
                kind: "AWS::Cognito::UserPoolIdentityProvider",
                properties: compact(provider.properties),
            }),
    );
    if props.login_with.external_providers.is_some() {
        made.push(Made {
            name: None,
            id: "UserPoolDomain".to_owned(),
            kind: "AWS::Cognito::UserPoolDomain",
            properties: json!({ "userPoolId": token("UserPool"), "domain": deployment.domain_prefix() }),
        });
    }
    made.extend(groups(props));
    made
}

/// The names of the external providers.
pub(crate) fn provider_names(props: &Props) -> Vec<String> {
    let providers = providers::providers(props).into_iter();
    providers.map(|provider| provider.name).collect()
}

fn groups(props: &Props) -> impl Iterator<Item = Made> {
    props.groups.iter().enumerate().map(|(precedence, name)| {
        let id = format!("Group{precedence}");
        let role = token(&format!("{id}Role.Arn"));
        Made {
            name: Some("group"),
            kind: "AWS::Cognito::UserPoolGroup",
            properties: json!({
                "userPoolId": token("UserPool"),
                "groupName": name,
                "precedence": precedence,
                "roleArn": role,
            }),
            id,
        }
    })
}

fn identity_pool(props: &Props) -> Value {
    let provider = format!(
        "cognito-idp.{}.amazonaws.com/{}",
        token("AWS::Region"),
        token("UserPool")
    );
    let logins = providers::logins(props);
    compact(json!({
        "allowUnauthenticatedIdentities": true,
        "cognitoIdentityProviders": [
            { "clientId": token("UserPoolClient"), "providerName": provider },
        ],
        "supportedLoginProviders": (!logins.is_empty()).then_some(logins),
    }))
}

fn role_attachment() -> Value {
    let provider = format!(
        "cognito-idp.{}.amazonaws.com/{}:{}",
        token("AWS::Region"),
        token("UserPool"),
        token("UserPoolClient")
    );
    json!({
        "identityPoolId": token("IdentityPool"),
        "roles": {
            "unauthenticated": token("UnauthenticatedRole.Arn"),
            "authenticated": token("AuthenticatedRole.Arn"),
        },
        "roleMappings": {
            "UserPoolWebClientRoleMapping": {
                "type": "Token",
                "ambiguousRoleResolution": "AuthenticatedRole",
                "identityProvider": provider,
            },
        },
    })
}

/// A text that stands for what only a deployment knows: a resource's `Ref`, or an attribute of one.
pub(crate) fn token(what: &str) -> String {
    format!("${{Token[{what}]}}")
}

/// Leaves out what is not set, as an `undefined` property is left out.
pub(crate) fn compact(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let set = entries.into_iter().filter(|(_, value)| !value.is_null());
            let set = set.map(|(key, value)| (key, compact(value)));
            Value::Object(set.collect::<Map<_, _>>())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(compact).collect()),
        other => other,
    }
}
