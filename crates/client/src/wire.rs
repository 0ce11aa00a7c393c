//! One request of AWS JSON 1.1 and its answer.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use crate::error::{Exception, Refusal};
use crate::{Config, Error};

const MEDIA_TYPE: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService";

/// The largest answer that is read, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// The connections to a pool.
pub(crate) struct Wire {
    endpoint: Uri,
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// What an error answer says in its body.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fault {
    #[serde(rename = "__type")]
    kind: String,
    #[serde(alias = "Message")]
    message: String,
}

impl Wire {
    /// To the endpoint of `config`; nothing is sent yet.
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let expected = "a URL like https://auth.example.com/";
        let wrong = || Error::config("the endpoint", config.endpoint.clone(), expected);
        let endpoint: Uri = config.endpoint.parse().map_err(|_| wrong())?;
        let tls = match endpoint.scheme_str() {
            Some("https") => trusting_the_machine()?,
            Some("http") => trusting_nobody(),
            _ => return Err(wrong()),
        };
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let http = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { endpoint, http })
    }

    /// Calls an operation.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        config: &Config,
        operation: &str,
        request: &Value,
    ) -> Result<T, Error> {
        let request = Request::post(&self.endpoint)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .header("x-amz-target", format!("{TARGET}.{operation}"))
            .body(Full::from(request.to_string()))
            .map_err(|error| self.no_answer(error))?;
        let exchange = timeout(config.timeout, self.exchange(request));
        let (status, headers, body) = exchange.await.map_err(|late| self.no_answer(late))??;
        if status != StatusCode::OK {
            return Err(refusal(operation, status, &headers, &body));
        }
        // Some operations answer with nothing at all.
        let body = if body.is_empty() { b"{}" } else { &*body };
        serde_json::from_slice(body)
            .map_err(|error| Error::answer(operation, error.to_string(), "the operation's reply"))
    }

    /// Reads a document below the endpoint.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        config: &Config,
        path: &str,
    ) -> Result<T, Error> {
        let base = self.endpoint.to_string();
        let request = Request::get(format!("{}/{path}", base.trim_end_matches('/')))
            .body(Full::default())
            .map_err(|error| self.no_answer(error))?;
        let exchange = timeout(config.timeout, self.exchange(request));
        let (status, _, body) = exchange.await.map_err(|late| self.no_answer(late))??;
        let wrong = |got: String| Error::answer(path, got, "the document");
        if status != StatusCode::OK {
            return Err(wrong(format!("HTTP status {status}")));
        }
        serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Error> {
        let answer = self.http.request(request).await;
        let (head, body) = answer
            .map_err(|error| self.no_answer(error))
            .map(Response::into_parts)?;
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body.map_err(|error| self.no_answer(error))?.to_bytes();
        Ok((head.status, head.headers, body))
    }

    fn no_answer(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::NoAnswer {
            endpoint: self.endpoint.to_string(),
            cause: cause.into(),
        }
    }
}

/// The name as aws-amplify finds it: in the header, or else in the body; without a namespace.
fn refusal(operation: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let fault: Fault = serde_json::from_slice(body).unwrap_or_default();
    let name = header("x-amzn-errortype").unwrap_or(&fault.kind);
    let name = name.split([',', ':']).next().unwrap_or_default();
    let name = name.rsplit('#').next().unwrap_or_default();
    if name.is_empty() {
        return Error::answer(
            operation,
            format!("HTTP status {status}"),
            "an answer of this API",
        );
    }
    Error::Refused(Refusal {
        operation: operation.to_owned(),
        exception: Exception::parse(name),
        message: fault.message,
        status: status.as_u16(),
        request_id: header("x-amzn-requestid").map(str::to_owned),
    })
}

fn trusting_the_machine() -> Result<ClientConfig, Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _ignored) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let got = found
            .errors
            .first()
            .map_or_else(|| "none".to_owned(), ToString::to_string);
        return Err(Error::config(
            "the machine's certificates",
            got,
            "some that are trusted",
        ));
    }
    Ok(ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// For plain HTTP, which never looks at it.
fn trusting_nobody() -> ClientConfig {
    let nobody = RootCertStore::empty();
    ClientConfig::builder()
        .with_root_certificates(nobody)
        .with_no_client_auth()
}
