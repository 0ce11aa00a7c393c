//! The files that the pages load.

use crate::web::{
    HEADERS,
    assets::{ASSETS, Asset, find},
};

fn text(asset: &Asset) -> &str {
    std::str::from_utf8(asset.bytes).expect("assets are UTF-8")
}

fn scripts() -> impl Iterator<Item = &'static Asset> {
    ASSETS
        .iter()
        .filter(|asset| asset.content_type.starts_with("text/javascript"))
}

#[test]
fn every_asset_is_found_by_its_name() {
    for asset in ASSETS {
        assert_eq!(find(asset.name), Some(*asset));
        assert!(!asset.bytes.is_empty(), "{} is empty", asset.name);
    }
    for unknown in ["", "style", "Style.css", "../mod.rs", "/style.css"] {
        assert_eq!(find(unknown), None, "{unknown:?}");
    }
}

#[test]
fn content_types_are_those_that_nosniff_asks_for() {
    for asset in ASSETS {
        let expected = match asset.name.rsplit_once('.') {
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            other => panic!("no content type for {other:?}"),
        };
        assert_eq!(asset.content_type, expected, "{}", asset.name);
    }
}

#[test]
fn scripts_import_only_each_other() {
    for asset in scripts() {
        for line in text(asset)
            .lines()
            .filter(|line| line.starts_with("import "))
        {
            let (_, from) = line.split_once("from './").expect("a relative import");
            let name = from.trim_end_matches("';");
            assert!(find(name).is_some(), "{} imports {name:?}", asset.name);
        }
    }
}

#[test]
fn scripts_never_turn_text_into_markup() {
    let sinks = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "srcdoc",
    ];
    for asset in scripts() {
        for sink in sinks {
            assert!(!text(asset).contains(sink), "{sink} in {}", asset.name);
        }
    }
}

#[test]
fn nothing_comes_from_elsewhere() {
    for asset in ASSETS {
        let text = text(asset).replace("http://www.w3.org/2000/svg", "");
        for outside in ["http:", "https:", "@import", "url("] {
            assert!(!text.contains(outside), "{outside} in {}", asset.name);
        }
    }
}

#[test]
fn pages_may_load_only_what_this_server_serves() {
    let (name, policy) = HEADERS[0];
    assert_eq!(name, "content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
}
