//! Definitions with what Amplify's own packages make of them.
//!
//! Each folder of `tests/cases` is a project with a `case.json` (how it is deployed, and whether it is
//! taken) and an `expected.json`: the template's properties and the outputs, or the error's words.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use poolhouse_define_auth::outputs::{self, Deployed};
use poolhouse_define_auth::{Definition, Deployment, diagnostic, evaluate};
use poolhouse_domain::PoolId;
use serde_json::{Map, Value, json};

use crate::project::{default_client, folder};

#[test]
fn every_case_means_here_what_it_means_to_amplify() {
    let cases: Vec<PathBuf> = cases();
    assert!(cases.len() >= 119, "{} cases", cases.len());
    let failures: Vec<String> = cases.iter().filter_map(|case| difference(case)).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn json_file(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn difference(case: &Path) -> Option<String> {
    let (setup, expected) = (
        json_file(&case.join("case.json")),
        json_file(&case.join("expected.json")),
    );
    let arguments = &setup["args"];
    let text = |key: &str| arguments[key].as_str().unwrap_or_default().to_owned();
    let deployment = match text("type").as_str() {
        "branch" => Deployment::Branch {
            branch: text("branch"),
            app_id: text("appId"),
        },
        "standalone" => Deployment::Standalone,
        _ => Deployment::Sandbox,
    };
    let env = arguments["env"].as_object().cloned().unwrap_or_default();
    let env: BTreeMap<String, String> = env
        .into_iter()
        .map(|(name, value)| (name, value.as_str().unwrap().to_owned()))
        .collect();
    let found = match evaluate(Arc::new(folder(case)), &env, &deployment) {
        Ok(definition) => compare(&expected, &definition),
        Err(errors) => compare_error(&expected["error"], &diagnostic::render(&errors, false)),
    };
    let name = case.file_name().unwrap().to_string_lossy();
    found.map(|found| format!("{name}: {found}"))
}

fn compare_error(expected: &Value, text: &str) -> Option<String> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = plain(text);
    let sentences = expected["message_contains"]
        .as_array()
        .into_iter()
        .flatten();
    let mut wanted = sentences
        .chain([&expected["name"]])
        .map(|sentence| sentence.as_str());
    let missing =
        wanted.find(|sentence| !sentence.is_some_and(|sentence| text.contains(&plain(sentence))));
    missing.map(|missing| format!("{missing:?} is not in {text}"))
}

fn compare(expected: &Value, definition: &Definition) -> Option<String> {
    let template: Value = serde_json::from_str(&definition.template()).unwrap();
    let found = [
        first_difference("UserPool", &expected["UserPool"], &pool(&template)),
        first_difference("clients", &expected_clients(expected), &clients(&template)),
        first_difference("groups", &expected["groups"], &groups(&template)),
        first_difference(
            "outputs",
            &expected["amplify_outputs"],
            &amplify_outputs(definition),
        ),
    ];
    found.into_iter().flatten().next()
}

fn first_difference(path: &str, expected: &Value, got: &Value) -> Option<String> {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            let keys = expected
                .keys()
                .chain(got.keys().filter(|key| !expected.contains_key(*key)));
            let missing = Value::from("(missing)");
            keys.into_iter().find_map(|key| {
                let of = |side: &Map<String, Value>| {
                    side.get(key).cloned().unwrap_or_else(|| missing.clone())
                };
                first_difference(&format!("{path}.{key}"), &of(expected), &of(got))
            })
        }
        _ if expected.is_number() && got.is_number() => {
            (expected.as_f64() != got.as_f64()).then(|| format!("{path}: {got} is not {expected}"))
        }
        _ => (expected != got).then(|| format!("{path}: {got} is not {expected}")),
    }
}

fn properties(template: &Value, kind: &str) -> Vec<Map<String, Value>> {
    let resources = template["Resources"].as_object().unwrap().values();
    let chosen = resources.filter(|resource| resource["Type"] == kind);
    chosen
        .map(|resource| {
            resource["Properties"]
                .as_object()
                .cloned()
                .unwrap_or_default()
        })
        .collect()
}

fn pool(template: &Value) -> Value {
    let mut pool = properties(template, "AWS::Cognito::UserPool").remove(0);
    for dropped in ["SmsConfiguration", "LambdaConfig", "UserPoolTags"] {
        pool.remove(dropped);
    }
    if let Some(email) = pool
        .get_mut("EmailConfiguration")
        .and_then(Value::as_object_mut)
    {
        email.remove("SourceArn");
    }
    Value::Object(pool)
}

/// Clients in an order of their own: a template has none.
fn clients(template: &Value) -> Value {
    let mut clients = properties(template, "AWS::Cognito::UserPoolClient");
    for client in &mut clients {
        client.remove("UserPoolId");
    }
    sorted(clients.into_iter().map(Value::Object).collect())
}

fn expected_clients(expected: &Value) -> Value {
    let others = expected["otherClients"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    sorted(
        others
            .into_iter()
            .chain([expected["UserPoolClient"].clone()])
            .collect(),
    )
}

fn sorted(mut clients: Vec<Value>) -> Value {
    clients.sort_by_key(ToString::to_string);
    let numbered = clients.into_iter().enumerate();
    Value::Object(
        numbered
            .map(|(number, client)| (number.to_string(), client))
            .collect(),
    )
}

fn groups(template: &Value) -> Value {
    let groups = properties(template, "AWS::Cognito::UserPoolGroup").into_iter();
    let mut groups: Vec<Value> = groups
        .map(|group| json!({ "GroupName": group.get("GroupName"), "Precedence": group.get("Precedence") }))
        .collect();
    groups.sort_by_key(|group| (group["Precedence"].as_i64(), group["GroupName"].to_string()));
    Value::Array(groups)
}

fn amplify_outputs(definition: &Definition) -> Value {
    let deployed = Deployed {
        pool_id: &PoolId::new("us-east-1_AbCdEfGhI"),
        client: &default_client(),
        added_clients: &[],
        endpoint: "http://127.0.0.1:7400/",
    };
    let mut outputs: Value =
        serde_json::from_str(&outputs::official(definition, &deployed)).unwrap();
    let auth = outputs["auth"].as_object_mut().unwrap();
    for dropped in [
        "aws_region",
        "user_pool_id",
        "user_pool_client_id",
        "identity_pool_id",
    ] {
        auth.remove(dropped);
    }
    if let Some(oauth) = auth.get_mut("oauth").and_then(Value::as_object_mut) {
        oauth.remove("domain");
    }
    outputs
}
