//! What the log says of refused passkeys: the step, and whose may be cloned; nothing that was typed.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::authenticator::Authenticator;
use crate::test_server::{TestServer, claims};

const ANN: &str = "ann@example.com";

/// Keeps each event as a line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn lines(&self, about: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap().clone();
        lines
            .into_iter()
            .filter(|line| line.contains(about))
            .collect()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let meta = event.metadata();
        let mut line = Line(format!("{} {}", meta.level(), meta.target()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_counter_that_goes_back_is_audited() {
    let t = TestServer::with_passkeys().await;
    let mut key = Authenticator::security_key(1);
    let token = t.register_with(ANN, &mut key).await.access;
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    key.sign_count = 3;
    t.not_signed_in(ANN, &mut key).await;
    let sub = claims(&token)["sub"].as_str().unwrap().to_owned();
    assert_eq!(
        log.lines("passkey"),
        [format!(
            "WARN audit message=a passkey's counter went back: it may be cloned sub={sub}"
        )]
    );
}

#[tokio::test]
async fn refusals_are_logged_by_their_step() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    authenticator.origin = "https://evil.example";
    t.not_signed_in(ANN, &mut authenticator).await;
    t.not_enrolled(&token, &mut authenticator).await;
    let body = json!({"AccessToken": token, "Credential": "{"});
    t.refusal("CompleteWebAuthnRegistration", body).await;
    let lines = log.lines("a passkey was refused");
    for (line, says) in lines.iter().zip([
        "step=12 check=\"origin\"",
        "step=9 check=\"origin\"",
        "step=3 check=\"response\"",
    ]) {
        assert!(line.contains(says), "{line}");
    }
    assert_eq!(lines.len(), 3);
    for typed in [ANN, "evil.example", &authenticator.credential_id()] {
        assert!(log.lines(typed).is_empty(), "{typed}");
    }
}
