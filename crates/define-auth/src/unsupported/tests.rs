//! Every property that CloudFormation knows is honoured, named or harmless, and no more than one of
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::l1::properties::{Kind, Properties, USER_POOL, USER_POOL_CLIENT, USER_POOL_GROUP};
use crate::project::{FileError, Files};
use crate::{Definition, Deployment, diagnostic, evaluate};

struct Project(String);

impl Files for Project {
    fn list(&self, _: &str) -> Result<Vec<String>, FileError> {
        Err(FileError::Missing)
    }

    fn read(&self, path: &str) -> Result<String, FileError> {
        match path {
            "amplify/auth/resource.ts" => Ok("import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({
  loginWith: { email: { otpLogin: true }, webAuthn: true },
  userAttributes: { 'custom:a': { dataType: 'String' }, 'custom:b': { dataType: 'Number' } },
  groups: ['A'],
});"
            .to_owned()),
            "amplify/backend.ts" => Ok(self.0.clone()),
            _ => Err(FileError::Missing),
        }
    }
}

/// The definition with some overrides of a resource: by path, with values as JSON.
fn with(resource: &str, overrides: &[(String, Value)]) -> Result<Definition, String> {
    let head = "import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const { cfnResources, groups } = defineBackend({ auth }).auth.resources;
const { cfnUserPool: UserPool, cfnUserPoolClient: UserPoolClient } = cfnResources;
const UserPoolGroup = groups.A.cfnUserGroup;
";
    let line = |(path, value): &(String, Value)| {
        format!("{resource}.addPropertyOverride('{path}', {value});\n")
    };
    let body: String = overrides.iter().map(line).collect();
    evaluate(
        Arc::new(Project(format!("{head}{body}"))),
        &BTreeMap::new(),
        &Deployment::Sandbox,
    )
    .map_err(|errors| diagnostic::render(&errors, false))
}

/// Values of a kind that say something, by the path below the property.
fn samples(kind: &Kind) -> Vec<(String, Value)> {
    let here = |value: Value| (String::new(), value);
    match kind {
        Kind::Text | Kind::Line => vec![here(json!("sample")), here(json!("13"))],
        Kind::Word(words) => words.iter().map(|word| here(json!(word))).collect(),
        Kind::Number => vec![here(json!(13)), here(json!(7))],
        Kind::Boolean => vec![here(json!(true)), here(json!(false))],
        Kind::Json => vec![here(json!({ "a": 1 }))],
        Kind::Map(_) => vec![here(json!({ "a": "b" }))],
        Kind::Object(inner) => below(inner),
        Kind::List(Kind::Object(inner)) => {
            let first = |(path, value)| (format!(".0{path}"), value);
            let second = |(path, value)| (format!(".1{path}"), value);
            let third = |(path, value)| (format!(".2{path}"), value);
            let all = [below(inner), below(inner), below(inner)];
            let [one, two, three] = all.map(Vec::into_iter);
            let all = one.map(first).chain(two.map(second));
            all.chain(three.map(third)).collect()
        }
        Kind::List(each) => {
            let list = |(path, value)| (path, json!([value]));
            let contacts = [here(json!(["phone_number"])), here(json!([]))];
            samples(each)
                .into_iter()
                .map(list)
                .chain(contacts)
                .collect()
        }
    }
}

fn below(properties: Properties) -> Vec<(String, Value)> {
    let each = properties.iter().flat_map(|property| {
        let dotted = |(path, value)| (format!(".{}{path}", property.pascal), value);
        samples(&property.kind).into_iter().map(dotted)
    });
    each.collect()
}

/// What has to be set beside a property so that it means something.
fn beside(path: &str) -> Vec<(String, Value)> {
    let set = |path: &str, value: Value| vec![(path.to_owned(), value)];
    match path {
        "AccountRecoverySetting.RecoveryMechanisms.0.Priority" => set(
            "AccountRecoverySetting.RecoveryMechanisms",
            json!([
                { "Name": "verified_email", "Priority": 1 },
                { "Name": "verified_phone_number", "Priority": 2 },
            ]),
        ),
        "EmailConfiguration.ReplyToEmailAddress" => {
            set("EmailConfiguration.From", json!("a@a.example"))
        }
        "RefreshTokenRotation.RetryGracePeriodSeconds" => {
            set("RefreshTokenRotation.Feature", json!("ENABLED"))
        }
        "TokenValidityUnits.AccessToken" => set("AccessTokenValidity", json!(7)),
        "TokenValidityUnits.IdToken" => set("IdTokenValidity", json!(7)),
        "TokenValidityUnits.RefreshToken" => set("RefreshTokenValidity", json!(7)),
        "EmailVerificationMessage" => set("VerificationMessageTemplate.EmailMessage", Value::Null),
        "EmailVerificationSubject" => set("VerificationMessageTemplate.EmailSubject", Value::Null),
        "SmsVerificationMessage" => set("VerificationMessageTemplate.SmsMessage", Value::Null),
        _ => Vec::new(),
    }
}

/// `Schema.*.Name` for `Schema.0.Name`.
fn general(path: &str) -> String {
    let general = path.split('.').map(|name| match name {
        "0" | "1" | "2" => "*",
        name => name,
    });
    general.collect::<Vec<_>>().join(".")
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Honoured,
    Named,
}

/// What became of each property: by its general path, everything that any sample came to.
fn fates(resource: &str, properties: Properties) -> BTreeMap<String, BTreeSet<Fate>> {
    let mut fates: BTreeMap<String, BTreeSet<Fate>> = BTreeMap::new();
    for (path, value) in below(properties) {
        let path = path.trim_start_matches('.');
        let fate = fates.entry(general(path)).or_default();
        let mut overrides = beside(path);
        let Ok(base) = with(resource, &overrides) else {
            panic!("{path}: what is beside it is refused");
        };
        overrides.push((path.to_owned(), value));
        // A sample that Cognito would not take is refused, in words: that is not silent either.
        let Ok(read) = with(resource, &overrides) else {
            continue;
        };
        if read.pool != base.pool {
            fate.insert(Fate::Honoured);
        }
        if read.unsupported != base.unsupported {
            fate.insert(Fate::Named);
        }
    }
    fates
}

fn check(resource: &str, properties: Properties) {
    let mut wrong = Vec::new();
    let is_harmless = |path: &str| {
        let mut harmless = HARMLESS.iter();
        let oauth = resource == "UserPoolClient" && OAUTH.iter().any(|(name, _)| *name == path);
        oauth
            || harmless.any(|(kind, name, _)| {
                let inside = path
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('.'));
                *kind == resource && (*name == path || inside)
            })
    };
    let fates = fates(resource, properties);
    for (path, fates) in &fates {
        match (fates.contains(&Fate::Honoured), is_harmless(path)) {
            (true, true) => wrong.push(format!("{path} is honoured, and HARMLESS says it is not")),
            (false, false) if fates.is_empty() => wrong.push(format!("{path} is lost silently")),
            _ => {}
        }
    }
    let known = HARMLESS.iter().filter(|(kind, ..)| *kind == resource);
    for (_, name, _) in known {
        let exists = fates.keys().any(|path| path.starts_with(name));
        if !exists {
            wrong.push(format!("HARMLESS names {name}, which does not exist"));
        }
    }
    assert!(wrong.is_empty(), "{resource}:\n{}", wrong.join("\n"));
}

#[test]
fn no_property_of_the_pool_is_lost_silently() {
    check("UserPool", USER_POOL);
}

#[test]
fn no_property_of_a_client_is_lost_silently() {
    check("UserPoolClient", USER_POOL_CLIENT);
}

#[test]
fn no_property_of_a_group_is_lost_silently() {
    check("UserPoolGroup", USER_POOL_GROUP);
}

#[test]
fn what_is_lost_is_named_by_its_path() {
    let named = |resource: &str, path: &str, value: Value| -> Vec<String> {
        let definition = with(resource, &[(path.to_owned(), value)]).unwrap();
        let lines = definition.unsupported.iter().map(ToString::to_string);
        lines.filter(|line| !line.contains("passkeys")).collect()
    };
    for (resource, path, value, line) in [
        (
            "UserPool",
            "IssuerConfiguration.Type",
            json!("UPDATED"),
            "UserPool.IssuerConfiguration: this property of AWS",
        ),
        (
            "UserPool",
            "LambdaConfig.PreSignUp",
            json!("arn:aws:lambda:x"),
            "triggers.preSignUp: Lambda triggers",
        ),
        (
            "UserPool",
            "VerificationMessageTemplate.DefaultEmailOption",
            json!("CONFIRM_WITH_LINK"),
            "loginWith.email.verificationEmailStyle: links in verification mails",
        ),
        (
            "UserPoolClient",
            "EnablePropagateAdditionalUserContextData",
            json!(true),
            "UserPoolClient.EnablePropagateAdditionalUserContextData: this property of AWS",
        ),
        (
            "UserPoolClient",
            "CallbackURLs",
            json!(["https://a.example/in"]),
            "client default: hosted login and OAuth",
        ),
        (
            "UserPoolGroup",
            "RoleArn",
            json!("arn:aws:iam::1:role/x"),
            "Group0.RoleArn: this property of AWS",
        ),
    ] {
        assert_eq!(named(resource, path, value), [line], "{path}");
    }
}
