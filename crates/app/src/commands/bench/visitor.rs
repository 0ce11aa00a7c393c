//! One connection, and who comes by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use poolhouse_client::{Challenge, Client, Error, Factor, Mail, SignIn, Tokens};
use tokio::time::Instant;

use super::codes::Codes;
use super::people::{People, Person};
use super::scenario::Scenario;

/// Everybody's. It fits every policy that there is.
const PASSWORD: &str = "Correct-Horse-9-Battery";

/// Of how many people one connection brings the passwords.
const PASSWORDS: u64 = 4;

/// Whose server it is, and so where people and codes come from.
#[derive(Clone)]
pub(super) enum Place {
    /// Ours: they are in its store.
    Own {
        people: People,
        codes: Arc<Codes>,
        /// How many have come so far.
        turn: Arc<AtomicU64>,
    },
    /// Another's: they sign up, and look into its inbox.
    Elsewhere {
        /// How many have signed up so far.
        joined: Arc<AtomicU64>,
    },
}

/// Somebody at a connection of their own.
pub(super) struct Visitor {
    client: Client,
    place: Place,
    scenario: Scenario,
    number: u32,
    connections: u32,
    /// Those who come by this connection alone, one after the other; none if everybody does.
    regulars: Vec<Person>,
    visits: usize,
    /// For how long the person read their messages in the last visit: that is no time of the server's.
    pub(super) read: Duration,
    tokens: Option<Tokens>,
}

impl Visitor {
    pub(super) fn new(
        client: Client,
        place: &Place,
        scenario: Scenario,
        number: u32,
        connections: u32,
    ) -> Self {
        Self {
            client,
            place: place.clone(),
            scenario,
            number,
            connections,
            regulars: Vec::new(),
            visits: 0,
            read: Duration::ZERO,
            tokens: None,
        }
    }

    /// What has to be there before the first visit that counts, the connection above all.
    pub(super) async fn prepare(&mut self) -> Result<(), Error> {
        match (self.place.clone(), self.scenario) {
            (_, Scenario::Jwks) => self.visit().await?,
            (Place::Elsewhere { joined }, _) => {
                self.join(joined.fetch_add(1, Ordering::Relaxed)).await?;
            }
            (Place::Own { people, .. }, Scenario::Password | Scenario::PasswordSrp) => {
                for round in 0..PASSWORDS {
                    let number = u64::from(self.number) + round * u64::from(self.connections);
                    let person = people.person(number % people.count);
                    let tokens = self.by_passkey(&person).await?;
                    self.set_password(&tokens).await?;
                    self.regulars.push(person);
                }
            }
            (
                Place::Own { people, .. },
                Scenario::Refresh | Scenario::GetUser | Scenario::ListPasskeys,
            ) => {
                let person = people.person(u64::from(self.number) % people.count);
                self.tokens = Some(self.by_passkey(&person).await?);
            }
            (Place::Own { .. }, _) => self.visit().await?,
        }
        Ok(())
    }

    /// One visit.
    pub(super) async fn visit(&mut self) -> Result<(), Error> {
        self.read = Duration::ZERO;
        match self.scenario {
            Scenario::EmailOtp => {
                let person = self.next();
                self.by_code(Factor::EmailOtp, &person.email)
                    .await
                    .map(drop)
            }
            Scenario::SmsOtp => {
                let person = self.next();
                self.by_code(Factor::SmsOtp, &person.phone).await.map(drop)
            }
            Scenario::Passkey => {
                let person = self.next();
                self.by_passkey(&person).await.map(drop)
            }
            Scenario::Password => {
                let email = self.next().email;
                done(self.client.sign_in_with_password(&email, PASSWORD).await?)
            }
            Scenario::PasswordSrp => {
                let email = self.next().email;
                done(self.client.sign_in_with_srp(&email, PASSWORD).await?)
            }
            Scenario::Refresh => {
                let refresh = self.tokens()?.refresh.clone();
                self.tokens = Some(self.client.refresh(&refresh).await?);
                Ok(())
            }
            Scenario::GetUser => {
                let access = &self.tokens()?.access;
                self.client.account(access).get().await.map(drop)
            }
            Scenario::ListPasskeys => {
                let access = &self.tokens()?.access;
                self.client.account(access).passkeys().await.map(drop)
            }
            Scenario::Jwks => self.client.keys().await.map(drop),
        }
    }

    fn next(&mut self) -> Person {
        if let (Place::Own { people, turn, .. }, []) = (&self.place, &*self.regulars) {
            return people.in_turn(turn.fetch_add(1, Ordering::Relaxed));
        }
        let person = self.regulars.get(self.visits % self.regulars.len().max(1));
        self.visits += 1;
        person
            .cloned()
            .unwrap_or_else(|| Person::named("nobody", 0))
    }

    fn tokens(&self) -> Result<&Tokens, Error> {
        self.tokens.as_ref().ok_or_else(|| unexpected("no tokens"))
    }

    /// Signs up at another's server, and makes what the scenario needs.
    async fn join(&mut self, number: u64) -> Result<(), Error> {
        let unique = std::process::id();
        let name = format!("bench-{unique}-{number}");
        let mut person = Person::named(&name, u64::from(unique % 10_000 * 100) + number);
        let (contact, attribute) = match self.scenario {
            Scenario::SmsOtp => (&person.phone, "phone_number"),
            _ => (&person.email, "email"),
        };
        let sign_up = self
            .client
            .sign_up(contact, None, &[(attribute, contact)])
            .await?;
        let code = self.code_for(contact).await?;
        let tokens = sign_up.confirm(&code).await?.sign_in().await?.done()?;
        match self.scenario {
            Scenario::Password | Scenario::PasswordSrp => self.set_password(&tokens).await?,
            Scenario::Passkey => {
                let registration = self
                    .client
                    .account(&tokens.access)
                    .register_passkey()
                    .await?;
                let credential = person.enrol(registration.options())?;
                registration.complete(&credential).await?;
            }
            _ => {}
        }
        self.regulars.push(person);
        self.tokens = Some(tokens);
        Ok(())
    }

    async fn set_password(&self, tokens: &Tokens) -> Result<(), Error> {
        let account = self.client.account(&tokens.access);
        account.change_password(None, PASSWORD).await
    }

    async fn by_code(&mut self, factor: Factor, name: &str) -> Result<Tokens, Error> {
        let SignIn::Asked(Challenge::EmailOtp(asked) | Challenge::SmsOtp(asked)) =
            self.client.sign_in_with(name, factor).await?
        else {
            return Err(unexpected("no code is asked for"));
        };
        let begin = Instant::now();
        let code = self.code_for(name).await?;
        self.read = begin.elapsed();
        asked.answer(&code).await?.done()
    }

    async fn by_passkey(&self, person: &Person) -> Result<Tokens, Error> {
        let sign_in = self
            .client
            .sign_in_with(&person.email, Factor::WebAuthn)
            .await?;
        let (SignIn::Asked(Challenge::WebAuthn(asked)), Some(passkey)) = (sign_in, &person.passkey)
        else {
            return Err(unexpected("no passkey is asked for"));
        };
        let answer = passkey.get(asked.options())?;
        asked.answer(&answer).await?.done()
    }

    /// The code that was just sent.
    async fn code_for(&self, name: &str) -> Result<String, Error> {
        let code = match &self.place {
            Place::Own { codes, .. } => codes.newest(name).await.ok().flatten(),
            Place::Elsewhere { .. } => {
                let mails = self.client.inbox(name).await?;
                mails.into_iter().next().map(|Mail { code, .. }| code)
            }
        };
        code.ok_or_else(|| unexpected("no code was sent"))
    }
}

fn done(sign_in: SignIn) -> Result<(), Error> {
    sign_in.done().map(drop)
}

fn unexpected(got: &str) -> Error {
    Error::Answer {
        from: "the bench".to_owned(),
        got: got.to_owned(),
        expected: "what a sign-in brings".to_owned(),
    }
}
