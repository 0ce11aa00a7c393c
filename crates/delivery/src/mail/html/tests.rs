//! What a mail's HTML shows.

use poolhouse_domain::Secret;
use poolhouse_domain::message::{EmailTemplate, LinkPage, Template};

use super::*;

const URL: &str = "https://app.example.com/in#code=12345678";

/// The mail with these words around its code.
fn message(body: &str, html: Option<&str>) -> Message {
    let mail = EmailTemplate {
        subject: String::new(),
        body: body.to_owned(),
        html: html.map(str::to_owned),
    };
    let page = LinkPage::parse("https://app.example.com/in").unwrap();
    let code = Secret::new("12345678".to_owned());
    Template::Email(&mail, Some(&page)).render("ann@example.com", &code)
}

fn made(body: &str, brand: &str) -> String {
    page("Subject", &message(body, None), brand).unwrap()
}

fn shown(body: &str) -> String {
    let page = made(body, "Acme");
    let (_, main) = page.split_once("</style>").unwrap();
    plain_text(main)
}

#[test]
fn a_sentence_leads_to_its_code() {
    let shown = shown("Your sign-in code is {####}");
    assert_eq!(shown, "Acme\n\nYour sign-in code is\n\n12345678");
}

#[test]
fn a_code_in_the_middle_stays_there_and_is_shown_as_well() {
    assert_eq!(
        shown("Hello,\n\nuse {####} to sign in.\nSee you!\n\nYours"),
        "Acme\n\nHello,\n\nuse 12345678 to sign in.\nSee you!\n\n12345678\n\nYours"
    );
}

#[test]
fn text_is_escaped_and_markup_is_the_developers() {
    let text = made("1 < 2 & {####}", "A & <b>");
    assert!(text.contains("1 &#60; 2 &#38;"), "{text}");
    assert!(text.contains("A &#38; &#60;b&#62;"), "{text}");
    let markup = made("<b>{####}</b>", "");
    assert!(markup.contains("<b>12345678</b>") && markup.contains("<style>"));
}

#[test]
fn a_whole_page_is_left_alone() {
    for body in ["<!DOCTYPE html><p>1", "  <HTML><p>1</p></HTML>"] {
        assert_eq!(made(body, "Acme"), body);
    }
}

#[test]
fn nothing_comes_from_elsewhere() {
    let page = made("Your code is {####}", "Acme");
    for banned in ["http:", "https:", "<img", "<a ", "<script", "url("] {
        assert!(!page.contains(banned), "{banned}");
    }
    assert!(page.is_ascii());
}

#[test]
fn a_link_of_its_own_is_a_button_behind_the_code() {
    let body = "Your code is {####}\n\nOr follow this:\n\n{##Sign in & <go>##}\n\nYours";
    assert_eq!(
        shown(body),
        "Acme\n\nYour code is\n\n12345678\n\nOr follow this:\n\nSign in & <go>\n\nYours"
    );
    let page = made(body, "Acme");
    assert_eq!(page.matches("http").count(), 1);
    let (_, cell) = page.split_once("class=\"button\"").unwrap();
    assert!(
        cell.contains(&format!("<a href=\"{}\"", URL.replace('#', "&#35;")))
            || cell.contains(&format!("<a href=\"{URL}\"")),
        "{cell}"
    );
    assert!(cell.contains(">Sign in &#38; &#60;go&#62;</a>"), "{cell}");
}

#[test]
fn a_link_before_the_code_is_not_taken_for_it() {
    assert_eq!(
        shown("{##Sign in##}\n\nor type {####}"),
        "Acme\n\nSign in\n\nor type\n\n12345678"
    );
}

#[test]
fn a_link_among_words_stays_among_them() {
    let body = "Your code is {####}\n\nOr {##sign in##} and\nstay.";
    assert_eq!(
        shown(body),
        "Acme\n\nYour code is\n\n12345678\n\nOr sign in and\nstay."
    );
    assert!(!made(body, "").contains("class=\"button\""));
}

#[test]
fn markup_has_its_link_as_an_element() {
    let element = format!("<p><a href=\"{URL}\">Go</a></p>");
    for message in [
        message("<b>{####}</b><p>{##Go##}</p>", None),
        message("{####}", Some("<b>{####}</b><p>{##Go##}</p>")),
        message("<html><p>{####}</p><p>{##Go##}</p>", None),
    ] {
        let page = page("Subject", &message, "Acme").unwrap();
        assert!(page.contains(&element), "{page}");
    }
}
