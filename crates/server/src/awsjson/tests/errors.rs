//! The closed list of errors.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::super::error::{ApiError, EXCEPTIONS};
use super::super::model::Operation;
use super::super::reply;

/// What AWS says of all services ("Common error types"), and what its front end says by itself.
const COMMON: [&str; 6] = [
    "MissingAuthenticationTokenException",
    "RequestEntityTooLargeException",
    "RequestTimeoutException",
    "SerializationException",
    "ServiceUnavailable",
    "UnknownOperationException",
];

#[test]
fn every_exception_is_one_of_the_services() {
    let documented: BTreeSet<_> = Operation::all()
        .flat_map(|operation| operation.errors.iter().copied())
        .collect();
    for exception in EXCEPTIONS {
        let is_known = documented.contains(exception) || COMMON.contains(exception);
        assert!(is_known, "{exception} is not in the model");
    }
}

#[test]
fn texts_quote_what_the_client_asked_for() {
    for (error, exception, text) in [
        (
            ApiError::AccessTokenInvalid,
            "NotAuthorizedException",
            "Invalid Access Token",
        ),
        (
            ApiError::ClientNotFound("abc".to_owned()),
            "ResourceNotFoundException",
            "User pool client abc does not exist.",
        ),
        (
            ApiError::FlowNotEnabled("USER_AUTH"),
            "InvalidParameterException",
            "USER_AUTH flow not enabled for this client",
        ),
        (
            ApiError::MissingParameter("USERNAME"),
            "InvalidParameterException",
            "Missing required parameter USERNAME",
        ),
        (
            ApiError::AliasExists("email"),
            "AliasExistsException",
            "An account with the email already exists.",
        ),
        (
            ApiError::AlreadyConfirmed,
            "InvalidParameterException",
            "User is already confirmed.",
        ),
        (
            ApiError::InvalidUsername("Username should be an email."),
            "InvalidParameterException",
            "Username should be an email.",
        ),
        (ApiError::UnknownOperation, "UnknownOperationException", ""),
    ] {
        assert_eq!(
            (error.exception(), error.to_string().as_str()),
            (exception, text)
        );
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn our_faults_are_500_and_keep_their_cause_inside() {
    let error = ApiError::internal("disk full at /var/lib");
    assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(error.to_string(), "Something went wrong");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "disk full at /var/lib");
}

#[test]
fn who_comes_at_a_bad_time_is_told_to_come_again() {
    let busy = || ApiError::from(poolhouse_store::StoreError::Busy);
    for (error, exception, status) in [
        (busy(), "ServiceUnavailable", 503),
        (ApiError::Overloaded, "ServiceUnavailable", 503),
        (ApiError::TooManyAtOnce, "TooManyRequestsException", 429),
    ] {
        let response = reply::failure(&error);
        assert_eq!(
            (error.exception(), response.status().as_u16()),
            (exception, status)
        );
        assert_eq!(response.headers()["retry-after"], "1");
    }
}
