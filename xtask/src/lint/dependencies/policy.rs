//! The part of cargo-deny's configuration that we use. A setting that is not listed here is refused:
//! better than a policy that looks kept and is not.

use std::error::Error;

use serde::Deserialize;

/// `deny.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) graph: Graph,
    pub(crate) licenses: Licenses,
    pub(crate) bans: Bans,
    pub(crate) sources: Sources,
}

/// `[graph]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Graph {
    /// The target triples that are built.
    pub(crate) targets: Vec<String>,
}

/// `[licenses]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Licenses {
    /// SPDX ids, with their `WITH` exception where there is one.
    pub(crate) allow: Vec<String>,
}

/// `[bans]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Bans {
    /// What two versions of one crate mean; we know no other answer than `deny`.
    #[expect(dead_code, reason = "parsing it is the check: only `deny` parses")]
    pub(crate) multiple_versions: Deny,
    /// Crates that may not be built.
    pub(crate) deny: Vec<Named>,
    /// Versions that may be there beside another version.
    pub(crate) skip: Vec<Named>,
}

/// `[sources]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sources {
    #[expect(dead_code, reason = "parsing it is the check: only `deny` parses")]
    pub(crate) unknown_registry: Deny,
    #[expect(dead_code, reason = "parsing it is the check: only `deny` parses")]
    pub(crate) unknown_git: Deny,
    pub(crate) allow_registry: Vec<String>,
}

/// The only severity that we use.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Deny {
    Deny,
}

/// One crate, or some versions of it, and why it is in the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    #[serde(rename = "crate")]
    pub(crate) spec: Spec,
    pub(crate) reason: String,
}

/// `name`, `name@1.2.3` (that version) or `name:<1.2` (these versions).
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Spec {
    pub(crate) text: String,
    name: String,
    versions: semver::VersionReq,
}

impl Policy {
    /// Reads the text of `deny.toml`.
    pub(crate) fn parse(text: &str) -> Result<Self, Box<dyn Error>> {
        let policy: Self = toml::from_str(text).map_err(|error| format!("deny.toml: {error}"))?;
        let named = policy.bans.deny.iter().chain(&policy.bans.skip);
        match named
            .into_iter()
            .find(|named| named.reason.trim().is_empty())
        {
            Some(silent) => Err(format!("deny.toml: {} has no reason", silent.spec.text).into()),
            None => Ok(policy),
        }
    }
}

impl Spec {
    /// Whether this version of this crate is meant.
    pub(crate) fn matches(&self, name: &str, version: &semver::Version) -> bool {
        // A requirement leaves out pre-releases that it does not name; a ban must not.
        let release = semver::Version::new(version.major, version.minor, version.patch);
        self.name == name && (self.versions.matches(version) || self.versions.matches(&release))
    }
}

impl TryFrom<String> for Spec {
    type Error = semver::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (name, versions) = if let Some((name, version)) = text.split_once('@') {
            (name, semver::VersionReq::parse(&format!("={version}"))?)
        } else if let Some((name, range)) = text.split_once(':') {
            (name, semver::VersionReq::parse(range)?)
        } else {
            (text.as_str(), semver::VersionReq::STAR)
        };
        Ok(Self {
            name: name.to_owned(),
            versions,
            text: text.clone(),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small policy, for the tests of the checks.
    pub(crate) const SMALL: &str = r#"
        [graph]
        targets = ["x86_64-unknown-linux-gnu"]
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        [bans]
        multiple-versions = "deny"
        deny = [
            { crate = "openssl", reason = "one TLS stack" },
            { crate = "ring:<0.17.12", reason = "RUSTSEC-2025-0009" },
        ]
        skip = [{ crate = "syn@2.0.1", reason = "half of the derives" }]
        [sources]
        unknown-registry = "deny"
        unknown-git = "deny"
        allow-registry = ["https://github.com/rust-lang/crates.io-index"]
    "#;

    fn matches(spec: &str, version: &str) -> bool {
        let spec = Spec::try_from(spec.to_owned()).unwrap();
        spec.matches("ring", &version.parse().unwrap())
    }

    #[test]
    fn a_spec_names_all_some_or_one_version() {
        assert!(matches("ring", "0.1.0") && matches("ring", "0.18.0-alpha.1"));
        assert!(matches("ring:<0.17.12", "0.17.11") && !matches("ring:<0.17.12", "0.17.12"));
        assert!(matches("ring@0.17.9", "0.17.9") && !matches("ring@0.17.9", "0.17.10"));
        assert!(!matches("wring", "0.17.9"));
    }

    #[test]
    fn a_range_holds_for_pre_releases_too() {
        assert!(matches("ring:<0.17.12", "0.17.0-beta.1"));
    }

    #[test]
    fn the_policy_parses() {
        assert_eq!(Policy::parse(SMALL).unwrap().bans.deny.len(), 2);
    }

    #[test]
    fn a_setting_that_we_would_not_obey_is_refused() {
        let allows = SMALL.replace(
            "multiple-versions = \"deny\"",
            "multiple-versions = \"warn\"",
        );
        assert!(
            Policy::parse(&allows)
                .unwrap_err()
                .to_string()
                .contains("unknown variant `warn`")
        );
        let unknown = SMALL.replace("[bans]", "[bans]\nskip-tree = []");
        assert!(
            Policy::parse(&unknown)
                .unwrap_err()
                .to_string()
                .contains("skip-tree")
        );
    }

    #[test]
    fn every_entry_has_a_reason() {
        let silent = SMALL.replace("one TLS stack", " ");
        let error = Policy::parse(&silent).unwrap_err().to_string();
        assert_eq!(error, "deny.toml: openssl has no reason");
    }
}
