//! `poolhouse export users` and `import users`: Cognito's CSV.

use serde_json::{Value, json};

use crate::postgres;
use crate::program::{DEFINITION, Program};
use crate::serve::{deployment, deployment_on};
use crate::users::{call, export, import};

/// What `GetCSVHeader` says of such a pool (AWS's developer guide has it as an example).
const HEADER: &str = "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,\
    email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,\
    cognito:mfa_enabled,cognito:username";

/// A user of [`HEADER`].
fn line(name: &str, email: &str, verified: &str, username: &str) -> String {
    format!("{name},,,,,,,,,{email},{verified},,,,,,,1 Main St\\, Town,,FALSE,{username}\n")
}

fn file(lines: &[String]) -> String {
    format!("{HEADER}\n{}", lines.concat())
}

#[test]
fn users_of_cognito_sign_in_by_code() {
    for store in ["poolhouse.db", &postgres::url()] {
        let project = deployment_on(store);
        let sub = "0b5c2b6e-7a3c-4c8e-9a57-2c0b4f1d6a01";
        let users = file(&[
            line("Ann", "Ann@example.com", "TRUE", sub),
            line("Bob", "", "true", "bob@example.com"),
        ]);
        let (ok, told) = import(&project, "users.csv", &users);
        assert!(ok, "{told}");
        assert_eq!(told, "2 users were imported, 0 were there already\n");
        let (_, told) = import(&project, "users.csv", &users);
        assert_eq!(told, "0 users were imported, 2 were there already\n");

        let program = Program::serve(&project.config(), &[]);
        for email in ["ann@example.com", "bob@example.com"] {
            let parameters = json!({ "USERNAME": email, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
            let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
            let asked = call(&program, &project, "InitiateAuth", body);
            let mail = program.operations(&format!("/inbox/messages?to={email}"));
            let mail: Value = serde_json::from_str(&mail).unwrap();
            let responses = json!({ "USERNAME": email, "EMAIL_OTP_CODE": mail[0]["code"] });
            let body = json!({
                "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
                "ChallengeResponses": responses,
            });
            let tokens = call(&program, &project, "RespondToAuthChallenge", body);
            assert!(
                tokens["AuthenticationResult"]["IdToken"].is_string(),
                "{tokens}"
            );
        }

        let csv = export(&project, "out.csv", &[]);
        let ann = line("Ann", "Ann@example.com", "true", "Ann@example.com");
        let bob = line("Bob", "bob@example.com", "true", "bob@example.com");
        assert!(csv.starts_with(&format!("{HEADER}\n")), "{csv}");
        assert!(csv.contains(&ann) && csv.contains(&bob), "{csv}");
        let jsonl = export(&project, "out.jsonl", &[]);
        assert!(jsonl.contains(sub), "AWS would give her a new one: {jsonl}");
    }
}

#[test]
fn where_no_code_signs_in_the_password_has_to_be_reset() {
    let project = deployment("");
    project.define(&DEFINITION.replace("email: { otpLogin: true }", "email: true"));
    let users = file(&[line("Ann", "ann@example.com", "TRUE", "ann@example.com")]);
    let (ok, told) = import(&project, "users.csv", &users);
    assert!(ok, "{told}");
    let jsonl = export(&project, "out.jsonl", &[]);
    assert!(jsonl.contains("\"status\":\"RESET_REQUIRED\""), "{jsonl}");
    let program = Program::serve(&project.config(), &[]);
    let body = json!({ "Username": "ann@example.com" });
    let sent = call(&program, &project, "ForgotPassword", body);
    assert_eq!(
        sent["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL",
        "{sent}"
    );
}

#[test]
fn a_wrong_line_is_told_with_its_number() {
    let project = deployment("");
    let users = file(&[
        line("Ann", "ann@example.com", "TRUE", "ann@example.com"),
        line("Ann", "ann@example.com", "FALSE", "ann@example.com"),
        line("Ann", "ann@example.com", "yes", "ann@example.com"),
        line("Ann", "not an address", "TRUE", "ann@example.com"),
        line("Ann", "ann@example.com", "TRUE", ""),
        line("O'Neil, Ann", "ann@example.com", "TRUE", "ann@example.com"),
        line("Ann \"Ä\"", "ann@example.com", "TRUE", "ann@example.com"),
        line("Ann", "ann@example.com", "TRUE", "ann").replace("FALSE", "TRUE"),
    ]);
    let (ok, told) = import(&project, "users.csv", &users);
    assert!(!ok && told.contains("6 of 8 users are wrong"), "{told}");
    for why in [
        "line 3: got nobody who could sign in, expected email_verified to be TRUE",
        "line 4: email_verified: got \"yes\", expected TRUE or FALSE",
        "line 5: ",
        "line 6: cognito:username: got nothing",
        "line 7: got 22 values, expected 21",
        "line 9: cognito:mfa_enabled: got TRUE, expected FALSE",
    ] {
        assert!(told.contains(why), "{why}: {told}");
    }
    for (header, why) in [
        (
            "email,cognito:username",
            "got no column \"cognito:mfa_enabled\"",
        ),
        ("email,email", "got the column \"email\" twice"),
        (
            "emial,cognito:username",
            "\"emial\" is no attribute of the pool",
        ),
    ] {
        let (ok, told) = import(&project, "users.csv", header);
        assert!(
            !ok && told.contains("line 1") && told.contains(why),
            "{told}"
        );
    }
}
