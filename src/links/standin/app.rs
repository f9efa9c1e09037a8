//! What the stand-ins of platforms check with: signatures and clocks, written from the platforms'
//! facts and not with the code of the adapters.

use super::platform::{Call, Effect, StandinState, unescape};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;

/// What the shop's account is there.
#[derive(Clone)]
pub struct App {
    pub key: String,
    pub secret: String,
    pub session: String,
}

/// Upper-case hexadecimal digits, as JD, Pinduoduo and Taobao write their signatures.
pub fn hex_upper(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

/// HMAC-SHA256 (RFC 2104), not by the adapters' code: a mistake there must not be right here.
pub fn hmac(secret: &str, text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        })
        .unwrap_or_default()
}

/// The secret of every access token, where tokens have one.
pub const TOKEN_SECRET: &str = "hush";

/// The access token of a call that is signed by OAuth 1.0a (empty: one without tokens); `None`: it
/// is not signed, or wrongly.
pub fn oauth1(ask: &Call<'_>, app: &App) -> Option<String> {
    let said = ask.headers.get("authorization")?.to_str().ok()?.strip_prefix("OAuth ")?;
    let said: BTreeMap<String, String> = said
        .split(", ")
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (key.to_owned(), unescape(value.trim_matches('"'))))
        .collect();
    let get = |key: &str| said.get(key).map(String::as_str).unwrap_or_default();
    let fresh =
        get("oauth_timestamp").parse::<i64>().is_ok_and(|second| (second - now()).abs() <= 900);
    if get("oauth_consumer_key") != app.key
        || get("oauth_signature_method") != "HMAC-SHA256"
        || get("oauth_nonce").is_empty()
        || !fresh
    {
        return None;
    }
    let percent = |text: &str| {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect::<String>()
    };
    let mut pairs: Vec<String> = said
        .iter()
        .filter(|(key, _)| *key != "oauth_signature")
        .chain(&ask.query)
        .map(|(key, value)| format!("{}={}", percent(key), percent(value)))
        .collect();
    pairs.sort();
    let url = format!("http://{}{}", ask.headers.get("host")?.to_str().ok()?, ask.path);
    let text = [ask.method, &percent(&url), &percent(&pairs.join("&"))].join("&");
    let token_secret = if get("oauth_token").is_empty() { "" } else { TOKEN_SECRET };
    let signature =
        BASE64_STANDARD.encode(hmac(&format!("{}&{token_secret}", percent(&app.secret)), &text));
    (signature == get("oauth_signature")).then(|| get("oauth_token").to_owned())
}

/// All but the signature, name and value by name.
pub fn chain(params: &BTreeMap<String, String>) -> String {
    params
        .iter()
        .filter(|(key, _)| *key != "sign")
        .fold(String::new(), |text, (key, value)| text + key + value)
}

/// A Unix second by Beijing's clock, `2026-11-24 08:00:00`, as JD, Pinduoduo and Taobao write
/// times.
pub fn clock(second: i64) -> String {
    let at = jiff::Timestamp::from_second(second).unwrap_or_default();
    jiff::tz::offset(8).to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The Unix second of such a text; 0 for anything else.
pub fn second(text: &str) -> i64 {
    let time = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok();
    time.and_then(|time| jiff::tz::offset(8).to_timestamp(time).ok()).map_or(0, |at| at.as_second())
}

/// Unix seconds, against which a call's timestamp must be fresh.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A value as text: a text without its quotes, anything else as JSON has it.
pub fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An OAuth door: the app, and a refresh token that counts.
pub fn oauth(
    books: &mut StandinState,
    app: &App,
    form: &BTreeMap<String, String>,
    (key, secret): (&str, &str),
    keeps_refresh: bool,
) -> (Value, Effect) {
    let get = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
    if get("grant_type") != "refresh_token"
        || get(key) != app.key
        || get(secret) != app.secret
        || !books.refreshes(get("refresh_token"))
    {
        return (
            json!({
                "error": "invalid_grant",
                "error_description": format!("refused {}", get("refresh_token")),
            }),
            Effect::Refused(400),
        );
    }
    (books.renew(keeps_refresh), Effect::Renewed)
}

/// A whole number among the parameters; -1 where it is missing or none.
pub fn number(params: &BTreeMap<String, String>, key: &str) -> i64 {
    params.get(key).and_then(|text| text.parse().ok()).unwrap_or(-1)
}
