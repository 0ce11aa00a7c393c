//! What is odd about a definition but not wrong.

use serde_json::Value;

use crate::backend::Resource;
use crate::diagnostic::Diagnostic;
use crate::position::Sources;
use crate::reading::Reading;
use crate::template;

/// Amplify's warnings, and ours for what would be lost without a word.
pub(crate) fn warnings(
    reading: &Reading,
    resources: &[Resource],
    sources: &Sources,
) -> Vec<Diagnostic> {
    let mut warnings = reading.warnings.clone();
    let find = |id: &str| resources.iter().find(|resource| resource.id == id);
    if let (Some(pool), Some(client)) = (find("UserPool"), find("UserPoolClient")) {
        let place = || pool.place("Policies", sources);
        let found = lost_factors(reading, pool, client).or_else(|| drifted_factors(pool));
        warnings.extend(found.map(|warning| warning.at(place())));
    }
    let clients = resources
        .iter()
        .filter(|resource| resource.kind == "AWS::Cognito::UserPoolClient");
    for client in clients {
        let place = client.place("RefreshTokenRotation", sources);
        warnings.extend(refused_rotation(client).map(|warning| warning.at(place)));
    }
    for (path, label) in template::unresolved(resources) {
        let text = format!("{path} comes from `{label}`, which is not run here");
        let mut segments = path.split('.');
        let resource = segments.next().and_then(find);
        let property = segments.next().unwrap_or_default();
        let place = resource.and_then(|resource| resource.place(property, sources));
        let help = "the template leaves it out; add it by hand";
        warnings.push(Diagnostic::warning(text).at(place).help(help));
    }
    warnings
}

const POLICY: &str = "/Policies/SignInPolicy/AllowedFirstAuthFactors";

/// `cfnUserPool.policies = { passwordPolicy }` takes the sign-in policy with it.
fn lost_factors(reading: &Reading, pool: &Resource, client: &Resource) -> Option<Diagnostic> {
    let props = reading.props.as_ref()?;
    let asked = props.email_otp() || props.sms_otp() || props.passkeys();
    let has = pool.properties().pointer(POLICY).is_some();
    let flows = client.properties()["ExplicitAuthFlows"].as_array();
    let offered = flows.is_some_and(|flows| flows.iter().any(|flow| flow == "ALLOW_USER_AUTH"));
    (asked && !has && offered).then(|| {
        let text = "backend.ts replaces the pool's policies and drops the sign-in policy: \
            passwordless sign-in is off";
        Diagnostic::warning(text).help(
            "write `cfnUserPool.policies = { ...cfnUserPool.policies, passwordPolicy: { .. } }`",
        )
    })
}

/// What Cognito refuses of a client's rotation, when it is deployed.
fn refused_rotation(client: &Resource) -> Option<Diagnostic> {
    let properties = client.properties();
    let rotation = &properties["RefreshTokenRotation"];
    let flows = properties["ExplicitAuthFlows"].as_array();
    let mut flows = flows.into_iter().flatten();
    let is_on = rotation["Feature"] == "ENABLED";
    if is_on && flows.any(|flow| flow == "ALLOW_REFRESH_TOKEN_AUTH") {
        let text = "Cognito refuses a client that rotates refresh tokens and has \
            ALLOW_REFRESH_TOKEN_AUTH: here the flow is off";
        let help = "remove ALLOW_REFRESH_TOKEN_AUTH from `explicitAuthFlows`";
        return Some(Diagnostic::warning(text).help(help));
    }
    let grace = rotation["RetryGracePeriodSeconds"].as_u64()?;
    (is_on && grace > 60).then(|| {
        let text = format!("retryGracePeriodSeconds is {grace}, and Cognito takes 0 to 60");
        Diagnostic::warning(text)
    })
}

/// An override of the factors does not reach the clients' configuration.
fn drifted_factors(pool: &Resource) -> Option<Diagnostic> {
    let factors = pool.properties().pointer(POLICY)?;
    let told = pool
        .l1
        .pointer("/policies/signInPolicy/allowedFirstAuthFactors");
    let extra = |factors: &Value| factors.as_array().is_some_and(|factors| factors.len() > 1);
    (told != Some(factors) && extra(factors)).then(|| {
        let text = "backend.ts overrides the sign-in factors, and amplify_outputs.json does not \
            show it: Amplify makes it of the properties, not of the overrides";
        Diagnostic::warning(text).help(
            "assign instead: `cfnUserPool.policies = { ...cfnUserPool.policies, signInPolicy: \
             { allowedFirstAuthFactors: [..] } }`",
        )
    })
}
