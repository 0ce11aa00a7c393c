//! What kind of work a sample was of.

use std::fmt::Write as _;

use super::stacks::Stack;

/// Kinds of work, and what is in the names of the functions that do it. A stack is of the kind of its
/// innermost function that is of any; of two kinds the first has it.
const KINDS: &[(&str, &[&str])] = &[
    (
        "RSA signatures",
        &[
            "rsa::key::KeyPair>::sign",
            "rsa::key::KeyPair::sign",
            "rsa_sign",
            "RSA_sign",
            "RSAZ_",
            "rsaz_",
            "RSA_private",
            "rsa_private",
            "EVP_DigestSign",
        ],
    ),
    (
        "ECDSA verification",
        &["ecdsa_verify", "ECDSA_", "webauthn::authentication"],
    ),
    (
        "RSA verification",
        &[
            "SigningKey::verify",
            "RSA_verify",
            "rsa_public",
            "verify_sig",
        ],
    ),
    ("SRP", &["poolhouse_srp"]),
    (
        "disk",
        &[
            "fsync",
            "fdatasync",
            "ext4_",
            "vfs_write",
            "vfs_read",
            "pwrite64",
            "pread64",
            "sys_pwrite",
            "sys_pread",
        ],
    ),
    (
        "sockets",
        &[
            "sock_",
            "tcp_",
            "inet_",
            "sys_recv",
            "sys_send",
            "sys_accept",
            "__libc_recv",
            "__libc_send",
        ],
    ),
    (
        "waiting, waking, other system calls",
        &["futex", "epoll", "eventfd", "sched", "syscall"],
    ),
    ("SQLite", &["sqlite3"]),
    (
        "sealing, hashing, chance",
        &[
            "domain::seal",
            "domain::random",
            "system::SystemRandom",
            "EVP_",
            "AES",
            "HMAC",
            "SHA256",
            "RAND_",
        ],
    ),
    ("store", &["poolhouse_store", "rusqlite"]),
    ("delivery", &["poolhouse_delivery"]),
    ("tokens", &["server::tokens"]),
    ("flows", &["server::flows"]),
    (
        "JSON and the service model",
        &["server::awsjson", "serde_json"],
    ),
    ("operations", &["server::operations"]),
    (
        "layers: ids, log, headers, metrics",
        &["server::http", "server::metrics", "server::listen"],
    ),
    ("HTTP", &["hyper", "httparse", "axum", "http::"]),
    ("runtime", &["tokio"]),
];

/// The rest.
const OTHER: &str = "other";

/// The shares of all kinds, the largest first, of visits that cost `cost` microseconds each.
pub(super) fn table(scenario: &str, stacks: &[Stack], cost: f64) -> String {
    let mut rows: Vec<(&str, usize)> = KINDS.iter().map(|(name, _)| (*name, 0)).collect();
    rows.push((OTHER, 0));
    for stack in stacks {
        let kind = kind(stack);
        for row in rows.iter_mut().filter(|row| row.0 == kind) {
            row.1 += 1;
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    let mut table = format!("{scenario:<36}{:>8}{:>8}\n", "us", "%");
    for (name, samples) in rows.into_iter().filter(|row| row.1 > 0) {
        let share = share(samples, stacks.len());
        let _ = writeln!(
            table,
            "{name:<36}{:>8.1}{:>8.1}",
            cost * share,
            100.0 * share
        );
    }
    let _ = writeln!(table, "{:<36}{cost:>8.1}{:>8.1}", "all", 100.0);
    table
}

fn kind(stack: &Stack) -> &'static str {
    let of_frame = |frame: &String| {
        let does = |functions: &[&str]| functions.iter().any(|function| frame.contains(function));
        KINDS.iter().find(|(_, functions)| does(functions))
    };
    let kind = stack.frames.iter().rev().find_map(of_frame);
    kind.map_or(OTHER, |(name, _)| name)
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(frames: &[&str]) -> Stack {
        Stack {
            thread: String::new(),
            at: 0.0,
            frames: frames.iter().map(|&frame| frame.to_owned()).collect(),
        }
    }

    #[test]
    fn work_is_of_its_innermost_kind() {
        for (frames, expected) in [
            (
                &["main", "poolhouse_store::users", "sqlite3VdbeExec"][..],
                "SQLite",
            ),
            (&["sqlite3VdbeExec", "pwrite64", "ext4_file_write"], "disk"),
            (&["axum::serve", "poolhouse_server::flows::gate"], "flows"),
            (&["main"], OTHER),
            (&[], OTHER),
        ] {
            assert_eq!(kind(&stack(frames)), expected, "{frames:?}");
        }
    }

    #[test]
    fn shares_are_of_what_a_visit_costs() {
        let stacks = [
            stack(&["sqlite3_step"]),
            stack(&["sqlite3_step"]),
            stack(&[]),
            stack(&["hyper"]),
        ];
        let table = table("passkey", &stacks, 800.0);
        let rows: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(rows[1], ["SQLite", "400.0", "50.0"]);
        assert_eq!(rows.last().unwrap(), &["all", "800.0", "100.0"]);
        assert_eq!(rows.len(), 5);
    }
}
