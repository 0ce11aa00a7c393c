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
    assert_snapshot!(errors("throw 'a string';"), @"
    error: uncaught: a string
     --> amplify/auth/resource.ts:2:1
      |
    2 | throw 'a string';
      | ^^^^^
    ");
    assert_snapshot!(errors("await Promise.reject(new Error('later'));"), @"
    error: Error: later
     --> amplify/auth/resource.ts:2:26
      |
    2 | await Promise.reject(new Error('later'));
      |                          ^^^^^
    ");
    assert_snapshot!(errors("await new Promise(() => {});"), @"
    error: an `await` at the top level never ends
     --> amplify/auth/resource.ts:2:1
      |
    2 | await new Promise(() => {});
      | ^^^^^
    help: look for a promise that nothing resolves: there are no timers and no network here
    ");
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
     --> amplify/auth/resource.ts:2:1
      |
    2 | for (;;) {}
      | ^^^
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
    help: look for a list or a text that grows without end
    ");
    assert_snapshot!(errors("let last = {};\nfor (let i = 0; i < 1e6; i++) last = { last };"), @"
    error: the definition needs more than 64 MiB of memory
     --> amplify/auth/resource.ts:3:1
      |
    3 | for (let i = 0; i < 1e6; i++) last = { last };
      | ^^^
    help: look for a list or a text that grows without end
    ");
}

#[test]
fn what_never_ends_has_its_place() {
    assert_snapshot!(errors("const one = 1;\nawait new Promise(() => {});"), @"
    error: an `await` at the top level never ends
     --> amplify/auth/resource.ts:3:1
      |
    3 | await new Promise(() => {});
      | ^^^^^
    help: look for a promise that nothing resolves: there are no timers and no network here
    ");
    assert_snapshot!(errors("const wait = async () => { await new Promise(() => {}); };\nawait Promise.resolve();\nawait wait();"), @"
    error: an `await` at the top level never ends
     --> amplify/auth/resource.ts:4:1
      |
    4 | await wait();
      | ^^^^^
    help: look for a promise that nothing resolves: there are no timers and no network here
    ");
    let project = Project::new(&format!("{DEFINE}import './endless';")).file(
        "amplify/auth/endless.ts",
        "let turns = 0;\nwhile (true) turns++;\n",
    );
    assert_snapshot!(project.errors(), @"
    error: the definition ran for more than 2 s
     --> amplify/auth/endless.ts:2:1
      |
    2 | while (true) turns++;
      | ^^^^^
    help: look for a loop that does not end
    ");
    assert_snapshot!(errors("export const auth = defineAuth({\n  loginWith: { email: { verificationEmailBody: () => { for (;;) ; } } },\n});"), @"
    error: the definition ran for more than 2 s
     --> amplify/auth/resource.ts:2:1
      |
    2 | export const auth = defineAuth({
      | ^^^^^^
    help: look for a loop that does not end
    ");
}

#[test]
fn what_nests_too_deep_has_its_place() {
    assert_snapshot!(errors("const deeper = (): never => deeper();\ndeeper();"), @"
    error: RangeError: Maximum call stack size exceeded
     --> amplify/auth/resource.ts:2:29
      |
    2 | const deeper = (): never => deeper();
      |                             ^^^^^^
    ");
    assert_snapshot!(errors("let deep = {};\nfor (let i = 0; i < 1000; i++) deep = { deep };\nexport const auth = defineAuth({ loginWith: deep });"), @"
    error: RangeError: loginWith.deep.deep.deep.. is nested more than 64 levels deep
     --> amplify/auth/resource.ts:4:1
      |
    4 | export const auth = defineAuth({ loginWith: deep });
      | ^^^^^^
    ");
    assert_snapshot!(errors("const round: any = {};\nround.round = round;\nexport const auth = defineAuth({ loginWith: round });"), @"
    error: TypeError: loginWith.round contains itself
     --> amplify/auth/resource.ts:4:45
      |
    4 | export const auth = defineAuth({ loginWith: round });
      |                                             ^^^^^
    ");
}

#[test]
fn what_is_thrown_has_its_place_whatever_it_is() {
    assert_snapshot!(errors("const one = 1;\nthrow null;"), @"
    error: `null` was thrown, or the 64 MiB of memory are used up
     --> amplify/auth/resource.ts:3:1
      |
    3 | throw null;
      | ^^^^^
    ");
    assert_snapshot!(errors("throw { code: 1 };"), @"
    error: uncaught: a value of type object
     --> amplify/auth/resource.ts:2:1
      |
    2 | throw { code: 1 };
      | ^^^^^
    ");
    assert_snapshot!(errors("export const auth = defineAuth({\n  get loginWith() { throw new Error('in a getter'); },\n});"), @"
    error: Error: in a getter
     --> amplify/auth/resource.ts:3:31
      |
    3 |   get loginWith() { throw new Error('in a getter'); },
      |                               ^^^^^
    ");
    assert_snapshot!(errors("const props = new Proxy({}, {\n  ownKeys() { throw new TypeError('in a trap'); },\n});\nexport const auth = defineAuth(props);"), @"
    error: TypeError: in a trap
     --> amplify/auth/resource.ts:3:25
      |
    3 |   ownKeys() { throw new TypeError('in a trap'); },
      |                         ^^^^^^^^^
    ");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    assert_snapshot!(errors("import { readFileSync } from 'node:fs';\nconst text = readFileSync('amplify/auth/nowhere.txt', 'utf8');"), @"
    error: Error: `amplify/auth/nowhere.txt`: there is no such file
     --> amplify/auth/resource.ts:3:14
      |
    3 | const text = readFileSync('amplify/auth/nowhere.txt', 'utf8');
      |              ^^^^^^^^^^^^
    ");
    assert_snapshot!(errors("import { readFileSync } from 'node:fs';\nconst text = readFileSync('/etc/passwd', 'utf8');"), @"
    error: Error: `/etc/passwd` lies outside of the project folder
     --> amplify/auth/resource.ts:3:14
      |
    3 | const text = readFileSync('/etc/passwd', 'utf8');
      |              ^^^^^^^^^^^^
    ");
    let long = Project::new(&format!("{}1", "1+".repeat(70_000)));
    assert_snapshot!(long.errors(), @"
    error: amplify/auth/resource.ts cannot be read: it has 140001 words and signs, at most 131072 are read
     --> amplify/auth/resource.ts:1:1
      |
    1 | 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+ ...
      | ^
    ");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let far = format!("const a = [{}];", "'some text', ".repeat(2000));
    assert_snapshot!(errors(&format!("{far} throw new Error('at the end');")), @"
    error: Error: at the end
     --> amplify/auth/resource.ts:2:26025
      |
    2 | ... e text', 'some text', 'some text', 'some text', 'some text', 'some text', 'some text', ]; throw new Error('at the end');
      |                                                                                                         ^^^^^
    ");
    assert_snapshot!(errors(&format!("throw new Error('at the beginning'); {far}")), @"
    error: Error: at the beginning
     --> amplify/auth/resource.ts:2:11
      |
    2 | throw new Error('at the beginning'); const a = ['some text', 'some text', 'some text', 'some text', 'some text', 'some t ...
      |           ^^^^^
    ");
    assert_snapshot!(errors(&format!("{far} defineAuth({{ loginWith: {{ email: 'no' }} }}); {}", far.replace("a =", "b ="))), @"
    error: `loginWith.email` must be `true` or `false` or an object, but it is 'no'
     --> amplify/auth/resource.ts:2:26041
      |
    2 | ... xt', 'some text', 'some text', ]; defineAuth({ loginWith: { email: 'no' } }); const b = ['some text', 'some text', 'some ...
      |                                                                 ^^^^^
    help: write `true`
    ");
}

#[test]
fn no_text_of_a_definition_reaches_the_terminal_raw() {
    assert_snapshot!(errors("throw new Error('\\x1b[2Jcleared \\u202e reversed\\nnext');"), @r"
    error: Error: \u{1b}[2Jcleared \u{202e} reversed
    next
     --> amplify/auth/resource.ts:2:11
      |
    2 | throw new Error('\x1b[2Jcleared \u202e reversed\nnext');
      |           ^^^^^
    ");
    assert_snapshot!(errors("export const auth = defineAuth({ loginWith: { email: '\\x1b]0;title\\x07' as any } }); // \x1b[31m"), @r"
    error: `loginWith.email` must be `true` or `false` or an object, but it is '\u{1b}]0;title\u{7}'
     --> amplify/auth/resource.ts:2:47
      |
    2 | export const auth = defineAuth({ loginWith: { email: '\x1b]0;title\x07' as any } }); // �[31m
      |                                               ^^^^^
    help: write `true`
    ");
}
