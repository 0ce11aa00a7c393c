//! The pages that `poolhouse dev` shows: the home page and the inbox, and the files they load.
//!
//! Pure: each page is a function from a view to its HTML. What a person can influence (addresses,
//! subjects, bodies) is escaped by the templates, and the scripts write text nodes only. Nothing is
//! inline and nothing comes from elsewhere, so [`HEADERS`] can be as strict as they are.

pub mod assets;
pub mod home;
pub mod inbox;

#[cfg(test)]
mod tests;

use askama::Template;

/// What every page and asset is sent with.
pub const HEADERS: [(&str, &str); 3] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
];

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The page, or one line that says why there is none: writing to a `String` does not fail, and no
/// template here calls anything that can.
fn render(template: &impl Template) -> String {
    template
        .render()
        .unwrap_or_else(|error| format!("This page could not be rendered: {error}"))
}
