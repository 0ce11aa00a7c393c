//! Every package says under which licences it may be used, and one way of using it is on our list.

use super::finding;
use super::policy::Licenses;
use crate::lint::tree::Finding;
use crate::metadata::Metadata;

pub(crate) fn check(policy: &Licenses, metadata: &Metadata) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut allowed = Vec::new();
    for text in &policy.allow {
        match spdx::Licensee::parse(text) {
            Ok(licensee) => allowed.push(licensee),
            Err(error) => found.push(finding("deny.toml", format!("licence `{text}`: {error}"))),
        }
    }
    for package in metadata.built().values() {
        let what = format!("package {} {}", package.name, package.version);
        let Some(text) = &package.license else {
            found.push(finding(what, "names no licence"));
            continue;
        };
        // Lax: older packages write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
        match spdx::Expression::parse_mode(text, spdx::ParseMode::LAX) {
            Err(error) => found.push(finding(what, format!("licence `{text}`: {error}"))),
            Ok(wanted) => {
                let may = wanted.evaluate(|one| allowed.iter().any(|ours| ours.satisfies(one)));
                if !may {
                    found.push(finding(
                        what,
                        format!("licence `{text}` is not in deny.toml's list"),
                    ));
                }
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

    fn found(license: &str) -> Vec<String> {
        let metadata = workspace(&[], &[["a", "1.0.0", license, "registry"]]);
        let findings = check(&Policy::parse(SMALL).unwrap().licenses, &metadata);
        findings
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn one_way_on_the_list_is_enough() {
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "MIT AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception OR BSL-1.0",
        ] {
            assert!(found(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn all_parts_of_an_and_have_to_be_on_the_list() {
        for bad in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "LicenseRef-Own",
            "MIT WITH GCC-exception-2.0",
        ] {
            assert_eq!(
                found(bad),
                [format!("licence `{bad}` is not in deny.toml's list")]
            );
        }
    }

    #[test]
    fn a_package_without_a_licence_is_found() {
        let json = r#"{
            "packages": [{ "id": "a", "name": "a", "version": "1.0.0", "license": null, "source": "x" }],
            "workspace_members": [], "target_directory": "target",
            "resolve": { "nodes": [{ "id": "a", "deps": [] }] }
        }"#;
        let metadata = Metadata::parse(json).unwrap();
        let findings = check(&Policy::parse(SMALL).unwrap().licenses, &metadata);
        assert_eq!(findings[0].to_string(), "package a 1.0.0: names no licence");
    }
}
