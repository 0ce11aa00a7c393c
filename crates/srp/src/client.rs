//! The client's side, for clients in Rust and for tests.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::claim::{self, SessionKey};
use crate::group::Element;
use crate::verifier::private_key;
use crate::{Identity, PublicValue, Salt, Verifier, integer};

/// A client that has sent, or will send, its A. For one sign-in.
pub struct Client {
    a: Zeroizing<Vec<u8>>,
    public: PublicValue,
}

/// A challenge's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'a> {
    /// `SALT`.
    pub salt: &'a Salt,
    /// `SRP_B`.
    pub b: &'a PublicValue,
    /// `SECRET_BLOCK`, decoded from base64.
    pub secret_block: &'a [u8],
}

impl Client {
    /// From fresh randomness of at least 32 bytes (RFC 5054 §2.5.4), which the compiler checks.
    /// Costs one exponentiation.
    pub fn new<const L: usize>(a: [u8; L]) -> Self {
        const { assert!(L >= 32) };
        let a = Zeroizing::new(a.to_vec());
        let public = PublicValue(Element::power_of_generator(&a));
        Self { a, public }
    }

    /// `SRP_A`, g^a.
    pub const fn public_value(&self) -> &PublicValue {
        &self.public
    }

    /// `PASSWORD_CLAIM_SIGNATURE`, in base64. `timestamp` is `TIMESTAMP` as it will be sent, a
    /// [`Timestamp`](crate::Timestamp). Costs four exponentiations.
    pub fn sign(
        &self,
        identity: Identity<'_>,
        password: &str,
        challenge: Challenge<'_>,
        timestamp: &str,
    ) -> String {
        let x = private_key(identity, challenge.salt, password);
        let u = claim::scrambling(&self.public, challenge.b);
        // S = (B - k * g^x) ^ (a + u * x) (RFC 5054 §2.6), with the power taken apart, for want of an
        // exponent's arithmetic.
        let masked = Element::multiplier().mul(&Element::power_of_generator(&*x));
        let base = challenge.b.0.sub(&masked);
        let premaster = base.pow(&self.a).mul(&base.pow(&*x).pow(&*u));
        SessionKey::derive(&u, &premaster).sign(identity, challenge.secret_block, timestamp)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// What a device makes up to be remembered by: it keeps the password, and sends salt and verifier
/// with `ConfirmDevice`.
#[derive(Clone)]
pub struct DeviceSecret {
    password: Zeroizing<String>,
    salt: Salt,
    verifier: Verifier,
}

impl DeviceSecret {
    /// For a device's identity, from fresh randomness. Costs one exponentiation.
    pub fn new(device: Identity<'_>, password: [u8; 40], salt: [u8; 16]) -> Self {
        let password = Zeroizing::new(STANDARD.encode(Zeroizing::new(password)));
        let salt = Salt::fresh(salt);
        let verifier = Verifier::of(device, &salt, &password);
        Self {
            password,
            salt,
            verifier,
        }
    }

    /// What the device keeps, 40 bytes in base64.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// `DeviceSecretVerifierConfig`'s `Salt`: base64 of [`Salt::to_bytes`].
    pub fn salt(&self) -> String {
        STANDARD.encode(self.salt.to_bytes())
    }

    /// `DeviceSecretVerifierConfig`'s `PasswordVerifier`, in base64, with a zero byte in front where
    /// the top bit is set.
    pub fn password_verifier(&self) -> String {
        STANDARD.encode(integer::to_signed_bytes(&*self.verifier.to_bytes()))
    }
}

impl fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSecret([secret])")
    }
}
