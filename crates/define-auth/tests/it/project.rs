//! A project in memory, or on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use poolhouse_define_auth::project::{FileError, FileSystem, Files, Folder};
use poolhouse_define_auth::{Definition, Deployment, diagnostic, evaluate};
use poolhouse_domain::ClientId;
use poolhouse_domain::client::ClientIdentity;

/// Files by path.
#[derive(Clone, Default)]
pub(crate) struct Project {
    files: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
}

impl Files for Project {
    fn read(&self, path: &str) -> Result<String, FileError> {
        self.files.get(path).cloned().ok_or(FileError::Missing)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let inside = self.files.keys();
        let inside = inside.filter_map(|file| file.strip_prefix(path)?.strip_prefix('/'));
        let names: BTreeSet<String> = inside
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => rest.to_owned(),
            })
            .collect();
        if names.is_empty() {
            return Err(FileError::Missing);
        }
        Ok(names.into_iter().collect())
    }
}

impl Project {
    /// A project whose `amplify/auth/resource.ts` is `text`.
    pub(crate) fn new(text: &str) -> Self {
        Self::default().file("amplify/auth/resource.ts", text)
    }

    /// A project whose definition gives `props` to `defineAuth`.
    pub(crate) fn props(props: &str) -> Self {
        Self::new(&format!(
            "import {{ defineAuth }} from '@aws-amplify/backend';\n\nexport const auth = defineAuth({props});\n"
        ))
    }

    /// With one more file.
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    /// With an `amplify/backend.ts` that has `auth`, `pool` and `client` at hand and goes on with `text`.
    pub(crate) fn backend(self, text: &str) -> Self {
        let head = "import { defineBackend } from '@aws-amplify/backend';\n\
            import { auth } from './auth/resource';\n\
            const backend = defineBackend({ auth });\n\
            const { cfnUserPool: pool, cfnUserPoolClient: client } = backend.auth.resources.cfnResources;\n";
        self.file("amplify/backend.ts", &format!("{head}{text}\n"))
    }

    /// With one more variable in its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What it means, or the errors as a person reads them.
    pub(crate) fn read_as(&self, deployment: &Deployment) -> Result<Definition, String> {
        let read = evaluate(Arc::new(self.clone()), &self.env, deployment);
        let all = match &read {
            Ok(definition) => &definition.warnings,
            Err(errors) => errors,
        };
        for one in all {
            // Only what is about no file at all has no place in one.
            let nowhere = ["there is no amplify/auth/resource.ts", "poolhouse.toml: "];
            let is_nowhere = nowhere.iter().any(|start| one.message.starts_with(start));
            assert!(one.position.is_some() || is_nowhere, "no place: {one:?}");
        }
        read.map_err(|errors| diagnostic::render(&errors, false))
    }

    /// What it means in a sandbox.
    pub(crate) fn read(&self) -> Definition {
        self.read_as(&Deployment::Sandbox)
            .unwrap_or_else(|errors| panic!("{errors}"))
    }

    /// The errors, as a person reads them.
    pub(crate) fn errors(&self) -> String {
        match self.read_as(&Deployment::Sandbox) {
            Ok(_) => panic!("the definition was taken"),
            Err(errors) => errors,
        }
    }

    /// The warnings, as a person reads them.
    pub(crate) fn warnings(&self) -> String {
        diagnostic::render(&self.read().warnings, false)
    }
}

/// The project in the folder `root`.
pub(crate) fn folder(root: &Path) -> Folder {
    let system = FileSystem {
        canonicalize: |path| std::fs::canonicalize(path),
        open: |path| File::open(path),
        list: |path| std::fs::read_dir(path),
    };
    Folder::new(root, system).unwrap()
}

/// What the client of `defineAuth` is known by.
pub(crate) fn default_client() -> ClientIdentity {
    ClientIdentity {
        name: "default".to_owned(),
        id: ClientId::new("5abcdefghijklmnopqrstuvwxy"),
        secret: None,
    }
}
