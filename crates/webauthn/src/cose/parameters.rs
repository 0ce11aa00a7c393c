//! The parameters of a `COSE_Key` map.

use crate::cbor::{Map, Value};
use crate::error::Fault;

/// §6.5.1.1: the required parameters "and MUST NOT contain any other OPTIONAL parameters".
pub(super) fn exact_labels(map: &Map<'_>, labels: &[i128]) -> Result<(), Fault> {
    let expected = || format!("the labels {labels:?}");
    if let Some(missing) = labels
        .iter()
        .find(|label| map.integer_key(**label).is_none())
    {
        return Err(Fault::new(expected(), format!("no {missing}")));
    }
    // Keys of a map are unique, so as many entries as labels means: these and no others.
    if map.entries().len() == labels.len() {
        Ok(())
    } else {
        Err(Fault::new(
            expected(),
            format!("{} parameters", map.entries().len()),
        ))
    }
}

pub(super) fn expect_integer(
    map: &Map<'_>,
    label: i128,
    what: &'static str,
    expected: i128,
) -> Result<(), Fault> {
    let got = integer(map, label, what)?;
    if got == expected {
        return Ok(());
    }
    Err(Fault::new(format!("{what}: {expected}"), format!("{got}")))
}

pub(super) fn integer(map: &Map<'_>, label: i128, what: &'static str) -> Result<i128, Fault> {
    match map.integer_key(label) {
        Some(Value::Integer(value)) => Ok(*value),
        Some(other) => Err(Fault::new(format!("an integer as {what}"), other.kind())),
        None => Err(Fault::new(what, "nothing")),
    }
}

pub(super) fn bytes<'a>(map: &Map<'a>, label: i128, what: &'static str) -> Result<&'a [u8], Fault> {
    match map.integer_key(label) {
        Some(Value::Bytes(value)) => Ok(value),
        Some(other) => Err(Fault::new(format!("a byte string as {what}"), other.kind())),
        None => Err(Fault::new(what, "nothing")),
    }
}

pub(super) fn sized<'a>(
    map: &Map<'a>,
    label: i128,
    what: &'static str,
    size: usize,
) -> Result<&'a [u8], Fault> {
    let value = bytes(map, label, what)?;
    if value.len() == size {
        return Ok(value);
    }
    Err(Fault::new(
        format!("{size} bytes of {what}"),
        format!("{}", value.len()),
    ))
}
