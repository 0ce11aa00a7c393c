//! A client's device: what it was given, and the secret that it made up.

use poolhouse_domain::device::DeviceConfig;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_server::listen::ClientAddress;
use poolhouse_srp::Identity;
use poolhouse_srp::client::DeviceSecret;
use serde_json::{Value, json};

use crate::flows::passwords::{ANN, RIGHT, in_clear, respond, with_passwords};
use crate::flows::srp;
use crate::test_server::{Answer, TestServer, Tokens};

pub(crate) const NOT_FOUND: &str = "ResourceNotFoundException: Device does not exist.";
pub(crate) const NOT_REMEMBERED: &str =
    "InvalidUserPoolConfigurationException: The user pool does not remember devices.";

/// A device that has signed in, with the tokens that it got.
pub(crate) struct Device {
    pub(crate) key: String,
    pub(crate) group: String,
    pub(crate) tokens: Tokens,
    pub(crate) secret: DeviceSecret,
}

impl Device {
    /// The one that a sign-in was given the key of; devices with different seeds make up different
    /// secrets.
    pub(crate) fn of(reply: &Value, seed: u8) -> Self {
        let new = &reply["AuthenticationResult"]["NewDeviceMetadata"];
        let part = |name: &str| new[name].as_str().unwrap().to_owned();
        let (key, group) = (part("DeviceKey"), part("DeviceGroupKey"));
        let identity = Identity {
            pool: &group,
            user: &key,
        };
        Self {
            secret: DeviceSecret::new(identity, [seed; 40], [seed; 16]),
            tokens: Tokens::of(reply),
            key,
            group,
        }
    }

    /// The body of ConfirmDevice.
    pub(crate) fn confirmation(&self) -> Value {
        json!({
            "AccessToken": self.tokens.access,
            "DeviceKey": self.key,
            "DeviceName": "Ann's phone",
            "DeviceSecretVerifierConfig": {
                "Salt": self.secret.salt(),
                "PasswordVerifier": self.secret.password_verifier(),
            },
        })
    }

    /// The answer to `DEVICE_SRP_AUTH` of `reply`.
    pub(crate) fn begin(&self, reply: &Value) -> Value {
        assert_eq!(reply["ChallengeName"], "DEVICE_SRP_AUTH", "{reply}");
        let responses = json!({"USERNAME": ANN, "SRP_A": srp::a(), "DEVICE_KEY": self.key});
        respond("DEVICE_SRP_AUTH", &reply["Session"], &responses)
    }

    /// The answer to `DEVICE_PASSWORD_VERIFIER` of `reply`.
    pub(crate) fn claim(&self, t: &TestServer, reply: &Value) -> Value {
        assert_eq!(
            reply["ChallengeName"], "DEVICE_PASSWORD_VERIFIER",
            "{reply}"
        );
        let identity = Identity {
            pool: &self.group,
            user: &self.key,
        };
        let timestamp = srp::timestamp(t, 0);
        let mut responses = srp::signed(identity, reply, self.secret.password(), &timestamp);
        responses["DEVICE_KEY"] = json!(self.key);
        respond("DEVICE_PASSWORD_VERIFIER", &reply["Session"], &responses)
    }

    /// Proves itself where `reply` asks for it; what comes then.
    pub(crate) async fn prove(&self, t: &TestServer, reply: &Value) -> Value {
        let asked = t.ok("RespondToAuthChallenge", self.begin(reply)).await;
        let claim = self.claim(t, &asked);
        t.ok("RespondToAuthChallenge", claim).await
    }

    /// The body of an operation on this device.
    pub(crate) fn body(&self) -> Value {
        json!({"AccessToken": self.tokens.access, "DeviceKey": self.key})
    }
}

/// A pool with passwords that remembers devices.
pub(crate) fn with_devices(config: DeviceConfig) -> PoolConfig {
    PoolConfig {
        devices: Some(config),
        ..with_passwords()
    }
}

impl TestServer {
    /// A server whose pool remembers devices without asking.
    pub(crate) async fn with_devices() -> Self {
        Self::with(with_devices(DeviceConfig::default())).await
    }

    /// Signs in by password, on the device with that key if there is one.
    pub(crate) async fn sign_in_on(&self, name: &str, key: Option<&str>) -> Answer {
        let mut body = in_clear(name, RIGHT);
        if let Some(key) = key {
            body["AuthParameters"]["DEVICE_KEY"] = json!(key);
        }
        self.call("InitiateAuth", body).await
    }

    /// Signs in on a device that nobody knows.
    pub(crate) async fn new_device(&self, name: &str, seed: u8) -> Device {
        Device::of(&self.sign_in_on(name, None).await.body, seed)
    }

    /// The same, and confirms it.
    pub(crate) async fn confirmed_device(&self, name: &str, seed: u8) -> Device {
        let device = self.new_device(name, seed).await;
        self.ok("ConfirmDevice", device.confirmation()).await;
        device
    }

    /// Lets one of the user's devices prove itself, or no longer.
    pub(crate) async fn remember(&self, device: &Device, status: &str) {
        let mut body = device.body();
        body["DeviceRememberedStatus"] = json!(status);
        assert_eq!(self.ok("UpdateDeviceStatus", body).await, json!({}));
    }

    /// Calls an operation from `ip`.
    pub(crate) async fn call_from(&self, ip: &str, operation: &str, body: Value) -> Value {
        let mut request = self.request(operation, body);
        let address = ClientAddress(ip.parse().unwrap());
        request.extensions_mut().insert(address);
        self.answer(operation, request).await.body
    }
}
