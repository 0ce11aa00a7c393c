//! A mark before each statement of a module, so that the host knows which one is running: an error
//! without a stack trace, and a definition that never ends, have a place too.

use oxc::allocator::{Allocator, Vec as ArenaVec};
use oxc::ast::ast::{Argument, Expression, IdentifierName, NumberBase, Program, Statement};
use oxc::ast::builder::AstBuilder;
use oxc::span::{GetSpan, Span};

/// The function of `import.meta` that a mark calls, with the statement's offset in the file; without
/// one when the module has ended.
pub(crate) const MARK: &str = "statement";

/// Puts a mark before every statement that does something, and one behind the last.
pub(super) fn insert<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    let builder = AstBuilder::new(allocator);
    let mut marked = ArenaVec::with_capacity_in(2 * program.body.len() + 1, &allocator);
    for statement in program.body.drain(..) {
        let span = statement.span();
        if does_something(&statement) && !span.is_empty() {
            marked.push(mark(&builder, span, Some(span.start)));
        }
        marked.push(statement);
    }
    marked.push(mark(&builder, Span::default(), None));
    program.body = marked;
}

fn does_something(statement: &Statement<'_>) -> bool {
    !matches!(
        statement,
        Statement::ImportDeclaration(_)
            | Statement::ExportFromDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::FunctionDeclaration(_)
            | Statement::EmptyStatement(_)
    )
}

/// `import.meta.statement(offset);`
fn mark<'a>(builder: &AstBuilder<'a>, span: Span, offset: Option<u32>) -> Statement<'a> {
    let span = Span::new(span.start, span.start);
    let object = Expression::new_import_meta(span, builder);
    let name = IdentifierName::new(span, MARK, builder);
    let callee = Expression::new_static_member_expression(span, object, name, false, builder);
    let number = |offset: u32| {
        Argument::new_numeric_literal(span, offset.into(), None, NumberBase::Decimal, builder)
    };
    let arguments = ArenaVec::from_iter_in(offset.map(number), builder);
    let call = Expression::new_call_expression(span, callee, None, arguments, false, builder);
    Statement::new_expression_statement(span, call, builder)
}
