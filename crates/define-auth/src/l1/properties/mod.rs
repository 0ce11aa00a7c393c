//! The properties of the resources that a definition makes, by the names that CDK's L1 classes and
//! CloudFormation give them.

mod client;
mod others;
mod user_pool;

pub(crate) use client::USER_POOL_CLIENT;
pub(crate) use others::{
    IDENTITY_POOL, IDENTITY_POOL_ROLE_ATTACHMENT, USER_POOL_DOMAIN, USER_POOL_GROUP,
    USER_POOL_IDENTITY_PROVIDER,
};
pub(crate) use user_pool::USER_POOL;

/// What a property holds.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A string that becomes a mail's header, or a name in one.
    Line,
    /// One of a few strings.
    Word(&'static [&'static str]),
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

const fn p(camel: &'static str, pascal: &'static str, kind: Kind) -> Property {
    Property {
        camel,
        pascal,
        kind,
    }
}
