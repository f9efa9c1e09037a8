//! WooCommerce (REST v3) over HTTPS with the shop's consumer key and secret; with the option
//! `auth=oauth1` calls are signed instead, as a shop without HTTPS wants it. Orders are filtered by
//! their modified time and paged by id, which does not move while they change; what changes
//! meanwhile is seen again from the next mark.
//!
//! A part of an order cannot be told by a status: the order is completed when its last line is
//! sent; the numbers stand in its meta data and, for the buyer, in a note each. What was refunded
//! of its lines is asked for where an order has refunds. Options: `auth`, `page_size`, `lag_s`,
//! `lookback_s`, `paid` (status words, `processing`).

use super::http;
use super::loose_json::{array, first_text, item_and_variant, minor_units, text, whole_units};
use super::normalize::order_or_unreadable;
use super::oauth;
use super::sign;
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, Signed, StockLevel,
    Unreadable,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// WooCommerce on a server of the shop's: no rate of its own, a call an item for counts. Its
/// webhooks are signed over the body, in the header `X-WC-Webhook-Signature`.
pub const KIND: Kind = Kind {
    hook: Some(|_, call, _| {
        let signature = BASE64_STANDARD.decode(call.header("X-WC-Webhook-Signature")).ok()?;
        Some(Signed { bytes: call.body.clone(), signature })
    }),
    ..Kind::platform("woo", |account, client| Box::new(Woo { account, client }))
};

/// One store, by its consumer key and secret: as a password over HTTPS, or under a signature.
pub struct Woo {
    pub account: Account,
    pub client: Client,
}

/// Where the parcels' numbers stand in an order's meta data, by parcel.
const TRACKING: &str = "_wavedeck_parcels";

impl Woo {
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        let url = format!("{}{path}", self.account.url.trim_end_matches('/'));
        let request = self.client.request(method, url);
        let mut request = match self.account.option("auth") {
            Some("oauth1") => oauth::sign_call(request, &self.account)?,
            _ => request.basic_auth(&self.account.key_id, Some(&self.account.secret)),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        http::send(request).await?.ok(|body| first_text(body, &["message", "code"]))
    }

    /// Is it a status word of orders that wait to be sent?
    fn pays(&self, status: &str) -> bool {
        self.account
            .option("paid")
            .unwrap_or("processing")
            .split(',')
            .any(|word| word.trim() == status)
    }

    fn order(&self, value: Value) -> Result<ShopOrder, Unreadable> {
        let paid = self.pays(&text(&value["status"]));
        order(value, paid)
    }

    /// An order says that there are refunds, and no more: of which lines is read besides.
    async fn with_refunds(&self, mut order: Value) -> Result<Value, ChannelError> {
        if !array(&order["refunds"]).is_empty() {
            let path =
                format!("/orders/{}/refunds?per_page=100", sign::escape(&text(&order["id"])));
            order["refunds"] =
                http::retry_throttled(|| Box::pin(self.call(Method::GET, &path, None))).await?;
        }
        Ok(order)
    }

    /// The buyer reads the number; one that stands there already is not written twice.
    async fn note(&self, path: &str, body: &Value) -> Result<(), ChannelError> {
        let (carrier, waybill) = (text(&body["carrier"]), text(&body["waybill"]));
        let notes = self.call(Method::GET, &format!("{path}/notes"), None).await?;
        if array(&notes).iter().any(|note| text(&note["note"]).contains(&waybill)) {
            return Ok(());
        }
        self.call(
            Method::POST,
            &format!("{path}/notes"),
            Some(&json!({ "note": format!("{carrier} {waybill}"), "customer_note": true })),
        )
        .await
        .map(drop)
    }
}

/// `2026-11-24T08:00:00`, in UTC without saying so.
fn gmt(said: &Value) -> Option<String> {
    let said = text(said);
    said.strip_suffix('Z')
        .unwrap_or(&said)
        .parse::<jiff::civil::DateTime>()
        .ok()
        .and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).ok())
        .map(|at| at.to_string())
}

/// The path of an item: a product, or one of its variations.
fn thing(level: &StockLevel) -> Result<String, ChannelError> {
    Ok(match level.parts()? {
        (product, "") => format!("/products/{}", sign::escape(product)),
        (product, variation) => {
            format!("/products/{}/variations/{}", sign::escape(product), sign::escape(variation))
        }
    })
}

impl Channel for Woo {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let now = jiff::Timestamp::now().as_second();
            let until = jiff::Timestamp::from_second(now - self.account.number("lag_s", 5))
                .unwrap_or_default();
            let from = since
                .and_then(|text| text.parse::<jiff::Timestamp>().ok())
                .map_or(now - self.account.number("lookback_s", 30 * 86_400), |at| at.as_second());
            // The cursor is the page and the second that the stretch begins behind.
            let (page, from) = match cursor
                .split_once('.')
                .map(|(page, from)| (page.parse::<i64>(), from.parse::<i64>()))
            {
                Some((Ok(page), Ok(from))) if page > 0 => (page, from),
                None if cursor.is_empty() => (1, from),
                _ => {
                    return Err(ChannelError::new(
                        Class::BadCursor,
                        format!("{cursor:?} is no place to go on from"),
                    ));
                }
            };
            let after = jiff::Timestamp::from_second(from - 1).unwrap_or_default();
            let size = self.account.number("page_size", limit).clamp(1, 100);
            let path = format!(
                "/orders?modified_after={}&dates_are_gmt=true&orderby=id&order=asc\
                 &per_page={size}&page={page}",
                sign::escape(&after.to_string())
            );
            let body = self.call(Method::GET, &path, None).await?;
            let Value::Array(rows) = body else {
                return Err(ChannelError::new(Class::Transient, "the page is no list of orders"));
            };
            let more = rows.len() as i64 == size;
            let mut orders = Vec::with_capacity(rows.len());
            for row in rows {
                orders.push(self.order(self.with_refunds(row).await?));
            }
            Ok(PullPage {
                orders,
                next_cursor: more.then(|| format!("{}.{from}", page + 1)),
                server_time: until.to_string(),
            })
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move {
            let body = self
                .call(Method::GET, &format!("/orders/{}", sign::escape(order_no)), None)
                .await?;
            super::one(self.order(self.with_refunds(body).await?))
        })
    }

    /// One PUT with everything that is known of the order's parcels: sent again it changes nothing.
    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let path = format!("/orders/{}", sign::escape(&text(&body["order_no"])));
            let order = self.with_refunds(self.call(Method::GET, &path, None).await?).await?;
            let mut parcels = array(&order["meta_data"])
                .iter()
                .find(|meta| meta["key"] == TRACKING)
                .map(|meta| meta["value"].clone())
                .filter(Value::is_object)
                .unwrap_or_else(|| json!({}));
            // By the parcel: one that gets another number stays one.
            let parcel = Some(text(&body["parcel"]))
                .filter(|parcel| !parcel.is_empty())
                .unwrap_or_else(|| key.to_string());
            parcels[parcel] = json!({
                "carrier": body["carrier"], "waybill": body["waybill"], "lines": body["lines"],
            });
            let sent = |id: &str| -> i64 {
                let lines = parcels
                    .as_object()
                    .into_iter()
                    .flatten()
                    .flat_map(|(_, parcel)| array(&parcel["lines"]));
                lines
                    .filter(|line| text(&line["line_no"]) == id)
                    .filter_map(|line| whole_units(&line["qty"]))
                    .fold(0, i64::saturating_add)
            };
            let whole = array(&order["line_items"])
                .iter()
                .all(|line| sent(&text(&line["id"])) >= left(&order, line).unwrap_or(0));
            let mut change = json!({ "meta_data": [{ "key": TRACKING, "value": parcels }] });
            if whole {
                change["status"] = json!("completed");
            }
            self.call(Method::PUT, &path, Some(&change)).await?;
            self.note(&path, body).await
        })
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| {
            Box::pin(async move {
                self.call(
                    Method::PUT,
                    &thing(level)?,
                    Some(&json!({ "manage_stock": true, "stock_quantity": level.available })),
                )
                .await
                .map(drop)
            })
        }))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                Ok(whole_units(
                    &self.call(Method::GET, &thing(level)?, None).await?["stock_quantity"],
                ))
            })
        }))
    }
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value, paid: bool) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["id"]), read(&value, paid))
}

/// What is to be sent of a line: refunds name it in their meta data, with negative counts.
fn left(order: &Value, line: &Value) -> Option<i64> {
    let id = text(&line["id"]);
    let of_it = |back: &&Value| {
        array(&back["meta_data"])
            .iter()
            .any(|meta| meta["key"] == "_refunded_item_id" && text(&meta["value"]) == id)
    };
    let back = array(&order["refunds"])
        .iter()
        .flat_map(|refund| array(&refund["line_items"]))
        .filter(of_it)
        .filter_map(|back| whole_units(&back["quantity"]));
    Some(
        whole_units(&line["quantity"])?
            .saturating_sub(back.fold(0, i64::saturating_add).saturating_abs()),
    )
}

fn read(order: &Value, paid: bool) -> Result<ShopOrder, String> {
    let currency = text(&order["currency"]);
    let mut lines = Vec::new();
    for row in array(&order["line_items"]) {
        lines.push(line(order, row, &currency)?);
    }
    Ok(ShopOrder {
        order_no: text(&order["id"]),
        status: status(order, paid),
        created_at: gmt(&order["date_created_gmt"])
            .ok_or_else(|| format!("date_created_gmt is {}", order["date_created_gmt"]))?,
        updated_at: gmt(&order["date_modified_gmt"])
            .ok_or_else(|| format!("date_modified_gmt is {}", order["date_modified_gmt"]))?,
        paid_at: gmt(&order["date_paid_gmt"]),
        total_minor: minor_units(&order["total"], &currency)?,
        currency,
        carrier: None,
        ship_by: None,
        receiver: receiver(order),
        note: text(&order["customer_note"]),
        lines,
        // A guest has none, or zero.
        customer: Some(text(&order["customer_id"])).filter(|id| id != "0"),
        replaces: None,
        payload: order.clone(),
    })
}

fn line(order: &Value, line: &Value, currency: &str) -> Result<ShopLine, String> {
    let qty = whole_units(&line["quantity"])
        .ok_or_else(|| format!("a line has the quantity {}", line["quantity"]))?;
    let left = left(order, line).unwrap_or(qty);
    // A product without variants has the variation 0.
    let sku = ["sku", "variation_id", "product_id"]
        .map(|key| text(&line[key]))
        .into_iter()
        .find(|said| !matches!(said.trim(), "" | "0"));
    Ok(ShopLine {
        line_no: text(&line["id"]),
        sku: sku.unwrap_or_default(),
        title: text(&line["name"]),
        qty: if left > 0 { left } else { qty },
        unit_price_minor: minor_units(&line["price"], currency).unwrap_or(0),
        cancelled: left <= 0,
        sent: ShopLine::whole_if(left > 0 && text(&order["status"]) == "completed"),
        reference: item_and_variant(line, "product_id", "variation_id"),
    })
}

/// `paid`: its status word is one of those that the shop sends goods in.
fn status(order: &Value, paid: bool) -> OrderStatus {
    match text(&order["status"]).as_str() {
        "cancelled" | "failed" | "trash" => OrderStatus::Cancelled,
        "refunded" => OrderStatus::Refunded,
        _ if paid => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    }
}

fn receiver(order: &Value) -> Receiver {
    let (to, bill) = (&order["shipping"], &order["billing"]);
    let to = if text(&to["address_1"]).is_empty() { bill } else { to };
    let part = |key: &str| text(&to[key]);
    let join = |parts: &[String]| {
        parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    };
    Receiver {
        name: join(&[part("first_name"), part("last_name"), part("company")]),
        // Often only the one who pays has a phone.
        phone: Some(part("phone"))
            .filter(|phone| !phone.is_empty())
            .unwrap_or_else(|| text(&bill["phone"])),
        country: part("country"),
        province: part("state"),
        city: part("city"),
        district: String::new(),
        address: join(&[part("address_1"), part("address_2")]),
        postcode: part("postcode"),
        token: String::new(),
    }
}
