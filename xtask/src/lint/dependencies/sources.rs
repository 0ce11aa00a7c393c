//! Everything that is built comes from a registry on the list, or is ours.

use super::finding;
use super::policy::Sources;
use crate::lint::tree::Finding;
use crate::metadata::Metadata;

pub(crate) fn check(policy: &Sources, metadata: &Metadata) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, package) in metadata.built() {
        let trusted = match &package.source {
            None => metadata.workspace_members.iter().any(|member| member == id),
            Some(source) => source
                .strip_prefix("registry+")
                .or_else(|| source.strip_prefix("sparse+"))
                .is_some_and(|registry| policy.allow_registry.iter().any(|one| one == registry)),
        };
        if !trusted {
            let source = package
                .source
                .as_deref()
                .unwrap_or("a folder outside of the workspace");
            let what = format!("package {} {}", package.name, package.version);
            found.push(finding(
                what,
                format!("comes from {source}, which deny.toml does not list"),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::policy::{Policy, tests::SMALL};
    use super::*;
    use crate::metadata::tests::workspace;

    fn found(source: &str) -> usize {
        let metadata = workspace(&[("ours", &[])], &[["a", "1.0.0", "MIT", source]]);
        check(&Policy::parse(SMALL).unwrap().sources, &metadata).len()
    }

    #[test]
    fn the_listed_registry_and_our_own_folders_are_fine() {
        assert_eq!(
            found("registry+https://github.com/rust-lang/crates.io-index"),
            0
        );
    }

    #[test]
    fn other_registries_and_git_are_found() {
        assert_eq!(found("registry+https://registry.example/index"), 1);
        assert_eq!(
            found("git+https://github.com/rust-lang/crates.io-index#0123"),
            1
        );
    }

    #[test]
    fn a_folder_outside_of_the_workspace_is_found() {
        let json = r#"{
            "packages": [{ "id": "a", "name": "a", "version": "1.0.0", "license": null, "source": null }],
            "workspace_members": ["b"], "target_directory": "target",
            "resolve": { "nodes": [{ "id": "a", "deps": [] }] }
        }"#;
        let metadata = Metadata::parse(json).unwrap();
        let findings = check(&Policy::parse(SMALL).unwrap().sources, &metadata);
        assert!(
            findings[0]
                .message
                .starts_with("comes from a folder outside"),
            "{findings:?}"
        );
    }
}
