//! The alphabets, and how many messages a text takes.

use super::*;

fn size(text: &str) -> (Alphabet, usize, usize) {
    let Size {
        alphabet,
        units,
        segments,
    } = Size::of(text);
    (alphabet, units, segments)
}

#[test]
fn the_alphabets_have_their_numbers() {
    assert_eq!(BASIC.chars().count(), 127, "and the escape");
    assert_eq!(
        BASIC.chars().nth(usize::from(ESCAPE)),
        Some('Æ'),
        "which follows it"
    );
}

#[test]
fn a_text_is_counted_in_the_smaller_alphabet_that_has_it() {
    for (text, expected) in [
        ("", (Alphabet::Gsm, 0, 1)),
        ("Your code is 123456", (Alphabet::Gsm, 19, 1)),
        ("Größe 5 €", (Alphabet::Gsm, 10, 1)),
        ("ç", (Alphabet::Ucs2, 1, 1)),
        ("Κωδικός", (Alphabet::Ucs2, 7, 1)),
        ("密码 1", (Alphabet::Ucs2, 4, 1)),
        ("🔑", (Alphabet::Ucs2, 2, 1)),
    ] {
        assert_eq!(size(text), expected, "{text}");
    }
}

#[test]
fn what_is_too_long_for_one_message_travels_in_smaller_ones() {
    for (text, expected) in [
        ("a".repeat(160), (Alphabet::Gsm, 160, 1)),
        ("a".repeat(161), (Alphabet::Gsm, 161, 2)),
        ("a".repeat(306), (Alphabet::Gsm, 306, 2)),
        ("a".repeat(307), (Alphabet::Gsm, 307, 3)),
        ("я".repeat(70), (Alphabet::Ucs2, 70, 1)),
        ("я".repeat(71), (Alphabet::Ucs2, 71, 2)),
        ("я".repeat(134), (Alphabet::Ucs2, 134, 2)),
        ("я".repeat(135), (Alphabet::Ucs2, 135, 3)),
        // The 153rd septet would be half of a character.
        (
            format!("{}€{}", "a".repeat(152), "a".repeat(152)),
            (Alphabet::Gsm, 306, 3),
        ),
        (
            format!("{}🔑{}", "я".repeat(66), "я".repeat(66)),
            (Alphabet::Ucs2, 134, 3),
        ),
    ] {
        assert_eq!(size(&text), expected, "{text}");
    }
}

#[test]
fn it_is_written_as_the_tables_say() {
    for (text, octets) in [
        ("@£$", vec![0x00, 0x01, 0x02]),
        ("ΞÆ", vec![0x1a, 0x1c]),
        (" 0Az", vec![0x20, 0x30, 0x41, 0x7a]),
        ("¡ÄÜ§¿äà", vec![0x40, 0x5b, 0x5e, 0x5f, 0x60, 0x7b, 0x7f]),
        ("€[", vec![0x1b, 0x65, 0x1b, 0x3c]),
        ("я1", vec![0x04, 0x4f, 0x00, 0x31]),
        ("🔑", vec![0xd8, 0x3d, 0xdd, 0x11]),
    ] {
        assert_eq!(Written::of(text).segments, [octets], "{text}");
    }
    let long = Written::of(&format!("{}€b", "a".repeat(159)));
    let ends: Vec<_> = long.segments.iter().map(Vec::len).collect();
    assert_eq!(ends, [153, 9]);
    assert_eq!(long.segments[1][6..], [0x1b, 0x65, 0x62]);
}

#[test]
fn another_alphabet_is_taken_where_it_has_the_text() {
    for (alphabet, text, expected, octets) in [
        (
            Alphabet::Latin1,
            "é@{ç",
            Alphabet::Latin1,
            vec![0xe9, 0x40, 0x7b, 0xe7],
        ),
        (Alphabet::Latin1, "€", Alphabet::Ucs2, vec![0x20, 0xac]),
        (Alphabet::Ucs2, "a", Alphabet::Ucs2, vec![0x00, 0x61]),
    ] {
        let written = Written::within(alphabet, text);
        assert_eq!(
            (written.alphabet, &written.segments),
            (expected, &vec![octets]),
            "{text}"
        );
    }
    let long = Written::within(Alphabet::Latin1, &"é".repeat(141));
    let ends: Vec<_> = long.segments.iter().map(Vec::len).collect();
    assert_eq!(ends, [134, 7]);
    assert_eq!(Written::within(Alphabet::Ucs2, "").segments.len(), 1);
}

#[test]
fn it_is_said_in_a_few_words() {
    assert_eq!(Size::of("Your code is 123456").to_string(), "19 of 160 GSM");
    assert_eq!(
        Size::of(&"я".repeat(71)).to_string(),
        "71 UCS-2 in 2 messages of 67"
    );
}
