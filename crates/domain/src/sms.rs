//! How long a text message is: its alphabet, its units, and as how many messages it travels and is
//! paid for (3GPP TS 23.038 §6.2, 23.040 §9.2.3.24.1).

use std::fmt;

/// The default alphabet: each takes one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension: each takes an escape and a septet.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// GSM 03.38, seven bits each.
    Gsm,
    /// UCS-2, sixteen bits each: for everything that GSM 03.38 lacks.
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

impl Size {
    /// The size of `text`.
    pub fn of(text: &str) -> Self {
        let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
        if let Some(septets) = septets {
            return Self::counted(Alphabet::Gsm, &septets);
        }
        let units: Vec<usize> = text.chars().map(char::len_utf16).collect();
        Self::counted(Alphabet::Ucs2, &units)
    }

    fn counted(alphabet: Alphabet, each: &[usize]) -> Self {
        let (alone, joined) = alphabet.limits();
        let units = each.iter().sum();
        let mut segments = 1;
        if units > alone {
            let mut filled = 0;
            for &length in each {
                // No character is cut in two.
                if filled + length > joined {
                    segments += 1;
                    filled = 0;
                }
                filled += length;
            }
        }
        Self {
            alphabet,
            units,
            segments,
        }
    }
}

impl Alphabet {
    /// How many units there are in a message alone, and in one of several.
    pub const fn limits(self) -> (usize, usize) {
        match self {
            Self::Gsm => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alphabet = match self.alphabet {
            Alphabet::Gsm => "GSM",
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

fn septets(character: char) -> Option<usize> {
    if BASIC.contains(character) {
        Some(1)
    } else if EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
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
        assert_eq!(EXTENSION.chars().count(), 10);
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
    fn it_is_said_in_a_few_words() {
        assert_eq!(Size::of("Your code is 123456").to_string(), "19 of 160 GSM");
        assert_eq!(
            Size::of(&"я".repeat(71)).to_string(),
            "71 UCS-2 in 2 messages of 67"
        );
    }
}
