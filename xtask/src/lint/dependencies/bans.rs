//! No crate of `[bans] deny` is built, however far away it is asked for.

use super::finding;
use super::policy::Bans;
use crate::lint::tree::Finding;
use crate::metadata::Metadata;

pub(crate) fn check(policy: &Bans, metadata: &Metadata) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in metadata.built().values() {
        for banned in &policy.deny {
            if banned.spec.matches(&package.name, &package.version) {
                let what = format!("package {} {}", package.name, package.version);
                let reason = &banned.reason;
                let advice = format!(
                    "`cargo tree --invert {}` says who asks for it",
                    package.name
                );
                found.push(finding(what, format!("banned: {reason}; {advice}")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::policy::{Policy, tests::SMALL};
    use super::*;
    use crate::metadata::tests::workspace;

    fn found(name: &str, version: &str) -> Vec<Finding> {
        let metadata = workspace(&[], &[[name, version, "MIT", "registry"]]);
        check(&Policy::parse(SMALL).unwrap().bans, &metadata)
    }

    #[test]
    fn banned_crates_and_versions_are_found() {
        let message = found("openssl", "0.10.0")[0].to_string();
        assert!(
            message.starts_with("package openssl 0.10.0: banned: one TLS stack"),
            "{message}"
        );
        assert_eq!(found("ring", "0.17.11").len(), 1);
    }

    #[test]
    fn others_are_not() {
        assert!(found("ring", "0.17.14").is_empty());
        assert!(found("openssl-probe", "0.1.0").is_empty());
    }
}
