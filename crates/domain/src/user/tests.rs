//! What proofs and changes make of a user.

use super::*;

fn user() -> User {
    let attributes = [("email", "ann@example.com"), ("name", "")];
    User {
        sub: Sub::new("s"),
        status: UserStatus::Unconfirmed,
        enabled: true,
        attributes: attributes.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
        mfa: MfaSettings::default(),
        created_at: Timestamp::from_seconds(1),
        updated_at: Timestamp::from_seconds(1),
    }
}

fn contact(text: &str) -> Contact {
    Contact::parse(ContactAttribute::Email, text).unwrap()
}

#[test]
fn a_proof_confirms_the_account() {
    let mut user = user();
    assert!(!user.is_verified(ContactAttribute::Email));
    user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
    assert!(user.is_verified(ContactAttribute::Email));
    assert_eq!(user.status, UserStatus::Confirmed);
    assert_eq!(user.updated_at, Timestamp::from_seconds(2));
}

#[test]
fn a_second_proof_changes_nothing() {
    let mut user = user();
    let contact = contact("ann@example.com");
    assert!(!user.has_proved(&contact));
    user.prove(&contact, Timestamp::from_seconds(2));
    assert!(user.has_proved(&contact));
    assert!(!user.has_proved(&self::contact("Ann@example.com")));
    user.disprove(ContactAttribute::Email, Timestamp::from_seconds(3));
    assert!(!user.has_proved(&contact));
    user.prove(&contact, Timestamp::from_seconds(4));
    user.status = UserStatus::Unconfirmed;
    assert!(!user.has_proved(&contact));
}

#[test]
fn a_proof_of_one_contact_says_nothing_of_the_other() {
    let mut user = user();
    let number = Contact::parse(ContactAttribute::PhoneNumber, "+12065550123").unwrap();
    user.set_contact(&number);
    user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
    assert!(!user.is_verified(ContactAttribute::PhoneNumber));
    assert_eq!(user.contact(ContactAttribute::PhoneNumber), Some(number));
}

#[test]
fn a_proof_settles_nothing_about_the_password() {
    for status in [UserStatus::ForceChangePassword, UserStatus::ResetRequired] {
        let mut user = user();
        user.status = status;
        user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
        assert!(user.is_verified(ContactAttribute::Email));
        assert_eq!(user.status, status);
    }
}

#[test]
fn a_new_address_is_unproved() {
    let mut user = user();
    user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
    user.set_contact(&contact("new@example.com"));
    assert!(!user.is_verified(ContactAttribute::Email));
    assert_eq!(user.attribute("email"), Some("new@example.com"));
}

#[test]
fn what_somebody_else_proved_stays_on_record_unproved() {
    let mut user = user();
    user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
    user.disprove(ContactAttribute::Email, Timestamp::from_seconds(3));
    assert!(!user.is_verified(ContactAttribute::Email));
    assert_eq!(user.attribute("email"), Some("ann@example.com"));
    assert_eq!(user.status, UserStatus::Confirmed);
    assert_eq!(user.updated_at, Timestamp::from_seconds(3));
}

#[test]
fn what_is_no_contact_is_none() {
    let mut user = user();
    assert_eq!(user.contact(ContactAttribute::PhoneNumber), None);
    user.attributes
        .insert("phone_number".to_owned(), "0123".to_owned());
    assert_eq!(user.contact(ContactAttribute::PhoneNumber), None);
}

#[test]
fn empty_is_not_there() {
    assert_eq!(user().attribute("name"), None);
    assert_eq!(user().attribute("address"), None);
}

#[test]
fn statuses_keep_their_words() {
    for status in UserStatus::ALL {
        assert_eq!(UserStatus::parse(status.as_str()), Some(status));
    }
    assert_eq!(UserStatus::parse("unconfirmed"), None);
}
