//! `application/x-www-form-urlencoded` (WHATWG URL §5.2).

use std::fmt::Write as _;

/// A form, as it goes over the wire. It may hold a code, so it is not printed.
#[derive(Default)]
pub(crate) struct Form(String);

impl Form {
    pub(crate) const TYPE: &str = "application/x-www-form-urlencoded";

    /// The form with one more field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.push(name);
        self.0.push('=');
        self.push(value);
        self
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    fn push(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
                    self.0.push(char::from(byte));
                }
                b' ' => self.0.push('+'),
                _ => {
                    let _ = write!(self.0, "%{byte:02X}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_letters_and_digits_is_escaped() {
        let form = Form::default()
            .with("To", "+49 151&x=y")
            .with("Body", "Grüße\n@a.b #1~");
        let text = String::from_utf8(form.into_bytes()).unwrap();
        assert_eq!(
            text,
            "To=%2B49+151%26x%3Dy&Body=Gr%C3%BC%C3%9Fe%0A%40a.b+%231%7E"
        );
    }
}
