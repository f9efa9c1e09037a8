//! The generic shop: signed JSON over HTTP, as the contract has it. Also what a site writes to for a shop of its own.

use super::{Account, Answer, Channel, ChannelError, Class, PullPage, Unreadable};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::limits;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub struct Generic {
    pub account: Account,
    pub client: reqwest::Client,
}

/// The string that is signed and its signature: method, path with query, unix seconds and the body's SHA-256, by lines.
pub fn sign(secret: &str, method: &str, path: &str, timestamp: i64, body: &[u8]) -> (String, String) {
    let text = format!("{method}\n{path}\n{timestamp}\n{}", hex(&Sha256::digest(body)));
    let signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes())
    });
    (text, signature.unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A path or query part with everything but unreserved characters escaped.
pub fn escape(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

impl Generic {
    async fn call(&self, method: Method, path: &str, key: Option<Uuid>, body: Vec<u8>) -> Result<Value, ChannelError> {
        let now = jiff::Timestamp::now().as_second();
        let base = self.account.url.trim_end_matches('/');
        // What is signed is the path as it goes over the wire, a base path included.
        let prefix = base.splitn(4, '/').nth(3).map(|p| format!("/{p}")).unwrap_or_default();
        let (_, signature) = sign(&self.account.secret, method.as_str(), &format!("{prefix}{path}"), now, &body);
        let mut request = self
            .client
            .request(method, format!("{base}{path}"))
            .header("X-Key-Id", &self.account.key_id)
            .header("X-Timestamp", now)
            .header("X-Signature", signature);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key.to_string());
        }
        if !body.is_empty() {
            request = request.header("Content-Type", "application/json").body(body);
        }
        let mut response = request.send().await.map_err(|e| ChannelError::new(Class::Transient, without_url(e)))?;
        let status = response.status();
        let retry_after = response.headers().get("Retry-After").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<f64>().ok());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| ChannelError::new(Class::Transient, without_url(e)))? {
            if bytes.len() + chunk.len() > limits::SHOP_ANSWER_BYTES {
                return Err(ChannelError::new(Class::Rejected, "the shop's answer is too large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|e| ChannelError::new(Class::Transient, format!("the shop's answer is not JSON: {e}")));
        }
        Err(refused(status, retry_after, &bytes))
    }
}

/// An error's own words; a URL may hold what nobody should read in a log.
fn without_url(error: reqwest::Error) -> String {
    error.without_url().to_string().chars().take(200).collect()
}

fn refused(status: StatusCode, retry_after: Option<f64>, body: &[u8]) -> ChannelError {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = error["error"]["code"].as_str().unwrap_or("-");
    let message: String = error["error"]["message"].as_str().unwrap_or("-").chars().take(200).collect();
    let class = match status.as_u16() {
        401 if code == "bad_signature" => Class::BadSignature,
        401 => Class::SessionExpired,
        403 => Class::NotPermitted,
        404 => Class::NotFound,
        409 if code == "already_done" => Class::AlreadyDone,
        429 => Class::Throttled { wait_s: retry_after.or_else(|| error["error"]["retry_after_s"].as_f64()).unwrap_or(5.0).clamp(0.1, 3600.0) },
        500.. => Class::Transient,
        _ => Class::Rejected,
    };
    ChannelError::new(class, format!("{} {code}: {}", status.as_u16(), crate::domain::plain(&message)))
}

impl Channel for Generic {
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, limit: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let mut path = format!("/orders?limit={limit}");
            if !cursor.is_empty() {
                path.push_str(&format!("&cursor={}", escape(cursor)));
            } else if let Some(since) = since {
                path.push_str(&format!("&updated_after={}", escape(since)));
            }
            let mut page = self.call(Method::GET, &path, None, Vec::new()).await?;
            let server_time = page["server_time"].as_str().filter(|t| instant(t).is_some()).map(str::to_owned);
            let server_time = server_time.ok_or_else(|| ChannelError::new(Class::Transient, "the page has no server_time"))?;
            let next_cursor = page["next_cursor"].as_str().filter(|c| !c.is_empty()).map(str::to_owned);
            let Some(Value::Array(orders)) = page.get_mut("orders").map(Value::take) else {
                return Err(ChannelError::new(Class::Transient, "the page has no orders"));
            };
            Ok(PullPage { orders: orders.into_iter().map(order).collect(), next_cursor, server_time })
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move {
            let value = self.call(Method::GET, &format!("/orders/{}", escape(order_no)), None, Vec::new()).await?;
            order(value).map(Some).map_err(|bad| ChannelError::new(Class::Rejected, bad.said))
        })
    }

    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move { self.call(Method::POST, "/shipments", Some(key), body.to_string().into_bytes()).await.map(drop) })
    }
}

#[derive(Deserialize)]
struct WireOrder {
    order_no: String,
    status: OrderStatus,
    created_at: String,
    updated_at: String,
    #[serde(default)]
    paid_at: Option<String>,
    currency: String,
    total_minor: i64,
    #[serde(default)]
    carrier: Option<String>,
    #[serde(default)]
    ship_by: Option<String>,
    #[serde(default)]
    receiver: Option<Receiver>,
    #[serde(default)]
    note: Option<String>,
    lines: Vec<WireLine>,
}

#[derive(Deserialize)]
struct WireLine {
    line_no: Value,
    sku: String,
    #[serde(default)]
    title: Option<String>,
    qty: i64,
    #[serde(default)]
    unit_price_minor: i64,
    #[serde(default)]
    status: Option<String>,
}

fn instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value) -> Result<ShopOrder, Unreadable> {
    let order_no = value["order_no"].as_str().unwrap_or("-").chars().take(60).collect::<String>();
    let bad = |said: String| Unreadable { order_no: crate::domain::plain(&order_no), said: said.chars().take(300).collect() };
    let wire: WireOrder = serde_json::from_value(value.clone()).map_err(|e| bad(e.to_string()))?;
    if wire.order_no.trim().is_empty() || wire.order_no.len() > 100 || wire.order_no.chars().any(char::is_control) {
        return Err(bad("an order number has 1 to 100 bytes and no control characters".into()));
    }
    for (name, time) in [("created_at", Some(&wire.created_at)), ("updated_at", Some(&wire.updated_at)), ("paid_at", wire.paid_at.as_ref()), ("ship_by", wire.ship_by.as_ref())] {
        if let Some(text) = time
            && instant(text).is_none()
        {
            return Err(bad(format!("{name} is {text:?}, not an RFC 3339 time")));
        }
    }
    let mut lines = Vec::with_capacity(wire.lines.len());
    for line in wire.lines {
        let line_no = match line.line_no {
            Value::String(text) => text,
            Value::Number(n) => n.to_string(),
            other => return Err(bad(format!("line_no is {other}"))),
        };
        if !(1..=1_000_000).contains(&line.qty) {
            return Err(bad(format!("line {line_no} has the quantity {}", line.qty)));
        }
        if lines.iter().any(|l: &ShopLine| l.line_no == line_no) {
            return Err(bad(format!("line {line_no} comes twice")));
        }
        let cancelled = matches!(line.status.as_deref(), Some("cancelled" | "refunded"));
        let plain = |text: &str| crate::domain::plain(text);
        lines.push(ShopLine { line_no: plain(&line_no), sku: plain(&line.sku), title: plain(&line.title.unwrap_or_default()), qty: line.qty, unit_price_minor: line.unit_price_minor, cancelled });
    }
    if lines.is_empty() {
        return Err(bad("an order without lines".into()));
    }
    let mut payload = value;
    strip_nul(&mut payload);
    Ok(ShopOrder {
        order_no: wire.order_no,
        status: wire.status,
        created_at: wire.created_at,
        updated_at: wire.updated_at,
        paid_at: wire.paid_at,
        currency: crate::domain::plain(&wire.currency),
        total_minor: wire.total_minor,
        carrier: wire.carrier.map(|c| crate::domain::plain(&c)),
        ship_by: wire.ship_by,
        receiver: clean(wire.receiver.unwrap_or_default()),
        note: crate::domain::plain(&wire.note.unwrap_or_default()),
        lines,
        payload,
    })
}

fn clean(r: Receiver) -> Receiver {
    let plain = |text: String| crate::domain::plain(&text);
    Receiver {
        name: plain(r.name),
        phone: plain(r.phone),
        country: plain(r.country),
        province: plain(r.province),
        city: plain(r.city),
        district: plain(r.district),
        address: plain(r.address),
        postcode: plain(r.postcode),
        token: r.token.replace('\0', ""),
    }
}

/// Postgres keeps no NUL in text.
fn strip_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(list) => list.iter_mut().for_each(strip_nul),
        Value::Object(map) => map.values_mut().for_each(strip_nul),
        _ => {}
    }
}
