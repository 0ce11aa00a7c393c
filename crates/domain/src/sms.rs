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
mod tests;
