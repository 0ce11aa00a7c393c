//! The properties of the resources that a definition makes, by the names that CDK's L1 classes and
//! CloudFormation give them (AWS CloudFormation resource specification, `AWS::Cognito::*`).

/// What a property holds.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Any JSON.
    Json,
    /// So many of a kind.
    List(&'static Kind),
    /// Values of a kind under names of one's own.
    Map(&'static Kind),
    /// Properties again.
    Object(Properties),
}

/// A type's properties.
pub(crate) type Properties = &'static [Property];

/// One property.
#[derive(Debug)]
pub(crate) struct Property {
    /// CDK's name.
    pub(crate) camel: &'static str,
    /// CloudFormation's name.
    pub(crate) pascal: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
}

use Kind::{Boolean, Json, List, Map, Number, Object, Text};

const fn p(camel: &'static str, pascal: &'static str, kind: Kind) -> Property {
    Property {
        camel,
        pascal,
        kind,
    }
}

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
    p("groupName", "GroupName", Text),
    p("precedence", "Precedence", Number),
    p("roleArn", "RoleArn", Text),
    p("userPoolId", "UserPoolId", Text),
];

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
    p("clientName", "ClientName", Text),
    p("defaultRedirectUri", "DefaultRedirectURI", Text),
    p(
        "enablePropagateAdditionalUserContextData",
        "EnablePropagateAdditionalUserContextData",
        Boolean,
    ),
    p("enableTokenRevocation", "EnableTokenRevocation", Boolean),
    p("explicitAuthFlows", "ExplicitAuthFlows", List(&Text)),
    p("generateSecret", "GenerateSecret", Boolean),
    p("idTokenValidity", "IdTokenValidity", Number),
    p("logoutUrLs", "LogoutURLs", List(&Text)),
    p(
        "preventUserExistenceErrors",
        "PreventUserExistenceErrors",
        Text,
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
    p("accessToken", "AccessToken", Text),
    p("idToken", "IdToken", Text),
    p("refreshToken", "RefreshToken", Text),
];

const USER_POOL_CLIENT_REFRESH_TOKEN_ROTATION: Properties = &[
    p("feature", "Feature", Text),
    p("retryGracePeriodSeconds", "RetryGracePeriodSeconds", Number),
];

const USER_POOL_CLIENT_ANALYTICS_CONFIGURATION: Properties = &[
    p("applicationArn", "ApplicationArn", Text),
    p("applicationId", "ApplicationId", Text),
    p("externalId", "ExternalId", Text),
    p("roleArn", "RoleArn", Text),
    p("userDataShared", "UserDataShared", Boolean),
];

/// `AWS::Cognito::UserPool`.
pub(crate) const USER_POOL: Properties = &[
    p(
        "accountRecoverySetting",
        "AccountRecoverySetting",
        Object(USER_POOL_ACCOUNT_RECOVERY_SETTING),
    ),
    p(
        "adminCreateUserConfig",
        "AdminCreateUserConfig",
        Object(USER_POOL_ADMIN_CREATE_USER_CONFIG),
    ),
    p("aliasAttributes", "AliasAttributes", List(&Text)),
    p(
        "autoVerifiedAttributes",
        "AutoVerifiedAttributes",
        List(&Text),
    ),
    p("deletionProtection", "DeletionProtection", Text),
    p(
        "deviceConfiguration",
        "DeviceConfiguration",
        Object(USER_POOL_DEVICE_CONFIGURATION),
    ),
    p(
        "emailAuthenticationMessage",
        "EmailAuthenticationMessage",
        Text,
    ),
    p(
        "emailAuthenticationSubject",
        "EmailAuthenticationSubject",
        Text,
    ),
    p(
        "emailConfiguration",
        "EmailConfiguration",
        Object(USER_POOL_EMAIL_CONFIGURATION),
    ),
    p("emailVerificationMessage", "EmailVerificationMessage", Text),
    p("emailVerificationSubject", "EmailVerificationSubject", Text),
    p("enabledMfas", "EnabledMfas", List(&Text)),
    p(
        "issuerConfiguration",
        "IssuerConfiguration",
        Object(USER_POOL_ISSUER_CONFIGURATION),
    ),
    p(
        "keyConfiguration",
        "KeyConfiguration",
        Object(USER_POOL_KEY_CONFIGURATION),
    ),
    p(
        "lambdaConfig",
        "LambdaConfig",
        Object(USER_POOL_LAMBDA_CONFIG),
    ),
    p("mfaConfiguration", "MfaConfiguration", Text),
    p("policies", "Policies", Object(USER_POOL_POLICIES)),
    p(
        "schema",
        "Schema",
        List(&Object(USER_POOL_SCHEMA_ATTRIBUTE)),
    ),
    p("smsAuthenticationMessage", "SmsAuthenticationMessage", Text),
    p(
        "smsConfiguration",
        "SmsConfiguration",
        Object(USER_POOL_SMS_CONFIGURATION),
    ),
    p("smsVerificationMessage", "SmsVerificationMessage", Text),
    p(
        "userAttributeUpdateSettings",
        "UserAttributeUpdateSettings",
        Object(USER_POOL_USER_ATTRIBUTE_UPDATE_SETTINGS),
    ),
    p(
        "userPoolAddOns",
        "UserPoolAddOns",
        Object(USER_POOL_ADD_ONS),
    ),
    p("userPoolName", "UserPoolName", Text),
    p("userPoolTags", "UserPoolTags", Json),
    p("userPoolTier", "UserPoolTier", Text),
    p("usernameAttributes", "UsernameAttributes", List(&Text)),
    p(
        "usernameConfiguration",
        "UsernameConfiguration",
        Object(USER_POOL_USERNAME_CONFIGURATION),
    ),
    p(
        "verificationMessageTemplate",
        "VerificationMessageTemplate",
        Object(USER_POOL_VERIFICATION_MESSAGE_TEMPLATE),
    ),
    p(
        "webAuthnFactorConfiguration",
        "WebAuthnFactorConfiguration",
        Text,
    ),
    p("webAuthnRelyingPartyId", "WebAuthnRelyingPartyID", Text),
    p("webAuthnUserVerification", "WebAuthnUserVerification", Text),
];

const USER_POOL_VERIFICATION_MESSAGE_TEMPLATE: Properties = &[
    p("defaultEmailOption", "DefaultEmailOption", Text),
    p("emailMessage", "EmailMessage", Text),
    p("emailMessageByLink", "EmailMessageByLink", Text),
    p("emailSubject", "EmailSubject", Text),
    p("emailSubjectByLink", "EmailSubjectByLink", Text),
    p("smsMessage", "SmsMessage", Text),
];

const USER_POOL_USERNAME_CONFIGURATION: Properties =
    &[p("caseSensitive", "CaseSensitive", Boolean)];

const USER_POOL_ADD_ONS: Properties = &[
    p(
        "advancedSecurityAdditionalFlows",
        "AdvancedSecurityAdditionalFlows",
        Object(USER_POOL_ADVANCED_SECURITY_ADDITIONAL_FLOWS),
    ),
    p("advancedSecurityMode", "AdvancedSecurityMode", Text),
];

const USER_POOL_ADVANCED_SECURITY_ADDITIONAL_FLOWS: Properties =
    &[p("customAuthMode", "CustomAuthMode", Text)];

const USER_POOL_USER_ATTRIBUTE_UPDATE_SETTINGS: Properties = &[p(
    "attributesRequireVerificationBeforeUpdate",
    "AttributesRequireVerificationBeforeUpdate",
    List(&Text),
)];

const USER_POOL_SMS_CONFIGURATION: Properties = &[
    p(
        "eumsSms",
        "EumsSms",
        Object(USER_POOL_EUMS_SMS_CONFIGURATION),
    ),
    p("externalId", "ExternalId", Text),
    p("snsCallerArn", "SnsCallerArn", Text),
    p("snsRegion", "SnsRegion", Text),
];

const USER_POOL_EUMS_SMS_CONFIGURATION: Properties = &[
    p("callerArn", "CallerArn", Text),
    p("configurationSetName", "ConfigurationSetName", Text),
    p("externalId", "ExternalId", Text),
    p("inEntityId", "InEntityId", Text),
    p("inTemplateId", "InTemplateId", Text),
    p("originationIdentity", "OriginationIdentity", Text),
    p("region", "Region", Text),
];

const USER_POOL_SCHEMA_ATTRIBUTE: Properties = &[
    p("attributeDataType", "AttributeDataType", Text),
    p("developerOnlyAttribute", "DeveloperOnlyAttribute", Boolean),
    p("mutable", "Mutable", Boolean),
    p("name", "Name", Text),
    p(
        "numberAttributeConstraints",
        "NumberAttributeConstraints",
        Object(USER_POOL_NUMBER_ATTRIBUTE_CONSTRAINTS),
    ),
    p("required", "Required", Boolean),
    p(
        "stringAttributeConstraints",
        "StringAttributeConstraints",
        Object(USER_POOL_STRING_ATTRIBUTE_CONSTRAINTS),
    ),
];

const USER_POOL_STRING_ATTRIBUTE_CONSTRAINTS: Properties = &[
    p("maxLength", "MaxLength", Text),
    p("minLength", "MinLength", Text),
];

const USER_POOL_NUMBER_ATTRIBUTE_CONSTRAINTS: Properties = &[
    p("maxValue", "MaxValue", Text),
    p("minValue", "MinValue", Text),
];

const USER_POOL_POLICIES: Properties = &[
    p(
        "passwordPolicy",
        "PasswordPolicy",
        Object(USER_POOL_PASSWORD_POLICY),
    ),
    p(
        "signInPolicy",
        "SignInPolicy",
        Object(USER_POOL_SIGN_IN_POLICY),
    ),
];

const USER_POOL_SIGN_IN_POLICY: Properties = &[p(
    "allowedFirstAuthFactors",
    "AllowedFirstAuthFactors",
    List(&Text),
)];

const USER_POOL_PASSWORD_POLICY: Properties = &[
    p("minimumLength", "MinimumLength", Number),
    p("passwordHistorySize", "PasswordHistorySize", Number),
    p("requireLowercase", "RequireLowercase", Boolean),
    p("requireNumbers", "RequireNumbers", Boolean),
    p("requireSymbols", "RequireSymbols", Boolean),
    p("requireUppercase", "RequireUppercase", Boolean),
    p(
        "temporaryPasswordValidityDays",
        "TemporaryPasswordValidityDays",
        Number,
    ),
];

const USER_POOL_LAMBDA_CONFIG: Properties = &[
    p("createAuthChallenge", "CreateAuthChallenge", Text),
    p(
        "customEmailSender",
        "CustomEmailSender",
        Object(USER_POOL_CUSTOM_EMAIL_SENDER),
    ),
    p("customMessage", "CustomMessage", Text),
    p(
        "customSmsSender",
        "CustomSMSSender",
        Object(USER_POOL_CUSTOM_SMS_SENDER),
    ),
    p("defineAuthChallenge", "DefineAuthChallenge", Text),
    p(
        "inboundFederation",
        "InboundFederation",
        Object(USER_POOL_INBOUND_FEDERATION),
    ),
    p("kmsKeyId", "KMSKeyID", Text),
    p("postAuthentication", "PostAuthentication", Text),
    p("postConfirmation", "PostConfirmation", Text),
    p("preAuthentication", "PreAuthentication", Text),
    p("preSignUp", "PreSignUp", Text),
    p("preTokenGeneration", "PreTokenGeneration", Text),
    p(
        "preTokenGenerationConfig",
        "PreTokenGenerationConfig",
        Object(USER_POOL_PRE_TOKEN_GENERATION_CONFIG),
    ),
    p("userMigration", "UserMigration", Text),
    p(
        "verifyAuthChallengeResponse",
        "VerifyAuthChallengeResponse",
        Text,
    ),
];

const USER_POOL_PRE_TOKEN_GENERATION_CONFIG: Properties = &[
    p("lambdaArn", "LambdaArn", Text),
    p("lambdaVersion", "LambdaVersion", Text),
];

const USER_POOL_INBOUND_FEDERATION: Properties = &[
    p("lambdaArn", "LambdaArn", Text),
    p("lambdaVersion", "LambdaVersion", Text),
];

const USER_POOL_CUSTOM_SMS_SENDER: Properties = &[
    p("lambdaArn", "LambdaArn", Text),
    p("lambdaVersion", "LambdaVersion", Text),
];

const USER_POOL_CUSTOM_EMAIL_SENDER: Properties = &[
    p("lambdaArn", "LambdaArn", Text),
    p("lambdaVersion", "LambdaVersion", Text),
];

const USER_POOL_KEY_CONFIGURATION: Properties = &[
    p("keyType", "KeyType", Text),
    p("kmsKeyArn", "KmsKeyArn", Text),
];

const USER_POOL_ISSUER_CONFIGURATION: Properties = &[p("type", "Type", Text)];

const USER_POOL_EMAIL_CONFIGURATION: Properties = &[
    p("configurationSet", "ConfigurationSet", Text),
    p("emailSendingAccount", "EmailSendingAccount", Text),
    p("from", "From", Text),
    p("replyToEmailAddress", "ReplyToEmailAddress", Text),
    p("sourceArn", "SourceArn", Text),
];

const USER_POOL_DEVICE_CONFIGURATION: Properties = &[
    p(
        "challengeRequiredOnNewDevice",
        "ChallengeRequiredOnNewDevice",
        Boolean,
    ),
    p(
        "deviceOnlyRememberedOnUserPrompt",
        "DeviceOnlyRememberedOnUserPrompt",
        Boolean,
    ),
];

const USER_POOL_ADMIN_CREATE_USER_CONFIG: Properties = &[
    p(
        "allowAdminCreateUserOnly",
        "AllowAdminCreateUserOnly",
        Boolean,
    ),
    p(
        "inviteMessageTemplate",
        "InviteMessageTemplate",
        Object(USER_POOL_INVITE_MESSAGE_TEMPLATE),
    ),
    p(
        "unusedAccountValidityDays",
        "UnusedAccountValidityDays",
        Number,
    ),
];

const USER_POOL_INVITE_MESSAGE_TEMPLATE: Properties = &[
    p("emailMessage", "EmailMessage", Text),
    p("emailSubject", "EmailSubject", Text),
    p("smsMessage", "SMSMessage", Text),
];

const USER_POOL_ACCOUNT_RECOVERY_SETTING: Properties = &[p(
    "recoveryMechanisms",
    "RecoveryMechanisms",
    List(&Object(USER_POOL_RECOVERY_OPTION)),
)];

const USER_POOL_RECOVERY_OPTION: Properties =
    &[p("name", "Name", Text), p("priority", "Priority", Number)];
