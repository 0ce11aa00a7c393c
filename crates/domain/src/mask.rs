//! Where a code went, told so that only its owner recognises the place.

/// `a***@b***` for an e-mail address, as Cognito writes it.
pub fn email(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}***@{}***", first(local), first(domain))
}

/// `+*******1234` for a phone number, as Cognito writes it.
pub fn phone(number: &str) -> String {
    let tail: String = number
        .chars()
        .skip(number.chars().count().saturating_sub(4))
        .collect();
    format!("+*******{tail}")
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_as_cognito_does() {
        assert_eq!(email("ann@example.com"), "a***@e***");
        assert_eq!(email("\"a@b\"@c.d"), "\"***@c***");
        assert_eq!(phone("+15555550123"), "+*******0123");
    }

    #[test]
    fn tells_no_more_of_short_values() {
        assert_eq!(email("nobody"), "n***@***");
        assert_eq!(email(""), "***@***");
        assert_eq!(phone("+1"), "+*******+1");
    }
}
