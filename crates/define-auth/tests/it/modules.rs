//! Modules in every spelling, and the packages that stand behind their names.

use crate::project::Project;

fn name_of(project: &Project) -> String {
    project.read().pool.name.unwrap()
}

fn importing(statement: &str) -> Project {
    Project::new(&format!(
        "import {{ defineAuth }} from '@aws-amplify/backend';\n{statement}\n\
         export const auth = defineAuth({{ name, loginWith: {{ email: true }} }});\n"
    ))
}

#[test]
fn relative_modules_are_found_in_all_spellings() {
    let spellings = [
        ("./names", "amplify/auth/names.ts"),
        ("./names.ts", "amplify/auth/names.ts"),
        ("./names.js", "amplify/auth/names.ts"),
        ("./names.js", "amplify/auth/names.js"),
        ("./names.mjs", "amplify/auth/names.mts"),
        ("./names", "amplify/auth/names/index.ts"),
        ("./names/", "amplify/auth/names/index.ts"),
        ("./names/index", "amplify/auth/names/index.ts"),
        ("../shared/names", "amplify/shared/names.ts"),
        ("../../names", "names.ts"),
        ("./a.b", "amplify/auth/a.b.ts"),
    ];
    for (specifier, path) in spellings {
        let project = importing(&format!("import {{ name }} from '{specifier}';"))
            .file(path, "export const name = 'found';");
        assert_eq!(name_of(&project), "found", "{specifier} {path}");
    }
}

#[test]
fn typescript_comes_before_javascript() {
    let project = importing("import { name } from './names.js';")
        .file("amplify/auth/names.ts", "export const name = 'ts';")
        .file("amplify/auth/names.js", "export const name = 'js';");
    assert_eq!(name_of(&project), "ts");
}

#[test]
fn exports_of_every_kind_are_imported() {
    let module = "const name = 'x'; export { name, name as 'a b' }; export default name;";
    for statement in [
        "import { name } from './m';",
        "import name from './m';",
        "import * as all from './m'; const { name } = all;",
        "import { 'a b' as name } from './m';",
        "import { default as name } from './m';",
        "const { name } = await import('./m');",
        "export * from './m'; import { name } from './m';",
    ] {
        let project = importing(statement).file("amplify/auth/m.ts", module);
        assert_eq!(name_of(&project), "x", "{statement}");
    }
}

#[test]
fn modules_that_import_each_other_are_read() {
    let project = importing("import { name } from './a';")
        .file(
            "amplify/auth/a.ts",
            "import { b } from './b'; export const name = 'n' + b(); export const a = 1;",
        )
        .file(
            "amplify/auth/b.ts",
            "import { a } from './a'; export function b() { return typeof a; }",
        );
    // Node says the same: `a` is not there yet.
    assert!(project.errors().contains("ReferenceError"));
}

#[test]
fn json_keeps_its_order() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
import attributes, { nickname } from './attributes.json';
export const auth = defineAuth({ name: `n${nickname.required}`, loginWith: { email: true }, userAttributes: attributes });
",
    )
    .file("amplify/auth/attributes.json", r#"{"nickname":{"required":true},"address":{},"custom:a":{"dataType":"String"}}"#);
    let names: Vec<String> = project
        .read()
        .pool
        .schema
        .0
        .into_iter()
        .map(|spec| spec.name)
        .collect();
    assert_eq!(names, ["email", "nickname", "address", "custom:a"]);
}

#[test]
fn packages_that_are_not_run_stand_in() {
    let project = Project::new(
        "import { defineAuth, defineData, defineStorage, a } from '@aws-amplify/backend';
import * as cdk from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import everything, { anything } from '@acme/tools';
import { type Only, real } from 'types-and-values';
import type { Erased } from 'gone';
import { Unused } from 'also-gone';
import '@acme/side-effects';
const schema = a.schema({ Todo: a.model({ content: a.string() }).authorization((allow) => [allow.owner()]) });
export const data = defineData({ schema });
export const storage = defineStorage({ name: 'files' });
class Own extends cdk.Stack {
  constructor() { super(); this.bucket = new Bucket(this, 'B'); }
  bucket: Bucket;
  greet() { return `own ${typeof this.bucket}`; }
}
anything.deeply.nested(everything)`x`;
real?.();
const u: Unused = 1;
export const auth = defineAuth({ name: new Own().greet(), loginWith: { email: true } });
",
    );
    assert_eq!(name_of(&project), "own function");
}

#[test]
fn a_value_of_such_a_package_is_refused_where_it_matters() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
import { subject } from '@acme/texts';
export const auth = defineAuth({
  loginWith: { email: { verificationEmailSubject: subject } },
});
",
    );
    insta::assert_snapshot!(project.errors(), @"
    error: `loginWith.email.verificationEmailSubject` must be a string, but it is `@acme/texts.subject`
     --> amplify/auth/resource.ts:4:51
      |
    4 |   loginWith: { email: { verificationEmailSubject: subject } },
      |                                                   ^^^^^^^
    help: packages other than @aws-amplify/backend are not run here; move the value into a file of the project
    ");
}

#[test]
fn dotenv_fills_what_is_not_set() {
    let env = "A=file\nB='single # quoted'\nexport C=\"two\\nlines\" # note\nD=plain # note\n# E=1\nF: colon\nA2=a=b\n";
    let read = |body: &str| {
        Project::new(&format!(
            "import {{ defineAuth }} from '@aws-amplify/backend';\n{body}\n\
             const e = process.env;\n\
             const all = [e.A, e.B, e.C, e.D, e.E, e.F, e.A2].join('|');\n\
             export const auth = defineAuth({{ loginWith: {{ email: {{ verificationEmailBody: (code) => code() + all }} }} }});\n"
        ))
        .file(".env", env)
        .env("A", "given")
        .read()
        .pool
        .messages
        .verification_email
        .body
    };
    let all = "{####}given|single # quoted|two\nlines|plain||colon|a=b";
    assert_eq!(read("import 'dotenv/config';"), all);
    assert_eq!(read("import dotenv from 'dotenv'; dotenv.config();"), all);
    assert_eq!(
        read("import * as dotenv from 'dotenv'; dotenv.config();"),
        all
    );
    assert_eq!(read("import { config } from 'dotenv'; config();"), all);
    assert_eq!(read(""), "{####}given||||||");
}

#[test]
fn todays_typescript_is_erased() {
    let project = importing(
        "enum Level { Low = 3, High }
const enum Word { A = 'a' }
namespace Texts { export const t = 'ns'; }
abstract class Base<T> { constructor(protected readonly x: T, private y?: number) {} abstract go(): T; }
class Impl extends Base<string> { declare z: number; override go(this: Impl): string { return this.x!; } }
function over(a: string): string; function over(a: any): string { return `${a}`; }
interface Shape { readonly a?: string }
type Keys = keyof Shape & `x${string}`;
const given = { a: 'y' } satisfies Shape as const;
const generic = <T,>(value: T): T => value;
let late!: string; late = <any>'z';
const name = ['n', Level.High, Word.A, Texts.t, new Impl('i').go(), over('o'), given.a, generic<string>('g'), late as string].join('');
export type { Shape };",
    );
    assert_eq!(name_of(&project), "n4ansioygz");
}

#[test]
fn aliases_of_tsconfig_are_followed() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
import { name } from '@/texts/name';
import * as groups from '~groups';
import { fromUrl } from 'lib/url.js';
import wrong from '@/nowhere';
export const auth = defineAuth({ name: name + fromUrl, loginWith: { email: true }, groups: groups.all });
",
    )
    .file(
        "tsconfig.json",
        "{ // aliases
  \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"./src/*\"], \"~groups\": [\"./amplify/groups\"], }, },
}",
    )
    .file("src/texts/name.ts", "export const name: string = 'aliased';\n")
    .file("amplify/groups/index.ts", "export const all = ['A'];\n")
    .file("lib/url.ts", "export const fromUrl = '-url';\n");
    let pool = project.read().pool;
    assert_eq!(pool.name.as_deref(), Some("aliased-url"));
    assert_eq!(pool.groups[0].name, "A");
    let sources = project.read().sources;
    assert!(
        sources.contains(&"src/texts/name.ts".to_owned()),
        "{sources:?}"
    );
    let missing = project.file("src/texts/name.ts", "export const other = 1;\n");
    insta::assert_snapshot!(missing.errors(), @"
    error: SyntaxError: Could not find export 'name' in module 'src/texts/name.ts'
     --> amplify/auth/resource.ts:2:22
      |
    2 | import { name } from '@/texts/name';
      |                      ^^^^^^^^^^^^^^
    ");
}

#[test]
fn decorators_decorate() {
    let body = "const seen: string[] = [];
const twice = (value: any, context: any) => { seen.push(`${context.kind} ${String(context.name)}`); return function (this: any) { return value.call(this) * 2; }; };
const told = (_: undefined, context: any) => { seen.push(`${context.kind} ${String(context.name)}`); };
const named = (name: string) => (made: any, context: any) => { context.addInitializer(function (this: any) { this.label = name; }); return made; };
@named('n') class Settings { @told size = 3; @twice count() { return 4; } @twice get more() { return 5; } static label: string; }
const settings = new Settings();
const name = `${Settings.label}${settings.count()}${settings.more}-${seen.sort().join('-').replaceAll(' ', '_')}`;";
    assert_eq!(
        name_of(&importing(body)),
        "n810-field_size-getter_more-method_count"
    );
    let experimental = importing(
        "const log: string[] = [];
function track(target: any, key: string, descriptor: PropertyDescriptor) { log.push(key); descriptor.value = () => 'tracked'; }
function sealed(made: Function) { log.push(made.name); }
@sealed class Settings { @track one() { return 'plain'; } }
const name = new Settings().one() + log.join('');",
    )
    .file("tsconfig.json", r#"{ "compilerOptions": { "experimentalDecorators": true } }"#);
    assert_eq!(name_of(&experimental), "trackedoneSettings");
    let field = importing(
        "const change = () => (value: number) => value + 1;\nclass A { @change x = 1; }\nconst name = `a${new A().x}`;",
    );
    insta::assert_snapshot!(field.errors(), @"
    error: TypeError: a decorator changes the field x: that is not done here
     --> amplify/auth/resource.ts:3:12
      |
    3 | class A { @change x = 1; }
      |            ^^^^^^
    ");
}

#[test]
fn dotenv_takes_other_files() {
    let read = |body: &str| {
        let project = importing(&format!("import dotenv from 'dotenv';\n{body}"))
            .file(".env", "A=env\nB=env\n")
            .file("config/.env.local", "A=local\nC=local\n")
            .env("C", "given");
        name_of(&project)
    };
    let show = "const e = process.env; const name = `n-${e.A}-${e.B}-${e.C}`;";
    let path = "path: 'config/.env.local'";
    assert_eq!(
        read(&format!("dotenv.config({{ {path} }}); {show}")),
        "n-local-undefined-given"
    );
    assert_eq!(
        read(&format!(
            "dotenv.config({{ {path} }}); dotenv.config(); {show}"
        )),
        "n-local-env-given"
    );
    assert_eq!(
        read(&format!(
            "dotenv.config({{ path: ['.env', 'config/.env.local'] }}); {show}"
        )),
        "n-env-env-given"
    );
    assert_eq!(
        read(&format!(
            "dotenv.config({{ {path}, override: true }}); {show}"
        )),
        "n-local-undefined-local"
    );
    let parsed = "const { parsed, error } = dotenv.config({ path: 'nowhere' }); const name = `n${Object.keys(parsed).length}${error.message.length > 9}`;";
    assert_eq!(read(parsed), "n0true");
}
