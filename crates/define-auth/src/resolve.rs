//! What a module specifier means.

use crate::project;

/// Endings of modules, in the order in which `tsx` tries them for a specifier that has none.
const ENDINGS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "json"];

/// Whether `specifier` names a package and not a file of the project.
pub(crate) fn is_package(specifier: &str) -> bool {
    !specifier.starts_with(['.', '/']) && !specifier.starts_with("file:")
}

/// The file that the relative `specifier` means in the module `base`, if `exists` knows it.
pub(crate) fn relative(
    base: &str,
    specifier: &str,
    mut exists: impl FnMut(&str) -> bool,
) -> Option<String> {
    let path = project::join(base, specifier)?;
    at(&path, &mut exists)
}

/// The file that a path from the project folder means, if `exists` knows it.
pub(crate) fn at(path: &str, mut exists: impl FnMut(&str) -> bool) -> Option<String> {
    candidates(path).into_iter().find(|path| exists(path))
}

fn candidates(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    // TypeScript is imported by the name that its output will have.
    for (written, meant) in [("js", "ts"), ("js", "tsx"), ("mjs", "mts"), ("cjs", "cts")] {
        if let Some(stem) = path
            .strip_suffix(written)
            .filter(|stem| stem.ends_with('.'))
        {
            found.push(format!("{stem}{meant}"));
        }
    }
    found.push(path.to_owned());
    found.extend(ENDINGS.iter().map(|ending| format!("{path}.{ending}")));
    found.extend(
        ENDINGS
            .iter()
            .map(|ending| format!("{path}/index.{ending}")),
    );
    found
        .iter()
        .map(|path| path.trim_start_matches('/').to_owned())
        .collect()
}
