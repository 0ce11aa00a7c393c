//! `clientDataJSON` (WebAuthn Level 3 §5.8.1, `#dictionary-client-data`): what the client says about
//! the ceremony.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::error::{Ceremony, Check, Error, Fault, quoted};
use crate::expectations::{CrossOrigin, Expectations};
use crate::origin;

/// §13.4.3: challenges "SHOULD therefore be at least 16 bytes long".
const SHORTEST_CHALLENGE: usize = 16;

/// The members of the client data that are checked, as they came; `None` is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientData {
    /// `type`.
    pub kind: Option<Value>,
    /// `challenge`.
    pub challenge: Option<Value>,
    /// `origin`.
    pub origin: Option<Value>,
    /// `crossOrigin`.
    pub cross_origin: Option<Value>,
    /// `topOrigin`.
    pub top_origin: Option<Value>,
    /// `tokenBinding`, of Level 2; reserved since.
    pub token_binding: Option<Value>,
}

impl ClientData {
    /// Reads the bytes: UTF-8 with or without a byte order mark, one JSON object, no member twice
    /// among those above, at most 127 levels deep. Unknown members are allowed (§5.8.1.2).
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        parse_json(decode_utf8(bytes)?)
    }

    /// Reads the bytes (§7.1 steps 5-6, §7.2 steps 8-9) and checks them against what the relying
    /// party expects (§7.1 steps 7-11, §7.2 steps 10-14).
    pub(crate) fn verify(
        bytes: &[u8],
        ceremony: Ceremony,
        expect: &Expectations<'_>,
    ) -> Result<(), Error> {
        let text = decode_utf8(bytes).map_err(|f| f.at(ceremony, Check::ClientDataUtf8))?;
        let data = parse_json(text).map_err(|f| f.at(ceremony, Check::ClientDataJson))?;
        data.check_token_binding()
            .map_err(|f| f.at(ceremony, Check::ClientDataJson))?;
        data.check_type(ceremony)
            .map_err(|f| f.at(ceremony, Check::Type))?;
        data.check_challenge(expect.challenge)
            .map_err(|f| f.at(ceremony, Check::Challenge))?;
        data.check_origin(expect)
            .map_err(|f| f.at(ceremony, Check::Origin))?;
        data.check_cross_origin(expect)
            .map_err(|f| f.at(ceremony, Check::CrossOrigin))?;
        data.check_top_origin(expect)
            .map_err(|f| f.at(ceremony, Check::TopOrigin))
    }

    /// Reserved in Level 3; what Level 2 (§5.8.1) says of its shape still holds.
    fn check_token_binding(&self) -> Result<(), Fault> {
        let Some(binding) = &self.token_binding else {
            return Ok(());
        };
        match binding.get("status").and_then(Value::as_str) {
            Some("present" | "supported" | "not-supported") => Ok(()),
            Some(_) | None => Err(Fault::new(
                "tokenBinding to be an object with the status present or supported",
                quoted(&binding.to_string()),
            )),
        }
    }

    fn check_type(&self, ceremony: Ceremony) -> Result<(), Fault> {
        let expected = match ceremony {
            Ceremony::Registration => "webauthn.create",
            Ceremony::Authentication => "webauthn.get",
        };
        if string(self.kind.as_ref()) == Some(expected) {
            return Ok(());
        }
        Err(Fault::new(expected, shown(self.kind.as_ref())))
    }

    fn check_challenge(&self, challenge: &[u8]) -> Result<(), Fault> {
        if challenge.len() < SHORTEST_CHALLENGE {
            let length = challenge.len();
            return Err(Fault::new(
                format!("the relying party to give out {SHORTEST_CHALLENGE} bytes or more"),
                format!("{length}"),
            ));
        }
        let expected = URL_SAFE_NO_PAD.encode(challenge);
        if string(self.challenge.as_ref()) == Some(expected.as_str()) {
            return Ok(());
        }
        Err(Fault::new(expected, shown(self.challenge.as_ref())))
    }

    fn check_origin(&self, expect: &Expectations<'_>) -> Result<(), Fault> {
        let allowed = string(self.origin.as_ref())
            .is_some_and(|origin| expect.origins.iter().any(|entry| entry.matches(origin)));
        if allowed {
            return Ok(());
        }
        Err(Fault::new(
            origin::list(expect.origins),
            shown(self.origin.as_ref()),
        ))
    }

    fn check_cross_origin(&self, expect: &Expectations<'_>) -> Result<(), Fault> {
        match (self.cross_origin.as_ref(), expect.cross_origin) {
            (None | Some(Value::Bool(false)), _)
            | (Some(Value::Bool(true)), CrossOrigin::Allowed { .. }) => Ok(()),
            (Some(Value::Bool(true)), CrossOrigin::Refused) => Err(Fault::new(
                "a page that no other origin embeds",
                "crossOrigin true",
            )),
            (other, _) => Err(Fault::new("true, false or no crossOrigin", shown(other))),
        }
    }

    fn check_top_origin(&self, expect: &Expectations<'_>) -> Result<(), Fault> {
        let Some(top_origin) = self.top_origin.as_ref() else {
            return Ok(());
        };
        let CrossOrigin::Allowed { top_origins } = expect.cross_origin else {
            return Err(Fault::new("no topOrigin", shown(Some(top_origin))));
        };
        // §5.8.1: a client writes topOrigin only where crossOrigin is true.
        if self.cross_origin != Some(Value::Bool(true)) {
            return Err(Fault::new(
                "crossOrigin true beside topOrigin",
                "another crossOrigin",
            ));
        }
        let allowed = string(Some(top_origin))
            .is_some_and(|origin| top_origins.iter().any(|entry| entry.matches(origin)));
        if allowed {
            return Ok(());
        }
        Err(Fault::new(
            origin::list(top_origins),
            shown(Some(top_origin)),
        ))
    }
}

/// "UTF-8 decode" strips a byte order mark. Invalid bytes are refused here, where that algorithm
/// would replace them: no client writes them.
fn decode_utf8(bytes: &[u8]) -> Result<&str, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    str::from_utf8(bytes)
        .map_err(|e| Fault::new("UTF-8", format!("another byte at {}", e.valid_up_to())))
}

fn parse_json(text: &str) -> Result<ClientData, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::new("a JSON object", quoted(&e.to_string())))
}

fn string(member: Option<&Value>) -> Option<&str> {
    member.and_then(Value::as_str)
}

fn shown(member: Option<&Value>) -> String {
    match member {
        None => "nothing".to_owned(),
        Some(value) => quoted(&value.to_string()),
    }
}

impl<'de> Deserialize<'de> for ClientData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not derived: a derived struct also accepts an array, and skips unknown members to any
        // depth.
        deserializer.deserialize_map(ClientDataVisitor)
    }
}

struct ClientDataVisitor;

impl<'de> Visitor<'de> for ClientDataVisitor {
    type Value = ClientData;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClientData, A::Error> {
        let mut data = ClientData::default();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value::<Value>()?;
            let member = match name.as_str() {
                "type" => &mut data.kind,
                "challenge" => &mut data.challenge,
                "origin" => &mut data.origin,
                "crossOrigin" => &mut data.cross_origin,
                "topOrigin" => &mut data.top_origin,
                "tokenBinding" => &mut data.token_binding,
                _ => continue,
            };
            if member.replace(value).is_some() {
                return Err(de::Error::custom(format_args!(
                    "the member {name} came twice"
                )));
            }
        }
        Ok(data)
    }
}
