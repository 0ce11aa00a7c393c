//! A user pool's configuration: what `defineAuth` says, in Cognito's terms.
//!
//! It holds no identifiers and no state: those are the store's. The definition is read anew at each
//! start, so a value here is always what the developer's file says now.

mod factors;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attributes::Schema;
use crate::budget::BudgetPolicy;
use crate::client::ClientConfig;
use crate::delivery::DeliveryConfig;
use crate::device::DeviceConfig;
use crate::passkey::PasskeyConfig;

pub use crate::message::Messages;
pub use factors::{ContactAttribute, FirstFactor, Mfa, MfaMethod};

/// What a new password must have (`PasswordPolicy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the four are Cognito's own")]
pub struct PasswordPolicy {
    /// Fewest characters: 6 to 99.
    pub minimum_length: u32,
    /// One of a-z.
    pub require_lowercase: bool,
    /// One of A-Z.
    pub require_uppercase: bool,
    /// One of 0-9.
    pub require_numbers: bool,
    /// One of Cognito's symbols.
    pub require_symbols: bool,
    /// How many of a user's newest passwords cannot be set again, the present one included: 0 to 24
    /// (`PasswordHistorySize`).
    pub history: usize,
}

/// Who the pool is to an authenticator (WebAuthn §4 "Relying Party").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelyingParty {
    /// The domain that passkeys are bound to.
    pub id: String,
    /// Whether the person must prove themselves to the authenticator (`required`), or may.
    pub user_verification_required: bool,
}

/// How one-time codes are made and how long they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodePolicy {
    /// Digits of a sign-in code: 6 to 10.
    pub sign_in_digits: usize,
    /// Digits of a code that proves an address: 6 to 10.
    pub verification_digits: usize,
    /// How long an address can be proved with a code.
    pub verification_validity: Duration,
    /// A request within this time of the last code sends none: the one on its way counts.
    pub cooldown: Duration,
}

/// Who the pool's mails come from (`EmailConfiguration`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailSender {
    /// The address.
    pub address: String,
    /// The name beside it.
    pub name: Option<String>,
    /// Where answers go, if not to the address.
    pub reply_to: Option<String>,
}

/// A group; the lower the precedence, the more it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name, as it stands in `cognito:groups`.
    pub name: String,
    /// Its place among the groups.
    pub precedence: u32,
}

/// A user pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolConfig {
    /// `UserPoolName`.
    pub name: Option<String>,
    /// What people sign in with.
    pub username_attributes: Vec<ContactAttribute>,
    /// What is proved at sign-up.
    pub auto_verified_attributes: Vec<ContactAttribute>,
    /// What keeps its old value until the new one is proved.
    pub verify_before_update: Vec<ContactAttribute>,
    /// The attributes.
    pub schema: Schema,
    /// How people may sign in, in Cognito's order; empty if the definition asks for nothing passwordless.
    pub first_factors: Vec<FirstFactor>,
    /// What clients ask for first; told to them, without effect here.
    pub preferred_challenge: Option<FirstFactor>,
    /// Whether people may sign up by themselves.
    pub self_sign_up: bool,
    /// Passkeys' relying party, if the pool has passkeys.
    pub relying_party: Option<RelyingParty>,
    /// What it asks of passkeys.
    pub passkeys: PasskeyConfig,
    /// Second factors: asked for or not.
    pub mfa: Mfa,
    /// Second factors: which.
    pub mfa_methods: Vec<MfaMethod>,
    /// What it does with devices; nothing, if it does not remember any.
    pub devices: Option<DeviceConfig>,
    /// What a password must have.
    pub password_policy: PasswordPolicy,
    /// How people who forgot their password prove themselves, first choice first; nothing if only an
    /// administrator can help (`AccountRecoverySetting`).
    pub recovery: Vec<ContactAttribute>,
    /// The words it sends.
    pub messages: Messages,
    /// Who its mails come from, if the definition says so.
    pub email_sender: Option<EmailSender>,
    /// What its messages are sent by.
    pub delivery: DeliveryConfig,
    /// Its one-time codes.
    pub codes: CodePolicy,
    /// How many messages it sends.
    pub budgets: BudgetPolicy,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its app clients; the first is the one that `defineAuth` makes.
    pub clients: Vec<ClientConfig>,
}

impl PoolConfig {
    /// Whether people sign in with `attribute`.
    pub fn signs_in_with(&self, attribute: ContactAttribute) -> bool {
        self.username_attributes.contains(&attribute)
    }

    /// How people may sign in, in Cognito's order: by password where nothing is said.
    pub fn first_factors(&self) -> &[FirstFactor] {
        if self.first_factors.is_empty() {
            &[FirstFactor::Password]
        } else {
            &self.first_factors
        }
    }

    /// Whether a code is sent to `attribute` when somebody signs up with it or changes it.
    pub fn auto_verifies(&self, attribute: ContactAttribute) -> bool {
        self.auto_verified_attributes.contains(&attribute)
    }

    /// Whether the pool sends anything to `attribute`. Mails always can be sent; texts where the
    /// definition has a use for them, as Amplify gives a pool its `SmsConfiguration`.
    pub fn sends_to(&self, attribute: ContactAttribute) -> bool {
        attribute == ContactAttribute::Email
            || self.signs_in_with(attribute)
            || self.auto_verifies(attribute)
            || self.allows(attribute.factor())
            || self.mfa_methods.contains(&MfaMethod::SmsMfa)
    }

    /// The domain that codes in texts are bound to: what is configured, or else the relying party's.
    pub fn sms_domain(&self) -> Option<&str> {
        let party = self.relying_party.as_ref().map(|party| party.id.as_str());
        let domain = self.delivery.sms_domain.as_deref().or(party);
        domain.filter(|domain| !domain.is_empty() && *domain != "localhost")
    }

    /// Whether the pool lets `factor` be the first.
    pub fn allows(&self, factor: FirstFactor) -> bool {
        self.first_factors().contains(&factor)
    }

    /// Whether the pool lets `method` be the second factor.
    pub fn offers_mfa(&self, method: MfaMethod) -> bool {
        self.mfa != Mfa::Off && self.mfa_methods.contains(&method)
    }
}

impl EmailSender {
    /// Reads `From` of an `EmailConfiguration`: an address, or a name with the address behind it in
    /// angle brackets.
    pub fn parse(from: &str) -> Self {
        let named = from.trim().strip_suffix('>');
        let (name, address) = match named.and_then(|from| from.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", from),
        };
        Self {
            address: address.trim().to_owned(),
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            reply_to: None,
        }
    }
}

impl Default for PasswordPolicy {
    /// What `defineAuth` sets.
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_lowercase: true,
            require_uppercase: true,
            require_numbers: true,
            require_symbols: true,
            history: 0,
        }
    }
}

impl Default for CodePolicy {
    /// Cognito's lengths and lifetimes, with a cooldown that Cognito lacks (D10).
    fn default() -> Self {
        Self {
            sign_in_digits: 8,
            verification_digits: 6,
            verification_validity: Duration::from_hours(24),
            cooldown: Duration::from_secs(30),
        }
    }
}

impl Default for PoolConfig {
    /// The pool of `defineAuth({ loginWith: { email: { otpLogin: true } } })`, without budgets.
    fn default() -> Self {
        let email = vec![ContactAttribute::Email];
        let mut client = ClientConfig::default();
        client
            .auth_flows
            .push(crate::client::AuthFlow::AllowUserAuth);
        let address = crate::attributes::AttributeSpec {
            name: "email".to_owned(),
            required: true,
            mutable: true,
            kind: crate::attributes::AttributeKind::String {
                min: None,
                max: None,
            },
        };
        Self {
            name: None,
            username_attributes: email.clone(),
            auto_verified_attributes: email.clone(),
            verify_before_update: email,
            schema: Schema(vec![address]),
            first_factors: vec![FirstFactor::Password, FirstFactor::EmailOtp],
            preferred_challenge: None,
            self_sign_up: true,
            relying_party: None,
            passkeys: PasskeyConfig::default(),
            mfa: Mfa::Off,
            mfa_methods: Vec::new(),
            devices: None,
            password_policy: PasswordPolicy::default(),
            recovery: vec![ContactAttribute::Email],
            messages: Messages::default(),
            email_sender: None,
            delivery: DeliveryConfig::default(),
            codes: CodePolicy::default(),
            budgets: BudgetPolicy::default(),
            groups: Vec::new(),
            clients: vec![client],
        }
    }
}
