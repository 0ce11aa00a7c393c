//! The CBOR reader: what it reads, and what it refuses.

use poolhouse_webauthn::cbor::{Value, parse, parse_prefix};

use crate::encode::{array, bytes, int, map, text};

fn refusal(input: &[u8]) -> String {
    parse(input).expect_err("refused").to_string()
}

#[test]
fn reads_every_kind_of_item() {
    assert_eq!(parse(&[0x00]), Ok(Value::Integer(0)));
    assert_eq!(parse(&int(-257)), Ok(Value::Integer(-257)));
    assert_eq!(
        parse(&[0x1b; 9][..9]),
        Ok(Value::Integer(0x1b1b_1b1b_1b1b_1b1b))
    );
    let lowest = [&[0x3b][..], &[0xff; 8]].concat();
    assert_eq!(parse(&lowest), Ok(Value::Integer(-(1 << 64))));
    assert_eq!(parse(&bytes(b"ab")), Ok(Value::Bytes(b"ab")));
    assert_eq!(parse(&text("é")), Ok(Value::Text("é")));
    assert_eq!(parse(&[0xf4]), Ok(Value::Bool(false)));
    assert_eq!(parse(&[0xf5]), Ok(Value::Bool(true)));
    assert_eq!(parse(&[0xf6]), Ok(Value::Null));
    let list = array(&[int(1), text("x")]);
    assert_eq!(
        parse(&list),
        Ok(Value::Array(vec![Value::Integer(1), Value::Text("x")]))
    );
}

#[test]
fn finds_the_members_of_a_map() {
    let encoded = map(&[
        (int(1), int(2)),
        (int(-1), bytes(b"n")),
        (text("fmt"), text("none")),
    ]);
    let map = parse(&encoded).unwrap().into_map("it").unwrap();
    assert_eq!(map.integer_key(-1), Some(&Value::Bytes(b"n")));
    assert_eq!(map.integer_key(-2), None);
    assert_eq!(map.text_key("fmt"), Some(&Value::Text("none")));
    assert_eq!(map.text_key("FMT"), None);
    assert_eq!(map.entries().len(), 3);
}

#[test]
fn returns_the_bytes_after_a_prefix() {
    let input = [int(500), vec![1, 2, 3]].concat();
    assert_eq!(
        parse_prefix(&input),
        Ok((Value::Integer(500), &[1, 2, 3][..]))
    );
    assert_eq!(
        refusal(&input),
        "expected the end after the CBOR item, got 3 more bytes"
    );
}

#[test]
fn refuses_numbers_and_lengths_that_are_longer_than_needed() {
    for longer in [
        &[0x18, 0x17][..],
        &[0x19, 0x00, 0xff],
        &[0x1a, 0x00, 0x00, 0xff, 0xff],
        &[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        &[0x38, 0x00],
        &[0x58, 0x01, 0xaa],
        &[0x78, 0x01, 0x61],
        &[0x98, 0x01, 0x00],
        &[0xb8, 0x01, 0x00, 0x00],
    ] {
        assert!(
            refusal(longer).starts_with("expected the shortest form"),
            "{longer:02x?}"
        );
    }
}

#[test]
fn refuses_indefinite_lengths_and_reserved_heads() {
    for indefinite in [
        &[0x5f, 0x41, 0xaa, 0xff][..],
        &[0x7f, 0xff],
        &[0x9f, 0xff],
        &[0xbf, 0xff],
    ] {
        assert_eq!(
            refusal(indefinite),
            "expected a definite length, got an indefinite length"
        );
    }
    for reserved in [0x1c, 0x1d, 0x1e, 0x5c] {
        assert!(refusal(&[reserved]).starts_with("expected a CBOR head"));
    }
}

#[test]
fn refuses_tags_floats_and_other_simple_values() {
    assert_eq!(refusal(&[0xc1, 0x00]), "expected no CBOR tags, got tag 1");
    for other in [0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff, 0xe0] {
        let text = refusal(&[other, 0x20, 0, 0, 0, 0, 0, 0, 0]);
        assert!(text.starts_with("expected false, true or null"), "{text}");
    }
}

#[test]
fn refuses_repeated_and_unsorted_keys() {
    let (one, minus_one) = ((int(1), int(0)), (int(-1), int(0)));
    assert!(parse(&map(&[one.clone(), minus_one.clone()])).is_ok());
    for entries in [
        vec![one.clone(), one.clone()],
        vec![minus_one, one],
        // Length comes before bytes: "b" before "aa".
        vec![(text("aa"), int(0)), (text("b"), int(0))],
        vec![(text("b"), int(0)), (text("a"), int(0))],
        // Major type comes before length: 1000 before "".
        vec![(text(""), int(0)), (int(1000), int(0))],
    ] {
        assert!(
            refusal(&map(&entries)).contains("unique and in canonical order"),
            "{entries:02x?}"
        );
    }
}

#[test]
fn refuses_text_that_is_not_utf_8() {
    assert!(refusal(&[0x61, 0xff]).contains("UTF-8"));
}

#[test]
fn refuses_lengths_beyond_the_input_before_it_allocates() {
    assert_eq!(
        refusal(&[0x42, 0x00]),
        "expected 2 bytes, got the end after 1"
    );
    let huge = [0xff; 8];
    for major in [0x5b, 0x7b, 0x9b, 0xbb] {
        let input = [&[major][..], &huge].concat();
        assert!(
            refusal(&input).contains("18446744073709551615"),
            "{major:x}"
        );
    }
    // Two entries need four bytes.
    assert_eq!(
        refusal(&[0xa2, 0, 0, 1]),
        "expected items that fit into 3 bytes, got 2 items"
    );
    assert_eq!(refusal(&[]), "expected 1 bytes of a CBOR head, got 0");
}

#[test]
fn refuses_nesting_beyond_eight_levels() {
    let nested = |levels: usize| [vec![0x81; levels], vec![0x00]].concat();
    assert!(parse(&nested(7)).is_ok());
    assert_eq!(
        refusal(&nested(8)),
        "expected at most 8 levels of nesting, got more"
    );
    assert!(refusal(&nested(1_000_000)).contains("nesting"));
    let maps: Vec<u8> = std::iter::repeat_n([0xa1, 0x00], 100_000)
        .flatten()
        .collect();
    assert!(refusal(&maps).contains("nesting"));
}
