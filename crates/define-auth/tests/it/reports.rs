//! What `poolhouse check` says.

use poolhouse_define_auth::report::Report;

use crate::project::Project;

#[test]
fn a_small_definition_is_read_at_a_glance() {
    let definition = Project::props("{ loginWith: { email: { otpLogin: true } } }").read();
    insta::assert_snapshot!(Report::new(&definition, &definition.unsupported).table(false, None), @"
    Pool           (no name)
    Sign in by     e-mail address
    First factors  password, code by e-mail
    Second factor  off
    Sign-up        open to everybody; proves e-mail address
    Attributes     required: email
    Password       8 characters or more, with a-z, A-Z, 0-9, a symbol
    Recovery       by e-mail
    Verification   Verify your new account
                     The verification code to your new account is {####}
    Sign-in mail   Your sign-in code
                     Your sign-in code is {####}
    Groups         none
    Clients        default: CUSTOM_AUTH, USER_SRP_AUTH, REFRESH_TOKEN_AUTH, USER_AUTH
                     access token 1 h, id token 1 h, refresh token 30 d, session 3 min
    ");
}

#[test]
fn a_large_one_too() {
    let definition = Project::props(
        "{
  name: 'members',
  loginWith: {
    email: { otpLogin: true, verificationEmailBody: (code) => `Line one\\n${code()}` },
    phone: { otpLogin: true },
    webAuthn: { relyingPartyId: 'a.example', userVerification: 'required' },
  },
  passwordlessOptions: { preferredChallenge: 'WEB_AUTHN' },
  multifactor: { mode: 'OPTIONAL', sms: true, totp: true },
  userAttributes: { nickname: {}, 'custom:a': { dataType: 'String' } },
  accountRecovery: 'EMAIL_AND_PHONE_WITHOUT_MFA',
  groups: ['ADMINS', 'USERS'],
}",
    )
    .backend(
        "client.refreshTokenValidity = 90; pool.policies.passwordPolicy.requireSymbols = false;
pool.deviceConfiguration = { challengeRequiredOnNewDevice: true, deviceOnlyRememberedOnUserPrompt: true };
client.readAttributes = ['email', 'name']; client.writeAttributes = ['email'];",
    )
    .read();
    insta::assert_snapshot!(Report::new(&definition, &definition.unsupported).table(false, None), @"
    Pool             members
    Sign in by       e-mail address or phone number
    First factors    password, code by e-mail, code by text message, passkey
    Asked first      passkey
    Relying party    a.example, user verification required
    Second factor    optional: text message, authenticator app
                     devices are remembered when their user says so, in place of a second factor
    Sign-up          open to everybody; proves e-mail address or phone number
    Attributes       required: email, phone_number
                     more: nickname, custom:a
    Password         8 characters or more, with a-z, A-Z, 0-9
    Recovery         by e-mail, then by text message
    Verification     Verify your new account
                       Line one
                       {####}
    Sign-in mail     Your sign-in code
                       Your sign-in code is {####}
    Text messages    The verification code to your new account is {####}
                       71 of 160 GSM
                     Your sign-in code is {####}
                       51 of 160 GSM
    Groups           ADMINS, USERS
    Clients          default: CUSTOM_AUTH, USER_SRP_AUTH, REFRESH_TOKEN_AUTH, USER_AUTH
                       access token 1 h, id token 1 h, refresh token 90 d, session 3 min
                       reads only email, name
                       writes only email
    Not served here  loginWith.phone: sign-in by phone number
                     loginWith.phone.otpLogin: codes by text message
                     loginWith.webAuthn: passkeys
                     multifactor: second factors
    ");
}

#[test]
fn programs_get_json() {
    let definition =
        Project::props("{ loginWith: { email: true, webAuthn: { relyingPartyId: 'a.example' } } }")
            .read();
    let report = serde_json::to_value(Report::new(&definition, &[])).unwrap();
    assert_eq!(report["pool"]["relying_party"]["id"], "a.example");
    assert_eq!(report["recovery"], serde_json::json!(["verified_email"]));
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(report["unsupported"], serde_json::json!([]));
}

#[test]
fn a_narrow_terminal_gets_wrapped_lines() {
    let definition = Project::props(
        "{ loginWith: { email: { verificationEmailBody: (code) => `A long text for new people: ${code()} is your code, and it is good for a day` } }, userAttributes: { nickname: {}, givenName: {}, familyName: {}, locale: {}, website: {} } }",
    )
    .read();
    let report = Report::new(&definition, &definition.unsupported);
    insta::assert_snapshot!(report.table(false, Some(60)), @"
    Pool           (no name)
    Sign in by     e-mail address
    First factors  password (nothing passwordless)
    Second factor  off
    Sign-up        open to everybody; proves e-mail address
    Attributes     required: email
                   more: nickname, given_name, family_name,
                     locale, website
    Password       8 characters or more, with a-z, A-Z, 0-9, a
                     symbol
    Recovery       by e-mail
    Verification   Verify your new account
                     A long text for new people: {####} is your
                       code, and it is good for a day
    Groups         none
    Clients        default: CUSTOM_AUTH, USER_SRP_AUTH,
                     REFRESH_TOKEN_AUTH
                     access token 1 h, id token 1 h, refresh
                       token 30 d, session 3 min
    ");
    let longest = |width| {
        let table = report.table(false, Some(width));
        table
            .lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap()
    };
    assert!(longest(60) <= 60 && longest(80) <= 80);
    assert!(longest(1) < 60, "a terminal of no width at all");
}

#[test]
fn labels_can_be_bold() {
    let definition = Project::props("{ loginWith: { email: true } }").read();
    let table = Report::new(&definition, &[]).table(true, None);
    assert!(table.starts_with("\x1b[1mPool"), "{table}");
}
