//! The types of `AmplifyAuthProps`, as data.

use Shape::{
    Attributes, Bool, Call, Either, Handler, Line, List, Map, Number, Object, Secret, Text, Word,
};

/// What a value may be.
#[derive(Debug)]
pub(crate) enum Shape {
    /// `true` or `false`.
    Bool,
    /// `true`; written `false` it would do nothing, or worse.
    True,
    /// A string.
    Text,
    /// A string that becomes a mail's header: without line breaks and other control characters.
    Line,
    /// A number.
    Number,
    /// A function.
    Call,
    /// `secret('NAME')`.
    Secret,
    /// `defineFunction(..)`, or a function of CDK's.
    Handler,
    /// One of a few strings.
    Word(&'static [&'static str]),
    /// So many of a shape.
    List(&'static Shape),
    /// Values of a shape under names of one's own.
    Map(&'static Shape),
    /// These keys.
    Object(&'static [Key]),
    /// The one or the other.
    Either(&'static [Shape]),
    /// `userAttributes`, as pairs.
    Attributes,
}

/// A key of an object.
#[derive(Debug)]
pub(crate) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

const fn may(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: false,
    }
}

const fn must(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: true,
    }
}

/// The props of `defineAuth`.
pub(super) const PROPS: Shape = Object(&[
    may("name", Text),
    must("loginWith", LOGIN_WITH),
    may("userAttributes", Attributes),
    may("multifactor", MULTIFACTOR),
    may("accountRecovery", Word(RECOVERY)),
    may("groups", List(&Line)),
    may("senders", SENDERS),
    may("triggers", TRIGGERS),
    may("access", Call),
    may(
        "passwordlessOptions",
        Object(&[may("preferredChallenge", Word(CHALLENGES))]),
    ),
]);

const LOGIN_WITH: Shape = Object(&[
    may("email", Either(&[Bool, EMAIL])),
    may("phone", Either(&[Bool, PHONE])),
    may("webAuthn", Either(&[Shape::True, WEB_AUTHN])),
    may("externalProviders", EXTERNAL_PROVIDERS),
]);

const EMAIL: Shape = Object(&[
    may("verificationEmailStyle", Word(&["CODE", "LINK"])),
    may("verificationEmailBody", Call),
    may("verificationEmailSubject", Line),
    may(
        "userInvitation",
        Object(&[
            may("emailSubject", Line),
            may("emailBody", Call),
            may("smsMessage", Call),
        ]),
    ),
    may("otpLogin", Bool),
]);

const PHONE: Shape = Object(&[may("verificationMessage", Call), may("otpLogin", Bool)]);

const WEB_AUTHN: Shape = Object(&[
    may("relyingPartyId", Text),
    may("userVerification", Word(&["required", "preferred"])),
]);

const MULTIFACTOR: Shape = Object(&[
    must("mode", Word(&["OFF", "OPTIONAL", "REQUIRED"])),
    may("sms", Either(&[Bool, Object(&[must("smsMessage", Call)])])),
    may("totp", Bool),
    may("email", Bool),
]);

const RECOVERY: &[&str] = &[
    "EMAIL_AND_PHONE_WITHOUT_MFA",
    "PHONE_WITHOUT_MFA_AND_EMAIL",
    "EMAIL_ONLY",
    "PHONE_ONLY_WITHOUT_MFA",
    "PHONE_AND_EMAIL",
    "NONE",
];

const CHALLENGES: &[&str] = &["EMAIL_OTP", "SMS_OTP", "PASSWORD", "WEB_AUTHN"];

const SENDERS: Shape = Object(&[
    may(
        "email",
        Object(&[
            may("fromEmail", Line),
            may("fromName", Line),
            may("replyTo", Line),
            may("handler", Handler),
            may("kmsKeyArn", Text),
        ]),
    ),
    may(
        "sms",
        Object(&[
            may("externalId", Text),
            may("snsCallerArn", Text),
            may("snsRegion", Text),
            may("handler", Handler),
            may("kmsKeyArn", Text),
        ]),
    ),
]);

const TRIGGERS: Shape = Object(&[
    may("createAuthChallenge", Handler),
    may("customMessage", Handler),
    may("defineAuthChallenge", Handler),
    may("postAuthentication", Handler),
    may("postConfirmation", Handler),
    may("preAuthentication", Handler),
    may("preSignUp", Handler),
    may("preTokenGeneration", Handler),
    may("userMigration", Handler),
    may("verifyAuthChallengeResponse", Handler),
]);

const EXTERNAL_PROVIDERS: Shape = Object(&[
    may("google", GOOGLE),
    may("facebook", FACEBOOK),
    may("loginWithAmazon", GOOGLE),
    may("signInWithApple", APPLE),
    may("oidc", List(&OIDC)),
    may("saml", SAML),
    may(
        "scopes",
        List(&Word(&[
            "PHONE",
            "EMAIL",
            "OPENID",
            "PROFILE",
            "COGNITO_ADMIN",
        ])),
    ),
    must("callbackUrls", List(&Text)),
    must("logoutUrls", List(&Text)),
]);

const GOOGLE: Shape = Object(&[
    must("clientId", Secret),
    must("clientSecret", Secret),
    may("scopes", List(&Text)),
    may("attributeMapping", ATTRIBUTE_MAPPING),
]);

const FACEBOOK: Shape = Object(&[
    must("clientId", Secret),
    must("clientSecret", Secret),
    may("scopes", List(&Text)),
    may("apiVersion", Text),
    may("attributeMapping", ATTRIBUTE_MAPPING),
]);

const APPLE: Shape = Object(&[
    must("clientId", Secret),
    must("teamId", Secret),
    must("keyId", Secret),
    must("privateKey", Secret),
    may("scopes", List(&Text)),
    may("attributeMapping", ATTRIBUTE_MAPPING),
]);

const OIDC: Shape = Object(&[
    may("name", Text),
    must("clientId", Secret),
    must("clientSecret", Secret),
    must("issuerUrl", Text),
    may(
        "endpoints",
        Object(&[
            must("authorization", Text),
            must("jwksUri", Text),
            must("token", Text),
            must("userInfo", Text),
        ]),
    ),
    may("identifiers", List(&Text)),
    may("scopes", List(&Text)),
    may("attributeRequestMethod", Word(&["GET", "POST"])),
    may("attributeMapping", ATTRIBUTE_MAPPING),
]);

const SAML: Shape = Object(&[
    may("name", Text),
    must(
        "metadata",
        Object(&[
            must("metadataContent", Text),
            must("metadataType", Word(&["URL", "FILE"])),
        ]),
    ),
    may("identifiers", List(&Text)),
    may("idpSignout", Bool),
    may("attributeMapping", ATTRIBUTE_MAPPING),
]);

const ATTRIBUTE_MAPPING: Shape = Map(&Either(&[Text, Map(&Text)]));

/// A standard one of `userAttributes`.
pub(super) const ATTRIBUTE: Shape = Object(&[may("required", Bool), may("mutable", Bool)]);

/// A custom one of `userAttributes`.
pub(super) const CUSTOM_ATTRIBUTE: Shape = Object(&[
    must(
        "dataType",
        Word(&["String", "Number", "Boolean", "DateTime"]),
    ),
    may("mutable", Bool),
    may("minLen", Number),
    may("maxLen", Number),
    may("min", Number),
    may("max", Number),
]);

/// The standard attributes by CDK's names, with Cognito's.
pub(crate) const STANDARD_ATTRIBUTES: [(&str, &str); 19] = [
    ("address", "address"),
    ("birthdate", "birthdate"),
    ("email", "email"),
    ("emailVerified", "email_verified"),
    ("familyName", "family_name"),
    ("fullname", "name"),
    ("gender", "gender"),
    ("givenName", "given_name"),
    ("lastUpdateTime", "updated_at"),
    ("locale", "locale"),
    ("middleName", "middle_name"),
    ("nickname", "nickname"),
    ("phoneNumber", "phone_number"),
    ("phoneNumberVerified", "phone_number_verified"),
    ("preferredUsername", "preferred_username"),
    ("profilePage", "profile"),
    ("profilePicture", "picture"),
    ("timezone", "zoneinfo"),
    ("website", "website"),
];
