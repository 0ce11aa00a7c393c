//! Addresses and numbers of people who do not exist (D9).
//!
//! A stranger who was named by an address has that address. What else they have is made up from a
//! keyed hash, always the same: a number where the pool's people must have one, or else in half of
//! all cases. Only the mask is ever told, and nothing is sent.

use poolhouse_domain::Sub;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::ContactAttribute;

use crate::cx::Cx;

/// The contacts of the stranger whose `sub` is made up from `typed`, or from a name that is no
/// contact.
pub(crate) fn of(cx: &Cx, sub: &Sub, typed: Option<&Contact>) -> Vec<Contact> {
    let named = typed.map_or_else(|| named(cx, sub), Contact::attribute);
    let has = |attribute: &ContactAttribute| {
        *attribute == named || is_required(cx, *attribute) || byte(cx, sub, *attribute, 0) & 1 == 1
    };
    let theirs = ContactAttribute::ALL.into_iter().filter(has);
    theirs
        .filter_map(|attribute| match typed {
            // In the form in which all its spellings are one.
            Some(typed) if typed.attribute() == attribute => {
                Contact::parse(attribute, &typed.key()).ok()
            }
            _ => made_up(cx, sub, attribute),
        })
        .collect()
}

/// What somebody would have signed up with whose name says nothing of it.
fn named(cx: &Cx, sub: &Sub) -> ContactAttribute {
    let logins = &cx.pool.config.username_attributes;
    let chance = usize::from(byte(cx, sub, ContactAttribute::Email, 1));
    let chosen = chance.checked_rem(logins.len());
    chosen.map_or(ContactAttribute::Email, |place| logins[place])
}

fn is_required(cx: &Cx, attribute: ContactAttribute) -> bool {
    let schema = &cx.pool.config.schema;
    schema
        .get(attribute.as_str())
        .is_some_and(|spec| spec.required)
}

/// Of an address the mask shows two letters, of a number four digits: those are by chance.
fn made_up(cx: &Cx, sub: &Sub, attribute: ContactAttribute) -> Option<Contact> {
    let letter = |place| char::from(b'a' + byte(cx, sub, attribute, place) % 26);
    let digit = |place| char::from(b'0' + byte(cx, sub, attribute, place) % 10);
    let text = match attribute {
        ContactAttribute::Email => format!("{}@{}.example", letter(2), letter(3)),
        ContactAttribute::PhoneNumber => {
            let shown: String = (2..6).map(digit).collect();
            format!("+1206555{shown}")
        }
    };
    Contact::parse(attribute, &text).ok()
}

fn byte(cx: &Cx, sub: &Sub, attribute: ContactAttribute, place: usize) -> u8 {
    let (pool, sub) = (cx.pool.id.as_str().as_bytes(), sub.as_str().as_bytes());
    let fields = [b"contact", pool, attribute.as_str().as_bytes(), sub];
    cx.app.secrets().decoys.of(&fields)[place]
}
