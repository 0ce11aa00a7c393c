//! Registering a new credential: WebAuthn Level 3 §7.1 (`#sctn-registering-a-new-credential`).

use aws_lc_rs::digest::{SHA256, digest};

use crate::aaguid::Aaguid;
use crate::attestation::{self, Attestation, AttestationObject, Format, Statement};
use crate::authenticator_data::{AttestedCredentialData, AuthenticatorData};
use crate::client_data::ClientData;
use crate::cose::PublicKey;
use crate::error::{Ceremony, Check, Error, Fault, hex};
use crate::expectations::{
    BackupPolicy, Expectations, Mediation, RegistrationPolicy, StoredCredential,
};
use crate::response::{Attachment, RegistrationResponse};

/// Step 25: the longest credential ID.
const LONGEST_CREDENTIAL_ID: usize = 1023;

/// A registration that passed every step of §7.1. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRegistration {
    credential: StoredCredential,
    aaguid: Aaguid,
    attestation: Attestation,
    attachment: Option<Attachment>,
}

/// Verifies a registration.
///
/// `is_registered` tells whether a credential ID is known already, for any user; it is asked last.
/// The caller's store must still refuse a duplicate, for two registrations at the same time.
pub fn verify(
    response: &RegistrationResponse,
    expect: &Expectations<'_>,
    policy: &RegistrationPolicy<'_>,
    is_registered: impl FnOnce(&[u8]) -> bool,
) -> Result<VerifiedRegistration, Error> {
    // Steps 1-4, the options, the call and the shape of the response, are behind us.
    // Steps 5-11: the client data. #rp-op-registering-a-new-credential-step-origin is step 9.
    ClientData::verify(&response.client_data_json, Ceremony::Registration, expect)?;
    // Step 12: the hash of the bytes as they came.
    let client_data_hash = digest(&SHA256, &response.client_data_json);
    // Step 13: the attestation object, and the authenticator data in it.
    let object = AttestationObject::parse(&response.attestation_object)
        .map_err(|f| at(f, Check::AuthenticatorData))?;
    let (data, attested) = authenticator_data(&object, response)?;
    // Steps 14-17: RP ID hash, UP, UV, BS.
    data.verify(
        Ceremony::Registration,
        expect,
        policy.mediation == Mediation::Prompted,
    )?;
    // Steps 18-19: our policy on backups; none on their present state.
    check_backup_policy(&data, policy.backup).map_err(|f| at(f, Check::BackupEligible))?;
    // Step 20: the algorithm, and the rules for a key of it.
    let key = public_key(&attested, policy).map_err(|f| at(f, Check::PublicKey))?;
    // Step 21: the attestation statement format.
    let format = Format::parse(object.format).map_err(|f| at(f, Check::AttestationFormat))?;
    // Step 22: the attestation statement. #reg-ceremony-verify-attestation
    // Steps 23-24: trust anchors and trust. #reg-ceremony-attestation-trust-anchors
    // #reg-ceremony-assess-trust
    let statement = Statement {
        members: &object.statement,
        authenticator_data: object.authenticator_data,
        client_data_hash: client_data_hash.as_ref(),
        rp_id_hash: data.rp_id_hash,
        attested: &attested,
        key: &key,
    };
    let attestation = attestation::verify(format, &statement, policy.attestation)?;
    // Steps 25-26: the credential ID.
    check_credential_id(attested.credential_id, is_registered)?;
    // Step 27: the credential record. #reg-ceremony-create-credential-record
    // Step 28: extension outputs, solicited or not, are ignored. #reg-ceremony-verify-extension-outputs
    // Step 29, storing it in the account that the options were made for, is the caller's.
    Ok(VerifiedRegistration {
        credential: StoredCredential {
            id: attested.credential_id.to_vec(),
            public_key: attested.public_key.to_vec(),
            sign_count: data.sign_count,
            uv_initialized: data.flags.user_verified(),
            transports: response.transports.clone(),
            backup_eligible: data.flags.backup_eligible(),
            backup_state: data.flags.backup_state(),
            user_handle: policy.user_handle.to_vec(),
        },
        aaguid: attested.aaguid,
        attestation,
        attachment: response.attachment,
    })
}

impl VerifiedRegistration {
    /// The record to store.
    pub fn credential(&self) -> &StoredCredential {
        &self.credential
    }

    /// Takes the record out.
    pub fn into_credential(self) -> StoredCredential {
        self.credential
    }

    /// The model of the authenticator, as it says itself; proven only by a trusted attestation.
    pub fn aaguid(&self) -> Aaguid {
        self.aaguid
    }

    /// What the attestation was, and whether it is trusted.
    pub fn attestation(&self) -> Attestation {
        self.attestation
    }

    /// How the client reached the authenticator, if it told.
    pub fn attachment(&self) -> Option<Attachment> {
        self.attachment
    }
}

fn at(fault: Fault, check: Check) -> Error {
    fault.at(Ceremony::Registration, check)
}

fn authenticator_data<'a>(
    object: &AttestationObject<'a>,
    response: &RegistrationResponse,
) -> Result<(AuthenticatorData<'a>, AttestedCredentialData<'a>), Error> {
    let mut data = AuthenticatorData::parse(object.authenticator_data)
        .map_err(|f| at(f, Check::AuthenticatorData))?;
    let Some(attested) = data.attested.take() else {
        return Err(at(
            Fault::new("attested credential data", "the AT flag clear"),
            Check::AuthenticatorData,
        ));
    };
    // The record is kept under the attested ID, the client speaks of rawId: they must be one.
    if attested.credential_id != response.raw_id {
        let expected = format!("rawId to be the attested {}", hex(attested.credential_id));
        return Err(at(
            Fault::new(expected, hex(&response.raw_id)),
            Check::Response,
        ));
    }
    Ok((data, attested))
}

fn check_backup_policy(data: &AuthenticatorData<'_>, policy: BackupPolicy) -> Result<(), Fault> {
    match policy {
        BackupPolicy::DeviceBoundOnly if data.flags.backup_eligible() => {
            Err(Fault::new("a device-bound credential", "the BE flag"))
        }
        BackupPolicy::DeviceBoundOnly | BackupPolicy::Any => Ok(()),
    }
}

fn public_key<'a>(
    attested: &AttestedCredentialData<'a>,
    policy: &RegistrationPolicy<'_>,
) -> Result<PublicKey<'a>, Fault> {
    let key = PublicKey::from_map(&attested.public_key_map)?;
    if !policy.algorithms.contains(&key.algorithm()) {
        let expected = format!("one of the algorithms {:?}", policy.algorithms);
        return Err(Fault::new(expected, format!("{:?}", key.algorithm())));
    }
    key.check_point()?;
    Ok(key)
}

fn check_credential_id(id: &[u8], is_registered: impl FnOnce(&[u8]) -> bool) -> Result<(), Error> {
    if id.is_empty() || id.len() > LONGEST_CREDENTIAL_ID {
        return Err(at(
            Fault::new(
                "a credential ID of 1 to 1023 bytes",
                format!("{}", id.len()),
            ),
            Check::CredentialIdLength,
        ));
    }
    if is_registered(id) {
        return Err(at(
            Fault::new("a credential ID that is new", hex(id)),
            Check::CredentialIdUnique,
        ));
    }
    Ok(())
}
