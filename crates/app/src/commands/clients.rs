//! `poolhouse clients`: the app clients, with the secrets that the outputs have no word for.

use poolhouse_domain::ClientSecret;
use poolhouse_domain::client::ClientIdentity;
use serde_json::{Value, json};

use crate::cli::Clients;
use crate::failure::Failure;
use crate::identified::Identified;
use crate::terminal;

/// Prints name, id and secret of each client of the pool.
pub(crate) fn run(args: &Clients) -> Result<(), Failure> {
    let clients = Identified::read(&args.read, &args.kept)?.clients;
    if args.json {
        let clients: Value = clients.iter().map(in_json).collect();
        terminal::print(&format!("{clients:#}"));
    } else {
        terminal::print(table(&clients).trim_end());
    }
    Ok(())
}

fn table(clients: &[ClientIdentity]) -> String {
    let longest = clients.iter().map(|client| client.name.len()).max();
    let width = longest.unwrap_or_default();
    let line = |client: &ClientIdentity| {
        let (name, id) = (&client.name, &client.id);
        let secret = client.secret.as_ref().map_or("no secret", |s| s.expose());
        format!("{name:width$}  {id}  {secret}\n")
    };
    clients.iter().map(line).collect()
}

fn in_json(client: &ClientIdentity) -> Value {
    let secret = client.secret.as_ref().map(ClientSecret::expose);
    json!({ "name": client.name, "id": client.id, "secret": secret })
}
