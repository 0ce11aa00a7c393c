//! Definitions that mean harm, and each wall that they run into.

use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::time::{Duration, Instant};

use poolhouse_define_auth::project::Files as _;
use poolhouse_define_auth::{Deployment, diagnostic, evaluate};

use crate::project::{Project, folder};

const DEFINE: &str = "import { defineAuth } from '@aws-amplify/backend';\n";

fn errors_of(body: &str) -> String {
    Project::new(&format!("{DEFINE}{body}\n")).errors()
}

/// The time is up after two seconds; a loaded machine may take somewhat longer to say so.
#[expect(
    clippy::disallowed_methods,
    reason = "a test of a time limit measures time"
)]
fn is_stopped(body: &str) {
    let start = Instant::now();
    let errors = errors_of(body);
    assert!(
        errors.contains("the definition ran for more than 2 s"),
        "{errors}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(6),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_endless_loop_is_stopped() {
    is_stopped("for (;;) {}");
}

#[test]
fn endless_jobs_are_stopped() {
    is_stopped("for (;;) await 0;");
    let growing = errors_of("const again = () => Promise.resolve().then(again); await again();");
    assert!(
        ["64 MiB", "more than 2 s", "never ends"]
            .iter()
            .any(|word| growing.contains(word)),
        "{growing}"
    );
}

#[test]
fn a_loop_in_a_message_is_stopped() {
    is_stopped(
        "export const auth = defineAuth({ loginWith: { email: { verificationEmailBody: () => { for (;;) {} } } } });",
    );
}

#[test]
fn a_search_in_a_huge_array_is_stopped() {
    is_stopped("new Array(4294967295).indexOf(1);");
}

#[test]
fn catching_does_not_stop_the_end() {
    is_stopped("for (;;) { try { for (;;) {} } catch {} }");
}

#[test]
fn a_regular_expression_that_explodes_is_stopped() {
    is_stopped("/^(a+)+$/.test('a'.repeat(64) + 'b');");
}

#[test]
fn deep_recursion_is_an_error_with_a_place() {
    let errors = errors_of("const deeper = () => deeper();\ndeeper();");
    assert!(
        errors.contains("Maximum call stack size exceeded"),
        "{errors}"
    );
    assert!(errors.contains("amplify/auth/resource.ts:2:"), "{errors}");
}

#[test]
fn deeply_nested_syntax_is_taken_or_refused() {
    for (open, close, times) in [
        ("(", ")", 60_000),
        ("[", "]", 60_000),
        ("{a:", "}", 30_000),
        ("!", "", 120_000),
        ("a=>", "", 40_000),
        ("1**", "", 40_000),
        ("new ", "", 120_000),
        ("class{a=", "}", 20_000),
        ("(a=", ")=>1", 14_000),
        ("`${", "}`", 20_000),
        ("<A<", ">>1", 14_000),
    ] {
        let nested = format!("const a = {}1{};", open.repeat(times), close.repeat(times));
        assert!(
            Project::new(&nested).read_as(&Deployment::Sandbox).is_err(),
            "{open}"
        );
    }
    let long = Project::new(&"!".repeat(200_000)).errors();
    assert!(
        long.contains("it has 200000 words and signs, at most 131072 are read"),
        "{long}"
    );
}

#[test]
fn memory_ends_at_its_limit() {
    for body in [
        "const all = []; for (;;) all.push(new Array(10000).fill(1));",
        "let text = 'x'; for (;;) text += text;",
        "new Uint8Array(128 * 1024 * 1024);",
        "new Array(4294967295).fill(0);",
    ] {
        let errors = errors_of(body);
        let refused = ["64 MiB", "RangeError", "InternalError", "ran for more than"];
        assert!(
            refused.iter().any(|word| errors.contains(word)),
            "{body}: {errors}"
        );
    }
}

#[test]
fn nothing_leads_out() {
    for name in [
        "fetch",
        "XMLHttpRequest",
        "WebSocket",
        "require",
        "Deno",
        "std",
        "os",
        "setInterval",
        "poolhouse",
    ] {
        let errors = errors_of(&format!("{name}();"));
        assert!(errors.contains("ReferenceError"), "{name}: {errors}");
    }
}

#[test]
fn packages_with_power_are_stand_ins() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
import { execSync } from 'child_process';
import net from 'node:net';
import { writeFileSync } from 'node:fs';
execSync('id');
net.connect(80);
writeFileSync('x', 'y');
export const auth = defineAuth({ loginWith: { email: true } });
",
    );
    assert!(project.read().pool.name.is_none());
    let errors = errors_of(
        "import { execSync } from 'child_process';
export const auth = defineAuth({ name: execSync('id'), loginWith: { email: true } });",
    );
    assert!(errors.contains("`child_process.execSync()`"), "{errors}");
}

#[test]
fn files_are_read_inside_of_the_project() {
    let reads = |path: &str| {
        Project::new(&format!(
            "import {{ defineAuth }} from '@aws-amplify/backend';
import {{ readFileSync }} from 'node:fs';
import {{ join }} from 'node:path';
const name = readFileSync({path}, 'utf8').trim();
export const auth = defineAuth({{ name, loginWith: {{ email: true }} }});
"
        ))
        .file("amplify/auth/name.txt", "inside\n")
        .read_as(&Deployment::Sandbox)
        .map(|definition| definition.pool.name.unwrap())
    };
    for path in [
        "'amplify/auth/name.txt'",
        "new URL('./name.txt', import.meta.url)",
        "join(import.meta.url.slice(7), '..', 'name.txt')",
        "`${process.cwd()}/amplify/../amplify/auth/name.txt`",
    ] {
        assert_eq!(reads(path).unwrap(), "inside", "{path}");
    }
    for path in [
        "'/etc/passwd'",
        "'../../../etc/passwd'",
        "'file:///etc/passwd'",
        "'/project/../etc/passwd'",
        "new URL('../../../../etc/passwd', import.meta.url)",
        "'/projects/x'",
    ] {
        let errors = reads(path).unwrap_err();
        let refused = errors.contains("outside of the project") || errors.contains("no such file");
        assert!(refused, "{path}: {errors}");
    }
}

#[test]
fn only_the_given_environment_is_seen() {
    let names = "Object.keys(process.env).filter((name) => name !== 'GIVEN')";
    let body =
        format!("{{ loginWith: {{ email: true }}, groups: [process.env.GIVEN, ...{names}] }}");
    let pool = Project::props(&body).env("GIVEN", "only").read().pool;
    let groups: Vec<&str> = pool
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(groups, ["only"]);
}

#[test]
fn imports_stay_inside_of_the_project() {
    for specifier in [
        "../../../etc/passwd",
        "../../..",
        "./../../../secret.ts",
        "/etc/passwd",
        "file:///etc/passwd",
        "./a/../../../../secret",
        "..\\\\..\\\\secret",
        "./x:y",
    ] {
        let errors = errors_of(&format!("import '{specifier}';"));
        let refused = errors.contains("outside of the project folder")
            || errors.contains("there is no module");
        assert!(refused, "{specifier}: {errors}");
    }
    let errors = errors_of("await import('../../../etc/passwd');");
    assert!(errors.contains("outside of the project folder"), "{errors}");
}

#[test]
fn our_own_modules_are_not_for_definitions() {
    for specifier in ["poolhouse:host", "poolhouse:values"] {
        let project = Project::new(&format!(
            "import {{ finish }} from '{specifier}';\n{DEFINE}export const auth = defineAuth({{ name: finish, loginWith: {{ email: true }} }});"
        ));
        let errors = project.errors();
        assert!(
            errors.contains(&format!("but it is `{specifier}.finish`")),
            "{errors}"
        );
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test needs files")]
fn symbolic_links_do_not_lead_out() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.json"), r#"{"name":"secret"}"#).unwrap();
    let auth = root.path().join("amplify/auth");
    std::fs::create_dir_all(&auth).unwrap();
    symlink(outside.path().join("secret.json"), auth.join("secret.json")).unwrap();
    symlink(outside.path(), auth.join("linked")).unwrap();
    symlink(auth.join("real.json"), auth.join("inside.json")).unwrap();
    std::fs::write(auth.join("real.json"), r#"{"name":"real"}"#).unwrap();
    let read = |specifier: &str| {
        let text = format!(
            "{DEFINE}import it from '{specifier}';\nexport const auth = defineAuth({{ name: it.name, loginWith: {{ email: true }} }});"
        );
        std::fs::write(auth.join("resource.ts"), text).unwrap();
        let read = evaluate(
            Arc::new(folder(root.path())),
            &[].into(),
            &Deployment::Sandbox,
        );
        read.map_err(|errors| diagnostic::render(&errors, false))
    };
    assert_eq!(
        read("./inside.json").unwrap().pool.name.as_deref(),
        Some("real")
    );
    for specifier in ["./secret.json", "./linked/secret.json"] {
        let errors = read(specifier).unwrap_err();
        assert!(
            errors.contains("it lies outside of the project folder"),
            "{errors}"
        );
    }
    std::fs::write(auth.join("binary.ts"), [0xff, 0xfe]).unwrap();
    insta::assert_snapshot!(read("./secret.json").unwrap_err(), @"
    error: cannot import `./secret.json`: it lies outside of the project folder
     --> amplify/auth/resource.ts:2:16
      |
    2 | import it from './secret.json';
      |                ^^^^^^^^^^^^^^^
    ");
    insta::assert_snapshot!(read("./binary").unwrap_err(), @"
    error: cannot import `./binary`: it cannot be read: stream did not contain valid UTF-8
     --> amplify/auth/resource.ts:2:16
      |
    2 | import it from './binary';
      |                ^^^^^^^^^^
    ");
    let files = folder(root.path());
    assert!(files.read("../x").is_err() && files.read("/etc/passwd").is_err());
    assert!(files.read("amplify").is_err(), "a folder is not a file");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test needs files")]
fn long_files_are_refused() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("long"), "x".repeat(5 * 1024 * 1024)).unwrap();
    std::fs::write(root.path().join("binary"), [0xff, 0xfe]).unwrap();
    let files = folder(root.path());
    assert_eq!(
        files.read("long").unwrap_err().to_string(),
        "it is longer than 4194304 bytes"
    );
    assert!(
        files
            .read("binary")
            .unwrap_err()
            .to_string()
            .starts_with("it cannot be read")
    );
}

#[test]
fn prototypes_change_nothing_behind_the_wall() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
Array.prototype.map = () => [];
Array.prototype.filter = () => [];
Array.prototype.join = () => '';
Object.entries = () => [];
Object.keys = () => [];
JSON.stringify = () => 'null';
JSON.parse = () => ({});
String.prototype.includes = () => true;
WeakMap.prototype.get = () => undefined;
WeakMap.prototype.has = () => false;
Error = class {};
Reflect.get = Reflect.has = () => undefined;
Object.defineProperty(Object.prototype, 'otpLogin', { value: true });
export const auth = defineAuth({ name: 'here', loginWith: { email: {} } });
",
    );
    let read = project.read_as(&Deployment::Sandbox);
    // It may fail to be read; it may not be read as something else.
    if let Ok(definition) = read {
        assert_eq!(definition.pool.name.as_deref(), Some("here"));
    }
}

#[test]
fn what_json_cannot_carry_is_refused_with_its_path() {
    for (value, said) in [
        (
            "(() => { const a = {}; a.a = a; return a; })()",
            "contains itself",
        ),
        ("10n", "a bigint"),
        ("Symbol('x')", "a symbol"),
        ("NaN", "a NaN"),
        ("new Proxy({}, { get() { throw new Error('trap'); } })", ""),
        ("{ get email() { throw new Error('getter'); } }", "getter"),
    ] {
        let errors = Project::props(&format!("{{ loginWith: {value} }}")).errors();
        assert!(errors.contains(said), "{value}: {errors}");
    }
}

#[test]
fn printing_without_end_is_cut() {
    let project = Project::new(&format!(
        "{DEFINE}for (let i = 0; i < 5000; i++) console.log('x'.repeat(1000));
export const auth = defineAuth({{ loginWith: {{ email: true }} }});"
    ));
    let printed: usize = project.read().printed.iter().map(String::len).sum();
    assert!(printed < 128 * 1024, "{printed}");
}
