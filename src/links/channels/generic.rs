//! The generic shop: signed JSON over HTTP, as the contract has it. Also what a site writes to for
//! a shop of its own.

use super::http::{self, Answered};
use super::loose_json;
use super::normalize::order_or_unreadable;
use super::sign::escape;
use super::sign::unhex;
use super::sign::{self, hex};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, Signed, StockLevel,
    Unreadable,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::limits;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A shop's clock may be so far off, in seconds.
const CLOCK_S: u64 = 300;

/// A shop that keeps to our own contract: asked every second, many counts in one call, and its
/// calls to us are signed as ours are to it.
pub const KIND: Kind = Kind {
    every_s: limits::PULL_EVERY_S,
    takes_many: true,
    hook: Some(|account, call, now| {
        let timestamp: i64 = call.header("X-Timestamp").parse().ok()?;
        if now.abs_diff(timestamp) > CLOCK_S || call.header("X-Key-Id") != account.key_id {
            return None;
        }
        let path = format!("/hooks/{}", call.shop);
        let (text, _) = sign(&account.secret, "POST", &path, timestamp, &call.body);
        Some(Signed { bytes: text.into_bytes(), signature: unhex(call.header("X-Signature"))? })
    }),
    ..Kind::platform("generic", |account, client| Box::new(Generic { account, client }))
};

/// One such shop; it knows repeats by the header `Idempotency-Key`.
pub struct Generic {
    pub account: Account,
    pub client: Client,
}

/// The string that is signed and its signature: method, path with query, unix seconds and the
/// body's SHA-256, by lines.
pub fn sign(
    secret: &str,
    method: &str,
    path: &str,
    timestamp: i64,
    body: &[u8],
) -> (String, String) {
    let text = format!("{method}\n{path}\n{timestamp}\n{}", hex(&Sha256::digest(body)));
    let signature = hex(&sign::hmac_sha256(secret, &text));
    (text, signature)
}

impl Generic {
    async fn call(
        &self,
        method: Method,
        path: &str,
        key: Option<Uuid>,
        body: Vec<u8>,
    ) -> Result<Value, ChannelError> {
        let now = jiff::Timestamp::now().as_second();
        let base = self.account.url.trim_end_matches('/');
        // What is signed is the path as it goes over the wire, a base path included.
        let prefix = base.splitn(4, '/').nth(3).map(|p| format!("/{p}")).unwrap_or_default();
        let (_, signature) =
            sign(&self.account.secret, method.as_str(), &format!("{prefix}{path}"), now, &body);
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
        let answered = http::send(request).await?;
        if (200..300).contains(&answered.status) {
            Ok(answered.body)
        } else {
            Err(refused(&answered))
        }
    }
}

fn refused(answered: &Answered) -> ChannelError {
    let error = &answered.body["error"];
    let code = error["code"].as_str().unwrap_or("-");
    let class = match answered.status {
        401 if code == "bad_signature" => Class::BadSignature,
        401 => Class::SessionExpired,
        403 => Class::NotPermitted,
        409 if code == "already_done" => Class::AlreadyDone,
        400 | 404 | 422 if code == "cursor" => Class::BadCursor,
        404 => Class::NotFound,
        429 => Class::Throttled {
            wait_s: answered
                .retry_after_s
                .or_else(|| error["retry_after_s"].as_f64())
                .unwrap_or(5.0)
                .clamp(0.1, 3600.0),
        },
        500.. => Class::Transient,
        _ => Class::Rejected,
    };
    ChannelError::new(
        class,
        format!(
            "{} {code}: {}",
            answered.status,
            http::one_line(error["message"].as_str().unwrap_or("-"))
        ),
    )
}

impl Channel for Generic {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let mut path = format!("/orders?limit={limit}");
            if !cursor.is_empty() {
                path.push_str(&format!("&cursor={}", escape(cursor)));
            } else if let Some(since) = since {
                path.push_str(&format!("&updated_after={}", escape(since)));
            }
            let mut page = self.call(Method::GET, &path, None, Vec::new()).await?;
            let server_time =
                page["server_time"].as_str().filter(|t| instant(t).is_some()).map(str::to_owned);
            let server_time = server_time.ok_or_else(|| {
                ChannelError::new(Class::Transient, "the page has no server_time")
            })?;
            let next_cursor =
                page["next_cursor"].as_str().filter(|c| !c.is_empty()).map(str::to_owned);
            let Some(Value::Array(orders)) = page.get_mut("orders").map(Value::take) else {
                return Err(ChannelError::new(Class::Transient, "the page has no orders"));
            };
            Ok(PullPage {
                orders: orders.into_iter().map(order).collect(),
                next_cursor,
                server_time,
            })
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move {
            let value = self
                .call(Method::GET, &format!("/orders/{}", escape(order_no)), None, Vec::new())
                .await?;
            super::one(order(value))
        })
    }

    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut told = json!({
                "order_no": body["order_no"], "carrier": body["carrier"],
                "waybill": body["waybill"], "lines": body["lines"],
            });
            if body["was"].is_string() {
                told["replaces"] = body["was"].clone();
            }
            self.call(Method::POST, "/shipments", Some(key), told.to_string().into_bytes())
                .await
                .map(drop)
        })
    }

    /// Those that are refused stand in the answer (`refused: [{sku, code, message}]`); a shop that
    /// knows them all says none.
    fn push<'a>(
        &'a self,
        key: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async move {
            let as_of = jiff::Timestamp::now().to_string();
            let rows: Vec<Value> = levels
                .iter()
                .map(|level| {
                    json!({
                        "sku": level.code, "available": level.available, "as_of": as_of,
                    })
                })
                .collect();
            let answer = self
                .call(Method::POST, "/stock", Some(key), Value::from(rows).to_string().into_bytes())
                .await?;
            let refused = |level: &StockLevel| {
                loose_json::array(&answer["refused"])
                    .iter()
                    .find(|row| row["sku"] == level.code)
                    .map(|row| {
                        ChannelError::new(
                            Class::Rejected,
                            http::one_line(&loose_json::first_text(row, &["message", "code"])),
                        )
                    })
            };
            Ok(levels.iter().map(|level| refused(level).map_or(Ok(()), Err)).collect())
        })
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(async move {
            let skus = levels.iter().map(|level| escape(&level.code)).collect::<Vec<_>>().join(",");
            let answer =
                self.call(Method::GET, &format!("/stock?skus={skus}"), None, Vec::new()).await?;
            Ok(levels
                .iter()
                .map(|level| {
                    loose_json::array(&answer["stock"])
                        .iter()
                        .find(|row| row["sku"] == level.code)
                        .and_then(|row| row["available"].as_i64())
                })
                .collect())
        })
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
    receiver: Option<WireReceiver>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    customer: Option<String>,
    lines: Vec<WireLine>,
}

/// Any part of it may be missing or null.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireReceiver {
    name: Option<String>,
    phone: Option<String>,
    country: Option<String>,
    province: Option<String>,
    city: Option<String>,
    district: Option<String>,
    address: Option<String>,
    postcode: Option<String>,
    token: Option<String>,
}

impl From<WireReceiver> for Receiver {
    fn from(wire: WireReceiver) -> Receiver {
        Receiver {
            name: wire.name.unwrap_or_default(),
            phone: wire.phone.unwrap_or_default(),
            country: wire.country.unwrap_or_default(),
            province: wire.province.unwrap_or_default(),
            city: wire.city.unwrap_or_default(),
            district: wire.district.unwrap_or_default(),
            address: wire.address.unwrap_or_default(),
            postcode: wire.postcode.unwrap_or_default(),
            token: wire.token.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct WireLine {
    line_no: Value,
    sku: String,
    #[serde(default)]
    title: Option<String>,
    qty: i64,
    #[serde(default)]
    unit_price_minor: Option<i64>,
    #[serde(default)]
    status: Option<String>,
}

fn instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(value["order_no"].as_str().unwrap_or("-").to_owned(), read(value))
}

fn read(value: Value) -> Result<ShopOrder, String> {
    let wire: WireOrder = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    let mut lines = Vec::with_capacity(wire.lines.len());
    for line in wire.lines {
        let line_no = match line.line_no {
            Value::String(text) => text,
            Value::Number(n) => n.to_string(),
            other => return Err(format!("line_no is {other}")),
        };
        let cancelled = matches!(line.status.as_deref(), Some("cancelled" | "refunded"));
        lines.push(ShopLine {
            line_no,
            sku: line.sku,
            title: line.title.unwrap_or_default(),
            qty: line.qty,
            unit_price_minor: line.unit_price_minor.unwrap_or(0),
            cancelled,
            sent: 0,
            reference: String::new(),
        });
    }
    Ok(ShopOrder {
        order_no: wire.order_no,
        status: wire.status,
        created_at: wire.created_at,
        updated_at: wire.updated_at,
        paid_at: wire.paid_at,
        currency: wire.currency,
        total_minor: wire.total_minor,
        carrier: wire.carrier,
        ship_by: wire.ship_by,
        receiver: wire.receiver.map(Receiver::from).unwrap_or_default(),
        note: wire.note.unwrap_or_default(),
        lines,
        customer: wire.customer,
        replaces: None,
        payload: value,
    })
}
