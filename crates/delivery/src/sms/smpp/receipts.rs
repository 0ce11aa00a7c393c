//! Receipts: what became of a text after the message centre took it (SMPP appendix B).

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use poolhouse_store::OutboxId;
use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::TlvValue;
use rusmpp::values::{MessageState, MessageType};

use crate::figures::{Count, Receipts};

/// How many texts are remembered whose receipts have not come: the oldest are forgotten.
const MOST: usize = 10_000;

/// The texts that receipts are expected of, and what was said of others.
#[derive(Default)]
pub(super) struct Ledger {
    expected: Mutex<Expected>,
    delivered: Count,
    undelivered: Count,
}

#[derive(Default)]
struct Expected {
    by_name: HashMap<String, OutboxId>,
    in_order: VecDeque<String>,
}

/// How a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Delivered,
    Undelivered,
}

impl Ledger {
    /// The centre took a message and calls it `name`.
    pub(super) fn expect(&self, name: &str, id: OutboxId) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        if expected.in_order.len() >= MOST
            && let Some(oldest) = expected.in_order.pop_front()
        {
            expected.by_name.remove(&oldest);
        }
        expected.in_order.push_back(name.to_owned());
        expected.by_name.insert(name.to_owned(), id);
    }

    /// Reads what the centre delivered; what is no receipt of ours is nothing to us.
    pub(super) fn told(&self, delivered: &DeliverSm) {
        let Some((name, end, said)) = receipt(delivered) else {
            return;
        };
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(id) = expected.by_name.remove(&name) else {
            return;
        };
        expected.in_order.retain(|other| *other != name);
        drop(expected);
        let message = id.as_str();
        match end {
            End::Delivered => {
                tracing::debug!(message, "a text reached its phone");
                self.delivered.add(1);
            }
            End::Undelivered => {
                tracing::warn!(message, said, "a text was taken and not delivered");
                self.undelivered.add(1);
            }
        }
    }

    pub(super) fn receipts(&self) -> Receipts {
        Receipts {
            delivered: self.delivered.get(),
            undelivered: self.undelivered.get(),
        }
    }
}

/// Which message a receipt is about, how it ended, and that in the centre's words. Nothing if it is no
/// receipt, or not the last word.
fn receipt(delivered: &DeliverSm) -> Option<(String, End, String)> {
    if delivered.esm_class.message_type != MessageType::ShortMessageContainsMCDeliveryReceipt {
        return None;
    }
    let mut text = delivered.short_message().as_ref();
    let values = || delivered.tlvs().iter().filter_map(|tlv| tlv.value());
    for value in values() {
        // It stands there or here, never in both (SMPP §4.6.1).
        if let TlvValue::MessagePayload(payload) = value {
            text = payload.value.as_ref();
        }
    }
    let text = String::from_utf8_lossy(text);
    let mut name = field(&text, "id:").map(str::to_owned);
    let mut state = field(&text, "stat:").map(str::to_owned);
    for value in values() {
        match value {
            TlvValue::ReceiptedMessageId(id) => name = Some(id.as_str().to_owned()),
            TlvValue::MessageState(of_it) => state = Some(word(*of_it).to_owned()),
            _ => {}
        }
    }
    let (name, state) = (name?, state?);
    let error = field(&text, "err:").unwrap_or("none");
    let end = match state.as_str() {
        "DELIVRD" => End::Delivered,
        "EXPIRED" | "DELETED" | "UNDELIV" | "REJECTD" | "UNKNOWN" => End::Undelivered,
        _ => return None,
    };
    Some((name, end, format!("{state}, error {error}")))
}

/// What follows `name`, up to the next blank.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(name)?;
    rest.split(' ').next().filter(|word| !word.is_empty())
}

/// The word of a state in the text of a receipt (SMPP appendix B, table B-2).
const fn word(state: MessageState) -> &'static str {
    match state {
        MessageState::Delivered => "DELIVRD",
        MessageState::Expired => "EXPIRED",
        MessageState::Deleted => "DELETED",
        MessageState::Undeliverable => "UNDELIV",
        MessageState::Rejected => "REJECTD",
        MessageState::Unknown => "UNKNOWN",
        MessageState::Accepted => "ACCEPTD",
        _ => "ENROUTE",
    }
}
