//! A generic shop that keeps its orders in memory: checks signatures, pages, throttles, and
//! misbehaves when told to.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;

/// How the shop misbehaves next.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// So many requests are answered 429.
    pub throttle: u32,
    /// So many dispatches are applied and their answer is lost.
    pub drop_answers: u32,
    /// Every answer is a 503.
    pub down: bool,
}

#[derive(Default)]
struct Shop {
    orders: BTreeMap<String, Value>,
    /// When each changed last, and its number.
    by_time: BTreeSet<(jiff::Timestamp, String)>,
    answers: HashMap<String, Value>,
    dispatches: Vec<Value>,
    stock: BTreeMap<String, i64>,
    /// One entry a count that was taken.
    pushed: Vec<(String, i64)>,
    mischief: Faults,
    requests: u64,
}

impl Shop {
    fn put(&mut self, no: &str, order: Value) {
        if let Some(before) = self.orders.get(no) {
            self.by_time.remove(&key_of(before));
        }
        self.by_time.insert(key_of(&order));
        self.orders.insert(no.to_owned(), order);
    }
}

/// A handle to a running stand-in; all clones are one shop.
#[derive(Clone)]
pub struct Standin {
    key_id: String,
    secret: String,
    shop: Arc<Mutex<Shop>>,
}

/// The shop's clock: RFC 3339 in UTC with microseconds.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

impl Standin {
    /// A shop without orders that takes calls signed with this key only; it answers once it is
    /// served.
    pub fn new(key_id: &str, secret: &str) -> Standin {
        Standin { key_id: key_id.to_owned(), secret: secret.to_owned(), shop: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Shop> {
        self.shop.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Puts orders in as they are; each needs `order_no` and `updated_at`.
    pub fn put(&self, orders: impl IntoIterator<Item = Value>) {
        let mut shop = self.lock();
        for order in orders {
            if let Some(no) = order["order_no"].as_str().map(str::to_owned) {
                shop.put(&no, order);
            }
        }
    }

    /// Changes one order and its modified time, as a customer does.
    pub fn change(&self, order_no: &str, change: impl FnOnce(&mut Value)) -> bool {
        let mut shop = self.lock();
        let Some(mut order) = shop.orders.get(order_no).cloned() else { return false };
        change(&mut order);
        order["updated_at"] = json!(now());
        shop.put(order_no, order);
        true
    }

    /// Cancels an order, as a customer does. `false`: there is none of this number.
    pub fn cancel(&self, order_no: &str) -> bool {
        self.change(order_no, |order| order["status"] = json!("cancelled"))
    }

    /// An order as it stands there.
    pub fn order(&self, order_no: &str) -> Option<Value> {
        self.lock().orders.get(order_no).cloned()
    }

    /// What the shop was told, one entry an effect.
    pub fn dispatches(&self) -> Vec<Value> {
        self.lock().dispatches.clone()
    }

    /// What the shop shows of an item.
    pub fn stock(&self, sku: &str) -> Option<i64> {
        self.lock().stock.get(sku).copied()
    }

    /// Changes it, as somebody in the shop's office does.
    pub fn set_stock(&self, sku: &str, available: i64) {
        self.lock().stock.insert(sku.to_owned(), available);
    }

    /// Every count that was taken, in order.
    pub fn pushed(&self) -> Vec<(String, i64)> {
        self.lock().pushed.clone()
    }

    /// How many orders the shop has, in whatever state.
    pub fn order_count(&self) -> usize {
        self.lock().orders.len()
    }

    /// Sets what goes wrong from now on, in place of what was left of before.
    pub fn misbehave(&self, mischief: Faults) {
        self.lock().mischief = mischief;
    }

    /// Serves on a loopback port until the process ends; returns the URL.
    pub async fn serve(&self, port: u16) -> std::io::Result<String> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = Router::new()
            .route("/orders", get(list))
            .route("/orders/{order_no}", get(one))
            .route("/shipments", post(ship))
            .route("/stock", get(shown).post(set))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(url)
    }

    /// Checks what every request must carry; what comes back is the refusal.
    fn admit(&self, method: &str, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<Response> {
        let mut shop = self.lock();
        shop.requests += 1;
        if shop.mischief.down {
            return Some(error(StatusCode::SERVICE_UNAVAILABLE, "down", "try later"));
        }
        if shop.mischief.throttle > 0 {
            shop.mischief.throttle -= 1;
            let mut response = error(StatusCode::TOO_MANY_REQUESTS, "throttled", "slower");
            response.headers_mut().insert("Retry-After", axum::http::HeaderValue::from_static("1"));
            return Some(response);
        }
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
        let timestamp: i64 = header("X-Timestamp").parse().unwrap_or(0);
        let path = uri.path_and_query().map_or("", |p| p.as_str());
        let digest: String = Sha256::digest(body).iter().map(|b| format!("{b:02x}")).collect();
        let text = format!("{method}\n{path}\n{timestamp}\n{digest}");
        let expected = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).map(|mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect::<String>()
        });
        let fresh = (jiff::Timestamp::now().as_second() - timestamp).abs() <= 300;
        if header("X-Key-Id") != self.key_id
            || !fresh
            || expected.as_deref() != Ok(header("X-Signature"))
        {
            return Some(error(
                StatusCode::UNAUTHORIZED,
                "bad_signature",
                "key, time or signature do not fit",
            ));
        }
        None
    }
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    (
        status,
        axum::Json(json!({ "error": { "code": code, "message": message, "retry_after_s": 1 } })),
    )
        .into_response()
}

fn key_of(order: &Value) -> (jiff::Timestamp, String) {
    let at = order["updated_at"]
        .as_str()
        .and_then(|t| t.parse().ok())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    (at, order["order_no"].as_str().unwrap_or_default().to_owned())
}

async fn list(
    State(shop): State<Standin>,
    uri: Uri,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if let Some(answer) = shop.admit("GET", &uri, &headers, b"") {
        return answer;
    }
    let limit: usize = query.get("limit").and_then(|l| l.parse().ok()).unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return error(StatusCode::BAD_REQUEST, "limit", "1 to 200");
    }
    // The cursor is the last order seen: its modified time and number.
    let after = match (query.get("cursor"), query.get("updated_after")) {
        (Some(cursor), _) => {
            match cursor.split_once('~').and_then(|(t, no)| Some((t.parse().ok()?, no.to_owned())))
            {
                Some(key) => key,
                None => return error(StatusCode::BAD_REQUEST, "cursor", "unknown cursor"),
            }
        }
        (None, Some(since)) => match since.parse() {
            Ok(at) => (at, String::new()),
            Err(_) => return error(StatusCode::BAD_REQUEST, "updated_after", "not RFC 3339"),
        },
        (None, None) => (jiff::Timestamp::MIN, String::new()),
    };
    let server_time = now();
    let shop = shop.lock();
    let later = shop.by_time.range((Bound::Excluded(after), Bound::Unbounded)).take(limit + 1);
    let mut orders: Vec<&Value> = later.filter_map(|(_, no)| shop.orders.get(no)).collect();
    let more = orders.len() > limit;
    orders.truncate(limit);
    let next = orders.last().filter(|_| more).map(|o| format!("{}~{}", key_of(o).0, key_of(o).1));
    axum::Json(json!({ "orders": orders, "next_cursor": next, "server_time": server_time }))
        .into_response()
}

async fn one(
    State(shop): State<Standin>,
    uri: Uri,
    headers: HeaderMap,
    Path(order_no): Path<String>,
) -> Response {
    if let Some(answer) = shop.admit("GET", &uri, &headers, b"") {
        return answer;
    }
    match shop.lock().orders.get(&order_no) {
        Some(order) => axum::Json(order.clone()).into_response(),
        None => error(StatusCode::NOT_FOUND, "not_found", "no such order"),
    }
}

async fn shown(
    State(shop): State<Standin>,
    uri: Uri,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if let Some(answer) = shop.admit("GET", &uri, &headers, b"") {
        return answer;
    }
    let shop = shop.lock();
    let rows: Vec<Value> = query
        .get("skus")
        .into_iter()
        .flat_map(|skus| skus.split(','))
        .filter_map(|sku| Some(json!({ "sku": sku, "available": shop.stock.get(sku)? })))
        .collect();
    axum::Json(json!({ "stock": rows })).into_response()
}

async fn set(State(shop): State<Standin>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = shop.admit("POST", &uri, &headers, &body) {
        return answer;
    }
    let Some(key) = headers.get("Idempotency-Key").and_then(|v| v.to_str().ok()) else {
        return error(StatusCode::BAD_REQUEST, "key", "Idempotency-Key is missing");
    };
    let Ok(Value::Array(rows)) = serde_json::from_slice::<Value>(&body) else {
        return error(StatusCode::BAD_REQUEST, "json", "not a list");
    };
    let mut shop = shop.lock();
    if let Some(answer) = shop.answers.get(key) {
        return axum::Json(answer.clone()).into_response();
    }
    let mut refused = Vec::new();
    for row in rows {
        match (row["sku"].as_str(), row["available"].as_i64()) {
            (Some(sku), Some(available)) if available >= 0 && !sku.starts_with("BARRED") => {
                shop.stock.insert(sku.to_owned(), available);
                shop.pushed.push((sku.to_owned(), available));
            }
            _ => refused.push(
                json!({ "sku": row["sku"], "code": "unknown_sku", "message": "no such item here" }),
            ),
        }
    }
    let answer = json!({ "ok": true, "refused": refused });
    shop.answers.insert(key.to_owned(), answer.clone());
    if shop.mischief.drop_answers > 0 {
        shop.mischief.drop_answers -= 1;
        return error(StatusCode::BAD_GATEWAY, "lost", "the answer was lost");
    }
    axum::Json(answer).into_response()
}

async fn ship(State(shop): State<Standin>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = shop.admit("POST", &uri, &headers, &body) {
        return answer;
    }
    let Some(key) = headers.get("Idempotency-Key").and_then(|v| v.to_str().ok()) else {
        return error(StatusCode::BAD_REQUEST, "key", "Idempotency-Key is missing");
    };
    let Ok(told) = serde_json::from_slice::<Value>(&body) else {
        return error(StatusCode::BAD_REQUEST, "json", "not JSON");
    };
    let mut shop = shop.lock();
    if let Some(answer) = shop.answers.get(key) {
        return axum::Json(answer.clone()).into_response();
    }
    let order = told["order_no"].as_str().and_then(|no| shop.orders.get(no));
    match order.map(|o| o["status"].as_str().unwrap_or("")) {
        None => return error(StatusCode::NOT_FOUND, "not_found", "no such order"),
        Some("paid") => {}
        Some(other) => {
            return error(StatusCode::CONFLICT, "state", &format!("the order is {other}"));
        }
    }
    let answer = json!({ "ok": true, "order_no": told["order_no"] });
    shop.answers.insert(key.to_owned(), answer.clone());
    shop.dispatches.push(told);
    if shop.mischief.drop_answers > 0 {
        shop.mischief.drop_answers -= 1;
        return error(StatusCode::BAD_GATEWAY, "lost", "the answer was lost");
    }
    axum::Json(answer).into_response()
}
