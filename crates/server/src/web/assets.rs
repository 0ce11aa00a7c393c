//! The files that the pages load: embedded, served under `/assets/<name>`.
//!
//! Their names carry no version, so they are to be sent with `cache-control: no-cache`.

/// A file as it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The last segment of its path.
    pub name: &'static str,
    /// Its `content-type`.
    pub content_type: &'static str,
    /// Its body.
    pub bytes: &'static [u8],
}

/// The asset called `name`, the last segment of `/assets/<name>`.
pub fn find(name: &str) -> Option<Asset> {
    ASSETS.iter().find(|asset| asset.name == name).copied()
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Every asset.
pub const ASSETS: &[Asset] = &[
    asset("favicon.svg", SVG, include_bytes!("assets/favicon.svg")),
    asset("style.css", CSS, include_bytes!("assets/style.css")),
    asset("home.css", CSS, include_bytes!("assets/home.css")),
    asset("inbox.css", CSS, include_bytes!("assets/inbox.css")),
    asset("page.js", JAVASCRIPT, include_bytes!("assets/page.js")),
    asset("home.js", JAVASCRIPT, include_bytes!("assets/home.js")),
    asset(
        "cognito.js",
        JAVASCRIPT,
        include_bytes!("assets/cognito.js"),
    ),
    asset("srp.js", JAVASCRIPT, include_bytes!("assets/srp.js")),
    asset(
        "passkeys.js",
        JAVASCRIPT,
        include_bytes!("assets/passkeys.js"),
    ),
    asset(
        "account.js",
        JAVASCRIPT,
        include_bytes!("assets/account.js"),
    ),
    asset("claims.js", JAVASCRIPT, include_bytes!("assets/claims.js")),
    asset("inbox.js", JAVASCRIPT, include_bytes!("assets/inbox.js")),
];

const fn asset(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    Asset {
        name,
        content_type,
        bytes,
    }
}
