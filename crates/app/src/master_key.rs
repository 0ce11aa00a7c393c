//! The master key of a server: in a file, from a program, or in the environment.

use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use poolhouse_domain::Secret;
use poolhouse_domain::seal::{KEY_LEN, MasterKey};

use crate::config::MasterKeySource;
use crate::failure::Failure;
use crate::files;

/// The variable that holds the key where the configuration names neither a file nor a program.
const VARIABLE: &str = "POOLHOUSE_MASTER_KEY";

/// Reads the key: 32 bytes, or the base64 of them.
pub(crate) fn read(source: &MasterKeySource) -> Result<MasterKey, Failure> {
    match source {
        MasterKeySource::File(path) => {
            files::refuse_readable(path, 0o077, "its owner alone")?;
            let bytes = Secret::new(files::read(path)?);
            parse(&path.display().to_string(), &bytes)
        }
        MasterKeySource::Command(command) => printed(command),
        MasterKeySource::Environment => from_environment(),
    }
}

fn printed(command: &[String]) -> Result<MasterKey, Failure> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| Failure::new("keys.master_command: got no program"))?;
    let failed = |error: &std::io::Error| Failure::caused(format!("cannot run {program}"), error);
    let run = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(&error))?;
    if !run.status.success() {
        let status = run.status;
        return Err(Failure::new(format!(
            "{program}: got {status}, expected a key"
        )));
    }
    parse(program, &Secret::new(run.stdout))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the environment is read"
)]
fn from_environment() -> Result<MasterKey, Failure> {
    let value = std::env::var(VARIABLE).map_err(|_| {
        Failure::new(format!(
            "there is no master key. Make one, `(umask 077; head -c {KEY_LEN} /dev/urandom > master.key)`, \
             name it in `keys.master_file`, and keep a copy apart from the data; or say what prints it in \
             `keys.master_command`, or set {VARIABLE}"
        ))
    })?;
    parse(VARIABLE, &Secret::new(value.into_bytes()))
}

fn parse(source: &str, bytes: &Secret<Vec<u8>>) -> Result<MasterKey, Failure> {
    let key = <[u8; KEY_LEN]>::try_from(bytes.expose().as_slice()).ok();
    let key = key.or_else(|| {
        let text = std::str::from_utf8(bytes.expose()).ok()?;
        BASE64.decode(text.trim()).ok()?.try_into().ok()
    });
    let key = key.ok_or_else(|| {
        let length = bytes.expose().len();
        Failure::new(format!(
            "{source}: got {length} bytes, expected a key of {KEY_LEN} or the base64 of one"
        ))
    })?;
    Ok(MasterKey::new(Secret::new(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(script: &str) -> Result<MasterKey, String> {
        let command = ["sh", "-c", script].map(str::to_owned).to_vec();
        read(&MasterKeySource::Command(command)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_key_is_32_bytes_or_their_base64() {
        let raw = command("printf 'abcdefghijklmnopqrstuvwxyz012345'").unwrap();
        let base64 = command("echo YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=").unwrap();
        assert_eq!(raw.expose(), base64.expose());
        for (script, told) in [
            (
                "printf short",
                "sh: got 5 bytes, expected a key of 32 or the base64 of one",
            ),
            ("exit 3", "sh: got exit status: 3, expected a key"),
            ("printf '%044d' 0", "sh: got 44 bytes"),
        ] {
            let failure = command(script).unwrap_err();
            assert!(failure.contains(told), "{failure}");
        }
    }
}
