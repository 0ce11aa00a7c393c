//! What `poolhouse check` says: the definition as it was understood.

mod lines;
mod table;

use poolhouse_domain::pool::{ContactAttribute, FirstFactor, PoolConfig};
use serde::Serialize;
use serde_json::Value;

use crate::settings::Said;
use crate::{Definition, Unsupported};
use table::Row;

/// The definition as it was understood.
#[derive(Clone, Debug, Serialize)]
pub struct Report<'d> {
    /// The pool.
    pub pool: &'d PoolConfig,
    /// How people who forgot their password prove themselves, first choice first.
    pub recovery: Vec<String>,
    /// What `poolhouse.toml` sets, by `table.key`.
    pub settings: &'d Said,
    /// What differs from AWS, one line each.
    pub unsupported: Vec<String>,
    /// The warnings, without their places.
    pub warnings: Vec<String>,
}

impl<'d> Report<'d> {
    /// The report on `definition`; `unsupported` is what of it this server does not have.
    pub fn new(definition: &'d Definition, unsupported: &[Unsupported]) -> Self {
        let pool = definition
            .resources
            .iter()
            .find(|resource| resource.id == "UserPool");
        let mechanisms =
            pool.map(|pool| &pool.properties()["AccountRecoverySetting"]["RecoveryMechanisms"]);
        let mechanisms = mechanisms.and_then(Value::as_array).into_iter().flatten();
        let names = mechanisms.filter_map(|mechanism| mechanism["Name"].as_str());
        Self {
            pool: &definition.pool,
            recovery: names.map(str::to_owned).collect(),
            settings: &definition.settings,
            unsupported: unsupported.iter().map(ToString::to_string).collect(),
            warnings: definition
                .warnings
                .iter()
                .map(|warning| warning.message.clone())
                .collect(),
        }
    }

    /// A table for people, `width` characters wide at most if that is said; labels are bold if `colour`.
    pub fn table(&self, colour: bool, width: Option<usize>) -> String {
        table::table(self.rows(), colour, width)
    }

    fn rows(&self) -> Vec<Row> {
        let pool = self.pool;
        let mut rows = Vec::new();
        let mut row = |label, lines: Vec<String>| rows.push((label, lines));
        row(
            "Pool",
            vec![pool.name.clone().unwrap_or_else(|| "(no name)".to_owned())],
        );
        row(
            "Sign in by",
            vec![lines::contacts(&pool.username_attributes, "user name")],
        );
        row("First factors", vec![lines::first_factors(pool)]);
        if let Some(preferred) = pool.preferred_challenge {
            row("Asked first", vec![lines::factor(preferred).to_owned()]);
        }
        if let Some(party) = &pool.relying_party {
            row("Relying party", vec![lines::relying_party(party)]);
        }
        row("Second factor", lines::second_factors(pool));
        row("Sign-up", vec![lines::sign_up(pool)]);
        row("Attributes", lines::attributes(pool));
        row("Password", vec![lines::password(pool.password_policy)]);
        row("Recovery", vec![lines::recovery(&self.recovery)]);
        let mail = &pool.messages.verification_email;
        row("Verification", lines::message(&mail.subject, &mail.body));
        let mail = &pool.messages.sign_in_email;
        if pool.allows(FirstFactor::EmailOtp) {
            row("Sign-in mail", lines::message(&mail.subject, &mail.body));
        }
        if pool.signs_in_with(ContactAttribute::PhoneNumber) {
            row("Text messages", lines::text_messages(pool));
        }
        if !pool.messages.locales.is_empty() {
            row("Templates", lines::templates(pool));
        }
        if let Some(sender) = &pool.email_sender {
            row("Mail from", vec![lines::mail_from(sender)]);
        }
        row("Groups", vec![lines::groups(pool)]);
        row(
            "Clients",
            pool.clients.iter().flat_map(lines::client).collect(),
        );
        if !self.settings.is_empty() {
            row("poolhouse.toml", lines::set(self.settings));
        }
        if !self.unsupported.is_empty() {
            row("Not served here", self.unsupported.clone());
        }
        rows
    }
}
