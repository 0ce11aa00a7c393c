//! The server's side of one SRP sign-in, from `SRP_A` to two tokens' signatures, beside the three
//! powers and the two signatures that it cannot do without.
//!
//! `cargo bench -p poolhouse-srp`; wanted: at most 1.2 times. The ratio is printed last.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures and tells"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use criterion::{Criterion, criterion_group, criterion_main};
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Claim, Identity, PublicValue, Salt, Verifier, server};

#[path = "../src/bignum.rs"]
#[expect(dead_code, reason = "powers only")]
mod bignum;

const ADA: Identity<'_> = Identity {
    pool: "AbCdEf123",
    user: "6b0e7c1e-3f5a-4d0c-9b1d-2f6f0d9a7c11",
};
const TIMESTAMP: &str = "Tue Feb 3 04:05:06 UTC 2026";
const SECRET_BLOCK: &[u8] = &[0x5e; 64];
/// About what an id token has under its signature.
const TOKEN: &[u8] = &[b'e'; 1_000];

struct SignIn {
    verifier: Vec<u8>,
    a: String,
    signature: String,
    /// As for the bare powers: a base that is not small.
    base: [u8; 384],
    modulus: bignum::Modulus<384>,
    keys: [KeyPair; 2],
    random: SystemRandom,
}

impl SignIn {
    fn prepare() -> Option<Self> {
        let salt = Salt::fresh([1; 16]);
        let verifier = Verifier::of(ADA, &salt, "Correct-Horse-9-Battery");
        let client = Client::new([2; 32]);
        let (b, _) = server::offer(&verifier, client.public_value().clone(), [3; 33]);
        let challenge = Challenge {
            salt: &salt,
            b: &b,
            secret_block: SECRET_BLOCK,
        };
        // Odd, as it must be; which one it is makes no difference to the time.
        let modulus = bignum::Modulus::new(&[0xfd; 384]);
        Some(Self {
            verifier: verifier.to_bytes().to_vec(),
            a: client.public_value().to_hex(),
            signature: client.sign(ADA, "Correct-Horse-9-Battery", challenge, TIMESTAMP),
            base: *verifier.to_bytes(),
            modulus,
            keys: [
                KeyPair::generate(KeySize::Rsa2048).ok()?,
                KeyPair::generate(KeySize::Rsa2048).ok()?,
            ],
            random: SystemRandom::new(),
        })
    }

    /// Two requests, with everything that this crate does between the wire, the store and the seal.
    fn whole(&self) -> bool {
        self.is_accepted().unwrap_or(false) && self.signed()
    }

    fn is_accepted(&self) -> Result<bool, poolhouse_srp::Error> {
        let verifier = Verifier::from_bytes(&self.verifier)?;
        let (b, state) = server::offer(&verifier, PublicValue::from_hex(&self.a)?, [3; 33]);
        let (b, state) = (b.to_hex(), state.to_bytes());
        black_box(b);
        let verifier = Verifier::from_bytes(&self.verifier)?;
        let claim = Claim {
            secret_block: SECRET_BLOCK,
            timestamp: TIMESTAMP,
            signature: &self.signature,
        };
        let verdict = server::State::from_bytes(&state)?.verify(&verifier, ADA, claim);
        Ok(verdict.is_ok())
    }

    fn bare(&self) -> bool {
        for exponent in [[0x73; 32], [0x95; 32], [0xb7; 32]] {
            black_box(
                self.modulus
                    .pow(black_box(&self.base), black_box(&exponent)),
            );
        }
        self.signed()
    }

    fn signed(&self) -> bool {
        self.keys.iter().all(|key| {
            let mut signature = [0; 256];
            let signed = key.sign(&RSA_PKCS1_SHA256, &self.random, TOKEN, &mut signature);
            black_box(signature);
            signed.is_ok()
        })
    }
}

fn sign_in(criterion: &mut Criterion) {
    let Some(sign_in) = SignIn::prepare() else {
        return;
    };
    assert!(sign_in.whole() && sign_in.bare());
    let mut group = criterion.benchmark_group("srp");
    group.bench_function("sign-in and two signatures", |b| {
        b.iter(|| black_box(sign_in.whole()));
    });
    group.bench_function("bare powers and two signatures", |b| {
        b.iter(|| black_box(sign_in.bare()));
    });
    group.finish();
    println!("ratio: {:.3} (wanted: at most 1.2)", ratio(&sign_in));
}

/// The two in turns, so that a busy machine slows both; the median of 101 rounds of 5 each.
fn ratio(sign_in: &SignIn) -> f64 {
    let time = |run: fn(&SignIn) -> bool| -> Duration {
        let start = Instant::now();
        for _ in 0..5 {
            black_box(run(black_box(sign_in)));
        }
        start.elapsed()
    };
    let mut ratios: Vec<f64> = (0..101)
        .map(|_| time(SignIn::whole).as_secs_f64() / time(SignIn::bare).as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(50).copied().unwrap_or(f64::NAN)
}

criterion_group!(benches, sign_in);
criterion_main!(benches);
