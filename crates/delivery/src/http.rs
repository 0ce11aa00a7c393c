//! The one HTTP client of all senders that are an API: HTTP/1.1 over rustls, or in clear to this machine.
//!
//! No redirects, no proxies, no cookies, and an answer has a limit: a provider answers in a few hundred
//! bytes.

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use poolhouse_domain::delivery::is_this_machine;

use crate::sender::{Failure, SetupError};
use crate::tls;

/// The most of an answer that is read, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// A client. Clones share its connections.
#[derive(Clone)]
pub struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// A place that messages are posted to.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint(pub(crate) Uri);

/// What a provider answered.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Http {
    /// A client that trusts the machine's authorities.
    ///
    /// # Errors
    /// The machine has none.
    pub fn new() -> Result<Self, SetupError> {
        let tls = tls::client_config(tls::trusted()?)?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Posts `body`.
    ///
    /// # Errors
    /// [`Failure::Down`] if there is no answer.
    pub(crate) async fn post(
        &self,
        endpoint: &Endpoint,
        headers: &[(HeaderName, HeaderValue)],
        body: Vec<u8>,
    ) -> Result<Reply, Failure> {
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = endpoint.0.clone();
        request.headers_mut().extend(headers.iter().cloned());
        self.send(request).await
    }

    /// Sends a request that is made up already.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Reply, Failure> {
        let answered = self.0.request(request).await;
        let (parts, body) = answered
            .map_err(|error| Failure::Down(chain(&error)))?
            .into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body
            .map_err(|error| Failure::Down(error.to_string()))?
            .to_bytes();
        Ok(Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

impl Endpoint {
    /// The place at `url`: `https`, or `http` on this machine.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn parse(url: &str) -> Result<Self, SetupError> {
        let uri: Uri = url
            .parse()
            .map_err(|error| SetupError::new(format!("{url}: {error}")))?;
        let host = uri.host().unwrap_or_default();
        match uri.scheme_str() {
            Some("https") if !host.is_empty() => Ok(Self(uri)),
            Some("http") if is_this_machine(host) => Ok(Self(uri)),
            _ => Err(SetupError::new(format!(
                "{url}: expected https, or http on this machine"
            ))),
        }
    }
}

impl Reply {
    /// Nothing, if the provider took the message; otherwise what most providers mean by this status.
    /// Those of the 400s that tell of the message, not of the sender, are 400, 413 and 422.
    pub(crate) fn accepted(&self) -> Result<(), Failure> {
        let said = self.said();
        match self.status.as_u16() {
            200..=299 => Ok(()),
            400 | 413 | 422 => Err(Failure::Refused(said)),
            _ => Err(Failure::Down(said)),
        }
    }

    /// Status and body, for people.
    pub(crate) fn said(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.body.trim())
    }
}

/// A header whose value must not be printed.
pub(crate) fn secret_header(
    name: HeaderName,
    value: &str,
) -> Result<(HeaderName, HeaderValue), SetupError> {
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| SetupError::new(format!("the secret is no header's value ({name})")))?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        said.push_str(": ");
        said.push_str(&cause.to_string());
        next = cause.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_encrypted_or_here() {
        for url in [
            "https://api.example.com/send",
            "https://api.example.com:8443",
            "http://localhost:80/",
            "http://127.0.0.1:8080/x?y",
            "http://[::1]:8080/",
        ] {
            assert!(Endpoint::parse(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "/send",
            "http://example.com/",
            "http://10.0.0.1/",
            "http://localhost.example.com/",
            "ftp://localhost/",
            "https://",
            "example.com",
        ] {
            assert!(Endpoint::parse(url).is_err(), "{url}");
        }
    }
}
