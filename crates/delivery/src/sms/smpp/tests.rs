//! What a message centre is told of a text, and of who it is from.

use super::*;

#[test]
fn how_long_a_text_may_be_tried_is_written_as_a_span() {
    for (seconds, expected) in [
        (0, "000000000001000R"),
        (180, "000000000300000R"),
        (3_661, "000000010101000R"),
        (1_000_000, "000000235959000R"),
    ] {
        let written = validity(Duration::from_secs(seconds));
        assert_eq!(written, expected, "{seconds}");
        assert!(EmptyOrFullCOctetString::<17>::from_string(written).is_ok());
    }
}

#[test]
fn a_sender_is_a_number_a_short_code_or_a_name() {
    for (from, ton, npi, address) in [
        ("+12065550100", Ton::International, Npi::Isdn, "12065550100"),
        ("72720", Ton::Unknown, Npi::Unknown, "72720"),
        ("Acme 24", Ton::Alphanumeric, Npi::Unknown, "Acme 24"),
    ] {
        let (its_ton, its_npi, its_address) = source(from).unwrap();
        assert_eq!(
            (its_ton, its_npi, its_address.as_str()),
            (ton, npi, address)
        );
    }
    assert!(source(&"1".repeat(21)).is_err());
    assert!(source("Crème").is_err());
}

#[test]
fn a_password_that_does_not_fit_is_refused_without_being_told() {
    let told = word::<9>("the password", "far too long").unwrap_err();
    assert_eq!(
        told.to_string(),
        "the password: got 12 octets, expected at most 8, in ASCII"
    );
}
