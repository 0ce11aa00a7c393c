//! Verifying an authentication assertion: WebAuthn Level 3 §7.2 (`#sctn-verifying-assertion`).

use aws_lc_rs::digest::{SHA256, digest};

use crate::authenticator_data::AuthenticatorData;
use crate::client_data::ClientData;
use crate::cose::PublicKey;
use crate::error::{Ceremony, Check, Error, Fault, hex};
use crate::expectations::{Expectations, StoredCredential};
use crate::response::{Attachment, AuthenticationResponse};

/// Who is expected to answer.
#[derive(Clone, Copy, Debug)]
pub enum ExpectedUser<'a> {
    /// The user was named before the ceremony.
    Identified {
        /// The user handle of the account.
        user_handle: &'a [u8],
        /// The credential IDs of `allowCredentials`; empty if the options had none.
        allow_credentials: &'a [&'a [u8]],
    },
    /// Nobody was named: the user handle of the response says who it is, and `stored` was looked up
    /// with it.
    Discoverable,
}

/// An assertion that passed every step of §7.2. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAuthentication {
    credential: StoredCredential,
    user_verified: bool,
    attachment: Option<Attachment>,
}

/// Verifies an assertion against the record of its credential.
///
/// `stored` is the record under [`AuthenticationResponse::credential_id`], `None` if there is none;
/// that fails in step 6, as a foreign record does. To the outside all failures must look the same.
///
/// Where either signature counter is not zero it must grow. The specification leaves it to the
/// relying party to fail then; we do, because a counter that stands still means a copied key.
pub fn verify(
    response: &AuthenticationResponse,
    expect: &Expectations<'_>,
    user: ExpectedUser<'_>,
    stored: Option<&StoredCredential>,
) -> Result<VerifiedAuthentication, Error> {
    // Steps 1-4, the options, the call and the shape of the response, are behind us.
    // Step 5: allowCredentials. Step 6: the user and the record.
    check_allowed(response, user).map_err(|f| at(f, Check::AllowCredentials))?;
    let stored = record(response, user, stored).map_err(|f| at(f, Check::User))?;
    // Step 7: the parts. (The number belongs to the authenticator data here, the client data being
    // read in steps 8 and 9.)
    let data = AuthenticatorData::parse(&response.authenticator_data)
        .and_then(without_credential)
        .map_err(|f| at(f, Check::AuthenticatorData))?;
    // Steps 8-14: the client data. #rp-op-verifying-assertion-step-origin is step 12.
    ClientData::verify(&response.client_data_json, Ceremony::Authentication, expect)?;
    // Steps 15-18: RP ID hash, UP, UV, BS. #rp-op-verifying-assertion-step-rpid-hash
    data.verify(Ceremony::Authentication, expect, true)?;
    // Step 19: the backup eligibility is forever.
    check_backup_eligibility(&data, stored).map_err(|f| at(f, Check::BackupEligible))?;
    // Steps 20-21: the signature over the authenticator data and the hash of the client data.
    check_signature(response, stored)?;
    // Step 22: the signature counter.
    check_sign_count(data.sign_count, stored.sign_count).map_err(|f| at(f, Check::SignCount))?;
    // Step 23: extension outputs, solicited or not, are ignored.
    // #authn-ceremony-verify-extension-outputs
    // Step 24: the new state of the record. #authn-ceremony-update-credential-record
    Ok(VerifiedAuthentication {
        credential: StoredCredential {
            sign_count: data.sign_count,
            backup_state: data.flags.backup_state(),
            ..stored.clone()
        },
        user_verified: data.flags.user_verified(),
        attachment: response.attachment,
    })
}

impl VerifiedAuthentication {
    /// The record with the new signature counter and backup state, to be stored when all other
    /// checks of the sign-in have passed too.
    ///
    /// `uv_initialized` is as it was: turning it on takes another factor (§7.2 step 24).
    pub fn credential(&self) -> &StoredCredential {
        &self.credential
    }

    /// Takes the record out.
    pub fn into_credential(self) -> StoredCredential {
        self.credential
    }

    /// Whether the authenticator verified the user this time.
    pub fn user_verified(&self) -> bool {
        self.user_verified
    }

    /// How the client reached the authenticator, if it told.
    pub fn attachment(&self) -> Option<Attachment> {
        self.attachment
    }
}

fn at(fault: Fault, check: Check) -> Error {
    fault.at(Ceremony::Authentication, check)
}

fn check_allowed(response: &AuthenticationResponse, user: ExpectedUser<'_>) -> Result<(), Fault> {
    let ExpectedUser::Identified {
        allow_credentials, ..
    } = user
    else {
        return Ok(());
    };
    let id = response.raw_id.as_slice();
    if allow_credentials.is_empty() || allow_credentials.contains(&id) {
        return Ok(());
    }
    Err(Fault::new("a credential of allowCredentials", hex(id)))
}

fn record<'s>(
    response: &AuthenticationResponse,
    user: ExpectedUser<'_>,
    stored: Option<&'s StoredCredential>,
) -> Result<&'s StoredCredential, Fault> {
    let id = response.raw_id.as_slice();
    let Some(stored) = stored.filter(|stored| stored.id == id) else {
        return Err(Fault::new("a credential that is registered", hex(id)));
    };
    let owner = stored.user_handle.as_slice();
    match (user, response.user_handle.as_deref()) {
        (ExpectedUser::Identified { user_handle, .. }, _) if owner != user_handle => Err(
            Fault::new("a credential of the identified user", "that of another"),
        ),
        (ExpectedUser::Discoverable, None) => Err(Fault::new("a userHandle", "nothing")),
        (_, Some(handle)) if handle != owner => Err(Fault::new(
            "the userHandle of the credential's owner",
            hex(handle),
        )),
        (ExpectedUser::Identified { .. } | ExpectedUser::Discoverable, _) => Ok(stored),
    }
}

/// §6.1: in an assertion the AT flag "MUST NOT be set".
fn without_credential(data: AuthenticatorData<'_>) -> Result<AuthenticatorData<'_>, Fault> {
    if data.attested.is_some() {
        return Err(Fault::new(
            "no attested credential data in an assertion",
            "the AT flag",
        ));
    }
    Ok(data)
}

fn check_backup_eligibility(
    data: &AuthenticatorData<'_>,
    stored: &StoredCredential,
) -> Result<(), Fault> {
    let (now, then) = (data.flags.backup_eligible(), stored.backup_eligible);
    if now == then {
        return Ok(());
    }
    Err(Fault::new(
        format!("BE {then}, as at registration"),
        format!("{now}"),
    ))
}

fn check_signature(
    response: &AuthenticationResponse,
    stored: &StoredCredential,
) -> Result<(), Error> {
    let key = PublicKey::parse(&stored.public_key).map_err(|fault| at(fault, Check::PublicKey))?;
    let hash = digest(&SHA256, &response.client_data_json);
    let message = [response.authenticator_data.as_slice(), hash.as_ref()].concat();
    key.verify(&message, &response.signature)
        .map_err(|fault| at(fault, Check::Signature))
}

fn check_sign_count(now: u32, before: u32) -> Result<(), Fault> {
    if now > before || (now == 0 && before == 0) {
        return Ok(());
    }
    Err(Fault::new(
        format!("a signature counter above {before}"),
        format!("{now}"),
    ))
}
