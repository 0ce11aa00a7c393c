//! An app client's secret, and the two ways in which a client shows that it has it.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::random::{self, Random};
use crate::{ClientId, Secret};

/// What a client that runs on a server proves itself with (`GenerateSecret`).
#[derive(Clone)]
pub struct ClientSecret(Secret<String>);

impl ClientSecret {
    /// Takes a secret that was made before.
    pub const fn new(secret: Secret<String>) -> Self {
        Self(secret)
    }

    /// A new secret: 51 of `[0-9a-z]`, which are 263 bits.
    pub fn generate(random: &dyn Random) -> Self {
        let alphabet = b"0123456789abcdefghijklmnopqrstuvwxyz";
        Self(Secret::new(random::symbols(random, alphabet, 51)))
    }

    /// The secret itself, for whoever runs the client.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }

    /// Whether `shown` is the secret itself (`ClientSecret`), in constant time.
    pub fn is(&self, shown: &str) -> bool {
        self.0.matches(shown.as_bytes())
    }

    /// Whether `shown` is the secret's hash for this user name (`SECRET_HASH`), in constant time.
    pub fn is_hashed(&self, username: &str, client: &ClientId, shown: &str) -> bool {
        Secret::new(self.hash(username, client)).matches(shown.as_bytes())
    }

    /// Base64(HMAC-SHA-256(secret, user name ‖ client id)) (AWS: "Computing secret hash values").
    pub fn hash(&self, username: &str, client: &ClientId) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.expose().as_bytes());
        let mut hash = hmac::Context::with_key(&key);
        hash.update(username.as_bytes());
        hash.update(client.as_str().as_bytes());
        STANDARD.encode(hash.sign())
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    // A published example; its hash was computed anew with another library.
    const SECRET: &str = "ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
    const CLIENT: &str = "18u8119jgbpr464n28s1itk2mq";
    const USERNAME: &str = "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6";
    const HASH: &str = "QW3YkSgjkc9VNMtbTkuQflK54A6+9GS8ZiRDj0mSvPI=";

    fn secret() -> ClientSecret {
        ClientSecret::new(Secret::new(SECRET.to_owned()))
    }

    #[test]
    fn hashes_as_cognito_does() {
        assert_eq!(secret().hash(USERNAME, &ClientId::new(CLIENT)), HASH);
    }

    #[test]
    fn a_hash_is_for_one_name_and_one_client() {
        let (own, other) = (ClientId::new(CLIENT), ClientId::new("other"));
        assert!(secret().is_hashed(USERNAME, &own, HASH));
        assert!(!secret().is_hashed("ann@example.com", &own, HASH));
        assert!(!secret().is_hashed(USERNAME, &other, HASH));
    }

    #[test]
    fn nothing_else_is_the_hash() {
        let client = ClientId::new(CLIENT);
        let url_safe = HASH.replace('+', "-");
        for shown in ["", SECRET, &HASH[..43], &url_safe, &HASH.to_lowercase()] {
            assert!(!secret().is_hashed(USERNAME, &client, shown), "{shown}");
        }
    }

    #[test]
    fn the_secret_itself_is_known_and_never_printed() {
        assert!(secret().is(SECRET));
        assert!(!secret().is(HASH) && !secret().is(""));
        assert_eq!(format!("{:?}", secret()), "[secret]");
    }

    #[test]
    fn each_is_drawn_anew() {
        let random = SeededRandom::new(1);
        let [a, b] = [(), ()].map(|()| ClientSecret::generate(&random));
        assert_ne!(a.expose(), b.expose());
        assert_eq!(a.expose().len(), 51);
    }
}
