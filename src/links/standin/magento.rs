//! Stand-in of Magento: a bearer token or a signature by OAuth 1.0a, search criteria, pages that
//! repeat the last one, shipments that may be made twice.

use super::app::{App, oauth1};
use super::platform::{Call, Effect, Rules, StandinState, page, parts};
use serde_json::{Value, json};

/// With the app that may call it: an integration, an admin or a client of Adobe's cloud.
pub struct Magento(pub App);

fn clock(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn second(said: &Value) -> i64 {
    let time =
        jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", said.as_str().unwrap_or_default())
            .ok();
    time.and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).ok())
        .map_or(0, |at| at.as_second())
}

impl Magento {
    /// A paid order of lines (item's code, units, euros a unit), each a configurable product's row
    /// and its child; `modified` is in Unix seconds.
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let items: Vec<Value> = lines.iter().enumerate().flat_map(|(n, (sku, qty, price))| {
            let row = json!({
                "item_id": 10 * n + 1, "sku": sku, "name": "Item", "product_type": "configurable",
                "parent_item_id": null, "qty_ordered": qty, "qty_invoiced": qty, "qty_shipped": 0,
                "qty_refunded": 0, "qty_canceled": 0, "price": price.parse::<f64>().unwrap_or(0.0),
            });
            let child = json!({
                "item_id": 10 * n + 2, "sku": sku, "product_type": "simple",
                "parent_item_id": 10 * n + 1, "qty_ordered": qty, "price": 0,
            });
            [row, child]
        }).collect();
        json!({
            "entity_id": id, "increment_id": id.to_string(), "state": "processing",
            "status": "processing_custom", "created_at": clock(modified - 60),
            "updated_at": clock(modified), "base_currency_code": "EUR", "grand_total": 12.34,
            "items": items,
            "extension_attributes": {
                "shipping_assignments": [
                    {
                        "shipping": {
                            "address": {
                                "firstname": "Ada", "lastname": "Example",
                                "street": ["Musterweg 1", ""], "city": "Musterstadt",
                                "region": "BE", "postcode": "00001", "country_id": "DE",
                                "telephone": "0100-1",
                            },
                        },
                    },
                ],
            },
        })
    }

    fn error(status: u16, said: &str) -> (Value, Effect) {
        (
            json!({ "message": format!("{said} %1"), "parameters": ["here"] }),
            Effect::Refused(status),
        )
    }

    /// The value of a condition on a field.
    fn condition(ask: &Call<'_>, field: &str, how: &str) -> Option<String> {
        (0..8).find_map(|n| {
            let get = |part: &str| {
                ask.query.get(&format!("searchCriteria[filter_groups][{n}][filters][0][{part}]"))
            };
            (get("field")? == field && get("condition_type")? == how)
                .then(|| get("value").cloned())?
        })
    }

    /// A whole number among the search criteria; 0 where it is missing or none.
    fn criterion(ask: &Call<'_>, key: &str) -> usize {
        ask.query
            .get(&format!("searchCriteria[{key}]"))
            .and_then(|said| said.parse().ok())
            .unwrap_or(0)
    }

    fn admin_token(&self, books: &mut StandinState, body: &Value) -> (Value, Effect) {
        if body["username"] != self.0.key || body["password"] != self.0.secret {
            return Magento::error(401, "The account sign-in was incorrect");
        }
        (books.renew(true)["access_token"].clone(), Effect::Renewed)
    }

    /// Adobe's cloud gives tokens to clients, and asks for no refresh token.
    fn cloud_token(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let form = parts(&String::from_utf8_lossy(ask.body));
        let get = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
        if get("grant_type") != "client_credentials"
            || get("client_id") != self.0.key
            || get("client_secret") != self.0.secret
            || get("scope").is_empty()
        {
            return Magento::error(400, "invalid_client");
        }
        (books.renew(true), Effect::Renewed)
    }

    /// By a bearer token, or by a signature that names one.
    fn admits(&self, books: &StandinState, ask: &Call<'_>) -> bool {
        let bearer = ask
            .headers
            .get("authorization")
            .and_then(|said| said.to_str().ok())
            .and_then(|said| said.strip_prefix("Bearer "))
            .map(str::to_owned)
            .or_else(|| oauth1(ask, &self.0))
            .unwrap_or_default();
        books.admits(&bearer, &self.0.session)
    }

    fn orders(&self, books: &StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let size = Magento::criterion(ask, "pageSize");
        if !(1..=300).contains(&size) {
            return Magento::error(400, "Maximum page size is 300");
        }
        let time = |how: &str| {
            Magento::condition(ask, "updated_at", how).map(|said| second(&Value::from(said)))
        };
        let mut found: Vec<Value> = match Magento::condition(ask, "increment_id", "eq") {
            Some(id) => books.orders.get(&id).cloned().into_iter().collect(),
            None => books
                .orders
                .values()
                .filter(|order| {
                    time("gteq").is_none_or(|from| from <= self.modified(order))
                        && time("lteq").is_none_or(|to| self.modified(order) <= to)
                })
                .cloned()
                .collect(),
        };
        found.sort_by_key(|order| (self.modified(order), order["entity_id"].as_u64()));
        // Behind the last page the last page comes again.
        let last = found.len().div_ceil(size).max(1);
        let no = Magento::criterion(ask, "currentPage").clamp(1, last);
        (
            json!({
                "items": page(&found, no - 1, size), "total_count": found.len(),
                "search_criteria": {},
            }),
            Effect::Paged,
        )
    }

    fn shipments(books: &StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let id = Magento::condition(ask, "order_id", "eq").unwrap_or_default();
        let rows: Vec<Value> = books
            .shipped
            .iter()
            .filter(|told| told["entity"] == id)
            .map(|told| json!({ "entity_id": 1, "tracks": [{ "track_number": told["waybill"] }] }))
            .collect();
        (json!({ "items": rows, "total_count": rows.len() }), Effect::Other)
    }

    fn add_track(books: &mut StandinState, body: &Value) -> (Value, Effect) {
        let (entity, number) = (
            body["entity"]["order_id"].to_string(),
            body["entity"]["track_number"].as_str().unwrap_or_default(),
        );
        let order = books
            .shipped
            .iter()
            .find(|told| told["entity"] == entity)
            .map(|told| told["order"].as_str().unwrap_or_default().to_owned());
        let Some(order) = order else { return Magento::error(404, "No such entity") };
        books.renumber(&order, None, number);
        (json!(7), Effect::Shipped)
    }

    fn ship(books: &mut StandinState, path: &str, body: &Value) -> (Value, Effect) {
        let id = path.trim_start_matches("/V1/order/").trim_end_matches("/ship");
        let Some(order) =
            books.orders.values_mut().find(|order| order["entity_id"].as_u64() == id.parse().ok())
        else {
            return Magento::error(404, "No such entity");
        };
        let (no, mut lines) = (order["increment_id"].clone(), Vec::new());
        for sent in body["items"].as_array().into_iter().flatten() {
            for row in order["items"]
                .as_array_mut()
                .into_iter()
                .flatten()
                .filter(|row| row["item_id"] == sent["order_item_id"])
            {
                row["qty_shipped"] = json!(
                    row["qty_shipped"].as_i64().unwrap_or(0) + sent["qty"].as_i64().unwrap_or(0)
                );
                lines.push(row["item_id"].to_string());
            }
        }
        order["updated_at"] = json!(clock(jiff::Timestamp::now().as_second()));
        books.shipped.push(json!({
            "order": no, "entity": id, "waybill": body["tracks"][0]["track_number"],
            "carrier": body["tracks"][0]["carrier_code"], "lines": lines,
        }));
        (json!("1001"), Effect::Shipped)
    }

    fn set_counts(books: &mut StandinState, body: &Value) -> (Value, Effect) {
        let rows = body["sourceItems"].as_array().map(Vec::as_slice).unwrap_or_default();
        if rows.len() > 20
            || rows
                .iter()
                .any(|row| row["source_code"] != "default" || row["quantity"].as_i64().is_none())
        {
            return Magento::error(400, "Invalid source items");
        }
        for row in rows {
            books.set_stock(
                row["sku"].as_str().unwrap_or_default(),
                row["quantity"].as_i64().unwrap_or(0),
            );
        }
        (json!([]), Effect::Pushed)
    }

    fn counts(books: &StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let skus = Magento::condition(ask, "sku", "in").unwrap_or_default();
        let rows: Vec<Value> = skus
            .split(',')
            .filter_map(|sku| {
                Some(json!({
                    "sku": sku, "source_code": "default",
                    "quantity": *books.stock.get(sku)? as f64, "status": 1,
                }))
            })
            .collect();
        (json!({ "items": rows, "total_count": rows.len() }), Effect::Other)
    }
}

impl Rules for Magento {
    fn id(&self, order: &Value) -> String {
        order["increment_id"].as_str().unwrap_or_default().to_owned()
    }
    fn modified(&self, order: &Value) -> i64 {
        second(&order["updated_at"])
    }
    fn touch(&self, order: &mut Value, second: i64) {
        order["updated_at"] = json!(clock(second));
    }
    fn throttled(&self) -> (Value, Effect) {
        Magento::error(429, "Slower")
    }
    fn expired(&self) -> (Value, Effect) {
        Magento::error(401, "The consumer isn't authorized")
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let body: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        match ask.path {
            "/V1/integration/admin/token" => return self.admin_token(books, &body),
            "/ims/token/v3" => return self.cloud_token(books, ask),
            _ if !self.admits(books, ask) => return self.expired(),
            _ => {}
        }
        match (ask.method, ask.path) {
            ("GET", "/V1/orders") => self.orders(books, ask),
            ("GET", "/V1/shipments") => Magento::shipments(books, ask),
            ("POST", "/V1/shipment/track") => Magento::add_track(books, &body),
            ("POST", path) if path.starts_with("/V1/order/") => Magento::ship(books, path, &body),
            ("POST", "/V1/inventory/source-items") => Magento::set_counts(books, &body),
            ("GET", "/V1/inventory/source-items") => Magento::counts(books, ask),
            _ => Magento::error(404, "Request does not match any route"),
        }
    }
}
