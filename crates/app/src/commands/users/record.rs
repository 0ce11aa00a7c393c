//! A user as a line of JSON. Bytes are base64, times are microseconds since 1970 in UTC.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::passkey::{Attachment, Passkey};
use poolhouse_domain::password::{HashKind, PasswordHash};
use poolhouse_domain::pool::{ContactAttribute, MfaMethod, PoolConfig};
use poolhouse_domain::totp::Seed;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};
use poolhouse_store::{Account, SoftwareToken};
use serde::{Deserialize, Serialize};

/// What the first line says of those that follow.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Head {
    /// `users 1`: what it is, and in which version.
    pub(super) poolhouse: String,
    /// The pool that they were in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pool: Option<PoolId>,
    /// Whether password hashes and seeds are in it.
    #[serde(default)]
    pub(super) secrets: bool,
}

/// What [`Head::poolhouse`] says.
pub(super) const KIND: &str = "users 1";

/// A user.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Record {
    sub: String,
    status: UserStatus,
    enabled: bool,
    attributes: Attributes,
    /// What they are found by, in the comparable form.
    logins: BTreeMap<ContactAttribute, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pending: BTreeMap<ContactAttribute, String>,
    #[serde(default)]
    mfa: MfaSettings,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passkeys: Vec<PasskeyRecord>,
    /// The present one last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passwords: Vec<PasswordRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    software_token: Option<SoftwareTokenRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasskeyRecord {
    credential_id: Bytes,
    /// A `COSE_Key`.
    public_key: Bytes,
    sign_count: u32,
    uv_initialized: bool,
    backup_eligible: bool,
    backup_state: bool,
    transports: Vec<String>,
    attachment: Option<String>,
    aaguid: Bytes,
    name: String,
    relying_party_id: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordRecord {
    kind: String,
    salt: Bytes,
    hash: Bytes,
    set_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SoftwareTokenRecord {
    seed: Bytes,
    name: Option<String>,
    accepted_step: i64,
    created_at: Timestamp,
}

/// Base64 (RFC 4648 §4).
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Bytes(Vec<u8>);

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        STANDARD.encode(bytes.0)
    }
}

impl TryFrom<String> for Bytes {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

impl Record {
    /// The line of an account, with what is secret or without.
    pub(super) fn of(account: Account, secrets: bool) -> Self {
        let Account {
            user,
            logins,
            pending,
            passwords,
            passkeys,
            software_token,
        } = account;
        let passwords = passwords.iter().filter(|_| secrets);
        let software_token = software_token.filter(|_| secrets);
        Self {
            sub: user.sub.as_str().to_owned(),
            status: user.status,
            enabled: user.enabled,
            attributes: user.attributes,
            logins: logins.into_iter().collect(),
            pending: pending.into_iter().collect(),
            mfa: user.mfa,
            created_at: user.created_at,
            updated_at: user.updated_at,
            passkeys: passkeys.into_iter().map(PasskeyRecord::of).collect(),
            passwords: passwords.map(PasswordRecord::of).collect(),
            software_token: software_token.map(|app| SoftwareTokenRecord {
                seed: Bytes(app.seed.expose().to_vec()),
                name: app.name,
                accepted_step: app.accepted_step,
                created_at: app.created_at,
            }),
        }
    }

    /// The account of a line; or what is wrong with it.
    pub(super) fn account(self, pool: &PoolConfig) -> Result<Account, String> {
        let sub = sub(&self.sub)?;
        pool.schema.check(&self.attributes, Writer::Invited)?;
        for (attribute, key) in self.logins.iter().chain(&self.pending) {
            check_contact(*attribute, key)?;
        }
        if let Some(attribute) = self.logins.keys().find(|name| !pool.signs_in_with(**name)) {
            return Err(format!(
                "logins: got {}, which nobody of the pool signs in with",
                attribute.as_str()
            ));
        }
        for (attribute, key) in &self.logins {
            let canonical = Contact::parse(*attribute, key).map(|contact| contact.key());
            if canonical.as_ref() != Ok(key) {
                return Err(format!(
                    "logins.{}: got {key:?}, expected {:?}",
                    attribute.as_str(),
                    canonical.unwrap_or_default()
                ));
            }
        }
        let passkeys = self.passkeys.into_iter();
        let software_token = self.software_token.map(SoftwareTokenRecord::token);
        let user = User {
            sub: sub.clone(),
            status: self.status,
            enabled: self.enabled,
            attributes: self.attributes,
            mfa: self.mfa,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        Ok(Account {
            user,
            logins: self.logins.into_iter().collect(),
            pending: self.pending.into_iter().collect(),
            passwords: self
                .passwords
                .into_iter()
                .map(PasswordRecord::password)
                .collect::<Result<_, _>>()?,
            passkeys: passkeys
                .map(|passkey| passkey.passkey(&sub))
                .collect::<Result<_, _>>()?,
            software_token: software_token.transpose()?,
        })
    }
}

/// What an account loses in `pool`: passwords that only the pool `from` could check, because its name is part
/// of what an SRP verifier is made of, and an app that it wants to be asked for and does not bring.
pub(super) fn settle(account: &mut Account, from: Option<&PoolId>, pool: &PoolId) -> Lost {
    let before = account.passwords.len();
    if from != Some(pool) {
        let stays = |kind: HashKind| kind != HashKind::Srp;
        account.passwords.retain(|(hash, _)| stays(hash.kind));
    }
    let mfa = &mut account.user.mfa;
    let app = account.software_token.is_none() && mfa.is_enabled(MfaMethod::SoftwareTokenMfa);
    if app {
        mfa.remove(MfaMethod::SoftwareTokenMfa);
    }
    Lost {
        password: account.passwords.len() < before,
        app,
    }
}

/// What [`settle`] took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) password: bool,
    pub(super) app: bool,
}

/// A user's id: a UUID in lower case.
pub(super) fn sub(text: &str) -> Result<Sub, String> {
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    is_uuid
        .then(|| Sub::new(text))
        .ok_or_else(|| format!("sub: got {text:?}, expected a UUID in lower case"))
}

fn check_contact(attribute: ContactAttribute, text: &str) -> Result<(), String> {
    let parsed = Contact::parse(attribute, text);
    parsed
        .map(drop)
        .map_err(|error| format!("{error}: got {text:?}"))
}

impl PasskeyRecord {
    fn of(passkey: Passkey) -> Self {
        Self {
            credential_id: Bytes(passkey.credential_id),
            public_key: Bytes(passkey.public_key),
            sign_count: passkey.sign_count,
            uv_initialized: passkey.uv_initialized,
            backup_eligible: passkey.backup_eligible,
            backup_state: passkey.backup_state,
            transports: passkey.transports,
            attachment: passkey.attachment.map(|kind| kind.as_str().to_owned()),
            aaguid: Bytes(passkey.aaguid.to_vec()),
            name: passkey.name,
            relying_party_id: passkey.relying_party_id,
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
        }
    }

    fn passkey(self, sub: &Sub) -> Result<Passkey, String> {
        let id = self.credential_id.0;
        if !(1..=1023).contains(&id.len()) {
            let got = id.len();
            return Err(format!(
                "credentialId: got {got} bytes, expected 1 to 1023 (WebAuthn Level 3 §4)"
            ));
        }
        let attachment = match self.attachment {
            None => None,
            Some(word) => Some(Attachment::parse(&word).ok_or_else(|| {
                format!("attachment: got {word:?}, expected platform or cross-platform")
            })?),
        };
        Ok(Passkey {
            credential_id: id,
            sub: sub.clone(),
            public_key: self.public_key.0,
            sign_count: self.sign_count,
            uv_initialized: self.uv_initialized,
            backup_eligible: self.backup_eligible,
            backup_state: self.backup_state,
            transports: self.transports,
            attachment,
            aaguid: exactly("aaguid", &self.aaguid)?,
            name: self.name,
            relying_party_id: self.relying_party_id,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
        })
    }
}

impl PasswordRecord {
    fn of((hash, set_at): &(PasswordHash, Timestamp)) -> Self {
        Self {
            kind: hash.kind.as_str().to_owned(),
            salt: Bytes(hash.salt.to_vec()),
            hash: Bytes(hash.hash.expose().clone()),
            set_at: *set_at,
        }
    }

    fn password(self) -> Result<(PasswordHash, Timestamp), String> {
        let kind = HashKind::parse(&self.kind).ok_or_else(|| {
            format!(
                "passwords: got the kind {:?}, expected srp or argon2id",
                self.kind
            )
        })?;
        let hash = PasswordHash {
            kind,
            salt: exactly("salt", &self.salt)?,
            hash: Secret::new(self.hash.0),
        };
        Ok((hash, self.set_at))
    }
}

impl SoftwareTokenRecord {
    fn token(self) -> Result<SoftwareToken, String> {
        let seed = Seed::from_bytes(&exactly::<20>("seed", &self.seed)?);
        Ok(SoftwareToken {
            seed: seed.ok_or("seed: expected 20 bytes")?,
            name: self.name,
            accepted_step: self.accepted_step,
            created_at: self.created_at,
        })
    }
}

fn exactly<const N: usize>(name: &str, bytes: &Bytes) -> Result<[u8; N], String> {
    let got = bytes.0.len();
    <[u8; N]>::try_from(bytes.0.as_slice())
        .map_err(|_| format!("{name}: got {got} bytes, expected {N}"))
}
