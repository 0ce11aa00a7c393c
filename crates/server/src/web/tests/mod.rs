//! What the pages say, and that nothing a stranger wrote gets out of its place.

mod assets;
mod home;
mod inbox;

/// The page between `start` and the next `end`.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, after) = page
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start:?} in:\n{page}"));
    let (inner, _) = after
        .split_once(end)
        .unwrap_or_else(|| panic!("no {end:?} after {start:?} in:\n{page}"));
    inner
}

/// Everything that a strict content security policy, or no network, would break.
fn assert_self_contained(page: &str) {
    for banned in [
        "<style",
        " style=",
        " onclick=",
        "javascript:",
        "<script>",
        "<form action",
    ] {
        assert!(!page.contains(banned), "{banned:?} in:\n{page}");
    }
    for attribute in ["src=\"", "href=\""] {
        for rest in page.split(attribute).skip(1) {
            assert!(rest.starts_with(['/', '#']), "{attribute}{rest}");
        }
    }
}
