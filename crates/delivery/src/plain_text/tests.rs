//! The text of simple HTML.

use super::plain_text;

fn assert_text(body: &str, expected: &str) {
    assert_eq!(plain_text(body), expected, "{body:?}");
}

#[test]
fn text_without_tags_is_left_alone() {
    for body in [
        "",
        "Your code is 123456",
        "two\n\n  lines ",
        "1 < 2 && 3 > 2",
        "a <3 b",
        "Fish &amp; chips",
        "an end <without",
    ] {
        assert_text(body, body);
    }
}

#[test]
fn tags_go_and_words_stay() {
    assert_text("Your code is <b>123456</b>.", "Your code is 123456.");
    assert_text(
        "<SPAN class=\"a\">x</SPAN><IMG src=x onerror=alert(1)>",
        "x",
    );
    assert_text("a<!-- <b>not</b> this -->b", "ab");
    assert_text("<!doctype html><html><body>hi</body></html>", "hi");
}

#[test]
fn lines_break_where_a_browser_breaks_them() {
    assert_text("one<br>two<br/>three", "one\ntwo\nthree");
    assert_text("one<br> <br>two<br><br><br>three", "one\n\ntwo\n\nthree");
    assert_text("<p>one</p><p>two</p>", "one\n\ntwo");
    assert_text("<div>one</div>\n<div>two</div>", "one\ntwo");
    assert_text(
        "<h1>Hi</h1>text<ul><li>a</li><li>b</li></ul>",
        "Hi\n\ntext\n\na\nb",
    );
}

#[test]
fn white_space_collapses() {
    assert_text("<p>\n  a\n  b\t c\n</p>", "a b c");
    assert_text("a <b> b</b> c", "a b c");
    assert_text("<p> </p><p> </p>x", "x");
}

#[test]
fn what_is_not_shown_is_left_out() {
    assert_text("<style>p > b { color: red }</style>x", "x");
    assert_text("<title>t</title><p>x</p>", "x");
    assert_text("<script>if (a < b) { '<b>' }</script>x", "x");
    assert_text("x<style>no end", "x");
}

#[test]
fn character_references_are_resolved_once() {
    assert_text(
        "<p>&lt;b&gt; &amp;amp; &quot;&apos;&#39;&#x27;</p>",
        "<b> &amp; \"'''",
    );
    assert_text("<p>a&nbsp;b &#8364;</p>", "a\u{a0}b \u{20ac}");
    assert_text(
        "<p>&unknown; & &; &#xD800; &#99999999;</p>",
        "&unknown; & &; &#xD800; &#99999999;",
    );
}

#[test]
fn text_outside_ascii_survives() {
    assert_text("<p>Grüße, 世界 <b>🏊</b></p>", "Grüße, 世界 🏊");
}
