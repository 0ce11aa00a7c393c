//! The JSON of a credential as clients send it: `PublicKeyCredential.toJSON()` (WebAuthn Level 3
//! §5.1.8, `#dictdef-registrationresponsejson`).
//!
//! Members that no check needs may be missing (amplify-swift leaves `clientExtensionResults` out),
//! and members that repeat what the signed parts say (`publicKey`, `publicKeyAlgorithm`, the
//! `authenticatorData` of a registration) are not read at all.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::error::{Ceremony, Check, Error, Fault, quoted};

/// More transports than any client sends, and longer names.
const MOST_TRANSPORTS: usize = 16;
const LONGEST_TRANSPORT: usize = 32;

/// `authenticatorAttachment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attachment {
    /// `platform`: built into the device.
    Platform,
    /// `cross-platform`: a roaming authenticator.
    CrossPlatform,
}

/// The response of `navigator.credentials.create()`; nothing in it is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationResponse {
    pub(crate) raw_id: Vec<u8>,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) attestation_object: Vec<u8>,
    pub(crate) transports: Vec<String>,
}

/// The response of `navigator.credentials.get()`; nothing in it is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationResponse {
    pub(crate) raw_id: Vec<u8>,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) user_handle: Option<Vec<u8>>,
}

impl RegistrationResponse {
    /// Reads the JSON text. Fails in §7.1 step 3.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::read(&parse(text).map_err(registration)?).map_err(registration)
    }

    /// Reads JSON that is parsed already. Fails in §7.1 step 3.
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        Self::read(value).map_err(registration)
    }

    /// The credential ID, to look up whether it is registered already.
    pub fn credential_id(&self) -> &[u8] {
        &self.raw_id
    }

    fn read(value: &Value) -> Result<Self, Fault> {
        let (raw_id, attachment, response) = credential(value)?;
        Ok(Self {
            raw_id,
            attachment,
            client_data_json: binary(response, "clientDataJSON")?,
            attestation_object: binary(response, "attestationObject")?,
            transports: transports(response)?,
        })
    }
}

impl AuthenticationResponse {
    /// Reads the JSON text. Fails in §7.2 step 3.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::read(&parse(text).map_err(authentication)?).map_err(authentication)
    }

    /// Reads JSON that is parsed already. Fails in §7.2 step 3.
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        Self::read(value).map_err(authentication)
    }

    /// The credential ID, to look up the record.
    pub fn credential_id(&self) -> &[u8] {
        &self.raw_id
    }

    /// The user handle, to look up the account where nobody was named; unverified as all the rest.
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.user_handle.as_deref()
    }

    fn read(value: &Value) -> Result<Self, Fault> {
        let (raw_id, attachment, response) = credential(value)?;
        let user_handle = match member(response, "userHandle") {
            None => None,
            Some(_) => Some(binary(response, "userHandle")?).filter(|handle| !handle.is_empty()),
        };
        Ok(Self {
            raw_id,
            attachment,
            client_data_json: binary(response, "clientDataJSON")?,
            authenticator_data: binary(response, "authenticatorData")?,
            signature: binary(response, "signature")?,
            user_handle,
        })
    }
}

fn registration(fault: Fault) -> Error {
    fault.at(Ceremony::Registration, Check::Response)
}

fn authentication(fault: Fault) -> Error {
    fault.at(Ceremony::Authentication, Check::Response)
}

fn parse(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::new("JSON", quoted(&e.to_string())))
}

type Credential<'v> = (Vec<u8>, Option<Attachment>, &'v Map<String, Value>);

/// What both kinds have in common: `id`, `rawId`, `type`, `authenticatorAttachment`, `response`.
fn credential(value: &Value) -> Result<Credential<'_>, Fault> {
    let credential = object(Some(value), "a credential object")?;
    let kind = string(credential, "type")?;
    if kind != "public-key" {
        return Err(Fault::new("type public-key", quoted(kind)));
    }
    let raw_id = binary(credential, "rawId")?;
    let id = string(credential, "id")?;
    if URL_SAFE_NO_PAD.encode(&raw_id) != id {
        return Err(Fault::new("id to be rawId in base64url", quoted(id)));
    }
    if member(credential, "clientExtensionResults").is_some_and(|results| !results.is_object()) {
        return Err(Fault::new(
            "clientExtensionResults to be an object",
            "something else",
        ));
    }
    // §5.1: clients may come up with other values, and the relying party treats them as null.
    let attachment = match member(credential, "authenticatorAttachment") {
        None => None,
        Some(_) => match string(credential, "authenticatorAttachment")? {
            "platform" => Some(Attachment::Platform),
            "cross-platform" => Some(Attachment::CrossPlatform),
            _ => None,
        },
    };
    let response = object(credential.get("response"), "a response object")?;
    Ok((raw_id, attachment, response))
}

fn transports(response: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let fault = |got: &Value| {
        Fault::new(
            "transports to be an array of a few short strings",
            quoted(&got.to_string()),
        )
    };
    let Some(value) = member(response, "transports") else {
        return Ok(Vec::new());
    };
    let items = value
        .as_array()
        .filter(|items| items.len() <= MOST_TRANSPORTS);
    let items = items.ok_or_else(|| fault(value))?;
    items
        .iter()
        .map(|item| match item.as_str() {
            Some(name) if name.len() <= LONGEST_TRANSPORT => Ok(name.to_owned()),
            Some(_) | None => Err(fault(item)),
        })
        .collect()
}

/// A member that is there and not null.
fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn object<'v>(
    value: Option<&'v Value>,
    what: &'static str,
) -> Result<&'v Map<String, Value>, Fault> {
    let got = || value.map_or("nothing".to_owned(), |value| quoted(&value.to_string()));
    value
        .and_then(Value::as_object)
        .ok_or_else(|| Fault::new(what, got()))
}

fn string<'v>(object: &'v Map<String, Value>, name: &str) -> Result<&'v str, Fault> {
    match object.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(Fault::new(
            format!("a string as {name}"),
            quoted(&other.to_string()),
        )),
        None => Err(Fault::new(name.to_owned(), "nothing")),
    }
}

/// Base64url without padding, in its one canonical form.
fn binary(object: &Map<String, Value>, name: &str) -> Result<Vec<u8>, Fault> {
    let text = string(object, name)?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|e| Fault::new(format!("{name} in base64url"), quoted(&e.to_string())))
}
