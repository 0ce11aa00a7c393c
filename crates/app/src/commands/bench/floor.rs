//! What the cryptography of a visit costs by itself: the work that no server can be without.
//!
//! Cognito's clients verify RS256, so that every sign-in is two RSA signatures; a passkey is an ECDSA
//! verification more, a password one modular exponentiation or, if it is proved, three (RFC 5054 §2.5.3,
//! §2.6), each as the library does it: the server has a table for powers of the one base that never changes, and
//! needs less for these. It is measured by the threads' processor time, with the library that the server
//! has, on all processors at once: they are busy while the server is measured too, and processors that share
//! a core, a cache or a clock are slower together than one of them alone.

use std::hint::black_box;
use std::thread::{self, available_parallelism};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
};
use poolhouse_srp::PublicValue;
use poolhouse_srp::client::Client;

use super::process::own_cpu_ns;
use super::scenario::Scenario;
use crate::failure::Failure;

/// For how long each is measured, in nanoseconds of processor time.
const LONG_ENOUGH: u64 = 300_000_000;

/// About what is signed of a token, and of an assertion.
const TOKEN: &[u8] = &[b'e'; 800];
const ASSERTION: &[u8] = &[7; 69];

const EXPONENT: [u8; 32] = [0x95; 32];

/// Keys and signatures to measure with.
pub(super) struct Floor {
    signs: KeyPair,
    verifies: ParsedPublicKey,
    token: Vec<u8>,
    passkey: ParsedPublicKey,
    assertion: Vec<u8>,
    base: PublicValue,
    random: SystemRandom,
}

impl Floor {
    pub(super) fn new() -> Result<Self, Failure> {
        Self::prepare().ok_or_else(|| Failure::new("cannot make the keys to compare with"))
    }

    fn prepare() -> Option<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "keys that sign nothing of anybody's"
        )]
        let random = SystemRandom::new();
        let signs = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let public = signs.public_key().as_ref();
        let verifies = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).ok()?;
        let mut token = vec![0; signs.public_modulus_len()];
        signs
            .sign(&RSA_PKCS1_SHA256, &random, TOKEN, &mut token)
            .ok()?;
        let passkey = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).ok()?;
        let assertion = passkey.sign(&random, ASSERTION).ok()?.as_ref().to_vec();
        let passkey = passkey.public_key().as_ref();
        Some(Self {
            passkey: ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, passkey).ok()?,
            signs,
            verifies,
            token,
            assertion,
            base: Client::new([2; 32]).public_value().clone(),
            random,
        })
    }

    /// The processor time of one visit's cryptography, in nanoseconds; nothing where there is none, or
    /// where the system does not tell.
    pub(super) fn measure(&self, scenario: Scenario) -> Option<u64> {
        if scenario == Scenario::Jwks {
            return None;
        }
        let processors = available_parallelism().map_or(1, usize::from);
        let all = thread::scope(|scope| {
            let threads = (0..processors).map(|_| scope.spawn(|| self.measure_here(scenario)));
            let threads: Vec<_> = threads.collect();
            let measured = threads.into_iter().map(|thread| thread.join().ok()?);
            measured.collect::<Option<Vec<u64>>>()
        })?;
        let count = u64::try_from(all.len()).ok()?;
        Some(all.into_iter().sum::<u64>() / count)
    }

    /// The same on this thread alone.
    fn measure_here(&self, scenario: Scenario) -> Option<u64> {
        let begin = own_cpu_ns()?;
        let mut times = 0;
        loop {
            for _ in 0..10 {
                self.once(scenario)?;
            }
            times += 10;
            let used = own_cpu_ns()?.saturating_sub(begin);
            if used >= LONG_ENOUGH {
                return Some(used / times);
            }
        }
    }

    fn once(&self, scenario: Scenario) -> Option<()> {
        let powers = match scenario {
            Scenario::Password => 1,
            Scenario::PasswordSrp => 3,
            _ => 0,
        };
        for _ in 0..powers {
            black_box(black_box(&self.base).power(black_box(&EXPONENT)));
        }
        match scenario {
            Scenario::Jwks => {}
            Scenario::GetUser | Scenario::ListPasskeys => {
                self.verifies.verify_sig(TOKEN, &self.token).ok()?;
            }
            Scenario::Passkey => {
                self.passkey.verify_sig(ASSERTION, &self.assertion).ok()?;
                self.sign_twice()?;
            }
            _ => self.sign_twice()?,
        }
        Some(())
    }

    fn sign_twice(&self) -> Option<()> {
        for _ in 0..2 {
            let mut signature = [0; 256];
            self.signs
                .sign(
                    &RSA_PKCS1_SHA256,
                    &self.random,
                    black_box(TOKEN),
                    &mut signature,
                )
                .ok()?;
            black_box(signature);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_but_the_keys_has_cryptography() {
        let floor = Floor::new().unwrap();
        for scenario in Scenario::ALL {
            floor.once(scenario).unwrap();
        }
        assert_eq!(floor.measure(Scenario::Jwks), None);
        assert!(floor.measure(Scenario::GetUser).unwrap() > 1_000);
    }
}
