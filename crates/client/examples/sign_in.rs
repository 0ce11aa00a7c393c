//! Somebody signs up, adds a passkey, signs out, and signs in with it.
//!
//! In one terminal `poolhouse dev examples/passwordless`, in another
//!
//! ```text
//! cargo run -p poolhouse-client --example sign_in -- examples/passwordless/amplify_outputs.json ann@example.com
//! ```
//!
//! and the code is at <http://localhost:7400/inbox>.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own: it reads a file and a line, and prints"
)]

use std::error::Error;
use std::io::{Write as _, stdin, stdout};

use poolhouse_client::{Challenge, Client, Config, Factor, SignIn, SoftwarePasskey};

/// Where the passkey is used; `poolhouse dev` takes any page on this machine.
const ORIGIN: &str = "http://localhost:5173";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(outputs), Some(email)) = (arguments.next(), arguments.next()) else {
        return Err("expected: sign_in AMPLIFY_OUTPUTS.JSON EMAIL".into());
    };
    let client = Client::new(Config::from_outputs(&std::fs::read_to_string(outputs)?)?)?;

    let sign_up = client.sign_up(&email, None, &[("email", &email)]).await?;
    let confirmed = sign_up.confirm(&typed("the code in the mail: ")?).await?;
    let tokens = confirmed.sign_in().await?.done()?;
    println!("signed up and in: {}", sign_up.sub());

    let account = client.account(&tokens.access);
    let registration = account.register_passkey().await?;
    let (passkey, credential) = SoftwarePasskey::create(ORIGIN, registration.options())?;
    registration.complete(&credential).await?;
    client.revoke(&tokens.refresh).await?;
    println!("added a passkey, and signed out");

    let SignIn::Asked(Challenge::WebAuthn(asked)) =
        client.sign_in_with(&email, Factor::WebAuthn).await?
    else {
        return Err("expected to be asked for the passkey".into());
    };
    let answer = passkey.get(asked.options())?;
    let tokens = asked.answer(&answer).await?.done()?;
    let user = client.account(&tokens.access).get().await?;
    println!(
        "signed in with the passkey: {}, {:?}",
        user.username, user.attributes
    );
    Ok(())
}

fn typed(question: &str) -> Result<String, std::io::Error> {
    print!("{question}");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}
