//! PostgreSQL servers for the store's tests, with a certificate, and statements run beside the store.

// By its path, because the store's unit tests take this file by its own.
#[path = "keeper.rs"]
mod keeper;

use std::ops::Deref;
use std::sync::OnceLock;

use keeper::Keeper;
use tokio_postgres::NoTls;

/// The password of the user `poolhouse`, for connections by TCP.
pub(crate) const PASSWORD: &str = "correct horse";

/// A running server.
pub(crate) struct Server {
    keeper: Keeper,
    /// The authority that its certificate for `localhost` is from, in PEM.
    pub(crate) authority: String,
}

/// The server that the tests share. Each has a schema of its own in it.
pub(crate) fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(Server::start)
}

impl Server {
    /// A running server. It survives no power cut, and need not.
    pub(crate) fn start() -> Self {
        Self::with("off")
    }

    /// A running server; with `fsync` "on" it is set up as one that is not for tests.
    pub(crate) fn with(fsync: &str) -> Self {
        let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = identity.cert.pem();
        let keeper = Keeper::make(&[
            ("FSYNC", fsync),
            ("PASSWORD", PASSWORD),
            ("CERTIFICATE", &certificate),
            ("KEY", &identity.signing_key.serialize_pem()),
        ]);
        keeper.tell("start");
        Self {
            keeper,
            authority: certificate,
        }
    }

    /// Runs statements as somebody who may do everything.
    pub(crate) async fn run(&self, sql: &str) -> Vec<tokio_postgres::SimpleQueryMessage> {
        let (client, connection) = tokio_postgres::connect(&self.url("public"), NoTls)
            .await
            .unwrap();
        tokio::select! {
            biased;
            rows = client.simple_query(sql) => rows.unwrap(),
            ended = connection => panic!("the connection ended: {ended:?}"),
        }
    }
}

impl Deref for Server {
    type Target = Keeper;

    fn deref(&self) -> &Keeper {
        &self.keeper
    }
}
