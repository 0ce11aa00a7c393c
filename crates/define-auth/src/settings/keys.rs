//! Every setting of a pool: its table, its name, what it takes and what it changes.
//!
//! `docs/settings.md` and `docs/poolhouse.schema.json` say the same to people and to editors; a test
//! holds them against this list.

use std::time::Duration;

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::message::LinkPage;
use poolhouse_domain::passkey::{AndroidApp, FactorConfiguration, PasskeyAlgorithm};
use poolhouse_domain::pool::PoolConfig;
use poolhouse_webauthn::AllowedOrigin;

use super::{Key, Table, Value, Wrong};
use super::{budgets, senders};
use crate::project::normalize;

/// The table of what only a pool with passkeys has.
pub(super) const PASSKEYS: &str = "passkeys";

/// The table of how many messages go out.
pub(super) const BUDGETS: &str = "budgets";

pub(super) const TABLES: &[Table<PoolConfig>] = &[
    Table {
        name: "codes",
        keys: CODES,
    },
    Table {
        name: "sessions",
        keys: SESSIONS,
    },
    Table {
        name: PASSKEYS,
        keys: OF_PASSKEYS,
    },
    Table {
        name: "messages",
        keys: MESSAGES,
    },
    Table {
        name: "mail",
        keys: senders::MAIL,
    },
    Table {
        name: "sms",
        keys: senders::SMS,
    },
    Table {
        name: BUDGETS,
        keys: budgets::BUDGETS,
    },
];

const CODES: &[Key<PoolConfig>] = &[
    Key {
        name: "sign_in_digits",
        set: |pool, value| {
            pool.codes.sign_in_digits = value.whole(6..=10)?.into();
            Ok(())
        },
    },
    Key {
        name: "verification_digits",
        set: |pool, value| {
            pool.codes.verification_digits = value.whole(6..=10)?.into();
            Ok(())
        },
    },
    Key {
        name: "verification_minutes",
        // A day is Cognito's own; longer would be weaker than what people had. Three minutes are the
        // longest cooldown: a code that ends before it would leave people without any.
        set: |pool, value| {
            pool.codes.verification_validity = value.minutes(3..=1440)?;
            Ok(())
        },
    },
    Key {
        name: "cooldown_seconds",
        // As long as the shortest-lived code: past that the one on its way is of no use any more.
        set: |pool, value| {
            pool.codes.cooldown = Duration::from_secs(value.whole(0..=180)?.into());
            Ok(())
        },
    },
];

const SESSIONS: &[Key<PoolConfig>] = &[Key {
    name: "minutes",
    set: |pool, value| {
        let minutes = value.minutes(3..=15)?;
        let mut clients = pool.clients.iter_mut();
        if let Some(client) = clients.find(|client| client.name == ClientConfig::DEFAULT_NAME) {
            client.auth_session_validity = minutes;
        }
        Ok(())
    },
}];

const MESSAGES: &[Key<PoolConfig>] = &[
    Key {
        name: "link",
        set: |pool, value| {
            let page = LinkPage::parse(value.text(PAGE, |_| true)?);
            pool.messages
                .link_to(page.ok_or_else(|| value.wrong(PAGE))?);
            Ok(())
        },
    },
    Key {
        name: "templates",
        set: |pool, value| {
            let is_fit = |path: &str| !path.is_empty() && normalize(path).as_deref() == Some(path);
            let folder = value.text("a folder of the app's, such as \"templates\"", is_fit)?;
            pool.messages.templates = Some(folder.to_owned());
            Ok(())
        },
    },
];

const PAGE: &str = "a page of the app with https, or with http on this machine, without `?` and `#`, such as \"https://app.example.com/sign-in\"";

const OF_PASSKEYS: &[Key<PoolConfig>] = &[
    Key {
        name: "usernameless",
        set: |pool, value| {
            pool.passkeys.usernameless = value.switch()?;
            Ok(())
        },
    },
    Key {
        name: "step_up_minutes",
        set: |pool, value| {
            pool.passkeys.step_up = Some(value.minutes(1..=1440)?);
            Ok(())
        },
    },
    Key {
        name: "factor",
        set: |pool, value| {
            pool.passkeys.factor = value.word(FACTORS)?;
            Ok(())
        },
    },
    Key {
        name: "algorithms",
        set: |pool, value| {
            let algorithms = value.list(|algorithm| algorithm.word(ALGORITHMS))?;
            if algorithms.is_empty() {
                return Err(value.wrong("at least one algorithm"));
            }
            pool.passkeys.algorithms = algorithms;
            Ok(())
        },
    },
    Key {
        name: "origins",
        set: |pool, value| {
            pool.passkeys.extra_origins = value.list(origin)?;
            Ok(())
        },
    },
    Key {
        name: "related_origins",
        set: |pool, value| {
            pool.passkeys.related_origins = value.list(related_origin)?;
            Ok(())
        },
    },
    Key {
        name: "android_apps",
        set: |pool, value| {
            pool.passkeys.android_apps = value.list(android_app)?;
            Ok(())
        },
    },
    Key {
        name: "apple_apps",
        set: |pool, value| {
            pool.passkeys.apple_apps = value.list(apple_app)?;
            Ok(())
        },
    },
];

const FACTORS: &[(&str, FactorConfiguration)] = &[
    ("SINGLE_FACTOR", FactorConfiguration::SingleFactor),
    (
        "MULTI_FACTOR_WITH_USER_VERIFICATION",
        FactorConfiguration::MultiFactorWithUserVerification,
    ),
];

const ALGORITHMS: &[(&str, PasskeyAlgorithm)] = &[
    ("ES256", PasskeyAlgorithm::Es256),
    ("EdDSA", PasskeyAlgorithm::EdDsa),
    ("RS256", PasskeyAlgorithm::Rs256),
    ("ES384", PasskeyAlgorithm::Es384),
    ("ES512", PasskeyAlgorithm::Es512),
];

fn origin(value: Value<'_>) -> Result<String, Wrong> {
    let text = value.text("an origin, such as \"https://app.example.com\"", |_| true)?;
    AllowedOrigin::parse(text).map_err(|fault| value.wrong(fault.expected()))?;
    Ok(text.to_owned())
}

/// Browsers read these at `/.well-known/webauthn`, where a pattern means nothing to them.
fn related_origin(value: Value<'_>) -> Result<String, Wrong> {
    let is_fit = |text: &str| text.starts_with("https://") && !text.contains('*');
    value.text("a whole origin, such as \"https://example.de\"", is_fit)?;
    origin(value)
}

fn android_app(value: Value<'_>) -> Result<AndroidApp, Wrong> {
    let [package, certificate] = value.members(["package", "sha256"])?;
    let package = package.text("a package, such as \"com.example.app\"", |text| {
        text.contains('.') && text.split('.').all(is_package_segment)
    })?;
    let fingerprint = "the SHA-256 of the signing certificate, 64 hexadecimal digits";
    let text = certificate.text(fingerprint, |_| true)?;
    Ok(AndroidApp {
        package: package.to_owned(),
        certificate: sha256(text).ok_or_else(|| certificate.wrong(fingerprint))?,
    })
}

/// <https://developer.android.com/build/configure-app-module#set-application-id>
fn is_package_segment(segment: &str) -> bool {
    segment.starts_with(|first: char| first.is_ascii_alphabetic())
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A hash in hexadecimal, also with colons between the bytes, as `keytool` prints it.
fn sha256(text: &str) -> Option<[u8; 32]> {
    let digits: String = text.chars().filter(|digit| *digit != ':').collect();
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().enumerate() {
        let pair = digits.get(2 * index..2 * index + 2)?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(hash)
}

fn apple_app(value: Value<'_>) -> Result<String, Wrong> {
    let is_team = |team: &str| {
        team.len() == 10
            && team
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let is_bundle = |bundle: &str| {
        !bundle.is_empty()
            && bundle
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    let text = value.text(
        "a team id and a bundle id, such as \"A1B2C3D4E5.com.example.app\"",
        |text| {
            text.split_once('.')
                .is_some_and(|(team, bundle)| is_team(team) && is_bundle(bundle))
        },
    )?;
    Ok(text.to_owned())
}
