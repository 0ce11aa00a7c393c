//! How a text message is written, and how long it is then: its alphabet, its units, and as how many
//! messages it travels and is paid for (3GPP TS 23.038 §6.2, 23.040 §9.2.3.24.1).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The default alphabet, in its order but without the escape: each takes one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Where the escape stands in it.
const ESCAPE: u8 = 0x1b;

/// Its extension: each takes an escape and a septet.
const EXTENSION: [(char, u8); 10] = [
    ('\u{c}', 0x0a),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alphabet {
    /// GSM 03.38, seven bits each.
    Gsm,
    /// ISO 8859-1, eight bits each: for message centres that want it in place of GSM 03.38.
    Latin1,
    /// UCS-2, sixteen bits each: for everything that the others lack.
    Ucs2,
}

/// The length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// What it is written in.
    pub alphabet: Alphabet,
    /// Septets, or 16-bit units.
    pub units: usize,
    /// The messages that it travels in.
    pub segments: usize,
}

/// A text as it stands in the messages that it travels in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What it is written in.
    pub alphabet: Alphabet,
    /// One for each message: septets, each in an octet of its own, octets, or UTF-16, the high octets first.
    pub segments: Vec<Vec<u8>>,
}

impl Size {
    /// The size of `text`.
    pub fn of(text: &str) -> Self {
        let Written { alphabet, segments } = Written::of(text);
        let octets: usize = segments.iter().map(Vec::len).sum();
        Self {
            alphabet,
            units: octets / alphabet.octets(),
            segments: segments.len(),
        }
    }
}

impl Written {
    /// `text` in the smaller alphabet that has all of it.
    pub fn of(text: &str) -> Self {
        Self::within(Alphabet::Gsm, text)
    }

    /// `text` in `alphabet` if that has all of it, and in UCS-2 otherwise.
    pub fn within(alphabet: Alphabet, text: &str) -> Self {
        let one = |character| match alphabet {
            Alphabet::Gsm => septets(character),
            Alphabet::Latin1 => u8::try_from(character).ok().map(|octet| vec![octet]),
            Alphabet::Ucs2 => None,
        };
        let each: Option<Vec<_>> = text.chars().map(one).collect();
        if let Some(each) = each {
            return Self::packed(alphabet, &each);
        }
        let each: Vec<_> = text.chars().map(utf_16).collect();
        Self::packed(Alphabet::Ucs2, &each)
    }

    fn packed(alphabet: Alphabet, each: &[Vec<u8>]) -> Self {
        let (alone, joined) = alphabet.limits();
        let octets: usize = each.iter().map(Vec::len).sum();
        let most = if octets <= alone * alphabet.octets() {
            octets
        } else {
            joined * alphabet.octets()
        };
        let mut segments = vec![Vec::new()];
        for character in each {
            match segments.last_mut() {
                Some(last) if last.len() + character.len() <= most => last.extend(character),
                // No character is cut in two.
                _ => segments.push(character.clone()),
            }
        }
        Self { alphabet, segments }
    }
}

impl Alphabet {
    /// How many units there are in a message alone, and in one of several.
    pub const fn limits(self) -> (usize, usize) {
        match self {
            Self::Gsm => (160, 153),
            Self::Latin1 => (140, 134),
            Self::Ucs2 => (70, 67),
        }
    }

    /// How many octets a unit takes in [`Written`].
    const fn octets(self) -> usize {
        match self {
            Self::Gsm | Self::Latin1 => 1,
            Self::Ucs2 => 2,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alphabet = match self.alphabet {
            Alphabet::Gsm => "GSM",
            Alphabet::Latin1 => "Latin-1",
            Alphabet::Ucs2 => "UCS-2",
        };
        let (alone, joined) = self.alphabet.limits();
        match self.segments {
            1 => write!(f, "{} of {alone} {alphabet}", self.units),
            segments => write!(
                f,
                "{} {alphabet} in {segments} messages of {joined}",
                self.units
            ),
        }
    }
}

fn septets(character: char) -> Option<Vec<u8>> {
    let mut extension = EXTENSION.iter();
    if let Some((_, code)) = extension.find(|(other, _)| *other == character) {
        return Some(vec![ESCAPE, *code]);
    }
    let place = BASIC.chars().position(|other| other == character)?;
    let code = u8::try_from(place).ok()?;
    Some(vec![if code < ESCAPE { code } else { code + 1 }])
}

fn utf_16(character: char) -> Vec<u8> {
    let mut units = [0; 2];
    let units = character.encode_utf16(&mut units).iter();
    units.flat_map(|unit| unit.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
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
}
