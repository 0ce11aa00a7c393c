//! One version of each crate, but for the explained exceptions of `[bans] skip`.

use std::collections::BTreeMap;

use super::finding;
use super::policy::Bans;
use crate::lint::tree::Finding;
use crate::metadata::Metadata;

pub(crate) fn check(policy: &Bans, metadata: &Metadata) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, Vec<&semver::Version>> = BTreeMap::new();
    for package in metadata.built().values() {
        versions
            .entry(&package.name)
            .or_default()
            .push(&package.version);
    }
    let mut found = Vec::new();
    for (name, versions) in &mut versions {
        versions.sort();
        let counted = versions.iter().filter(|version| {
            policy
                .skip
                .iter()
                .all(|skip| !skip.spec.matches(name, version))
        });
        if counted.count() > 1 {
            let list: Vec<_> = versions.iter().map(ToString::to_string).collect();
            let advice = "take one version, or explain the older one in deny.toml's skip";
            found.push(finding(
                format!("package {name}"),
                format!("{}: {advice}", list.join(" and ")),
            ));
        }
    }
    for skip in &policy.skip {
        let needed = versions.iter().any(|(name, versions)| {
            versions.len() > 1
                && versions
                    .iter()
                    .any(|version| skip.spec.matches(name, version))
        });
        if !needed {
            let message = format!(
                "skips {}, which is not there twice: remove it",
                skip.spec.text
            );
            found.push(finding("deny.toml", message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::policy::{Policy, tests::SMALL};
    use super::*;
    use crate::metadata::tests::workspace;

    fn found(packages: &[(&str, &str)]) -> Vec<String> {
        let others: Vec<_> = packages
            .iter()
            .map(|(name, version)| [name, *version, "MIT", "registry"])
            .collect();
        let findings = check(
            &Policy::parse(SMALL).unwrap().bans,
            &workspace(&[], &others),
        );
        findings
            .into_iter()
            .map(|finding| finding.to_string())
            .collect()
    }

    const SKIPPED: [(&str, &str); 2] = [("syn", "2.0.1"), ("syn", "3.0.0")];

    #[test]
    fn two_versions_are_found() {
        let all = found(&[SKIPPED[0], SKIPPED[1], ("hex", "0.3.0"), ("hex", "0.4.0")]);
        assert_eq!(all.len(), 1);
        assert!(
            all[0].starts_with("package hex: 0.3.0 and 0.4.0"),
            "{all:?}"
        );
    }

    #[test]
    fn a_skip_covers_its_version_only() {
        assert!(found(&SKIPPED).is_empty());
        assert_eq!(found(&[SKIPPED[0], SKIPPED[1], ("syn", "1.0.0")]).len(), 1);
    }

    #[test]
    fn a_skip_that_is_not_needed_is_found() {
        let message = "deny.toml: skips syn@2.0.1, which is not there twice: remove it";
        assert_eq!(found(&[("syn", "2.0.1")]), [message]);
    }
}
