//! The CloudFormation template: the resources with their references, and the roles that go with them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::backend::Resource;

/// The template of `resources`.
pub(crate) fn template(resources: &[Resource]) -> Value {
    let mut resolver = Resolver::default();
    let mut rendered = Map::new();
    for resource in resources {
        if let Some(definition) = resolver.value(&resource.definition) {
            rendered.insert(resource.id.clone(), definition);
        }
    }
    roles(resources, &mut rendered);
    senders(&mut rendered);
    permissions(&resolver.functions, &mut rendered);
    let mut template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The auth resources of an Amplify app",
    });
    let parameters = resolver.parameters();
    if !parameters.is_empty() {
        template["Parameters"] = Value::Object(parameters);
    }
    template["Resources"] = Value::Object(rendered);
    template
}

/// What of `resources` comes from packages that are not run: its path, and where it comes from.
pub(crate) fn unresolved(resources: &[Resource]) -> Vec<(String, String)> {
    let mut resolver = Resolver::default();
    for resource in resources {
        resolver.path = vec![resource.id.clone()];
        resolver.value(resource.properties());
    }
    resolver.unresolved
}

/// Turns the marks of the host's script into what CloudFormation knows.
#[derive(Default)]
struct Resolver {
    path: Vec<String>,
    /// Secrets by name, with their parameters.
    secrets: BTreeMap<String, String>,
    /// Functions by the operation that calls them.
    functions: BTreeSet<String>,
    unresolved: Vec<(String, String)>,
}

impl Resolver {
    /// `value` without marks; nothing if it comes from what is not run.
    fn value(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(values) => {
                let resolved: Vec<Value> = values
                    .iter()
                    .filter_map(|value| self.value(value))
                    .collect();
                Some(Value::Array(resolved))
            }
            Value::Object(entries) => match entries.iter().next() {
                Some((mark, inner)) if mark.starts_with('$') => self.marked(mark, inner),
                _ => Some(Value::Object(self.entries(entries))),
            },
            other => Some(other.clone()),
        }
    }

    fn entries(&mut self, entries: &Map<String, Value>) -> Map<String, Value> {
        let mut resolved = Map::new();
        for (name, value) in entries {
            self.path.push(name.clone());
            if let Some(value) = self.value(value) {
                resolved.insert(name.clone(), value);
            }
            self.path.pop();
        }
        resolved
    }

    fn marked(&mut self, mark: &str, inner: &Value) -> Option<Value> {
        let text = inner.as_str().unwrap_or_default();
        match mark {
            "$token" => Some(reference(text)),
            "$secret" => Some(json!({ "Ref": self.secret(text) })),
            "$lambda" => {
                self.functions.insert(text.to_owned());
                Some(json!({ "Ref": function_parameter(text) }))
            }
            "$minutes" | "$attributes" => Some(inner.clone()),
            _ => self.lost(text),
        }
    }

    fn text(&mut self, text: &str) -> Option<Value> {
        let pieces = pieces(text);
        let tokens = pieces.iter().filter(|(is_token, _)| *is_token);
        let lost: Vec<&str> = tokens
            .filter_map(|(_, token)| token.strip_prefix('?'))
            .collect();
        if let Some(label) = lost.first() {
            return self.lost(label);
        }
        match pieces.as_slice() {
            [(true, token)] => Some(reference(token)),
            pieces if pieces.iter().any(|(is_token, _)| *is_token) => {
                let piece = |(is_token, piece): &(bool, &str)| {
                    if *is_token {
                        format!("${{{piece}}}")
                    } else {
                        piece.replace("${", "${!")
                    }
                };
                let text: String = pieces.iter().map(piece).collect();
                Some(json!({ "Fn::Sub": text }))
            }
            _ => Some(Value::from(text)),
        }
    }

    fn lost(&mut self, label: &str) -> Option<Value> {
        self.unresolved
            .push((self.path.join("."), label.to_owned()));
        None
    }

    fn secret(&mut self, name: &str) -> String {
        if let Some(parameter) = self.secrets.get(name) {
            return parameter.clone();
        }
        let base = format!("Secret{}", alphanumeric(name));
        let is_taken = |candidate: &String| self.secrets.values().any(|taken| taken == candidate);
        let mut numbered = (2..).map(|number| format!("{base}N{number}"));
        let parameter = Some(base.clone())
            .filter(|base| !is_taken(base))
            .or_else(|| numbered.find(|candidate| !is_taken(candidate)))
            .unwrap_or(base);
        self.secrets.insert(name.to_owned(), parameter.clone());
        parameter
    }

    fn parameters(&self) -> Map<String, Value> {
        let secret = |(name, parameter): (&String, &String)| {
            let description = format!("The value of secret('{name}')");
            let value = json!({ "Type": "String", "NoEcho": true, "Description": description });
            (parameter.clone(), value)
        };
        let function = |operation: &String| {
            let description = format!("The ARN of the function for {operation}");
            let value = json!({ "Type": "String", "Description": description });
            (function_parameter(operation), value)
        };
        let secrets = self.secrets.iter().map(secret);
        secrets.chain(self.functions.iter().map(function)).collect()
    }
}

/// `UserPool` or `UserPool.Arn` as an intrinsic function.
fn reference(token: &str) -> Value {
    match token.split_once('.') {
        Some((id, attribute)) => json!({ "Fn::GetAtt": [id, attribute] }),
        None => json!({ "Ref": token }),
    }
}

/// The text cut at its tokens: whether a piece is one, and the piece.
pub(crate) fn pieces(text: &str) -> Vec<(bool, &str)> {
    const OPEN: &str = "${Token[";
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((token, after)) = after.split_once("]}") else {
            break;
        };
        pieces.extend((!before.is_empty()).then_some((false, before)));
        pieces.push((true, token));
        rest = after;
    }
    pieces.extend((!rest.is_empty()).then_some((false, rest)));
    pieces
}

fn alphanumeric(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn function_parameter(operation: &str) -> String {
    format!("{}FunctionArn", alphanumeric(operation))
}

/// The roles of people with and without an account, and of each group.
fn roles(resources: &[Resource], rendered: &mut Map<String, Value>) {
    for (id, state) in [
        ("AuthenticatedRole", "authenticated"),
        ("UnauthenticatedRole", "unauthenticated"),
    ] {
        rendered.insert(id.to_owned(), role(state));
    }
    let groups = resources
        .iter()
        .filter(|resource| resource.kind == "AWS::Cognito::UserPoolGroup");
    for group in groups {
        let wanted = crate::l1::token(&format!("{}Role.Arn", group.id));
        if group.properties()["RoleArn"] == wanted.as_str() {
            rendered.insert(format!("{}Role", group.id), role("authenticated"));
        }
    }
}

fn role(state: &str) -> Value {
    let condition = json!({
        "StringEquals": { "cognito-identity.amazonaws.com:aud": { "Ref": "IdentityPool" } },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": state },
    });
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Principal": { "Federated": "cognito-identity.amazonaws.com" },
                    "Condition": condition,
                }],
            },
        },
    })
}

/// What the pool needs to send by itself: a role for text messages, a key for functions that send.
fn senders(rendered: &mut Map<String, Value>) {
    let pool = rendered
        .get("UserPool")
        .map(ToString::to_string)
        .unwrap_or_default();
    if pool.contains(r#"{"Fn::GetAtt":["SmsRole","Arn"]}"#) {
        rendered.insert("SmsRole".to_owned(), sms_role());
    }
    if pool.contains(r#"{"Fn::GetAtt":["CustomSenderKey","Arn"]}"#) {
        rendered.insert("CustomSenderKey".to_owned(), sender_key());
    }
}

fn sms_role() -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": { "Service": "cognito-idp.amazonaws.com" },
                    "Condition": { "StringEquals": { "sts:ExternalId": { "Ref": "AWS::StackName" } } },
                }],
            },
            "Policies": [{
                "PolicyName": "sns-publish",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{ "Effect": "Allow", "Action": "sns:Publish", "Resource": "*" }],
                },
            }],
        },
    })
}

fn sender_key() -> Value {
    json!({
        "Type": "AWS::KMS::Key",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "EnableKeyRotation": true,
            "KeyPolicy": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": "kms:*",
                    "Resource": "*",
                    "Principal": {
                        "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" },
                    },
                }],
            },
        },
    })
}

/// The pool may call its functions.
fn permissions(functions: &BTreeSet<String>, rendered: &mut Map<String, Value>) {
    for operation in functions {
        let permission = json!({
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": { "Ref": function_parameter(operation) },
                "Principal": "cognito-idp.amazonaws.com",
                "SourceArn": { "Fn::GetAtt": ["UserPool", "Arn"] },
            },
        });
        rendered.insert(format!("{}Permission", alphanumeric(operation)), permission);
    }
}
