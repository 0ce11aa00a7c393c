//! Natural numbers as Cognito writes them: Java's `BigInteger`, in hexadecimal or in bytes.
//!
//! Here they are big-endian bytes of any length; leading zeros change nothing.

use zeroize::Zeroizing;

use crate::Error;

/// The shortest two's complement of a number that is not negative (`BigInteger.toByteArray`): no
/// leading zero byte, but one in front where the top bit is set. This, and never the full width, is
/// what Cognito hashes.
pub(crate) fn to_signed_bytes(number: &[u8]) -> Zeroizing<Vec<u8>> {
    let shortest = shortest(number);
    let mut bytes = Zeroizing::new(Vec::with_capacity(shortest.len() + 1));
    if shortest.first().is_none_or(|byte| byte & 0x80 != 0) {
        bytes.push(0);
    }
    bytes.extend_from_slice(shortest);
    bytes
}

/// Lower-case digits without leading zeros (`BigInteger.toString(16)`), so that clients that hash
/// the text as it came and those that parse it first agree.
pub(crate) fn to_hex(number: &[u8]) -> String {
    let digits: String = shortest(number)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect();
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    }
}

/// From at most `at_most` hexadecimal digits of either case, an odd number of them too.
pub(crate) fn from_hex(text: &str, at_most: usize) -> Result<Vec<u8>, Error> {
    if text.len() > at_most {
        let got = text.len();
        return Err(Error::TooLong { got, at_most });
    }
    if text.is_empty() {
        return Err(Error::Empty);
    }
    let digits = text
        .bytes()
        .map(|digit| char::from(digit).to_digit(16).map(u8::try_from));
    let mut digits = digits
        .collect::<Option<Result<Vec<u8>, _>>>()
        .ok_or(Error::NotHex)?
        .map_err(|_| Error::NotHex)?;
    if digits.len() % 2 == 1 {
        digits.insert(0, 0);
    }
    Ok(digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect())
}

/// Without leading zero bytes.
pub(crate) fn shortest(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0);
    start.map_or(&[], |start| number.get(start..).unwrap_or_default())
}
