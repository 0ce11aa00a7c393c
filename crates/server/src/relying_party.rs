//! Who the pool is to authenticators, and what it asks of them: its configuration made ready for
//! the verifier (WebAuthn Level 3 §4, "Relying Party").

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::passkey::{FactorConfiguration, PasskeyAlgorithm};
use poolhouse_domain::pool::{FirstFactor, PoolConfig};
use poolhouse_webauthn::{Algorithm, AllowedOrigin, CrossOrigin, Expectations, UserVerification};
use serde_json::{Value, json};

use crate::awsjson::error::ApiError;

/// A pool's relying party.
pub(crate) struct RelyingParty {
    /// The domain that passkeys are bound to.
    pub(crate) id: String,
    pub(crate) user_verification: UserVerification,
    pub(crate) algorithms: Vec<Algorithm>,
    origins: Vec<AllowedOrigin>,
}

impl RelyingParty {
    /// The relying party of a pool that has passkeys and says who it is.
    ///
    /// # Errors
    /// [`ApiError::Internal`] if an origin is none: it names it.
    pub(crate) fn of(config: &PoolConfig) -> Result<Option<Self>, ApiError> {
        let Some(party) = config
            .relying_party
            .as_ref()
            .filter(|_| config.allows(FirstFactor::WebAuthn))
        else {
            return Ok(None);
        };
        let passkeys = &config.passkeys;
        let two_factors = FactorConfiguration::MultiFactorWithUserVerification;
        let required = party.user_verification_required || passkeys.factor == two_factors;
        let own = [
            format!("https://{}", party.id),
            format!("https://*.{}", party.id),
        ];
        let apps = passkeys.android_apps.iter().map(|app| {
            let hash = URL_SAFE_NO_PAD.encode(app.certificate);
            format!("android:apk-key-hash:{hash}")
        });
        let others = passkeys
            .extra_origins
            .iter()
            .chain(&passkeys.related_origins);
        let origins = own.into_iter().chain(others.cloned()).chain(apps);
        Ok(Some(Self {
            id: party.id.clone(),
            user_verification: if required {
                UserVerification::Required
            } else {
                UserVerification::Preferred
            },
            algorithms: passkeys.algorithms.iter().copied().map(algorithm).collect(),
            origins: origins
                .map(|origin| AllowedOrigin::parse(&origin))
                .collect::<Result<_, _>>()
                .map_err(ApiError::internal)?,
        }))
    }

    /// What a ceremony with this challenge must fit.
    pub(crate) fn expectations<'a>(&'a self, challenge: &'a [u8]) -> Expectations<'a> {
        Expectations {
            challenge,
            rp_id: &self.id,
            origins: &self.origins,
            cross_origin: CrossOrigin::Refused,
            user_verification: self.user_verification,
        }
    }
}

/// A document at a well-known path of the relying party's domain.
#[derive(Clone, Copy)]
pub(crate) enum Association {
    /// `webauthn`: origins that may use its passkeys (WebAuthn Level 3 §5.11.1).
    RelatedOrigins,
    /// `apple-app-site-association`: apps (Apple, "Supporting associated domains").
    AppleApps,
    /// `assetlinks.json`: apps (Google, "Configure Digital Asset Links").
    AndroidApps,
}

impl Association {
    /// The document of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "webauthn" => Some(Self::RelatedOrigins),
            "apple-app-site-association" => Some(Self::AppleApps),
            "assetlinks.json" => Some(Self::AndroidApps),
            _ => None,
        }
    }

    /// The document for the pools of one domain; nothing if they name nobody.
    pub(crate) fn document<'a>(self, pools: impl Iterator<Item = &'a PoolConfig>) -> Option<Value> {
        let named: BTreeSet<String> = pools.flat_map(|pool| self.names(pool)).collect();
        if named.is_empty() {
            return None;
        }
        Some(match self {
            Self::RelatedOrigins => json!({ "origins": named }),
            Self::AppleApps => json!({ "webcredentials": { "apps": named } }),
            Self::AndroidApps => named.iter().map(|app| asset_link(app)).collect(),
        })
    }

    fn names(self, pool: &PoolConfig) -> Vec<String> {
        let passkeys = &pool.passkeys;
        match self {
            Self::RelatedOrigins => passkeys.related_origins.clone(),
            Self::AppleApps => passkeys.apple_apps.clone(),
            Self::AndroidApps => {
                let apps = passkeys.android_apps.iter();
                apps.map(|app| format!("{} {}", app.package, fingerprint(&app.certificate)))
                    .collect()
            }
        }
    }
}

/// The statement for `<package> <fingerprint>`.
fn asset_link(app: &str) -> Value {
    let (package, fingerprint) = app.split_once(' ').unwrap_or((app, ""));
    json!({
        "relation": [
            "delegate_permission/common.handle_all_urls",
            "delegate_permission/common.get_login_creds",
        ],
        "target": {
            "namespace": "android_app",
            "package_name": package,
            "sha256_cert_fingerprints": [fingerprint],
        },
    })
}

/// `14:6D:E9:...`, as Android's tools write it.
fn fingerprint(certificate: &[u8; 32]) -> String {
    let bytes: Vec<_> = certificate
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    bytes.join(":")
}

const fn algorithm(configured: PasskeyAlgorithm) -> Algorithm {
    match configured {
        PasskeyAlgorithm::Es256 => Algorithm::Es256,
        PasskeyAlgorithm::EdDsa => Algorithm::EdDsa,
        PasskeyAlgorithm::Rs256 => Algorithm::Rs256,
        PasskeyAlgorithm::Es384 => Algorithm::Es384,
        PasskeyAlgorithm::Es512 => Algorithm::Es512,
    }
}
