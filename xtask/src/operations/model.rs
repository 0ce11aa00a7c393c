//! The unsigned operations of the service model, and the errors that AWS documents for each.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use serde::Deserialize;

use crate::lint::tree::Tree;

const FILE: &str = "crates/server/src/awsjson/model.json";

/// What the page needs of the service model.
#[derive(Debug)]
pub(crate) struct Model {
    /// Of `botocore`.
    pub(crate) version: String,
    /// The errors of each operation that needs no signature.
    pub(crate) operations: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct File {
    botocore: String,
    operations: BTreeMap<String, Operation>,
}

#[derive(Deserialize)]
struct Operation {
    signed: bool,
    errors: BTreeSet<String>,
}

impl Model {
    pub(crate) fn read(tree: &Tree) -> Result<Self, Box<dyn Error>> {
        let file = tree.files.iter().find(|file| file.path == FILE);
        let file = file.ok_or_else(|| format!("{FILE} is missing"))?;
        let file: File = serde_json::from_str(&file.text)?;
        let unsigned = file.operations.into_iter();
        let unsigned = unsigned.filter(|(_, operation)| !operation.signed);
        Ok(Self {
            version: file.botocore,
            operations: unsigned
                .map(|(name, operation)| (name, operation.errors))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn signed_operations_are_another_matter() {
        let text = r#"{"botocore": "1.2.3", "shapes": {}, "operations": {
            "AdminGetUser": {"signed": true, "input": "A", "errors": ["C"]},
            "GetUser": {"signed": false, "input": "A", "errors": ["D", "C"]}}}"#;
        let model = Model::read(&tree(&[(FILE, text)])).unwrap();
        assert_eq!(model.version, "1.2.3");
        let errors = ["C", "D"].map(str::to_owned).into();
        assert_eq!(model.operations, [("GetUser".to_owned(), errors)].into());
    }

    #[test]
    fn without_a_model_there_is_no_page() {
        assert!(Model::read(&tree(&[])).is_err());
    }
}
