//! A server in the test's hands: its clock, its chance, its inbox.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_delivery::{Inbox, Route, Worker};
use poolhouse_domain::attributes::AttributeSpec;
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, PoolConfig};
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{Clock as _, PoolId, Random, Secret, Sub, Timestamp};
use poolhouse_server::pool::Pool;
use poolhouse_server::{App, DevPages, Parts, operations_router, router};
use poolhouse_store::{KeyUsage, SentMessage, SigningKey, Store, StoreError, StoreUrl};
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};
use tower::ServiceExt as _;

use crate::errors_seen;

/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);

/// A running server with one pool.
pub(crate) struct TestServer {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) store: Store,
    app: App,
    router: Router,
    /// More nodes on the same store: each request goes to the one after that of the request before.
    pub(crate) others: Vec<Node>,
    turn: AtomicUsize,
    /// Each process draws other ids than the one before it.
    seed: u64,
    config: PoolConfig,
    folder: Arc<tempfile::TempDir>,
    url: StoreUrl,
}

/// Another process that serves the same pool.
pub(crate) struct Node {
    pub(crate) app: App,
    pub(crate) store: Store,
    pub(crate) router: Router,
}

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// A mail that went out.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) code: String,
}

/// The tokens of a sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) id: String,
    pub(crate) refresh: String,
}

impl TestServer {
    /// A server whose pool signs in by codes to e-mail addresses, and conceals who is unknown.
    pub(crate) async fn start() -> Self {
        Self::with(PoolConfig::default()).await
    }

    /// For each kind of contact a server whose pool signs in by codes to such, and somebody's.
    pub(crate) async fn of_each_contact() -> [(Self, &'static str); 2] {
        let phone = pool_of(&[ContactAttribute::PhoneNumber]);
        [
            (Self::start().await, "ann@example.com"),
            (Self::with(phone).await, "+12065550123"),
        ]
    }

    /// A server with this pool.
    pub(crate) async fn with(config: PoolConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::from(&*folder.path().join("pool.db"));
        Self::new(config, folder, url).await
    }

    pub(crate) async fn new(config: PoolConfig, folder: tempfile::TempDir, url: StoreUrl) -> Self {
        let clock = Arc::new(TestClock::at(NOON));
        Self::open(config, clock, Arc::new(folder), url, 1).await
    }

    /// The server after a restart: nothing is left of it but its files.
    pub(crate) async fn restart(self) -> Self {
        self.close().await;
        let Self {
            config,
            clock,
            folder,
            url,
            seed,
            ..
        } = self;
        Self::open(config, clock, folder, url, seed + 1).await
    }

    async fn open(
        config: PoolConfig,
        clock: Arc<TestClock>,
        folder: Arc<tempfile::TempDir>,
        url: StoreUrl,
        seed: u64,
    ) -> Self {
        let (store, app) = start(&url, &clock, seed);
        plant_keys(&store).await;
        let pool = app
            .pool_serve("default", "us-east-1", config.clone())
            .await
            .unwrap();
        Self {
            clock,
            pool,
            store,
            router: router(&app, None),
            app,
            others: Vec::new(),
            turn: AtomicUsize::new(0),
            seed,
            config,
            folder,
            url,
        }
    }

    /// Lets one more node serve the pool.
    pub(crate) async fn add_node(&mut self) {
        let seed = 100 + self.others.len();
        let (store, app) = start(&self.url, &self.clock, u64::try_from(seed).unwrap());
        let served = app.pool_serve("default", "us-east-1", self.config.clone());
        served.await.unwrap();
        let router = router(&app, None);
        self.others.push(Node { app, store, router });
    }

    /// The same server with the pages of `dev`; they end when the sender says so.
    pub(crate) fn with_pages(mut self) -> (Self, Inbox, watch::Sender<bool>) {
        let (stop, stopping) = watch::channel(false);
        let inbox = Inbox::new(self.store.clone());
        let pages = DevPages {
            pool: self.pool.id.clone(),
            inbox: inbox.clone(),
            definition: "amplify/auth/resource.ts".to_owned(),
            outputs: "amplify_outputs.json".to_owned(),
            stopping,
        };
        self.router = router(&self.app, Some(pages));
        (self, inbox, stop)
    }

    /// Serves another definition under the same name, as `dev` does when the file changes.
    pub(crate) async fn reconfigure(&mut self, config: PoolConfig) {
        self.try_reconfigure(config).await.unwrap();
    }

    /// The same with a definition that may be refused, and then why it is.
    pub(crate) async fn try_reconfigure(&mut self, config: PoolConfig) -> Result<(), String> {
        let served = self.app.pool_serve("default", "us-east-1", config.clone());
        self.pool = served.await.map_err(|error| {
            let cause = std::error::Error::source(&error);
            cause.map_or_else(|| error.to_string(), ToString::to_string)
        })?;
        for Node { app, .. } in &self.others {
            let served = app.pool_serve("default", "us-east-1", config.clone());
            served.await.unwrap();
        }
        self.config = config;
        Ok(())
    }

    /// The pool's app client.
    pub(crate) fn client_id(&self) -> &str {
        self.pool.clients[0].id.as_str()
    }

    /// Sends any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        if !self.others.is_empty() {
            // Messages of one moment are ordered on one node only.
            self.clock.advance(Duration::from_millis(1));
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % (1 + self.others.len());
        let router = match turn.checked_sub(1) {
            None => &self.router,
            Some(other) => &self.others[other].router,
        };
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (
            parts.status,
            parts.headers,
            to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        )
    }

    /// GETs a page.
    pub(crate) async fn get(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Calls an operation as a client does, by its name or its whole target; `ClientId` is filled in where there is no access token.
    pub(crate) async fn call(&self, operation: &str, body: Value) -> Answer {
        self.answer(operation, self.request(operation, body)).await
    }

    /// The answer to a request that calls `operation`.
    pub(crate) async fn answer(&self, operation: &str, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.send(request).await;
        let body = serde_json::from_slice(&body).unwrap();
        errors_seen::note(operation, &body);
        Answer {
            status,
            headers,
            body,
        }
    }

    /// What [`TestServer::call`] sends.
    pub(crate) fn request(&self, operation: &str, mut body: Value) -> Request<Body> {
        if body.get("AccessToken").is_none() && body.get("ClientId").is_none() {
            body["ClientId"] = json!(self.client_id());
        }
        let target = if operation.contains('.') {
            operation.to_owned()
        } else {
            format!("AWSCognitoIdentityProviderService.{operation}")
        };
        Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(Body::from(body.to_string()))
            .unwrap()
    }

    /// The body of an answer that must be a success.
    pub(crate) async fn ok(&self, operation: &str, body: Value) -> Value {
        let answer = self.call(operation, body).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{operation}: {}",
            answer.body
        );
        answer.body
    }

    /// `"Exception: message"` of an answer that must be a refusal.
    pub(crate) async fn refusal(&self, operation: &str, body: Value) -> String {
        let answer = self.call(operation, body).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{operation}: {}",
            answer.body
        );
        let part = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", part("__type"), part("message"))
    }

    /// Every message to `address`, newest first: the outbox is delivered first.
    pub(crate) async fn mail_to(&self, address: &str) -> Vec<Mail> {
        let (address, now) = (address.to_owned(), self.clock.now());
        let list = self.store.write::<_, StoreError, _>(move |txn| {
            for message in txn.outbox_due(1000)? {
                txn.outbox_sent(&message.id, now, true)?;
            }
            txn.inbox_list(Some(&address), 1000)
        });
        let mail = |sent: SentMessage| Mail {
            subject: sent.message.subject.clone(),
            text: sent.message.text.expose().clone(),
            code: sent.message.code.expose().clone(),
        };
        list.await.unwrap().into_iter().map(mail).collect()
    }

    /// The newest code that was mailed to `address`.
    pub(crate) async fn code_for(&self, address: &str) -> String {
        let mail = self.mail_to(address).await;
        mail.first()
            .unwrap_or_else(|| panic!("no mail to {address}"))
            .code
            .clone()
    }

    /// A code of the same length that is not `code`.
    pub(crate) fn other_code(code: &str) -> String {
        let last = if code.ends_with('0') { '1' } else { '0' };
        format!("{}{last}", &code[..code.len() - 1])
    }

    /// Signs up with an address or number and gives the `sub`.
    pub(crate) async fn sign_up(&self, name: &str) -> String {
        let attribute = json!({"Name": contact(name).as_str(), "Value": name});
        let body = json!({"Username": name, "UserAttributes": [attribute]});
        self.ok("SignUp", body).await["UserSub"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Signs up and confirms, and gives the Session that signs in.
    pub(crate) async fn confirm(&self, email: &str) -> String {
        self.sign_up(email).await;
        let code = self.code_for(email).await;
        let body = json!({"Username": email, "ConfirmationCode": code});
        self.ok("ConfirmSignUp", body).await["Session"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Signs up, confirms and signs in.
    pub(crate) async fn register(&self, email: &str) -> Tokens {
        let session = self.confirm(email).await;
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": email}, "Session": session,
        });
        Tokens::of(&self.ok("InitiateAuth", body).await)
    }

    /// Signs up with a password and gives the `sub`.
    pub(crate) async fn sign_up_with_password(&self, email: &str, password: &str) -> String {
        let reply = self.ok("SignUp", json!({"Username": email, "Password": password}));
        reply.await["UserSub"].as_str().unwrap().to_owned()
    }

    /// Signs up with a password, confirms, and gives the `sub`.
    pub(crate) async fn register_with_password(&self, email: &str, password: &str) -> String {
        let sub = self.sign_up_with_password(email, password).await;
        let code = self.code_for(email).await;
        let body = json!({"Username": email, "ConfirmationCode": code});
        self.ok("ConfirmSignUp", body).await;
        sub
    }

    /// Changes an account in the store, as an administrator would.
    pub(crate) async fn change(&self, sub: &str, change: impl Fn(&mut User) + Send + 'static) {
        let (pool, sub) = (self.pool.id.clone(), Sub::new(sub));
        let changed = self.store.write::<_, StoreError, _>(move |txn| {
            let mut user = txn.user_get(&pool, &sub)?.unwrap();
            change(&mut user);
            txn.user_update(&pool, &user)
        });
        assert!(changed.await.unwrap());
    }

    /// Gives an account another status.
    pub(crate) async fn set_status(&self, sub: &str, status: UserStatus) {
        self.change(sub, move |user| user.status = status).await;
    }

    /// Switches an account off.
    pub(crate) async fn disable(&self, sub: &str) {
        self.change(sub, |user| user.enabled = false).await;
    }

    /// Counts so many wrong answers at once.
    pub(crate) async fn fail(&self, sub: &str, factor: FirstFactor, times: usize) {
        let (pool, sub, now) = (self.pool.id.clone(), Sub::new(sub), self.clock.now());
        let counted = self.store.write::<_, StoreError, _>(move |txn| {
            for _ in 0..times {
                txn.factor_failure_count(&pool, &sub, factor, now)?;
            }
            Ok(())
        });
        counted.await.unwrap();
    }

    /// Asks for a sign-in code and gives the Session that awaits it.
    pub(crate) async fn ask_for_code(&self, name: &str) -> String {
        self.start_otp(name).await["Session"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// InitiateAuth, a code preferred that goes to what the person is named by.
    pub(crate) async fn start_otp(&self, name: &str) -> Value {
        self.start_with(name, otp_of(name)).await
    }

    /// InitiateAuth, `EMAIL_OTP` preferred.
    pub(crate) async fn start_email_otp(&self, email: &str) -> Value {
        self.start_with(email, "EMAIL_OTP").await
    }

    /// InitiateAuth, `preferred` preferred.
    pub(crate) async fn start_with(&self, name: &str, preferred: &str) -> Value {
        let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": preferred});
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
        self.ok("InitiateAuth", body).await
    }

    /// InitiateAuth without a preference.
    pub(crate) async fn start_any(&self, name: &str) -> Value {
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
        self.ok("InitiateAuth", body).await
    }

    /// The body that answers the challenge of a code to what the person is named by.
    pub(crate) fn otp(name: &str, session: &str, code: &str) -> Value {
        Self::otp_to(otp_of(name), name, session, code)
    }

    /// The body that answers `EMAIL_OTP`.
    pub(crate) fn email_otp(email: &str, session: &str, code: &str) -> Value {
        Self::otp_to("EMAIL_OTP", email, session, code)
    }

    /// The body that answers `challenge`, a code.
    pub(crate) fn otp_to(challenge: &str, name: &str, session: &str, code: &str) -> Value {
        json!({
            "ChallengeName": challenge,
            "Session": session,
            "ChallengeResponses": {"USERNAME": name, format!("{challenge}_CODE"): code},
        })
    }

    /// Keeps audit events for so long, or writes none.
    pub(crate) fn keep_audit(&self, time: Option<Duration>) {
        self.app.audit_keep(time);
    }

    /// What operators read at `/metrics`, once everything that waits is in the inbox.
    pub(crate) async fn metrics(&self) -> String {
        let worker = Worker::new(poolhouse_delivery::Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: Arc::new(SeededRandom::new(3)),
            wake: Arc::new(Notify::new()),
        });
        let route = Route {
            inbox: Some(Inbox::new(self.store.clone())),
            ..Route::default()
        };
        worker.pool_serve(&self.pool.id, route);
        worker.drain().await.unwrap();
        let router = operations_router(&self.app, &worker, None);
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Takes the keys as another node may have made them, as a server does every half minute.
    pub(crate) async fn hear_of_keys(&self) {
        self.app.keys_renew().await.unwrap();
        for Node { app, .. } in &self.others {
            app.keys_renew().await.unwrap();
        }
    }

    /// Closes every node's store.
    async fn close(&self) {
        self.store.close().await;
        for Node { store, .. } in &self.others {
            store.close().await;
        }
    }

    /// Takes the store's file away.
    pub(crate) async fn lose_store(&self) {
        self.store.close().await;
        std::fs::remove_file(self.folder.path().join("pool.db")).unwrap();
    }

    /// Moves the clock.
    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

impl Tokens {
    /// Those of a reply.
    pub(crate) fn of(reply: &Value) -> Self {
        let result = &reply["AuthenticationResult"];
        let token = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
        Self {
            access: token("AccessToken"),
            id: token("IdToken"),
            refresh: token("RefreshToken"),
        }
    }
}

/// A process with a store and no pool yet. Nodes with one seed would draw the same ids.
fn start(url: &StoreUrl, clock: &Arc<TestClock>, seed: u64) -> (Store, App) {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(seed));
    let key = MasterKey::new(Secret::new([7; 32]));
    let store = Store::open(url, key.sealer("store"), Arc::clone(&random)).unwrap();
    let app = App::new(Parts {
        store: store.clone(),
        clock: clock.clone(),
        random,
        key,
        public_url: "http://localhost:7400".to_owned(),
        outbox: Arc::new(Notify::new()),
    });
    (store, app)
}

/// What kind of contact `name` is.
pub(crate) fn contact(name: &str) -> ContactAttribute {
    if name.starts_with('+') {
        ContactAttribute::PhoneNumber
    } else {
        ContactAttribute::Email
    }
}

/// The challenge that is a code to `name`.
fn otp_of(name: &str) -> &'static str {
    contact(name).factor().as_str()
}

/// A pool that signs in by codes to these contacts: what `defineAuth` makes of `otpLogin` on each.
pub(crate) fn pool_of(contacts: &[ContactAttribute]) -> PoolConfig {
    let mut config = PoolConfig {
        username_attributes: contacts.to_vec(),
        auto_verified_attributes: contacts.to_vec(),
        verify_before_update: contacts.to_vec(),
        ..PoolConfig::default()
    };
    let template = config.schema.0.remove(0);
    config.first_factors = vec![FirstFactor::Password];
    for contact in contacts {
        config.first_factors.push(contact.factor());
        config.schema.0.push(AttributeSpec {
            name: contact.as_str().to_owned(),
            ..template.clone()
        });
    }
    config
}

/// Gives a new store its pool's keys: to make them takes longer than most tests do.
async fn plant_keys(store: &Store) {
    static KEYS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
        [(), ()].map(|()| {
            let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
            pair.as_der().unwrap().as_ref().to_vec()
        })
    });
    let planted = store.write::<_, StoreError, _>(|txn| {
        if txn.pool_find("default")?.is_some() {
            return Ok(());
        }
        let pool = PoolId::new("us-east-1_TestPool1");
        txn.pool_insert("default", &pool, NOON)?;
        for (usage, pkcs8) in [KeyUsage::Id, KeyUsage::Access].into_iter().zip(&*KEYS) {
            let (kid, pkcs8) = (format!("{usage:?}"), Secret::new(pkcs8.clone()));
            txn.signing_key_insert(
                &pool,
                &SigningKey {
                    kid,
                    usage,
                    pkcs8,
                    created_at: NOON,
                    signs_from: NOON,
                },
            )?;
        }
        Ok(())
    });
    planted.await.unwrap();
}

/// What a token says of itself.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

/// What a token claims.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
