//! `poolhouse.toml`: what each setting changes, and how a wrong one is refused.

use std::time::Duration;

use insta::assert_snapshot;
use poolhouse_define_auth::project::{FileError, Files};
use poolhouse_define_auth::report::Report;
use poolhouse_define_auth::{Deployment, diagnostic, evaluate};
use poolhouse_domain::budget::{BudgetPolicy, Countries};
use poolhouse_domain::message::LinkPage;
use poolhouse_domain::passkey::{AndroidApp, FactorConfiguration, PasskeyAlgorithm};
use poolhouse_domain::pool::PoolConfig;

use crate::project::Project;

const PASSKEYS: &str = "{ loginWith: { email: { otpLogin: true }, webAuthn: true } }";

pub(crate) fn project(settings: &str) -> Project {
    Project::props(PASSKEYS).file("poolhouse.toml", settings)
}

pub(crate) fn errors(settings: &str) -> String {
    project(settings).errors()
}

/// The pool with `settings` is the pool without, changed by `change`; so nothing else differs.
pub(crate) fn changes(settings: &str, change: impl FnOnce(&mut PoolConfig)) {
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
fn a_link_leads_to_a_page_of_the_app() {
    changes("messages.link = 'https://app.example.com/in'", |pool| {
        let page = LinkPage::parse("https://app.example.com/in").unwrap();
        pool.messages.link = Some(page);
        pool.messages.sign_in_email.body = "Your sign-in code is {####}\n\nOr sign in without \
             typing it, in the browser where you asked for it:\n\n{##Sign in##}"
            .to_owned();
    });
    let told = errors("messages.link = 'http://app.example.com/'");
    assert!(
        told.contains("with https, or with http on this machine"),
        "{told}"
    );
    let told = errors("messages.links = 'https://app.example.com/'");
    assert!(told.contains("did you mean `link`?"), "{told}");
}

#[test]
fn a_link_that_the_definitions_words_have_no_place_for_is_told() {
    let project = |body: &str| {
        let text = format!("pool.addPropertyOverride('EmailAuthenticationMessage', '{body}');");
        let project = Project::props(PASSKEYS).backend(&text);
        let settings = "messages.link = 'https://app.example.com/'";
        project.file("poolhouse.toml", settings).read()
    };
    let warnings = project("Code {####}").warnings;
    assert_snapshot!(warnings[0].render(false), @"
    warning: `messages.link` has no effect: no mail that signs in has a place for it
     --> poolhouse.toml:1:17
      |
    1 | messages.link = 'https://app.example.com/'
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: write `{##Sign in##}` where it goes, with words of yours
    ");
    assert!(project("Code {####} {##Go##}").warnings.is_empty());
}

type Limit = fn(&mut BudgetPolicy) -> &mut Option<u32>;

#[test]
fn budgets() {
    assert_eq!(
        project("").read().pool.budgets,
        BudgetPolicy::in_production()
    );
    let limits: [(&str, Limit); 9] = [
        ("address_per_hour", |budgets| &mut budgets.address.per_hour),
        ("address_per_day", |budgets| &mut budgets.address.per_day),
        ("account_per_hour", |budgets| &mut budgets.account.per_hour),
        ("account_per_day", |budgets| &mut budgets.account.per_day),
        ("ip_per_hour", |budgets| &mut budgets.ip.per_hour),
        ("ip_per_day", |budgets| &mut budgets.ip.per_day),
        ("prefix_per_hour", |budgets| &mut budgets.prefix.per_hour),
        ("prefix_per_day", |budgets| &mut budgets.prefix.per_day),
        ("texts_per_day", |budgets| &mut budgets.texts.per_day),
    ];
    for (name, limit) in limits {
        changes(&format!("budgets.{name} = 70_000"), |pool| {
            *limit(&mut pool.budgets) = Some(70_000);
        });
        changes(&format!("budgets.{name} = 0"), |pool| {
            *limit(&mut pool.budgets) = None;
        });
    }
    assert_snapshot!(errors("[budgets]\nadress_per_hour = 5\ntexts_per_day = -1\n"), @"
    error: unknown setting `budgets.adress_per_hour`
     --> poolhouse.toml:2:1
      |
    2 | adress_per_hour = 5
      | ^^^^^^^^^^^^^^^
    help: did you mean `address_per_hour`?

    error: budgets.texts_per_day: expected a whole number from 0 to 10000000, got -1
     --> poolhouse.toml:3:17
      |
    3 | texts_per_day = -1
      |                 ^^
    ");
}

#[test]
fn where_messages_go() {
    changes("sms.countries = ['DE', 'AT']", |pool| {
        let countries = ["DE", "AT"].map(str::to_owned).to_vec();
        pool.budgets.countries = Some(Countries::Only(countries));
    });
    changes("sms.countries = ['any']", |pool| {
        pool.budgets.countries = Some(Countries::Any);
    });
    changes("mail.refused_domains_file = 'disposable.txt'", |pool| {
        pool.budgets.refused_domains_file = Some("disposable.txt".to_owned());
    });
    for (wrong, told) in [
        (
            "sms.countries = []",
            "expected at least one country, or [\"any\"], got []",
        ),
        (
            "sms.countries = ['DE', 'any']",
            "expected countries, or [\"any\"], got",
        ),
        (
            "sms.countries = ['de']",
            "expected a country in two letters (ISO 3166-1), such as \"DE\", got 'de'",
        ),
        (
            "sms.countries = ['ZZ']",
            "expected a country in two letters",
        ),
        (
            "sms.countries = ['DE', 'DE']",
            "expected each entry once, got 'DE'",
        ),
        ("sms.countries = 'DE'", "expected a list, got 'DE'"),
        ("mail.refused_domains_file = ''", "expected a path, got ''"),
    ] {
        let errors = errors(wrong);
        assert!(errors.contains(told), "{wrong}: {errors}");
    }
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
    help: there are `[codes]`, `[sessions]`, `[passkeys]`, `[messages]`, `[mail]`, `[sms]`, `[budgets]`
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
        fn list(&self, _: &str) -> Result<Vec<String>, FileError> {
            Err(FileError::Missing)
        }

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
