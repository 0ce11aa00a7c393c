//! Definitions bent in every direction: they are taken or refused, but nothing else happens.

use poolhouse_define_auth::Deployment;
use proptest::prelude::*;

use crate::project::Project;

const SEED: &str = "import { defineAuth, secret } from '@aws-amplify/backend';
import * as cdk from 'aws-cdk-lib';
enum Mode { On = 'OPTIONAL' }
const login = { email: { otpLogin: true, verificationEmailBody: (code: () => string) => `x ${code()}` } } as const;
export const auth = defineAuth({
  name: `pool-${process.env.STAGE ?? 'dev'}`,
  loginWith: { ...login, phone: { otpLogin: true }, webAuthn: { relyingPartyId: 'a.example' } },
  userAttributes: { fullname: { required: true }, 'custom:a': { dataType: 'Number', min: 1, max: 5 } },
  multifactor: { mode: Mode.On, sms: { smsMessage: (code) => `${code()}!` }, totp: true },
  groups: ['a', 'b'].map((name) => name.toUpperCase()),
  senders: { email: { fromEmail: 'a@a.example' } },
  passwordlessOptions: { preferredChallenge: 'EMAIL_OTP' },
});
";

/// Pieces that fit almost anywhere in a definition, and mean something there.
const PIECES: [&str; 24] = [
    "null",
    "undefined",
    "true",
    "-1",
    "1e400",
    "''",
    "[]",
    "{}",
    "() => {}",
    "secret('X')",
    "cdk.X.y()",
    "{ ...login }",
    "}",
    "{",
    "(",
    ")",
    "`${",
    "'",
    "\u{2028}",
    "\u{0}",
    "await ",
    "new ",
    "loginWith",
    "\u{1F600}",
];

fn bent() -> impl Strategy<Value = String> {
    let edit = (
        0..SEED.len(),
        0..12_usize,
        prop::sample::select(PIECES.to_vec()),
    );
    prop::collection::vec(edit, 1..4).prop_map(|edits| {
        let mut text = SEED.to_owned();
        for (at, length, piece) in edits {
            let boundary = |at: usize| {
                (at.min(text.len())..=text.len())
                    .find(|at| text.is_char_boundary(*at))
                    .unwrap()
            };
            let (start, end) = (boundary(at), boundary(at + length));
            text.replace_range(start..end, piece);
        }
        text
    })
}

proptest! {

    #[test]
    fn bent_definitions_are_taken_or_refused(text in bent()) {
        let project = Project::new(&text);
        match project.read_as(&Deployment::Sandbox) {
            Ok(definition) => {
                let template = definition.template();
                prop_assert!(template.contains("AWS::Cognito::UserPool"), "{template}");
            }
            Err(errors) => {
                prop_assert!(errors.starts_with("error: "), "{errors}");
                prop_assert!(!errors.contains("is not readable"), "{errors}");
            }
        }
    }

    #[test]
    fn any_props_are_taken_or_refused(props in value()) {
        let read = Project::props(&props).read_as(&Deployment::Sandbox);
        if let Err(errors) = read {
            prop_assert!(!errors.contains("is not readable"), "{errors}");
        }
    }
}

/// Values in the neighbourhood of props.
fn value() -> impl Strategy<Value = String> {
    let keys = [
        "name",
        "loginWith",
        "email",
        "phone",
        "webAuthn",
        "otpLogin",
        "relyingPartyId",
        "userAttributes",
        "custom:x",
        "dataType",
        "min",
        "multifactor",
        "mode",
        "sms",
        "smsMessage",
        "groups",
        "senders",
        "triggers",
        "preSignUp",
        "access",
        "externalProviders",
        "google",
        "scopes",
        "saml",
        "metadata",
        "__proto__",
        "$secret",
        "$text",
    ];
    let leaf = prop::sample::select(vec![
        "true",
        "false",
        "0",
        "1.5",
        "'REQUIRED'",
        "'OPTIONAL'",
        "'String'",
        "'a.example'",
        "''",
        "null",
        "undefined",
        "() => 'x'",
        "(c) => c()",
        "[]",
        "[1, 'a']",
        "new Date(0)",
        "/x/",
        "Symbol.iterator",
        "NaN",
    ]);
    let leaf = leaf.prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let entry = (prop::sample::select(keys.to_vec()), inner);
        prop::collection::vec(entry, 0..5).prop_map(|entries| {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("['{key}']: {value}"))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        })
    })
}
