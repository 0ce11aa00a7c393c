//! Whether a message may go out: nobody is flooded, and texts do not make strangers rich.
//!
//! Who is refused is answered as if it had been sent, at the same cost: every budget that the message
//! would be charged to is read and written whatever comes of it. Strangers spend their own budgets and
//! those of who asks, as accounts do, or a message that does not come would tell who is none. Only money
//! ([`Purse::is_money`]) is spent by nothing but what is sent.

use poolhouse_domain::Sub;
use poolhouse_domain::budget::{Purse, Withheld, asker, prefix};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::sms::Size;
use poolhouse_store::{BudgetKey, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;

/// A message that somebody wants to be sent.
pub(crate) struct Wanted<'a> {
    /// Whose it is.
    pub(crate) sub: &'a Sub,
    pub(crate) to: &'a Contact,
    pub(crate) message: &'a Message,
    /// Whether there is somebody who would get it: no decoy.
    pub(crate) is_real: bool,
}

/// What a message is charged to.
struct Charge {
    purse: Purse,
    key: BudgetKey,
    amount: u32,
}

/// Asks ahead for the budgets that a message to `to` is charged to.
pub(crate) fn ask_ahead(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    to: &Contact,
) -> Result<(), ApiError> {
    let keys: Vec<_> = keys(cx, sub, to).map(|(_, key)| key).collect();
    txn.send_budgets_get(&keys)?;
    Ok(())
}

/// Charges a message to its budgets, all of them or none. Why it must not be sent, if it must not.
pub(crate) fn spend(
    txn: &mut Txn<'_>,
    cx: &Cx,
    wanted: &Wanted<'_>,
) -> Result<Option<Withheld>, ApiError> {
    let policy = &cx.pool.config.budgets;
    let charges = charges(cx, wanted);
    let keys: Vec<BudgetKey> = charges.iter().map(|charge| charge.key.clone()).collect();
    let mut sends = txn.send_budgets_get(&keys)?;
    let spent = charges.iter().zip(&sends).find_map(|(charge, sends)| {
        let fits = policy.of(charge.purse).allows(sends, charge.amount, cx.now);
        (!fits).then_some(Withheld::Spent(charge.purse))
    });
    let withheld = policy.refuses(wanted.to).or(spent);
    for (charge, sends) in charges.iter().zip(&mut sends) {
        let is_spent = withheld.is_none() && (wanted.is_real || !charge.purse.is_money());
        sends.add(if is_spent { charge.amount } else { 0 }, cx.now);
    }
    let budgets: Vec<_> = keys.into_iter().zip(sends).collect();
    txn.send_budgets_put(&budgets)?;
    if let Some(why) = withheld.filter(|_| wanted.is_real) {
        tell(cx, wanted.to.channel(), why);
    }
    Ok(withheld)
}

/// The person is answered as if nothing were the matter; whoever runs the server must hear of it.
fn tell(cx: &Cx, channel: Channel, why: Withheld) {
    let pool = cx.pool.id.as_str();
    tracing::info!(
        pool,
        channel = channel.as_str(),
        why = why.as_str(),
        "a message was withheld"
    );
    cx.app.metrics().message_withheld(pool, channel, why);
}

/// The budgets with a limit that a message is charged to.
fn charges(cx: &Cx, wanted: &Wanted<'_>) -> Vec<Charge> {
    let charge = |(purse, key)| Charge {
        purse,
        key,
        amount: match purse {
            Purse::Texts => segments(wanted.message),
            _ => 1,
        },
    };
    keys(cx, wanted.sub, wanted.to).map(charge).collect()
}

/// Those budgets, and whose they are.
fn keys(cx: &Cx, sub: &Sub, to: &Contact) -> impl Iterator<Item = (Purse, BudgetKey)> {
    let pool = cx.pool.id.as_str();
    let text = (to.channel() == Channel::Sms).then(|| to.as_str());
    let key = move |purse: Purse| {
        // The mailbox is the same one, whichever pool fills it.
        let (scope, whose) = match purse {
            Purse::Address => ("", to.key()),
            Purse::Account => (pool, sub.to_string()),
            Purse::Ip => (pool, asker(cx.from?)?.to_string()),
            Purse::Prefix => (pool, prefix(text?).to_owned()),
            Purse::Texts => (pool, text.map(|_| String::new())?),
        };
        let fields = [
            purse.as_str().as_bytes(),
            scope.as_bytes(),
            whose.as_bytes(),
        ];
        let limit = cx.pool.config.budgets.of(purse);
        let hash = || cx.app.secrets().budgets.of(&fields).to_vec();
        let key = || match purse {
            // By the `sub` itself, so that it can be read in one go with whom that is (decision 45).
            Purse::Account => fields.join(&b'/'),
            _ => hash(),
        };
        limit.is_limited().then(|| (purse, key()))
    };
    Purse::ALL.into_iter().filter_map(key)
}

/// As how many a text is paid for.
fn segments(message: &Message) -> u32 {
    let size = Size::of(message.text.expose());
    u32::try_from(size.segments).unwrap_or(u32::MAX)
}
