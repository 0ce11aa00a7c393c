//! The properties of `fuzz/properties.rs` on made-up input: bytes from nowhere, and what is nearly
//! right. A fuzzer finds more; this runs everywhere.

use proptest::prelude::*;

use crate::properties_of_parsers as holds;

proptest! {
    #[test]
    fn digits(text in prop_oneof!["\\PC{0,40}", "[0-9a-fA-F]{0,140}", "0{0,4}[fF]{760,768}[0-9a-f]{0,8}"]) {
        holds::digits(&text);
    }

    #[test]
    fn bytes(zeros in 0..3_usize, data in prop::collection::vec(any::<u8>(), 0..520)) {
        holds::bytes(&[&vec![0; zeros], data.as_slice()].concat());
    }

    #[test]
    fn timestamp(text in prop_oneof![
        "\\PC{0,40}",
        "(Mon|Tue|Wed) (Jan|Feb|Dec) [0-9]{1,2} [0-2][0-9]:[0-5][0-9]:[0-6][0-9] UTC [0-9]{4}",
    ]) {
        holds::timestamp(&text);
    }
}
