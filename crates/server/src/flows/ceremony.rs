//! How a passkey's ceremony fails: settled in its transaction, told and logged after the commit.

use poolhouse_domain::Sub;
use poolhouse_store::StoreError;
use poolhouse_webauthn::Error;

use crate::awsjson::error::ApiError;

/// Why a registration or an assertion was refused.
pub(crate) enum Refused {
    /// It fails at a step of the specification.
    Step(Error),
    /// The signature counter of this user's passkey has not grown: two authenticators have one key
    /// (WebAuthn Level 3 §7.2 step 22).
    Cloned(Sub),
    /// For another reason.
    Otherwise(ApiError),
}

/// Lets the transaction commit though the answer was refused, so that what was counted or spent for
/// it stays so. A fault of ours undoes everything.
pub(crate) fn settle<T>(judged: Result<T, Refused>) -> Result<Result<T, Refused>, ApiError> {
    match judged {
        Err(Refused::Otherwise(fault @ ApiError::Internal(_))) => Err(fault),
        judged => Ok(judged),
    }
}

impl Refused {
    /// What the client is told, by `told` for a step. The step is logged, and for the audit whose
    /// passkey may be cloned; what the client sent is not.
    pub(crate) fn log(self, told: impl FnOnce(&Error) -> ApiError) -> ApiError {
        match self {
            Self::Step(error) => {
                let (step, check) = (error.step(), error.check().name());
                tracing::info!(step, check, "a passkey was refused");
                told(&error)
            }
            Self::Cloned(sub) => {
                tracing::warn!(target: "audit", %sub, "a passkey's counter went back: it may be cloned");
                ApiError::IncorrectCredentials
            }
            Self::Otherwise(error) => error,
        }
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Otherwise(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Otherwise(error.into())
    }
}
