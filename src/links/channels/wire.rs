//! What every adapter does on the wire: bounded answers, errors without addresses in them, values out of loose JSON.

use super::{Account, ChannelError, Class, Client, Tokens};
use crate::domain::cells;
use crate::limits;
use reqwest::RequestBuilder;
use serde_json::Value;
use std::collections::BTreeMap;

/// An answer that came whole: its status, how long to wait if it says so, its JSON.
pub struct Answered {
    pub status: u16,
    pub retry_after_s: Option<f64>,
    pub body: Value,
}

impl Answered {
    /// The body, or what the status alone says went wrong; `said` is the shop's own sentence.
    pub fn ok(self, said: impl Fn(&Value) -> String) -> Result<Value, ChannelError> {
        let class = match self.status {
            200..300 => return Ok(self.body),
            401 => Class::SessionExpired,
            403 => Class::NotPermitted,
            404 => Class::NotFound,
            429 => Class::Throttled { wait_s: self.retry_after_s.unwrap_or(5.0).clamp(0.1, 3600.0) },
            500.. => Class::Transient,
            _ => Class::Rejected,
        };
        Err(ChannelError::new(class, format!("{} {}", self.status, short(&said(&self.body)))))
    }
}

/// Sends a request. Whatever does not come whole and as JSON leaves the outcome open.
pub async fn send(request: RequestBuilder) -> Result<Answered, ChannelError> {
    let lost = |error: reqwest::Error| ChannelError::new(Class::Transient, short(&error.without_url().to_string()));
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status().as_u16();
    let retry_after_s = response.headers().get("Retry-After").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<f64>().ok()).filter(|s| s.is_finite());
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if bytes.len() + chunk.len() > limits::SHOP_ANSWER_BYTES {
            return Err(ChannelError::new(Class::Rejected, "the shop's answer is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    let body = match serde_json::from_slice(&bytes) {
        Ok(body) => body,
        // Done, and nothing to say.
        Err(_) if status == 204 && bytes.is_empty() => Value::Null,
        // A refusal need not be JSON; a success must.
        Err(_) if !(200..300).contains(&status) => Value::Null,
        Err(error) => return Err(ChannelError::new(Class::Transient, format!("the shop's answer is not JSON: {error}"))),
    };
    Ok(Answered { status, retry_after_s, body })
}

/// Renews tokens at an OAuth door (the option `token_url`, or the platform's own), which calls the app and its secret by these
/// names. A refusal there is about the tokens. `None`: there is nothing to renew with.
pub async fn oauth(client: &Client, account: &Account, door: &str, (app, secret): (&str, &str)) -> Result<Option<Tokens>, ChannelError> {
    if account.refresh.is_empty() {
        return Ok(None);
    }
    let params = [("grant_type", "refresh_token"), (app, &account.key_id), (secret, &account.secret), ("refresh_token", &account.refresh)];
    let params = params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let request = client.post(account.option("token_url").unwrap_or(door)).header("Content-Type", "application/x-www-form-urlencoded").body(form(&params));
    let answered = send(request).await?;
    let refused = matches!(answered.status, 400 | 401);
    let body = answered.ok(|body| first(body, &["error_description", "error", "msg"])).map_err(|error| if refused { ChannelError { class: Class::SessionExpired, ..error } } else { error })?;
    tokens(&body).map(Some)
}

/// `access_token`, `refresh_token`, `expires_in` as OAuth names them.
pub fn tokens(body: &Value) -> Result<Tokens, ChannelError> {
    let access = text(&body["access_token"]);
    if access.is_empty() {
        return Err(ChannelError::new(Class::SessionExpired, short(&format!("no access token: {}", first(body, &["error_description", "error", "msg"])))));
    }
    Ok(Tokens { access, refresh: text(&body["refresh_token"]), lives_s: count(&body["expires_in"]) })
}

/// A sentence from outside: no control characters, not endless.
pub fn short(text: &str) -> String {
    crate::domain::plain(&text.chars().take(200).collect::<String>())
}

/// A path, query or form part with everything but unreserved characters escaped.
pub fn escape(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// `a=1&b=2`, escaped: a query, or the body of a form.
pub fn form(params: &BTreeMap<String, String>) -> String {
    params.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value))).collect::<Vec<_>>().join("&")
}

/// An id or a word: text as it is, a number in its own digits, nothing as nothing.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(n) => n.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => String::new(),
    }
}

/// The first of these that says something.
pub fn first(value: &Value, keys: &[&str]) -> String {
    keys.iter().map(|key| text(&value[*key])).find(|said| !said.trim().is_empty()).unwrap_or_default()
}

/// What a platform calls an item by, in two parts: the thing and its variant.
pub fn pair(line: &Value, thing: &str, variant: &str) -> String {
    let (thing, variant) = (text(&line[thing]), text(&line[variant]));
    if matches!(variant.as_str(), "" | "0") { thing } else { format!("{thing}:{variant}") }
}

/// Whole units, whether they come as a number or as text.
pub fn count(value: &Value) -> Option<i64> {
    text(value).parse().ok()
}

/// Money in minor units, exactly, from text or from a JSON number's own digits. Nothing is nothing.
pub fn minor(value: &Value, currency: &str) -> Result<i64, String> {
    match text(value).trim() {
        "" => Ok(0),
        said => cells::minor(said, currency).map_err(|bad| format!("{said:?} is no amount in {currency}: {}", bad.0)),
    }
}

/// What is an array, or none.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

const BEIJING: jiff::tz::Offset = jiff::tz::Offset::constant(8);
const CLOCK: &str = "%Y-%m-%d %H:%M:%S";

/// `2026-11-24 16:00:00` as the Chinese platforms write it, in GMT+8, as RFC 3339.
pub fn from_beijing(said: &Value) -> Result<String, String> {
    let said = text(said);
    let time = jiff::civil::DateTime::strptime(CLOCK, &said).ok().and_then(|time| BEIJING.to_timestamp(time).ok());
    time.map(|at| at.to_string()).ok_or_else(|| format!("{said:?} is no time: expected 2026-11-24 16:00:00"))
}

/// An instant as the Chinese platforms want it.
pub fn to_beijing(second: i64) -> String {
    jiff::Timestamp::from_second(second).map(|at| BEIJING.to_datetime(at).strftime(CLOCK).to_string()).unwrap_or_default()
}

/// Unix seconds as RFC 3339; zero and nothing are no time.
pub fn from_unix(said: &Value) -> Option<String> {
    count(said).filter(|s| *s > 0).and_then(|s| jiff::Timestamp::from_second(s).ok()).map(|at| at.to_string())
}
