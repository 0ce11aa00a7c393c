//! The house's own rules, one file per rule.
//!
//! Each is a function from the tree to what it does not accept. `ARCHITECTURE.md` says why the rules
//! are there; `clippy.toml` keeps those that a compiler can see better than a reader of lines.

mod database_kind;
mod environment;
mod exception_names;
mod file_length;
mod links;
mod lockfiles;
mod machine_paths;
mod module_docs;
mod operations;
mod pure_crates;
mod sql;
mod token_gate;
mod unfinished;
mod unsafe_code;

use super::tree::{Finding, Tree};

/// One rule.
pub(crate) struct Rule {
    /// What it asks for, as `cargo xtask lint` prints it.
    pub(crate) asks: &'static str,
    pub(crate) check: fn(&Tree) -> Vec<Finding>,
}

/// Every rule.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        asks: "files stay short",
        check: file_length::check,
    },
    Rule {
        asks: "every Rust file begins with //!",
        check: module_docs::check,
    },
    Rule {
        asks: "only crates/store writes SQL",
        check: sql::check,
    },
    Rule {
        asks: "only crates/store/src/db knows the database",
        check: database_kind::check,
    },
    Rule {
        asks: "only awsjson/error.rs names exceptions",
        check: exception_names::check,
    },
    Rule {
        asks: "one gate to tokens",
        check: token_gate::check,
    },
    Rule {
        asks: "operations translate and nothing else",
        check: operations::check,
    },
    Rule {
        asks: "docs/operations.md says what there is",
        check: crate::operations::check,
    },
    Rule {
        asks: "domain, webauthn and srp do no IO",
        check: pure_crates::check,
    },
    Rule {
        asks: "only crates/app reads environment and files",
        check: environment::check,
    },
    Rule {
        asks: "nothing is left for later in the code",
        check: unfinished::check,
    },
    Rule {
        asks: "no machine's own paths",
        check: machine_paths::check,
    },
    Rule {
        asks: "unsafe code has one home",
        check: unsafe_code::check,
    },
    Rule {
        asks: "npm lockfiles name no registry",
        check: lockfiles::check,
    },
    Rule {
        asks: "links between documents lead somewhere",
        check: links::check,
    },
];

/// Files that deserve a look, though no rule is broken.
pub(crate) fn notes(tree: &Tree) -> Vec<Finding> {
    file_length::notes(tree)
}
