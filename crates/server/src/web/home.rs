//! The home page: for the person who just typed `poolhouse dev`.
//!
//! *Try it* on this page speaks the pool's own API from the browser; nothing of it runs here.

use askama::Template;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, PoolConfig};

use super::render;

/// What the home page shows.
#[derive(Clone, Copy, Debug)]
pub struct HomeView<'a> {
    /// `us-east-1_Ab12Cd34E`.
    pub pool_id: &'a str,
    /// The app client that `defineAuth` makes.
    pub client_id: &'a str,
    /// The public URL, without a slash at its end: what clients take for Cognito's endpoint.
    pub endpoint: &'a str,
    /// `iss` of the tokens.
    pub issuer: &'a str,
    /// What the definition says.
    pub pool: &'a PoolConfig,
    /// The first factors that this server offers, in the order of `AvailableChallenges`.
    pub factors: &'a [FirstFactor],
    /// Where the definition was read from, as a person would type it.
    pub definition: &'a str,
    /// Where the client configuration was written to, as a person would type it.
    pub outputs: &'a str,
    /// How many messages the inbox holds.
    pub inbox_count: usize,
}

/// The home page.
pub fn page(view: &HomeView<'_>) -> String {
    let region = view.pool_id.split_once('_');
    render(&Home {
        view,
        nav: "home",
        message_count: view.inbox_count,
        version: env!("CARGO_PKG_VERSION"),
        region: region.map_or("us-east-1", |(region, _)| region),
        facts: [
            ("Endpoint", view.endpoint),
            ("User pool id", view.pool_id),
            ("App client id", view.client_id),
            ("Issuer", view.issuer),
        ],
        ways: view.factors.iter().map(|&way| Way::of(way, view)).collect(),
        identifier: identifier(view.pool),
        has_user_auth: password_flow(view.pool) == Some("USER_AUTH"),
        trial: Trial::of(view),
    })
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    view: &'a HomeView<'a>,
    nav: &'static str,
    message_count: usize,
    version: &'static str,
    region: &'a str,
    facts: [(&'static str, &'a str); 4],
    ways: Vec<Way>,
    identifier: &'static str,
    /// Whether the client may begin a sign-in with a name alone.
    has_user_auth: bool,
    trial: Trial<'a>,
}

/// What *Try it* does with this pool.
struct Trial<'a> {
    /// What people type, if a code or a password is asked of them.
    name: Option<Name>,
    /// What else somebody has to give who signs up. The one of the two contacts that is typed as
    /// the name is left out by the page.
    also: Vec<Field<'a>>,
    /// The domain that passkeys are bound to, where there are passkeys.
    relying_party: Option<&'a str>,
    /// A passkey signs in without a name.
    nameless: bool,
    /// How passwords are proved, where there are some.
    password: Option<PasswordTrial>,
    /// There are other ways in, too.
    is_password_a_choice: bool,
}

/// What *Try it* needs to know of passwords.
struct PasswordTrial {
    /// Cognito's word: the flow that the app client may use.
    flow: &'static str,
    policy: String,
}

impl<'a> Trial<'a> {
    fn of(view: &HomeView<'a>) -> Self {
        let password = PasswordTrial::of(view);
        let goes_to = |factor, attribute| {
            let proves = password.is_some() || view.factors.contains(&factor);
            proves && view.pool.signs_in_with(attribute)
        };
        let by_email = goes_to(FirstFactor::EmailOtp, ContactAttribute::Email);
        let by_phone = goes_to(FirstFactor::SmsOtp, ContactAttribute::PhoneNumber);
        let party = view.pool.relying_party.as_ref();
        let party = party.filter(|_| view.factors.contains(&FirstFactor::WebAuthn));
        let name = Name::of(by_email, by_phone);
        let required = view.pool.schema.0.iter().filter(|spec| spec.required);
        let also = required
            .map(|spec| Field::of(&spec.name))
            .filter(|field| name.as_ref().is_none_or(|name| name.label != field.label));
        Self {
            also: also.collect(),
            name,
            relying_party: party.map(|party| party.id.as_str()),
            nameless: party.is_some() && view.pool.passkeys.usernameless,
            is_password_a_choice: password.is_some() && view.factors.len() > 1,
            password,
        }
    }
}

impl PasswordTrial {
    fn of(view: &HomeView<'_>) -> Option<Self> {
        let has_passwords = view.factors.contains(&FirstFactor::Password);
        Some(Self {
            flow: has_passwords.then(|| password_flow(view.pool))??,
            policy: password(view.pool),
        })
    }
}

/// The flow in which the app client that `defineAuth` makes proves passwords: in clear if it may not
/// otherwise.
fn password_flow(pool: &PoolConfig) -> Option<&'static str> {
    let client = pool.clients.first()?;
    let flows = [
        (AuthFlow::AllowUserAuth, "USER_AUTH"),
        (AuthFlow::AllowUserSrpAuth, "USER_SRP_AUTH"),
        (AuthFlow::AllowUserPasswordAuth, "USER_PASSWORD_AUTH"),
    ];
    let allowed = flows.into_iter().find(|(flow, _)| client.allows(*flow));
    allowed.map(|(_, name)| name)
}

/// An attribute that somebody fills in.
struct Field<'a> {
    attribute: &'a str,
    label: String,
    input_type: &'static str,
    /// Empty if there is nothing to suggest.
    sample: &'static str,
}

/// Nobody's address (RFC 2606 §3).
const SAMPLE_EMAIL: &str = "you@example.com";

/// Nobody's number (the North American Numbering Plan keeps 555-01xx for this).
const SAMPLE_PHONE: &str = "+12025550123";

impl<'a> Field<'a> {
    fn of(attribute: &'a str) -> Self {
        let (label, input_type, sample) = match attribute {
            "email" => ("E-mail address".to_owned(), "email", SAMPLE_EMAIL),
            "phone_number" => ("Phone number".to_owned(), "tel", SAMPLE_PHONE),
            "birthdate" => ("Birthdate".to_owned(), "date", ""),
            other => (other.replace('_', " "), "text", ""),
        };
        Self {
            attribute,
            label,
            input_type,
            sample,
        }
    }
}

/// The field for the name that people are known by.
struct Name {
    label: &'static str,
    input_type: &'static str,
    sample: &'static str,
    invitation: &'static str,
}

impl Name {
    fn of(by_email: bool, by_phone: bool) -> Option<Self> {
        let (label, input_type, sample, invitation) = match (by_email, by_phone) {
            (true, true) => (
                "E-mail address or phone number",
                "text",
                SAMPLE_EMAIL,
                "Any address or number will do, and nothing leaves this machine.",
            ),
            (true, false) => (
                "E-mail address",
                "email",
                SAMPLE_EMAIL,
                "Any address will do, and the mail stays on this machine.",
            ),
            (false, true) => (
                "Phone number",
                "tel",
                SAMPLE_PHONE,
                "Any number will do, and the texts stay on this machine.",
            ),
            (false, false) => return None,
        };
        Some(Self {
            label,
            input_type,
            sample,
            invitation,
        })
    }
}

/// A first factor in a person's words.
struct Way {
    /// Cognito's word.
    name: &'static str,
    icon: &'static str,
    title: &'static str,
    detail: String,
    preferred: bool,
    /// *Try it* can do it.
    is_tried: bool,
}

impl Way {
    fn of(factor: FirstFactor, view: &HomeView<'_>) -> Self {
        let digits = view.pool.codes.sign_in_digits;
        let (icon, title, detail) = match factor {
            FirstFactor::EmailOtp => (
                "email",
                "A code by e-mail",
                format!("{digits} digits, used once"),
            ),
            FirstFactor::SmsOtp => (
                "sms",
                "A code by text message",
                format!("{digits} digits, used once"),
            ),
            FirstFactor::WebAuthn => ("passkey", "A passkey", passkey(view.pool)),
            FirstFactor::Password => ("password", "A password", password(view.pool)),
        };
        Self {
            name: factor.as_str(),
            icon,
            title,
            detail,
            preferred: view.pool.preferred_challenge == Some(factor),
            is_tried: factor != FirstFactor::Password || password_flow(view.pool).is_some(),
        }
    }
}

fn passkey(pool: &PoolConfig) -> String {
    match &pool.relying_party {
        Some(party) => format!("fingerprint, face or key, for {}", party.id),
        None => "fingerprint, face or key".to_owned(),
    }
}

fn password(pool: &PoolConfig) -> String {
    let policy = &pool.password_policy;
    let with = [
        (policy.require_lowercase, "a-z"),
        (policy.require_uppercase, "A-Z"),
        (policy.require_numbers, "0-9"),
        (policy.require_symbols, "a symbol"),
    ];
    let with = with.into_iter().filter(|(is_required, _)| *is_required);
    let with: Vec<_> = with.map(|(_, what)| what).collect();
    let length = format!("at least {} characters", policy.minimum_length);
    if with.is_empty() {
        length
    } else {
        format!("{length}, with {}", with.join(", "))
    }
}

fn identifier(pool: &PoolConfig) -> &'static str {
    let email = pool.signs_in_with(ContactAttribute::Email);
    let phone = pool.signs_in_with(ContactAttribute::PhoneNumber);
    match (email, phone) {
        (true, true) => "an e-mail address or a phone number",
        (true, false) => "an e-mail address",
        (false, true) => "a phone number",
        (false, false) => "a user name",
    }
}
