//! What a schema takes, and from whom.

use super::*;

fn schema() -> Schema {
    let text = AttributeKind::String {
        min: Some(2),
        max: Some(4),
    };
    let spec = |name: &str, required, mutable, kind: &AttributeKind| AttributeSpec {
        name: name.to_owned(),
        required,
        mutable,
        kind: kind.clone(),
    };
    Schema(vec![
        spec(
            "email",
            true,
            true,
            &AttributeKind::String {
                min: None,
                max: None,
            },
        ),
        spec("custom:code", false, false, &text),
        spec(
            "custom:age",
            false,
            true,
            &AttributeKind::Number {
                min: Some(0),
                max: Some(150),
            },
        ),
        spec("custom:vip", false, true, &AttributeKind::Boolean),
    ])
}

fn check(given: &[(&str, &str)], writer: Writer) -> Result<(), String> {
    let given = given
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    schema().check(&given, writer)
}

#[test]
fn standard_attributes_need_no_mention() {
    assert_eq!(
        check(
            &[("email", "a@b.c"), ("zoneinfo", "UTC"), ("name", "Ann")],
            Writer::SignUp
        ),
        Ok(())
    );
}

#[test]
fn required_attributes_are_asked_of_those_who_sign_up() {
    let text = "Attributes did not conform to the schema: email: The attribute is required";
    assert_eq!(
        check(&[("name", "Ann")], Writer::SignUp),
        Err(text.to_owned())
    );
    assert_eq!(check(&[("name", "Ann")], Writer::User), Ok(()));
}

#[test]
fn an_address_may_be_left_blank_at_sign_up_but_nothing_else_that_is_required() {
    let mut schema = schema();
    let blank = |name: &str| Attributes::from([(name.to_owned(), String::new())]);
    let check = |schema: &Schema, name| schema.check(&blank(name), Writer::SignUp);
    assert_eq!(check(&schema, "email"), Ok(()));
    schema.0.retain(|spec| spec.name != "email");
    assert_eq!(check(&schema, "custom:code"), Ok(()));
    for spec in &mut schema.0 {
        spec.required = spec.name == "custom:code";
    }
    assert!(check(&schema, "custom:code").is_err());
}

#[test]
fn immutable_attributes_are_set_once() {
    let given = [("email", "a@b.c"), ("custom:code", "abc")];
    assert_eq!(check(&given, Writer::SignUp), Ok(()));
    assert_eq!(
        check(&given[1..], Writer::User),
        Err("user.custom:code: Attribute cannot be updated.".to_owned())
    );
}

#[test]
fn values_fit_their_bounds() {
    let ends =
        |name, value: &str| check(&[("email", "a@b.c"), (name, value)], Writer::SignUp).is_ok();
    assert!(ends("custom:code", "ab") && ends("custom:code", "abcd"));
    assert!(!ends("custom:code", "a") && !ends("custom:code", "abcde"));
    assert!(ends("custom:age", "0") && ends("custom:age", "150"));
    assert!(!ends("custom:age", "-1") && !ends("custom:age", "151") && !ends("custom:age", "x"));
    assert!(ends("custom:vip", "true") && !ends("custom:vip", "yes"));
    assert!(ends("name", &"x".repeat(2048)) && !ends("name", &"x".repeat(2049)));
    assert!(!ends("custom:unknown", "x"));
}
