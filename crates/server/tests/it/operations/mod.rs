//! One file for each operation, as in `src/operations`.

mod complete_web_authn_registration;
mod confirm_sign_up;
mod delete_user;
mod delete_user_attributes;
mod delete_web_authn_credential;
mod get_tokens_from_refresh_token;
mod get_user;
mod get_user_attribute_verification_code;
mod get_user_auth_factors;
mod global_sign_out;
mod initiate_auth;
mod list_user_sessions;
mod list_web_authn_credentials;
mod rename_web_authn_credential;
mod resend_confirmation_code;
mod respond_to_auth_challenge;
mod revoke_token;
mod revoke_user_session;
mod sign_up;
mod start_web_authn_registration;
mod unserved;
mod update_auth_event_feedback;
mod update_user_attributes;
mod verify_user_attribute;
