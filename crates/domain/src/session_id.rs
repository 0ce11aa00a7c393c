//! What a sign-in is called when its user looks at the list of them.
//!
//! It is `origin_jti` in other letters, so that there is nothing to keep: AWS wants `tkn` and 25 of
//! `[0-9a-z]`, which is just what a UUID takes in base 36.

const PREFIX: &str = "tkn";
const DIGITS: usize = 25;
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The session id (`SessionIdType`) of the sign-in with this `origin_jti`, a UUID.
pub fn of(origin_jti: &str) -> String {
    let hex: String = origin_jti.chars().filter(|c| *c != '-').collect();
    let mut number = u128::from_str_radix(&hex, 16).unwrap_or_default();
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        let value = usize::try_from(number % 36).unwrap_or_default();
        *digit = ALPHABET[value];
        number /= 36;
    }
    let digits = digits.map(char::from).into_iter();
    PREFIX.chars().chain(digits).collect()
}

/// The `origin_jti` of the sign-in with this session id, if it can be one's.
pub fn parse(text: &str) -> Option<String> {
    let digits = text.strip_prefix(PREFIX)?;
    if digits.len() != DIGITS {
        return None;
    }
    let mut number: u128 = 0;
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        let value = u128::try_from(value).ok()?;
        number = number.checked_mul(36)?.checked_add(value)?;
    }
    let hex = format!("{number:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &hex[part]);
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{SeededRandom, uuid};

    #[test]
    fn every_uuid_comes_back() {
        let random = SeededRandom::new(1);
        let mut uuids: Vec<String> = (0..1000).map(|_| uuid(&random)).collect();
        uuids.push("00000000-0000-0000-0000-000000000000".to_owned());
        uuids.push("ffffffff-ffff-ffff-ffff-ffffffffffff".to_owned());
        for uuid in uuids {
            let id = of(&uuid);
            assert_eq!(id.len(), 28);
            assert_eq!(parse(&id), Some(uuid));
        }
    }

    #[test]
    fn the_ends_are_what_arithmetic_says() {
        let zero = of("00000000-0000-0000-0000-000000000000");
        assert_eq!(zero, "tkn0000000000000000000000000");
        let last = of("ffffffff-ffff-ffff-ffff-ffffffffffff");
        assert_eq!(last, "tknf5lxx1zz5pnorynqglhzmsp33");
    }

    #[test]
    fn nothing_else_is_one() {
        for text in [
            "",
            "tkn",
            "tknf5lxx1zz5pnorynqglhzmsp34",
            "tknzzzzzzzzzzzzzzzzzzzzzzzzz",
            "sso0000000000000000000000000",
            "tkn000000000000000000000000",
            "tkn00000000000000000000000000",
            "tknF5LXX1ZZ5PNORYNQGLHZMSP33",
            "tkn-000000000000000000000000",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
