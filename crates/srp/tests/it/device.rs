//! A device that is remembered: ConfirmDevice, then DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_srp::client::{Challenge, Client, DeviceSecret};
use poolhouse_srp::{Claim, Identity, Refused, Salt, Verifier, server};
use proptest::prelude::*;

const DEVICE: Identity<'_> = Identity {
    pool: "-AbCdEfGh",
    user: "us-east-1_627477ae-3631-4248-bed9-d2e934100372",
};
const TIMESTAMP: &str = "Tue Feb 3 04:05:06 UTC 2026";

/// What the server makes of DeviceSecretVerifierConfig.
fn confirm(device: &DeviceSecret) -> (Salt, Verifier) {
    let decode = |text: String| STANDARD.decode(text).unwrap();
    let salt = Salt::from_bytes(&decode(device.salt())).unwrap();
    let verifier = Verifier::from_bytes(&decode(device.password_verifier())).unwrap();
    (salt, verifier)
}

fn sign_in(
    device: Identity<'_>,
    password: &str,
    salt: &Salt,
    verifier: &Verifier,
) -> Result<(), Refused> {
    let client = Client::new([5; 32]);
    let (b, state) = server::offer(verifier, client.public_value().clone(), [6; 33]);
    let challenge = Challenge {
        salt,
        b: &b,
        secret_block: b"block",
    };
    let signature = client.sign(device, password, challenge, TIMESTAMP);
    let claim = Claim {
        secret_block: b"block",
        timestamp: TIMESTAMP,
        signature: &signature,
    };
    state.verify(verifier, DEVICE, claim)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_confirmed_device_signs_in(random: [u8; 32], salt: [u8; 16]) {
        let password = [&random[..], &random[..8]].concat().try_into().unwrap();
        let device = DeviceSecret::new(DEVICE, password, salt);
        let (salt, verifier) = confirm(&device);
        prop_assert_eq!(sign_in(DEVICE, device.password(), &salt, &verifier), Ok(()));
        prop_assert_eq!(sign_in(DEVICE, "", &salt, &verifier), Err(Refused));
        let other = Identity { user: "us-east-1_0", ..DEVICE };
        prop_assert_eq!(sign_in(other, device.password(), &salt, &verifier), Err(Refused));
    }

    /// Two's complement: never a first bit that is set, as JavaScript's and Java's clients send it.
    #[test]
    fn the_verifier_is_sent_as_a_number_that_is_not_negative(salt: [u8; 16]) {
        let device = DeviceSecret::new(DEVICE, [1; 40], salt);
        for sent in [device.salt(), device.password_verifier()] {
            let bytes = STANDARD.decode(sent).unwrap();
            prop_assert!(bytes[0] < 0x80);
            prop_assert!(bytes[0] != 0 || bytes[1] >= 0x80);
        }
    }
}

#[test]
fn its_password_is_40_bytes_in_base64() {
    let device = DeviceSecret::new(DEVICE, [1; 40], [1; 16]);
    assert_eq!(STANDARD.decode(device.password()).unwrap(), [1; 40]);
}
