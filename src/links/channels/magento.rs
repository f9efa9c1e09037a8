//! Magento and Adobe Commerce (REST V1). Orders are read by their change time in stretches, from
//! the last page to the first, and never past the counted last page (behind it the last page comes
//! again).
//!
//! Who we are there, by the secret's file (and `--key-id`):
//! - an integration, signed by OAuth 1.0a with the option `auth=oauth1`: consumer secret, access
//!   token, the token's secret (consumer key). Without that option its access token alone, which
//!   newer shops take only where a setting allows it.
//! - an admin: password, nothing, `login` (user name): a new token every few hours.
//! - Adobe's cloud: client secret, nothing, `ims` (client id): a new token a day from the option
//!   `token_url`, for `scope`.
//!
//! What is unchecked: that a configurable product's parent row is what is shipped while its child
//! names the SKU; bundles ship their children here. Options: `page_size`, `window_s`, `lag_s`,
//! `lookback_s`, `source` (stock source, `default`), `paid` (state words, `processing`),
//! `carriers`.

use super::http;
use super::loose_json::{self, array, first_text, minor_units, text};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::sign::escape;
use super::time_window::{Rules, TimeWindow};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
    Unreadable,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Magento and Adobe Commerce (REST V1), on a server of the shop's or in Adobe's cloud: no rate of
/// its own, many counts in one call, no calls to us.
pub const KIND: Kind = Kind {
    takes_many: true,
    ..Kind::platform("magento", |account, client| Box::new(Magento { account, client }))
};

/// One store; its options say whether it is spoken to as an integration, as an admin or through
/// Adobe's cloud.
pub struct Magento {
    pub account: Account,
    pub client: Client,
}

/// An admin's token lives four hours.
const LOGIN_S: i64 = 4 * 3600;
const IMS: &str = "https://ims-na1.adobelogin.com/ims/token/v3";
const CLOCK: &str = "%Y-%m-%d %H:%M:%S";

/// The n-th condition of a search, as its own group: groups are joined by AND.
fn filter(n: usize, field: &str, how: &str, value: &str) -> String {
    let key = format!("searchCriteria[filter_groups][{n}][filters][0]");
    [("field", field), ("condition_type", how), ("value", value)]
        .iter()
        .map(|(part, said)| format!("{}={}&", escape(&format!("{key}[{part}]")), escape(said)))
        .collect()
}

fn paged(size: i64, page: i64) -> String {
    format!(
        "{}={size}&{}={page}",
        escape("searchCriteria[pageSize]"),
        escape("searchCriteria[currentPage]")
    )
}

fn sorted(n: usize, field: &str) -> String {
    let key = format!("searchCriteria[sortOrders][{n}]");
    format!(
        "{}={field}&{}=ASC&",
        escape(&format!("{key}[field]")),
        escape(&format!("{key}[direction]"))
    )
}

fn clock(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map(|at| at.strftime(CLOCK).to_string())
        .unwrap_or_default()
}

/// UTC without saying so.
fn utc(said: &Value) -> Option<String> {
    jiff::civil::DateTime::strptime(CLOCK, text(said))
        .ok()
        .and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).ok())
        .map(|at| at.to_string())
}

/// `2`, `2.0000` and `"2.0000"` are two.
fn whole(said: &Value) -> Option<i64> {
    let said = text(said);
    let (units, rest) = said.split_once('.').unwrap_or((&said, ""));
    rest.bytes().all(|b| b == b'0').then(|| units.parse().ok()).flatten()
}

impl Magento {
    fn rules(&self) -> Rules {
        Rules {
            span_s: self.account.number("window_s", 86_400).max(60),
            lag_s: self.account.number("lag_s", 10),
            lookback_s: self.account.number("lookback_s", 30 * 86_400),
        }
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        let request = self
            .client
            .request(method, format!("{}/V1{path}", self.account.url.trim_end_matches('/')));
        let mut request = match self.account.option("auth") {
            Some("oauth1") => oauth::sign_call(request, &self.account)?,
            _ => request.bearer_auth(&self.account.session),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        http::send(request).await?.ok(sentence)
    }

    async fn one(&self, order_no: &str) -> Result<Value, ChannelError> {
        let mut found = self
            .call(
                Method::GET,
                &format!("/orders?{}{}", filter(0, "increment_id", "eq", order_no), paged(1, 1)),
                None,
            )
            .await?;
        match loose_json::take_path(&mut found, &["items"]) {
            Value::Array(mut orders) if !orders.is_empty() => Ok(orders.swap_remove(0)),
            _ => Err(ChannelError::new(Class::NotFound, "no such order")),
        }
    }

    /// Adobe's door: the client itself is who asks.
    async fn ims(&self) -> Result<Tokens, ChannelError> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.account.key_id),
            ("client_secret", &self.account.secret),
            ("scope", self.account.option("scope").unwrap_or_default()),
        ];
        // What counts as the refresh token is how it is asked for.
        Ok(Tokens {
            refresh: String::new(),
            ..oauth::request_tokens(
                &self.client,
                self.account.option("token_url").unwrap_or(IMS),
                &form,
            )
            .await?
        })
    }

    fn order(&self, value: Value) -> Result<ShopOrder, Unreadable> {
        let paid = self
            .account
            .option("paid")
            .unwrap_or("processing")
            .split(',')
            .any(|word| word.trim() == text(&value["state"]));
        order(value, paid)
    }
}

/// `%1` and `%name` stand for parameters.
fn sentence(body: &Value) -> String {
    let mut said = text(&body["message"]);
    match &body["parameters"] {
        Value::Array(parts) => parts
            .iter()
            .enumerate()
            .for_each(|(n, part)| said = said.replace(&format!("%{}", n + 1), &text(part))),
        Value::Object(parts) => parts
            .iter()
            .for_each(|(name, part)| said = said.replace(&format!("%{name}"), &text(part))),
        _ => {}
    }
    said
}

impl Channel for Magento {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let rules = self.rules();
            let (window, size) =
                TimeWindow::of(&self.account, since, cursor, &rules, (limit, 300))?;
            let found = format!(
                "/orders?{}{}{}{}",
                filter(0, "updated_at", "gteq", &clock(window.from)),
                filter(1, "updated_at", "lteq", &clock(window.to)),
                sorted(0, "updated_at"),
                sorted(1, "entity_id")
            );
            let Some(page) = window.page else {
                let answer =
                    self.call(Method::GET, &format!("{found}{}", paged(1, 1)), None).await?;
                return window.count(&answer["total_count"], size, &rules);
            };
            let mut answer =
                self.call(Method::GET, &format!("{found}{}", paged(size, page)), None).await?;
            let Value::Array(rows) = loose_json::take_path(&mut answer, &["items"]) else {
                return Err(ChannelError::new(Class::Transient, "the page has no items"));
            };
            Ok(window.take(rows.into_iter().map(|row| self.order(row)).collect(), &rules))
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(self.order(self.one(order_no).await?)) })
    }

    /// A shipment of exactly these lines. One with this number that is there already is this one:
    /// nothing there knows a repeat.
    fn dispatch<'a>(&'a self, _: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let order = self.one(&text(&body["order_no"])).await?;
            let (id, waybill) = (text(&order["entity_id"]), text(&body["waybill"]));
            let before = self
                .call(
                    Method::GET,
                    &format!("/shipments?{}{}", filter(0, "order_id", "eq", &id), paged(100, 1)),
                    None,
                )
                .await?;
            if array(&before["items"])
                .iter()
                .flat_map(|shipment| array(&shipment["tracks"]))
                .any(|track| text(&track["track_number"]) == waybill)
            {
                return Ok(());
            }
            let carrier = text(&body["carrier"]);
            let was = text(&body["was"]);
            let changed = array(&before["items"]).iter().find(|shipment| {
                !was.is_empty()
                    && array(&shipment["tracks"])
                        .iter()
                        .any(|track| text(&track["track_number"]) == was)
            });
            if let Some(shipment) = changed {
                let track = json!({
                    "order_id": loose_json::whole_units(&order["entity_id"]),
                    "parent_id": shipment["entity_id"], "track_number": waybill, "title": carrier,
                    "carrier_code": self.account.carrier(&carrier),
                });
                return self
                    .call(Method::POST, "/shipment/track", Some(&json!({ "entity": track })))
                    .await
                    .map(drop);
            }
            let items: Vec<Value> = array(&body["lines"])
                .iter()
                .map(|line| {
                    json!({
                        "order_item_id": loose_json::whole_units(&line["line_no"]),
                        "qty": line["qty"],
                    })
                })
                .collect();
            let track = json!({
                "track_number": waybill, "title": carrier,
                "carrier_code": self.account.carrier(&carrier),
            });
            self.call(
                Method::POST,
                &format!("/order/{}/ship", escape(&id)),
                Some(&json!({ "items": items, "notify": true, "tracks": [track] })),
            )
            .await
            .map(drop)
        })
    }

    /// Twenty at a time is what a limited installation takes.
    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async move {
            let source = self.account.option("source").unwrap_or("default");
            let mut answers = Vec::new();
            for part in levels.chunks(20) {
                let row = |level: &StockLevel| {
                    json!({
                        "sku": level.name(), "source_code": source, "quantity": level.available,
                        "status": i64::from(level.available > 0),
                    })
                };
                match self
                    .call(
                        Method::POST,
                        "/inventory/source-items",
                        Some(&json!({ "sourceItems": part.iter().map(row).collect::<Vec<_>>() })),
                    )
                    .await
                {
                    Ok(_) => answers.extend(part.iter().map(|_| Ok(()))),
                    Err(error) if error.passes() => return Err(error),
                    // One of them is none of the shop's: which one is found by asking for each.
                    Err(_) => answers.extend(
                        super::each(part, |level| {
                            Box::pin(async move {
                                self.call(
                                    Method::POST,
                                    "/inventory/source-items",
                                    Some(&json!({ "sourceItems": [row(level)] })),
                                )
                                .await
                                .map(drop)
                            })
                        })
                        .await?,
                    ),
                }
            }
            Ok(answers)
        })
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(async move {
            let source = self.account.option("source").unwrap_or("default");
            let mut shown = Vec::new();
            for part in levels.chunks(20) {
                let skus = part.iter().map(|level| level.name()).collect::<Vec<_>>().join(",");
                let found = format!(
                    "/inventory/source-items?{}{}{}",
                    filter(0, "sku", "in", &skus),
                    filter(1, "source_code", "eq", source),
                    paged(20, 1)
                );
                let answer = self.call(Method::GET, &found, None).await?;
                shown.extend(part.iter().map(|level| {
                    array(&answer["items"])
                        .iter()
                        .find(|row| text(&row["sku"]).eq_ignore_ascii_case(level.name()))
                        .and_then(|row| whole(&row["quantity"]))
                }));
            }
            Ok(shown)
        })
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async move {
            match self.account.refresh.as_str() {
                "login" => {}
                "ims" => return self.ims().await.map(Some),
                _ => return Ok(None),
            }
            let login = json!({ "username": self.account.key_id, "password": self.account.secret });
            let request = self
                .client
                .post(format!(
                    "{}/V1/integration/admin/token",
                    self.account.url.trim_end_matches('/')
                ))
                .json(&login);
            match http::send(request).await?.ok(sentence)? {
                Value::String(access) => {
                    Ok(Some(Tokens { access, refresh: String::new(), lives_s: Some(LOGIN_S) }))
                }
                _ => Err(ChannelError::new(Class::SessionExpired, "the login gave no token")),
            }
        })
    }
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value, paid: bool) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["increment_id"]), read(&value, paid))
}

/// The rows that are shipped: a configurable's own row, a bundle's children.
fn shipped(rows: &[Value]) -> impl Iterator<Item = &Value> {
    let kind = |id: &str| {
        rows.iter()
            .find(|row| text(&row["item_id"]) == id)
            .map(|row| text(&row["product_type"]))
            .unwrap_or_default()
    };
    rows.iter().filter(move |row| match text(&row["parent_item_id"]).as_str() {
        "" => text(&row["product_type"]) != "bundle",
        parent => kind(parent) == "bundle",
    })
}

fn read(order: &Value, paid: bool) -> Result<ShopOrder, String> {
    let currency = first_text(order, &["base_currency_code", "order_currency_code"]);
    let rows = array(&order["items"]);
    let mut lines = Vec::new();
    for row in shipped(rows) {
        let (id, part) = (text(&row["item_id"]), |key: &str| whole(&row[key]).unwrap_or(0));
        let ordered = whole(&row["qty_ordered"])
            .ok_or_else(|| format!("a line has the quantity {}", row["qty_ordered"]))?;
        let left =
            ordered.saturating_sub(part("qty_refunded")).saturating_sub(part("qty_canceled"));
        let child = rows.iter().find(|child| {
            text(&child["parent_item_id"]) == id && text(&row["product_type"]) == "configurable"
        });
        let nothing =
            left <= 0 || matches!(text(&row["product_type"]).as_str(), "virtual" | "downloadable");
        lines.push(ShopLine {
            sku: text(&child.unwrap_or(row)["sku"]),
            title: text(&row["name"]),
            qty: if left > 0 { left } else { ordered },
            unit_price_minor: minor_units(&row["price"], &currency).unwrap_or(0),
            cancelled: nothing,
            sent: part("qty_shipped"),
            // The shop knows its own spelling of it.
            reference: text(&child.unwrap_or(row)["sku"]),
            line_no: id,
        });
    }
    let status = match text(&order["state"]).as_str() {
        "canceled" => OrderStatus::Cancelled,
        "closed" => OrderStatus::Refunded,
        "complete" => OrderStatus::Paid,
        _ if paid => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    };
    let to = match &order["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    {
        Value::Null => &order["billing_address"],
        address => address,
    };
    let part = |key: &str| text(&to[key]);
    Ok(ShopOrder {
        order_no: text(&order["increment_id"]),
        status,
        created_at: utc(&order["created_at"])
            .ok_or_else(|| format!("created_at is {}", order["created_at"]))?,
        updated_at: utc(&order["updated_at"])
            .ok_or_else(|| format!("updated_at is {}", order["updated_at"]))?,
        paid_at: None,
        total_minor: minor_units(&order["grand_total"], &currency)?,
        currency,
        carrier: None,
        ship_by: None,
        receiver: Receiver {
            name: [part("firstname"), part("lastname")].join(" ").trim().to_owned(),
            phone: part("telephone"),
            country: part("country_id"),
            province: part("region"),
            city: part("city"),
            district: String::new(),
            address: array(&to["street"])
                .iter()
                .map(text)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            postcode: part("postcode"),
            token: String::new(),
        },
        note: text(&order["customer_note"]),
        lines,
        // A guest has none, or zero.
        customer: Some(text(&order["customer_id"])).filter(|id| id != "0"),
        replaces: None,
        payload: order.clone(),
    })
}
