//! What `poolhouse.toml` says of mail and texts, and the definition's own sender.

use poolhouse_domain::delivery::{
    ApiConfig, AwsConfig, MailSender, SecretPlace, SmppConfig, SmsSender, SmtpConfig, SmtpLogin,
    SmtpTls, SnsConfig, TwilioConfig, TwilioSender, WebhookConfig,
};
use poolhouse_domain::pool::{EmailSender, PoolConfig};
use poolhouse_domain::sms::Alphabet;

use crate::project::Project;
use crate::settings::{changes, errors};

#[test]
fn mails_have_a_sender_and_are_sent_by_some() {
    let from = |pool: &mut PoolConfig, name: Option<&str>| {
        pool.email_sender = Some(EmailSender {
            address: "login@example.com".to_owned(),
            name: name.map(str::to_owned),
            reply_to: None,
        });
    };
    changes("mail.from = \"login@example.com\"", |pool| from(pool, None));
    changes("mail.from = 'Ann <Ö> <login@example.com>'", |pool| {
        from(pool, Some("Ann <Ö>"));
    });
    let settings = "\
[mail]
from = \"Acme <login@example.com>\"
senders = [
  { kind = \"smtp\", host = \"a.example.com\" },
  { kind = \"smtp\", host = \"localhost\", tls = \"none\", connections = 1 },
  { kind = \"smtp\", host = \"c.example.com\", tls = \"implicit\", username = \"me\", password_env = \"P\" },
  { kind = \"smtp\", host = \"d.example.com\", port = 2525, username = \"me\", password_file = \"p\", ca_file = \"c\" },
]";
    changes(settings, |pool| {
        from(pool, Some("Acme"));
        let server = |host: &str, tls, port| SmtpConfig {
            host: host.to_owned(),
            port,
            tls,
            login: None,
            authorities: None,
            connections: 8,
        };
        let login = |password| {
            Some(SmtpLogin {
                username: "me".to_owned(),
                password,
            })
        };
        let servers = [
            server("a.example.com", SmtpTls::Starttls, 587),
            SmtpConfig {
                connections: 1,
                ..server("localhost", SmtpTls::None, 25)
            },
            SmtpConfig {
                login: login(SecretPlace::Environment("P".to_owned())),
                ..server("c.example.com", SmtpTls::Implicit, 465)
            },
            SmtpConfig {
                login: login(SecretPlace::File("p".to_owned())),
                authorities: Some("c".to_owned()),
                ..server("d.example.com", SmtpTls::Starttls, 2525)
            },
        ];
        pool.delivery.mail = servers.map(MailSender::Smtp).into();
    });
}

#[test]
fn mails_and_texts_go_by_other_peoples_apis() {
    let place = |name: &str| SecretPlace::Environment(name.to_owned());
    let aws = |endpoint: Option<&str>| AwsConfig {
        region: "eu-west-1".to_owned(),
        access_key_id: "AKID".to_owned(),
        secret_access_key: place("K"),
        endpoint: endpoint.map(str::to_owned),
    };
    let local = "http://127.0.0.1:8080";
    let settings = format!(
        "mail.from = \"login@example.com\"
[[mail.senders]]
kind = \"ses\"
region = \"eu-west-1\"
access_key_id = \"AKID\"
secret_access_key_env = \"K\"
[[mail.senders]]
kind = \"resend\"
api_key_env = \"R\"
[[mail.senders]]
kind = \"postmark\"
server_token_file = \"p\"
endpoint = \"{local}\"
[[mail.senders]]
kind = \"webhook\"
url = \"https://hooks.example.com/mail?x=y\"
secret_env = \"W\""
    );
    changes(&settings, |pool| {
        pool.email_sender = Some(EmailSender::parse("login@example.com"));
        pool.delivery.mail = vec![
            MailSender::Ses(aws(None)),
            MailSender::Resend(ApiConfig {
                key: place("R"),
                endpoint: None,
            }),
            MailSender::Postmark(ApiConfig {
                key: SecretPlace::File("p".to_owned()),
                endpoint: Some(local.to_owned()),
            }),
            MailSender::Webhook(WebhookConfig {
                url: "https://hooks.example.com/mail?x=y".to_owned(),
                secret: place("W"),
            }),
        ];
    });
    let settings = format!(
        "[sms]
domain = \"login.example.com\"
senders = [
  {{ kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\", from = \"+12065550100\" }},
  {{ kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\", messaging_service_sid = \"MG1\", endpoint = \"{local}\" }},
  {{ kind = \"sns\", region = \"eu-west-1\", access_key_id = \"AKID\", secret_access_key_env = \"K\", sender_id = \"ACME\", endpoint = \"{local}\" }},
  {{ kind = \"smpp\", host = \"smsc.example.com\", system_id = \"acme\", password_env = \"P\", from = \"Acme\" }},
  {{ kind = \"smpp\", host = \"localhost\", tls = \"none\", system_id = \"acme\", password_env = \"P\", system_type = \"OTP\", from = \"+12065550100\", window = 50, alphabet = \"latin1\" }},
  {{ kind = \"webhook\", url = \"http://localhost/sms\", secret_env = \"W\" }},
]"
    );
    changes(&settings, |pool| {
        let twilio = |sender, endpoint: Option<&str>| {
            SmsSender::Twilio(TwilioConfig {
                account_sid: "AC1".to_owned(),
                auth_token: place("T"),
                sender,
                endpoint: endpoint.map(str::to_owned),
            })
        };
        let smpp = SmppConfig {
            host: "smsc.example.com".to_owned(),
            port: 3550,
            tls: true,
            authorities: None,
            system_id: "acme".to_owned(),
            password: place("P"),
            system_type: None,
            from: "Acme".to_owned(),
            window: 10,
            alphabet: Alphabet::Gsm,
        };
        pool.delivery.sms_domain = Some("login.example.com".to_owned());
        pool.delivery.sms = vec![
            twilio(TwilioSender::From("+12065550100".to_owned()), None),
            twilio(
                TwilioSender::MessagingService("MG1".to_owned()),
                Some(local),
            ),
            SmsSender::Sns(SnsConfig {
                aws: aws(Some(local)),
                sender_id: Some("ACME".to_owned()),
            }),
            SmsSender::Smpp(smpp.clone()),
            SmsSender::Smpp(SmppConfig {
                host: "localhost".to_owned(),
                port: 2775,
                tls: false,
                system_type: Some("OTP".to_owned()),
                from: "+12065550100".to_owned(),
                window: 50,
                alphabet: Alphabet::Latin1,
                ..smpp
            }),
            SmsSender::Webhook(WebhookConfig {
                url: "http://localhost/sms".to_owned(),
                secret: place("W"),
            }),
        ];
    });
}

#[test]
fn wrong_apis_are_told() {
    for (members, message) in [
        (
            "kind = \"sns\", region = \"EU\", access_key_id = \"A\", secret_access_key_env = \"K\"",
            "expected a region",
        ),
        (
            "kind = \"sns\", region = \"eu\", access_key_id = \"A\"",
            "`secret_access_key_file` or `secret_access_key_env` is missing",
        ),
        (
            "kind = \"sns\", region = \"eu\", access_key_id = \"A\", secret_access_key_env = \"K\", sender_id = \"far too long a name\"",
            "expected a name of 1 to 11",
        ),
        (
            "kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\"",
            "`from` or `messaging_service_sid` is missing",
        ),
        (
            "kind = \"twilio\", account_sid = \"AC1\", auth_token_env = \"T\", from = \"a\", messaging_service_sid = \"b\"",
            "expected `from` or this, not both",
        ),
        (
            "kind = \"twilio\", account_sid = \"../x\", auth_token_env = \"T\", from = \"a\"",
            "expected an account SID",
        ),
        (
            "kind = \"twilio\", account_sid = \"AC1\", auth_token = \"T\", from = \"a\"",
            "`auth_token` would stand here in clear",
        ),
        (
            "kind = \"webhook\", url = \"http://example.com\", secret_env = \"W\"",
            "expected a URL with https",
        ),
        (
            "kind = \"webhook\", url = \"http://localhost.example.com\", secret_env = \"W\"",
            "expected a URL with https",
        ),
        (
            "kind = \"webhook\", url = \"https://user@example.com\", secret_env = \"W\"",
            "expected a URL with https",
        ),
        (
            "kind = \"webhook\", url = \"https://example.com\"",
            "`secret_file` or `secret_env` is missing",
        ),
        (
            "kind = \"smpp\", host = \"smsc.example.com\", tls = \"none\", system_id = \"a\", password_env = \"P\", from = \"A\"",
            "expected this machine, since tls = \"none\"",
        ),
        (
            "kind = \"smpp\", host = \"h\", system_id = \"far too long a name\", password_env = \"P\", from = \"A\"",
            "expected 1 to 15 characters of ASCII",
        ),
        (
            "kind = \"smpp\", host = \"h\", system_id = \"a\", password_env = \"P\", from = \"Crème\"",
            "expected a number of up to 20 digits, or a name",
        ),
        (
            "kind = \"smpp\", host = \"h\", system_id = \"a\", password = \"P\", from = \"A\"",
            "`password` would stand here in clear",
        ),
        ("kind = \"ses\"", "expected one of"),
    ] {
        let told = errors(&format!("sms.senders = [{{ {members} }}]"));
        assert!(told.contains(message), "{members}: {told}");
    }
    let told = errors("sms.domain = \"https://example.com\"");
    assert!(told.contains("expected a domain"), "{told}");
    changes("sms.domain = \"\"", |pool| {
        pool.delivery.sms_domain = Some(String::new());
    });
}

#[test]
fn the_definitions_sender_stays_where_nothing_else_is_said() {
    let props = "{ loginWith: { email: true }, senders: { email: { \
                 fromEmail: 'a@example.com', fromName: 'Ann', replyTo: 'b@example.com' } } }";
    let with = |settings: &str| {
        let project = Project::props(props).file("poolhouse.toml", settings);
        project.read().pool.email_sender.unwrap()
    };
    let sender = |address: &str, name: Option<&str>, reply_to: &str| EmailSender {
        address: address.to_owned(),
        name: name.map(str::to_owned),
        reply_to: Some(reply_to.to_owned()),
    };
    let local = "mail.senders = [{ kind = \"smtp\", host = \"localhost\", tls = \"none\" }]";
    let as_defined = sender("a@example.com", Some("Ann"), "b@example.com");
    assert_eq!(with(local), as_defined);
    let answers = "mail.reply_to = \"c@example.com\"";
    assert_eq!(
        with(answers),
        sender("a@example.com", Some("Ann"), "c@example.com")
    );
    let from = "mail.from = \"d@example.com\"";
    assert_eq!(with(from), sender("d@example.com", None, "b@example.com"));
}

#[test]
fn wrong_senders_are_told() {
    let sender = |members: &str| {
        errors(&format!(
            "mail.from = \"a@example.com\"\nmail.senders = [{{ {members} }}]"
        ))
    };
    for (members, message, help) in [
        ("host = \"h\"", "`kind` is missing", ""),
        (
            "kind = \"smpt\"",
            "expected one of",
            "did you mean \"smtp\"?",
        ),
        ("kind = \"smtp\"", "`host` is missing", ""),
        (
            "kind = \"smtp\", host = \"h\", prot = 25",
            "unknown member `prot`",
            "did you mean `port`?",
        ),
        (
            "kind = \"smtp\", host = \"h\", password = \"x\"",
            "`password` would stand here in clear",
            "write `password_file`",
        ),
        (
            "kind = \"smtp\", host = \"h\", username = \"x\"",
            "expected `password_file` or `password_env` beside it",
            "",
        ),
        (
            "kind = \"smtp\", host = \"h\", password_env = \"x\"",
            "there is a password but no `username`",
            "",
        ),
        (
            "kind = \"smtp\", host = \"h\", username = \"x\", password_env = \"x\", password_file = \"x\"",
            "expected `password_file` or this, not both",
            "",
        ),
        (
            "kind = \"smtp\", host = \"mail.example.com\", tls = \"none\"",
            "expected this machine, since tls = \"none\"",
            "",
        ),
        (
            "kind = \"smtp\", host = \"a b\"",
            "expected the name of a host",
            "",
        ),
        (
            "kind = \"smtp\", host = \"h\", connections = 0",
            "expected a whole number from 1 to 100",
            "",
        ),
    ] {
        let told = sender(members);
        assert!(
            told.contains(message) && told.contains(help),
            "{members}: {told}"
        );
        assert!(told.contains("poolhouse.toml:2:"), "{told}");
    }
    for (settings, message) in [
        (
            "mail.senders = [{ kind = \"smtp\", host = \"h\" }]",
            "expected `mail.from` beside it",
        ),
        (
            "mail.reply_to = \"a@example.com\"",
            "expected `mail.from` beside it",
        ),
        ("mail.from = \"Ann\"", "expected an address"),
        (
            "mail.from = \"a@example.com\\nBcc: b@example.com\"",
            "expected an address",
        ),
        ("mail.sender = []", "did you mean `senders`?"),
    ] {
        let told = errors(settings);
        assert!(told.contains(message), "{settings}: {told}");
    }
}
