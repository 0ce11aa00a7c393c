//! An ES256 authentication beside the bare P-256 verification that it cannot do without.
//!
//! `cargo bench -p poolhouse-webauthn`; wanted: at most 1.2 times. The ratio is printed last.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures and tells"
)]
use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use poolhouse_webauthn::{
    AllowedOrigin, AuthenticationResponse, CrossOrigin, Expectations, ExpectedUser,
    StoredCredential, UserVerification, authentication,
};
use serde_json::Value;

/// The unchanged vector none-es256, from the JSON text to the verified record.
struct Authentication {
    body: String,
    challenge: Vec<u8>,
    origins: [AllowedOrigin; 1],
    stored: StoredCredential,
    point: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Authentication {
    fn load() -> Option<Self> {
        let file = include_str!("../tests/vectors/webauthn-l3-cases.json");
        let file: Value = serde_json::from_str(file).ok()?;
        let cases = file.get("cases")?.as_array()?.iter();
        let case = cases
            .into_iter()
            .find(|case| case.get("id").and_then(Value::as_str) == Some("none-es256/auth/ok"))?;
        let binary = |path: &str| URL_SAFE_NO_PAD.decode(case.pointer(path)?.as_str()?).ok();
        let public_key = binary("/stored/publicKeyCose")?;
        // The two coordinates of the COSE key, where its encoding has them.
        let point = [&[4], public_key.get(10..42)?, public_key.get(45..77)?].concat();
        let client_data = binary("/credential/response/clientDataJSON")?;
        let data = binary("/credential/response/authenticatorData")?;
        Some(Self {
            body: case.get("credential")?.to_string(),
            challenge: binary("/config/challenge")?,
            origins: [AllowedOrigin::parse("https://example.org").ok()?],
            stored: StoredCredential {
                id: binary("/stored/credentialId")?,
                public_key,
                sign_count: 0,
                uv_initialized: false,
                transports: Vec::new(),
                backup_eligible: true,
                backup_state: true,
                user_handle: binary("/stored/userHandle")?,
            },
            point,
            message: [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat(),
            signature: binary("/credential/response/signature")?,
        })
    }

    fn whole(&self) -> bool {
        let Ok(response) = AuthenticationResponse::from_json(&self.body) else {
            return false;
        };
        let expect = Expectations {
            challenge: &self.challenge,
            rp_id: "example.org",
            origins: &self.origins,
            cross_origin: CrossOrigin::Refused,
            user_verification: UserVerification::Preferred,
        };
        let user = ExpectedUser::Identified {
            user_handle: &self.stored.user_handle,
            allow_credentials: &[&self.stored.id],
        };
        authentication::verify(&response, &expect, user, Some(&self.stored)).is_ok()
    }

    fn bare(&self) -> bool {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.point);
        key.verify(&self.message, &self.signature).is_ok()
    }
}

fn verify(criterion: &mut Criterion) {
    let Some(authentication) = Authentication::load() else {
        return;
    };
    assert!(authentication.whole() && authentication.bare());
    let mut group = criterion.benchmark_group("es256");
    group.bench_function("authentication", |b| {
        b.iter(|| black_box(authentication.whole()));
    });
    group.bench_function("bare P-256 verify", |b| {
        b.iter(|| black_box(authentication.bare()));
    });
    group.finish();
    println!("ratio: {:.3} (wanted: at most 1.2)", ratio(&authentication));
}

/// The two in turns, so that a busy machine slows both; the median of 101 rounds of 20 each.
fn ratio(authentication: &Authentication) -> f64 {
    let time = |run: fn(&Authentication) -> bool| -> Duration {
        let start = Instant::now();
        for _ in 0..20 {
            black_box(run(black_box(authentication)));
        }
        start.elapsed()
    };
    let mut ratios: Vec<f64> = (0..101)
        .map(|_| {
            time(Authentication::whole).as_secs_f64() / time(Authentication::bare).as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(50).copied().unwrap_or(f64::NAN)
}

criterion_group!(benches, verify);
criterion_main!(benches);
