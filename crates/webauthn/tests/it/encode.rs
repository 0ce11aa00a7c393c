//! CBOR by hand, so that a test can also write what no encoder would.

use crate::properties_of_parsers::head;

pub(crate) fn int(number: i64) -> Vec<u8> {
    match u64::try_from(number) {
        Ok(number) => head(0, number),
        Err(_) => head(1, u64::try_from(-1 - number).unwrap()),
    }
}

pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len().try_into().unwrap()).as_slice(), bytes].concat()
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    [
        head(3, text.len().try_into().unwrap()).as_slice(),
        text.as_bytes(),
    ]
    .concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len().try_into().unwrap()), items.concat()].concat()
}

/// Entries in the order given.
pub(crate) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let items: Vec<u8> = entries
        .iter()
        .flat_map(|(k, v)| [k.clone(), v.clone()].concat())
        .collect();
    [head(5, entries.len().try_into().unwrap()), items].concat()
}

/// A map with text keys, in the order given.
pub(crate) fn members(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(k, v)| (text(k), v.clone())).collect();
    map(&entries)
}

/// A COSE key, in the order given.
pub(crate) fn labels(entries: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(k, v)| (int(*k), v.clone())).collect();
    map(&entries)
}
