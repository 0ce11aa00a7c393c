//! No body makes the protocol panic, and what it lets through satisfies it again.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::super::model::Operation;
use super::super::reply;
use super::{call, send};

/// JSON of any form, with the members' names that the model knows, so that it gets far.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[A-Za-z0-9_=.]{1,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(name(), inner, 0..8).prop_map(|fields| json!(fields)),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let known = select(vec![
        "AccessToken",
        "AuthFlow",
        "AuthParameters",
        "ChallengeResponses",
        "ClientId",
        "ClientMetadata",
        "ConfirmationCode",
        "Credential",
        "Limit",
        "Name",
        "Password",
        "Schema",
        "Session",
        "UserAttributes",
        "UserPoolId",
        "Username",
        "Value",
    ]);
    prop_oneof![known.prop_map(str::to_owned), ".{0,12}"]
}

fn operation() -> impl Strategy<Value = &'static str> {
    let mut names: Vec<_> = Operation::all().map(|operation| operation.name).collect();
    names.sort_unstable();
    select(names)
}

proptest! {
    #[test]
    fn any_json_is_answered(operation in operation(), input in any_json()) {
        match call(operation, &input) {
            Ok(tidy) => prop_assert_eq!(call(operation, &tidy).unwrap(), tidy),
            Err(error) => {
                prop_assert!(error.status().is_client_error());
                prop_assert!(reply::failure(&error).headers().contains_key("x-amzn-errortype"));
            }
        }
    }

    #[test]
    fn any_bytes_are_answered(operation in operation(), body in vec(any::<u8>(), 0..200)) {
        if let Err(error) = send(operation, &body) {
            prop_assert_eq!(error.exception(), "SerializationException");
        }
    }
}
