//! AWS's patterns mean here what they mean in Java.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::pattern::compile;
use super::samples::{SAMPLES, Sample};

#[test]
fn every_pattern_of_the_model_has_its_sample_and_matches_it() {
    let model: Value = serde_json::from_str(include_str!("../model.json")).unwrap();
    let shapes = model["shapes"].as_object().unwrap().values();
    let patterns: BTreeSet<_> = shapes
        .filter_map(|shape| shape["pattern"].as_str())
        .collect();
    for pattern in patterns {
        let (sample, compiled) = (Sample::of(pattern), compile(pattern));
        let least = sample.seed.chars().count();
        for length in [least, least + 1, sample.longest.min(3 * least + 30)] {
            let (text, matches) = sample.text(length);
            assert_eq!(
                compiled.is_match(&text),
                matches,
                "{text:?} against {pattern}"
            );
            if let Some(spoiler) = sample.spoiler {
                let spoilt = format!("{text}{spoiler}");
                assert!(!compiled.is_match(&spoilt), "{spoilt:?} against {pattern}");
            }
        }
    }
}

#[test]
fn every_sample_has_a_pattern_of_its_own() {
    let patterns: BTreeSet<_> = SAMPLES.iter().map(|sample| sample.pattern).collect();
    assert_eq!(patterns.len(), SAMPLES.len());
}

#[test]
fn the_whole_value_matches_also_before_a_line_end() {
    for (pattern, text) in [
        (r"[\w]+", "abc\n"),
        ("^[0-9a-fA-F]+$", "ab\n"),
        (r"[\w]+", "a b"),
    ] {
        assert!(
            !compile(pattern).is_match(text),
            "{text:?} against {pattern}"
        );
    }
}

#[test]
fn classes_are_ascii_as_in_java() {
    assert!(!compile(r"[\w]+").is_match("é"));
    assert!(!compile(r"[0-9\d]+").is_match("٣"));
    assert!(!compile(r"[\s]+").is_match("\u{a0}"));
    assert!(compile(r"[\S]+").is_match("\u{a0}"));
    assert!(compile(r"\w\s\S\d").is_match("_\u{b}é7"));
}

#[test]
fn a_dot_stops_at_a_line_end_unless_told() {
    for end in ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
        assert!(!compile(".*").is_match(end), "{end:?}");
        assert!(compile("(?s).*").is_match(end), "{end:?}");
        assert!(compile(r"[^.]\.").is_match(&format!("{end}.")), "{end:?}");
    }
}

#[test]
fn a_name_may_end_in_all_but_a_dot() {
    let compiled = compile(r"^[0-9A-Za-z\.\-_]*(?<!\.)$");
    for (text, matches) in [
        ("", true),
        ("a", true),
        ("a.b", true),
        (".", false),
        ("a.", false),
    ] {
        assert_eq!(compiled.is_match(text), matches, "{text:?}");
    }
}
