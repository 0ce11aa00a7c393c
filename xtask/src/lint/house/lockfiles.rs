//! An npm lockfile pins versions and hashes, not the address that one machine took them from.
//!
//! `.npmrc` beside each has `omit-lockfile-registry-resolved=true`.

use crate::lint::tree::{Finding, Tree};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let locks = tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("package-lock.json"));
    let mut found = Vec::new();
    for file in locks {
        let mut lines = file.text.lines().enumerate();
        if let Some((index, _)) = lines.find(|(_, line)| line.contains("\"resolved\": \"http")) {
            let message = "names a registry: set `omit-lockfile-registry-resolved=true` in .npmrc \
                           and run `npm install --package-lock-only`";
            found.push(file.finding(index + 1, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn an_address_is_found_once_per_file() {
        let line = "      \"resolved\": \"https://registry.example/a.tgz\",\n";
        let found = check(&tree(&[("a/package-lock.json", &line.repeat(3))]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 1);
    }

    #[test]
    fn hashes_alone_are_fine() {
        let text = "{ \"version\": \"1.0.0\", \"integrity\": \"sha512-abc\" }";
        assert!(check(&tree(&[("a/package-lock.json", text)])).is_empty());
        let local = "{ \"resolved\": \"../b\", \"link\": true }";
        assert!(check(&tree(&[("a/package-lock.json", local)])).is_empty());
    }
}
