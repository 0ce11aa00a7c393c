//! `poolhouse doctor`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::program::{DEFINITION, Program, Project};
use crate::serve::deployment;

/// What the doctor says, and whether nothing is wrong.
fn doctor(project: &Project, more: &[&str]) -> (bool, String) {
    let config = project.config();
    let mut arguments = vec!["doctor", "--config", &config];
    arguments.extend(more);
    let environment = [("HOOK", "0123456789abcdef0123456789abcdef")];
    let (status, stdout, stderr) = Program::run_with(&arguments, &environment);
    (status.success(), format!("{stdout}{stderr}"))
}

/// The lines with a mark, without what is only here so.
fn marks(told: &str, project: &Project) -> String {
    let lines = told.lines().filter(|line| line.starts_with("  "));
    let text: Vec<&str> = lines.map(str::trim_start).collect();
    let folder = project.path().display().to_string();
    text.join("\n").replace(&folder, "DIR")
}

#[test]
fn a_server_that_has_served_has_nothing_wrong_with_it() {
    let project = deployment("");
    let (well, told) = doctor(&project, &[]);
    assert!(well, "{told}");
    assert!(
        told.contains("! store        ") && told.contains("is not there yet"),
        "{told}"
    );
    assert!(!project.exists("poolhouse.db"), "to look makes nothing");
    assert!(
        told.ends_with("nothing is wrong, one thing is odd\n"),
        "{told}"
    );

    let mut program = Program::serve(&project.config(), &[]);
    // Also while it serves.
    let (well, told) = doctor(&project, &[]);
    assert!(well, "{told}");
    let expected = "\
✓ settings     http://localhost:7400, listening on 127.0.0.1:0, operations on 127.0.0.1:0
✓ certificate  none: a proxy in front has it, or nobody is far away
✓ master key   DIR/master.key
✓ store        DIR/poolhouse.db opens with the master key, and answers
✓ app          its definition and its settings are right
✓ mail queue   nothing waits
✓ text queue   nothing waits
✓ mail         no sender
✓ texts        no sender";
    assert_eq!(marks(&told, &project), expected);
    assert!(told.ends_with("\n\nnothing is wrong\n"), "{told}");
    assert!(program.stop("-TERM").success());
}

#[test]
fn each_thing_that_is_wrong_is_told() {
    let project = deployment("[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n");
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["auth.example.com".to_owned()]).unwrap();
    project.key("cert.pem", cert.pem().as_bytes(), 0o644);
    project.key("key.pem", signing_key.serialize_pem().as_bytes(), 0o600);
    project.key("master.key", b"short", 0o600);
    project.define(&DEFINITION.replace("email", "emial"));
    let (well, told) = doctor(&project, &[]);
    assert!(!well, "{told}");
    for line in [
        "✗ certificate  it is not for localhost, where clients look",
        "✗ master key   ",
        "✗ app          ",
        "did you mean",
        "error: 3 things are wrong",
    ] {
        assert!(told.to_lowercase().contains(line), "{line}: {told}");
    }
    project.settings("[sever]\n");
    let (well, told) = doctor(&project, &[]);
    assert!(
        !well && told.contains("✗ settings     unknown table `sever`"),
        "{told}"
    );
}

/// Answers one request so, and gives its body.
fn hook(status: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answered = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(body).unwrap()
    });
    (port, answered)
}

#[test]
fn a_test_goes_by_each_sender() {
    let (good, taken) = hook("200 OK");
    let (bad, refused) = hook("500 Internal Server Error");
    let sender = |port: u16| {
        format!(
            "{{ kind = \"webhook\", url = \"http://127.0.0.1:{port}/\", secret_env = \"HOOK\" }}"
        )
    };
    let senders = format!(
        "[mail]\nfrom = \"login@example.com\"\nsenders = [{}, {}]\n",
        sender(good),
        sender(bad)
    );
    let project = deployment(&senders);
    let (well, told) = doctor(&project, &["--send-test", "ann@example.com"]);
    assert!(!well, "{told}");
    assert!(taken.join().unwrap().contains("ann@example.com"));
    assert!(refused.join().unwrap().contains("000000"));
    assert!(told.contains("a test to ann@example.com:"), "{told}");
    assert!(
        told.contains("took it, after ") && told.contains("500"),
        "{told}"
    );
    assert!(told.contains("error: one thing is wrong"), "{told}");

    let (_, told) = doctor(&project, &["--send-test", "ann"]);
    assert!(told.contains("expected an address, or a number"), "{told}");
    let project = deployment("");
    let (well, told) = doctor(&project, &["--send-test", "+4915123456789"]);
    assert!(!well && told.contains("no sender of the pool"), "{told}");
}
