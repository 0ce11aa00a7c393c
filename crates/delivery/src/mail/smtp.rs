//! A mail server (RFC 5321), by `lettre`.
//!
//! Connections are kept open for the next mail. They are ours and not those of lettre's own pool: that
//! one takes a connection back whose last command was given up half-way, and what the server answers
//! to it is then taken for the answer to the next.

use std::sync::{Mutex, PoisonError};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::{SmtpConfig, SmtpTls, is_this_machine};

use super::Letter;
use crate::sender::{Failure, Post, SetupError};
use crate::tls::{self, Tls};

/// The server's replies beyond its code (RFC 5321 §4.2.3).
const SHUTTING_DOWN: &str = "421";

/// How a connection is encrypted, and who may be at its other end.
enum Security {
    None,
    Starttls(TlsParameters),
    Implicit(Tls),
}

/// A mail server.
pub struct Smtp {
    config: SmtpConfig,
    name: String,
    security: Security,
    credentials: Option<Credentials>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Smtp {
    /// The server of `config`. `password` is the login's, if there is one; `authorities` is a PEM text
    /// with the authorities to trust in place of the machine's.
    ///
    /// # Errors
    /// The authorities are none, or it would be a connection in clear to another machine.
    pub fn new(
        config: SmtpConfig,
        password: Option<&Secret<String>>,
        authorities: Option<&str>,
    ) -> Result<Self, SetupError> {
        if config.tls == SmtpTls::None && !is_this_machine(&config.host) {
            return Err(SetupError::new(format!(
                "{}: got tls = \"none\", expected \"implicit\" or \"starttls\": mail in clear stays on this machine",
                config.host
            )));
        }
        let credentials = config.login.as_ref().zip(password);
        let credentials = credentials.map(|(login, password)| {
            Credentials::new(login.username.clone(), password.expose().clone())
        });
        Ok(Self {
            name: format!("smtp {}:{}", config.host, config.port),
            security: match config.tls {
                SmtpTls::None => Security::None,
                SmtpTls::Starttls => Security::Starttls(starttls(&config.host, authorities)?),
                SmtpTls::Implicit => Security::Implicit(Tls::to(&config.host, authorities)?),
            },
            config,
            credentials,
            idle: Mutex::default(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many there are at a time.
    pub(crate) fn connections(&self) -> usize {
        self.config.connections.into()
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let letter = Letter::of(post)?;
        let mime = letter.mime()?;
        let mut connection = self.begin(&letter).await?;
        let sent = hand_over(&mut connection, &letter, &mime).await;
        let is_clean = match &sent {
            Ok(()) => true,
            Err(Failure::Down(_)) => false,
            // The server is ready for another mail once this one is forgotten.
            Err(_) => connection.command(Rset).await.is_ok(),
        };
        if is_clean {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
        sent
    }

    /// A connection on which the mail is announced: one that is open, or else a new one. That an open
    /// one was closed meanwhile is noticed here, where nothing is lost by it.
    async fn begin(&self, letter: &Letter) -> Result<AsyncSmtpConnection, Failure> {
        let from = || Mail::new(Some(letter.from.email.clone()), Vec::new());
        while let Some(mut connection) = self.idle() {
            if connection.command(from()).await.is_ok() {
                return Ok(connection);
            }
        }
        let mut connection = self.connect().await.map_err(|error| down(&error))?;
        let announced = connection.command(from()).await;
        announced.map(|_| connection).map_err(|error| down(&error))
    }

    fn idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop()
    }

    async fn connect(
        &self,
    ) -> Result<AsyncSmtpConnection, Box<dyn std::error::Error + Send + Sync>> {
        let hello = ClientId::default();
        let stream = tls::connect(&self.config.host, self.config.port).await?;
        let stream: Box<dyn AsyncTokioStream> = match &self.security {
            Security::Implicit(tls) => Box::new(tls.encrypt(stream).await?),
            Security::Starttls(_) | Security::None => Box::new(stream),
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &hello).await?;
        if let Security::Starttls(tls) = &self.security {
            connection.starttls(tls.clone(), &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, credentials).await?;
        }
        Ok(connection)
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    letter: &Letter,
    mime: &[u8],
) -> Result<(), Failure> {
    let recipient = Rcpt::new(letter.to.clone(), Vec::new());
    connection
        .command(recipient)
        .await
        .map_err(|error| of_message(&error))?;
    connection
        .command(Data)
        .await
        .map_err(|error| of_message(&error))?;
    connection
        .message(mime)
        .await
        .map_err(|error| of_message(&error))?;
    Ok(())
}

/// What a failure means that came when the server knew the recipient.
fn of_message(error: &Error) -> Failure {
    let said = error.to_string();
    if error.is_permanent() {
        Failure::Refused(said)
    } else if error.is_transient()
        && error.status().map(|code| code.to_string()).as_deref() != Some(SHUTTING_DOWN)
    {
        Failure::Later(said)
    } else {
        Failure::Down(said)
    }
}

fn down(error: &impl ToString) -> Failure {
    Failure::Down(error.to_string())
}

fn starttls(host: &str, authorities: Option<&str>) -> Result<TlsParameters, SetupError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authorities {
        let authorities = Certificate::from_pem(pem.as_bytes());
        let authorities =
            authorities.map_err(|error| SetupError::new(format!("{host}: {error}")))?;
        tls = tls
            .certificate_store(CertificateStore::None)
            .add_root_certificate(authorities);
    }
    tls.build()
        .map_err(|error| SetupError::new(format!("{host}: {error}")))
}
