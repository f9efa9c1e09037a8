//! Signatures of the platforms. Each is a pure function that returns what was signed beside the
//! signature, so that a test tells a wrong text from a wrong digest. Sources: the platforms' own
//! documents on calling their APIs; for Douyin's frame and JSON form a third party's published
//! tests.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;

/// Lower-case hexadecimal digits, two a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// HMAC-SHA256 (RFC 2104) of a text: 32 bytes, whatever the length of the secret.
pub fn hmac_sha256(secret: &str, text: &str) -> Vec<u8> {
    // A key of any length is one.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        })
        .unwrap_or_default()
}

/// Names and values one after the other, by name.
fn chained(params: &BTreeMap<String, String>) -> String {
    params.iter().map(|(key, value)| format!("{key}{value}")).collect()
}

/// TOP (`md5`), JOS and Pinduoduo: the secret around the chained parameters, MD5, upper case.
pub fn framed_md5(secret: &str, params: &BTreeMap<String, String>) -> (String, String) {
    let text = chained(params);
    let signature = hex(&Md5::digest(format!("{secret}{text}{secret}"))).to_uppercase();
    (text, signature)
}

/// TOP (`hmac-sha256`): the chained parameters under the secret as key, upper case.
pub fn top_hmac_sha256(secret: &str, params: &BTreeMap<String, String>) -> (String, String) {
    let text = chained(params);
    let signature = hex(&hmac_sha256(secret, &text)).to_uppercase();
    (text, signature)
}

/// Douyin: five named parts in their fixed order inside the secret, under the secret as key, lower
/// case.
pub fn douyin(
    secret: &str,
    app_key: &str,
    method: &str,
    param_json: &str,
    timestamp: &str,
) -> (String, String) {
    let text = format!(
        "{secret}app_key{app_key}method{method}param_json{param_json}timestamp{timestamp}v2{secret}"
    );
    let signature = hex(&hmac_sha256(secret, &text));
    (text, signature)
}

/// OAuth 1.0a (RFC 5849, 3.4) by HMAC-SHA256, in base64: the method, the URL without its query, and
/// every parameter but the signature by its escaped name, under both secrets.
pub fn oauth1(
    consumer_secret: &str,
    token_secret: &str,
    method: &str,
    url: &str,
    params: &[(String, String)],
) -> (String, String) {
    let mut pairs: Vec<(String, String)> =
        params.iter().map(|(key, value)| (escape(key), escape(value))).collect();
    pairs.sort();
    let params: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let text = format!("{}&{}&{}", method.to_uppercase(), escape(url), escape(&params.join("&")));
    let signature = BASE64_STANDARD.encode(hmac_sha256(
        &format!("{}&{}", escape(consumer_secret), escape(token_secret)),
        &text,
    ));
    (text, signature)
}

/// Douyin's form of JSON: keys sorted at every depth, compact, no HTML escapes, whole numbers
/// without a point.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let parts: Vec<String> = sorted
                .iter()
                .map(|(key, value)| {
                    format!("{}:{}", Value::String((*key).clone()), canonical(value))
                })
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(list) => {
            format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Number(n) => {
            n.to_string().strip_suffix(".0").map_or_else(|| n.to_string(), str::to_owned)
        }
        other => other.to_string(),
    }
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

/// The 32 bytes of a SHA-256 written in hexadecimal digits; `None`: it is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()).collect()
}
