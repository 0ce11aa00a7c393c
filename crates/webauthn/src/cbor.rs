//! A strict reader for the CBOR that WebAuthn uses: the CTAP2 canonical encoding form, nothing else.
//!
//! WebAuthn Level 3 §2 tells every encoder to use that form and lets a decoder refuse the rest. Our
//! own reader and not a library, because the general libraries (`ciborium`, `minicbor`,
//! `serde_cbor`) accept what must be refused here: longer integers than needed, indefinite lengths,
//! duplicate or unsorted keys, tags. Checking that around them is as long as this file.
//!
//! Refused: a non-minimal integer or length, an indefinite length, a tag, a float, `undefined`, an
//! unassigned simple value, text that is not UTF-8, map keys that repeat or are not in canonical
//! order, nesting deeper than [`MAX_DEPTH`], a length longer than the rest, and bytes after the item.

use crate::error::Fault;

/// How deep arrays and maps may nest. CTAP2 allows 4 levels; an attestation object holds its
/// certificates on level 3.
pub const MAX_DEPTH: u8 = 8;

/// One data item; strings borrow from the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Major types 0 and 1: -2^64 to 2^64-1.
    Integer(i128),
    /// Major type 2.
    Bytes(&'a [u8]),
    /// Major type 3.
    Text(&'a str),
    /// Major type 4.
    Array(Vec<Value<'a>>),
    /// Major type 5.
    Map(Map<'a>),
    /// `false` and `true`.
    Bool(bool),
    /// `null`.
    Null,
}

/// A map: its entries in canonical order, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map<'a>(Vec<(Value<'a>, Value<'a>)>);

/// Reads exactly one item; nothing may follow it.
pub fn parse(input: &[u8]) -> Result<Value<'_>, Fault> {
    let (value, rest) = parse_prefix(input)?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(Fault::new(
            "the end after the CBOR item",
            format!("{} more bytes", rest.len()),
        ))
    }
}

/// Reads one item and returns it with the bytes after it.
pub fn parse_prefix(input: &[u8]) -> Result<(Value<'_>, &[u8]), Fault> {
    let mut reader = Reader { rest: input };
    let value = reader.item(MAX_DEPTH)?;
    Ok((value, reader.rest))
}

impl<'a> Value<'a> {
    /// What kind of item this is, for error texts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Integer(_) => "an integer",
            Self::Bytes(_) => "a byte string",
            Self::Text(_) => "a text string",
            Self::Array(_) => "an array",
            Self::Map(_) => "a map",
            Self::Bool(_) => "a boolean",
            Self::Null => "null",
        }
    }

    /// The map, or a fault that names `what` should have been one.
    pub fn into_map(self, what: &'static str) -> Result<Map<'a>, Fault> {
        if let Self::Map(map) = self {
            return Ok(map);
        }
        Err(Fault::new(format!("{what} to be a map"), self.kind()))
    }
}

impl<'a> Map<'a> {
    /// The entries in canonical order.
    pub fn entries(&self) -> &[(Value<'a>, Value<'a>)] {
        &self.0
    }

    /// The value under a text key.
    pub fn text_key(&self, key: &str) -> Option<&Value<'a>> {
        self.0
            .iter()
            .find_map(|(k, v)| (*k == Value::Text(key)).then_some(v))
    }

    /// The value under an integer key.
    pub fn integer_key(&self, key: i128) -> Option<&Value<'a>> {
        self.0
            .iter()
            .find_map(|(k, v)| (*k == Value::Integer(key)).then_some(v))
    }

    /// Refuses a map with other text keys than these (not all of them need to be there).
    pub(crate) fn only_text_keys(&self, what: &str, keys: &[&str]) -> Result<(), Fault> {
        let known = |key: &Value<'_>| matches!(key, Value::Text(text) if keys.contains(text));
        let unknown = self.0.iter().map(|(key, _)| key).find(|key| !known(key));
        match unknown {
            None => Ok(()),
            Some(key) => Err(Fault::new(
                format!("only the members {} in {what}", keys.join(", ")),
                crate::error::quoted(&format!("{key:?}")),
            )),
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: u8) -> Result<Value<'a>, Fault> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Fault::new(
                format!("at most {MAX_DEPTH} levels of nesting"),
                "more",
            ));
        };
        let [initial] = *self.array::<1>()?;
        let (major, info) = (initial >> 5, initial & 0x1f);
        if major == 7 {
            return simple(info);
        }
        let argument = self.argument(info)?;
        match major {
            0 => Ok(Value::Integer(i128::from(argument))),
            1 => Ok(Value::Integer(-1 - i128::from(argument))),
            2 => Ok(Value::Bytes(self.take(argument)?)),
            3 => match str::from_utf8(self.take(argument)?) {
                Ok(text) => Ok(Value::Text(text)),
                Err(_) => Err(Fault::new("a CBOR text string in UTF-8", "other bytes")),
            },
            4 => self.items(argument, depth),
            5 => self.entries(argument, depth),
            _ => Err(Fault::new("no CBOR tags", format!("tag {argument}"))),
        }
    }

    fn items(&mut self, count: u64, depth: u8) -> Result<Value<'a>, Fault> {
        let count = self.fits(count, 1)?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.item(depth)?);
        }
        Ok(Value::Array(items))
    }

    fn entries(&mut self, count: u64, depth: u8) -> Result<Value<'a>, Fault> {
        let count = self.fits(count, 2)?;
        let mut entries = Vec::new();
        let mut previous: Option<&'a [u8]> = None;
        for _ in 0..count {
            let before = self.rest;
            let key = self.item(depth)?;
            let length = before.len().saturating_sub(self.rest.len());
            let encoded = before.get(..length).unwrap_or_default();
            if previous.is_some_and(|previous| order(previous) >= order(encoded)) {
                return Err(Fault::new(
                    "map keys that are unique and in canonical order",
                    crate::error::quoted(&format!("{key:?}")),
                ));
            }
            previous = Some(encoded);
            entries.push((key, self.item(depth)?));
        }
        Ok(Value::Map(Map(entries)))
    }

    /// The argument of a head (RFC 8949 §3), in its shortest form only.
    fn argument(&mut self, info: u8) -> Result<u64, Fault> {
        let (argument, shortest) = match info {
            0..=23 => return Ok(u64::from(info)),
            24 => (u64::from(u8::from_be_bytes(*self.array()?)), 24),
            25 => (u64::from(u16::from_be_bytes(*self.array()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(*self.array()?)), 1 << 16),
            27 => (u64::from_be_bytes(*self.array()?), 1 << 32),
            28..=30 => return Err(Fault::new("a CBOR head", format!("additional info {info}"))),
            _ => return Err(Fault::new("a definite length", "an indefinite length")),
        };
        if argument < shortest {
            return Err(Fault::new(
                "the shortest form",
                format!("{argument} in a longer one"),
            ));
        }
        Ok(argument)
    }

    /// A count of items of at least `least` bytes each must fit into the rest, so that a lie about
    /// the length never costs more than the input.
    fn fits(&self, count: u64, least: usize) -> Result<usize, Fault> {
        let most = self.rest.len() / least;
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= most)
            .ok_or_else(|| {
                let rest = self.rest.len();
                Fault::new(
                    format!("items that fit into {rest} bytes"),
                    format!("{count} items"),
                )
            })
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let split = usize::try_from(length)
            .ok()
            .and_then(|at| self.rest.split_at_checked(at));
        let Some((taken, rest)) = split else {
            let rest = self.rest.len();
            return Err(Fault::new(
                format!("{length} bytes"),
                format!("the end after {rest}"),
            ));
        };
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Fault> {
        let Some((taken, rest)) = self.rest.split_first_chunk::<N>() else {
            let rest = self.rest.len();
            return Err(Fault::new(
                format!("{N} bytes of a CBOR head"),
                format!("{rest}"),
            ));
        };
        self.rest = rest;
        Ok(taken)
    }
}

fn simple<'a>(info: u8) -> Result<Value<'a>, Fault> {
    match info {
        20 => Ok(Value::Bool(false)),
        21 => Ok(Value::Bool(true)),
        22 => Ok(Value::Null),
        _ => Err(Fault::new(
            "false, true or null",
            format!("simple value or float {info}"),
        )),
    }
}

/// CTAP2 §8: keys sort by major type, then by length, then bytewise.
fn order(key: &[u8]) -> (u8, usize, &[u8]) {
    (
        key.first().copied().unwrap_or_default() >> 5,
        key.len(),
        key,
    )
}
