//! What `cargo metadata` knows about the workspace and everything it builds on.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;

use serde::Deserialize;

use crate::workspace::{capture, program};

/// The packages of one resolved workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// Every package that the resolution may use.
    pub(crate) packages: Vec<Package>,
    /// The ids of the packages that are ours.
    pub(crate) workspace_members: Vec<String>,
    /// Where cargo puts what it builds.
    pub(crate) target_directory: PathBuf,
    resolve: Resolve,
}

/// One package as its `Cargo.toml` describes it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: semver::Version,
    /// An SPDX expression.
    pub(crate) license: Option<String>,
    /// Where the package comes from; `None` is a folder on this machine.
    pub(crate) source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    /// `None` is a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

impl Metadata {
    /// Asks cargo about this workspace.
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let arguments = ["metadata", "--format-version", "1", "--locked"];
        Self::parse(&capture(&mut program("cargo", &arguments))?)
    }

    /// Leaves only what cargo builds for one of these target triples, tests and build scripts included.
    ///
    /// `cargo metadata` also lists crates that only features that are off would bring; `cargo tree`
    /// does not.
    pub(crate) fn built_for(mut self, targets: &[String]) -> Result<Self, Box<dyn Error>> {
        let mut built = BTreeSet::new();
        for target in targets {
            let arguments = [
                "tree",
                "--workspace",
                "--locked",
                "--prefix",
                "none",
                "--target",
                target,
            ];
            let tree = capture(&mut program("cargo", &arguments))?;
            built.extend(tree.lines().filter_map(named));
        }
        self.keep(&built);
        Ok(self)
    }

    fn keep(&mut self, built: &BTreeSet<(String, semver::Version)>) {
        let kept = self.packages.iter();
        let kept = kept.filter(|one| built.contains(&(one.name.clone(), one.version.clone())));
        let ids: BTreeSet<&str> = kept.map(|package| package.id.as_str()).collect();
        self.resolve
            .nodes
            .retain(|node| ids.contains(node.id.as_str()));
    }

    /// Reads cargo's answer.
    pub(crate) fn parse(json: &str) -> Result<Self, Box<dyn Error>> {
        Ok(serde_json::from_str(json)?)
    }

    /// The packages that are built, ours and others', by id.
    pub(crate) fn built(&self) -> BTreeMap<&str, &Package> {
        let used: BTreeSet<&str> = self
            .resolve
            .nodes
            .iter()
            .map(|node| node.id.as_str())
            .collect();
        let packages = self
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package));
        packages.filter(|(id, _)| used.contains(id)).collect()
    }

    /// Our own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
    }

    /// What a package names in its own `Cargo.toml`, tests' and build scripts' dependencies included.
    pub(crate) fn direct(&self, id: &str) -> Vec<&Package> {
        self.edges(id, |_| true)
    }

    /// The same without what its tests alone need.
    pub(crate) fn needed(&self, id: &str) -> Vec<&Package> {
        self.edges(id, |kind| kind.kind.as_deref() != Some("dev"))
    }

    /// Everything that ends up in a program that links this package.
    pub(crate) fn linked(&self, id: &str) -> BTreeMap<&str, &Package> {
        let mut found = BTreeMap::new();
        let mut open = self.edges(id, |kind| kind.kind.is_none());
        while let Some(package) = open.pop() {
            if found.insert(package.id.as_str(), package).is_none() {
                open.extend(self.edges(&package.id, |kind| kind.kind.is_none()));
            }
        }
        found
    }

    fn edges(&self, id: &str, wanted: impl Fn(&EdgeKind) -> bool) -> Vec<&Package> {
        let node = self.resolve.nodes.iter().find(|node| node.id == id);
        let edges = node.map_or(&[][..], |node| &node.deps);
        let ids = edges
            .iter()
            .filter(|edge| edge.dep_kinds.iter().any(&wanted));
        ids.filter_map(|edge| self.packages.iter().find(|package| package.id == edge.pkg))
            .collect()
    }
}

/// A line of `cargo tree`: `syn v2.0.119 (*)`
fn named(line: &str) -> Option<(String, semver::Version)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let version = words.next()?.strip_prefix('v')?.parse().ok()?;
    Some((name.to_owned(), version))
}

#[cfg(test)]
pub(crate) mod tests {
    //! Also makes small workspaces for the tests of the checks.

    use super::*;

    /// A workspace in which each of `members` stands for `name → what it depends on` (`dev:name`: its
    /// tests do), and each of `others` for `name version licence source`.
    pub(crate) fn workspace(members: &[(&str, &[&str])], others: &[[&str; 4]]) -> Metadata {
        let ours = members.iter().map(|(name, _)| {
            serde_json::json!({
                "id": name, "name": name, "version": "0.1.0", "license": "Apache-2.0", "source": null,
            })
        });
        let theirs = others.iter().map(|[name, version, license, source]| {
            serde_json::json!({
                "id": format!("{name}@{version}"), "name": name, "version": version,
                "license": license, "source": source,
            })
        });
        let packages: Vec<_> = ours.chain(theirs).collect();
        let nodes: Vec<_> = packages
            .iter()
            .map(|package| {
                let wants = members.iter().find(|(name, _)| package["id"] == *name);
                let deps: Vec<_> = wants
                    .map_or(&[][..], |(_, wants)| *wants)
                    .iter()
                    .map(|id| match id.strip_prefix("dev:") {
                        Some(id) => (id, Some("dev")),
                        None => (*id, None),
                    })
                    .map(|(id, kind)| serde_json::json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] }))
                    .collect();
                serde_json::json!({ "id": package["id"], "deps": deps })
            })
            .collect();
        let json = serde_json::json!({
            "packages": packages,
            "workspace_members": members.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            "target_directory": "target",
            "resolve": { "nodes": nodes },
        });
        Metadata::parse(&json.to_string()).unwrap()
    }

    #[test]
    fn linked_follows_dependencies_to_the_end() {
        let metadata = workspace(
            &[
                ("app", &["server"]),
                ("server", &["domain"]),
                ("domain", &[]),
            ],
            &[],
        );
        let names: Vec<_> = metadata.linked("app").into_keys().collect();
        assert_eq!(names, ["domain", "server"]);
    }

    #[test]
    fn direct_stops_at_what_the_package_names() {
        let metadata = workspace(
            &[
                ("app", &["server"]),
                ("server", &["domain"]),
                ("domain", &[]),
            ],
            &[],
        );
        let names: Vec<_> = metadata
            .direct("app")
            .iter()
            .map(|package| &package.name)
            .collect();
        assert_eq!(names, ["server"]);
    }

    #[test]
    fn what_no_target_builds_is_left_out() {
        let others = [
            ["syn", "2.0.1", "MIT", "registry"],
            ["syn", "3.0.0", "MIT", "registry"],
        ];
        let mut metadata = workspace(&[("app", &[])], &others);
        let tree = "app v0.1.0 (path)\nsyn v3.0.0 (proc-macro) (*)\n\n";
        metadata.keep(&tree.lines().filter_map(named).collect());
        assert_eq!(
            metadata.built().into_keys().collect::<Vec<_>>(),
            ["app", "syn@3.0.0"]
        );
    }

    #[test]
    fn a_package_that_nothing_builds_is_left_out() {
        let json = r#"{
            "packages": [{ "id": "a", "name": "a", "version": "1.0.0", "license": null, "source": null }],
            "workspace_members": [], "target_directory": "target", "resolve": { "nodes": [] }
        }"#;
        assert!(Metadata::parse(json).unwrap().built().is_empty());
    }
}
