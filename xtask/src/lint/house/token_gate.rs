//! There is one gate to tokens: only `flows/gate.rs` begins a sign-in.
//!
//! It looks whether the account may be used and what else must be proved; whoever went around it would
//! skip both.

use crate::lint::tree::{Finding, Tree};

const GATE: &str = "crates/server/src/flows/gate.rs";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let elsewhere = tree.product().filter(|file| file.path != GATE);
    let mut found = Vec::new();
    for file in elsewhere {
        for (number, line) in file.code() {
            if line.contains("SignIn::begin(") {
                found.push(file.finding(number, format!("end in `gate::proceed` ({GATE})")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn only_the_gate_begins_a_sign_in() {
        let line = "    SignIn::begin(txn, cx, user, vec![amr])";
        assert!(check(&tree(&[(GATE, line)])).is_empty());
        let challenge = "crates/server/src/flows/challenge/sms_otp.rs";
        assert_eq!(check(&tree(&[(challenge, line)])).len(), 1);
        let gate = "    gate::proceed(txn, cx, proved)";
        assert!(check(&tree(&[(challenge, gate)])).is_empty());
    }
}
