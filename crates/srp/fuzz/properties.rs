//! What holds for every input of every parser. The fuzz targets and the property tests of
//! `tests/it/properties.rs` call the same functions.

use poolhouse_srp::{Claim, Identity, PublicValue, Refused, Salt, Timestamp, Verifier, server};

/// Hexadecimal digits are one number, whatever case and zeros they come with.
pub(crate) fn digits(text: &str) {
    if let Ok(value) = PublicValue::from_hex(text) {
        assert_shortest(&value.to_hex(), text);
        assert_eq!(PublicValue::from_hex(&value.to_hex()), Ok(value));
    }
    if let Ok(salt) = Salt::from_hex(text) {
        assert_shortest(&salt.to_hex(), text);
        assert_eq!(Salt::from_hex(&salt.to_hex()), Ok(salt.clone()));
        assert_eq!(Salt::from_bytes(&salt.to_bytes()), Ok(salt));
    }
}

fn assert_shortest(given: &str, taken: &str) {
    let shortest = taken.trim_start_matches('0').to_ascii_lowercase();
    assert_eq!(given.trim_start_matches('0'), shortest);
    assert!(given == "0" || !given.starts_with('0'));
}

/// Bytes of a verifier, and of a state with which no claim of nobody's is right.
pub(crate) fn bytes(data: &[u8]) {
    if let Ok(verifier) = Verifier::from_bytes(data) {
        let (zeros, number) = data.split_at(data.len().saturating_sub(384));
        assert!(zeros.iter().all(|byte| *byte == 0));
        assert!(verifier.to_bytes().ends_with(number));
    }
    if let Ok(state) = server::State::from_bytes(data) {
        assert_eq!(*state.to_bytes(), data);
        let claim = Claim {
            secret_block: data,
            timestamp: "",
            signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        };
        let nobody = Identity { pool: "", user: "" };
        let verdict = state.verify(&Verifier::decoy(&[0; 32]), nobody, claim);
        assert_eq!(verdict, Err(Refused));
    }
}

/// A time has one form.
pub(crate) fn timestamp(text: &str) {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        assert_eq!(timestamp.to_string(), text);
        let again = Timestamp::from_unix_seconds(timestamp.unix_seconds());
        assert_eq!(again, Ok(timestamp));
    }
}
