//! `synth` and `outputs` without the rest of Poolhouse:
//! `cargo run -p poolhouse-define-auth --example define_auth -- synth DIR --type sandbox`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use poolhouse_define_auth::outputs::{self, Deployed};
use poolhouse_define_auth::project::{FileSystem, Folder};
use poolhouse_define_auth::report::Report;
use poolhouse_define_auth::{Definition, Deployment, Diagnostic, diagnostic, evaluate};
use poolhouse_domain::client::ClientIdentity;
use poolhouse_domain::{ClientId, PoolId};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(errors) => {
            complain(&diagnostic::render(&errors, false));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<String, Vec<Diagnostic>> {
    let flag = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let deployment = match flag("--type").as_deref() {
        Some("branch") => Deployment::Branch {
            branch: flag("--branch").unwrap_or_default(),
            app_id: flag("--app-id").unwrap_or_default(),
        },
        Some("standalone") => Deployment::Standalone,
        _ => Deployment::Sandbox,
    };
    let [command, folder, ..] = arguments else {
        return Err(vec![Diagnostic::error("usage: define_auth COMMAND DIR")]);
    };
    let definition = read(Path::new(folder), &deployment)?;
    complain(&diagnostic::render(&definition.warnings, false));
    let pool_id = PoolId::new("us-east-1_aaaaaaaaa");
    let client = ClientIdentity {
        name: "default".to_owned(),
        id: ClientId::new("aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        secret: None,
    };
    let deployed = Deployed {
        pool_id: &pool_id,
        client: &client,
        added_clients: &[],
        endpoint: "http://127.0.0.1:7400/",
    };
    Ok(match (command.as_str(), flag("--format").as_deref()) {
        ("outputs", Some("js")) => outputs::js(&definition, &deployed),
        ("outputs", Some("flutter")) => outputs::flutter(&definition, &deployed),
        ("outputs", Some("gen1")) => outputs::gen1(&definition, &deployed),
        ("outputs", _) => outputs::official(&definition, &deployed),
        ("check", _) => Report::new(&definition, &definition.unsupported).table(false, None),
        _ => definition.template(),
    })
}

fn read(folder: &Path, deployment: &Deployment) -> Result<Definition, Vec<Diagnostic>> {
    let system = FileSystem {
        canonicalize: |path| std::fs::canonicalize(path),
        list: |path| std::fs::read_dir(path),
        open: |path| File::open(path),
    };
    let folder = Folder::new(folder, system)
        .map_err(|error| vec![Diagnostic::error(format!("{}: {error}", folder.display()))])?;
    let env: BTreeMap<String, String> = environment();
    evaluate(Arc::new(folder), &env, deployment)
}

#[expect(
    clippy::disallowed_methods,
    reason = "an example reads its own environment"
)]
fn environment() -> BTreeMap<String, String> {
    std::env::vars().collect()
}

#[expect(clippy::print_stdout, reason = "an example prints")]
fn print(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "an example prints")]
fn complain(text: &str) {
    eprint!("{text}");
}
