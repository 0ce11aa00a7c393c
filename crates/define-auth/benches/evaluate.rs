//! How long it takes to read a definition; wanted for the smallest: 15 ms at most.

use std::collections::BTreeMap;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use poolhouse_define_auth::project::{FileError, Files};
use poolhouse_define_auth::{Deployment, evaluate};

struct Project(Vec<(&'static str, &'static str)>);

impl Files for Project {
    fn list(&self, _: &str) -> Result<Vec<String>, FileError> {
        Err(FileError::Missing)
    }

    fn read(&self, path: &str) -> Result<String, FileError> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or(FileError::Missing)
    }
}

const SEED: &str = "import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({
  loginWith: {
    email: {
      otpLogin: true // Enable email OTP
    }
  }
});
";

fn benches(criterion: &mut Criterion) {
    let projects = [
        ("seed", vec![("amplify/auth/resource.ts", SEED)]),
        (
            "backend with overrides",
            vec![
                (
                    "amplify/auth/resource.ts",
                    include_str!("../tests/cases/10-backend-overrides/amplify/auth/resource.ts"),
                ),
                (
                    "amplify/backend.ts",
                    include_str!("../tests/cases/10-backend-overrides/amplify/backend.ts"),
                ),
            ],
        ),
    ];
    for (name, files) in projects {
        let files: Arc<dyn Files> = Arc::new(Project(files));
        let env = BTreeMap::new();
        criterion.bench_function(&format!("evaluate: {name}"), |bencher| {
            bencher.iter(|| {
                let read = evaluate(Arc::clone(&files), &env, &Deployment::Sandbox);
                assert!(read.is_ok());
            });
        });
    }
}

criterion_group!(group, benches);
criterion_main!(group);
