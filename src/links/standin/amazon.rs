//! Stand-in of Amazon's Selling Partner API: tokens, both versions of orders with their page
//! tokens, shipment confirmations by package number, listings' counts.

use super::app::{App, oauth};
use super::platform::{Call, Effect, Rules, StandinState, page, parts};
use serde_json::{Value, json};

/// `old`: orders are served as v0 only.
pub struct Amazon {
    pub app: App,
    pub old: bool,
}

const MARKET: &str = "M1";
const SELLER: &str = "SELLER1";

fn at(second: i64) -> String {
    jiff::Timestamp::from_second(second).unwrap_or_default().to_string()
}

fn second(said: &str) -> i64 {
    said.parse::<jiff::Timestamp>().map_or(0, |at| at.as_second())
}

impl Amazon {
    /// An unshipped order of lines (item's code, units, euros a unit) in the newer version's form;
    /// `modified` is in Unix seconds.
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let items: Vec<Value> = lines.iter().enumerate().map(|(n, (sku, qty, price))| json!({
            "orderItemId": format!("{id}{n}"), "quantityOrdered": qty,
            "product": {
                "asin": "B000TEST", "sellerSku": sku, "title": "Item",
                "price": { "unitPrice": { "amount": price, "currencyCode": "EUR" } },
            },
            "fulfillment": { "quantityFulfilled": 0, "quantityUnfulfilled": qty }, "brandNew": null,
        })).collect();
        json!({
            "orderId": id.to_string(), "createdTime": at(modified - 60),
            "lastUpdatedTime": at(modified), "salesChannel": { "marketplaceId": MARKET },
            "recipient": {
                "deliveryAddress": {
                    "name": "Ada Example", "addressLine1": "Musterweg 1", "city": "Musterstadt",
                    "postalCode": "00001", "countryCode": "DE", "phone": "0100-1",
                },
            },
            "proceeds": { "grandTotal": { "amount": "12.34", "currencyCode": "EUR" } },
            "orderItems": items,
            "fulfillment": { "fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT" },
        })
    }

    fn error(status: u16, code: &str) -> (Value, Effect) {
        (
            json!({ "errors": [{ "code": code, "message": "refused", "details": "" }] }),
            Effect::Refused(status),
        )
    }

    /// An address is shown to a restricted token only.
    fn old_order(order: &Value, restricted: bool) -> Value {
        let to = &order["recipient"]["deliveryAddress"];
        let mut old = json!({
            "AmazonOrderId": order["orderId"], "PurchaseDate": order["createdTime"],
            "LastUpdateDate": order["lastUpdatedTime"], "FulfillmentChannel": "MFN",
            "OrderStatus": match order["fulfillment"]["fulfillmentStatus"].as_str() {
                Some("SHIPPED") => "Shipped",
                _ => "Unshipped",
            },
            "OrderTotal": { "CurrencyCode": "EUR", "Amount": "12.34" },
            "ShippingAddress": {
                "Name": to["name"], "AddressLine1": to["addressLine1"], "City": to["city"],
                "PostalCode": to["postalCode"], "CountryCode": to["countryCode"],
            },
            "LatestShipDate": null,
        });
        if !restricted && let Some(fields) = old.as_object_mut() {
            fields.remove("ShippingAddress");
        }
        old
    }

    /// What changed in a stretch, a page of it, and the next page's token, which only goes with the
    /// same stretch.
    fn stretch(
        &self,
        books: &StandinState,
        names: [&str; 4],
        ask: &Call<'_>,
    ) -> Result<(Vec<Value>, Option<String>), (Value, Effect)> {
        let get = |key: &str| ask.query.get(key).map(String::as_str).unwrap_or_default();
        let [after, before, size, token] = names;
        let (from, to, size) =
            (second(get(after)), second(get(before)), get(size).parse::<usize>().unwrap_or(0));
        if from == 0 || to > jiff::Timestamp::now().as_second() || !(1..=100).contains(&size) {
            return Err(Amazon::error(400, "InvalidInput"));
        }
        let last = match get(token) {
            "" => String::new(),
            said => match said.strip_prefix(&format!("{from}-{to}-")) {
                Some(last) => last.to_owned(),
                None => return Err(Amazon::error(400, "InvalidInput")),
            },
        };
        let mut found: Vec<Value> = books
            .orders
            .values()
            .filter(|order| (from..=to).contains(&self.modified(order)) && self.id(order) > last)
            .cloned()
            .collect();
        found.sort_by_key(|order| self.id(order));
        let rows = page(&found, 0, size);
        let next = rows
            .last()
            .filter(|_| found.len() > size)
            .map(|order| format!("{from}-{to}-{}", self.id(order)));
        Ok((rows, next))
    }

    fn orders(&self, books: &StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let names =
            ["lastUpdatedAfter", "lastUpdatedBefore", "maxResultsPerPage", "paginationToken"];
        match self.stretch(books, names, ask) {
            Ok((rows, next)) => {
                let mut answer = json!({
                    "orders": rows, "lastUpdatedBefore": ask.query.get("lastUpdatedBefore"),
                });
                if let Some(next) = next {
                    answer["pagination"] = json!({ "nextToken": next });
                }
                (answer, Effect::Paged)
            }
            Err(refused) => refused,
        }
    }

    fn order_by_id(books: &StandinState, id: &str) -> (Value, Effect) {
        books.orders.get(id).map_or_else(
            || Amazon::error(404, "NotFound"),
            |order| (json!({ "order": order }), Effect::Other),
        )
    }

    /// A token that shows addresses too, for one path.
    fn restricted_token(token: &str, body: &Value) -> (Value, Effect) {
        let wanted = &body["restrictedResources"][0];
        if wanted["method"] != "GET"
            || wanted["dataElements"]
                .as_array()
                .is_none_or(|all| !all.iter().any(|one| one == "shippingAddress"))
        {
            return Amazon::error(400, "InvalidInput");
        }
        (
            json!({
                "restrictedDataToken": format!(
                    "{token}~{}", wanted["path"].as_str().unwrap_or_default()
                ),
                "expiresIn": 3600,
            }),
            Effect::Other,
        )
    }

    fn old_orders(
        &self,
        books: &StandinState,
        ask: &Call<'_>,
        restricted: bool,
    ) -> (Value, Effect) {
        let names = ["LastUpdatedAfter", "LastUpdatedBefore", "MaxResultsPerPage", "NextToken"];
        match self.stretch(books, names, ask) {
            Ok((rows, next)) => (
                json!({
                    "payload": {
                        "Orders": rows
                            .iter()
                            .map(|order| Amazon::old_order(order, restricted))
                            .collect::<Vec<_>>(),
                        "NextToken": next,
                    },
                }),
                Effect::Paged,
            ),
            Err(refused) => refused,
        }
    }

    fn old_order_by_id(books: &StandinState, id: &str, restricted: bool) -> (Value, Effect) {
        books.orders.get(id).map_or_else(
            || Amazon::error(404, "NotFound"),
            |order| (json!({ "payload": Amazon::old_order(order, restricted) }), Effect::Other),
        )
    }

    fn old_order_items(books: &StandinState, id: &str) -> (Value, Effect) {
        let Some(order) = books.orders.get(id) else { return Amazon::error(404, "NotFound") };
        let items = order["orderItems"].as_array().into_iter().flatten();
        let rows: Vec<Value> = items
            .map(|item| {
                json!({
                    "OrderItemId": item["orderItemId"],
                    "SellerSKU": item["product"]["sellerSku"], "Title": "Item",
                    "QuantityOrdered": item["quantityOrdered"],
                    "QuantityShipped": item["fulfillment"]["quantityFulfilled"],
                    "ItemPrice": { "CurrencyCode": "EUR", "Amount": "12.34" },
                })
            })
            .collect();
        (json!({ "payload": { "OrderItems": rows, "AmazonOrderId": id } }), Effect::Other)
    }

    fn confirm_shipment(books: &mut StandinState, id: &str, body: &Value) -> (Value, Effect) {
        let package = &body["packageDetail"];
        let number = package["packageReferenceId"].as_str().unwrap_or_default();
        let Some(order) = books.orders.get_mut(id) else {
            return Amazon::error(404, "NotFound");
        };
        if body["marketplaceId"] != MARKET
            || !number.parse::<u64>().is_ok_and(|n| n > 0)
            || (package["carrierCode"] == "Other") != package["carrierName"].is_string()
        {
            return Amazon::error(400, "InvalidInput");
        }
        for sent in package["orderItems"].as_array().into_iter().flatten() {
            for item in order["orderItems"]
                .as_array_mut()
                .into_iter()
                .flatten()
                .filter(|item| item["orderItemId"] == sent["orderItemId"])
            {
                item["fulfillment"]["quantityFulfilled"] = sent["quantity"].clone();
            }
        }
        let open = order["orderItems"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|item| item["fulfillment"]["quantityFulfilled"] != item["quantityOrdered"]);
        order["fulfillment"]["fulfillmentStatus"] =
            json!(if open { "PARTIALLY_SHIPPED" } else { "SHIPPED" });
        order["lastUpdatedTime"] = json!(at(jiff::Timestamp::now().as_second()));
        let told = json!({
            "order": id, "waybill": package["trackingNumber"],
            "carrier": package["carrierCode"], "package": number,
        });
        // The same package said again is no other one.
        books.shipped.retain(|before| {
            before["package"] != told["package"] || before["order"] != told["order"]
        });
        books.shipped.push(told);
        (Value::Null, Effect::Shipped)
    }

    fn set_count(books: &mut StandinState, sku: &str, body: &Value) -> (Value, Effect) {
        let patch = &body["patches"][0];
        match patch["value"][0]["quantity"].as_i64() {
            Some(n) if n >= 0 && patch["path"] == "/attributes/fulfillment_availability" => {
                books.set_stock(sku, n);
                (
                    json!({
                        "sku": sku, "status": "ACCEPTED", "submissionId": "s1", "issues": [],
                    }),
                    Effect::Pushed,
                )
            }
            _ => Amazon::error(400, "InvalidInput"),
        }
    }

    fn count(books: &StandinState, sku: &str) -> (Value, Effect) {
        let rows: Vec<Value> = books
            .stock
            .get(sku)
            .map(|n| json!({ "fulfillmentChannelCode": "DEFAULT", "quantity": n }))
            .into_iter()
            .collect();
        (json!({ "sku": sku, "fulfillmentAvailability": rows }), Effect::Other)
    }
}

impl Rules for Amazon {
    fn id(&self, order: &Value) -> String {
        order["orderId"].as_str().unwrap_or_default().to_owned()
    }
    fn modified(&self, order: &Value) -> i64 {
        second(order["lastUpdatedTime"].as_str().unwrap_or_default())
    }
    fn touch(&self, order: &mut Value, second: i64) {
        order["lastUpdatedTime"] = json!(at(second));
    }
    fn throttled(&self) -> (Value, Effect) {
        Amazon::error(429, "QuotaExceeded")
    }
    fn expired(&self) -> (Value, Effect) {
        Amazon::error(403, "Unauthorized")
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        if ask.path == "/auth/o2/token" {
            return oauth(
                books,
                &self.app,
                &parts(&String::from_utf8_lossy(ask.body)),
                ("client_id", "client_secret"),
                true,
            );
        }
        let token = ask
            .headers
            .get("x-amz-access-token")
            .and_then(|said| said.to_str().ok())
            .unwrap_or_default();
        // Made of the token that it was asked with, for one path.
        let restricted =
            token.strip_suffix(&format!("~{}", ask.path)).filter(|_| ask.method == "GET");
        if !books.admits(restricted.unwrap_or(token), &self.app.session) {
            return Amazon::error(403, "Unauthorized");
        }
        let body: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        let restricted = restricted.is_some();
        let path: Vec<&str> = ask.path.trim_start_matches('/').split('/').collect();
        match (ask.method, path.as_slice()) {
            ("GET", ["orders", "2026-01-01", "orders"])
                if !self.old
                    && ask.query.get("marketplaceIds").is_some_and(|said| said == MARKET) =>
            {
                self.orders(books, ask)
            }
            ("POST", ["tokens", "2021-03-01", "restrictedDataToken"]) => {
                Amazon::restricted_token(token, &body)
            }
            ("GET", ["orders", "2026-01-01", "orders", id]) if !self.old => {
                Amazon::order_by_id(books, id)
            }
            ("GET", ["orders", "v0", "orders"]) if self.old => {
                self.old_orders(books, ask, restricted)
            }
            ("GET", ["orders", "v0", "orders", id]) if self.old => {
                Amazon::old_order_by_id(books, id, restricted)
            }
            ("GET", ["orders", "v0", "orders", id, "orderItems"]) if self.old => {
                Amazon::old_order_items(books, id)
            }
            ("POST", ["orders", "v0", "orders", id, "shipmentConfirmation"]) => {
                Amazon::confirm_shipment(books, id, &body)
            }
            ("PATCH", ["listings", "2021-08-01", "items", SELLER, sku]) => {
                Amazon::set_count(books, sku, &body)
            }
            ("GET", ["listings", "2021-08-01", "items", SELLER, sku]) => Amazon::count(books, sku),
            _ => Amazon::error(404, "NotFound"),
        }
    }
}
