//! The user pool's properties (AWS CloudFormation resource specification).

use super::Kind::{Boolean, Json, Line, List, Number, Object, Text, Word};
use super::{Properties, p};

const FIRST_FACTORS: &[&str] = &["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];

const RECOVERIES: &[&str] = &["verified_email", "verified_phone_number", "admin_only"];

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
    p(
        "deletionProtection",
        "DeletionProtection",
        Word(&["ACTIVE", "INACTIVE"]),
    ),
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
        Line,
    ),
    p(
        "emailConfiguration",
        "EmailConfiguration",
        Object(USER_POOL_EMAIL_CONFIGURATION),
    ),
    p("emailVerificationMessage", "EmailVerificationMessage", Text),
    p("emailVerificationSubject", "EmailVerificationSubject", Line),
    p(
        "enabledMfas",
        "EnabledMfas",
        List(&Word(&["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"])),
    ),
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
    p(
        "mfaConfiguration",
        "MfaConfiguration",
        Word(&["OFF", "ON", "OPTIONAL"]),
    ),
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
    p("userPoolName", "UserPoolName", Line),
    p("userPoolTags", "UserPoolTags", Json),
    p(
        "userPoolTier",
        "UserPoolTier",
        Word(&["LITE", "ESSENTIALS", "PLUS"]),
    ),
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
        Word(&["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"]),
    ),
    p("webAuthnRelyingPartyId", "WebAuthnRelyingPartyID", Text),
    p(
        "webAuthnUserVerification",
        "WebAuthnUserVerification",
        Word(&["required", "preferred"]),
    ),
];

const USER_POOL_VERIFICATION_MESSAGE_TEMPLATE: Properties = &[
    p("defaultEmailOption", "DefaultEmailOption", Text),
    p("emailMessage", "EmailMessage", Text),
    p("emailMessageByLink", "EmailMessageByLink", Text),
    p("emailSubject", "EmailSubject", Line),
    p("emailSubjectByLink", "EmailSubjectByLink", Line),
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
    List(&Word(FIRST_FACTORS)),
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
    p("from", "From", Line),
    p("replyToEmailAddress", "ReplyToEmailAddress", Line),
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
    p("emailSubject", "EmailSubject", Line),
    p("smsMessage", "SMSMessage", Text),
];

const USER_POOL_ACCOUNT_RECOVERY_SETTING: Properties = &[p(
    "recoveryMechanisms",
    "RecoveryMechanisms",
    List(&Object(USER_POOL_RECOVERY_OPTION)),
)];

const USER_POOL_RECOVERY_OPTION: Properties = &[
    p("name", "Name", Word(RECOVERIES)),
    p("priority", "Priority", Number),
];
