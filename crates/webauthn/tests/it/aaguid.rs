//! The names of authenticators.

use poolhouse_webauthn::Aaguid;

const LIST: &str = include_str!("../../src/aaguid.txt");

fn aaguid(uuid: &str) -> Aaguid {
    let hex = uuid.replace('-', "");
    Aaguid(std::array::from_fn(|i| {
        u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()
    }))
}

#[test]
fn well_known_authenticators_have_names() {
    for (uuid, name) in [
        ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "iCloud Keychain"),
        (
            "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
            "Google Password Manager",
        ),
        (
            "2fc0579f-8113-47ea-b116-bb5a8db9202a",
            "YubiKey 5 Series with NFC",
        ),
        ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ] {
        assert_eq!(aaguid(uuid).friendly_name(), Some(name));
        assert_eq!(aaguid(uuid).to_string(), uuid);
    }
    assert_eq!(Aaguid::default().friendly_name(), None);
    assert!(Aaguid::default().is_zero());
    assert_eq!(
        aaguid("fbfc3007-154e-4ecc-8c0b-6e020557d7be").friendly_name(),
        None
    );
}

#[test]
fn the_list_is_well_formed() {
    let mut seen = std::collections::HashSet::new();
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let (uuid, name) = line.split_once(' ').unwrap();
        assert_eq!(aaguid(uuid).to_string(), uuid, "{line}");
        assert_eq!(aaguid(uuid).friendly_name(), Some(name));
        assert!(!name.is_empty() && name.trim() == name, "{line}");
        assert!(seen.insert(uuid), "{uuid} twice");
    }
    assert!(seen.len() >= 40);
}
