//! The folder of words: what is taken from it, and how what is wrong is refused.

use poolhouse_define_auth::report::Report;
use poolhouse_domain::message::{EmailTemplate, LocalMessages, Occasion, SmsTemplate};
use poolhouse_domain::pool::PoolConfig;

use crate::project::{Project, folder};

const MAIL: &str = "Subject: Dein Code\n\nDein Code ist {####}.\n";

fn project(files: &[(&str, &str)]) -> Project {
    let project =
        Project::props("{ loginWith: { email: { otpLogin: true }, phone: { otpLogin: true } } }")
            .file("poolhouse.toml", "messages.templates = \"words\"");
    files.iter().fold(project, |project, (path, text)| {
        project.file(&format!("words/{path}"), text)
    })
}

fn mail(html: Option<&str>) -> EmailTemplate {
    EmailTemplate {
        subject: "Dein Code".to_owned(),
        body: "Dein Code ist {####}.".to_owned(),
        html: html.map(str::to_owned),
    }
}

#[test]
fn words_are_read_by_locale_and_message() {
    let definition = project(&[
        ("de/sign-in.mail.txt", MAIL),
        ("de/verification.mail.txt", &MAIL.replace('\n', "\r\n")),
        (
            "de/verification.mail.html",
            "<p style=\"margin:0\">Code: {####}</p>",
        ),
        ("de/sign-in.sms.txt", "Dein Code ist {####}\n"),
        ("pt-BR/reset.sms.txt", "Seu código é {####}"),
        ("default/reset.sms.txt", "Code {####}"),
    ])
    .read();
    let text = |text: &str| SmsTemplate(text.to_owned());
    let html = "<p style=\"margin:0\">Code: {####}</p>";
    let german = LocalMessages {
        mails: [
            (Occasion::SignIn, mail(None)),
            (Occasion::Verification, mail(Some(html))),
        ]
        .into(),
        texts: [(Occasion::SignIn, text("Dein Code ist {####}"))].into(),
    };
    let locales = &definition.pool.messages.locales;
    assert_eq!(
        locales.keys().collect::<Vec<_>>(),
        ["de", "default", "pt-br"]
    );
    assert_eq!(locales["de"], german);
    assert_eq!(
        locales["pt-br"].texts[&Occasion::Reset],
        text("Seu código é {####}")
    );
    assert!(
        definition
            .sources
            .contains(&"words/de/sign-in.mail.txt".to_owned())
    );

    let table = Report::new(&definition, &[]).table(false, None);
    let shown = "\
de
  verification mail (HTML): Dein Code
  sign-in mail: Dein Code
  sign-in text: 22 of 160 GSM
default
  reset text: 11 of 160 GSM
pt-br
  reset text: 19 of 70 UCS-2";
    let lines = shown.lines().map(|line| format!("                {line}"));
    let lines: Vec<String> = lines.collect();
    let expected = lines
        .join("\n")
        .replacen("                de", "Templates       de", 1);
    assert!(table.contains(&expected), "{table}");
}

#[test]
fn without_the_setting_the_folder_is_not_looked_at() {
    let definition = project(&[("nonsense", "")])
        .file("poolhouse.toml", "")
        .read();
    assert_eq!(definition.pool.messages, PoolConfig::default().messages);
}

#[test]
fn what_is_not_understood_is_refused() {
    for (path, text, expected) in [
        (
            "README.md",
            "",
            "error: words/README.md is no locale\n --> words/README.md:1:1",
        ),
        (
            "german/sign-in.sms.txt",
            "{####}",
            "name a folder after a locale, such as `de` or `pt-BR`, or `default` for all others",
        ),
        (
            "de/sign_in.mail.txt",
            MAIL,
            "did you mean `sign-in.mail.txt`?",
        ),
        (
            "de/invitation.txt",
            MAIL,
            "words/de/invitation.txt is no message",
        ),
        (
            "de/sign-in.mail.html",
            "{####}",
            "words/de/sign-in.mail.html stands alone",
        ),
        (
            "de/sign-in.mail.html",
            "{####}",
            "write words/de/sign-in.mail.txt: the subject, and the words for those who read no HTML",
        ),
        (
            "de/sign-in.mail.txt",
            "Hello\n\n{####}",
            "words/de/sign-in.mail.txt has no subject",
        ),
        (
            "de/sign-in.mail.txt",
            "Subject: Code\n{####}",
            "write `Subject: ` and the subject on the first line, and leave the second empty",
        ),
        (
            "de/sign-in.mail.txt",
            "Subject: {####}\n\nHello",
            "words/de/sign-in.mail.txt has no code",
        ),
        (
            "de/sign-in.sms.txt",
            "Hello",
            "write `{####}` where the code goes",
        ),
        (
            "de/sign-in.sms.txt",
            "Hello {username}, {####}",
            "words/de/sign-in.sms.txt: there is no placeholder `{username}`",
        ),
        (
            "de/sign-in.sms.txt",
            "Hello {###}",
            " --> words/de/sign-in.sms.txt:1:7",
        ),
        (
            "de/sign-in.sms.txt",
            "Hello {###}",
            "`{####}` is where the code goes",
        ),
        ("de/sub/x", "", "words/de/sub/ is no message"),
    ] {
        let told = project(&[(path, text)]).errors();
        assert!(told.contains(expected), "{path} {text:?}: {told}");
    }
    let told = project(&[]).errors();
    let expected = "error: words: there is no such folder\n --> poolhouse.toml:1:22\n";
    assert!(told.contains(expected), "{told}");
    for outside in ["../words", "/words", "a//b", ""] {
        let settings = format!("messages.templates = \"{outside}\"");
        let told = project(&[]).file("poolhouse.toml", &settings).errors();
        assert!(
            told.contains("expected a folder of the app's"),
            "{outside}: {told}"
        );
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let told = project(&[("x", ""), ("de/y", ""), ("de/sign-in.sms.txt", "no")]).errors();
    assert_eq!(told.matches("error: ").count(), 3, "{told}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a folder on disk is the test")]
fn a_real_folder_is_read_but_for_what_is_hidden_or_outside() {
    use poolhouse_define_auth::project::{FileError, Files as _};
    let root = tempfile::tempdir().unwrap();
    let (inside, outside) = (root.path().join("app"), root.path().join("else"));
    for folder in [inside.join("words/de"), outside.clone()] {
        std::fs::create_dir_all(folder).unwrap();
    }
    for name in ["b.txt", ".DS_Store", "a.txt"] {
        std::fs::write(inside.join("words").join(name), "").unwrap();
    }
    std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
    let folder = folder(&inside);
    assert_eq!(folder.list("words").unwrap(), ["a.txt", "b.txt", "de/"]);
    assert_eq!(folder.list("link"), Err(FileError::Outside));
    assert_eq!(folder.list("../else"), Err(FileError::Outside));
    assert_eq!(folder.list("none"), Err(FileError::Missing));
}

/// The same with links to a page.
fn linked(files: &[(&str, &str)]) -> Project {
    let settings = "[messages]\ntemplates = \"words\"\nlink = \"https://app.example.com/in\"\n";
    project(files).file("poolhouse.toml", settings)
}

#[test]
fn words_say_where_a_link_goes() {
    let with_link = format!("{MAIL}\n{{##Hier: anmelden!##}}\n");
    let definition = linked(&[("de/sign-in.mail.txt", &with_link)]).read();
    let messages = &definition.pool.messages;
    assert!(messages.locales["de"].mails[&Occasion::SignIn].has_link());
    assert!(messages.sign_in_email.has_link(), "ours have one");
    assert!(definition.warnings.is_empty());
}

#[test]
fn a_link_is_refused_where_it_would_lead_nowhere() {
    let with_link = format!("{MAIL}\n{{##Anmelden##}}\n");
    let told = project(&[("de/sign-in.mail.txt", &with_link)]).errors();
    assert!(
        told.contains("words/de/sign-in.mail.txt: `{##Anmelden##}` leads nowhere"),
        "{told}"
    );
    let help = "help: set `messages.link`: the page of the app that it leads to";
    assert!(told.contains(help), "{told}");
    for other in ["de/verification.mail.txt", "de/sign-in.sms.txt"] {
        let told = linked(&[(other, &with_link)]).errors();
        let expected = format!("words/{other}: there is no placeholder `{{##Anmelden##}}`");
        assert!(told.contains(&expected), "{told}");
    }
}
