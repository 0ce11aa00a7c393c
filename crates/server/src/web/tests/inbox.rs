//! The inbox page and its JSON.

use std::time::Duration;

use poolhouse_domain::{Timestamp, message::Channel};
use serde_json::json;

use super::{assert_self_contained, between};
use crate::web::inbox::{InboxMessageView, InboxView, messages_json, page};

/// 2026-07-27T14:03:05.25Z.
const SENT_AT: Timestamp = Timestamp::from_micros(1_785_160_985_250_000);

fn mail<'a>() -> InboxMessageView<'a> {
    InboxMessageView {
        channel: Channel::Email,
        to: "ada@example.com",
        subject: "Your sign-in code",
        text: "Your sign-in code is 12345678",
        code: "12345678",
        link: None,
        sent_at: SENT_AT,
    }
}

fn shown(messages: &[InboxMessageView<'_>]) -> String {
    page(&InboxView {
        messages,
        count: messages.len(),
        to: None,
        now: SENT_AT,
    })
}

#[test]
fn a_mail_is_shown_whole() {
    let page = shown(&[mail()]);
    let entry = between(&page, "<li class=\"message\"", "</li>");
    assert!(entry.contains("href=\"/inbox?to=ada%40example.com\""));
    assert!(entry.contains("<span class=\"unseen\">Mail to</span>"));
    assert_eq!(between(entry, "<h2>", "</h2>"), "Your sign-in code");
    assert_eq!(between(entry, "<span class=\"digits\">", "<"), "12345678");
    assert_eq!(between(entry, "data-copy=\"", "\""), "12345678");
    assert_eq!(
        between(entry, "<p class=\"text\">", "</p>"),
        "Your sign-in code is 12345678"
    );
    assert_eq!(
        between(entry, "<time", "</time>"),
        " datetime=\"2026-07-27T14:03:05.25Z\" title=\"2026-07-27T14:03:05.25Z\">just now"
    );
    assert!(
        !entry.contains("<details>"),
        "its source would say nothing new"
    );
}

#[test]
fn a_text_message_has_no_subject_and_keeps_its_brackets() {
    let page = shown(&[InboxMessageView {
        channel: Channel::Sms,
        to: "+15555550100",
        subject: "",
        text: "Code <b>123456</b>",
        code: "123456",
        link: None,
        sent_at: SENT_AT,
    }]);
    let entry = between(&page, "<li class=\"message\"", "</li>");
    assert!(entry.contains("<span class=\"unseen\">Text message to</span>"));
    assert!(entry.contains("href=\"/inbox?to=%2B15555550100\""));
    assert!(!entry.contains("<h2>"));
    assert_eq!(
        between(entry, "<p class=\"text\">", "</p>"),
        "Code &#60;b&#62;123456&#60;/b&#62;"
    );
}

#[test]
fn a_mail_in_html_is_read_as_text_with_its_source_at_hand() {
    let page = shown(&[InboxMessageView {
        text: "<p>Welcome!</p><p>Your code is <b>12345678</b></p>",
        ..mail()
    }]);
    assert_eq!(
        between(&page, "<p class=\"text\">", "</p>"),
        "Welcome!\n\nYour code is 12345678"
    );
    assert_eq!(
        between(&page, "<pre tabindex=\"0\">", "</pre>"),
        "&#60;p&#62;Welcome!&#60;/p&#62;&#60;p&#62;Your code is \
         &#60;b&#62;12345678&#60;/b&#62;&#60;/p&#62;"
    );
}

#[test]
fn a_message_without_a_code_offers_none() {
    let page = shown(&[InboxMessageView { code: "", ..mail() }]);
    assert!(!page.contains("class=\"code\""));
}

#[test]
fn a_link_is_there_to_be_followed() {
    let link = "https://app.example.com/in#code=12345678";
    let page = shown(&[InboxMessageView {
        link: Some(link),
        ..mail()
    }]);
    let element = between(&page, "<a class=\"link\" ", "</a>");
    assert_eq!(
        element.replace("&#35;", "#"),
        format!("href=\"{link}\" target=\"_blank\" rel=\"noopener noreferrer\">Follow the link")
    );
    assert!(!shown(&[mail()]).contains("class=\"link\""));
    let odd = shown(&[InboxMessageView {
        link: Some("\"><script>"),
        ..mail()
    }]);
    assert!(!odd.contains("<script>"));
}

#[test]
fn nothing_in_a_message_becomes_markup() {
    const ATTACK: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;";
    for attacked in [
        InboxMessageView {
            to: ATTACK,
            ..mail()
        },
        InboxMessageView {
            subject: ATTACK,
            ..mail()
        },
        InboxMessageView {
            text: ATTACK,
            ..mail()
        },
        InboxMessageView {
            code: ATTACK,
            ..mail()
        },
        InboxMessageView {
            channel: Channel::Sms,
            text: ATTACK,
            ..mail()
        },
    ] {
        let page = shown(&[attacked]);
        assert!(!page.contains("<script>"), "{page}");
        assert!(!page.contains("<img"), "{page}");
        assert_eq!(page.matches("<script ").count(), 1, "the page's own");
        assert_self_contained(&page);
    }
}

#[test]
fn the_address_asked_for_is_escaped() {
    let page = page(&InboxView {
        messages: &[],
        count: 0,
        to: Some("\"><script>alert(1)</script>"),
        now: SENT_AT,
    });
    assert!(!page.contains("<script>"), "{page}");
    assert!(page.contains("value=\"&#34;&#62;&#60;script&#62;"));
}

#[test]
fn an_empty_inbox_says_what_to_do() {
    let page = shown(&[]);
    let empty = between(&page, "<div id=\"inbox-empty\" class=\"empty\">", "</div>");
    assert!(empty.contains("No messages yet"));
    assert!(empty.contains("Sign in on the <a href=\"/#try\">home page</a> or in your app."));
    assert!(empty.contains("<p id=\"inbox-all\" hidden>"));
    assert!(!page.contains("<li class=\"message\""));
}

#[test]
fn a_full_inbox_hides_what_an_empty_one_says() {
    assert!(shown(&[mail()]).contains("<div id=\"inbox-empty\" class=\"empty\" hidden>"));
}

#[test]
fn an_address_without_messages_is_named() {
    let page = page(&InboxView {
        messages: &[],
        count: 7,
        to: Some("bob@example.com"),
        now: SENT_AT,
    });
    assert!(page.contains("No messages to bob@example.com"));
    assert!(page.contains("<p id=\"inbox-all\"><a href=\"/inbox\">Show all messages</a></p>"));
    assert!(page.contains("data-inbox-count>7<"), "all are counted");
}

#[test]
fn messages_stay_in_the_order_given() {
    let older = InboxMessageView {
        to: "old@example.com",
        ..mail()
    };
    let page = shown(&[mail(), older]);
    assert!(page.find("data-to=\"ada@") < page.find("data-to=\"old@"));
}

#[test]
fn age_is_said_in_one_unit() {
    for (seconds, words) in [
        (0, "just now"),
        (9, "just now"),
        (10, "10 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 d ago"),
        (864_000, "10 d ago"),
    ] {
        let page = page(&InboxView {
            messages: &[mail()],
            count: 1,
            to: None,
            now: SENT_AT + Duration::from_secs(seconds),
        });
        assert!(
            page.contains(&format!(">{words}</time>")),
            "{seconds} s: {words}"
        );
    }
}

#[test]
fn json_says_all_of_it_unescaped() {
    let text = InboxMessageView {
        channel: Channel::Sms,
        to: "+15555550100",
        subject: "",
        text: "<b>1</b>",
        code: "1",
        link: None,
        sent_at: Timestamp::from_seconds(0),
    };
    let json: serde_json::Value = serde_json::from_str(&messages_json(&[mail(), text])).unwrap();
    assert_eq!(
        json,
        json!([
            {
                "channel": "email",
                "to": "ada@example.com",
                "subject": "Your sign-in code",
                "text": "Your sign-in code is 12345678",
                "code": "12345678",
                "sent_at": "2026-07-27T14:03:05.25Z",
            },
            {
                "channel": "sms",
                "to": "+15555550100",
                "subject": "",
                "text": "<b>1</b>",
                "code": "1",
                "sent_at": "1970-01-01T00:00:00Z",
            },
        ])
    );
    assert_eq!(messages_json(&[]), "[]");
}

#[test]
fn the_page_stands_alone() {
    assert_self_contained(&shown(&[mail()]));
}
