//! The properties of an app client (AWS CloudFormation resource specification).

use super::Kind::{Boolean, Line, List, Number, Object, Text, Word};
use super::{Properties, p};

const AUTH_FLOWS: &[&str] = &[
    "ALLOW_USER_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
];

const UNITS: &[&str] = &["seconds", "minutes", "hours", "days"];

/// `AWS::Cognito::UserPoolClient`.
pub(crate) const USER_POOL_CLIENT: Properties = &[
    p("accessTokenValidity", "AccessTokenValidity", Number),
    p("allowedOAuthFlows", "AllowedOAuthFlows", List(&Text)),
    p(
        "allowedOAuthFlowsUserPoolClient",
        "AllowedOAuthFlowsUserPoolClient",
        Boolean,
    ),
    p("allowedOAuthScopes", "AllowedOAuthScopes", List(&Text)),
    p(
        "analyticsConfiguration",
        "AnalyticsConfiguration",
        Object(USER_POOL_CLIENT_ANALYTICS_CONFIGURATION),
    ),
    p("authSessionValidity", "AuthSessionValidity", Number),
    p("callbackUrLs", "CallbackURLs", List(&Text)),
    p("clientName", "ClientName", Line),
    p("defaultRedirectUri", "DefaultRedirectURI", Text),
    p(
        "enablePropagateAdditionalUserContextData",
        "EnablePropagateAdditionalUserContextData",
        Boolean,
    ),
    p("enableTokenRevocation", "EnableTokenRevocation", Boolean),
    p(
        "explicitAuthFlows",
        "ExplicitAuthFlows",
        List(&Word(AUTH_FLOWS)),
    ),
    p("generateSecret", "GenerateSecret", Boolean),
    p("idTokenValidity", "IdTokenValidity", Number),
    p("logoutUrLs", "LogoutURLs", List(&Text)),
    p(
        "preventUserExistenceErrors",
        "PreventUserExistenceErrors",
        Word(&["ENABLED", "LEGACY"]),
    ),
    p("readAttributes", "ReadAttributes", List(&Text)),
    p(
        "refreshTokenRotation",
        "RefreshTokenRotation",
        Object(USER_POOL_CLIENT_REFRESH_TOKEN_ROTATION),
    ),
    p("refreshTokenValidity", "RefreshTokenValidity", Number),
    p(
        "supportedIdentityProviders",
        "SupportedIdentityProviders",
        List(&Text),
    ),
    p(
        "tokenValidityUnits",
        "TokenValidityUnits",
        Object(USER_POOL_CLIENT_TOKEN_VALIDITY_UNITS),
    ),
    p("userPoolId", "UserPoolId", Text),
    p("writeAttributes", "WriteAttributes", List(&Text)),
];

const USER_POOL_CLIENT_TOKEN_VALIDITY_UNITS: Properties = &[
    p("accessToken", "AccessToken", Word(UNITS)),
    p("idToken", "IdToken", Word(UNITS)),
    p("refreshToken", "RefreshToken", Word(UNITS)),
];

const USER_POOL_CLIENT_REFRESH_TOKEN_ROTATION: Properties = &[
    p("feature", "Feature", Word(&["ENABLED", "DISABLED"])),
    p("retryGracePeriodSeconds", "RetryGracePeriodSeconds", Number),
];

const USER_POOL_CLIENT_ANALYTICS_CONFIGURATION: Properties = &[
    p("applicationArn", "ApplicationArn", Text),
    p("applicationId", "ApplicationId", Text),
    p("externalId", "ExternalId", Text),
    p("roleArn", "RoleArn", Text),
    p("userDataShared", "UserDataShared", Boolean),
];
