//! Which `Host` the pages of `dev` answer to.
//!
//! The inbox has codes in it. A page elsewhere cannot read it, unless its own name is made to resolve
//! to this machine (DNS rebinding): then the browser takes the two for one site. Only a *name* can be
//! rebound, so addresses are fine, and so are the names that never leave the machine.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a request that came for another name.
pub(crate) async fn only_local(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    if host.is_none_or(is_local) {
        return next.run(request).await;
    }
    let told = "This page is for this machine alone: expected the host localhost or an address.\n";
    (StatusCode::MISDIRECTED_REQUEST, told).into_response()
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.to_ascii_lowercase();
    address.parse::<IpAddr>().is_ok() || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn addresses_and_localhost_are_local() {
        for host in [
            "localhost",
            "localhost:7400",
            "LOCALHOST:1",
            "app.localhost:7400",
            "127.0.0.1:7400",
            "[::1]:7400",
            "[::1]",
            "192.168.1.5:7400",
        ] {
            assert!(is_local(host), "{host}");
        }
    }

    #[test]
    fn names_are_not() {
        for host in [
            "example.com",
            "localhost.example.com:7400",
            "127.0.0.1.example.com",
            "xlocalhost",
            "",
            ":7400",
            "a:b",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
