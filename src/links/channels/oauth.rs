//! OAuth: how tokens are renewed (2.0) and a call is signed (1.0a, RFC 5849).

use super::http::{one_line, send};
use super::loose_json::{first_text, text, whole_units};
use super::sign::{self, escape, form};
use super::{Account, ChannelError, Class, Client, Tokens};
use reqwest::RequestBuilder;
use serde_json::Value;

/// Renews tokens at an OAuth door (the option `token_url`, or the platform's own), which calls the
/// app and its secret by these names. A refusal there is about the tokens. `None`: there is nothing
/// to renew with.
pub async fn refresh_tokens(
    client: &Client,
    account: &Account,
    door: &str,
    (app, secret): (&str, &str),
) -> Result<Option<Tokens>, ChannelError> {
    if account.refresh.is_empty() {
        return Ok(None);
    }
    let params = [
        ("grant_type", "refresh_token"),
        (app, &account.key_id),
        (secret, &account.secret),
        ("refresh_token", &account.refresh),
    ];
    request_tokens(client, account.option("token_url").unwrap_or(door), &params).await.map(Some)
}

/// Tokens that an OAuth door gives for a form; a refusal there is about the tokens.
pub async fn request_tokens(
    client: &Client,
    door: &str,
    params: &[(&str, &str)],
) -> Result<Tokens, ChannelError> {
    let params =
        params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let request = client
        .post(door)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form(&params));
    let answered = send(request).await?;
    let refused = matches!(answered.status, 400 | 401);
    let body = answered
        .ok(|body| first_text(body, &["error_description", "error", "msg"]))
        .map_err(|error| {
            if refused { ChannelError { class: Class::SessionExpired, ..error } } else { error }
        })?;
    parse_tokens(&body)
}

/// Signs a call by OAuth 1.0a, in its `Authorization`: the app by its key and secret, the access
/// token, where the shop gives one, with its own secret in the place of the refresh token.
pub fn sign_call(
    request: RequestBuilder,
    account: &Account,
) -> Result<RequestBuilder, ChannelError> {
    let no_request = || ChannelError::new(Class::Rejected, "the shop's URL cannot be called");
    let unsigned =
        request.try_clone().and_then(|request| request.build().ok()).ok_or_else(no_request)?;
    let second = jiff::Timestamp::now().as_second();
    let mut fields = vec![
        ("oauth_consumer_key", account.key_id.clone()),
        ("oauth_nonce", uuid::Uuid::now_v7().simple().to_string()),
        ("oauth_signature_method", "HMAC-SHA256".into()),
        ("oauth_timestamp", second.to_string()),
        ("oauth_version", "1.0".into()),
    ];
    fields.extend(
        Some(("oauth_token", account.session.clone())).filter(|(_, token)| !token.is_empty()),
    );
    let mut params: Vec<(String, String)> =
        fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let mut url = unsigned.url().clone();
    params.extend(url.query_pairs().into_owned());
    url.set_query(None);
    let token_secret = if account.session.is_empty() { "" } else { &account.refresh };
    let (_, signature) = sign::oauth1(
        &account.secret,
        token_secret,
        unsigned.method().as_str(),
        url.as_str(),
        &params,
    );
    fields.push(("oauth_signature", signature));
    let header: Vec<String> =
        fields.iter().map(|(key, value)| format!("{key}=\"{}\"", escape(value))).collect();
    Ok(request.header("Authorization", format!("OAuth {}", header.join(", "))))
}

/// `access_token`, `refresh_token`, `expires_in` as OAuth names them.
pub fn parse_tokens(body: &Value) -> Result<Tokens, ChannelError> {
    let access = text(&body["access_token"]);
    if access.is_empty() {
        return Err(ChannelError::new(
            Class::SessionExpired,
            one_line(&format!(
                "no access token: {}",
                first_text(body, &["error_description", "error", "msg"])
            )),
        ));
    }
    Ok(Tokens {
        access,
        refresh: text(&body["refresh_token"]),
        lives_s: whole_units(&body["expires_in"]),
    })
}
