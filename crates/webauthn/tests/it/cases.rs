//! Case files in the form of `webauthn-l3-cases.json`: ceremonies with the expected verdict.
//!
//! Shared by the tests and by `examples/verify.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_webauthn::{
    Algorithm, AllowedOrigin, AttestationPolicy, AuthenticationResponse, BackupPolicy, CrossOrigin,
    Expectations, ExpectedUser, Mediation, RegistrationPolicy, RegistrationResponse,
    StoredCredential, UserVerification, authentication, registration,
};
use serde_json::Value;

/// A case that cannot be read is not a verdict.
pub(crate) type Read<T> = Result<T, Box<dyn std::error::Error>>;
/// What the verifier said.
pub(crate) type Verdict = Result<(), poolhouse_webauthn::Error>;

/// One case.
pub(crate) struct Case<'v>(&'v Value);

impl<'v> Case<'v> {
    /// The cases of a file.
    pub(crate) fn all(file: &'v Value) -> Read<Vec<Self>> {
        let cases = file
            .get("cases")
            .and_then(Value::as_array)
            .ok_or("no member cases")?;
        Ok(cases.iter().map(Self).collect())
    }

    pub(crate) fn id(&self) -> Read<&'v str> {
        text(self.0, "id")
    }

    /// The numbered step that must fail; 0 for a case that is accepted.
    pub(crate) fn step(&self) -> Read<u64> {
        self.0
            .get("step")
            .and_then(Value::as_u64)
            .ok_or_else(|| "no step".into())
    }

    pub(crate) fn is_accepted(&self) -> Read<bool> {
        match text(self.0, "expect")? {
            "accept" => Ok(true),
            "reject" => Ok(false),
            other => Err(format!("expect {other:?}").into()),
        }
    }

    /// Runs the ceremony.
    pub(crate) fn run(&self) -> Read<Verdict> {
        let config = member(self.0, "config")?;
        let challenge = binary(config, "challenge")?;
        let origins = origins(config, "origins")?;
        let top_origins = origins_or_none(config, "topOrigins")?;
        let cross_origin = match config.get("allowCrossOrigin").and_then(Value::as_bool) {
            Some(true) => CrossOrigin::Allowed {
                top_origins: &top_origins,
            },
            Some(false) | None => CrossOrigin::Refused,
        };
        let expect = Expectations {
            challenge: &challenge,
            rp_id: text(config, "rpId")?,
            origins: &origins,
            cross_origin,
            user_verification: match text(config, "userVerification")? {
                "required" => UserVerification::Required,
                "preferred" => UserVerification::Preferred,
                "discouraged" => UserVerification::Discouraged,
                other => return Err(format!("userVerification {other:?}").into()),
            },
        };
        match text(self.0, "ceremony")? {
            "registration" => self.register(config, &expect),
            "authentication" => self.authenticate(config, &expect),
            other => Err(format!("ceremony {other:?}").into()),
        }
    }

    fn register(&self, config: &Value, expect: &Expectations<'_>) -> Read<Verdict> {
        let algorithms: Vec<Algorithm> = list(config, "algs")?
            .iter()
            .filter_map(Value::as_i64)
            .filter_map(|id| Algorithm::from_id(id.into()))
            .collect();
        let mediation = match config.get("mediation").and_then(Value::as_str) {
            Some("conditional") => Mediation::Conditional,
            Some(_) | None => Mediation::Prompted,
        };
        let policy = RegistrationPolicy {
            user_handle: b"somebody",
            algorithms: &algorithms,
            mediation,
            backup: BackupPolicy::Any,
            attestation: &AttestationPolicy::specification(),
        };
        // The credential IDs that are registered, if any.
        let registered = match self.0.get("alreadyRegistered") {
            Some(Value::Array(_)) => binaries(self.0, "alreadyRegistered")?,
            Some(Value::Null) | None => Vec::new(),
            Some(other) => return Err(format!("alreadyRegistered {other}").into()),
        };
        let credential = member(self.0, "credential")?;
        Ok(
            RegistrationResponse::from_value(credential).and_then(|response| {
                registration::verify(&response, expect, &policy, |id| {
                    registered.iter().any(|known| known == id)
                })
                .map(|_| ())
            }),
        )
    }

    fn authenticate(&self, config: &Value, expect: &Expectations<'_>) -> Read<Verdict> {
        let allowed = binaries(config, "allowCredentials")?;
        let allowed: Vec<&[u8]> = allowed.iter().map(Vec::as_slice).collect();
        let handle = binary(config, "userHandle");
        let identified = config
            .get("userIdentified")
            .and_then(Value::as_bool)
            .unwrap_or(true);
        let user = match &handle {
            Ok(user_handle) if identified => ExpectedUser::Identified {
                user_handle,
                allow_credentials: &allowed,
            },
            Ok(_) | Err(_) => ExpectedUser::Discoverable,
        };
        let stored = match self.0.get("stored") {
            Some(stored) if stored.is_object() => Some(record(stored)?),
            Some(_) | None => None,
        };
        let credential = member(self.0, "credential")?;
        Ok(
            AuthenticationResponse::from_value(credential).and_then(|response| {
                authentication::verify(&response, expect, user, stored.as_ref()).map(|_| ())
            }),
        )
    }
}

fn record(stored: &Value) -> Read<StoredCredential> {
    let flag = |name| -> Read<bool> { Ok(member(stored, name)?.as_bool().ok_or("no boolean")?) };
    let sign_count = member(stored, "signCount")?.as_u64().ok_or("signCount")?;
    Ok(StoredCredential {
        id: binary(stored, "credentialId")?,
        public_key: binary(stored, "publicKeyCose")?,
        sign_count: u32::try_from(sign_count)?,
        uv_initialized: false,
        transports: Vec::new(),
        backup_eligible: flag("backupEligible")?,
        backup_state: flag("backupState")?,
        user_handle: binary(stored, "userHandle")?,
    })
}

fn origins(config: &Value, name: &str) -> Read<Vec<AllowedOrigin>> {
    list(config, name)?
        .iter()
        .map(|origin| {
            Ok(AllowedOrigin::parse(
                origin.as_str().ok_or("an origin is no text")?,
            )?)
        })
        .collect()
}

fn origins_or_none(config: &Value, name: &str) -> Read<Vec<AllowedOrigin>> {
    if config.get(name).is_some_and(Value::is_array) {
        origins(config, name)
    } else {
        Ok(Vec::new())
    }
}

fn binaries(object: &Value, name: &str) -> Read<Vec<Vec<u8>>> {
    list(object, name)?
        .iter()
        .map(|item| Ok(URL_SAFE_NO_PAD.decode(item.as_str().ok_or("no text")?)?))
        .collect()
}

fn binary(object: &Value, name: &str) -> Read<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(text(object, name)?)?)
}

fn list<'v>(object: &'v Value, name: &str) -> Read<&'v Vec<Value>> {
    member(object, name)?
        .as_array()
        .ok_or_else(|| format!("{name} is no array").into())
}

fn text<'v>(object: &'v Value, name: &str) -> Read<&'v str> {
    member(object, name)?
        .as_str()
        .ok_or_else(|| format!("{name} is no text").into())
}

fn member<'v>(object: &'v Value, name: &str) -> Read<&'v Value> {
    object
        .get(name)
        .ok_or_else(|| format!("no member {name}").into())
}
