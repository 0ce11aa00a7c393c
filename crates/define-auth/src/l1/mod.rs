//! The resources that Amplify's construct makes of the props, as CDK's L1 objects hold them: with
//! camelCase properties that `backend.ts` can read and assign.

pub(crate) mod properties;
pub(crate) mod render;
mod user_pool;

use serde_json::{Map, Value, json};

use crate::Deployment;
use crate::props::Props;

/// The resources by the names that `backend.auth.resources.cfnResources` gives them, and the groups.
pub(crate) fn resources(props: &Props, deployment: &Deployment) -> Value {
    let group = |(precedence, name): (usize, &String)| json!({ "groupName": name, "precedence": precedence });
    let groups: Vec<Value> = props.groups.iter().enumerate().map(group).collect();
    json!({
        "cfnUserPool": user_pool::user_pool(props, deployment),
        "cfnUserPoolClient": client(props),
        "cfnIdentityPool": { "allowUnauthenticatedIdentities": true },
        "groups": groups,
    })
}

fn client(props: &Props) -> Value {
    let mut flows = vec![
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ];
    if props.email_otp() || props.sms_otp() || props.passkeys() {
        flows.push("ALLOW_USER_AUTH");
    }
    json!({
        "explicitAuthFlows": flows,
        "preventUserExistenceErrors": "ENABLED",
        "allowedOAuthFlows": ["code"],
        "allowedOAuthFlowsUserPoolClient": true,
        "allowedOAuthScopes": ["profile", "phone", "email", "openid", "aws.cognito.signin.user.admin"],
        "callbackUrLs": ["https://example.com"],
        "supportedIdentityProviders": ["COGNITO"],
    })
}

/// Leaves out what is not set, as an `undefined` property is left out.
pub(crate) fn compact(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let set = entries.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                set.map(|(key, value)| (key, compact(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(values) => Value::Array(values.into_iter().map(compact).collect()),
        other => other,
    }
}
