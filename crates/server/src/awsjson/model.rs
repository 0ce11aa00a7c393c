//! The service model: which operations there are, and what their inputs must satisfy.
//!
//! `model.json` is data that `cargo xtask model` derives from AWS's public model; the few operations
//! that we add have theirs in `extensions.json`. Both are read at the first request and each pattern
//! is compiled when it is first needed, so that starting costs nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::{Deserialize, Deserializer};

use super::pattern;

static MODEL: LazyLock<Model> = LazyLock::new(Model::read);

/// An operation of the user-pool API, of which there is one value each.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Operation {
    /// AWS's name of it: `InitiateAuth`.
    #[serde(skip)]
    pub name: &'static str,
    /// Whether callers must sign it (SigV4): the administrators' operations.
    pub signed: bool,
    /// The exceptions that AWS documents for it.
    pub errors: Vec<&'static str>,
    pub(super) input: ShapeRef,
}

/// A shape by its name in the model: looked for when it is first needed, and known from then on.
#[derive(Debug, Default)]
pub(super) struct ShapeRef {
    pub(super) name: &'static str,
    shape: OnceLock<&'static Shape>,
}

/// A pattern as AWS writes it, and what it is compiled to when it is first needed.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Pattern {
    pub(super) java: String,
    compiled: OnceLock<&'static Regex>,
}

/// What a value must satisfy. Which of the facts can be there follows from `kind`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", bound(deserialize = "'de: 'static"))]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// The least length, or for numbers the least value.
    pub(super) min: Option<i64>,
    /// The greatest length, or for numbers the greatest value.
    pub(super) max: Option<i64>,
    pub(super) pattern: Option<Pattern>,
    #[serde(rename = "enum", default)]
    pub(super) values: Vec<&'static str>,
    /// Whether messages must not quote the value.
    #[serde(default)]
    pub(super) sensitive: bool,
    /// Whether any JSON will do.
    #[serde(default)]
    pub(super) document: bool,
    /// The shape of a list's members.
    #[serde(default)]
    pub(super) member: ShapeRef,
    /// The shape of a map's keys.
    #[serde(default)]
    pub(super) key: ShapeRef,
    /// The shape of a map's values.
    #[serde(default)]
    pub(super) value: ShapeRef,
    /// The shapes of a structure's members.
    #[serde(default)]
    pub(super) members: BTreeMap<&'static str, ShapeRef>,
    /// The members that a structure cannot lack.
    #[serde(default)]
    pub(super) required: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Structure,
    List,
    Map,
    String,
    Blob,
    Integer,
    Long,
    Boolean,
    Timestamp,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Model {
    operations: HashMap<&'static str, Operation>,
    #[serde(skip)]
    extensions: HashMap<&'static str, Operation>,
    shapes: HashMap<&'static str, Shape>,
    /// Many shapes have the same.
    #[serde(skip)]
    patterns: HashMap<String, OnceLock<Regex>>,
}

impl Operation {
    /// The operation that AWS calls `name`.
    pub fn find(name: &str) -> Option<&'static Self> {
        MODEL.operations.get(name)
    }

    /// The operation of ours that is called `name`.
    pub fn find_extension(name: &str) -> Option<&'static Self> {
        MODEL.extensions.get(name)
    }

    /// Every operation of Amazon's model, in no order.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        MODEL.operations.values()
    }
}

impl ShapeRef {
    pub(super) fn shape(&self) -> &'static Shape {
        self.shape.get_or_init(|| &MODEL.shapes[self.name])
    }
}

impl<'de: 'static> Deserialize<'de> for ShapeRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Deserialize::deserialize(deserializer)?;
        Ok(Self {
            name,
            shape: OnceLock::new(),
        })
    }
}

impl Pattern {
    /// Whether the whole of `text` matches it.
    pub(super) fn matches(&self, text: &str) -> bool {
        let shared = || &MODEL.patterns[&self.java];
        let compile = || shared().get_or_init(|| pattern::compile(&self.java));
        self.compiled.get_or_init(compile).is_match(text)
    }
}

impl From<String> for Pattern {
    fn from(java: String) -> Self {
        Self {
            java,
            compiled: OnceLock::new(),
        }
    }
}

impl Model {
    fn read() -> Self {
        let mut model = Self::parse(include_str!("model.json"));
        let ours = Self::parse(include_str!("extensions.json"));
        model.extensions = ours.operations;
        model.shapes.extend(ours.shapes);
        let patterns = model
            .shapes
            .values()
            .filter_map(|shape| shape.pattern.as_ref());
        model.patterns = patterns
            .map(|pattern| (pattern.java.clone(), OnceLock::new()))
            .collect();
        model
    }

    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program, and tests read them"
    )]
    fn parse(json: &'static str) -> Self {
        let mut model: Self = serde_json::from_str(json).expect("a model as xtask writes it");
        for (name, operation) in &mut model.operations {
            operation.name = name;
        }
        model
    }
}
