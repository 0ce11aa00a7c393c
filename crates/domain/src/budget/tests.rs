//! How many messages a budget lets through, and which ones it counts together.

use std::time::Duration;

use super::sends::DAY;
use super::*;
use crate::Timestamp;
use crate::pool::ContactAttribute;
use crate::random::{SeededRandom, bytes};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_795_348_800) + Duration::from_secs(seconds)
}

/// Asks at each of these seconds, and says when it was granted.
fn granted(budget: Budget, asked: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut sends = Sends::default();
    let mut granted = Vec::new();
    for second in asked {
        if budget.allows(&sends, 1, at(second)) {
            sends.add(1, at(second));
            granted.push(second);
        }
    }
    granted
}

#[test]
fn five_an_hour_and_ten_a_day() {
    let budget = BudgetPolicy::in_production().address;
    let sent = granted(budget, (0..2 * 86_400).step_by(30));
    assert_eq!(sent[..5], [0, 30, 60, 90, 120]);
    // A slot counts until all of it is more than an hour old.
    assert_eq!(sent[5..10], [3_900, 3_930, 3_960, 3_990, 4_020]);
    assert_eq!(sent[10], 86_700, "the first five of the next day");
    assert_eq!(sent.len(), 20);
}

#[test]
fn what_costs_more_takes_more() {
    let budget = Budget {
        per_hour: None,
        per_day: Some(10),
    };
    let mut sends = Sends::default();
    sends.add(8, at(0));
    assert!(budget.allows(&sends, 2, at(0)));
    assert!(!budget.allows(&sends, 3, at(0)));
    assert!(!budget.allows(&sends, u32::MAX, at(0)));
}

#[test]
fn without_a_limit_nothing_is_limited() {
    let mut sends = Sends::default();
    sends.add(u32::MAX, at(0));
    sends.add(u32::MAX, at(0));
    assert!(Budget::default().allows(&sends, 1, at(0)));
    assert!(!Budget::default().is_limited());
    let policy = BudgetPolicy::default();
    assert!(
        Purse::ALL
            .iter()
            .all(|purse| !policy.of(*purse).is_limited())
    );
    let policy = BudgetPolicy::in_production();
    assert!(
        Purse::ALL
            .iter()
            .all(|purse| policy.of(*purse).is_limited())
    );
}

#[test]
fn a_clock_that_goes_back_gives_nothing_away() {
    let budget = Budget::new(1, 1);
    let mut sends = Sends::default();
    sends.add(1, at(86_400));
    assert!(!budget.allows(&sends, 1, at(0)));
}

#[test]
fn they_are_kept_until_they_end() {
    let mut sends = Sends::default();
    sends.add(1, at(0));
    sends.add(2, at(700));
    assert_eq!(Sends::from_bytes(&sends.to_bytes()), Some(sends.clone()));
    assert_eq!(sends.ends_at(), at(900 + 86_400));
    assert_eq!(sends.within(DAY, sends.ends_at()), 0);
    assert_eq!(Sends::from_bytes(b"1234567"), None);
    sends.add(4, at(2 * 86_400));
    assert_eq!(sends.to_bytes().len(), 8, "what is over is forgotten");
}

#[test]
fn neighbours_share_all_but_four_digits() {
    assert_eq!(prefix("+12065550123"), "+1206555");
    assert_eq!(prefix("+6831234"), "+683");
    assert_eq!(prefix("+1"), "");
}

#[test]
fn who_asks_is_an_address_or_a_network() {
    let asker = |text: &str| asker(text.parse().unwrap()).map(|address| address.to_string());
    assert_eq!(asker("192.0.2.7").as_deref(), Some("192.0.2.7"));
    assert_eq!(asker("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
    assert_eq!(
        asker("2001:db8:1:2:3:4:5:6").as_deref(),
        Some("2001:db8:1:2::")
    );
    for here in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(asker(here), None, "{here}");
    }
}

#[test]
fn texts_go_to_the_countries_that_are_named() {
    let policy = BudgetPolicy {
        countries: Some(Countries::Only(vec!["DE".to_owned(), "US".to_owned()])),
        ..BudgetPolicy::default()
    };
    let refused = |number: &str| {
        let contact = Contact::parse(ContactAttribute::PhoneNumber, number).unwrap();
        (
            policy.refuses(&contact),
            BudgetPolicy::default().refuses(&contact),
        )
    };
    for own in ["+4915123456789", "+12065550123"] {
        assert_eq!(refused(own), (None, None), "{own}");
    }
    // Canada and Jamaica share a calling code with the United States; 555 is nobody's, 900 anybody's.
    for other in [
        "+14165550198",
        "+18765550123",
        "+15555550123",
        "+447700900123",
    ] {
        assert_eq!(refused(other), (Some(Withheld::Country), None), "{other}");
    }
}

#[test]
fn mails_go_to_no_domain_that_is_refused() {
    let policy = BudgetPolicy {
        refused_domains: DomainList::parse("Mailinator.example\n").unwrap(),
        ..BudgetPolicy::default()
    };
    let refused =
        |address: &str| policy.refuses(&Contact::parse(ContactAttribute::Email, address).unwrap());
    assert_eq!(refused("ann@mailinator.EXAMPLE"), Some(Withheld::Domain));
    assert_eq!(refused("ann@example.com"), None);
}

#[test]
fn every_word_is_another() {
    let mut words = Withheld::ALL.map(Withheld::as_str).to_vec();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Withheld::ALL.len());
}

/// However it is asked, no hour has more than five, no day more than ten.
#[test]
fn no_window_has_more_than_its_limit() {
    for seed in 0..200 {
        let random = SeededRandom::new(seed);
        let mut now = 0;
        let asked = (0..400).map(|_| {
            now += u64::from(u16::from_be_bytes(bytes(&random))) % (20 * (seed + 1));
            now
        });
        let sent = granted(Budget::new(5, 10), asked);
        for (window, limit) in [(3_600, 5), (86_400, 10)] {
            for (index, first) in sent.iter().enumerate() {
                let inside = sent[index..].iter().take_while(|at| **at < first + window);
                assert!(inside.count() <= limit, "{window} s from {first}: {sent:?}");
            }
        }
    }
}
