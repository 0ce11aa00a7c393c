//! Definitions that nothing stops: what the engine does without asking anybody in between. The command
//! ends all the same, and `dev` goes on, but only so often.

use std::thread;

use crate::program::{DEFINITION, Program, Project};

const ENDLESS: [&str; 6] = [
    "new Array(4294967295).sort();",
    "[].concat(new Array(4294967295));",
    "Array.prototype.join.call({ length: 2 ** 53 - 1 }, '');",
    "'a'.repeat(16e6).includes('a'.repeat(8e6) + 'b');",
    "JSON.stringify({}, new Array(4294967295) as any);",
    "let x: any = []; for (let i = 0; i < 60; i++) x = [x, x]; x.flat(Infinity);",
];

#[test]
fn a_command_ends_without_them() {
    thread::scope(|scope| {
        for body in ENDLESS {
            scope.spawn(move || {
                let project = Project::new(&format!("{DEFINITION}\n{body}\n"));
                let path = project.path().to_str().unwrap();
                let (status, _, stderr) = Program::run(&["check", path]);
                assert_eq!(status.code(), Some(1), "{body}");
                let expected =
                    "error: the definition ran for more than 2 s\n --> amplify/auth/resource.ts:";
                assert!(stderr.starts_with(expected), "{body}: {stderr}");
            });
        }
    });
}

#[test]
fn dev_goes_on_without_a_few_of_them() {
    let project = Project::new(DEFINITION);
    let mut program = Program::dev(project.path());
    for turn in 0..4 {
        project.define(&format!("{DEFINITION}\n{}\n// {turn}\n", ENDLESS[0]));
        program.stderr_line("the definition ran for more than 2 s");
        program.stderr_line("stays as it was");
    }
    project.define(&format!("{DEFINITION}\n// harmless\n"));
    let told = program.stderr_line("the definition is not run");
    assert!(
        told.ends_with("earlier ones that did not stop are still running"),
        "{told}"
    );
    let help = program.stderr_line("help");
    assert_eq!(help, "help: stop Poolhouse and start it again");
    let answer = program.sign_up(&project, "ann@example.com");
    assert!(answer.contains("\"UserSub\""), "{answer}");
    assert!(program.stop("-TERM").success());
}
