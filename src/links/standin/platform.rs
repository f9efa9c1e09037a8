//! What the stand-ins of the platforms have in common: orders in the platform's own form, a log of
//! what was shipped, and misbehaviour: throttling, lost and half answers, an expired session,
//! orders that change while they are paged.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;

/// How it misbehaves next: so many answers each.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    pub throttle: u32,
    pub expire: u32,
    /// Cut in the middle.
    pub half: u32,
    /// A page of HTML instead.
    pub garbage: u32,
    /// Shipments, counts and tokens that are booked, and their answers lost.
    pub drop_answers: u32,
    /// Behind so many pages the order that changed longest ago changes again.
    pub shake: u32,
}

/// All that a stand-in knows: tests put orders and faults in, and read what the platform was told.
#[derive(Default)]
pub struct StandinState {
    pub orders: BTreeMap<String, Value>,
    /// One entry an effect.
    pub shipped: Vec<Value>,
    pub mischief: Faults,
    pub requests: u64,
    /// The tokens that count now, once they were renewed, and how often they were.
    pub access: Option<String>,
    pub refresh: Option<String>,
    pub renewed: u32,
    /// Items' counts as the shop shows them, by its own number for them; one entry an effect
    /// beside.
    pub stock: BTreeMap<String, i64>,
    pub pushed: Vec<Value>,
}

impl StandinState {
    /// Is it the token that counts? `first` is the one before any renewal.
    pub fn admits(&self, token: &str, first: &str) -> bool {
        self.access.as_deref().unwrap_or(first) == token
    }

    /// New tokens; the former ones count no more.
    pub fn renew(&mut self, keeps_refresh: bool) -> Value {
        self.renewed += 1;
        self.access = Some(format!("access-{}", self.renewed));
        if !keeps_refresh {
            self.refresh = Some(format!("refresh-{}", self.renewed));
        }
        json!({
            "access_token": self.access,
            "refresh_token": self.refresh.clone().unwrap_or_else(|| "refresh-0".into()),
            "expires_in": 3600,
        })
    }

    /// A parcel of this order has another number now.
    pub fn renumber(&mut self, order: &str, was: Option<&str>, waybill: &str) {
        if let Some(told) = self
            .shipped
            .iter_mut()
            .rev()
            .find(|told| told["order"] == order && was.is_none_or(|was| told["waybill"] == was))
        {
            told["waybill"] = json!(waybill);
        }
    }

    /// Books a count that the platform was told; `key` is its own number for the item.
    pub fn set_stock(&mut self, key: &str, quantity: i64) {
        self.stock.insert(key.to_owned(), quantity);
        self.pushed.push(json!({ "item": key, "quantity": quantity }));
    }

    /// What is booked of one listing's articles, whose keys are `listing:article`.
    pub fn counts_of(&self, listing: &str) -> Vec<Value> {
        let mine = format!("{listing}:");
        self.stock
            .iter()
            .filter_map(|(key, n)| {
                let sku = key.strip_prefix(&mine)?.parse::<i64>().ok()?;
                Some(json!({ "sku_id": sku, "quantity": n }))
            })
            .collect()
    }

    /// Is it the refresh token that counts? Before any renewal that is `refresh-0`.
    pub fn refreshes(&self, token: &str) -> bool {
        self.refresh.as_deref().unwrap_or("refresh-0") == token
    }
}

/// A request as it came.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: BTreeMap<String, String>,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

impl Call<'_> {
    /// Name and password of a basic authorisation.
    pub fn basic(&self) -> Option<(String, String)> {
        let said =
            self.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
        let bytes = base64(said)?;
        let (name, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    }
}

/// Six bits a letter.
fn base64(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        held = (held << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(out)
}

/// One platform's rules, written from its facts.
pub trait Rules: Send + Sync + 'static {
    fn id(&self, order: &Value) -> String;
    /// Unix seconds.
    fn modified(&self, order: &Value) -> i64;
    fn touch(&self, order: &mut Value, second: i64);
    /// The answer, and whether it was a page of orders or a shipment that was booked.
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect);
    fn throttled(&self) -> (Value, Effect);
    fn expired(&self) -> (Value, Effect);
}

/// What a call did. It decides which faults its answer can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Paged,
    Shipped,
    Renewed,
    Pushed,
    Other,
    /// With this status.
    Refused(u16),
}

/// A handle to a running stand-in; all clones are one platform.
#[derive(Clone)]
pub struct Platform {
    rules: Arc<dyn Rules>,
    books: Arc<Mutex<StandinState>>,
}

impl Platform {
    /// A platform of these rules that knows no orders yet; it answers once it is served.
    pub fn new(rules: impl Rules) -> Platform {
        Platform { rules: Arc::new(rules), books: Arc::default() }
    }

    /// What the platform knows. No call is answered while the guard lives.
    pub fn books(&self) -> MutexGuard<'_, StandinState> {
        self.books.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Puts orders in as they are, in the platform's form; one of a known number replaces it.
    pub fn put(&self, orders: impl IntoIterator<Item = Value>) {
        let mut books = self.books();
        for order in orders {
            books.orders.insert(self.rules.id(&order), order);
        }
    }

    /// Changes one order and its modified time.
    pub fn change(&self, id: &str, change: impl FnOnce(&mut Value)) -> bool {
        let mut books = self.books();
        let Some(order) = books.orders.get_mut(id) else { return false };
        change(order);
        self.rules.touch(order, jiff::Timestamp::now().as_second());
        true
    }

    /// When each order changed last, by its number.
    pub fn newest(&self) -> BTreeMap<String, i64> {
        self.books()
            .orders
            .iter()
            .map(|(id, order)| (id.clone(), self.rules.modified(order)))
            .collect()
    }

    /// Serves on a loopback port until the process ends; returns the URL.
    pub async fn serve(&self, port: u16) -> std::io::Result<String> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = axum::Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(url)
    }
}

/// The parts of a query or a form.
pub fn parts(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (unescape(key), unescape(value)))
        .collect()
}

/// Undoes `%XX` and `+`, as they stand in queries and forms.
pub fn unescape(text: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let code: String = bytes.by_ref().take(2).map(char::from).collect();
                out.extend(u8::from_str_radix(&code, 16));
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What a platform calls an item by: a number of its own, always the same for a code.
pub fn number_of(sku: &str) -> u64 {
    sku.bytes().fold(7, |number, byte| (number * 31 + u64::from(byte)) % 1_000_000_007)
}

/// The orders that changed between two seconds, oldest first.
pub fn between(rules: &dyn Rules, books: &StandinState, from: i64, to: i64) -> Vec<Value> {
    let mut found: Vec<&Value> = books
        .orders
        .values()
        .filter(|order| (from..=to).contains(&rules.modified(order)))
        .collect();
    found.sort_by_key(|order| (rules.modified(order), rules.id(order)));
    found.into_iter().cloned().collect()
}

/// A page of them, counted from 0.
pub fn page(found: &[Value], page: usize, size: usize) -> Vec<Value> {
    found.iter().skip(page * size).take(size).cloned().collect()
}

async fn answer(State(platform): State<Platform>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body): Result<Bytes, _> = axum::body::to_bytes(body, 1 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut books = platform.books();
    books.requests += 1;
    let rules = platform.rules.as_ref();
    let mischief = &mut books.mischief;
    if take(&mut mischief.throttle) {
        return said(rules.throttled());
    }
    if take(&mut mischief.expire) {
        return said(rules.expired());
    }
    if take(&mut mischief.garbage) {
        return ([(header::CONTENT_TYPE, "text/html")], "<html>502 Bad Gateway</html>")
            .into_response();
    }
    let ask = Call {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: parts(head.uri.query().unwrap_or("")),
        headers: &head.headers,
        body: &body,
    };
    let (value, did) = rules.answer(&mut books, &ask);
    if did == Effect::Paged && take(&mut books.mischief.shake) {
        let now = jiff::Timestamp::now().as_second();
        let oldest = books
            .orders
            .iter()
            .min_by_key(|(_, order)| rules.modified(order))
            .map(|(id, _)| id.clone());
        if let Some(order) = oldest.and_then(|id| books.orders.get_mut(&id)) {
            rules.touch(order, now);
        }
    }
    if matches!(did, Effect::Shipped | Effect::Renewed | Effect::Pushed)
        && take(&mut books.mischief.drop_answers)
    {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if matches!(did, Effect::Refused(_)) {
        return said((value, did));
    }
    let mut text = value.to_string();
    if did == Effect::Paged && take(&mut books.mischief.half) {
        text = text.chars().take(text.chars().count() / 2).collect();
    }
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn said((value, did): (Value, Effect)) -> Response {
    let status = if let Effect::Refused(status) = did { status } else { 200 };
    (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), axum::Json(value)).into_response()
}

fn take(count: &mut u32) -> bool {
    let left = *count > 0;
    *count -= u32::from(left);
    left
}
