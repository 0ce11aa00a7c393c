//! The table under every policy: pool, what somebody has and decided, and what they begin with. Whatever
//! the gate and the rules on first factors ask for is a move of the table, tokens come only after the
//! proofs that the policy wants, and there is no move that no policy makes.

use std::collections::HashSet;

use super::{Answer, ChallengeName, MOVES, Move, Step};
use crate::attributes::Attributes;
use crate::device::{Device, DeviceConfig, DeviceKey};
use crate::gate::{Demand, Proofs, demand};
use crate::mfa::{MfaSettings, Situation, Wish};
use crate::passkey::{FactorConfiguration, is_offered};
use crate::pool::{ContactAttribute, FirstFactor, Mfa, MfaMethod, PoolConfig};
use crate::second_factor::SecondFactor;
use crate::token::Amr;
use crate::user::{User, UserStatus};
use crate::{Secret, Sub, Timestamp};

/// Somebody on their way, and what they have proved.
#[derive(Clone)]
struct Person {
    user: User,
    has: Vec<MfaMethod>,
    proofs: Proofs,
    began_with: FirstFactor,
    /// The device of theirs that they say they are on.
    device: Option<Device>,
}

/// One policy, and the moves that were made under any so far.
struct Walk<'a> {
    pool: &'a PoolConfig,
    made: &'a mut HashSet<(Step, Answer, Step)>,
    ends: usize,
}

impl Walk<'_> {
    /// Goes every way that the gate opens after `row`.
    fn follow(&mut self, row: &Move, person: &Person) {
        let (pool, has) = (self.pool, &person.has);
        let situation = Situation { pool, has };
        let device = person.device.as_ref();
        match demand(&person.user, &person.proofs, situation, device) {
            Demand::Disabled
            | Demand::PasswordReset
            | Demand::Confirmation
            | Demand::GivenPassword
            | Demand::SecondFactor(SecondFactor::Impossible) => {}
            Demand::NewPassword => {
                let mut person = person.clone();
                person.user.status = UserStatus::Confirmed;
                let row = self.go_and_respond(row, Step::NewPasswordRequired, NEW_PASSWORD);
                self.follow(row, &person);
            }
            Demand::SecondFactor(SecondFactor::Ask(method)) => self.ask(row, person, method),
            Demand::SecondFactor(SecondFactor::Choose(methods)) => {
                let row = self.go_and_respond(row, Step::SelectMfaType, SELECT);
                for method in methods {
                    self.ask(row, person, method);
                }
            }
            Demand::SecondFactor(SecondFactor::SetUp(methods)) => {
                for method in methods {
                    self.set_up(row, person, method);
                }
            }
            Demand::SecondFactor(SecondFactor::Nothing) => panic!("the gate asks for nothing"),
            Demand::Device => self.prove_device(row, person),
            Demand::Nothing => {
                self.go(row, Step::SignedIn);
                self.ends += 1;
                check_tokens(self.pool, person);
            }
        }
    }

    fn ask(&mut self, row: &Move, person: &Person, method: MfaMethod) {
        let (step, answer) = asked_by(method);
        let row = self.go_and_respond(row, step, answer);
        let mut person = person.clone();
        person.proofs = person.proofs.and(method.amr());
        self.follow(row, &person);
    }

    fn set_up(&mut self, row: &Move, person: &Person, method: MfaMethod) {
        let mut person = person.clone();
        self.go(row, Step::MfaSetup);
        let row = match method {
            // Named, and left aside by clients.
            MfaMethod::SmsMfa => return,
            MfaMethod::SoftwareTokenMfa => {
                let row = find(Step::MfaSetup, Answer::AssociateSoftwareToken);
                self.go(row, Step::MfaSetup);
                let row = find(Step::MfaSetup, Answer::VerifySoftwareToken);
                self.go_and_respond(row, Step::MfaSetupDone, ChallengeName::MfaSetup)
            }
            MfaMethod::EmailOtp => {
                let row = find(Step::MfaSetup, Answer::Respond(ChallengeName::MfaSetup));
                self.go_and_respond(row, Step::EmailMfa, ChallengeName::EmailOtp)
            }
        };
        person.user.mfa.set_up(method);
        person.has.push(method);
        person.proofs = person.proofs.and(method.amr());
        self.follow(row, &person);
    }

    /// Proves the device, which may be remembered no longer by then.
    fn prove_device(&mut self, row: &Move, person: &Person) {
        let row = self.go_and_respond(row, Step::DeviceSrpAuth, ChallengeName::DeviceSrpAuth);
        let claim = ChallengeName::DevicePasswordVerifier;
        let row = self.go_and_respond(row, Step::DevicePasswordVerifier, claim);
        for remembered in [true, false] {
            let mut person = person.clone();
            let device = person.device.as_mut().unwrap();
            device.remembered = remembered;
            person.proofs = person.proofs.and_device(device.key.clone());
            self.follow(row, &person);
        }
    }

    /// The move to `step`, and the row of the answer that is given there.
    fn go_and_respond(&mut self, row: &Move, step: Step, name: ChallengeName) -> &'static Move {
        self.go(row, step);
        find(step, Answer::Respond(name))
    }

    fn go(&mut self, row: &Move, step: Step) {
        assert!(
            row.next.contains(&step),
            "{row:?} does not lead to {step:?}"
        );
        self.made.insert((row.from, row.answer, step));
    }
}

const NEW_PASSWORD: ChallengeName = ChallengeName::NewPasswordRequired;
const SELECT: ChallengeName = ChallengeName::SelectMfaType;

fn find(from: Step, answer: Answer) -> &'static Move {
    let mut rows = MOVES.iter();
    rows.find(|row| row.from == from && row.answer == answer)
        .unwrap_or_else(|| panic!("no row for {from:?} {answer:?}"))
}

fn asked_by(method: MfaMethod) -> (Step, ChallengeName) {
    match method {
        MfaMethod::SmsMfa => (Step::SmsMfa, ChallengeName::SmsMfa),
        MfaMethod::SoftwareTokenMfa => (Step::SoftwareTokenMfa, ChallengeName::SoftwareTokenMfa),
        MfaMethod::EmailOtp => (Step::EmailMfa, ChallengeName::EmailOtp),
    }
}

/// What the policy wants, said once more and in other words.
fn check_tokens(pool: &PoolConfig, person: &Person) {
    let Person {
        user,
        proofs,
        began_with,
        device,
        ..
    } = person;
    let remembered = device.as_ref().filter(|device| device.remembered);
    assert!(remembered.is_none_or(|device| proofs.has_device(&device.key)));
    let stands_in = remembered.is_some() && pool.devices.is_some_and(|of| of.stands_for_mfa);
    assert!(user.enabled && user.status == UserStatus::Confirmed);
    let two = match pool.mfa {
        Mfa::Off => false,
        Mfa::Optional => user.mfa.enabled().next().is_some(),
        Mfa::On => true,
    };
    // How somebody may begin does not depend on their device.
    let (may_begin, two) = (two, two && !stands_in);
    let second = [Amr::Otp, Amr::Sms, Amr::EmailOtp];
    let shown = second.into_iter().filter(|amr| proofs.has(*amr)).count();
    match began_with {
        FirstFactor::Password => {
            assert!(proofs.has(Amr::Pwd));
            assert_eq!(shown, usize::from(two), "{pool:?} {:?}", user.mfa);
        }
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => assert!(!may_begin && shown == 1),
        FirstFactor::WebAuthn => {
            let verified =
                pool.passkeys.factor == FactorConfiguration::MultiFactorWithUserVerification;
            assert!(shown == 0 && (!may_begin || (verified && user.mfa.passkeys())));
        }
    }
    assert_eq!(proofs.amr().contains(&Amr::Mfa), proofs.are_two());
    assert!(proofs.are_two() || !two);
}

/// What a row proves first, if it does.
fn first_proof(row: &Move) -> Option<(FirstFactor, Amr)> {
    let code = |contact: ContactAttribute| (contact.factor(), Amr::from(contact));
    match (row.from, row.answer) {
        (Step::SignUpConfirmed, Answer::Initiate)
        | (Step::EmailOtp, Answer::Respond(ChallengeName::EmailOtp)) => {
            Some(code(ContactAttribute::Email))
        }
        (Step::SmsOtp, Answer::Respond(ChallengeName::SmsOtp)) => {
            Some(code(ContactAttribute::PhoneNumber))
        }
        (_, Answer::Respond(ChallengeName::WebAuthn)) => Some((FirstFactor::WebAuthn, Amr::Swk)),
        (Step::CustomPasswordVerifier, _) => None,
        (
            _,
            Answer::InitiateWithPassword
            | Answer::Respond(ChallengeName::Password | ChallengeName::PasswordVerifier),
        ) => Some((FirstFactor::Password, Amr::Pwd)),
        _ => None,
    }
}

fn subsets() -> Vec<Vec<MfaMethod>> {
    let of = |bits: usize| {
        let all = MfaMethod::ALL.into_iter().enumerate();
        all.filter(|(place, _)| bits >> place & 1 == 1)
            .map(|(_, method)| method)
            .collect()
    };
    (0..8).map(of).collect()
}

/// Everything that somebody can have decided, by the rules for deciding.
fn decisions() -> Vec<MfaSettings> {
    let everything = PoolConfig {
        mfa: Mfa::Optional,
        mfa_methods: MfaMethod::ALL.to_vec(),
        ..PoolConfig::default()
    };
    let situation = Situation {
        pool: &everything,
        has: &MfaMethod::ALL,
    };
    let mut all = Vec::new();
    for enabled in subsets() {
        for preferred in std::iter::once(None).chain(enabled.iter().copied().map(Some)) {
            let wish = |method: &MfaMethod| Wish {
                method: *method,
                enabled: Some(true),
                preferred: Some(preferred == Some(*method)),
            };
            let wishes: Vec<_> = enabled.iter().map(wish).collect();
            let settings = MfaSettings::default()
                .after(&wishes, None, situation)
                .unwrap();
            all.extend([false, true].map(|on| settings.clone().with_passkeys(on)));
        }
    }
    all
}

fn pools() -> Vec<PoolConfig> {
    let mut all = Vec::new();
    for mfa in [Mfa::Off, Mfa::Optional, Mfa::On] {
        for mfa_methods in subsets() {
            for factor in [
                FactorConfiguration::SingleFactor,
                FactorConfiguration::MultiFactorWithUserVerification,
            ] {
                let mut pool = PoolConfig {
                    mfa,
                    mfa_methods: mfa_methods.clone(),
                    ..PoolConfig::default()
                };
                pool.passkeys.factor = factor;
                for stands_for_mfa in [None, Some(false), Some(true)] {
                    pool.devices = stands_for_mfa.map(|stands_for_mfa| DeviceConfig {
                        stands_for_mfa,
                        asks_user: false,
                    });
                    all.push(pool.clone());
                }
            }
        }
    }
    all
}

fn user(status: UserStatus, mfa: MfaSettings) -> User {
    User {
        sub: Sub::new("s"),
        status,
        enabled: true,
        attributes: Attributes::new(),
        mfa,
        created_at: Timestamp::from_seconds(1),
        updated_at: Timestamp::from_seconds(1),
    }
}

/// On which device somebody can be: where it could stand in, also on one that is not remembered.
fn devices(pool: &PoolConfig) -> Vec<Option<Device>> {
    let device = |remembered| Device {
        key: DeviceKey::parse("r_1").unwrap(),
        sub: Sub::new("s"),
        name: None,
        salt: Vec::new(),
        verifier: Secret::new(Vec::new()),
        remembered,
        last_ip: None,
        created_at: Timestamp::from_seconds(1),
        modified_at: Timestamp::from_seconds(1),
        authenticated_at: Timestamp::from_seconds(1),
    };
    match pool.devices {
        None => vec![None],
        Some(of) if of.stands_for_mfa => vec![Some(device(false)), Some(device(true))],
        Some(_) => vec![Some(device(true))],
    }
}

/// Begins in every way that `mfa` leaves open, as everybody.
fn begin(walk: &mut Walk<'_>, mfa: &MfaSettings) {
    let pool = walk.pool;
    let two = pool.passkeys.factor == FactorConfiguration::MultiFactorWithUserVerification;
    for row in MOVES {
        let Some((began_with, amr)) = first_proof(row) else {
            continue;
        };
        if !is_offered(began_with, pool.mfa, mfa, pool.passkeys.factor) {
            continue;
        }
        let proofs = match began_with {
            FirstFactor::WebAuthn if two => Proofs::of(amr).and(Amr::Mfa),
            _ => Proofs::of(amr),
        };
        for has in subsets() {
            for status in UserStatus::ALL {
                for device in devices(pool) {
                    let person = Person {
                        user: user(status, mfa.clone()),
                        has: has.clone(),
                        proofs: proofs.clone(),
                        began_with,
                        device,
                    };
                    walk.follow(row, &person);
                }
            }
        }
    }
}

#[test]
fn no_policy_is_got_around_and_no_move_is_idle() {
    let mut made = HashSet::new();
    let mut ends = 0;
    for pool in pools() {
        let mut walk = Walk {
            pool: &pool,
            made: &mut made,
            ends: 0,
        };
        for mfa in decisions() {
            begin(&mut walk, &mfa);
        }
        ends += walk.ends;
    }
    assert!(ends > 10_000, "{ends}");
    let reached: HashSet<_> = made.iter().map(|(.., to)| *to).collect();
    let after_a_proof = |row: &&Move| first_proof(row).is_some() || reached.contains(&row.from);
    for row in MOVES.iter().filter(after_a_proof) {
        for next in row.next {
            let is_made = made.contains(&(row.from, row.answer, *next));
            assert!(is_made, "nobody goes from {row:?} to {next:?}");
        }
    }
}
