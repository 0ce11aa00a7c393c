//! Telling systemd how it stands with us (`sd_notify(3)`), where it wants to know.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Says `state` (`READY=1`, `STOPPING=1`) to whoever started us as a service that tells. Where nobody
/// did nothing happens, and who does not listen is not waited for.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the environment is read"
)]
pub(crate) fn systemd(state: &str) {
    let Ok(socket) = std::env::var("NOTIFY_SOCKET") else {
        return;
    };
    let told = || {
        let address = match socket.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(&socket)?,
        };
        UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address)
    };
    if let Err(error) = told() {
        tracing::warn!(%error, "systemd could not be told: {state}");
    }
}
