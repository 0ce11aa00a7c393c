//! `none`.

use poolhouse_webauthn::Algorithm;

use super::{fails, register};
use crate::authenticator::Authenticator;
use crate::encode::{int, members};

#[test]
fn the_statement_is_empty() {
    let authenticator = Authenticator::new(Algorithm::Es256);
    register(&authenticator, "none", &members(&[])).unwrap();
    let statement = members(&[("alg", int(-7))]);
    fails(
        &authenticator,
        "none",
        &statement,
        "only the members  in the statement of none",
    );
}
