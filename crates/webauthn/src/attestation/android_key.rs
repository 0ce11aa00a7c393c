//! `android-key` (WebAuthn Level 3 §8.4, `#sctn-android-key-attestation`).
//!
//! The extension is Android's `KeyDescription`, described in Android's documentation under "Verify
//! hardware-backed key pairs with key attestation", "Certificate schema".

use x509_parser::asn1_rs::{Any, Class, Tag};

use super::certificate::Certificate;
use super::der::{contents, elements};
use super::{AttestationType, Outcome, Statement};
use crate::error::{Fault, hex};

const KEY_DESCRIPTION: &str = "1.3.6.1.4.1.11129.2.1.17";
// Tags of AuthorizationList.
const PURPOSE: u32 = 1;
const ALL_APPLICATIONS: u32 = 600;
const ORIGIN: u32 = 702;
// KM_PURPOSE_SIGN and KM_ORIGIN_GENERATED as DER INTEGERs.
const PURPOSE_SIGN: &[u8] = &[2];
const ORIGIN_GENERATED: &[u8] = &[0];

pub(super) fn verify<'a>(statement: &Statement<'a, '_>, hardware: bool) -> Outcome<'a> {
    statement
        .members
        .only_text_keys("the statement of android-key", &["alg", "sig", "x5c"])?;
    let (algorithm, signature) = (statement.algorithm()?, statement.bytes("sig")?);
    let path = statement.certificates()?;
    let leaf = Certificate::leaf(&path)?;
    leaf.verify(algorithm, &statement.signed_bytes(), signature)?;
    leaf.check_key(statement.key)?;
    let extension = leaf.extension(KEY_DESCRIPTION)?;
    let extension = extension.ok_or_else(|| Fault::new("Android's KeyDescription", "nothing"))?;
    let description = KeyDescription::parse(extension.value)?;
    if description.challenge != statement.client_data_hash {
        let got = hex(description.challenge);
        return Err(Fault::new(
            "attestationChallenge to be the client data's hash",
            got,
        ));
    }
    check_authorizations(&description, hardware)?;
    Ok((AttestationType::BasicOrAttCa, path))
}

/// The members of `KeyDescription` that are checked.
struct KeyDescription<'a> {
    challenge: &'a [u8],
    software: Vec<Any<'a>>,
    hardware: Vec<Any<'a>>,
}

impl<'a> KeyDescription<'a> {
    fn parse(der: &'a [u8]) -> Result<Self, Fault> {
        let mut outer = elements(der)?.into_iter();
        let (Some(sequence), None) = (outer.next(), outer.next()) else {
            return Err(Fault::new("one SEQUENCE as KeyDescription", hex(der)));
        };
        // attestationVersion, attestationSecurityLevel, keyMintVersion, keyMintSecurityLevel.
        let mut members = elements(contents(&sequence, Tag::Sequence)?)?
            .into_iter()
            .skip(4);
        let mut next = |tag: Tag| {
            let member = members.next();
            let member = member.ok_or_else(|| Fault::new("8 members", "fewer"))?;
            contents(&member, tag)
        };
        let challenge = next(Tag::OctetString)?;
        next(Tag::OctetString)?;
        let software = elements(next(Tag::Sequence)?)?;
        let hardware = elements(next(Tag::Sequence)?)?;
        Ok(Self {
            challenge,
            software,
            hardware,
        })
    }
}

fn check_authorizations(description: &KeyDescription<'_>, hardware: bool) -> Result<(), Fault> {
    let both = || description.hardware.iter().chain(&description.software);
    if tagged(both(), ALL_APPLICATIONS).next().is_some() {
        return Err(Fault::new("a key of one application", "allApplications"));
    }
    let mut origins = tagged(both(), ORIGIN);
    if let Some(origin) = origins.find(|origin| !is_integer(origin, ORIGIN_GENERATED)) {
        return Err(Fault::new("origin KM_ORIGIN_GENERATED", hex(origin)));
    }
    let mut purposes = tagged(both(), PURPOSE);
    if let Some(purpose) = purposes.find(|purpose| !is_for_signing(purpose)) {
        return Err(Fault::new("purpose KM_PURPOSE_SIGN", hex(purpose)));
    }
    let in_hardware = |tag| tagged(description.hardware.iter(), tag).next().is_some();
    if hardware && !(in_hardware(ORIGIN) && in_hardware(PURPOSE)) {
        return Err(Fault::new(
            "origin and purpose in the TEE's list",
            "a list without them",
        ));
    }
    Ok(())
}

/// The contents of the members with an explicit, context-specific tag.
fn tagged<'a: 'm, 'm>(
    list: impl Iterator<Item = &'m Any<'a>>,
    tag: u32,
) -> impl Iterator<Item = &'a [u8]> {
    list.filter(move |member| member.class() == Class::ContextSpecific && member.tag() == Tag(tag))
        .map(|member| member.data)
}

fn is_integer(der: &[u8], value: &[u8]) -> bool {
    elements(der).is_ok_and(
        |items| matches!(items.as_slice(), [item] if contents(item, Tag::Integer) == Ok(value)),
    )
}

/// A SET OF INTEGER that holds KM_PURPOSE_SIGN.
fn is_for_signing(der: &[u8]) -> bool {
    let purposes = elements(der).ok().and_then(|items| match items.as_slice() {
        [set] => elements(contents(set, Tag::Set).ok()?).ok(),
        _ => None,
    });
    purposes.is_some_and(|purposes| {
        purposes
            .iter()
            .any(|purpose| contents(purpose, Tag::Integer) == Ok(PURPOSE_SIGN))
    })
}
