//! External identity providers.

use serde_json::{Map, Value, json};

use super::token;
use crate::props::shape::STANDARD_ATTRIBUTES;
use crate::props::{Props, Switch};

/// An external identity provider.
pub(super) struct Provider {
    /// Its logical id.
    pub(super) id: String,
    /// `ProviderName`.
    pub(super) name: String,
    /// Its properties; what is not set is `null`.
    pub(super) properties: Value,
}

/// The external providers, in the order in which Amplify registers them.
pub(super) fn providers(props: &Props) -> Vec<Provider> {
    let Some(external) = &props.login_with.external_providers else {
        return Vec::new();
    };
    let mut found = Vec::new();
    // An e-mail address is all that a pool without phone numbers asks of a provider.
    let by_mail = Switch::is_on(props.login_with.email.as_ref())
        && !Switch::is_on(props.login_with.phone.as_ref());
    let mail = by_mail.then_some("email");
    let social = [
        ("google", "Google", "profile", " "),
        ("facebook", "Facebook", "public_profile", ","),
        ("loginWithAmazon", "LoginWithAmazon", "profile", " "),
        ("signInWithApple", "SignInWithApple", "name", " "),
    ];
    for (key, name, scope, separator) in social {
        if let Some(given) = external.get(key).filter(|given| given.is_object()) {
            let mut details = credentials(given);
            details.insert(
                "authorize_scopes".to_owned(),
                scopes(given, scope, separator),
            );
            details.insert("api_version".to_owned(), given["apiVersion"].clone());
            found.push(provider(name, name, name, &details, given, mail));
        }
    }
    let oidc = external
        .get("oidc")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for (index, given) in oidc.enumerate() {
        let default = format!("Oidc{index}");
        let name = given["name"]
            .as_str()
            .filter(|name| !name.is_empty())
            .unwrap_or(&default);
        let id = format!("Oidc{index}");
        found.push(provider(
            &id,
            name,
            "OIDC",
            &oidc_details(given),
            given,
            mail,
        ));
    }
    if let Some(given) = external.get("saml").filter(|given| given.is_object()) {
        let name = given["name"]
            .as_str()
            .filter(|name| !name.is_empty())
            .unwrap_or("Saml");
        found.push(provider(
            "Saml",
            name,
            "SAML",
            &saml_details(given),
            given,
            None,
        ));
    }
    found
}

/// `SupportedLoginProviders` of the identity pool.
pub(super) fn logins(props: &Props) -> Map<String, Value> {
    let domains = [
        ("google", "accounts.google.com"),
        ("facebook", "graph.facebook.com"),
        ("loginWithAmazon", "www.amazon.com"),
        ("signInWithApple", "appleid.apple.com"),
    ];
    let external = props.login_with.external_providers.as_ref();
    let login = |(key, domain): (&str, &str)| {
        let given = external?.get(key)?;
        Some((domain.to_owned(), given["clientId"].clone()))
    };
    domains.into_iter().filter_map(login).collect()
}

fn provider(
    id: &str,
    name: &str,
    kind: &str,
    details: &Map<String, Value>,
    given: &Value,
    mail: Option<&str>,
) -> Provider {
    Provider {
        id: format!("{id}Provider"),
        name: name.to_owned(),
        properties: json!({
            "userPoolId": token("UserPool"),
            "providerName": name,
            "providerType": kind,
            "providerDetails": details,
            "idpIdentifiers": given["identifiers"],
            "attributeMapping": mapping(&given["attributeMapping"], mail),
        }),
    }
}

fn credentials(given: &Value) -> Map<String, Value> {
    let names = [
        ("client_id", "clientId"),
        ("client_secret", "clientSecret"),
        ("team_id", "teamId"),
        ("key_id", "keyId"),
        ("private_key", "privateKey"),
    ];
    let detail = |(cognito, ours): (&str, &str)| (cognito.to_owned(), given[ours].clone());
    names.into_iter().map(detail).collect()
}

fn scopes(given: &Value, default: &str, separator: &str) -> Value {
    let scopes = given["scopes"].as_array();
    let join = |scopes: &Vec<Value>| {
        let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
        scopes.join(separator)
    };
    Value::from(scopes.map_or_else(|| default.to_owned(), join))
}

fn oidc_details(given: &Value) -> Map<String, Value> {
    let mut details = credentials(given);
    let endpoints = &given["endpoints"];
    let method = given["attributeRequestMethod"].as_str().unwrap_or("GET");
    let more = [
        ("authorize_scopes", scopes(given, "openid", " ")),
        ("attributes_request_method", Value::from(method)),
        ("oidc_issuer", given["issuerUrl"].clone()),
        ("authorize_url", endpoints["authorization"].clone()),
        ("token_url", endpoints["token"].clone()),
        ("attributes_url", endpoints["userInfo"].clone()),
        ("jwks_uri", endpoints["jwksUri"].clone()),
    ];
    details.extend(more.map(|(name, value)| (name.to_owned(), value)));
    details
}

fn saml_details(given: &Value) -> Map<String, Value> {
    let metadata = &given["metadata"];
    let is_file = metadata["metadataType"] == "FILE";
    let key = if is_file {
        "MetadataFile"
    } else {
        "MetadataURL"
    };
    let sign_out = given["idpSignout"].as_bool().unwrap_or(false);
    let entries = [
        ("IDPSignout", Value::from(sign_out.to_string())),
        (key, metadata["metadataContent"].clone()),
    ];
    Map::from_iter(entries.map(|(name, value)| (name.to_owned(), value)))
}

fn mapping(given: &Value, mail: Option<&str>) -> Option<Map<String, Value>> {
    let mut mapping = Map::new();
    mapping.extend(mail.map(|claim| ("email".to_owned(), Value::from(claim))));
    for (key, claim) in given.as_object().into_iter().flatten() {
        if key == "custom" {
            let custom = claim.as_object().into_iter().flatten();
            mapping.extend(custom.map(|(name, claim)| (name.clone(), claim.clone())));
        } else if let Some((_, name)) = STANDARD_ATTRIBUTES.iter().find(|(camel, _)| camel == key) {
            mapping.insert((*name).to_owned(), claim.clone());
        }
    }
    (!mapping.is_empty()).then_some(mapping)
}
