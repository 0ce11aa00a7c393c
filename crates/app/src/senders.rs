//! The senders of a pool, set up: what stands in files and in the environment is read here.

use std::cell::OnceCell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use poolhouse_delivery::mail::postmark::Postmark;
use poolhouse_delivery::mail::resend::Resend;
use poolhouse_delivery::mail::ses::Ses;
use poolhouse_delivery::mail::smtp::Smtp;
use poolhouse_delivery::sms::smpp::Smpp;
use poolhouse_delivery::sms::sns::Sns;
use poolhouse_delivery::sms::twilio::Twilio;
use poolhouse_delivery::webhook::Webhook;
use poolhouse_delivery::{Http, Inbox, Route, Sender, SetupError};
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::{
    DeliveryConfig, MailSender, SecretPlace, SmsSender, WebhookConfig,
};

use crate::failure::Failure;

/// How the messages of a pool travel whose settings lie in `folder`.
pub(crate) fn route(
    config: &DeliveryConfig,
    folder: &Path,
    inbox: Option<Inbox>,
) -> Result<Route, Failure> {
    let setup = Setup {
        folder,
        http: OnceCell::new(),
    };
    let email = config.mail.iter().map(|sender| setup.mail(sender));
    let sms = config.sms.iter().map(|sender| setup.sms(sender));
    Ok(Route {
        email: email.collect::<Result<_, _>>()?,
        sms: sms.collect::<Result<_, _>>()?,
        inbox,
    })
}

struct Setup<'a> {
    folder: &'a Path,
    /// Made when the first sender needs it, and shared by all.
    http: OnceCell<Http>,
}

impl Setup<'_> {
    fn mail(&self, sender: &MailSender) -> Result<Sender, Failure> {
        let made = match sender {
            MailSender::Smtp(config) => {
                let login = config.login.as_ref();
                let password = login
                    .map(|login| self.secret(&login.password))
                    .transpose()?;
                let authorities = self.authorities(config.authorities.as_deref())?;
                Smtp::new(config.clone(), password.as_ref(), authorities.as_deref())
                    .map(|smtp| Sender::Smtp(Box::new(smtp)))
            }
            MailSender::Ses(config) => {
                let secret = self.secret(&config.secret_access_key)?;
                Ses::new(self.http()?, config, secret).map(Sender::Ses)
            }
            MailSender::Resend(config) => {
                let key = self.secret(&config.key)?;
                Resend::new(self.http()?, config, &key).map(Sender::Resend)
            }
            MailSender::Postmark(config) => {
                let token = self.secret(&config.key)?;
                Postmark::new(self.http()?, config, &token).map(Sender::Postmark)
            }
            MailSender::Webhook(config) => self.webhook(config)?,
        };
        made.map_err(|error| Failure::caused("mail.senders", &error))
    }

    fn sms(&self, sender: &SmsSender) -> Result<Sender, Failure> {
        let made = match sender {
            SmsSender::Twilio(config) => {
                let token = self.secret(&config.auth_token)?;
                Twilio::new(self.http()?, config, &token).map(Sender::Twilio)
            }
            SmsSender::Sns(config) => {
                let secret = self.secret(&config.aws.secret_access_key)?;
                Sns::new(self.http()?, config, secret).map(Sender::Sns)
            }
            SmsSender::Smpp(config) => {
                let password = self.secret(&config.password)?;
                let authorities = self.authorities(config.authorities.as_deref())?;
                Smpp::new(config.clone(), &password, authorities.as_deref())
                    .map(|smpp| Sender::Smpp(Box::new(smpp)))
            }
            SmsSender::Webhook(config) => self.webhook(config)?,
        };
        made.map_err(|error| Failure::caused("sms.senders", &error))
    }

    fn webhook(&self, config: &WebhookConfig) -> Result<Result<Sender, SetupError>, Failure> {
        let secret = self.secret(&config.secret)?;
        Ok(Webhook::new(self.http()?, config, &secret).map(Sender::Webhook))
    }

    fn http(&self) -> Result<Http, Failure> {
        if let Some(http) = self.http.get() {
            return Ok(http.clone());
        }
        let http = Http::new().map_err(|error| Failure::caused("cannot use TLS", &error))?;
        Ok(self.http.get_or_init(|| http).clone())
    }

    fn authorities(&self, path: Option<&str>) -> Result<Option<String>, Failure> {
        path.map(|path| read(&self.folder.join(path))).transpose()
    }

    /// A secret from where it is kept.
    fn secret(&self, place: &SecretPlace) -> Result<Secret<String>, Failure> {
        secret(place, self.folder)
    }
}

/// A secret from where it is kept.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the environment is read"
)]
fn secret(place: &SecretPlace, folder: &Path) -> Result<Secret<String>, Failure> {
    match place {
        SecretPlace::Environment(name) => std::env::var(name).map(Secret::new).map_err(|error| {
            Failure::caused(
                format!("{name}: expected a secret in the environment"),
                &error,
            )
        }),
        SecretPlace::File(path) => {
            let path = folder.join(path);
            let metadata = fs::metadata(&path).map_err(|error| Failure::io(&path, &error))?;
            let mode = metadata.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(Failure::new(format!(
                    "{}: got mode {:03o}, expected that nobody else may read it: `chmod 600` it",
                    path.display(),
                    mode & 0o777,
                )));
            }
            let text = Secret::new(read(&path)?);
            let line = text.expose().trim_end_matches(['\r', '\n']);
            Ok(Secret::new(line.to_owned()))
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where files are read"
)]
fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io(path, &error))
}
