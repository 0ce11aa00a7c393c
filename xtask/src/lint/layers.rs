//! Dependencies point down only: app → {server, client} → {delivery, store, define-auth} → domain. Tests may
//! look up: the client's have a server to talk to.

use std::collections::BTreeSet;

use super::tree::Finding;
use crate::metadata::{Metadata, Package};

/// Each of our packages, and which of our packages it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("poolhouse-domain", &[]),
    ("poolhouse-webauthn", &[]),
    ("poolhouse-srp", &[]),
    (
        "poolhouse-define-auth",
        &["poolhouse-domain", "poolhouse-webauthn"],
    ),
    ("poolhouse-store", &["poolhouse-domain"]),
    (
        "poolhouse-delivery",
        &["poolhouse-domain", "poolhouse-store"],
    ),
    (
        "poolhouse-server",
        &[
            "poolhouse-domain",
            "poolhouse-webauthn",
            "poolhouse-srp",
            "poolhouse-define-auth",
            "poolhouse-store",
            "poolhouse-delivery",
        ],
    ),
    ("poolhouse-client", &["poolhouse-srp"]),
    (
        "poolhouse",
        &[
            "poolhouse-client",
            "poolhouse-domain",
            "poolhouse-define-auth",
            "poolhouse-store",
            "poolhouse-delivery",
            "poolhouse-server",
            "poolhouse-srp",
        ],
    ),
    ("xtask", &[]),
];

/// Packages that compute and nothing else, and what must therefore not be linked into them.
const PURE: &[&str] = &["poolhouse-domain", "poolhouse-webauthn", "poolhouse-srp"];
const WORLD: &[&str] = &[
    "tokio",
    "mio",
    "axum",
    "hyper",
    "rusqlite",
    "tokio-postgres",
    "socket2",
];

/// Packages that only some of ours may name.
const KEPT: &[(&str, &[&str])] = &[
    ("rusqlite", &["poolhouse-store"]),
    ("tokio-postgres", &["poolhouse-store"]),
    ("axum", &["poolhouse-server", "poolhouse"]),
    ("oxc", &["poolhouse-define-auth"]),
    ("rquickjs", &["poolhouse-define-auth"]),
];

pub(crate) fn check(metadata: &Metadata) -> Vec<Finding> {
    metadata
        .members()
        .flat_map(|package| of_package(metadata, package))
        .collect()
}

fn of_package(metadata: &Metadata, package: &Package) -> Vec<Finding> {
    let name = package.name.as_str();
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
        return vec![finding(
            name,
            "has no layer: add it to xtask/src/lint/layers.rs".to_owned(),
        )];
    };
    let ours: BTreeSet<&str> = metadata
        .members()
        .map(|member| member.name.as_str())
        .collect();
    let mut found = Vec::new();
    for needed in metadata.needed(&package.id) {
        let other = needed.name.as_str();
        if ours.contains(other) && !allowed.contains(&other) {
            found.push(finding(
                name,
                format!("may not depend on {other}: dependencies point down"),
            ));
        }
        if let Some((_, keepers)) = KEPT.iter().find(|(kept, _)| *kept == other)
            && !keepers.contains(&name)
        {
            let keepers = keepers.join(" and ");
            found.push(finding(
                name,
                format!("may not depend on {other}, which is for {keepers}"),
            ));
        }
    }
    if PURE.contains(&name) {
        let linked = metadata.linked(&package.id);
        for world in linked
            .values()
            .filter(|linked| WORLD.contains(&linked.name.as_str()))
        {
            found.push(finding(
                name,
                format!("links {}, but must not do IO", world.name),
            ));
        }
    }
    found
}

fn finding(package: &str, message: String) -> Finding {
    Finding {
        path: format!("package {package}"),
        line: 0,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::workspace;

    fn found(members: &[(&str, &[&str])], others: &[[&str; 4]]) -> Vec<String> {
        let findings = check(&workspace(members, others));
        findings
            .into_iter()
            .map(|finding| finding.to_string())
            .collect()
    }

    #[test]
    fn down_is_allowed() {
        let members: [(&str, &[&str]); 4] = [
            ("poolhouse", &["poolhouse-server"]),
            ("poolhouse-server", &["poolhouse-store", "poolhouse-domain"]),
            ("poolhouse-store", &["poolhouse-domain"]),
            ("poolhouse-domain", &[]),
        ];
        assert_eq!(found(&members, &[]), [""; 0]);
    }

    #[test]
    fn up_is_not() {
        let members: [(&str, &[&str]); 2] = [
            ("poolhouse-store", &["poolhouse-server"]),
            ("poolhouse-server", &[]),
        ];
        let message =
            "package poolhouse-store: may not depend on poolhouse-server: dependencies point down";
        assert_eq!(found(&members, &[]), [message]);
    }

    #[test]
    fn tests_may_look_up() {
        let members: [(&str, &[&str]); 2] = [
            (
                "poolhouse-client",
                &["dev:poolhouse-server", "dev:axum@0.8.0"],
            ),
            ("poolhouse-server", &[]),
        ];
        let axum = ["axum", "0.8.0", "MIT", "registry"];
        assert_eq!(found(&members, &[axum]), [""; 0]);
    }

    #[test]
    fn a_new_package_says_where_it_stands() {
        assert!(found(&[("poolhouse-utils", &[])], &[])[0].contains("has no layer"));
    }

    #[test]
    fn a_pure_package_links_no_runtime_however_far_away() {
        let members: [(&str, &[&str]); 1] = [("poolhouse-domain", &["tokio@1.0.0"])];
        let tokio = ["tokio", "1.0.0", "MIT", "registry"];
        assert!(found(&members, &[tokio])[0].contains("links tokio, but must not do IO"));
        assert!(found(&[("poolhouse-server", &["tokio@1.0.0"])], &[tokio]).is_empty());
    }

    #[test]
    fn a_kept_package_is_named_by_its_keepers_only() {
        let rusqlite = ["rusqlite", "0.40.0", "MIT", "registry"];
        assert!(found(&[("poolhouse-store", &["rusqlite@0.40.0"])], &[rusqlite]).is_empty());
        let message =
            "package poolhouse-server: may not depend on rusqlite, which is for poolhouse-store";
        assert_eq!(
            found(&[("poolhouse-server", &["rusqlite@0.40.0"])], &[rusqlite]),
            [message]
        );
    }
}
