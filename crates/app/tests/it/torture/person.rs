//! Somebody who signs up, signs in, adds a passkey, refreshes, and perhaps leaves; and what they were told.

use std::fmt;

use poolhouse_client::{Challenge, Error, Exception, Factor, SignIn, SoftwarePasskey, Tokens};
use serde_json::Value;

use super::crowd::World;

/// The page on which passkeys are made and used.
const ORIGIN: &str = "https://example.com";

/// How often to look for a mail before asking again. It is sent right after the answer that promised it.
const LOOKS: usize = 200;

/// How often to ask again before it is lost.
const MISSES: usize = 20;

/// How far they have come: every stage was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Nobody,
    SignedUp,
    Confirmed,
    SignedIn,
    Enrolled,
    Returned,
    Refreshed,
    Gone,
}

/// A person, as they know themselves.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) stage: Stage,
    /// Whether the next stage was asked for, and no answer came.
    asked: bool,
    /// How often a mail did not come.
    missed: usize,
    leaves: bool,
    passkey: Option<SoftwarePasskey>,
    tokens: Option<Tokens>,
}

/// Why a step was not made.
#[derive(Debug)]
pub(crate) enum Halt {
    /// No answer, or one that says that it is not known.
    Unanswered,
    /// An answer that cannot be, after what was said before.
    Wrong(String),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        let unanswered = match &error {
            Error::NoAnswer { .. } => true,
            Error::Refused(refusal) => refusal.status >= 500 || refusal.status == 429,
            // The inbox's.
            Error::Answer { got, .. } => got.starts_with("HTTP status 5"),
            _ => false,
        };
        if unanswered {
            Self::Unanswered
        } else {
            Self::Wrong(error.to_string())
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            email,
            stage,
            asked,
            ..
        } = self;
        write!(
            f,
            "{email} ({stage:?}{})",
            if *asked { ", and asked for more" } else { "" }
        )
    }
}

impl Person {
    /// The person of this number. Every third leaves at the end.
    pub(crate) fn new(number: u64) -> Self {
        Self {
            email: format!("person-{number}@example.com"),
            stage: Stage::Nobody,
            asked: false,
            missed: 0,
            leaves: number.is_multiple_of(3),
            passkey: None,
            tokens: None,
        }
    }

    /// Whether there is nothing left to do.
    pub(crate) fn is_settled(&self) -> bool {
        match self.stage {
            Stage::Gone => true,
            Stage::Refreshed => !self.leaves,
            _ => false,
        }
    }

    /// Asks for the next stage; the same again where no answer came.
    pub(crate) async fn step(&mut self, world: &World) -> Result<(), Halt> {
        let again = std::mem::replace(&mut self.asked, true);
        world.note(self);
        self.stage = match self.stage {
            Stage::Nobody => self.sign_up(world, again).await?,
            Stage::SignedUp => self.confirm(world, again).await?,
            Stage::Confirmed => self.sign_in(world).await?,
            Stage::SignedIn => self.enrol(world).await?,
            Stage::Enrolled => self.come_back(world).await?,
            Stage::Returned => self.refresh(world, again).await?,
            Stage::Refreshed | Stage::Gone => self.leave(world, again).await?,
        };
        self.asked = false;
        world.note(self);
        Ok(())
    }

    async fn sign_up(&self, world: &World, again: bool) -> Result<Stage, Halt> {
        match world.client.sign_up(&self.email, None, &[]).await {
            Ok(_) => world.acknowledged(),
            Err(error) if again && error.is(&Exception::UsernameExists) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Stage::SignedUp)
    }

    async fn confirm(&mut self, world: &World, again: bool) -> Result<Stage, Halt> {
        let code = self.code(world, 6, None).await?;
        match world.client.confirm_sign_up(&self.email, &code).await {
            Ok(_) => world.acknowledged(),
            // If it was not confirmed after all, the code does not let them in.
            Err(error)
                if again
                    && (error.is(&Exception::NotAuthorized)
                        || error.is(&Exception::ExpiredCode)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Stage::Confirmed)
    }

    async fn sign_in(&mut self, world: &World) -> Result<Stage, Halt> {
        let sign_in = world
            .client
            .sign_in_with(&self.email, Factor::EmailOtp)
            .await?;
        let SignIn::Asked(Challenge::EmailOtp(asked)) = sign_in else {
            return Err(self.wrong("no code is asked for"));
        };
        world.acknowledged();
        let mut tried = None;
        loop {
            let code = self.code(world, 8, tried.as_deref()).await?;
            match asked.answer(&code).await {
                Ok(done) => self.tokens = Some(done.done()?),
                // That of an answer that never came: the one for this sign-in is on its way.
                Err(error) if tried.is_none() && error.is(&Exception::CodeMismatch) => {
                    tried = Some(code);
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            world.acknowledged();
            return Ok(Stage::SignedIn);
        }
    }

    async fn enrol(&mut self, world: &World) -> Result<Stage, Halt> {
        let access = self.tokens()?.access.clone();
        let account = world.client.account(&access);
        if self.passkey.is_some() && self.passkeys(world).await? == 1 {
            return Ok(Stage::Enrolled);
        }
        let registration = account.register_passkey().await?;
        world.acknowledged();
        let (passkey, credential) = SoftwarePasskey::create(ORIGIN, registration.options())?;
        self.passkey = Some(passkey);
        world.note(self);
        registration.complete(&credential).await?;
        world.acknowledged();
        Ok(Stage::Enrolled)
    }

    async fn come_back(&mut self, world: &World) -> Result<Stage, Halt> {
        self.tokens = Some(self.by_passkey(world).await?);
        world.acknowledged();
        Ok(Stage::Returned)
    }

    async fn refresh(&mut self, world: &World, again: bool) -> Result<Stage, Halt> {
        match world.client.refresh(&self.tokens()?.refresh).await {
            Ok(tokens) => self.tokens = Some(tokens),
            // It was replaced, and that is too long ago.
            Err(error) if again && error.is(&Exception::RefreshTokenReuse) => {
                return self.come_back(world).await.map(|_| Stage::Refreshed);
            }
            Err(error) => return Err(error.into()),
        }
        world.acknowledged();
        Ok(Stage::Refreshed)
    }

    async fn leave(&self, world: &World, again: bool) -> Result<Stage, Halt> {
        match world.client.account(&self.tokens()?.access).delete().await {
            Ok(()) => world.acknowledged(),
            Err(error) if again && is_unknown(&error) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Stage::Gone)
    }

    /// Goes on in a store that was restored, and has no codes and no mail: they are there as far as they were
    /// `before` the backup, or as they are now, or between, but never by half.
    pub(crate) async fn resume(&mut self, before: Stage, world: &World) -> Result<(), Halt> {
        let may_be_gone =
            self.stage == Stage::Gone || (self.stage == Stage::Refreshed && self.asked);
        self.asked = false;
        self.stage = self.found(world).await?;
        let least = match before {
            _ if may_be_gone => Stage::Nobody,
            Stage::SignedIn => Stage::Confirmed,
            other => other.min(Stage::Enrolled),
        };
        if self.stage < least {
            return Err(self.wrong(&format!("was {before:?} before the backup")));
        }
        if self.stage == Stage::Nobody {
            // That nobody was there was found out by signing up.
            self.stage = Stage::SignedUp;
        }
        Ok(())
    }

    /// How far they are, as far as a stranger can find out who reads their mail.
    async fn found(&mut self, world: &World) -> Result<Stage, Halt> {
        match world.client.sign_up(&self.email, None, &[]).await {
            Ok(_) => return Ok(Stage::Nobody),
            Err(error) if error.is(&Exception::UsernameExists) => {}
            Err(error) => return Err(error.into()),
        }
        match world.client.resend_confirmation_code(&self.email).await {
            Ok(_) => return Ok(Stage::SignedUp),
            Err(error) if error.is(&Exception::InvalidParameter) => {}
            Err(error) => return Err(error.into()),
        }
        self.sign_in(world).await?;
        match self.passkeys(world).await? {
            0 => {
                self.passkey = None;
                Ok(Stage::Confirmed)
            }
            _ => Ok(Stage::Enrolled),
        }
    }

    /// Holds everything that they were told against what is so now.
    pub(crate) async fn check(&mut self, world: &World, again: bool) -> Result<(), Halt> {
        if self.stage == Stage::Gone {
            return self.check_gone(world, again).await;
        }
        let account = world.client.account(&self.tokens()?.access);
        let user = account.get().await?;
        let attribute = |name: &str| user.attributes.get(name).map(String::as_str);
        if attribute("email") != Some(&self.email) || attribute("email_verified") != Some("true") {
            return Err(self.wrong(&format!("the attributes are {:?}", user.attributes)));
        }
        match self.passkeys(world).await? {
            1 => {}
            number => return Err(self.wrong(&format!("{number} passkeys"))),
        }
        self.by_passkey(world).await?;
        self.tokens = Some(world.client.refresh(&self.tokens()?.refresh).await?);
        Ok(())
    }

    /// Nothing of theirs is left, and their address is free.
    async fn check_gone(&mut self, world: &World, again: bool) -> Result<(), Halt> {
        let tokens = self.tokens()?;
        let got = world.client.account(&tokens.access).get().await;
        let refreshed = world.client.refresh(&tokens.refresh).await;
        for (what, error) in [("the account", got.err()), ("the sign-in", refreshed.err())] {
            match error {
                Some(error) if is_unknown(&error) => {}
                Some(error) => return Err(error.into()),
                None => return Err(self.wrong(&format!("{what} is still there"))),
            }
        }
        match world.client.sign_up(&self.email, None, &[]).await {
            Err(error) if again && error.is(&Exception::UsernameExists) => Ok(()),
            free => free.map(drop).map_err(Halt::from),
        }
    }

    /// How many passkeys they have; those of others are wrong.
    async fn passkeys(&self, world: &World) -> Result<usize, Halt> {
        let listed = world
            .client
            .account(&self.tokens()?.access)
            .passkeys()
            .await?;
        Ok(listed.len())
    }

    async fn by_passkey(&self, world: &World) -> Result<Tokens, Halt> {
        let sign_in = world
            .client
            .sign_in_with(&self.email, Factor::WebAuthn)
            .await?;
        let (SignIn::Asked(Challenge::WebAuthn(asked)), Some(passkey)) = (sign_in, &self.passkey)
        else {
            return Err(self.wrong("no passkey is asked for"));
        };
        let answer: Value = passkey.get(asked.options())?;
        Ok(asked.answer(&answer).await?.done()?)
    }

    /// The newest code of so many digits that was sent to them, other than `tried`.
    async fn code(
        &mut self,
        world: &World,
        digits: usize,
        tried: Option<&str>,
    ) -> Result<String, Halt> {
        for _ in 0..LOOKS {
            let mails = world.inbox.inbox(&self.email).await?;
            let code = mails.into_iter().next().map(|mail| mail.code);
            if let Some(code) = code.filter(|code| code.len() == digits && Some(&**code) != tried) {
                self.missed = 0;
                return Ok(code);
            }
        }
        self.missed += 1;
        if self.missed < MISSES {
            Err(Halt::Unanswered)
        } else {
            Err(self.wrong("the code was not sent"))
        }
    }

    fn tokens(&self) -> Result<&Tokens, Halt> {
        self.tokens.as_ref().ok_or_else(|| self.wrong("no tokens"))
    }

    fn wrong(&self, what: &str) -> Halt {
        Halt::Wrong(format!("{self:?}: {what}"))
    }
}

/// Whether the pool says that it knows nobody of that name or token.
fn is_unknown(error: &Error) -> bool {
    error.is(&Exception::NotAuthorized) || error.is(&Exception::UserNotFound)
}
