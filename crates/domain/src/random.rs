//! Chance as a value that is handed in, and the few shapes in which we need it.
//!
//! The operating system's generator is opened in one place, `app`. Digits and letters are drawn by
//! rejection, so that no value is likelier than another (NIST SP 800-63B-4 §3.1.3.2).

use std::sync::Mutex;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes` with fresh random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// `length` decimal digits, leading zeros included.
pub fn digits(random: &dyn Random, length: usize) -> String {
    symbols(random, b"0123456789", length)
}

/// `length` symbols drawn evenly from `alphabet`, which has 1 to 256 ASCII symbols.
pub fn symbols(random: &dyn Random, alphabet: &[u8], length: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut drawn = String::with_capacity(length);
    while drawn.len() < length {
        for byte in bytes::<32>(random) {
            let byte = usize::from(byte);
            if byte < fair && drawn.len() < length {
                drawn.push(char::from(alphabet[byte % alphabet.len()]));
            }
        }
    }
    drawn
}

/// A version 4 UUID in lower-case text form (RFC 9562 §5.4).
pub fn uuid(random: &dyn Random) -> String {
    uuid_from(bytes(random))
}

/// Where the bytes of a UUID stand in its text, between four hyphens.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The version 4 UUID that carries these bytes: for identifiers that are derived, not drawn.
pub fn uuid_from(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = [b'-'; 36];
    for (place, byte) in PLACES.into_iter().zip(bytes) {
        text[place] = DIGITS[usize::from(byte >> 4)];
        text[place + 1] = DIGITS[usize::from(byte & 0x0f)];
    }
    String::from_utf8(text.to_vec()).unwrap_or_default()
}

/// A reproducible stream for tests (SplitMix64): never for secrets.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// The stream that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_stream() {
        let (a, b) = (SeededRandom::new(7), SeededRandom::new(7));
        assert_eq!(bytes::<40>(&a), bytes::<40>(&b));
        assert_ne!(bytes::<40>(&a), bytes::<40>(&SeededRandom::new(8)));
    }

    #[test]
    fn digits_are_evenly_spread_and_keep_leading_zeros() {
        let random = SeededRandom::new(1);
        let mut counts = [0_u32; 10];
        let mut leading_zero = false;
        for _ in 0..10_000 {
            let code = digits(&random, 8);
            assert_eq!(code.len(), 8);
            leading_zero |= code.starts_with('0');
            for digit in code.bytes() {
                counts[usize::from(digit - b'0')] += 1;
            }
        }
        assert!(leading_zero);
        // 80,000 draws, 9 degrees of freedom: chi-squared above 27.88 has p < 0.001.
        let chi: f64 = counts
            .iter()
            .map(|&n| (f64::from(n) - 8_000.0).powi(2) / 8_000.0)
            .sum();
        assert!(chi < 27.88, "chi-squared {chi}");
    }

    #[test]
    fn a_uuid_says_its_version_and_variant() {
        assert_eq!(
            uuid_from([0xff; 16]),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert_eq!(uuid_from([0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn symbols_come_from_the_alphabet_alone() {
        let drawn = symbols(&SeededRandom::new(3), b"abc", 500);
        assert_eq!(drawn.len(), 500);
        assert!(drawn.bytes().all(|b| b"abc".contains(&b)));
    }
}
