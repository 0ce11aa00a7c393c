//! One file for each operation, as in `src/operations`.

mod confirm_sign_up;
mod delete_user;
mod delete_user_attributes;
mod get_tokens_from_refresh_token;
mod get_user;
mod get_user_attribute_verification_code;
mod global_sign_out;
mod initiate_auth;
mod resend_confirmation_code;
mod respond_to_auth_challenge;
mod revoke_token;
mod sign_up;
mod unserved;
mod update_user_attributes;
mod verify_user_attribute;
