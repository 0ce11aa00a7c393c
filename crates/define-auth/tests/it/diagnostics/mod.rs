//! Every error and warning as the person sees it.

mod amplify;
mod backend;
mod complete;
mod place;
mod running;
mod shape;
mod warnings;

use insta::assert_snapshot;
use poolhouse_define_auth::{Diagnostic, Position};

use crate::project::Project;

fn errors(props: &str) -> String {
    Project::props(props).errors()
}

#[test]
fn colours_are_an_option() {
    let position = Position {
        file: "a.ts".to_owned(),
        line: 12,
        column: 3,
        length: 2,
        text: "a bc d".to_owned(),
    };
    let error = Diagnostic::error("wrong")
        .named("Name")
        .at(Some(position))
        .detail("why")
        .help("do");
    assert_snapshot!(error.render(true).replace('\x1b', "^["), @"
    ^[[1;31merror^[[0m^[[1m: Name: wrong^[[0m
      ^[[1;34m-->^[[0m a.ts:12:3
       ^[[1;34m|^[[0m
    ^[[1;34m12^[[0m ^[[1;34m|^[[0m a bc d
       ^[[1;34m|^[[0m   ^[[1;31m^^^[[0m
      why
    ^[[1;36mhelp^[[0m: do
    ");
    assert_snapshot!(error.render(false), @"
    error: Name: wrong
      --> a.ts:12:3
       |
    12 | a bc d
       |   ^^
      why
    help: do
    ");
}
