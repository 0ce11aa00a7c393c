//! The properties of what belongs to a pool: groups, providers, domains, and the identity pool
//! (AWS CloudFormation resource specification).

use super::Kind::{Boolean, Json, Line, List, Map, Number, Object, Text};
use super::{Properties, p};

/// `AWS::Cognito::IdentityPoolRoleAttachment`.
pub(crate) const IDENTITY_POOL_ROLE_ATTACHMENT: Properties = &[
    p("identityPoolId", "IdentityPoolId", Text),
    p(
        "roleMappings",
        "RoleMappings",
        Map(&Object(IDENTITY_POOL_ROLE_ATTACHMENT_ROLE_MAPPING)),
    ),
    p("roles", "Roles", Json),
];

const IDENTITY_POOL_ROLE_ATTACHMENT_ROLE_MAPPING: Properties = &[
    p("ambiguousRoleResolution", "AmbiguousRoleResolution", Text),
    p("identityProvider", "IdentityProvider", Text),
    p(
        "rulesConfiguration",
        "RulesConfiguration",
        Object(IDENTITY_POOL_ROLE_ATTACHMENT_RULES_CONFIGURATION_TYPE),
    ),
    p("type", "Type", Text),
];

const IDENTITY_POOL_ROLE_ATTACHMENT_RULES_CONFIGURATION_TYPE: Properties = &[p(
    "rules",
    "Rules",
    List(&Object(IDENTITY_POOL_ROLE_ATTACHMENT_MAPPING_RULE)),
)];

const IDENTITY_POOL_ROLE_ATTACHMENT_MAPPING_RULE: Properties = &[
    p("claim", "Claim", Text),
    p("matchType", "MatchType", Text),
    p("roleArn", "RoleARN", Text),
    p("value", "Value", Text),
];

/// `AWS::Cognito::IdentityPool`.
pub(crate) const IDENTITY_POOL: Properties = &[
    p("allowClassicFlow", "AllowClassicFlow", Boolean),
    p(
        "allowUnauthenticatedIdentities",
        "AllowUnauthenticatedIdentities",
        Boolean,
    ),
    p("cognitoEvents", "CognitoEvents", Json),
    p(
        "cognitoIdentityProviders",
        "CognitoIdentityProviders",
        List(&Object(IDENTITY_POOL_COGNITO_IDENTITY_PROVIDER)),
    ),
    p(
        "cognitoStreams",
        "CognitoStreams",
        Object(IDENTITY_POOL_COGNITO_STREAMS),
    ),
    p("developerProviderName", "DeveloperProviderName", Text),
    p("identityPoolName", "IdentityPoolName", Text),
    p("identityPoolTags", "IdentityPoolTags", List(&Json)),
    p(
        "openIdConnectProviderArns",
        "OpenIdConnectProviderARNs",
        List(&Text),
    ),
    p("pushSync", "PushSync", Object(IDENTITY_POOL_PUSH_SYNC)),
    p("samlProviderArns", "SamlProviderARNs", List(&Text)),
    p("supportedLoginProviders", "SupportedLoginProviders", Json),
];

const IDENTITY_POOL_PUSH_SYNC: Properties = &[
    p("applicationArns", "ApplicationArns", List(&Text)),
    p("roleArn", "RoleArn", Text),
];

const IDENTITY_POOL_COGNITO_STREAMS: Properties = &[
    p("roleArn", "RoleArn", Text),
    p("streamName", "StreamName", Text),
    p("streamingStatus", "StreamingStatus", Text),
];

const IDENTITY_POOL_COGNITO_IDENTITY_PROVIDER: Properties = &[
    p("clientId", "ClientId", Text),
    p("providerName", "ProviderName", Text),
    p("serverSideTokenCheck", "ServerSideTokenCheck", Boolean),
];

/// `AWS::Cognito::UserPoolIdentityProvider`.
pub(crate) const USER_POOL_IDENTITY_PROVIDER: Properties = &[
    p("attributeMapping", "AttributeMapping", Json),
    p("idpIdentifiers", "IdpIdentifiers", List(&Text)),
    p("providerDetails", "ProviderDetails", Json),
    p("providerName", "ProviderName", Text),
    p("providerType", "ProviderType", Text),
    p("userPoolId", "UserPoolId", Text),
];

/// `AWS::Cognito::UserPoolDomain`.
pub(crate) const USER_POOL_DOMAIN: Properties = &[
    p(
        "customDomainConfig",
        "CustomDomainConfig",
        Object(USER_POOL_DOMAIN_CUSTOM_DOMAIN_CONFIG_TYPE),
    ),
    p("domain", "Domain", Text),
    p("managedLoginVersion", "ManagedLoginVersion", Number),
    p("routing", "Routing", Object(USER_POOL_DOMAIN_ROUTING_TYPE)),
    p("userPoolId", "UserPoolId", Text),
];

const USER_POOL_DOMAIN_ROUTING_TYPE: Properties = &[p(
    "failover",
    "Failover",
    Object(USER_POOL_DOMAIN_FAILOVER_TYPE),
)];

const USER_POOL_DOMAIN_FAILOVER_TYPE: Properties = &[
    p(
        "primaryRoute53HealthCheckId",
        "PrimaryRoute53HealthCheckId",
        Text,
    ),
    p("secondaryRegion", "SecondaryRegion", Text),
];

const USER_POOL_DOMAIN_CUSTOM_DOMAIN_CONFIG_TYPE: Properties = &[
    p("certificateArn", "CertificateArn", Text),
    p("securityPolicy", "SecurityPolicy", Text),
];

/// `AWS::Cognito::UserPoolGroup`.
pub(crate) const USER_POOL_GROUP: Properties = &[
    p("description", "Description", Text),
    p("groupName", "GroupName", Line),
    p("precedence", "Precedence", Number),
    p("roleArn", "RoleArn", Text),
    p("userPoolId", "UserPoolId", Text),
];
