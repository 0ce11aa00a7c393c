//! DER elements, as far as attestation needs them beside x509-parser.

use x509_parser::asn1_rs::{Any, Class, FromDer as _, Tag};

use crate::error::{Fault, hex};

/// The elements one after the other, to the end of `der`.
pub(super) fn elements(mut der: &[u8]) -> Result<Vec<Any<'_>>, Fault> {
    let mut elements = Vec::new();
    while !der.is_empty() {
        let (rest, element) = Any::from_der(der).map_err(|_| Fault::new("DER", hex(der)))?;
        elements.push(element);
        der = rest;
    }
    Ok(elements)
}

/// The contents of an element with this universal tag.
pub(super) fn contents<'a>(element: &Any<'a>, tag: Tag) -> Result<&'a [u8], Fault> {
    let constructed = matches!(tag, Tag::Sequence | Tag::Set);
    let header = &element.header;
    if element.class() == Class::Universal
        && element.tag() == tag
        && header.constructed() == constructed
    {
        return Ok(element.data);
    }
    Err(Fault::new(
        format!("an element with tag {tag}"),
        format!("tag {}", element.tag()),
    ))
}

/// Checks the frame of an X.509 certificate, which its signature does not cover and x509-parser
/// reads generously: one SEQUENCE of the signed part, the algorithm that the signed part names too
/// (RFC 5280 §4.1.1.2), and a BIT STRING.
pub(super) fn check_certificate_frame(der: &[u8]) -> Result<(), Fault> {
    let fault = |expected: &'static str| Fault::new(expected, hex(der));
    let outer = elements(der)?;
    let [certificate] = outer.as_slice() else {
        return Err(fault("one certificate"));
    };
    let parts = elements(contents(certificate, Tag::Sequence)?)?;
    let [signed, algorithm, signature] = parts.as_slice() else {
        return Err(fault("a certificate of three parts"));
    };
    if contents(signature, Tag::BitString)?.first() != Some(&0) {
        return Err(fault("a signature of whole bytes"));
    }
    let members = elements(contents(signed, Tag::Sequence)?)?;
    // The optional version is context-specific; the serial number and the algorithm follow.
    let mut members = members
        .iter()
        .filter(|member| member.class() == Class::Universal);
    if members.nth(1) != Some(algorithm) {
        return Err(fault("one signature algorithm in the certificate"));
    }
    Ok(())
}
