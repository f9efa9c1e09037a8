//! A call to a shop and its answer: bounded, whole or not at all, and errors without addresses in
//! them.

use super::{Answer, ChannelError, Class};
use crate::limits;
use reqwest::RequestBuilder;
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;

tokio::task_local! {
    /// The shop's clock as its answers said it, the earliest of one call.
    static CLOCK_HEARD: Cell<Option<jiff::Timestamp>>;
}

/// Does a call, and tells the shop's clock besides, where its answers said it (`Date`, RFC 9110).
pub async fn call_with_server_clock<T>(
    call: impl Future<Output = T>,
) -> (T, Option<jiff::Timestamp>) {
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
pub const DEFAULT_WAIT_S: f64 = 5.0;

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
                wait_s: self.retry_after_s.unwrap_or(DEFAULT_WAIT_S).clamp(0.1, 3600.0),
            },
            // Closed for a while, and it says for how long.
            503 if self.retry_after_s.is_some() => Class::Throttled {
                wait_s: self.retry_after_s.unwrap_or(DEFAULT_WAIT_S).clamp(0.1, 3600.0),
            },
            500.. => Class::Transient,
            _ => Class::Rejected,
        };
        Err(ChannelError::new(class, format!("{} {}", self.status, one_line(&said(&self.body)))))
    }
}

/// Sends a request. Whatever does not come whole and as JSON leaves the outcome open.
pub async fn send(request: RequestBuilder) -> Result<Answered, ChannelError> {
    let lost = |error: reqwest::Error| {
        ChannelError::new(Class::Transient, one_line(&error.without_url().to_string()))
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
    if bytes.iter().filter(|byte| matches!(byte, b'{' | b'[')).count() > limits::SHOP_ANSWER_PARTS {
        return Err(ChannelError::new(Class::Rejected, "the shop's answer has too many parts"));
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
pub async fn retry_throttled<'a, T>(
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

/// A sentence from outside: no control characters, not endless.
pub fn one_line(text: &str) -> String {
    crate::domain::strip_control(&text.chars().take(200).collect::<String>())
}
