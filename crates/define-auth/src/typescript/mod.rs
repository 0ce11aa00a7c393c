//! TypeScript in, JavaScript out.
//!
//! Types are stripped and imports that only types use are dropped, as `tsx` does it for Amplify.
//! What the engine runs has other lines than the file; [`original`] leads back.

mod marks;

use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use oxc::allocator::{Allocator, CloneIn};
use oxc::ast::ast::{
    ExportFromDeclaration, ImportDeclaration, ImportDeclarationSpecifier, Program, Statement,
};
use oxc::ast::builder::AstBuilder;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::diagnostics::OxcDiagnostic;
use oxc::parser::Parser;
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use oxc::transformer::{DecoratorOptions, TransformOptions, Transformer};

use crate::diagnostic::Diagnostic;
use crate::position;

pub(crate) use marks::MARK;

/// A module ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// JavaScript.
    pub(crate) code: String,
    /// What it takes from other modules.
    pub(crate) imports: Vec<Import>,
}

/// One `import .. from` or `export .. from`.
#[derive(Debug)]
pub(crate) struct Import {
    /// As written.
    pub(crate) specifier: String,
    /// The names taken from it; `default` among them.
    pub(crate) names: Vec<String>,
}

/// Tells the specifiers of packages from those of the project's own modules.
pub(crate) type IsPackage<'f> = &'f (dyn Fn(&str) -> bool + Sync);

/// Compiles `text`, the content of `path`; `is_package` tells the specifiers of packages, which have
/// no namespace to import: `import * as cdk from` such a one becomes an import of its default.
pub(crate) fn compile(
    path: &str,
    text: &str,
    is_package: IsPackage<'_>,
) -> Result<Compiled, Vec<Diagnostic>> {
    let compile = || {
        let allocator = Allocator::default();
        let mut program = parse(&allocator, path, text)?;
        strip(&allocator, path, text, &mut program)?;
        let imports = imports(&allocator, &mut program, is_package);
        marks::insert(&allocator, &mut program);
        let code = Codegen::new().build(&program).code;
        Ok(Compiled { code, imports })
    };
    with_room(text, compile).unwrap_or_else(|error| {
        let message = format!("{path} cannot be read: {error}");
        let place = position::at(path, text, (1, 1));
        Err(vec![Diagnostic::error(message).at(place)])
    })
}

/// Why a text cannot be parsed at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoRoom {
    /// It has more tokens than [`TOKENS_MAX`].
    #[error("it has {0} words and signs, at most {TOKENS_MAX} are read")]
    TooLong(usize),
    /// The system gives no stack.
    #[error("{0}")]
    NoStack(#[from] io::Error),
}

/// The most tokens that a module may have, counted as words and signs, those in strings too.
const TOKENS_MAX: usize = 128 * 1024;
/// What one more level of nesting may take of the stack, in bytes; each level takes a token at least.
/// Measured: 2400 without optimisation, for brackets.
const STACK_PER_TOKEN: usize = 3 * 1024;
/// The stack that is there without any nesting, in bytes.
const STACK: usize = 1024 * 1024;

/// Does `work` with a stack on which `text` can be parsed, however deep it is nested: the parser and
/// what walks the tree after it recurse, and know no limit.
pub(crate) fn with_room<T: Send>(text: &str, work: impl FnOnce() -> T + Send) -> Result<T, NoRoom> {
    let tokens = tokens(text);
    if tokens > TOKENS_MAX {
        return Err(NoRoom::TooLong(tokens));
    }
    let thread = thread::Builder::new().stack_size(STACK + tokens * STACK_PER_TOKEN);
    thread::scope(|scope| match thread.spawn_scoped(scope, work)?.join() {
        Ok(done) => Ok(done),
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// Signs and words in `text`: at least as many as a parser sees.
fn tokens(text: &str) -> usize {
    let mut in_word = false;
    let mut count = 0;
    for character in text.chars() {
        let is_word = character.is_alphanumeric() || character == '_';
        let goes_on = is_word && in_word;
        in_word = is_word;
        count += usize::from(!character.is_whitespace() && !goes_on);
    }
    count
}

/// Line and column (from 1) in the file of a line and column (from 1) in the compiled code.
pub(crate) fn original(
    path: &str,
    text: &str,
    is_package: IsPackage<'_>,
    (line, column): (u32, u32),
) -> Option<(usize, usize)> {
    let look_up = || {
        let allocator = Allocator::default();
        let mut program = parse(&allocator, path, text).ok()?;
        strip(&allocator, path, text, &mut program).ok()?;
        imports(&allocator, &mut program, is_package);
        marks::insert(&allocator, &mut program);
        let options = CodegenOptions {
            source_map_path: Some(PathBuf::from(path)),
            ..CodegenOptions::default()
        };
        let map = Codegen::new().with_options(options).build(&program).map?;
        let table = map.generate_lookup_table();
        let token = map.lookup_token(&table, line.checked_sub(1)?, column.checked_sub(1)?)?;
        let line = usize::try_from(token.get_src_line()).ok()? + 1;
        let column = usize::try_from(token.get_src_col()).ok()? + 1;
        Some((line, column))
    };
    with_room(text, look_up).ok()?
}

/// The syntax tree of `text`, for which there must be room, or what keeps it from being one.
pub(crate) fn parse<'a>(
    allocator: &'a Allocator,
    path: &str,
    text: &'a str,
) -> Result<Program<'a>, Vec<Diagnostic>> {
    let kind = SourceType::from_path(Path::new(path)).unwrap_or_else(|_| SourceType::ts());
    let parsed = Parser::new(allocator, text, kind.with_module(true)).parse();
    if parsed.diagnostics.is_empty() && !parsed.panicked {
        Ok(parsed.program)
    } else {
        Err(errors(path, text, &parsed.diagnostics))
    }
}

fn strip<'a>(
    allocator: &'a Allocator,
    path: &str,
    text: &str,
    program: &mut Program<'a>,
) -> Result<(), Vec<Diagnostic>> {
    let analysed = SemanticBuilder::new()
        .with_check_syntax_error(true)
        .with_enum_eval(true)
        .build(program);
    if !analysed.diagnostics.is_empty() {
        return Err(errors(path, text, &analysed.diagnostics));
    }
    let scoping = analysed.semantic.into_scoping();
    let options = TransformOptions {
        // They are made calls of a helper; what it does with them is the host's (`decorators.js`).
        decorator: DecoratorOptions {
            legacy: true,
            ..DecoratorOptions::default()
        },
        ..TransformOptions::default()
    };
    let done =
        Transformer::new(allocator, Path::new(path), &options).build_with_scoping(scoping, program);
    if done.diagnostics.is_empty() {
        Ok(())
    } else {
        Err(errors(path, text, &done.diagnostics))
    }
}

/// What the module takes from others, with namespaces of packages turned into their defaults.
fn imports<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    is_package: IsPackage<'_>,
) -> Vec<Import> {
    let mut imports = Vec::new();
    for statement in &mut program.body {
        match statement {
            Statement::ImportDeclaration(import) => {
                // `with { type: 'json' }`: a file's ending says what it is.
                import.with_clause = None;
                if is_package(&import.source.value) {
                    default_for_namespace(allocator, import);
                }
                imports.push(imported(import));
            }
            Statement::ExportFromDeclaration(export) => {
                export.with_clause = None;
                imports.push(exported(export));
            }
            _ => {}
        }
    }
    imports
}

fn default_for_namespace<'a>(allocator: &'a Allocator, import: &mut ImportDeclaration<'a>) {
    for specifier in import.specifiers.iter_mut().flatten() {
        if let ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) = specifier {
            let (span, local) = (all.span, all.local.clone_in(allocator));
            let builder = AstBuilder::new(allocator);
            *specifier =
                ImportDeclarationSpecifier::new_import_default_specifier(span, local, &builder);
        }
    }
}

fn imported(import: &ImportDeclaration<'_>) -> Import {
    let name = |specifier: &ImportDeclarationSpecifier<'_>| match specifier {
        ImportDeclarationSpecifier::ImportSpecifier(one) => one.imported.name().to_string(),
        ImportDeclarationSpecifier::ImportDefaultSpecifier(_)
        | ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => "default".to_owned(),
    };
    Import {
        specifier: import.source.value.to_string(),
        names: import.specifiers.iter().flatten().map(name).collect(),
    }
}

fn exported(export: &ExportFromDeclaration<'_>) -> Import {
    let names = export.specifiers.iter();
    Import {
        specifier: export.source.value.to_string(),
        names: names.map(|one| one.local.name().to_string()).collect(),
    }
}

fn errors<'a>(
    path: &str,
    text: &str,
    found: impl IntoIterator<Item = &'a OxcDiagnostic>,
) -> Vec<Diagnostic> {
    let error = |found: &OxcDiagnostic| {
        let span = found.labels.first().map(oxc::span::LabeledSpan::span);
        let position = span.map(|span| position::of(path, text, span));
        let position = position.or_else(|| position::at(path, text, (1, 1)));
        let mut error = Diagnostic::error(found.message.to_string())
            .named("SyntaxError")
            .at(position);
        if let Some(label) = found.labels.first().and_then(|label| label.label()) {
            error = error.detail(label);
        }
        error.help = found.help.as_ref().map(ToString::to_string);
        error
    };
    found.into_iter().map(error).collect()
}
