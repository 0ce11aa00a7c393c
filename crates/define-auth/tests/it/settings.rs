//! `poolhouse.toml`: what each setting changes, and how a wrong one is refused.

use std::time::Duration;

use insta::assert_snapshot;
use poolhouse_define_auth::project::{FileError, Files};
use poolhouse_define_auth::report::Report;
use poolhouse_define_auth::{Deployment, diagnostic, evaluate};
use poolhouse_domain::delivery::{
    ApiConfig, AwsConfig, MailSender, SecretPlace, SmsSender, SmtpConfig, SmtpLogin, SmtpTls,
    SnsConfig, TwilioConfig, TwilioSender, WebhookConfig,
};
use poolhouse_domain::passkey::{AndroidApp, FactorConfiguration, PasskeyAlgorithm};
use poolhouse_domain::pool::{EmailSender, PoolConfig};

use crate::project::Project;

const PASSKEYS: &str = "{ loginWith: { email: { otpLogin: true }, webAuthn: true } }";

fn project(settings: &str) -> Project {
    Project::props(PASSKEYS).file("poolhouse.toml", settings)
}

fn errors(settings: &str) -> String {
    project(settings).errors()
}

/// The pool with `settings` is the pool without, changed by `change`; so nothing else differs.
fn changes(settings: &str, change: impl FnOnce(&mut PoolConfig)) {
    let mut pool = Project::props(PASSKEYS).read().pool;
    let before = pool.clone();
    change(&mut pool);
    assert_ne!(pool, before, "{settings}: the test's own change");
    assert_eq!(project(settings).read().pool, pool, "{settings}");
}

#[test]
fn without_the_file_nothing_changes() {
    let without = Project::props(PASSKEYS).read();
    assert!(without.settings.is_empty());
    assert_eq!(without.sources, ["amplify/auth/resource.ts"]);
    for empty in ["", "# nothing\n", "[codes]\n[sessions]\n[passkeys]\n"] {
        let with = project(empty).read();
        assert_eq!(with.pool, without.pool);
        assert!(with.settings.is_empty() && with.warnings.is_empty());
        assert_eq!(with.sources, ["amplify/auth/resource.ts", "poolhouse.toml"]);
    }
}

#[test]
fn codes() {
    changes("codes.sign_in_digits = 6", |pool| {
        pool.codes.sign_in_digits = 6;
    });
    changes("codes.verification_digits = 10", |pool| {
        pool.codes.verification_digits = 10;
    });
    changes("codes = { verification_minutes = 90 }", |pool| {
        pool.codes.verification_validity = Duration::from_mins(90);
    });
    changes("[codes]\ncooldown_seconds = 0", |pool| {
        pool.codes.cooldown = Duration::ZERO;
    });
}

#[test]
fn sessions_of_the_client_that_define_auth_makes() {
    changes("sessions.minutes = 0xF", |pool| {
        pool.clients[0].auth_session_validity = Duration::from_mins(15);
    });
    let definition = project("sessions.minutes = 5")
        .backend("client.authSessionValidity = 10; backend.auth.resources.userPool.addClient('web', {});")
        .read();
    let minutes: Vec<u64> = definition
        .pool
        .clients
        .iter()
        .map(|client| client.auth_session_validity.as_secs() / 60)
        .collect();
    assert_eq!(minutes, [5, 3]);
}

#[test]
fn passkeys() {
    changes("passkeys.usernameless = true", |pool| {
        pool.passkeys.usernameless = true;
    });
    changes("passkeys.step_up_minutes = 10", |pool| {
        pool.passkeys.step_up = Some(Duration::from_mins(10));
    });
    changes(
        "passkeys.factor = 'MULTI_FACTOR_WITH_USER_VERIFICATION'",
        |pool| pool.passkeys.factor = FactorConfiguration::MultiFactorWithUserVerification,
    );
    changes("passkeys.algorithms = ['ES512', 'EdDSA']", |pool| {
        pool.passkeys.algorithms = vec![PasskeyAlgorithm::Es512, PasskeyAlgorithm::EdDsa];
    });
}

#[test]
fn origins_and_apps() {
    let origins = [
        "https://app.example:8443",
        "http://localhost:*",
        "https://*.example.org",
    ];
    changes(&format!("passkeys.origins = {origins:?}"), |pool| {
        pool.passkeys.extra_origins = origins.map(str::to_owned).to_vec();
    });
    changes(
        "passkeys.related_origins = ['https://example.de']",
        |pool| {
            pool.passkeys.related_origins = vec!["https://example.de".to_owned()];
        },
    );
    changes(
        "passkeys.apple_apps = ['A1B2C3D4E5.com.example.my-app']",
        |pool| {
            pool.passkeys.apple_apps = vec!["A1B2C3D4E5.com.example.my-app".to_owned()];
        },
    );
    for fingerprint in ["0a".repeat(32), ["0A"; 32].join(":")] {
        let app = format!("{{ package = 'com.example.app_2', sha256 = '{fingerprint}' }}");
        changes(&format!("passkeys.android_apps = [{app}]"), |pool| {
            pool.passkeys.android_apps = vec![AndroidApp {
                package: "com.example.app_2".to_owned(),
                certificate: [10; 32],
            }];
        });
    }
}

#[test]
fn what_is_set_stands_in_the_report() {
    let definition =
        project("[passkeys]\nusernameless = false\norigins = [\n  'https://a.example', # one\n]\n\n[[passkeys.android_apps]]\npackage = 'com.app'\nsha256 = '0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a'\n")
            .read();
    let table = Report::new(&definition, &[]).table(false, None);
    let start = table.find("poolhouse.toml").unwrap();
    assert_snapshot!(table[start..], @"
    poolhouse.toml  passkeys.android_apps = [{ package = 'com.app', sha256 = '0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a' }]
                    passkeys.origins = ['https://a.example']
                    passkeys.usernameless = false
    ");
}

#[test]
fn unknown_names() {
    assert_snapshot!(errors("[codes]\nsign_in_digit = 6\n\n[passkey]\nusernameless = true\n"), @"
    error: unknown setting `codes.sign_in_digit`
     --> poolhouse.toml:2:1
      |
    2 | sign_in_digit = 6
      | ^^^^^^^^^^^^^
    help: did you mean `sign_in_digits`?

    error: unknown table `passkey`
     --> poolhouse.toml:4:2
      |
    4 | [passkey]
      |  ^^^^^^^
    help: did you mean `[passkeys]`?
    ");
    assert_snapshot!(errors("usernameless = true\n"), @"
    error: `usernameless` stands outside of its table
     --> poolhouse.toml:1:1
      |
    1 | usernameless = true
      | ^^^^^^^^^^^^
    help: write it below `[passkeys]`
    ");
    assert_snapshot!(errors("[codes]\nusernameless = true\ncolour = 'red'\n\n[post]\n"), @"
    error: unknown setting `codes.usernameless`
     --> poolhouse.toml:2:1
      |
    2 | usernameless = true
      | ^^^^^^^^^^^^
    help: `usernameless` belongs to `[passkeys]`

    error: unknown setting `codes.colour`
     --> poolhouse.toml:3:1
      |
    3 | colour = 'red'
      | ^^^^^^
    help: `[codes]` has `sign_in_digits`, `verification_digits`, `verification_minutes`, `cooldown_seconds`

    error: unknown table `post`
     --> poolhouse.toml:5:2
      |
    5 | [post]
      |  ^^^^
    help: there are `[codes]`, `[sessions]`, `[passkeys]`, `[mail]`, `[sms]`
    ");
}

#[test]
fn wrong_numbers() {
    assert_snapshot!(errors("[codes]\nverification_digits = 5\nsign_in_digits = 11\n"), @"
    error: codes.verification_digits: expected a whole number from 6 to 10, got 5
     --> poolhouse.toml:2:23
      |
    2 | verification_digits = 5
      |                       ^

    error: codes.sign_in_digits: expected a whole number from 6 to 10, got 11
     --> poolhouse.toml:3:18
      |
    3 | sign_in_digits = 11
      |                  ^^
    ");
    assert_snapshot!(errors("[sessions]\nminutes = '5m'\n"), @"
    error: sessions.minutes: expected a whole number from 3 to 15, got '5m'
     --> poolhouse.toml:2:11
      |
    2 | minutes = '5m'
      |           ^^^^
    ");
    for number in [
        "-1",
        "2",
        "16",
        "65539",
        "99999999999999999999",
        "5.0",
        "true",
        "[5]",
    ] {
        let text = errors(&format!("sessions.minutes = {number}"));
        let expected = format!("expected a whole number from 3 to 15, got {number}\n");
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn wrong_words() {
    assert_snapshot!(errors("[passkeys]\nalgorithms = ['ES256', 'Es384']\nfactor = 'MULTI_FACTOR'\nusernameless = 'no'\n"), @r#"
    error: passkeys.algorithms: expected one of "ES256", "EdDSA", "RS256", "ES384", "ES512", got 'Es384'
     --> poolhouse.toml:2:24
      |
    2 | algorithms = ['ES256', 'Es384']
      |                        ^^^^^^^
    help: did you mean "ES384"?

    error: passkeys.factor: expected one of "SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION", got 'MULTI_FACTOR'
     --> poolhouse.toml:3:10
      |
    3 | factor = 'MULTI_FACTOR'
      |          ^^^^^^^^^^^^^^
    help: did you mean "MULTI_FACTOR_WITH_USER_VERIFICATION"?

    error: passkeys.usernameless: expected true or false, got 'no'
     --> poolhouse.toml:4:16
      |
    4 | usernameless = 'no'
      |                ^^^^
    "#);
    assert_snapshot!(errors("[passkeys]\nalgorithms = []\norigins = ['https://a.example', 'https://a.example']\nrelated_origins = 'https://a.example'\n"), @"
    error: passkeys.algorithms: expected at least one algorithm, got []
     --> poolhouse.toml:2:14
      |
    2 | algorithms = []
      |              ^^

    error: passkeys.origins: expected each entry once, got 'https://a.example'
     --> poolhouse.toml:3:33
      |
    3 | origins = ['https://a.example', 'https://a.example']
      |                                 ^^^^^^^^^^^^^^^^^^^

    error: passkeys.related_origins: expected a list, got 'https://a.example'
     --> poolhouse.toml:4:19
      |
    4 | related_origins = 'https://a.example'
      |                   ^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn wrong_origins_and_apps() {
    assert_snapshot!(errors("[passkeys]\norigins = ['https://a.example', 'http://a.example']\nrelated_origins = ['https://*.a.example']\napple_apps = ['com.example.app']\n"), @r#"
    error: passkeys.origins: expected https, because http is only secure on this machine, got 'http://a.example'
     --> poolhouse.toml:2:33
      |
    2 | origins = ['https://a.example', 'http://a.example']
      |                                 ^^^^^^^^^^^^^^^^^^

    error: passkeys.related_origins: expected a whole origin, such as "https://example.de", got 'https://*.a.example'
     --> poolhouse.toml:3:20
      |
    3 | related_origins = ['https://*.a.example']
      |                    ^^^^^^^^^^^^^^^^^^^^^

    error: passkeys.apple_apps: expected a team id and a bundle id, such as "A1B2C3D4E5.com.example.app", got 'com.example.app'
     --> poolhouse.toml:4:15
      |
    4 | apple_apps = ['com.example.app']
      |               ^^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(errors("[passkeys]\nandroid_apps = [{ package = 'com.example.app', sha-256 = 'ab' }]\n"), @"
    error: passkeys.android_apps: expected a table with `package` and `sha256`, got `sha-256`
     --> poolhouse.toml:2:48
      |
    2 | android_apps = [{ package = 'com.example.app', sha-256 = 'ab' }]
      |                                                ^^^^^^^
    help: did you mean `sha256`?
    ");
    assert_snapshot!(errors("[passkeys]\nandroid_apps = [{ package = 'com.example.app' }]\n"), @"
    error: passkeys.android_apps: expected a table with `package` and `sha256`, got { package = 'com.example.app' }
     --> poolhouse.toml:2:17
      |
    2 | android_apps = [{ package = 'com.example.app' }]
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
    assert_snapshot!(errors("[[passkeys.android_apps]]\npackage = 'app'\nsha256 = 'ab'\n"), @r#"
    error: passkeys.android_apps: expected a package, such as "com.example.app", got 'app'
     --> poolhouse.toml:2:11
      |
    2 | package = 'app'
      |           ^^^^^
    "#);
    assert_snapshot!(errors("[[passkeys.android_apps]]\npackage = 'com.app'\nsha256 = 'ab'\n"), @"
    error: passkeys.android_apps: expected the SHA-256 of the signing certificate, 64 hexadecimal digits, got 'ab'
     --> poolhouse.toml:3:10
      |
    3 | sha256 = 'ab'
      |          ^^^^
    ");
}

#[test]
fn what_is_not_a_table() {
    assert_snapshot!(errors("codes = 6\n[[sessions]]\nminutes = 5\n"), @"
    error: codes: expected a table, got 6
     --> poolhouse.toml:1:1
      |
    1 | codes = 6
      | ^^^^^
    help: `[codes]` has `sign_in_digits`, `verification_digits`, `verification_minutes`, `cooldown_seconds`

    error: sessions: expected a table, got [[sessions]]
     --> poolhouse.toml:2:3
      |
    2 | [[sessions]]
      |   ^^^^^^^^
    help: `[sessions]` has `minutes`
    ");
}

#[test]
fn what_is_not_toml() {
    assert_snapshot!(errors("[codes]\nsign_in_digits = six\n"), @"
    error: poolhouse.toml is not TOML: string values must be quoted, expected literal string
     --> poolhouse.toml:2:18
      |
    2 | sign_in_digits = six
      |                  ^^^
    ");
    assert_snapshot!(errors("[codes]\nsign_in_digits = 6\nsign_in_digits = 7\n"), @"
    error: poolhouse.toml is not TOML: duplicate key
     --> poolhouse.toml:3:1
      |
    3 | sign_in_digits = 7
      | ^^^^^^^^^^^^^^
    ");
    assert_snapshot!(errors("[passkeys]\norigins = ['https://ä.example'\n"), @"
    error: poolhouse.toml is not TOML: unclosed array, expected `]`
     --> poolhouse.toml:2:31
      |
    2 | origins = ['https://ä.example'
      |                               ^
    ");
}

#[test]
fn settings_of_passkeys_want_passkeys() {
    let project = Project::props("{ loginWith: { email: { otpLogin: true } } }")
        .file("poolhouse.toml", "[passkeys]\nusernameless = true\n");
    assert_snapshot!(project.warnings(), @"
    warning: [passkeys] has no effect: the definition has no passkeys
     --> poolhouse.toml:1:2
      |
    1 | [passkeys]
      |  ^^^^^^^^
    help: write `loginWith: { webAuthn: true }`, or remove the table
    ");
}

#[test]
fn a_file_that_cannot_be_read_is_not_passed_over() {
    struct Unreadable(Project);
    impl Files for Unreadable {
        fn read(&self, path: &str) -> Result<String, FileError> {
            match path {
                "poolhouse.toml" => Err(FileError::Outside),
                other => Files::read(&self.0, other),
            }
        }
    }
    let files = std::sync::Arc::new(Unreadable(Project::props(PASSKEYS)));
    let errors = evaluate(
        files,
        &std::collections::BTreeMap::new(),
        &Deployment::Sandbox,
    );
    assert_snapshot!(diagnostic::render(&errors.unwrap_err(), false), @"
    error: poolhouse.toml: it lies outside of the project folder
    ");
}

#[test]
fn mails_have_a_sender_and_are_sent_by_some() {
    let from = |pool: &mut PoolConfig, name: Option<&str>| {
        pool.email_sender = Some(EmailSender {
            address: "login@example.com".to_owned(),
            name: name.map(str::to_owned),
            reply_to: None,
        });
    };
    changes("mail.from = \"login@example.com\"", |pool| from(pool, None));
    changes("mail.from = 'Ann <Ö> <login@example.com>'", |pool| {
        from(pool, Some("Ann <Ö>"));
    });
    let settings = "\
[mail]
from = \"Acme <login@example.com>\"
senders = [
  { kind = \"smtp\", host = \"a.example.com\" },
  { kind = \"smtp\", host = \"localhost\", tls = \"none\", connections = 1 },
  { kind = \"smtp\", host = \"c.example.com\", tls = \"implicit\", username = \"me\", password_env = \"P\" },
  { kind = \"smtp\", host = \"d.example.com\", port = 2525, username = \"me\", password_file = \"p\", ca_file = \"c\" },
]";
    changes(settings, |pool| {
        from(pool, Some("Acme"));
        let server = |host: &str, tls, port| SmtpConfig {
            host: host.to_owned(),
            port,
            tls,
            login: None,
            authorities: None,
            connections: 8,
        };
        let login = |password| {
            Some(SmtpLogin {
                username: "me".to_owned(),
                password,
            })
        };
        let servers = [
            server("a.example.com", SmtpTls::Starttls, 587),
            SmtpConfig {
                connections: 1,
                ..server("localhost", SmtpTls::None, 25)
            },
            SmtpConfig {
                login: login(SecretPlace::Environment("P".to_owned())),
                ..server("c.example.com", SmtpTls::Implicit, 465)
            },
            SmtpConfig {
                login: login(SecretPlace::File("p".to_owned())),
                authorities: Some("c".to_owned()),
                ..server("d.example.com", SmtpTls::Starttls, 2525)
            },
        ];
        pool.delivery.mail = servers.map(MailSender::Smtp).into();
    });
}

#[test]
fn mails_and_texts_go_by_other_peoples_apis() {
    let place = |name: &str| SecretPlace::Environment(name.to_owned());
    let aws = |endpoint: Option<&str>| AwsConfig {
        region: "eu-west-1".to_owned(),
        access_key_id: "AKID".to_owned(),
        secret_access_key: place("K"),
        endpoint: endpoint.map(str::to_owned),
    };
    let local = "http://127.0.0.1:8080";
    let settings = format!(
        "mail.from = \"login@example.com\"
[[mail.senders]]
kind = \"ses\"
region = \"eu-west-1\"
access_key_id = \"AKID\"
secret_access_key_env = \"K\"
[[mail.senders]]
kind = \"resend\"
api_key_env = \"R\"
[[mail.senders]]
kind = \"postmark\"
server_token_file = \"p\"
endpoint = \"{local}\"
[[mail.senders]]
kind = \"webhook\"
url = \"https://hooks.example.com/mail?x=y\"
secret_env = \"W\""
    );
    changes(&settings, |pool| {
        pool.email_sender = Some(EmailSender::parse("login@example.com"));
        pool.delivery.mail = vec![
            MailSender::Ses(aws(None)),
            MailSender::Resend(ApiConfig {
                key: place("R"),
                endpoint: None,
            }),
            MailSender::Postmark(ApiConfig {
                key: SecretPlace::File("p".to_owned()),
                endpoint: Some(local.to_owned()),
            }),
            MailSender::Webhook(WebhookConfig {
                url: "https://hooks.example.com/mail?x=y".to_owned(),
                secret: place("W"),
            }),
        ];
    });
    let settings = format!(
        "[sms]
domain = \"login.example.com\"
senders = [
  {{ kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\", from = \"+12065550100\" }},
  {{ kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\", messaging_service_sid = \"MG1\", endpoint = \"{local}\" }},
  {{ kind = \"sns\", region = \"eu-west-1\", access_key_id = \"AKID\", secret_access_key_env = \"K\", sender_id = \"ACME\", endpoint = \"{local}\" }},
  {{ kind = \"webhook\", url = \"http://localhost/sms\", secret_env = \"W\" }},
]"
    );
    changes(&settings, |pool| {
        let twilio = |sender, endpoint: Option<&str>| {
            SmsSender::Twilio(TwilioConfig {
                account_sid: "AC1".to_owned(),
                auth_token: place("T"),
                sender,
                endpoint: endpoint.map(str::to_owned),
            })
        };
        pool.delivery.sms_domain = Some("login.example.com".to_owned());
        pool.delivery.sms = vec![
            twilio(TwilioSender::From("+12065550100".to_owned()), None),
            twilio(
                TwilioSender::MessagingService("MG1".to_owned()),
                Some(local),
            ),
            SmsSender::Sns(SnsConfig {
                aws: aws(Some(local)),
                sender_id: Some("ACME".to_owned()),
            }),
            SmsSender::Webhook(WebhookConfig {
                url: "http://localhost/sms".to_owned(),
                secret: place("W"),
            }),
        ];
    });
}

#[test]
fn wrong_apis_are_told() {
    for (members, message) in [
        (
            "kind = \"sns\", region = \"EU\", access_key_id = \"A\", secret_access_key_env = \"K\"",
            "expected a region",
        ),
        (
            "kind = \"sns\", region = \"eu\", access_key_id = \"A\"",
            "`secret_access_key_file` or `secret_access_key_env` is missing",
        ),
        (
            "kind = \"sns\", region = \"eu\", access_key_id = \"A\", secret_access_key_env = \"K\", sender_id = \"far too long a name\"",
            "expected a name of 1 to 11",
        ),
        (
            "kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\"",
            "`from` or `messaging_service_sid` is missing",
        ),
        (
            "kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\", from = \"a\", messaging_service_sid = \"b\"",
            "expected `from` or this, not both",
        ),
        (
            "kind = \"twilio\", account_sid = \"../x\", auth_token_env = \"T\", from = \"a\"",
            "expected an account SID",
        ),
        (
            "kind = \"twilio\", account_sid = \"AC1\", auth_token = \"T\", from = \"a\"",
            "`auth_token` would stand here in clear",
        ),
        (
            "kind = \"webhook\", url = \"http://example.com\", secret_env = \"W\"",
            "expected a URL with https",
        ),
        (
            "kind = \"webhook\", url = \"http://localhost.example.com\", secret_env = \"W\"",
            "expected a URL with https",
        ),
        (
            "kind = \"webhook\", url = \"https://user@example.com\", secret_env = \"W\"",
            "expected a URL with https",
        ),
        (
            "kind = \"webhook\", url = \"https://example.com\"",
            "`secret_file` or `secret_env` is missing",
        ),
        ("kind = \"ses\"", "expected one of"),
    ] {
        let told = errors(&format!("sms.senders = [{{ {members} }}]"));
        assert!(told.contains(message), "{members}: {told}");
    }
    let told = errors("sms.domain = \"https://example.com\"");
    assert!(told.contains("expected a domain"), "{told}");
    changes("sms.domain = \"\"", |pool| {
        pool.delivery.sms_domain = Some(String::new())
    });
}

#[test]
fn the_definitions_sender_stays_where_nothing_else_is_said() {
    let props = "{ loginWith: { email: true }, senders: { email: { \
                 fromEmail: 'a@example.com', fromName: 'Ann', replyTo: 'b@example.com' } } }";
    let with = |settings: &str| {
        let project = Project::props(props).file("poolhouse.toml", settings);
        project.read().pool.email_sender.unwrap()
    };
    let sender = |address: &str, name: Option<&str>, reply_to: &str| EmailSender {
        address: address.to_owned(),
        name: name.map(str::to_owned),
        reply_to: Some(reply_to.to_owned()),
    };
    let local = "mail.senders = [{ kind = \"smtp\", host = \"localhost\", tls = \"none\" }]";
    let as_defined = sender("a@example.com", Some("Ann"), "b@example.com");
    assert_eq!(with(local), as_defined);
    let answers = "mail.reply_to = \"c@example.com\"";
    assert_eq!(
        with(answers),
        sender("a@example.com", Some("Ann"), "c@example.com")
    );
    let from = "mail.from = \"d@example.com\"";
    assert_eq!(with(from), sender("d@example.com", None, "b@example.com"));
}

#[test]
fn wrong_senders_are_told() {
    let sender = |members: &str| {
        errors(&format!(
            "mail.from = \"a@example.com\"\nmail.senders = [{{ {members} }}]"
        ))
    };
    for (members, message, help) in [
        ("host = \"h\"", "`kind` is missing", ""),
        (
            "kind = \"smpt\"",
            "expected one of",
            "did you mean \"smtp\"?",
        ),
        ("kind = \"smtp\"", "`host` is missing", ""),
        (
            "kind = \"smtp\", host = \"h\", prot = 25",
            "unknown member `prot`",
            "did you mean `port`?",
        ),
        (
            "kind = \"smtp\", host = \"h\", password = \"x\"",
            "`password` would stand here in clear",
            "write `password_file`",
        ),
        (
            "kind = \"smtp\", host = \"h\", username = \"x\"",
            "expected `password_file` or `password_env` beside it",
            "",
        ),
        (
            "kind = \"smtp\", host = \"h\", password_env = \"x\"",
            "there is a password but no `username`",
            "",
        ),
        (
            "kind = \"smtp\", host = \"h\", username = \"x\", password_env = \"x\", password_file = \"x\"",
            "expected `password_file` or this, not both",
            "",
        ),
        (
            "kind = \"smtp\", host = \"mail.example.com\", tls = \"none\"",
            "expected this machine, since tls = \"none\"",
            "",
        ),
        (
            "kind = \"smtp\", host = \"a b\"",
            "expected the name of a host",
            "",
        ),
        (
            "kind = \"smtp\", host = \"h\", connections = 0",
            "expected a whole number from 1 to 100",
            "",
        ),
    ] {
        let told = sender(members);
        assert!(
            told.contains(message) && told.contains(help),
            "{members}: {told}"
        );
        assert!(told.contains("poolhouse.toml:2:"), "{told}");
    }
    for (settings, message) in [
        (
            "mail.senders = [{ kind = \"smtp\", host = \"h\" }]",
            "expected `mail.from` beside it",
        ),
        (
            "mail.reply_to = \"a@example.com\"",
            "expected `mail.from` beside it",
        ),
        ("mail.from = \"Ann\"", "expected an address"),
        (
            "mail.from = \"a@example.com\\nBcc: b@example.com\"",
            "expected an address",
        ),
        ("mail.sender = []", "did you mean `senders`?"),
    ] {
        let told = errors(settings);
        assert!(told.contains(message), "{settings}: {told}");
    }
}
