//! Recorded and documented texts, and what is no violation.

use serde_json::json;

use super::{call, refusal, send};

const INVALID: &str = "InvalidParameterException";

fn invalid(text: &str) -> (&'static str, String) {
    (INVALID, text.to_owned())
}

fn serialization(text: &str) -> (&'static str, String) {
    ("SerializationException", text.to_owned())
}

const TOKEN: &str = "eyJ.a-b_c.d=";

#[test]
fn a_short_code_of_a_secret_shape_is_not_quoted() {
    let input = json!({ "AccessToken": TOKEN, "UserCode": "12345" });
    assert_eq!(
        refusal("VerifySoftwareToken", &input),
        invalid(
            "1 validation error detected: Value at 'userCode' failed to satisfy constraint: \
             Member must have length greater than or equal to 6"
        )
    );
}

#[test]
fn an_empty_client_id_is_quoted_and_breaks_two_constraints() {
    let input = json!({ "AuthFlow": "USER_AUTH", "ClientId": "" });
    assert_eq!(
        refusal("InitiateAuth", &input),
        invalid(
            "2 validation errors detected: Value '' at 'clientId' failed to satisfy constraint: \
             Member must have length greater than or equal to 1; Value '' at 'clientId' failed to \
             satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+"
        )
    );
}

#[test]
fn a_pool_id_is_no_client_id() {
    let input = json!({ "AuthFlow": "USER_AUTH", "ClientId": "ap-northeast-1_xxxxxxxxx" });
    assert_eq!(
        refusal("InitiateAuth", &input),
        invalid(
            "1 validation error detected: Value 'ap-northeast-1_xxxxxxxxx' at 'clientId' failed \
             to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+"
        )
    );
}

#[test]
fn what_is_missing_is_told_in_alphabetical_order() {
    assert_eq!(
        refusal(
            "AdminAddUserToGroup",
            &json!({ "UserPoolId": "eu-west-1_a" })
        ),
        invalid(
            "2 validation errors detected: Value null at 'groupName' failed to satisfy \
             constraint: Member must not be null; Value at 'username' failed to satisfy \
             constraint: Member must not be null"
        )
    );
}

#[test]
fn a_missing_client_id_is_null() {
    assert_eq!(
        refusal(
            "InitiateAuth",
            &json!({ "AuthFlow": "USER_AUTH", "ClientId": null })
        ),
        invalid(
            "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: \
             Member must not be null"
        )
    );
}

#[test]
fn several_members_are_told_at_once() {
    let input = json!({ "ClientId": "c", "Username": "", "Password": "with space" });
    assert_eq!(
        refusal("SignUp", &input),
        invalid(
            "3 validation errors detected: Value at 'password' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\S]+; Value at 'username' failed \
             to satisfy constraint: Member must have length greater than or equal to 1; Value at \
             'username' failed to satisfy constraint: Member must satisfy regular expression \
             pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"
        )
    );
}

#[test]
fn an_unknown_flow_gets_the_list_of_flows() {
    assert_eq!(
        refusal("InitiateAuth", &json!({ "AuthFlow": "X", "ClientId": "c" })),
        invalid(
            "1 validation error detected: Value 'X' at 'authFlow' failed to satisfy constraint: \
             Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, \
             REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, \
             ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
        )
    );
}

#[test]
fn a_place_in_a_list_counts_from_one() {
    let attributes = json!([{ "Name": "email", "Value": "a@b.c" }, { "Name": "" }]);
    assert_eq!(
        refusal(
            "UpdateUserAttributes",
            &json!({ "AccessToken": TOKEN, "UserAttributes": attributes })
        ),
        invalid(
            "2 validation errors detected: Value '' at 'userAttributes.2.member.name' failed to \
             satisfy constraint: Member must have length greater than or equal to 1; Value '' at \
             'userAttributes.2.member.name' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+"
        )
    );
}

#[test]
fn a_list_tells_once_what_its_values_break() {
    let input = json!({ "AccessToken": TOKEN, "UserAttributeNames": ["ok", "", "\u{7}"] });
    assert_eq!(
        refusal("DeleteUserAttributes", &input),
        invalid(
            "1 validation error detected: Value '[ok, , \u{7}]' at 'userAttributeNames' failed to \
             satisfy constraint: Member must satisfy constraint: [Member must have length less \
             than or equal to 32, Member must have length greater than or equal to 1, Member must \
             satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+]"
        )
    );
}

#[test]
fn a_secret_map_is_not_quoted() {
    let input = json!({
        "AuthFlow": "USER_AUTH", "ClientId": "c", "AuthParameters": { "K": "v".repeat(131_073) },
    });
    assert_eq!(
        refusal("InitiateAuth", &input),
        invalid(
            "1 validation error detected: Value at 'authParameters' failed to satisfy constraint: \
             Map value must satisfy constraint: [Member must have length less than or equal to \
             131072, Member must have length greater than or equal to 0]"
        )
    );
}

#[test]
fn ten_violations_are_told_and_no_more() {
    let input = json!({ "AccessToken": TOKEN, "UserAttributes": vec![json!({}); 1000] });
    let (_, text) = refusal("UpdateUserAttributes", &input);
    assert!(
        text.starts_with("10 validation errors detected: "),
        "{text}"
    );
    assert_eq!(text.matches("Member must not be null").count(), 10);
}

#[test]
fn lengths_count_symbols_and_not_their_bytes_or_halves() {
    let input = |length| json!({ "ClientId": "c", "Username": "😀".repeat(length) });
    assert!(call("ForgotPassword", &input(128)).is_ok());
    assert!(
        refusal("ForgotPassword", &input(129))
            .1
            .contains("less than or equal to 128")
    );
}

#[test]
fn null_is_absent_and_unknown_members_are_ignored() {
    let input = json!({
        "AuthFlow": "USER_AUTH", "ClientId": "c", "NoSuchMember": { "a": 1 }, "Session": null,
        "AuthParameters": { "USERNAME": "u", "PREFERRED_CHALLENGE": null },
    });
    let read = call("InitiateAuth", &input).unwrap();
    let parameters = json!({ "USERNAME": "u" });
    let tidy = json!({ "AuthFlow": "USER_AUTH", "ClientId": "c", "AuthParameters": parameters });
    assert_eq!(read, tidy);

    let names = json!({ "AccessToken": TOKEN, "UserAttributeNames": ["a", null, "b"] });
    assert_eq!(
        call("DeleteUserAttributes", &names).unwrap()["UserAttributeNames"],
        json!(["a", "b"])
    );
}

#[test]
fn a_credential_is_any_json_and_stays_as_it_is() {
    for credential in [
        json!({ "id": null, "response": { "x": [1.5, null] } }),
        json!("{\"id\":1}"),
    ] {
        let input = json!({ "AccessToken": TOKEN, "Credential": credential });
        assert_eq!(call("CompleteWebAuthnRegistration", &input).unwrap(), input);
    }
}

#[test]
fn a_fraction_is_cut_off() {
    for (given, read) in [(json!(3.9), 3), (json!(-0.5), 0), (json!(2e1), 20)] {
        let input = json!({ "AccessToken": TOKEN, "Limit": given });
        assert_eq!(call("ListDevices", &input).unwrap()["Limit"], json!(read));
    }
    let huge = json!({ "AccessToken": TOKEN, "Limit": 1e300 });
    assert_eq!(refusal("ListDevices", &huge), serialization(""));
}

const LIST: &str = "Start of list found where not expected";
const MAP: &str = "Start of structure or map found where not expected.";

fn assert_serialization(cases: &[(&str, &str, &str)]) {
    for (operation, input, text) in cases {
        let error = send(operation, input.as_bytes()).unwrap_err();
        let told = (error.exception(), error.to_string());
        assert_eq!(told, serialization(text), "{operation} {input}");
    }
}

#[test]
fn a_scalar_of_the_wrong_type_is_no_violation() {
    assert_serialization(&[
        (
            "GetUser",
            r#"{"AccessToken":1}"#,
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "GetUser",
            r#"{"AccessToken":true}"#,
            "TRUE_VALUE can not be converted to a String",
        ),
        ("GetUser", r#"{"AccessToken":[]}"#, LIST),
        ("GetUser", r#"{"AccessToken":{}}"#, MAP),
        (
            "ListDevices",
            r#"{"Limit":"1"}"#,
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "ListDevices",
            r#"{"Limit":false}"#,
            "FALSE_VALUE can not be converted to an Integer",
        ),
        ("ConfirmSignUp", r#"{"ForceAliasCreation":[]}"#, LIST),
        ("SetUICustomization", r#"{"ImageFile":"?"}"#, ""),
        (
            "SetUICustomization",
            r#"{"ImageFile":1}"#,
            "NUMBER_VALUE can not be converted to a Blob",
        ),
    ]);
}

#[test]
fn a_container_of_the_wrong_type_is_no_violation() {
    assert_serialization(&[
        ("GetUser", "[]", LIST),
        (
            "UpdateUserAttributes",
            r#"{"UserAttributes":"x"}"#,
            "Expected list or null",
        ),
        (
            "UpdateUserAttributes",
            r#"{"UserAttributes":["x"]}"#,
            "Expected null",
        ),
        ("UpdateUserAttributes", r#"{"UserAttributes":{}}"#, MAP),
        ("InitiateAuth", r#"{"AuthParameters":[]}"#, LIST),
        (
            "InitiateAuth",
            r#"{"AuthParameters":1}"#,
            "Expected map or null",
        ),
        ("InitiateAuth", r#"{"AuthParameters":{"K":{}}}"#, MAP),
    ]);
}

#[test]
fn what_is_no_json_object_is_refused_without_a_text() {
    let bodies: [&[u8]; 8] = [
        b"",
        b"{",
        b"null",
        b"\"x\"",
        b"1",
        b"{} {}",
        b"{\"AccessToken\":\"\xff\"}",
        b"{\"a\":1,}",
    ];
    for body in bodies {
        let error = send("GetUser", body).unwrap_err();
        assert_eq!(
            (error.exception(), error.to_string()),
            serialization(""),
            "{body:?}"
        );
    }
}

#[test]
fn sixteen_levels_are_read_and_no_more() {
    let nested = |levels: usize| {
        let inner = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!("{{\"AccessToken\":\"{TOKEN}\",\"Credential\":{inner}}}")
    };
    let call = |levels| send("CompleteWebAuthnRegistration", nested(levels).as_bytes());
    assert!(call(15).is_ok());
    for levels in [16, 126, 100_000] {
        let error = call(levels).unwrap_err();
        assert_eq!(
            (error.exception(), error.to_string()),
            serialization(""),
            "{levels}"
        );
    }
}
