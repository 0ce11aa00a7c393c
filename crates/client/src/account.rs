//! What a signed-in user can do.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use crate::client::{Attribute, attribute_list, attribute_map};
use crate::delivery::CodeSent;
use crate::{Client, Delivery, Error, Factor, Secret};

/// A signed-in user's account; from [`Client::account`].
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    client: &'a Client,
    access: &'a Secret,
}

/// Who a user is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// What the pool calls them: the `sub`, where people sign in by e-mail or phone.
    pub username: String,
    /// The attributes by name, `sub` among them.
    pub attributes: BTreeMap<String, String>,
}

impl<'a> Account<'a> {
    pub(crate) const fn new(client: &'a Client, access: &'a Secret) -> Self {
        Self { client, access }
    }

    /// Who they are.
    pub async fn get(&self) -> Result<User, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reply {
            username: String,
            user_attributes: Vec<Attribute>,
        }
        let reply: Reply = self.call("GetUser", json!({})).await?;
        Ok(User {
            username: reply.username,
            attributes: attribute_map(reply.user_attributes),
        })
    }

    /// The ways in which they can sign in. Ways that this version does not know are left out.
    pub async fn factors(&self) -> Result<Vec<Factor>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reply {
            configured_user_auth_factors: Vec<String>,
        }
        let reply: Reply = self.call("GetUserAuthFactors", json!({})).await?;
        let names = reply.configured_user_auth_factors;
        Ok(names
            .iter()
            .filter_map(|name| Factor::parse(name))
            .collect())
    }

    /// Changes attributes; says where codes went for those that are to be proved.
    pub async fn update_attributes(
        &self,
        attributes: &[(&str, &str)],
    ) -> Result<Vec<Delivery>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reply {
            #[serde(default)]
            code_delivery_details_list: Vec<Delivery>,
        }
        let attributes = attribute_list(attributes.iter().copied());
        let request = json!({ "UserAttributes": attributes });
        let reply: Reply = self.call("UpdateUserAttributes", request).await?;
        Ok(reply.code_delivery_details_list)
    }

    /// Removes attributes.
    pub async fn delete_attributes(&self, names: &[&str]) -> Result<(), Error> {
        self.tell(
            "DeleteUserAttributes",
            json!({ "UserAttributeNames": names }),
        )
        .await
    }

    /// Sends a code that proves an attribute, `email` or `phone_number`.
    pub async fn send_verification_code(&self, attribute: &str) -> Result<Delivery, Error> {
        let request = json!({ "AttributeName": attribute });
        let sent: CodeSent = self
            .call("GetUserAttributeVerificationCode", request)
            .await?;
        Ok(sent.code_delivery_details)
    }

    /// Takes the code that proves an attribute.
    pub async fn verify_attribute(&self, attribute: &str, code: &str) -> Result<(), Error> {
        let request = json!({ "AttributeName": attribute, "Code": code });
        self.tell("VerifyUserAttribute", request).await
    }

    /// Changes the password; who has none yet sets one, without a previous one.
    pub async fn change_password(
        &self,
        previous: Option<&str>,
        proposed: &str,
    ) -> Result<(), Error> {
        let mut request = json!({ "ProposedPassword": proposed });
        if let Some(previous) = previous {
            request["PreviousPassword"] = json!(previous);
        }
        self.tell("ChangePassword", request).await
    }

    /// Ends every sign-in of theirs, everywhere.
    pub async fn sign_out_everywhere(&self) -> Result<(), Error> {
        self.tell("GlobalSignOut", json!({})).await
    }

    /// Deletes the account.
    pub async fn delete(&self) -> Result<(), Error> {
        self.tell("DeleteUser", json!({})).await
    }

    /// Calls an operation in their name.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        operation: &str,
        mut request: Value,
    ) -> Result<T, Error> {
        request["AccessToken"] = json!(self.access.expose());
        self.client.call(operation, request).await
    }

    /// The same where the reply says nothing.
    pub(crate) async fn tell(&self, operation: &str, request: Value) -> Result<(), Error> {
        self.call(operation, request).await.map(|_: IgnoredAny| ())
    }
}
