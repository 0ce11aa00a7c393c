//! The files of `deploy/`: as far as they can be tried without installing anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_poolhouse");

fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(name)
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    let told = "`cargo xtask test` installs what the tests need";
    command
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; {told}"))
}

fn all(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes))
        .concat()
}

#[test]
fn systemd_understands_the_unit_and_finds_little_exposed() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("poolhouse.service");
    let text = fs::read_to_string(deploy("poolhouse.service")).unwrap();
    fs::write(&unit, text.replace("/usr/bin/poolhouse", BINARY)).unwrap();
    let unit = unit.to_str().unwrap();
    let verified = run("systemd-analyze", &["verify", "--man=no", unit]);
    let said = all(&verified);
    assert!(verified.status.success() && said.is_empty(), "{said}");
    // In tenths: 15 is the most that we want, of 100.
    let exposure = ["security", "--offline=yes", "--threshold=15", unit];
    let judged = run("systemd-analyze", &exposure);
    assert!(judged.status.success(), "{}", all(&judged));
}

#[test]
fn the_image_has_all_that_the_program_needs() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let root = root.to_str().unwrap();
    let made = run(deploy("rootfs").to_str().unwrap(), &[BINARY, root]);
    assert!(made.status.success(), "{}", all(&made));
    let inside = run("chroot", &[root, "/usr/bin/poolhouse", "--version"]);
    let version = format!("poolhouse {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(all(&inside), version);
    let configuration = [
        "chroot",
        root,
        "/usr/bin/poolhouse",
        "serve",
        "--config",
        "/etc/poolhouse/poolhouse.toml",
        "--check",
    ];
    fs::write(
        Path::new(root).join("etc/poolhouse/poolhouse.toml"),
        "server.public_url = \"http://localhost\"\nserver.store = \"postgres://localhost/p\"\n",
    )
    .unwrap();
    let checked = run("env", &configuration);
    assert!(
        all(&checked).contains("there is no master key"),
        "{}",
        all(&checked)
    );
}

#[test]
fn the_dockerfile_copies_and_runs_what_is_there() {
    let text = fs::read_to_string(deploy("Dockerfile")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let has = |line: &str| assert!(lines.contains(&line), "{line}");
    has("RUN cargo build --release --locked --package poolhouse");
    has("RUN deploy/rootfs target/release/poolhouse /rootfs");
    has("FROM scratch");
    has("USER 65532:65532");
    let toolchain = deploy("../rust-toolchain.toml");
    let toolchain = fs::read_to_string(toolchain).unwrap();
    let version = toolchain.split('"').nth(1).unwrap();
    assert!(
        text.contains(&format!("FROM rust:{}-", version.trim_end_matches(".0"))),
        "{version}"
    );
    // What the build reads is let through to it.
    let ignored = fs::read_to_string(deploy("../.dockerignore")).unwrap();
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        "crates",
        "xtask",
        "deploy/rootfs",
    ] {
        assert!(
            ignored.lines().any(|line| line == format!("!{needed}")),
            "{needed}"
        );
        assert!(deploy("..").join(needed).exists(), "{needed}");
    }
}
