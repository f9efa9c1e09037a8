//! Stand-in of Shopify's GraphQL door: it knows the calls by what they ask for, pages by cursor in
//! the order of changes, counts what is left of each fulfilment order, and sets counts all or none.

use super::app::App;
use super::platform::{Call, Effect, Rules, StandinState, number_of, page};
use serde_json::{Value, json};

/// With the app that may call it; only its access token is asked for.
pub struct Shopify(pub App);

fn at(second: i64) -> String {
    jiff::Timestamp::from_second(second).unwrap_or_default().to_string()
}

fn second(said: &str) -> i64 {
    said.parse::<jiff::Timestamp>().map_or(0, |at| at.as_second())
}

fn tail(value: &Value) -> String {
    value.as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
}

impl Shopify {
    /// A paid order of lines (item's code, units, euros a unit); `modified` is in Unix seconds.
    pub fn order(id: u64, modified: i64, lines: &[(&str, i64, &str)]) -> Value {
        let items: Vec<Value> = lines.iter().enumerate().map(|(n, (sku, qty, price))| json!({
            "id": format!("gid://shopify/LineItem/{id}{n}"), "sku": sku, "name": "Item",
            "quantity": qty, "currentQuantity": qty, "unfulfilledQuantity": qty,
            "requiresShipping": true, "originalUnitPriceSet": { "shopMoney": { "amount": price } },
            "variant": {
                "id": format!("gid://shopify/ProductVariant/{n}"),
                "inventoryItem": {
                    "id": format!("gid://shopify/InventoryItem/{}", number_of(sku)),
                },
            },
        })).collect();
        json!({
            "id": format!("gid://shopify/Order/{id}"), "legacyResourceId": id.to_string(),
            "name": format!("#{}", id % 10_000), "createdAt": at(modified - 60),
            "updatedAt": at(modified), "processedAt": at(modified - 30), "cancelledAt": null,
            "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED",
            "currencyCode": "EUR", "note": null,
            "currentTotalPriceSet": { "shopMoney": { "amount": "12.34", "currencyCode": "EUR" } },
            "shippingAddress": {
                "name": "Ada Example", "phone": null, "countryCodeV2": "DE", "province": null,
                "city": "Musterstadt", "address1": "Musterweg 1", "address2": null, "zip": "00001",
            },
            "lineItems": { "pageInfo": { "hasNextPage": false }, "nodes": items },
        })
    }

    fn error(code: &str) -> (Value, Effect) {
        let cost = json!({
            "requestedQueryCost": 100,
            "throttleStatus": {
                "maximumAvailable": 1000.0, "currentlyAvailable": 20, "restoreRate": 100.0,
            },
        });
        (
            json!({
                "errors": [{ "message": "refused", "extensions": { "code": code } }],
                "extensions": { "cost": cost },
            }),
            Effect::Other,
        )
    }

    fn left(books: &StandinState, id: &str) -> Value {
        let Some(order) = books.orders.get(id) else { return json!({ "order": null }) };
        let sent: Vec<Value> = books
            .shipped
            .iter()
            .enumerate()
            .filter(|(_, told)| told["order"] == id)
            .map(|(n, told)| {
                json!({
                    "id": format!("gid://shopify/Fulfillment/{n}"), "status": "SUCCESS",
                    "trackingInfo": [{ "number": told["waybill"] }],
                })
            })
            .collect();
        json!({
            "order": {
                "id": order["id"], "fulfillments": sent,
                "fulfillmentOrders": {
                    "nodes": [
                        { "id": format!("gid://shopify/FulfillmentOrder/{id}"), "status": "OPEN" },
                    ],
                },
            },
        })
    }

    /// A list that a thing has: an order's lines, what is left of them, what a fulfilment sent.
    fn listed(books: &StandinState, id: &str) -> Option<(&'static str, Vec<Value>)> {
        let (kind, number) = id.strip_prefix("gid://shopify/")?.split_once('/')?;
        let lines = || books.orders.get(number)?["lineItems"]["nodes"].as_array().cloned();
        Some(match kind {
            "Order" => ("lineItems", lines()?),
            "FulfillmentOrder" => ("lineItems", lines()?.iter().map(|line| json!({
                "id": format!("gid://shopify/FulfillmentOrderLineItem/{}", tail(&line["id"])),
                "remainingQuantity": line["unfulfilledQuantity"], "lineItem": { "id": line["id"] },
            })).collect()),
            "Fulfillment" => {
                let sent = books.shipped.get(number.parse::<usize>().ok()?)?;
                ("fulfillmentLineItems", sent["units"].as_array().cloned()?)
            }
            _ => return None,
        })
    }

    /// The first fifty lines, and whether there are more.
    fn cut(order: &Value) -> Value {
        let mut order = order.clone();
        let lines = order["lineItems"]["nodes"].as_array().cloned().unwrap_or_default();
        order["lineItems"] = json!({
            "pageInfo": { "hasNextPage": lines.len() > 50 },
            "nodes": lines.iter().take(50).collect::<Vec<_>>(),
        });
        order
    }

    fn fulfil(books: &mut StandinState, told: &Value) -> (Value, Effect) {
        let part = &told["lineItemsByFulfillmentOrder"][0];
        let id = tail(&part["fulfillmentOrderId"]);
        let Some(order) = books.orders.get_mut(&id) else { return Shopify::error("NOT_FOUND") };
        let wrong = |said: &str| {
            (
                json!({
                    "data": {
                        "fulfillmentCreate": {
                            "fulfillment": null,
                            "userErrors": [{ "field": ["fulfillment"], "message": said }],
                        },
                    },
                }),
                Effect::Other,
            )
        };
        let mut units = Vec::new();
        for sent in part["fulfillmentOrderLineItems"].as_array().into_iter().flatten() {
            let quantity = sent["quantity"].as_i64().unwrap_or(0);
            let Some(line) = order["lineItems"]["nodes"]
                .as_array_mut()
                .into_iter()
                .flatten()
                .find(|line| tail(&line["id"]) == tail(&sent["id"]))
            else {
                return wrong("no such line");
            };
            let left = line["unfulfilledQuantity"].as_i64().unwrap_or(0) - quantity;
            if left < 0 {
                return wrong("The quantity is more than what is left");
            }
            line["unfulfilledQuantity"] = json!(left);
            units.push(json!({ "quantity": quantity, "lineItem": { "id": line["id"] } }));
        }
        order["updatedAt"] = json!(at(jiff::Timestamp::now().as_second()));
        let lines: Vec<String> = units.iter().map(|unit| tail(&unit["lineItem"]["id"])).collect();
        books.shipped.push(json!({
            "order": id, "waybill": told["trackingInfo"]["number"],
            "carrier": told["trackingInfo"]["company"], "units": units, "lines": lines,
        }));
        (
            json!({
                "data": {
                    "fulfillmentCreate": {
                        "fulfillment": { "id": "gid://shopify/Fulfillment/1" }, "userErrors": [],
                    },
                },
            }),
            Effect::Shipped,
        )
    }

    fn changed_orders(&self, books: &StandinState, said: &Value) -> (Value, Effect) {
        let Some(from) = said["query"]
            .as_str()
            .and_then(|text| text.strip_prefix("updated_at:>='")?.strip_suffix('\''))
        else {
            return Shopify::error("BAD_REQUEST");
        };
        let size = said["first"].as_u64().unwrap_or(0) as usize;
        let mut found: Vec<&Value> =
            books.orders.values().filter(|order| self.modified(order) >= second(from)).collect();
        found.sort_by_key(|order| (self.modified(order), self.id(order)));
        // The cursor names the last order seen and when it had changed.
        let after = said["after"]
            .as_str()
            .and_then(|text| text.split_once('~'))
            .map(|(at, id)| (at.parse::<i64>().unwrap_or(0), id.to_owned()));
        let rest: Vec<&Value> = found
            .into_iter()
            .filter(|order| {
                after.as_ref().is_none_or(|after| (self.modified(order), self.id(order)) > *after)
            })
            .collect();
        let rows: Vec<Value> = rest.iter().take(size).map(|order| Shopify::cut(order)).collect();
        let end = rows.last().map(|order| format!("{}~{}", self.modified(order), self.id(order)));
        (
            json!({
                "data": {
                    "orders": {
                        "pageInfo": { "hasNextPage": rest.len() > size, "endCursor": end },
                        "nodes": rows,
                    },
                },
                "extensions": { "cost": {} },
            }),
            Effect::Paged,
        )
    }

    /// A page of what `listed` gives; the cursor is how many came before.
    fn list_page(books: &StandinState, said: &Value) -> (Value, Effect) {
        let Some((name, rows)) = Shopify::listed(books, said["id"].as_str().unwrap_or_default())
        else {
            return (json!({ "data": { "node": null } }), Effect::Other);
        };
        let from = said["after"].as_str().and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        let info = json!({
            "hasNextPage": rows.len() > from + 100, "endCursor": (from + 100).to_string(),
        });
        (
            json!({
                "data": {
                    "node": {
                        name: {
                            "pageInfo": info,
                            "nodes": page(&rows[from.min(rows.len())..], 0, 100),
                        },
                    },
                },
            }),
            Effect::Other,
        )
    }

    fn set_tracking(books: &mut StandinState, said: &Value) -> (Value, Effect) {
        let told = tail(&said["id"]).parse::<usize>().ok().and_then(|n| books.shipped.get_mut(n));
        if let Some(told) = told {
            told["waybill"] = said["tracking"]["number"].clone();
        }
        (
            json!({ "data": { "fulfillmentTrackingInfoUpdate": { "userErrors": [] } } }),
            Effect::Shipped,
        )
    }

    fn set_counts(books: &mut StandinState, said: &Value) -> (Value, Effect) {
        let rows = said["input"]["quantities"].as_array().map(Vec::as_slice).unwrap_or_default();
        let wrong: Vec<Value> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                row["locationId"] != "gid://shopify/Location/9"
                    || tail(&row["inventoryItemId"]).parse::<u64>().is_err()
            })
            .map(|(n, _)| {
                json!({
                    "field": ["input", "quantities", n.to_string(), "inventoryItemId"],
                    "message": "not found", "code": "INVALID_INVENTORY_ITEM",
                })
            })
            .collect();
        if wrong.is_empty() {
            for row in rows {
                books.set_stock(
                    &tail(&row["inventoryItemId"]),
                    row["quantity"].as_i64().unwrap_or(0),
                );
            }
        }
        (json!({ "data": { "inventorySetQuantities": { "userErrors": wrong } } }), Effect::Pushed)
    }

    fn counts(books: &StandinState, said: &Value) -> (Value, Effect) {
        let rows: Vec<Value> = said["ids"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|id| {
                json!({
                    "id": id,
                    "inventoryLevel": {
                        "quantities": [{ "quantity": books.stock.get(&tail(id)) }],
                    },
                })
            })
            .collect();
        (json!({ "data": { "nodes": rows } }), Effect::Other)
    }

    fn order_by_id(books: &StandinState, said: &Value) -> (Value, Effect) {
        let order = books.orders.get(&tail(&said["id"])).map(Shopify::cut);
        (json!({ "data": { "order": order } }), Effect::Other)
    }
}

impl Rules for Shopify {
    fn id(&self, order: &Value) -> String {
        order["legacyResourceId"].as_str().unwrap_or_default().to_owned()
    }
    fn modified(&self, order: &Value) -> i64 {
        second(order["updatedAt"].as_str().unwrap_or_default())
    }
    fn touch(&self, order: &mut Value, second: i64) {
        order["updatedAt"] = json!(at(second));
    }
    fn throttled(&self) -> (Value, Effect) {
        Shopify::error("THROTTLED")
    }
    fn expired(&self) -> (Value, Effect) {
        (json!({ "errors": "[API] Invalid API key or access token" }), Effect::Refused(401))
    }
    fn answer(&self, books: &mut StandinState, ask: &Call<'_>) -> (Value, Effect) {
        let token = ask
            .headers
            .get("x-shopify-access-token")
            .and_then(|said| said.to_str().ok())
            .unwrap_or_default();
        if !books.admits(token, &self.0.session) || ask.path != "/graphql.json" {
            return self.expired();
        }
        let body: Value = serde_json::from_slice(ask.body).unwrap_or_default();
        let (query, said) = (body["query"].as_str().unwrap_or_default(), &body["variables"]);
        if query.contains(" orders(first:") {
            self.changed_orders(books, said)
        } else if query.contains("node(id:") {
            Shopify::list_page(books, said)
        } else if query.contains("fulfillmentTrackingInfoUpdate") {
            Shopify::set_tracking(books, said)
        } else if query.contains("fulfillmentCreate") {
            Shopify::fulfil(books, &said["fulfillment"])
        } else if query.contains("fulfillmentOrders") {
            (json!({ "data": Shopify::left(books, &tail(&said["id"])) }), Effect::Other)
        } else if query.contains("inventorySetQuantities") {
            Shopify::set_counts(books, said)
        } else if query.contains("nodes(ids:") {
            Shopify::counts(books, said)
        } else {
            Shopify::order_by_id(books, said)
        }
    }
}
