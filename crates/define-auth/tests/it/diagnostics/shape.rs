//! Props of the wrong shape.

use insta::assert_snapshot;

use super::errors;

#[test]
fn unknown_keys_are_told_with_the_nearest_right_one() {
    assert_snapshot!(errors("{\n  loginWith: {\n    email: { otpLogn: true },\n  },\n}"), @"
    error: `loginWith.email` has no `otpLogn`
     --> amplify/auth/resource.ts:5:14
      |
    5 |     email: { otpLogn: true },
      |              ^^^^^^^
    help: did you mean `otpLogin`?
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, passwordPolicy: { minLength: 12 } }"), @"
    error: `defineAuth` has no `passwordPolicy`
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, passwordPolicy: { minLength: 12 } });
      |                                                              ^^^^^^^^^^^^^^
    help: set it in amplify/backend.ts: `cfnUserPool.policies = { ...cfnUserPool.policies, passwordPolicy: { minimumLength: 12 } }`
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, userAttributes: { phone_number: {} } }"), @"
    error: `userAttributes` has no `phone_number`
     --> amplify/auth/resource.ts:3:80
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, userAttributes: { phone_number: {} } });
      |                                                                                ^^^^^^^^^^^^
    help: did you mean `phoneNumber`?
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, userAttributes: { 'custom:a': { dataType: 'String', maxLength: 3 } } }"), @"
    error: `userAttributes.custom:a` has no `maxLength`
     --> amplify/auth/resource.ts:3:114
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, userAttributes: { 'custom:a': { dataType: 'String', maxLength: 3 } } });
      |                                                                                                                  ^^^^^^^^^
    help: did you mean `maxLen`?
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, triggers: { preSignup: 1 } }"), @"
    error: `triggers` has no `preSignup`
     --> amplify/auth/resource.ts:3:74
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, triggers: { preSignup: 1 } });
      |                                                                          ^^^^^^^^^
    help: did you mean `preSignUp`?
    ");
}

#[test]
fn values_of_the_wrong_kind_are_told() {
    assert_snapshot!(errors("{ loginWith: { email: { otpLogin: 'yes' } } }"), @"
    error: `loginWith.email.otpLogin` must be `true` or `false`, but it is 'yes'
     --> amplify/auth/resource.ts:3:56
      |
    3 | export const auth = defineAuth({ loginWith: { email: { otpLogin: 'yes' } } });
      |                                                        ^^^^^^^^
    help: write `true`
    ");
    assert_snapshot!(errors("{ loginWith: { email: 'yes' } }"), @"
    error: `loginWith.email` must be `true` or `false` or an object, but it is 'yes'
     --> amplify/auth/resource.ts:3:47
      |
    3 | export const auth = defineAuth({ loginWith: { email: 'yes' } });
      |                                               ^^^^^
    help: write `true`
    ");
    assert_snapshot!(errors("{ loginWith: { email: true, webAuthn: false } }"), @"
    error: `loginWith.webAuthn` must be `true` or an object, but it is `false`
     --> amplify/auth/resource.ts:3:60
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, webAuthn: false } });
      |                                                            ^^^^^^^^
    help: Amplify would turn passkeys on; leave `webAuthn` out instead
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, groups: 'ADMINS' }"), @"
    error: `groups` must be a list, but it is 'ADMINS'
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, groups: 'ADMINS' });
      |                                                              ^^^^^^
    help: write ['text']
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, groups: ['ADMINS', 7] }"), @"
    error: `groups.1` must be a string, but it is `7`
     --> amplify/auth/resource.ts:3:81
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, groups: ['ADMINS', 7] });
      |                                                                                 ^
    help: write 'text'
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, accountRecovery: 'EMAIL' }"), @"
    error: `accountRecovery` must be 'EMAIL_AND_PHONE_WITHOUT_MFA' or 'PHONE_WITHOUT_MFA_AND_EMAIL' or 'EMAIL_ONLY' or 'PHONE_ONLY_WITHOUT_MFA' or 'PHONE_AND_EMAIL' or 'NONE', but it is 'EMAIL'
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, accountRecovery: 'EMAIL' });
      |                                                              ^^^^^^^^^^^^^^^
    help: did you mean 'EMAIL_ONLY'?
    ");
    assert_snapshot!(errors("{ loginWith: { email: { verificationEmailBody: 'text' } } }"), @"
    error: `loginWith.email.verificationEmailBody` must be a function, but it is 'text'
     --> amplify/auth/resource.ts:3:56
      |
    3 | export const auth = defineAuth({ loginWith: { email: { verificationEmailBody: 'text' } } });
      |                                                        ^^^^^^^^^^^^^^^^^^^^^
    help: write a function that returns a string, such as `(code) => `Your code: ${code()}``
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, multifactor: { totp: true } }"), @"
    error: `multifactor` needs `mode`
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, multifactor: { totp: true } });
      |                                                              ^^^^^^^^^^^
    help: write `mode: 'OFF'`
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, userAttributes: { 'custom:a': {} } }"), @"
    error: `userAttributes.custom:a` needs `dataType`
     --> amplify/auth/resource.ts:3:80
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, userAttributes: { 'custom:a': {} } });
      |                                                                                ^^^^^^^^^^
    help: write `dataType: 'String'`
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, triggers: { preSignUp: { handler: 'x' } } }"), @"
    error: `triggers.preSignUp` must be `defineFunction({ .. })`, but it is an object
     --> amplify/auth/resource.ts:3:74
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, triggers: { preSignUp: { handler: 'x' } } });
      |                                                                          ^^^^^^^^^
    help: write defineFunction({ entry: './handler.ts' })
    ");
    assert_snapshot!(errors("{ loginWith: { email: true, externalProviders: { google: {}, logoutUrls: [] } } }"), @"
    error: `loginWith.externalProviders.google` needs `clientId`
     --> amplify/auth/resource.ts:3:81
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { google: {}, logoutUrls: [] } } });
      |                                                                                 ^^^^^^
    help: write `clientId: secret('NAME')`

    error: `loginWith.externalProviders.google` needs `clientSecret`
     --> amplify/auth/resource.ts:3:81
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { google: {}, logoutUrls: [] } } });
      |                                                                                 ^^^^^^
    help: write `clientSecret: secret('NAME')`

    error: `loginWith.externalProviders` needs `callbackUrls`
     --> amplify/auth/resource.ts:3:60
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { google: {}, logoutUrls: [] } } });
      |                                                            ^^^^^^^^^^^^^^^^^
    help: write `callbackUrls: ['text']`
    ");
    assert_snapshot!(errors("7"), @"
    error: `defineAuth` must be an object, but it is `7`
     --> amplify/auth/resource.ts:3:21
      |
    3 | export const auth = defineAuth(7);
      |                     ^^^^^^^^^^
    help: write { loginWith: { } }
    ");
    assert_snapshot!(errors(""), @"
    error: `defineAuth` must be an object, but it is `null`
     --> amplify/auth/resource.ts:3:21
      |
    3 | export const auth = defineAuth();
      |                     ^^^^^^^^^^
    help: write { loginWith: { } }
    ");
    assert_snapshot!(errors("{}"), @"
    error: `defineAuth` needs `loginWith`
     --> amplify/auth/resource.ts:3:21
      |
    3 | export const auth = defineAuth({});
      |                     ^^^^^^^^^^
    help: write `loginWith: { }`
    ");
}

#[test]
fn several_are_told_at_once() {
    assert_snapshot!(errors("{\n  name: 1,\n  loginWith: { email: {}, fax: true },\n}"), @"
    error: `loginWith` has no `fax`
     --> amplify/auth/resource.ts:5:27
      |
    5 |   loginWith: { email: {}, fax: true },
      |                           ^^^
    help: it knows `email`, `phone`, `webAuthn`, `externalProviders`

    error: `name` must be a string, but it is `1`
     --> amplify/auth/resource.ts:4:3
      |
    4 |   name: 1,
      |   ^^^^
    help: write 'text'
    ");
}

#[test]
fn headers_are_one_line() {
    assert_snapshot!(errors("{ loginWith: { email: { verificationEmailSubject: 'Hello\\r\\nBcc: eve@a.example' } } }"), @r"
    error: `loginWith.email.verificationEmailSubject` must be a string on one line, without control characters, but it is 'Hello\r\nBcc: eve@a.example'
     --> amplify/auth/resource.ts:3:56
      |
    3 | export const auth = defineAuth({ loginWith: { email: { verificationEmailSubject: 'Hello\r\nBcc: eve@a.example' } } });
      |                                                        ^^^^^^^^^^^^^^^^^^^^^^^^
    ");
    assert_snapshot!(errors("{ loginWith: { email: { userInvitation: { emailSubject: 'a\\nb' } } } }"), @r"
    error: `loginWith.email.userInvitation.emailSubject` must be a string on one line, without control characters, but it is 'a\nb'
     --> amplify/auth/resource.ts:3:74
      |
    3 | export const auth = defineAuth({ loginWith: { email: { userInvitation: { emailSubject: 'a\nb' } } } });
      |                                                                          ^^^^^^^^^^^^
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, senders: { email: { fromEmail: 'a@a.example\\n', fromName: 'A\\nB', replyTo: 'a\\0' } } }"), @r"
    error: `senders.email.fromEmail` must be a string on one line, without control characters, but it is 'a@a.example\n'
     --> amplify/auth/resource.ts:3:82
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, senders: { email: { fromEmail: 'a@a.example\n', fromName: 'A\nB', replyTo: 'a\0' } } });
      |                                                                                  ^^^^^^^^^

    error: `senders.email.fromName` must be a string on one line, without control characters, but it is 'A\nB'
     --> amplify/auth/resource.ts:3:110
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, senders: { email: { fromEmail: 'a@a.example\n', fromName: 'A\nB', replyTo: 'a\0' } } });
      |                                                                                                              ^^^^^^^^

    error: `senders.email.replyTo` must be a string on one line, without control characters, but it is 'a\u{0}'
     --> amplify/auth/resource.ts:3:128
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, senders: { email: { fromEmail: 'a@a.example\n', fromName: 'A\nB', replyTo: 'a\0' } } });
      |                                                                                                                                ^^^^^^^
    ");
    assert_snapshot!(errors("{ loginWith: { email: true }, groups: ['A\\nB'] }"), @r"
    error: `groups.0` must be a string on one line, without control characters, but it is 'A\nB'
     --> amplify/auth/resource.ts:3:71
      |
    3 | export const auth = defineAuth({ loginWith: { email: true }, groups: ['A\nB'] });
      |                                                                       ^^^^^^
    ");
}

#[test]
fn long_values_are_cut() {
    assert_snapshot!(errors("{ loginWith: { email: 'x'.repeat(1000) } }"), @"
    error: `loginWith.email` must be `true` or `false` or an object, but it is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'
     --> amplify/auth/resource.ts:3:47
      |
    3 | export const auth = defineAuth({ loginWith: { email: 'x'.repeat(1000) } });
      |                                               ^^^^^
    help: write `true`
    ");
}

#[test]
fn what_people_look_for_in_vain() {
    assert_snapshot!(errors("{ loginWith: { email: true, externalProviders: { callbackUrls: [], logoutUrls: [], domainPrefix: 'mine' } } }"), @"
    error: `loginWith.externalProviders` has no `domainPrefix`
     --> amplify/auth/resource.ts:3:115
      |
    3 | export const auth = defineAuth({ loginWith: { email: true, externalProviders: { callbackUrls: [], logoutUrls: [], domainPrefix: 'mine' } } });
      |                                                                                                                   ^^^^^^^^^^^^
    help: leave it out: Amplify makes one of the backend's name
    ");
}
