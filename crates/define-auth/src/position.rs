//! From a path of keys, such as `loginWith.email.otpLogin`, to the place in the file that says it.
//!
//! The engine knows values, not places. So when something is wrong with a value, the syntax tree is
//! walked from the call that was given it: through object literals, constants, casts, spreads and
//! imports. Where the tree stops being readable (a function's result, say) the deepest place that
//! was reached is the answer: a line too early is better than none.

use std::collections::BTreeMap;

use oxc::allocator::Allocator;
use oxc::ast::ast::{
    Argument, BindingPattern, Declaration, Expression, ImportDeclarationSpecifier,
    ObjectExpression, ObjectPropertyKind, Program, PropertyKey, Statement,
};
use oxc::span::{GetSpan, Span};

use crate::diagnostic::Position;
use crate::resolve;
use crate::typescript;

/// The text of every module that was loaded, by path.
pub(crate) type Sources = BTreeMap<String, String>;

/// How many constants and imports are followed before the search gives up: a cycle ends here.
const HOPS: usize = 16;

/// The position of `span` in `text`, the content of `file`.
pub(crate) fn of(file: &str, text: &str, span: Span) -> Position {
    let offset = |at: u32| {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        (0..=at)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    };
    let (start, end) = (offset(span.start), offset(span.end));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = text[line_start..line_end].trim_end_matches('\r');
    let end = end.clamp(start, start.max(line_start + line.len()));
    Position {
        file: file.to_owned(),
        line: text[..start].matches('\n').count() + 1,
        column: text[line_start..start].chars().count() + 1,
        length: text[start..end].chars().count().max(1),
        text: line.to_owned(),
    }
}

/// The position of what stands in `text` word for word, if it does.
pub(crate) fn written(file: &str, text: &str, words: Option<&str>) -> Option<Position> {
    let words = words?;
    let start = text.find(words)?;
    let offset = |at: usize| u32::try_from(at).ok();
    let span = Span::new(offset(start)?, offset(start + words.len())?);
    Some(of(file, text, span))
}

/// The position of a line and column, both from 1; it means the word that stands there.
pub(crate) fn at(file: &str, text: &str, (line, column): (usize, usize)) -> Option<Position> {
    let shown = text.split('\n').nth(line.checked_sub(1)?)?;
    let shown = shown.trim_end_matches('\r');
    let rest: String = shown.chars().skip(column - 1).collect();
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_' || *c == '$';
    Some(Position {
        file: file.to_owned(),
        line,
        column,
        length: rest.chars().take_while(is_word).count().max(1),
        text: shown.to_owned(),
    })
}

/// The position of the word at `offset`.
pub(crate) fn word(file: &str, text: &str, offset: u32) -> Option<Position> {
    let start = of(file, text, Span::new(offset, offset));
    at(file, text, (start.line, start.column))
}

/// The place in the project's own files that a stack trace leads to first.
pub(crate) fn frame(sources: &Sources, stack: &str) -> Option<Position> {
    stack.lines().find_map(|line| {
        let place = line.trim().trim_end_matches(')');
        let place = place
            .rsplit_once(['(', ' '])
            .map_or(place, |(_, place)| place);
        let (rest, column) = place.rsplit_once(':')?;
        let (file, line) = rest.rsplit_once(':')?;
        let text = sources.get(file)?;
        let place = (line.parse().ok()?, column.parse().ok()?);
        let place = typescript::original(file, text, &resolve::is_package, place)?;
        at(file, text, place)
    })
}

/// Where the value at `keys` of the first argument of the call at `call` is written.
pub(crate) fn locate(sources: &Sources, call: &Position, keys: &[&str]) -> Option<Position> {
    let text = sources.get(&call.file)?;
    let search = || {
        let allocator = Allocator::default();
        let program = typescript::parse(&allocator, &call.file, text).ok()?;
        let argument = find_call(&program, text, call)?;
        let mut search = Search {
            sources,
            hops: HOPS,
            found: None,
        };
        let module = Module {
            file: &call.file,
            text,
            program: &program,
        };
        search.value(&module, argument, keys);
        search.found
    };
    typescript::with_room(text, search).ok()?
}

struct Module<'s, 'a> {
    file: &'s str,
    text: &'s str,
    program: &'s Program<'a>,
}

struct Search<'s> {
    sources: &'s Sources,
    hops: usize,
    found: Option<Position>,
}

impl Search<'_> {
    fn note(&mut self, module: &Module<'_, '_>, span: Span) {
        self.found = Some(of(module.file, module.text, span));
    }

    fn value(&mut self, module: &Module<'_, '_>, value: &Expression<'_>, keys: &[&str]) -> bool {
        match value.get_inner_expression() {
            Expression::ObjectExpression(object) => self.object(module, object, keys),
            Expression::Identifier(name) => self.named(module, name.name.as_str(), keys),
            Expression::ConditionalExpression(choice) => {
                self.value(module, &choice.consequent, keys)
                    || self.value(module, &choice.alternate, keys)
            }
            Expression::LogicalExpression(logical) => {
                self.value(module, &logical.right, keys) || self.value(module, &logical.left, keys)
            }
            Expression::ArrayExpression(array) => {
                let [index, rest @ ..] = keys else {
                    return true;
                };
                let element = index
                    .parse()
                    .ok()
                    .and_then(|at: usize| array.elements.get(at));
                let Some(element) = element.and_then(|element| element.as_expression()) else {
                    return false;
                };
                self.note(module, element.span());
                self.value(module, element, rest)
            }
            _ => keys.is_empty(),
        }
    }

    fn object(
        &mut self,
        module: &Module<'_, '_>,
        object: &ObjectExpression<'_>,
        keys: &[&str],
    ) -> bool {
        let [key, rest @ ..] = keys else {
            return true;
        };
        // The last one wins, as it does when the object is made.
        for property in object.properties.iter().rev() {
            match property {
                ObjectPropertyKind::ObjectProperty(property) if is_key(&property.key, key) => {
                    self.note(module, property.key.span());
                    return self.value(module, &property.value, rest);
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let before = self.found.take();
                    if self.value(module, &spread.argument, keys) {
                        return true;
                    }
                    self.found = before;
                }
                ObjectPropertyKind::ObjectProperty(_) => {}
            }
        }
        false
    }

    fn named(&mut self, module: &Module<'_, '_>, name: &str, keys: &[&str]) -> bool {
        let Some(hops) = self.hops.checked_sub(1) else {
            return false;
        };
        self.hops = hops;
        if let Some(value) = constant(module.program, name) {
            return self.value(module, value, keys);
        }
        let Some((specifier, imported)) = import_of(module.program, name) else {
            return keys.is_empty();
        };
        let known = |path: &str| self.sources.contains_key(path);
        let Some(file) = resolve::relative(module.file, specifier, known) else {
            return keys.is_empty();
        };
        self.imported(&file, &imported, keys)
    }

    fn imported(&mut self, file: &str, name: &str, keys: &[&str]) -> bool {
        let Some(text) = self.sources.get(file) else {
            return false;
        };
        let search = || {
            let allocator = Allocator::default();
            let Ok(program) = typescript::parse(&allocator, file, text) else {
                return false;
            };
            let module = Module {
                file,
                text,
                program: &program,
            };
            match exported(&program, name) {
                Some(value) => self.value(&module, value, keys),
                None => keys.is_empty(),
            }
        };
        typescript::with_room(text, search).unwrap_or(false)
    }
}

fn is_key(key: &PropertyKey<'_>, name: &str) -> bool {
    key.static_name().is_some_and(|key| key == name)
}

/// The first argument of the call that starts at `call`.
fn find_call<'p, 'a>(
    program: &'p Program<'a>,
    text: &str,
    call: &Position,
) -> Option<&'p Expression<'a>> {
    let initial = initial_values(program);
    let calls = initial.filter_map(|value| match value.get_inner_expression() {
        Expression::CallExpression(made) => Some(made),
        _ => None,
    });
    let mut here = calls.filter(|made| {
        let found = of(&call.file, text, made.span);
        let end = of(&call.file, text, made.callee.span());
        let line = found.line == call.line || end.line == call.line;
        line && found.column <= call.column
    });
    here.next()?
        .arguments
        .first()
        .and_then(Argument::as_expression)
}

/// What the module's top level gives to constants, exports, or nobody.
fn initial_values<'p, 'a>(program: &'p Program<'a>) -> impl Iterator<Item = &'p Expression<'a>> {
    program
        .body
        .iter()
        .flat_map(|statement| -> Vec<&Expression<'a>> {
            let values = |declaration: &'p Declaration<'a>| match declaration {
                Declaration::VariableDeclaration(variables) => variables
                    .declarations
                    .iter()
                    .filter_map(|variable| variable.init.as_ref())
                    .collect(),
                _ => Vec::new(),
            };
            match statement {
                Statement::ExpressionStatement(bare) => vec![&bare.expression],
                Statement::ExportDefaultDeclaration(export) => {
                    export.declaration.as_expression().into_iter().collect()
                }
                Statement::ExportDeclaration(export) => values(&export.declaration),
                _ => statement.as_declaration().map(values).unwrap_or_default(),
            }
        })
}

/// The value of the top-level constant `name`.
fn constant<'p, 'a>(program: &'p Program<'a>, name: &str) -> Option<&'p Expression<'a>> {
    let declarations = program.body.iter().filter_map(|statement| match statement {
        Statement::ExportDeclaration(export) => Some(&export.declaration),
        _ => statement.as_declaration(),
    });
    let mut variables = declarations.flat_map(|declaration| match declaration {
        Declaration::VariableDeclaration(variables) => variables.declarations.as_slice(),
        _ => &[],
    });
    let named = variables.find(|variable| match &variable.id {
        BindingPattern::BindingIdentifier(id) => id.name == name,
        _ => false,
    });
    named?.init.as_ref()
}

/// The value that the module exports as `name`.
fn exported<'p, 'a>(program: &'p Program<'a>, name: &str) -> Option<&'p Expression<'a>> {
    if name == "default" {
        return program.body.iter().find_map(|statement| match statement {
            Statement::ExportDefaultDeclaration(export) => export.declaration.as_expression(),
            _ => None,
        });
    }
    constant(program, name)
}

/// The module and the name there that the local `name` was imported from.
fn import_of<'p>(program: &'p Program<'_>, name: &str) -> Option<(&'p str, String)> {
    program.body.iter().find_map(|statement| {
        let Statement::ImportDeclaration(import) = statement else {
            return None;
        };
        let mut specifiers = import.specifiers.iter().flatten();
        let imported = specifiers.find_map(|specifier| match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(one) if one.local.name == name => {
                Some(one.imported.name().to_string())
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(one) if one.local.name == name => {
                Some("default".to_owned())
            }
            _ => None,
        })?;
        Some((import.source.value.as_str(), imported))
    })
}
