//! A stand-in of WooCommerce: credentials, filters, pages and cursors, refusals with
//! their statuses.

use super::app::{App, oauth1};
use super::platform::{Call, Effect, Rules, StandinState, number_of, page};
use serde_json::{Value, json};

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn utc(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .unwrap_or_default()
        .strftime("%Y-%m-%dT%H:%M:%S")
        .to_string()
}

fn second(text: &str) -> i64 {
    format!("{}Z", text.trim_end_matches('Z'))
        .parse::<jiff::Timestamp>()
        .map_or(0, |at| at.as_second())
}

/// With the app that may call it: by key and secret, or by a signature without a token.
pub struct Woo(pub App);

/// An order as it is shown: of its refunds only that there are some; they and its notes are asked
/// for by themselves.
fn shown(mut order: Value) -> Value {
    let refunds = order["_refunds"].as_array().into_iter().flatten();
    order["refunds"] = refunds
        .map(|refund| json!({ "id": refund["id"], "reason": "", "total": "-1.00" }))
        .collect();
    if let Some(order) = order.as_object_mut() {
        order.retain(|key, _| !key.starts_with('_'));
    }
    order
}

impl Woo {
    /// A paid order of lines (item's code, units, euros a unit); `modified` is in Unix seconds.
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let items: Vec<Value> = lines
            .iter()
            .enumerate()
            .map(|(n, (sku, qty, price))| {
                json!({
                    "id": 100 + n, "product_id": number_of(sku), "variation_id": 0, "sku": sku,
                    "name": "Item", "quantity": qty, "total": price,
                    "price": price.parse::<f64>().unwrap_or(0.0),
                })
            })
            .collect();
        json!({
            "id": id, "number": id.to_string(), "status": "processing", "currency": "EUR",
            "date_created_gmt": utc(modified - 60), "date_modified_gmt": utc(modified),
            "date_paid_gmt": utc(modified - 30), "total": "12.34", "customer_note": "",
            "billing": { "first_name": "Ada", "phone": "0100-1" }, "refunds": [], "meta_data": [],
            "extra": { "any": null },
            "shipping": {
                "first_name": "Ada", "last_name": "Example", "address_1": "Musterweg 1",
                "address_2": "", "city": "Musterstadt", "state": "", "postcode": "00001",
                "country": "DE",
            },
            "line_items": items,
        })
    }

    fn error(status: u16, code: &str) -> (Value, Effect) {
        (
            json!({ "code": code, "message": "refused", "data": { "status": status } }),
            Effect::Refused(status),
        )
    }

    fn no_order() -> (Value, Effect) {
        Woo::error(404, "woocommerce_rest_shop_order_invalid_id")
    }

    /// The count of a thing: it is said or asked.
    fn product(books: &mut StandinState, thing: &str, ask: &Call<'_>) -> (Value, Effect) {
        let change: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        match (ask.method, change["stock_quantity"].as_i64()) {
            ("PUT", Some(n)) if change["manage_stock"] == true => {
                books.set_stock(thing, n);
                (json!({ "stock_quantity": n }), Effect::Pushed)
            }
            ("GET", _) => (json!({ "stock_quantity": books.stock.get(thing) }), Effect::Other),
            _ => Woo::error(400, "rest_invalid_param"),
        }
    }

    /// An order's refunds and notes, which are asked for by themselves.
    fn beside(order: &mut Value, of: &str, ask: &Call<'_>) -> (Value, Effect) {
        match (ask.method, of) {
            ("GET", "refunds") => (order["_refunds"].clone(), Effect::Other),
            ("GET", "notes") => {
                (order["_notes"].as_array().cloned().unwrap_or_default().into(), Effect::Other)
            }
            ("POST", "notes") => {
                let note: Value = serde_json::from_slice(ask.body).unwrap_or_default();
                let mut notes = order["_notes"].as_array().cloned().unwrap_or_default();
                notes.push(json!({
                    "id": notes.len() + 1, "note": note["note"],
                    "customer_note": note["customer_note"],
                }));
                order["_notes"] = Value::Array(notes);
                (note, Effect::Other)
            }
            _ => Woo::error(404, "rest_no_route"),
        }
    }

    fn changed_orders(&self, books: &StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let get = |key: &str| ask.query.get(key).map(String::as_str).unwrap_or_default();
        let (size, no): (usize, usize) =
            (get("per_page").parse().unwrap_or(10), get("page").parse().unwrap_or(1));
        if !(1..=100).contains(&size)
            || no < 1
            || get("dates_are_gmt") != "true"
            || !matches!(get("orderby"), "date" | "id" | "title" | "slug")
        {
            return Woo::error(400, "rest_invalid_param");
        }
        let after = second(get("modified_after"));
        let mut found: Vec<Value> =
            books.orders.values().filter(|order| self.modified(order) > after).cloned().collect();
        found.sort_by_key(|order| order["id"].as_u64());
        (page(&found, no - 1, size).into_iter().map(shown).collect(), Effect::Paged)
    }

    fn change(books: &mut StandinState, id: &str, ask: &Call<'_>) -> (Value, Effect) {
        let Some(order) = books.orders.get_mut(id) else { return Woo::no_order() };
        let change: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        let before = order["meta_data"].clone();
        order["meta_data"] = change["meta_data"].clone();
        if change["status"].is_string() {
            order["status"] = change["status"].clone();
        }
        order["date_modified_gmt"] = json!(utc(now()));
        let order = order.clone();
        // The same said again is no other effect.
        if before != order["meta_data"] {
            let parcels = order["meta_data"][0]["value"].as_object().cloned().unwrap_or_default();
            let last = parcels.values().next_back().cloned().unwrap_or_default();
            // A parcel that was there with another number is no other parcel.
            let count = |meta: &Value| meta[0]["value"].as_object().map_or(0, |map| map.len());
            if count(&before) == count(&order["meta_data"]) {
                books.renumber(id, None, last["waybill"].as_str().unwrap_or_default());
                return (order, Effect::Shipped);
            }
            books.shipped.push(json!({
                "order": id, "waybill": last["waybill"], "carrier": last["carrier"],
                "status": order["status"],
            }));
        }
        (order, Effect::Shipped)
    }
}

impl Rules for Woo {
    fn id(&self, order: &Value) -> String {
        order["id"].to_string()
    }
    fn modified(&self, order: &Value) -> i64 {
        second(order["date_modified_gmt"].as_str().unwrap_or_default())
    }
    fn touch(&self, order: &mut Value, at: i64) {
        order["date_modified_gmt"] = json!(utc(at));
    }
    fn throttled(&self) -> (Value, Effect) {
        Woo::error(429, "too_many")
    }
    fn expired(&self) -> (Value, Effect) {
        Woo::error(401, "woocommerce_rest_cannot_view")
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        if ask.basic() != Some((self.0.key.clone(), self.0.secret.clone()))
            && oauth1(ask, &self.0) != Some(String::new())
        {
            return Woo::error(401, "woocommerce_rest_cannot_view");
        }
        if let Some(thing) = ask.path.strip_prefix("/products/") {
            return Woo::product(books, thing, ask);
        }
        let behind = ask.path.strip_prefix("/orders/");
        if let Some((id, of)) = behind.and_then(|rest| rest.split_once('/')) {
            return match books.orders.get_mut(id) {
                Some(order) => Woo::beside(order, of, ask),
                None => Woo::no_order(),
            };
        }
        match (ask.method, behind) {
            ("GET", None) if ask.path == "/orders" => self.changed_orders(books, ask),
            ("GET", Some(id)) => books
                .orders
                .get(id)
                .map_or_else(Woo::no_order, |order| (shown(order.clone()), Effect::Other)),
            ("PUT", Some(id)) => Woo::change(books, id, ask),
            _ => Woo::error(404, "rest_no_route"),
        }
    }
}
