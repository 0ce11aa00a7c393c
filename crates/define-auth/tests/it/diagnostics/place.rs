//! Where an error points to.

use insta::assert_snapshot;

use super::errors;
use crate::project::Project;

#[test]
fn it_is_found_through_constants_spreads_and_imports() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
import { factors } from './factors';

const base = { email: true as const };
const login = { ...base, ...factors };

export const auth = defineAuth({ loginWith: login });
",
    )
    .file(
        "amplify/auth/factors.ts",
        "export const factors = {\n  webAuthn: { relyingPartyID: 'a.example' },\n} as const;\n",
    );
    assert_snapshot!(project.errors(), @"
    error: `loginWith.webAuthn` has no `relyingPartyID`
     --> amplify/auth/factors.ts:2:15
      |
    2 |   webAuthn: { relyingPartyID: 'a.example' },
      |               ^^^^^^^^^^^^^^
    help: did you mean `relyingPartyId`?
    ");
}

#[test]
fn it_is_the_call_where_a_function_made_the_value() {
    let project = Project::new(
        "import { defineAuth } from '@aws-amplify/backend';
const props = () => ({ loginWith: { email: 1 } });
export const auth = defineAuth(
  props(),
);
",
    );
    assert_snapshot!(project.errors(), @"
    error: `loginWith.email` must be `true` or `false` or an object, but it is `1`
     --> amplify/auth/resource.ts:4:3
      |
    4 |   props(),
      |   ^^^^^
    help: write `true`
    ");
}

#[test]
fn columns_count_characters() {
    assert_snapshot!(errors("{ name: 'äöü€𝄞', loginWith: { email: 1 } }"), @"
    error: `loginWith.email` must be `true` or `false` or an object, but it is `1`
     --> amplify/auth/resource.ts:3:62
      |
    3 | export const auth = defineAuth({ name: 'äöü€𝄞', loginWith: { email: 1 } });
      |                                                              ^^^^^
    help: write `true`
    ");
}

#[test]
fn tabs_keep_the_caret_in_its_place() {
    assert_snapshot!(errors("{\n\t\tloginWith: { email: 1 } }"), @"
    error: `loginWith.email` must be `true` or `false` or an object, but it is `1`
     --> amplify/auth/resource.ts:4:16
      |
    4 |   loginWith: { email: 1 } });
      |                ^^^^^
    help: write `true`
    ");
}
