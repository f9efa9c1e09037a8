//! Doors that give Magento's tokens: an admin's own login, and Adobe's for its cloud.

use super::{Magento, sentence};
use crate::links::channels::{ChannelError, Class, Tokens, http, oauth};
use serde_json::{Value, json};

/// An admin's token lives four hours.
const LOGIN_S: i64 = 4 * 3600;
const IMS: &str = "https://ims-na1.adobelogin.com/ims/token/v3";

impl Magento {
    /// An admin's door: name and password give a token.
    pub(super) async fn login(&self) -> Result<Tokens, ChannelError> {
        let login = json!({ "username": self.account.key_id, "password": self.account.secret });
        let request = self
            .client
            .post(format!("{}/V1/integration/admin/token", self.account.url.trim_end_matches('/')))
            .json(&login);
        match http::send(request).await?.ok(sentence)? {
            Value::String(access) => {
                Ok(Tokens { access, refresh: String::new(), lives_s: Some(LOGIN_S) })
            }
            _ => Err(ChannelError::new(Class::SessionExpired, "the login gave no token")),
        }
    }

    /// Adobe's door: the client itself is who asks.
    pub(super) async fn ims(&self) -> Result<Tokens, ChannelError> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.account.key_id),
            ("client_secret", &self.account.secret),
            ("scope", self.account.option("scope").unwrap_or_default()),
        ];
        // What counts as the refresh token is how it is asked for.
        Ok(Tokens {
            refresh: String::new(),
            ..oauth::request_tokens(
                &self.client,
                self.account.option("token_url").unwrap_or(IMS),
                &form,
            )
            .await?
        })
    }
}
