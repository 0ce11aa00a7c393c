//! What holds across operations: expiry, caps, races, replays, restarts, and strangers.

mod attempts;
mod client_attributes;
mod client_secrets;
mod devices;
mod eligibility;
mod expiry;
mod lifetimes;
mod mfa_attempts;
mod mfa_setup;
mod new_password;
mod passkey_audit;
mod passkey_races;
mod passkey_strangers;
mod passkeys;
mod password_hashes;
pub(crate) mod passwords;
mod races;
mod restart;
mod rotation;
mod second_factors;
mod sessions;
mod srp;
mod strangers;
mod text_codes;
mod two_contact_strangers;
mod two_contacts;
