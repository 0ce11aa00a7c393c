//! The properties of `fuzz/properties.rs` on made-up input: bytes from nowhere, well-formed
//! structures, and bent copies of real ones. A fuzzer finds more; this runs everywhere.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use crate::encode;
use crate::properties_of_parsers as holds;

/// The real structures among the vectors' cases, good and bad, each with its parser.
static CORPUS: LazyLock<Vec<(&'static str, Vec<u8>)>> = LazyLock::new(corpus);

fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let file: Value =
        serde_json::from_str(include_str!("../vectors/webauthn-l3-cases.json")).unwrap();
    let mut corpus = Vec::new();
    for case in file["cases"].as_array().unwrap() {
        corpus.push(("response", case["credential"].to_string().into_bytes()));
        for (name, kind) in [
            ("clientDataJSON", "client_data"),
            ("authenticatorData", "authenticator_data"),
            ("attestationObject", "attestation_object"),
        ] {
            let text = case["credential"]["response"][name]
                .as_str()
                .unwrap_or_default();
            corpus.extend(base64.decode(text).map(|bytes| (kind, bytes)));
        }
        let key = case["stored"]["publicKeyCose"].as_str().unwrap_or_default();
        corpus.extend(base64.decode(key).map(|bytes| ("cose", bytes)));
    }
    corpus
}

fn check(kind: &str, data: &[u8]) {
    match kind {
        "response" => holds::response(data),
        "client_data" => holds::client_data(data),
        "authenticator_data" => holds::authenticator_data(data),
        "attestation_object" => holds::attestation_object(data),
        "cose" => holds::cose(data),
        "origin" => holds::origin(data),
        _ => holds::cbor(data),
    }
}

const KINDS: [&str; 7] = [
    "response",
    "client_data",
    "authenticator_data",
    "attestation_object",
    "cose",
    "origin",
    "cbor",
];

/// Canonical CBOR, and with `loose` also CBOR that is not.
fn cbor(loose: bool) -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(encode::int),
        (-30_i64..300).prop_map(encode::int),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(|bytes| encode::bytes(&bytes)),
        ".{0,20}".prop_map(|text| encode::text(&text)),
        prop::sample::select(vec![0xf4, 0xf5, 0xf6]).prop_map(|simple| vec![simple]),
    ];
    leaf.prop_recursive(4, 40, 6, move |item| {
        let entries = prop::collection::vec((item.clone(), item.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(item, 0..6).prop_map(|items| encode::array(&items)),
            entries.prop_map(move |mut entries| {
                if !loose {
                    entries.sort_by_key(|(key, _)| (key[0] >> 5, key.len(), key.clone()));
                    entries.dedup_by_key(|(key, _)| key.clone());
                }
                encode::map(&entries)
            }),
        ]
    })
}

#[test]
fn the_properties_hold_for_the_corpus() {
    assert!(CORPUS.len() > 2000);
    for (kind, data) in CORPUS.iter() {
        check(kind, data);
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the corpus is files, as cargo-fuzz wants it"
)]
fn the_properties_hold_for_the_corpus_of_the_fuzz_targets() {
    for kind in KINDS {
        let folder = format!("{}/fuzz/corpus/{kind}", env!("CARGO_MANIFEST_DIR"));
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
        assert!(files.len() >= 5, "{kind}");
        for file in files {
            check(kind, &std::fs::read(file.unwrap().path()).unwrap());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(kind in prop::sample::select(&KINDS[..]), data: Vec<u8>) {
        check(kind, &data);
    }

    #[test]
    fn no_text_panics(kind in prop::sample::select(&KINDS[..]), text in "\\PC{0,80}") {
        check(kind, text.as_bytes());
    }

    #[test]
    fn what_an_encoder_writes_is_read(data in cbor(false)) {
        prop_assert!(poolhouse_webauthn::cbor::parse(&data).is_ok());
        holds::cbor(&data);
    }

    #[test]
    fn what_another_encoder_writes_is_canonical_or_refused(data in cbor(true)) {
        holds::cbor(&data);
    }

    #[test]
    fn a_bent_structure_is_no_danger(
        pick: prop::sample::Index,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut: prop::sample::Index,
        keep_length: bool,
    ) {
        let (kind, mut data) = pick.get(&CORPUS).clone();
        for (place, byte) in changes {
            if !data.is_empty() {
                let place = place.index(data.len());
                data[place] = byte;
            }
        }
        if !keep_length && !data.is_empty() {
            data.truncate(cut.index(data.len()));
        }
        check(kind, &data);
    }

    #[test]
    fn authenticator_data_is_read_as_it_was_written(
        flags: u8,
        sign_count: u32,
        id in prop::collection::vec(any::<u8>(), 0..1100),
        key in cbor(false),
    ) {
        let mut data = vec![9; 32];
        data.push(flags & 0x5d);
        data.extend(sign_count.to_be_bytes());
        if flags & 0x40 != 0 {
            data.extend([3; 16]);
            data.extend(u16::try_from(id.len()).unwrap().to_be_bytes());
            data.extend(&id);
            data.extend(encode::map(&[(encode::int(1), key)]));
        }
        let parsed = poolhouse_webauthn::authenticator_data::AuthenticatorData::parse(&data);
        let parsed = parsed.unwrap();
        prop_assert_eq!(parsed.sign_count, sign_count);
        prop_assert_eq!(parsed.flags.user_present(), flags & 1 != 0);
        prop_assert_eq!(parsed.flags.user_verified(), flags & 4 != 0);
        prop_assert_eq!(parsed.flags.backup_eligible(), flags & 8 != 0);
        prop_assert_eq!(parsed.flags.backup_state(), flags & 16 != 0);
        prop_assert_eq!(parsed.attested.is_some(), flags & 64 != 0);
        if let Some(attested) = &parsed.attested {
            prop_assert_eq!(attested.credential_id, id.as_slice());
        }
        holds::authenticator_data(&data);
    }

    #[test]
    fn origins_are_written_as_they_are_read(
        host in "[a-z0-9-]{1,12}(\\.[a-z0-9-]{1,8}){0,3}",
        port in prop::option::of(0_u32..70_000),
        scheme in prop::sample::select(vec!["https://", "http://", "https://*.", "wss://", ""]),
    ) {
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        holds::origin(format!("{scheme}{host}{port}").as_bytes());
    }
}
