//! Passkeys: what is kept of one, who may use one, and what a pool asks of them.
//!
//! The ceremonies themselves (WebAuthn Level 3 §7) belong to `crates/webauthn`, which knows no pools.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::mfa::MfaSettings;
use crate::pool::{FirstFactor, Mfa};
use crate::{ClientId, Sub, Timestamp};

/// How many passkeys a user may have (Cognito's quota).
pub const MAX_PASSKEYS: usize = 20;

/// How long a registration may take: WebAuthn Level 3 §5.4 recommends 300 to 600 seconds.
pub const REGISTRATION_VALIDITY: Duration = Duration::from_mins(5);

/// The user name that asks for a sign-in without one, where the pool allows it.
pub const USERNAMELESS: &str = "~passkey";

/// `authenticatorAttachment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attachment {
    /// Built into the device.
    Platform,
    /// Carried from device to device.
    CrossPlatform,
}

impl Attachment {
    /// WebAuthn's word, on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::CrossPlatform => "cross-platform",
        }
    }

    /// The attachment of that name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Platform, Self::CrossPlatform]
            .into_iter()
            .find(|attachment| attachment.as_str() == word)
    }
}

/// A passkey on record (WebAuthn Level 3 §4, "credential record").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// 1 to 1023 bytes, unique in the pool over all users.
    pub credential_id: Vec<u8>,
    /// Whose it is.
    pub sub: Sub,
    /// The `COSE_Key`, as the authenticator wrote it.
    pub public_key: Vec<u8>,
    /// The newest signature counter; 0 for authenticators without one.
    pub sign_count: u32,
    /// Whether the person was verified when it was made.
    pub uv_initialized: bool,
    /// Whether it can be synced; never changes.
    pub backup_eligible: bool,
    /// Whether it was synced when it was last used.
    pub backup_state: bool,
    /// How its authenticator can be reached, as the client said.
    pub transports: Vec<String>,
    /// Where its authenticator is, if the client said.
    pub attachment: Option<Attachment>,
    /// The model of the authenticator, as it says itself.
    pub aaguid: [u8; 16],
    /// What people call it (`FriendlyCredentialName`).
    pub name: String,
    /// The relying party that it is bound to.
    pub relying_party_id: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Option<Timestamp>,
}

/// A registration that has begun: what its answer must fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRegistration {
    /// Who registers.
    pub sub: Sub,
    /// Through which client.
    pub client_id: ClientId,
    /// The challenge that was given out.
    pub challenge: [u8; 32],
    /// The relying party that stood in the options.
    pub relying_party_id: String,
    /// The first moment at which it is too late.
    pub expires_at: Timestamp,
}

/// A signature algorithm of passkeys (IANA COSE Algorithms).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PasskeyAlgorithm {
    /// ECDSA on P-256 (-7).
    Es256,
    /// Ed25519 (-8).
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (-257).
    Rs256,
    /// ECDSA on P-384 (-35).
    Es384,
    /// ECDSA on P-521 (-36).
    Es512,
}

/// Whether a passkey is one factor, or two at once (`FactorConfiguration`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FactorConfiguration {
    /// One: who needs a second factor cannot sign in with a passkey.
    #[default]
    SingleFactor,
    /// Two: the authenticator, and the person's proof to it, which is then required.
    MultiFactorWithUserVerification,
}

/// An Android app that shares the pool's passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AndroidApp {
    /// `com.example.app`.
    pub package: String,
    /// The SHA-256 of its signing certificate.
    pub certificate: [u8; 32],
}

/// What a pool asks of passkeys beyond its relying party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyConfig {
    /// `pubKeyCredParams`, the most wanted first.
    pub algorithms: Vec<PasskeyAlgorithm>,
    /// Origins beside the relying party's own, in the notation of `poolhouse_webauthn::AllowedOrigin`.
    pub extra_origins: Vec<String>,
    /// Origins of other domains that share the relying party's passkeys: allowed, and named at
    /// `/.well-known/webauthn` (WebAuthn Level 3 §5.11).
    pub related_origins: Vec<String>,
    /// Apps: allowed as origins, and named at `/.well-known/assetlinks.json`.
    pub android_apps: Vec<AndroidApp>,
    /// Apps, `<team id>.<bundle id>`: named at `/.well-known/apple-app-site-association`.
    pub apple_apps: Vec<String>,
    /// Who adds a passkey must have signed in within this time.
    pub step_up: Option<Duration>,
    /// Whether people may sign in without a user name, as [`USERNAMELESS`].
    pub usernameless: bool,
    /// One factor or two.
    pub factor: FactorConfiguration,
}

impl Default for PasskeyConfig {
    /// The algorithms that every client has, and nothing that Cognito lacks.
    fn default() -> Self {
        Self {
            algorithms: vec![
                PasskeyAlgorithm::Es256,
                PasskeyAlgorithm::EdDsa,
                PasskeyAlgorithm::Rs256,
            ],
            extra_origins: Vec::new(),
            related_origins: Vec::new(),
            android_apps: Vec::new(),
            apple_apps: Vec::new(),
            step_up: None,
            usernameless: false,
            factor: FactorConfiguration::default(),
        }
    }
}

/// Whether a first factor is offered to somebody (developer guide, "MFA with passwordless"): who
/// must or wants to show a second factor can begin only with one that a second factor follows, or
/// with a passkey that is two factors, where the pool and they themselves want that.
pub fn is_offered(
    factor: FirstFactor,
    pool: Mfa,
    user: &MfaSettings,
    passkeys: FactorConfiguration,
) -> bool {
    let two = FactorConfiguration::MultiFactorWithUserVerification;
    let needs_two = match pool {
        Mfa::Off => false,
        Mfa::Optional => user.is_any_enabled(),
        Mfa::On => true,
    };
    match factor {
        FirstFactor::Password => true,
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => !needs_two,
        FirstFactor::WebAuthn => !needs_two || (passkeys == two && user.passkeys()),
    }
}

/// What a new passkey is called if its model has no name: by how it is reached.
pub fn name_without_model(attachment: Option<Attachment>, transports: &[String]) -> &'static str {
    let has = |name: &str| transports.iter().any(|transport| transport == name);
    match attachment {
        Some(Attachment::Platform) => "Passkey on a device",
        _ if has("usb") || has("nfc") || has("ble") => "Passkey on a security key",
        _ if has("internal") && attachment.is_none() => "Passkey on a device",
        _ if has("hybrid") => "Passkey on a phone",
        _ => "Passkey",
    }
}

#[cfg(test)]
mod tests {
    use super::FactorConfiguration::{MultiFactorWithUserVerification as Two, SingleFactor as One};
    use super::FirstFactor::{EmailOtp, Password, SmsOtp, WebAuthn};
    use super::*;
    use crate::pool::MfaMethod;

    /// Pool, whether the user set up a second factor, whether passkeys are two factors for them; then
    /// what is offered: password, codes, passkey as one factor, as two (developer guide, "Things to
    /// know about user pool MFA").
    const TABLE: [(Mfa, bool, bool, [bool; 4]); 12] = [
        (Mfa::On, true, true, [true, false, false, true]),
        (Mfa::On, true, false, [true, false, false, false]),
        (Mfa::On, false, true, [true, false, false, true]),
        (Mfa::On, false, false, [true, false, false, false]),
        (Mfa::Optional, true, true, [true, false, false, true]),
        (Mfa::Optional, true, false, [true, false, false, false]),
        (Mfa::Optional, false, true, [true, true, true, true]),
        (Mfa::Optional, false, false, [true, true, true, true]),
        (Mfa::Off, true, true, [true, true, true, true]),
        (Mfa::Off, true, false, [true, true, true, true]),
        (Mfa::Off, false, true, [true, true, true, true]),
        (Mfa::Off, false, false, [true, true, true, true]),
    ];

    #[test]
    fn the_table_of_factors_and_mfa() {
        for (pool, enabled, wants_two, [password, codes, one, two]) in TABLE {
            let mut user = MfaSettings::default().with_passkeys(wants_two);
            if enabled {
                user.set_up(MfaMethod::SoftwareTokenMfa);
            }
            for (passkeys, passkey) in [(One, one), (Two, two)] {
                let offered = |factor| is_offered(factor, pool, &user, passkeys);
                let got = [Password, EmailOtp, SmsOtp, WebAuthn].map(offered);
                let expected = [password, codes, codes, passkey];
                assert_eq!(got, expected, "{pool:?} {enabled} {wants_two} {passkeys:?}");
            }
        }
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for attachment in [Attachment::Platform, Attachment::CrossPlatform] {
            assert_eq!(Attachment::parse(attachment.as_str()), Some(attachment));
        }
        assert_eq!(Attachment::parse("Platform"), None);
        let words = serde_json::to_string(&[One, Two]).unwrap();
        assert_eq!(
            words,
            r#"["SINGLE_FACTOR","MULTI_FACTOR_WITH_USER_VERIFICATION"]"#
        );
    }

    #[test]
    fn a_name_says_what_the_client_said() {
        let name = |attachment, transports: &[&str]| {
            let transports: Vec<_> = transports.iter().map(|&name| name.to_owned()).collect();
            name_without_model(attachment, &transports)
        };
        let (platform, roaming) = (Some(Attachment::Platform), Some(Attachment::CrossPlatform));
        assert_eq!(
            name(platform, &["internal", "hybrid"]),
            "Passkey on a device"
        );
        assert_eq!(name(platform, &[]), "Passkey on a device");
        assert_eq!(name(roaming, &["usb", "nfc"]), "Passkey on a security key");
        assert_eq!(name(roaming, &["internal", "hybrid"]), "Passkey on a phone");
        assert_eq!(name(None, &["internal"]), "Passkey on a device");
        assert_eq!(name(None, &[]), "Passkey");
    }

    #[test]
    fn a_pool_that_says_nothing_gets_what_cognito_has() {
        let config = PasskeyConfig::default();
        assert_eq!(config.algorithms.len(), 3);
        assert!(!config.usernameless && config.step_up.is_none() && config.factor == One);
    }
}
