//! What every adapter does on the wire: bounded answers, errors without addresses in them, values
//! out of loose JSON.

use super::{Account, Answer, ChannelError, Class, Client, Tokens, sign};
use crate::domain::cells;
use crate::limits;
use reqwest::RequestBuilder;
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

tokio::task_local! {
    /// The shop's clock as its answers said it, the earliest of one call.
    static CLOCK_HEARD: Cell<Option<jiff::Timestamp>>;
}

/// Does a call, and tells the shop's clock besides, where its answers said it (`Date`, RFC 9110).
pub async fn heard<T>(call: impl Future<Output = T>) -> (T, Option<jiff::Timestamp>) {
    CLOCK_HEARD.scope(Cell::new(None), async { (call.await, CLOCK_HEARD.with(Cell::get)) }).await
}

fn hear(said: &str) {
    let Ok(at) = jiff::fmt::rfc2822::parse(said) else { return };
    // Nobody may be listening.
    let _ = CLOCK_HEARD.try_with(|heard| {
        heard.set(Some(heard.get().map_or(at.timestamp(), |before| before.min(at.timestamp()))))
    });
}

/// How long to wait for a shop that asks to go slower and does not say how long.
pub const UNSAID_WAIT_S: f64 = 5.0;

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
            429 => Class::Throttled {
                wait_s: self.retry_after_s.unwrap_or(UNSAID_WAIT_S).clamp(0.1, 3600.0),
            },
            // Closed for a while, and it says for how long.
            503 if self.retry_after_s.is_some() => Class::Throttled {
                wait_s: self.retry_after_s.unwrap_or(UNSAID_WAIT_S).clamp(0.1, 3600.0),
            },
            500.. => Class::Transient,
            _ => Class::Rejected,
        };
        Err(ChannelError::new(class, format!("{} {}", self.status, short(&said(&self.body)))))
    }
}

/// Sends a request. Whatever does not come whole and as JSON leaves the outcome open.
pub async fn send(request: RequestBuilder) -> Result<Answered, ChannelError> {
    let lost = |error: reqwest::Error| {
        ChannelError::new(Class::Transient, short(&error.without_url().to_string()))
    };
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status().as_u16();
    if let Some(said) = response.headers().get("Date").and_then(|said| said.to_str().ok()) {
        hear(said);
    }
    let retry_after_s =
        response.headers().get("Retry-After").and_then(|v| v.to_str().ok()).and_then(wait_s);
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if bytes.len() + chunk.len() > limits::SHOP_ANSWER_BYTES {
            return Err(ChannelError::new(Class::Rejected, "the shop's answer is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    let body = match serde_json::from_slice(&bytes)
        .or_else(|error| mend(&bytes).map_or(Err(error), |mended| serde_json::from_slice(&mended)))
    {
        Ok(body) => body,
        // Done, and nothing to say.
        Err(_) if status == 204 && bytes.is_empty() => Value::Null,
        // A refusal need not be JSON; a success must.
        Err(_) if !(200..300).contains(&status) => Value::Null,
        Err(error) => {
            return Err(ChannelError::new(
                Class::Transient,
                format!("the shop's answer is not JSON: {error}"),
            ));
        }
    };
    Ok(Answered { status, retry_after_s, body })
}

/// `Retry-After`: seconds, or the instant from when on (RFC 9110, 10.2.3).
fn wait_s(said: &str) -> Option<f64> {
    let until =
        |at: jiff::Zoned| at.timestamp().duration_since(jiff::Timestamp::now()).as_secs_f64();
    said.trim()
        .parse::<f64>()
        .ok()
        .filter(|s| s.is_finite())
        .or_else(|| jiff::fmt::rfc2822::parse(said.trim()).ok().map(until))
}

/// Half a character (a name that was cut between the halves of an emoji) would make a whole page
/// unreadable for ever: it becomes the mark of an unknown one, and so does what is no UTF-8.
/// `None`: there is nothing of the kind.
fn mend(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_ref());
    while let Some(at) = rest.find('\\') {
        let half = |from: usize| {
            rest.get(from..from + 6)
                .filter(|code| code.starts_with("\\u"))
                .and_then(|code| u16::from_str_radix(&code[2..], 16).ok())
        };
        let (first, second) = (half(at), half(at + 6));
        let (unit, kept) = match (first, second) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, true),
            (Some(0xd800..=0xdfff), _) => (6, false),
            // Any other escape is two bytes at least: what follows it is read as what it is.
            _ => (
                (at + 2..=rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len())
                    - at,
                true,
            ),
        };
        out.push_str(&rest[..at]);
        out.push_str(if kept { &rest[at..at + unit] } else { "\u{fffd}" });
        rest = &rest[at + unit..];
    }
    out.push_str(rest);
    (out.as_bytes() != bytes).then(|| out.into_bytes())
}

/// Calls again as long as a shop only asks to go slower, within reason: a page that takes many
/// calls would otherwise begin anew each time, and never end.
pub async fn patient<'a, T>(
    call: impl Fn() -> Answer<'a, T> + Send + Sync,
) -> Result<T, ChannelError> {
    let mut left = limits::PAGE_PATIENCE_S;
    loop {
        match call().await {
            Err(ChannelError { class: Class::Throttled { wait_s }, .. }) if wait_s <= left => {
                left -= wait_s.max(0.5);
                tokio::time::sleep(Duration::from_secs_f64(wait_s.max(0.1))).await;
            }
            answer => return answer,
        }
    }
}

/// Renews tokens at an OAuth door (the option `token_url`, or the platform's own), which calls the
/// app and its secret by these names. A refusal there is about the tokens. `None`: there is nothing
/// to renew with.
pub async fn oauth(
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
    renewed(client, account.option("token_url").unwrap_or(door), &params).await.map(Some)
}

/// Tokens that an OAuth door gives for a form; a refusal there is about the tokens.
pub async fn renewed(
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
    let body = answered.ok(|body| first(body, &["error_description", "error", "msg"])).map_err(
        |error| {
            if refused { ChannelError { class: Class::SessionExpired, ..error } } else { error }
        },
    )?;
    tokens(&body)
}

/// Signs a call by OAuth 1.0a, in its `Authorization`: the app by its key and secret, the access
/// token, where the shop gives one, with its own secret in the place of the refresh token.
pub fn oauth1(request: RequestBuilder, account: &Account) -> Result<RequestBuilder, ChannelError> {
    let no_request = || ChannelError::new(Class::Rejected, "the shop's URL cannot be called");
    let unsigned =
        request.try_clone().and_then(|request| request.build().ok()).ok_or_else(no_request)?;
    let second = jiff::Timestamp::now().as_second();
    let mut said = vec![
        ("oauth_consumer_key", account.key_id.clone()),
        ("oauth_nonce", uuid::Uuid::now_v7().simple().to_string()),
        ("oauth_signature_method", "HMAC-SHA256".into()),
        ("oauth_timestamp", second.to_string()),
        ("oauth_version", "1.0".into()),
    ];
    said.extend(
        Some(("oauth_token", account.session.clone())).filter(|(_, token)| !token.is_empty()),
    );
    let mut params: Vec<(String, String)> =
        said.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
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
    said.push(("oauth_signature", signature));
    let header: Vec<String> =
        said.iter().map(|(key, value)| format!("{key}=\"{}\"", escape(value))).collect();
    Ok(request.header("Authorization", format!("OAuth {}", header.join(", "))))
}

/// `access_token`, `refresh_token`, `expires_in` as OAuth names them.
pub fn tokens(body: &Value) -> Result<Tokens, ChannelError> {
    let access = text(&body["access_token"]);
    if access.is_empty() {
        return Err(ChannelError::new(
            Class::SessionExpired,
            short(&format!(
                "no access token: {}",
                first(body, &["error_description", "error", "msg"])
            )),
        ));
    }
    Ok(Tokens {
        access,
        refresh: text(&body["refresh_token"]),
        lives_s: count(&body["expires_in"]),
    })
}

/// A sentence from outside: no control characters, not endless.
pub fn short(text: &str) -> String {
    crate::domain::plain(&text.chars().take(200).collect::<String>())
}

/// A path, query or form part with everything but unreserved characters escaped.
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// `a=1&b=2`, escaped: a query, or the body of a form.
pub fn form(params: &BTreeMap<String, String>) -> String {
    params
        .iter()
        .map(|(key, value)| format!("{}={}", escape(key), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
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
    keys.iter()
        .map(|key| text(&value[*key]))
        .find(|said| !said.trim().is_empty())
        .unwrap_or_default()
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

/// Money in minor units, exactly: from text, or from the digits of a JSON number (which are its own
/// up to fifteen). Nothing is nothing.
pub fn minor(value: &Value, currency: &str) -> Result<i64, String> {
    match text(value).trim() {
        "" => Ok(0),
        said => cells::minor(said, currency)
            .map_err(|bad| format!("{said:?} is no amount in {currency}: {}", bad.0)),
    }
}

/// Takes what lies at this path out of an answer; null where nothing does, whatever the answer is.
pub fn take(value: &mut Value, path: &[&str]) -> Value {
    path.iter()
        .try_fold(value, |value, key| value.get_mut(*key))
        .map(Value::take)
        .unwrap_or_default()
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
    let time = jiff::civil::DateTime::strptime(CLOCK, &said)
        .ok()
        .and_then(|time| BEIJING.to_timestamp(time).ok());
    time.map(|at| at.to_string())
        .ok_or_else(|| format!("{said:?} is no time: expected 2026-11-24 16:00:00"))
}

/// An instant as the Chinese platforms want it.
pub fn to_beijing(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map(|at| BEIJING.to_datetime(at).strftime(CLOCK).to_string())
        .unwrap_or_default()
}

/// Unix seconds as RFC 3339; zero and nothing are no time.
pub fn from_unix(said: &Value) -> Option<String> {
    count(said)
        .filter(|s| *s > 0)
        .and_then(|s| jiff::Timestamp::from_second(s).ok())
        .map(|at| at.to_string())
}
