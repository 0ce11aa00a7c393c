//! Which files a definition consists of.

use poolhouse_define_auth::Deployment;

use crate::project::Project;

const AUTH: &str = "import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ name: 'here', loginWith: { email: true } });
";

#[test]
fn every_file_that_was_read_is_told() {
    let project = Project::new(
        "import 'dotenv/config';
import { defineAuth } from '@aws-amplify/backend';
import { name } from './names.js';
import roles from './roles.json';
export const auth = defineAuth({ name, loginWith: { email: true }, groups: roles });
",
    )
    .file(
        "amplify/auth/names.ts",
        "export const name: string = 'here';",
    )
    .file("amplify/auth/roles.json", "[\"a\"]")
    .file("amplify/auth/unused.ts", "export {};")
    .file(".env", "A=1");
    let sources = [
        ".env",
        "amplify/auth/names.ts",
        "amplify/auth/resource.ts",
        "amplify/auth/roles.json",
    ];
    assert_eq!(project.read().sources, sources);
}

#[test]
fn javascript_is_taken_too() {
    for ending in ["js", "mjs", "mts", "cts"] {
        let project = Project::default().file(&format!("amplify/auth/resource.{ending}"), AUTH);
        assert_eq!(
            project.read().pool.name.as_deref(),
            Some("here"),
            "{ending}"
        );
    }
}

#[test]
fn a_backend_needs_its_auth() {
    let without = Project::new(AUTH).file(
        "amplify/backend.ts",
        "import { defineBackend } from '@aws-amplify/backend';\ndefineBackend({});\n",
    );
    insta::assert_snapshot!(without.errors(), @"
    error: amplify/backend.ts defines a backend without auth
     --> amplify/backend.ts:1:1
      |
    1 | import { defineBackend } from '@aws-amplify/backend';
      | ^^^^^^
    help: write `defineBackend({ auth })`, with `auth` from './auth/resource'
    ");
    let missing = Project::default();
    insta::assert_snapshot!(missing.errors(), @"
    error: there is no amplify/auth/resource.ts
    help: run `poolhouse init`, or name the folder that holds `amplify/`
    ");
    let empty = Project::new("export {};\n");
    insta::assert_snapshot!(empty.errors(), @"
    error: amplify/auth/resource.ts does not call `defineAuth`
     --> amplify/auth/resource.ts:1:1
      |
    1 | export {};
      | ^^^^^^
    help: write `export const auth = defineAuth({ loginWith: { email: true } });`
    ");
}

#[test]
fn the_same_definition_means_other_things_elsewhere() {
    let project = Project::props("{ loginWith: { email: true, webAuthn: true } }");
    let party = |deployment: &Deployment| {
        let pool = project.read_as(deployment).unwrap().pool;
        pool.relying_party.unwrap().id
    };
    assert_eq!(party(&Deployment::Sandbox), "localhost");
    let branch = Deployment::Branch {
        branch: "feature/x".to_owned(),
        app_id: "d1abc".to_owned(),
    };
    assert_eq!(party(&branch), "feature/x.d1abc.amplifyapp.com");
    assert!(project.read_as(&Deployment::Standalone).is_err());
}

#[test]
fn what_it_prints_is_kept() {
    let project = Project::new(&format!("console.log('hello', {{ a: 1 }}, [2]);\n{AUTH}"));
    assert_eq!(project.read().printed, ["hello {\"a\":1} [2]"]);
}
