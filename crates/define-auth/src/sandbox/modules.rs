//! Where a definition's modules come from: the project's files, and the host.

use std::fmt::Write;

use rquickjs::loader::ImportAttributes;
use rquickjs::prelude::Opt;
use rquickjs::{Ctx, Error, Function, Module, module::Declared};

use super::{Host, Shared, State};
use crate::diagnostic::{Diagnostic, Position};
use crate::position;
use crate::project::{FileError, Files};
use crate::tsconfig::TsConfig;
use crate::{resolve, typescript};

/// The name of the host's own module; only our own modules may import it.
pub(super) const HOST: &str = "poolhouse:host";
/// Where a definition believes the project to be.
const ROOT: &str = "/project/";
/// Begins the name of a module of ours.
const OURS: &str = "poolhouse:";
/// The text of a module of ours.
fn script(name: &str) -> Option<&'static str> {
    Some(match name {
        HOST => include_str!("host.js"),
        "poolhouse:backend" => include_str!("backend.js"),
        "poolhouse:cdk" => include_str!("cdk.js"),
        "poolhouse:decorators" => include_str!("decorators.js"),
        "poolhouse:node" => include_str!("node.js"),
        "poolhouse:values" => include_str!("values.js"),
        _ => return None,
    })
}
/// Begins the name of a module that stands for a package, followed by `name#imported,names`.
const PACKAGE: &str = "package:";

/// Says which module a specifier means.
pub(super) struct Resolver<H>(pub(super) Shared<H>);

impl<H: Host> rquickjs::loader::Resolver for Resolver<H> {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        let state = &mut *self.0.borrow_mut();
        // The host's own imports have no base; a definition's always have one.
        if base.is_empty() || base.starts_with(PACKAGE) || base.starts_with(OURS) {
            return Ok(name.to_owned());
        }
        if let Some(file) = state.alias(name) {
            return Ok(file);
        }
        if resolve::is_package(name) {
            let key = (base.to_owned(), name.to_owned());
            let names = state.names.get(&key).cloned().unwrap_or_default();
            return Ok(format!("{PACKAGE}{name}#{}", names.join(",")));
        }
        state.file(base, name).map_err(|error| {
            state.errors.push(error);
            Error::new_resolving(base, name)
        })
    }
}

/// Gives a module its text.
pub(super) struct Loader<H>(pub(super) Shared<H>);

impl<H: Host> rquickjs::loader::Loader for Loader<H> {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        if let Some(script) = script(name) {
            return Module::declare(ctx.clone(), name, script);
        }
        let code = if let Some(package) = name.strip_prefix(PACKAGE) {
            package_module(package)
        } else {
            let state = &mut *self.0.borrow_mut();
            state.compiled(name).map_err(|errors| {
                state.errors.extend(errors);
                Error::new_loading(name)
            })?
        };
        let module = Module::declare(ctx.clone(), name, code)?;
        let meta = module.meta()?;
        meta.set("url", format!("file://{ROOT}{name}"))?;
        let (progress, file) = (self.0.borrow().progress.clone(), name.to_owned());
        let mark = move |offset: Opt<u32>| progress.statement(&file, offset.0);
        meta.set(typescript::MARK, Function::new(ctx.clone(), mark)?)?;
        Ok(module)
    }
}

/// A module with the names that its importer wants, each read from the host's object.
fn package_module(package: &str) -> String {
    let (name, names) = package.rsplit_once('#').unwrap_or((package, ""));
    let name = serde_json::Value::from(name);
    let mut code =
        format!("import {{ packageOf }} from '{HOST}';\nconst it = packageOf({name});\n");
    code.push_str("export default it;\n");
    export_each(
        &mut code,
        names
            .split(',')
            .filter(|name| !matches!(*name, "" | "default")),
    );
    code
}

impl<H> State<H> {
    /// The file that `specifier` means in `base`.
    fn file(&mut self, base: &str, specifier: &str) -> Result<String, Diagnostic> {
        let place = |state: &Self| specifier_position(state, base, specifier);
        let Some(_) = crate::project::join(base, specifier).filter(|_| specifier.starts_with('.'))
        else {
            return Err(Diagnostic::error(format!(
                "`{specifier}` lies outside of the project folder"
            ))
            .at(place(self))
            .help("import files of the project only, with a path that starts with `./` or `../`"));
        };
        let mut outside = None;
        let found = resolve::relative(base, specifier, |path| match self.read(path) {
            Ok(()) => true,
            Err(FileError::Missing) => false,
            Err(error) => {
                outside.get_or_insert(error);
                false
            }
        });
        if let Some(error) = outside {
            return Err(
                Diagnostic::error(format!("cannot import `{specifier}`: {error}")).at(place(self)),
            );
        }
        found.ok_or_else(|| {
            Diagnostic::error(format!("there is no module `{specifier}`")).at(place(self))
        })
    }

    /// The file that a specifier means by an alias of `tsconfig.json`.
    fn alias(&self, specifier: &str) -> Option<String> {
        alias(&self.config, &*self.files, specifier)
    }

    /// Where a name is imported that the module does not export, from what the engine says of it.
    pub(super) fn missing_export(&self, message: &str) -> Option<Position> {
        let rest = message.strip_prefix("Could not find export '")?;
        let (name, module) = rest.split_once("' in module '")?;
        let module = module.strip_suffix('\'')?;
        let known = |path: &str| self.sources.contains_key(path);
        let alias = |specifier: &str| self.alias(specifier);
        let mut imports = self.names.iter().filter(|((base, specifier), names)| {
            let file = alias(specifier).or_else(|| resolve::relative(base, specifier, known));
            file.as_deref() == Some(module) && names.iter().any(|each| each == name)
        });
        let ((base, specifier), _) = imports.next()?;
        specifier_position(self, base, specifier)
    }

    /// A file's text for the definition itself; `path` is as the definition has it.
    pub(super) fn file_text(&mut self, path: &str) -> Result<String, String> {
        let inside = path.strip_prefix(ROOT).and_then(crate::project::normalize);
        let inside =
            inside.ok_or_else(|| format!("`{path}` lies outside of the project folder"))?;
        self.read(&inside)
            .map_err(|error| format!("`{inside}`: {error}"))?;
        Ok(self.sources.get(&inside).cloned().unwrap_or_default())
    }

    fn read(&mut self, path: &str) -> Result<(), FileError> {
        if !self.sources.contains_key(path) {
            let text = self.files.read(path)?;
            self.sources.insert(path.to_owned(), text);
        }
        Ok(())
    }

    fn compiled(&mut self, path: &str) -> Result<String, Vec<Diagnostic>> {
        self.read(path)
            .map_err(|error| vec![Diagnostic::error(format!("cannot read {path}: {error}"))])?;
        let text = self.sources.get(path).map_or("", String::as_str);
        if path.rsplit('.').next() == Some("json") {
            return json_module(path, text).map_err(|error| vec![error]);
        }
        let compiled = {
            let files = &*self.files;
            let is_alias = |specifier: &str| alias(&self.config, files, specifier).is_some();
            let is_package = |name: &str| resolve::is_package(name) && !is_alias(name);
            typescript::compile(path, text, &is_package)?
        };
        for import in compiled.imports {
            let names = self
                .names
                .entry((path.to_owned(), import.specifier))
                .or_default();
            names.extend(import.names);
        }
        Ok(compiled.code)
    }
}

fn alias(config: &TsConfig, files: &dyn Files, specifier: &str) -> Option<String> {
    let paths = config.candidates(specifier);
    let mut paths = paths.iter().filter(|_| resolve::is_package(specifier));
    paths.find_map(|path| resolve::at(path, |path| files.read(path).is_ok()))
}

fn json_module(path: &str, text: &str) -> Result<String, Diagnostic> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        let place = position::at(path, text, (error.line(), error.column().max(1)));
        Diagnostic::error(format!("{path} is not JSON: {error}")).at(place)
    })?;
    // Parsed again by the engine: there the order of keys is the file's.
    let mut code = format!(
        "const it = JSON.parse({});\n",
        serde_json::Value::from(text)
    );
    code.push_str("export default it;\n");
    let keys = value
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys);
    export_each(
        &mut code,
        keys.filter(|key| *key != "default").map(String::as_str),
    );
    Ok(code)
}

/// Exports properties of the module's constant `it` by their names.
fn export_each<'n>(code: &mut String, names: impl Iterator<Item = &'n str>) {
    for (index, name) in names.enumerate() {
        let name = serde_json::Value::from(name);
        let _ = writeln!(
            code,
            "const v{index} = it[{name}];\nexport {{ v{index} as {name} }};"
        );
    }
}

/// Where `base` writes `specifier`.
fn specifier_position<H>(state: &State<H>, base: &str, specifier: &str) -> Option<Position> {
    let text = state.sources.get(base)?;
    let quoted = ['\'', '"'].map(|quote| format!("{quote}{specifier}{quote}"));
    let Some(start) = quoted.iter().find_map(|quoted| text.find(quoted)) else {
        // Written with escapes, or made up while it ran.
        return position::word(base, text, 0);
    };
    let end = start + specifier.len() + 2;
    let span = oxc::span::Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?);
    Some(position::of(base, text, span))
}
