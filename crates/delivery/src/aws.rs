//! Calls to AWS, signed with Signature Version 4.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request};
use poolhouse_domain::delivery::AwsConfig;
use poolhouse_domain::{Secret, Timestamp};

use crate::http::{Endpoint, Http, Reply};
use crate::sender::{Failure, SetupError};

/// A service of AWS in a region, and who calls it.
pub(crate) struct Aws {
    http: Http,
    endpoint: Endpoint,
    region: String,
    /// The name that requests are signed for.
    service: &'static str,
    key_id: String,
    secret: Secret<String>,
}

impl Aws {
    /// The service whose host is `<host>.<region>.amazonaws.com`, at `path`.
    pub(crate) fn new(
        http: Http,
        config: &AwsConfig,
        secret: Secret<String>,
        [host, service, path]: [&'static str; 3],
    ) -> Result<Self, SetupError> {
        let region = &config.region;
        let base = config.endpoint.clone();
        let base = base.unwrap_or_else(|| format!("https://{host}.{region}.amazonaws.com"));
        Ok(Self {
            http,
            endpoint: Endpoint::parse(&format!("{}{path}", base.trim_end_matches('/')))?,
            region: region.clone(),
            service,
            key_id: config.access_key_id.clone(),
            secret,
        })
    }

    /// Posts `body` to the service.
    pub(crate) async fn post(
        &self,
        content_type: &'static str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<Reply, Failure> {
        let request = self.signed(content_type, body, now);
        let request = request.map_err(|error| Failure::Down(format!("cannot sign: {error}")))?;
        self.http.send(request).await
    }

    fn signed(
        &self,
        content_type: &'static str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<Request<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        let authority = self.endpoint.0.authority().map_or("", |host| host.as_str());
        let headers = [
            (HOST, HeaderValue::try_from(authority)?),
            (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        ];
        let body = Bytes::from(body);
        let identity = Credentials::new(
            self.key_id.as_str(),
            self.secret.expose().as_str(),
            None,
            None,
            "poolhouse",
        )
        .into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(time(now))
            .settings(SigningSettings::default())
            .build()?
            .into();
        let texts = headers.iter().map(|(name, value)| {
            let value = value.to_str().unwrap_or_default();
            (name.as_str(), value)
        });
        let uri = self.endpoint.0.to_string();
        let request = SignableRequest::new("POST", uri, texts, SignableBody::Bytes(&body))?;
        let (signature, _) = sign(request, &params)?.into_parts();
        let mut request = Request::new(Full::new(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.0.clone();
        request.headers_mut().extend(headers);
        signature.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

fn time(now: Timestamp) -> SystemTime {
    let micros = u64::try_from(now.micros()).unwrap_or_default();
    UNIX_EPOCH + Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use hyper::header::AUTHORIZATION;

    use super::*;

    /// `post-x-www-form-urlencoded` of the test suite that AWS published for Signature Version 4.
    #[test]
    fn a_request_is_signed_as_aws_does_it() {
        let config = AwsConfig {
            region: "us-east-1".to_owned(),
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: poolhouse_domain::delivery::SecretPlace::Environment("X".to_owned()),
            endpoint: Some("https://example.amazonaws.com".to_owned()),
        };
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned());
        let http = Http::new().unwrap();
        let aws = Aws::new(http, &config, secret, ["example", "service", "/"]).unwrap();
        // 2015-08-30T12:36:00Z.
        let now = Timestamp::from_seconds(1_440_938_160);
        let kind = "application/x-www-form-urlencoded";
        let request = aws.signed(kind, b"Param1=value1".to_vec(), now).unwrap();
        assert_eq!(request.headers()["x-amz-date"], "20150830T123600Z");
        assert_eq!(
            request.headers()[AUTHORIZATION],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
    }
}
