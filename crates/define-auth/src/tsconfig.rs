//! What of the project's `tsconfig.json` decides how its modules run: where aliases lead, and which
//! decorators are meant. `tsx`, which runs definitions for Amplify, reads the same.

use oxc::allocator::Allocator;
use oxc::ast::ast::{Expression, ObjectPropertyKind, Statement};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::project::{Files, join};
use crate::typescript;

const FILE: &str = "tsconfig.json";

/// What the file says; nothing, if it is not there or not readable.
#[derive(Debug, Default)]
pub(crate) struct TsConfig {
    paths: Vec<(String, Vec<String>)>,
    /// `baseUrl`, from the project folder.
    base: Option<String>,
    /// Whether decorators are TypeScript's own from before there were JavaScript's.
    pub(crate) experimental_decorators: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    base_url: Option<String>,
    paths: Map<String, Value>,
    experimental_decorators: bool,
}

impl TsConfig {
    /// Reads it.
    pub(crate) fn read(files: &dyn Files) -> Self {
        let text = files.read(FILE).unwrap_or_default();
        let value = json_with_comments(&text).unwrap_or_default();
        let options = Options::deserialize(&value["compilerOptions"]).unwrap_or_default();
        let target = |target: &Value| target.as_str().map(str::to_owned);
        let targets = |(pattern, targets): (String, Value)| {
            let targets = targets.as_array()?.iter().filter_map(target).collect();
            Some((pattern, targets))
        };
        Self {
            paths: options.paths.into_iter().filter_map(targets).collect(),
            base: options.base_url,
            experimental_decorators: options.experimental_decorators,
        }
    }

    /// Where `specifier` may lead in the project, without an ending, the likeliest first.
    pub(crate) fn candidates(&self, specifier: &str) -> Vec<String> {
        let base = self.base.as_deref().unwrap_or(".");
        let matching = |(pattern, targets): &(String, Vec<String>)| {
            let (prefix, rest) = match pattern.split_once('*') {
                Some((prefix, suffix)) => {
                    let rest = specifier.strip_prefix(prefix)?.strip_suffix(suffix)?;
                    (prefix.len(), rest)
                }
                None => (usize::MAX, (pattern == specifier).then_some("")?),
            };
            let targets = targets.iter().map(|target| target.replacen('*', rest, 1));
            Some((prefix, targets.collect::<Vec<_>>()))
        };
        let best = self.paths.iter().filter_map(matching);
        let best = best.max_by_key(|(prefix, _)| *prefix);
        let targets = best.map(|(_, targets)| targets).unwrap_or_default();
        let plain = self.base.is_some().then(|| specifier.to_owned());
        let below = targets.into_iter().chain(plain);
        below
            .filter_map(|path| join(FILE, &format!("{base}/{path}")))
            .collect()
    }
}

/// JSON as TypeScript reads it: with comments, and commas at the end.
fn json_with_comments(text: &str) -> Option<Value> {
    let text = format!("({text})");
    let read = || {
        let allocator = Allocator::default();
        let program = typescript::parse(&allocator, "tsconfig.ts", &text).ok()?;
        match program.body.first()? {
            Statement::ExpressionStatement(statement) => literal(&statement.expression),
            _ => None,
        }
    };
    typescript::with_room(&text, read).ok()?
}

fn literal(expression: &Expression<'_>) -> Option<Value> {
    Some(match expression.get_inner_expression() {
        Expression::StringLiteral(text) => Value::from(text.value.as_str()),
        Expression::NumericLiteral(number) => Value::from(number.value),
        Expression::BooleanLiteral(boolean) => Value::from(boolean.value),
        Expression::NullLiteral(_) => Value::Null,
        Expression::ArrayExpression(array) => {
            let elements = array.elements.iter();
            let each = elements.map(|element| literal(element.as_expression()?));
            Value::Array(each.collect::<Option<_>>()?)
        }
        Expression::ObjectExpression(object) => {
            let mut entries = Map::new();
            for property in &object.properties {
                let ObjectPropertyKind::ObjectProperty(property) = property else {
                    return None;
                };
                let name = property.key.static_name()?.to_string();
                entries.insert(name, literal(&property.value)?);
            }
            Value::Object(entries)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::FileError;

    struct One(&'static str);

    impl Files for One {
        fn list(&self, _: &str) -> Result<Vec<String>, FileError> {
            Err(FileError::Missing)
        }

        fn read(&self, path: &str) -> Result<String, FileError> {
            if path == FILE {
                Ok(self.0.to_owned())
            } else {
                Err(FileError::Missing)
            }
        }
    }

    #[test]
    fn aliases_lead_where_the_longest_pattern_says() {
        let config = TsConfig::read(&One(
            "{
  // as editors write it
  \"compilerOptions\": {
    \"paths\": { \"@/*\": [\"./src/*\", \"./lib/*\"], \"@/deep/*.js\": [\"./deep/*.ts\"], \"exact\": [\"./one\"], },
  },
}",
        ));
        assert_eq!(config.candidates("@/a/b"), ["src/a/b", "lib/a/b"]);
        assert_eq!(config.candidates("@/deep/x.js"), ["deep/x.ts"]);
        assert_eq!(config.candidates("exact"), ["one"]);
        assert!(config.candidates("other").is_empty());
        assert!(
            config.candidates("@/../../x").is_empty(),
            "nothing leads out"
        );
    }

    #[test]
    fn a_base_makes_every_name_a_path() {
        let config = TsConfig::read(&One(
            r#"{ "compilerOptions": { "baseUrl": "./app", "experimentalDecorators": true } }"#,
        ));
        assert_eq!(config.candidates("texts/en"), ["app/texts/en"]);
        assert!(config.experimental_decorators);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for text in ["", "{", "[1]", "{ \"compilerOptions\": 7 }", "{ a: f() }"] {
            let config = TsConfig::read(&One(text));
            assert!(config.candidates("@/a").is_empty() && !config.experimental_decorators);
        }
    }
}
