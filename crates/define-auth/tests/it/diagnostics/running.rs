//! Definitions that do not run.

use insta::assert_snapshot;

use crate::project::Project;

const DEFINE: &str = "import { defineAuth } from '@aws-amplify/backend';\n";

fn errors(body: &str) -> String {
    Project::new(&format!("{DEFINE}{body}\n")).errors()
}

#[test]
fn syntax_errors_have_their_place() {
    assert_snapshot!(errors("export const auth = defineAuth({\n  loginWith: { email: true },\n;"), @"
    error: SyntaxError: Unexpected token
     --> amplify/auth/resource.ts:4:1
      |
    4 | ;
      | ^
    ");
    assert_snapshot!(errors("const a = 1;\nconst a = 2;"), @"
    error: SyntaxError: Identifier `a` has already been declared
     --> amplify/auth/resource.ts:2:7
      |
    2 | const a = 1;
      |       ^
      `a` has already been declared here
    ");
    assert_snapshot!(errors("await 1; break;"), @"
    error: SyntaxError: Illegal break statement
     --> amplify/auth/resource.ts:2:10
      |
    2 | await 1; break;
      |          ^^^^^^
    help: A `break` statement can only be used within an enclosing iteration or switch statement.
    ");
}

#[test]
fn exceptions_have_their_place() {
    assert_snapshot!(errors("const mail: { subject?: string } = {};\nconst name = mail.subject!.trim();"), @"
    error: TypeError: cannot read property 'trim' of undefined
     --> amplify/auth/resource.ts:3:14
      |
    3 | const name = mail.subject!.trim();
      |              ^^^^
    ");
    assert_snapshot!(errors("throw new RangeError('not today');"), @"
    error: RangeError: not today
     --> amplify/auth/resource.ts:2:11
      |
    2 | throw new RangeError('not today');
      |           ^^^^^^^^^^
    ");
    assert_snapshot!(errors("throw 'a string';"), @"error: uncaught: a string");
    assert_snapshot!(errors("await Promise.reject(new Error('later'));"), @"
    error: Error: later
     --> amplify/auth/resource.ts:2:26
      |
    2 | await Promise.reject(new Error('later'));
      |                          ^^^^^
    ");
    assert_snapshot!(errors("await new Promise(() => {});"), @"error: Error: a top-level `await` never ends");
    assert_snapshot!(errors("export const auth = defineAuht({});"), @"
    error: ReferenceError: defineAuht is not defined
     --> amplify/auth/resource.ts:2:21
      |
    2 | export const auth = defineAuht({});
      |                     ^^^^^^^^^^
    ");
}

#[test]
fn messages_that_fail_have_their_place() {
    let body = |render: &str| {
        errors(&format!(
            "export const auth = defineAuth({{\n  loginWith: {{\n    email: {{\n      verificationEmailBody: {render},\n    }},\n  }},\n}});"
        ))
    };
    assert_snapshot!(body("(code) => code().missing.more"), @"
    error: AmplifyAuthConstructInitializationError: Failed to instantiate auth construct
     --> amplify/auth/resource.ts:5:40
      |
    5 |       verificationEmailBody: (code) => code().missing.more,
      |                                        ^^^^
      Caused by: TypeError: cannot read property 'more' of undefined
    help: See the underlying error message for more details.
    ");
    assert_snapshot!(body("() => 42 as any"), @"
    error: `loginWith.email.verificationEmailBody` must return a string, but it returns a value of type number
     --> amplify/auth/resource.ts:5:7
      |
    5 |       verificationEmailBody: () => 42 as any,
      |       ^^^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn missing_modules_are_named() {
    assert_snapshot!(errors("import { a } from './missing';\na();"), @"
    error: there is no module `./missing`
     --> amplify/auth/resource.ts:2:19
      |
    2 | import { a } from './missing';
      |                   ^^^^^^^^^^^
    ");
    assert_snapshot!(errors("import { a } from '../../../outside';\na();"), @"
    error: `../../../outside` lies outside of the project folder
     --> amplify/auth/resource.ts:2:19
      |
    2 | import { a } from '../../../outside';
      |                   ^^^^^^^^^^^^^^^^^^
    help: import files of the project only, with a path that starts with `./` or `../`
    ");
    let project = Project::new(&format!("{DEFINE}import {{ b }} from './there';\nb();"));
    assert_snapshot!(project.file("amplify/auth/there.ts", "export const a = 1;").errors(), @"
    error: SyntaxError: Could not find export 'b' in module 'amplify/auth/there.ts'
     --> amplify/auth/resource.ts:2:19
      |
    2 | import { b } from './there';
      |                   ^^^^^^^^^
    ");
    let project = Project::new(&format!("{DEFINE}import x from './broken.json';\nx;"));
    assert_snapshot!(project.file("amplify/auth/broken.json", "{\n  \"a\": ,\n}").errors(), @r#"
    error: amplify/auth/broken.json is not JSON: expected value at line 2 column 8
     --> amplify/auth/broken.json:2:8
      |
    2 |   "a": ,
      |        ^
    "#);
}

#[test]
fn endless_definitions_are_stopped() {
    assert_snapshot!(errors("for (;;) {}"), @"
    error: the definition ran for more than 2 s
    help: look for a loop that does not end
    ");
}

#[test]
fn greedy_definitions_are_stopped() {
    assert_snapshot!(errors("const all = [];\nfor (;;) all.push(new Array(10000).fill(1));"), @"
    error: the definition needs more than 64 MiB of memory
     --> amplify/auth/resource.ts:3:36
      |
    3 | for (;;) all.push(new Array(10000).fill(1));
      |                                    ^^^^
    ");
}
