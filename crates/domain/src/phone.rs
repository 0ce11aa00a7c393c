//! Phone numbers: what is one.
//!
//! A number is written in E.164 and in no other way, as Cognito wants it: then two spellings cannot
//! be two accounts. The `phonelib` crate knows which country codes there are and how long each
//! country's numbers can be. Whether a number is assigned to anybody is not asked: plans grow faster
//! than programs are updated, and only a text that arrives proves it.

use phonelib::ParseError;

/// A number that could be somebody's, in E.164.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// The text is not a phone number in E.164.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPhoneNumber;

impl PhoneNumber {
    /// Parses `text`: `+`, a country code and as many digits as that country's numbers have (ITU-T
    /// E.164 §6.2). Spaces, punctuation, extensions and trunk prefixes are refused.
    pub fn parse(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhoneNumber)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidPhoneNumber);
        }
        match phonelib::try_normalize_phone_number(text) {
            // A trunk prefix after the country code: the same number in another spelling.
            Ok(number) if number != text => Err(InvalidPhoneNumber),
            // +1 555 is nobody's, and what people try things out with.
            Ok(_) | Err(ParseError::InvalidAreaCode | ParseError::InvalidExchange) => {
                Ok(Self(text.to_owned()))
            }
            Err(_) => Err(InvalidPhoneNumber),
        }
    }

    /// In E.164: how it was written, where texts are sent and what it is looked up by.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country that it is of, in ISO 3166-1 alpha-2: also where many share a calling code, as the
    /// United States and Jamaica do. None for numbers that are of no country, or nobody's.
    pub fn country(&self) -> Option<&'static str> {
        let country = phonelib::extract_country(&self.0)?;
        is_country(country.code).then_some(country.code)
    }
}

/// Whether numbers can be of a country with this code (ISO 3166-1 alpha-2).
pub fn is_country(code: &str) -> bool {
    // Numbers of no country have a code of digits.
    let is_letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    is_letters && phonelib::country_by_code(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_numbers_of_every_length_that_plans_have() {
        for text in [
            "+12065550123",
            "+15555550123",
            "+15551234567",
            "+442079460958",
            "+447700900123",
            "+4915123456789",
            "+4930901820",
            "+390612345678",
            "+5511987654321",
            "+918800000000",
            "+81312345678",
            "+6831234",
            "+290 22222".replace(' ', "").as_str(),
        ] {
            let number = PhoneNumber::parse(text);
            assert_eq!(number.as_ref().map(PhoneNumber::as_str), Ok(text));
        }
    }

    #[test]
    fn a_number_is_of_a_country() {
        let country = |text| PhoneNumber::parse(text).unwrap().country();
        for (text, code) in [
            ("+12065550123", Some("US")),
            ("+14165550198", Some("CA")),
            ("+18765550123", Some("JM")),
            ("+447700900123", Some("GB")),
            ("+79161234567", Some("RU")),
            ("+77012345678", Some("KZ")),
            ("+15555550123", None),
            ("+870773111632", None),
        ] {
            assert_eq!(country(text), code, "{text}");
        }
        assert!(is_country("DE") && is_country("US"));
        for no in ["de", "ZZ", "001", "", "D", "DEU"] {
            assert!(!is_country(no), "{no}");
        }
    }

    #[test]
    fn refuses_what_is_no_number_in_e164() {
        for text in [
            "",
            "+",
            "12065550123",
            "0012065550123",
            "+1",
            "+1206555",
            "+120655501234",
            "+999123456789",
            "+0155555501",
            "+1 206 555 0123",
            "+1(206)5550123",
            "+1206555o123",
            "+12065550123;ext=1",
            "+12065550123\n",
            "+4402079460958",
            "+1234567890123456",
            "+\u{661}\u{662}\u{660}\u{666}5550123",
            "ann@example.com",
        ] {
            assert_eq!(
                PhoneNumber::parse(text),
                Err(InvalidPhoneNumber),
                "{text:?}"
            );
        }
    }
}
