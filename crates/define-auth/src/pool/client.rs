//! An app client, from CloudFormation's properties.

use std::time::Duration;

use poolhouse_domain::client::{AuthFlow, ClientConfig};
use serde::{Deserialize, Deserializer};

/// `AWS::Cognito::UserPoolClient`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Client {
    #[serde(deserialize_with = "auth_flows")]
    explicit_auth_flows: Vec<AuthFlow>,
    prevent_user_existence_errors: Option<String>,
    auth_session_validity: Option<u32>,
    access_token_validity: Option<u32>,
    id_token_validity: Option<u32>,
    refresh_token_validity: Option<u32>,
    token_validity_units: Units,
    refresh_token_rotation: Rotation,
    enable_token_revocation: Option<bool>,
    generate_secret: bool,
    read_attributes: Option<Vec<String>>,
    write_attributes: Option<Vec<String>>,
}

impl Client {
    /// The client, which the definition calls `name`.
    pub(super) fn config(self, name: &str) -> ClientConfig {
        let default = ClientConfig::default();
        let units = &self.token_validity_units;
        // Without a unit, access and id tokens count in hours, refresh tokens in days.
        let access = lifetime(self.access_token_validity, units.access.as_deref(), HOUR);
        let id = lifetime(self.id_token_validity, units.id.as_deref(), HOUR);
        let refresh = lifetime(self.refresh_token_validity, units.refresh.as_deref(), DAY);
        let session = self.auth_session_validity.map(|minutes| minutes * MINUTE);
        ClientConfig {
            name: name.to_owned(),
            auth_flows: self.explicit_auth_flows,
            prevent_user_existence_errors: self.prevent_user_existence_errors.as_deref()
                == Some("ENABLED"),
            auth_session_validity: session.unwrap_or(default.auth_session_validity),
            access_token_validity: access.unwrap_or(default.access_token_validity),
            id_token_validity: id.unwrap_or(default.id_token_validity),
            refresh_token_validity: refresh.unwrap_or(default.refresh_token_validity),
            rotation_grace: self.refresh_token_rotation.grace(),
            token_revocation: self.enable_token_revocation.unwrap_or(true),
            has_secret: self.generate_secret,
            read_attributes: self.read_attributes,
            write_attributes: self.write_attributes,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Rotation {
    feature: Option<String>,
    retry_grace_period_seconds: u32,
}

impl Rotation {
    /// How long a replaced token holds, if tokens are rotated.
    fn grace(&self) -> Option<Duration> {
        let is_on = self.feature.as_deref() == Some("ENABLED");
        is_on.then(|| self.retry_grace_period_seconds * SECOND)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Units {
    #[serde(rename = "AccessToken")]
    access: Option<String>,
    #[serde(rename = "IdToken")]
    id: Option<String>,
    #[serde(rename = "RefreshToken")]
    refresh: Option<String>,
}

/// Flows, the older words for them too.
fn auth_flows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AuthFlow>, D::Error> {
    #[derive(Deserialize)]
    enum Older {
        #[serde(rename = "ADMIN_NO_SRP_AUTH")]
        AdminNoSrp,
        #[serde(rename = "CUSTOM_AUTH_FLOW_ONLY")]
        CustomOnly,
        #[serde(rename = "USER_PASSWORD_AUTH")]
        UserPassword,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Word {
        New(AuthFlow),
        Old(Older),
    }
    let words = Vec::<Word>::deserialize(deserializer)?;
    let mut flows = Vec::new();
    for word in words {
        let flow = match word {
            Word::New(flow) => flow,
            Word::Old(Older::AdminNoSrp) => AuthFlow::AllowAdminUserPasswordAuth,
            Word::Old(Older::CustomOnly) => AuthFlow::AllowCustomAuth,
            Word::Old(Older::UserPassword) => AuthFlow::AllowUserPasswordAuth,
        };
        flows.push(flow);
    }
    Ok(flows)
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn lifetime(validity: Option<u32>, unit: Option<&str>, default: Duration) -> Option<Duration> {
    let unit = match unit {
        Some("seconds") => SECOND,
        Some("minutes") => MINUTE,
        Some("hours") => HOUR,
        Some("days") => DAY,
        _ => default,
    };
    // Zero asks for the service's own default.
    validity
        .filter(|validity| *validity > 0)
        .map(|validity| validity * unit)
}
