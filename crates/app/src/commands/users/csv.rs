//! Cognito's CSV (developer guide, "Creating the user import CSV file"): no quotes; a comma in a value has a
//! backslash before it, and so here has a backslash. A line is a user.

use std::collections::BTreeMap;

use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::passkey::is_offered;
use poolhouse_domain::pool::{ContactAttribute, MfaMethod, PoolConfig};
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{Random, Sub, Timestamp};
use poolhouse_store::Account;

use super::import::Parsed;
use super::record::sub;

const USERNAME: &str = "cognito:username";
const MFA: &str = "cognito:mfa_enabled";
/// Ours: AWS's job gives everybody a new one.
const SUB: &str = "sub";

/// Every pool's columns, in the order in which `GetCSVHeader` has them; the pool's own attributes and the two of
/// Cognito follow.
const STANDARD: [&str; 19] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
];

/// The columns of a pool's file.
pub(super) struct Columns(Vec<String>);

impl Columns {
    /// Those of `GetCSVHeader`.
    pub(super) fn of(pool: &PoolConfig) -> Self {
        let standard = STANDARD.iter().map(|name| (*name).to_owned());
        let own = pool.schema.0.iter().map(|spec| spec.name.clone());
        let own = own.filter(|name| !STANDARD.contains(&name.as_str()));
        let last = [MFA.to_owned(), USERNAME.to_owned()];
        Self(standard.chain(own).chain(last).collect())
    }

    /// Those of a file's first line, in any order. AWS wants all of them; here some may be missing.
    pub(super) fn parse(line: &str, pool: &PoolConfig) -> Result<Self, String> {
        let names = split(line.trim_start_matches('\u{feff}'));
        let known =
            |name: &str| [USERNAME, MFA, SUB].contains(&name) || pool.schema.get(name).is_some();
        if let Some(stranger) = names.iter().find(|name| !known(name)) {
            return Err(format!(
                "the column {stranger:?} is no attribute of the pool"
            ));
        }
        let twice = |name: &&String| names.iter().filter(|other| other == name).count() > 1;
        if let Some(name) = names.iter().find(twice) {
            return Err(format!("got the column {name:?} twice"));
        }
        for name in [USERNAME, MFA] {
            if !names.iter().any(|column| column == name) {
                return Err(format!("got no column {name:?}, expected one"));
            }
        }
        Ok(Self(names))
    }

    pub(super) fn line(&self) -> String {
        join(self.0.iter().map(String::as_str))
    }

    /// A user's line. Line breaks become spaces: the form has no way to write one.
    pub(super) fn line_of(&self, account: &Account) -> String {
        let user = &account.user;
        let login = account.logins.first().map(|(attribute, _)| *attribute);
        let name = login.and_then(|attribute| user.attribute(attribute.as_str()));
        let by_text = user.mfa.is_enabled(MfaMethod::SmsMfa);
        join(self.0.iter().map(|column| match column.as_str() {
            USERNAME => name.unwrap_or(user.sub.as_str()),
            MFA if by_text => "TRUE",
            MFA => "FALSE",
            column => user.attribute(column).unwrap_or_default(),
        }))
    }
}

/// A user of a file.
pub(super) struct Row(BTreeMap<String, String>);

impl Row {
    /// Reads a line under its columns.
    pub(super) fn parse(line: &str, columns: &Columns) -> Result<Self, String> {
        let values = split(line);
        let (got, expected) = (values.len(), columns.0.len());
        if got != expected {
            return Err(format!(
                "got {got} values, expected {expected} as in the first line; a comma in a value is written `\\,`"
            ));
        }
        let cells = columns.0.iter().cloned().zip(values);
        Ok(Self(cells.filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// The account of a line, made `now`; or what is wrong with it.
    pub(super) fn account(
        mut self,
        pool: &PoolConfig,
        random: &dyn Random,
        now: Timestamp,
    ) -> Result<Parsed, String> {
        let username = self.0.remove(USERNAME);
        let username =
            username.ok_or_else(|| format!("{USERNAME}: got nothing, expected a name"))?;
        let wants_mfa = boolean(MFA, self.0.remove(MFA).as_deref().unwrap_or("FALSE"))?;
        let known = match self.0.remove(SUB) {
            Some(text) => Some(sub(&text)?),
            None => sub(&username).ok(),
        };
        let named = known.is_some();
        let mut attributes: Attributes = self.0;
        for contact in ContactAttribute::ALL {
            // Whoever signs in by it need not say it twice.
            if pool.signs_in_with(contact)
                && !attributes.contains_key(contact.as_str())
                && Contact::parse(contact, &username).is_ok()
            {
                attributes.insert(contact.as_str().to_owned(), username.clone());
            }
        }
        let logins = logins(pool, &mut attributes)?;
        pool.schema.check(&attributes, Writer::SignUp)?;
        let mut mfa = MfaSettings::default();
        if wants_mfa {
            let by_text = MfaMethod::SmsMfa;
            if !pool.offers_mfa(by_text) || !attributes.contains_key("phone_number") {
                return Err(format!(
                    "{MFA}: got TRUE, expected FALSE, or a phone_number and a pool with second factors by text message"
                ));
            }
            mfa.set_up(by_text);
        }
        let by_code = |(attribute, _): &(ContactAttribute, String)| {
            let factor = attribute.factor();
            pool.allows(factor) && is_offered(factor, pool.mfa, &mfa, pool.passkeys.factor)
        };
        let status = if logins.iter().any(by_code) {
            UserStatus::Confirmed
        } else {
            UserStatus::ResetRequired
        };
        let user = User {
            sub: known.unwrap_or_else(|| Sub::generate(random)),
            status,
            enabled: true,
            attributes,
            mfa,
            created_at: now,
            updated_at: now,
        };
        let account = Account {
            user,
            logins,
            pending: Vec::new(),
            passwords: Vec::new(),
            passkeys: Vec::new(),
            software_token: None,
        };
        Ok(Parsed { account, named })
    }
}

/// What somebody with these attributes is found by: addresses and numbers that were proved, one at least.
fn logins(
    pool: &PoolConfig,
    attributes: &mut Attributes,
) -> Result<Vec<(ContactAttribute, String)>, String> {
    let mut logins = Vec::new();
    for contact in ContactAttribute::ALL {
        let verified = attributes.remove(contact.verified());
        let verified = boolean(contact.verified(), verified.as_deref().unwrap_or("FALSE"))?;
        let Some(value) = attributes.get(contact.as_str()) else {
            if verified {
                let (name, contact) = (contact.verified(), contact.as_str());
                return Err(format!(
                    "{name}: got TRUE, expected a value of {contact} too"
                ));
            }
            continue;
        };
        let parsed = Contact::parse(contact, value)
            .map_err(|error| format!("{error}: got {value:?} in {}", contact.as_str()))?;
        if verified && pool.signs_in_with(contact) {
            logins.push((contact, parsed.key()));
        }
        attributes.insert(contact.verified().to_owned(), verified.to_string());
    }
    if logins.is_empty() {
        let names = pool.username_attributes.iter().map(|name| name.verified());
        return Err(format!(
            "got nobody who could sign in, expected {} to be TRUE",
            names.collect::<Vec<_>>().join(" or ")
        ));
    }
    Ok(logins)
}

fn boolean(column: &str, text: &str) -> Result<bool, String> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(format!("{column}: got {text:?}, expected TRUE or FALSE")),
    }
}

/// The values of a line.
fn split(line: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = characters.next_if(|next| character == '\\' && matches!(next, ',' | '\\'));
        let Some(value) = values.last_mut() else {
            break;
        };
        match escaped {
            Some(escaped) => value.push(escaped),
            None if character == ',' => values.push(String::new()),
            None => value.push(character),
        }
    }
    values
}

fn join<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let escaped = values.map(|value| {
        let value = value.replace('\\', "\\\\").replace(',', "\\,");
        value.replace(['\r', '\n'], " ")
    });
    escaped.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_backslashes_come_back() {
        for values in [
            vec![""],
            vec!["", ""],
            vec!["a,b", "c\\", "\\,", "d"],
            vec!["a\\b", "\"quoted\" later"],
        ] {
            let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
            let line = join(values.iter().map(String::as_str));
            assert_eq!(split(&line), values, "{line}");
        }
        assert_eq!(join(["a\r\nb"].into_iter()), "a  b");
        assert_eq!(split(r"1\2,3\,4"), [r"1\2", "3,4"]);
    }

    #[test]
    fn the_header_is_that_of_get_csv_header() {
        let header = Columns::of(&PoolConfig::default()).line();
        assert!(
            header.starts_with("name,given_name,family_name,"),
            "{header}"
        );
        assert!(
            header.ends_with(",address,updated_at,cognito:mfa_enabled,cognito:username"),
            "{header}"
        );
    }
}
