//! `properties::timestamp` on whatever libfuzzer comes up with.

#![no_main]

#[path = "../properties.rs"]
#[expect(dead_code, reason = "each target runs one of the properties")]
mod properties;

libfuzzer_sys::fuzz_target!(|text: &str| properties::timestamp(text));
