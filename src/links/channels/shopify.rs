//! Shopify (GraphQL Admin API). Orders come by cursor, oldest change first; the query stays the
//! same from page to page, so it stands in the cursor. What is left to send is counted by the
//! order's lines as they are now, not as they were bought.
//!
//! The secret's file: the app's secret (webhooks are signed with it), then the access token. The
//! URL ends with the version: `https://SHOP.myshopify.com/admin/api/2026-01`. A fulfilment has no
//! key against repeats: what was already sent under the same number is read first. Without approval
//! for customers' data receivers come empty. What is unchecked: the scopes that each call needs;
//! that a query of five orders of fifty lines stays below a shop's thousand points, which larger
//! plans can raise by `page_size`. Options: `location` (its number, for stock), `page_size`,
//! `lag_s`, `lookback_s`, `paid` (financial states), `carriers` (Shopify's names).

use super::http;
use super::loose_json::{self, array, minor_units, text, whole_units};
use super::normalize::order_or_unreadable;
use super::rate_limit::{Call, Rate};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, Signed, StockLevel,
    Unreadable,
};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::limits;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Shopify's GraphQL Admin API: two pulls a second in the long run, many counts in one call. Its
/// webhooks are signed over the body, in the header `X-Shopify-Hmac-Sha256`.
pub const KIND: Kind = Kind {
    rates: &[(Call::Pull, Rate::new(2.0, 20.0))],
    takes_many: true,
    hook: Some(|_, call, _| {
        let signature = BASE64_STANDARD.decode(call.header("X-Shopify-Hmac-Sha256")).ok()?;
        Some(Signed { bytes: call.body.clone(), signature })
    }),
    ..Kind::platform("shopify", |account, client| Box::new(Shopify { account, client }))
};

/// One store, by one version of the API: its address ends with it.
pub struct Shopify {
    pub account: Account,
    pub client: Client,
}

const LINE: &str = "id sku name quantity currentQuantity unfulfilledQuantity requiresShipping \
    originalUnitPriceSet { shopMoney { amount } } variant { id inventoryItem { id } }";

const ORDER: &str = "legacyResourceId name createdAt updatedAt processedAt cancelledAt \
    displayFinancialStatus displayFulfillmentStatus currencyCode note \
    currentTotalPriceSet { shopMoney { amount currencyCode } } \
    shippingAddress { name phone countryCodeV2 province city address1 address2 zip }";

const LEFT: &str = "query($id: ID!) { order(id: $id) { id fulfillments(first: 100) { id status \
    trackingInfo { number } } fulfillmentOrders(first: 100) { nodes { id status } } } }";

/// What is read of an order at once.
fn fields() -> String {
    format!("{ORDER} lineItems(first: 50) {{ pageInfo {{ hasNextPage }} nodes {{ {LINE} }} }}")
}

/// A number or a global id as a global id.
fn gid(kind: &str, id: &str) -> String {
    if id.starts_with("gid://") { id.to_owned() } else { format!("gid://shopify/{kind}/{id}") }
}

/// A global id's own number.
fn number(value: &Value) -> String {
    text(value).rsplit('/').next().unwrap_or_default().to_owned()
}

impl Shopify {
    async fn call(&self, query: &str, variables: Value) -> Result<Value, ChannelError> {
        let url = format!("{}/graphql.json", self.account.url.trim_end_matches('/'));
        let request = self
            .client
            .post(url)
            .header("X-Shopify-Access-Token", &self.account.session)
            .json(&json!({ "query": query, "variables": variables }));
        let mut body = http::send(request).await?.ok(|body| text(&body["errors"]))?;
        match array(&body["errors"]).first() {
            Some(error) => Err(refused(error, &body["extensions"]["cost"])),
            None => Ok(loose_json::take_path(&mut body, &["data"])),
        }
    }

    /// All of a list that a thing has, page by page.
    async fn all(
        &self,
        kind: &str,
        id: &str,
        name: &str,
        fields: &str,
    ) -> Result<Vec<Value>, ChannelError> {
        let query = format!(
            "query($id: ID!, $after: String) {{ node(id: $id) {{ ... on {kind} {{ {name}(first: \
             100, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }} }} \
             }} }} }}"
        );
        let (mut found, mut after) = (Vec::new(), Value::Null);
        while found.len() <= limits::ORDER_LINES {
            let mut answer = http::retry_throttled(|| {
                Box::pin(self.call(&query, json!({ "id": id, "after": after })))
            })
            .await?;
            let mut page = loose_json::take_path(&mut answer, &["node", name]);
            match loose_json::take_path(&mut page, &["nodes"]) {
                Value::Array(rows) if !rows.is_empty() => found.extend(rows),
                Value::Array(_) if page["pageInfo"]["hasNextPage"] != true => return Ok(found),
                _ => return Err(ChannelError::new(Class::Transient, "the page has no nodes")),
            }
            after = loose_json::take_path(&mut page, &["pageInfo", "endCursor"]);
            if page["pageInfo"]["hasNextPage"] != true || after.is_null() {
                return Ok(found);
            }
        }
        Err(ChannelError::new(
            Class::Rejected,
            format!("its {name} do not end after {}", found.len()),
        ))
    }

    /// The order with all of its lines, where a page has not enough room for them; one that does
    /// not end is left as it is.
    async fn whole(&self, mut order: Value) -> Result<Value, ChannelError> {
        if order["lineItems"]["pageInfo"]["hasNextPage"] == true {
            match self
                .all("Order", &gid("Order", &text(&order["legacyResourceId"])), "lineItems", LINE)
                .await
            {
                Ok(lines) => order["lineItems"] = json!({ "nodes": lines }),
                Err(error) if error.class == Class::Rejected => {}
                Err(error) => return Err(error),
            }
        }
        Ok(order)
    }

    async fn orders(
        &self,
        rows: Vec<Value>,
    ) -> Result<Vec<Result<ShopOrder, Unreadable>>, ChannelError> {
        let mut orders = Vec::with_capacity(rows.len());
        for row in rows {
            orders.push(self.order(self.whole(row).await?));
        }
        Ok(orders)
    }

    fn order(&self, value: Value) -> Result<ShopOrder, Unreadable> {
        let paid = self
            .account
            .option("paid")
            .unwrap_or("PAID,PARTIALLY_REFUNDED")
            .split(',')
            .any(|word| word.trim() == text(&value["displayFinancialStatus"]));
        order(value, paid)
    }

    fn location(&self) -> Result<String, ChannelError> {
        let location = self.account.option("location").ok_or_else(|| {
            ChannelError::new(Class::NotPermitted, "the option location is missing")
        })?;
        Ok(gid("Location", location))
    }
}

/// The bucket says itself when there is enough in it again.
fn refused(error: &Value, cost: &Value) -> ChannelError {
    let status = &cost["throttleStatus"];
    let wait_s = match (
        cost["requestedQueryCost"].as_f64(),
        status["currentlyAvailable"].as_f64(),
        status["restoreRate"].as_f64(),
    ) {
        (Some(asked), Some(have), Some(rate)) if rate > 0.0 => {
            ((asked - have) / rate).clamp(0.5, 60.0)
        }
        _ => 2.0,
    };
    let class = match text(&error["extensions"]["code"]).as_str() {
        "THROTTLED" => Class::Throttled { wait_s },
        "ACCESS_DENIED" => Class::NotPermitted,
        "INTERNAL_SERVER_ERROR" | "TIMEOUT" => Class::Transient,
        _ => Class::Rejected,
    };
    ChannelError::new(class, http::one_line(&text(&error["message"])))
}

/// What a mutation says against what was sent.
fn objection(errors: &Value) -> Option<ChannelError> {
    let first = array(errors).first()?;
    Some(ChannelError::new(Class::Rejected, http::one_line(&text(&first["message"]))))
}

impl Channel for Shopify {
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, _: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let now = jiff::Timestamp::now().as_second();
            let at =
                |second: i64| jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
            let until = at(now - self.account.number("lag_s", 5));
            let (from, after) = match cursor.split_once('|') {
                Some((from, after)) => (from.to_owned(), Some(after)),
                None if cursor.is_empty() => (
                    since.map_or_else(
                        || at(now - self.account.number("lookback_s", 30 * 86_400)),
                        str::to_owned,
                    ),
                    None,
                ),
                None => {
                    return Err(ChannelError::new(
                        Class::BadCursor,
                        format!("{cursor:?} is no place to go on from"),
                    ));
                }
            };
            let query = format!(
                "query($first: Int!, $after: String, $query: String) {{ orders(first: $first, \
                 after: $after, sortKey: UPDATED_AT, query: $query) {{ pageInfo {{ hasNextPage \
                 endCursor }} nodes {{ {} }} }} }}",
                fields()
            );
            let size = self.account.number("page_size", 5).clamp(1, 250);
            let mut answer = self
                .call(
                    &query,
                    json!({
                        "first": size, "after": after, "query": format!("updated_at:>='{from}'"),
                    }),
                )
                .await?;
            let mut page = loose_json::take_path(&mut answer, &["orders"]);
            let end = text(&page["pageInfo"]["endCursor"]);
            let next_cursor = (page["pageInfo"]["hasNextPage"] == true && !end.is_empty())
                .then(|| format!("{from}|{end}"));
            let Value::Array(rows) = loose_json::take_path(&mut page, &["nodes"]) else {
                return Err(ChannelError::new(Class::Transient, "the page has no nodes"));
            };
            Ok(PullPage { orders: self.orders(rows).await?, next_cursor, server_time: until })
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move {
            let mut answer = self
                .call(
                    &format!("query($id: ID!) {{ order(id: $id) {{ {} }} }}", fields()),
                    json!({ "id": gid("Order", order_no) }),
                )
                .await?;
            let order = loose_json::take_path(&mut answer, &["order"]);
            if order.is_null() {
                Err(ChannelError::new(Class::NotFound, "no such order"))
            } else {
                super::one(self.order(self.whole(order).await?))
            }
        })
    }

    fn dispatch<'a>(&'a self, _: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move {
            let answer =
                self.call(LEFT, json!({ "id": gid("Order", &text(&body["order_no"])) })).await?;
            let order = &answer["order"];
            if order.is_null() {
                return Err(ChannelError::new(Class::NotFound, "no such order"));
            }
            let waybill = text(&body["waybill"]);
            let has = |number: &str| {
                array(&order["fulfillments"]).iter().find(|sent| {
                    array(&sent["trackingInfo"]).iter().any(|info| text(&info["number"]) == number)
                })
            };
            let carrier = self.account.carrier(&text(&body["carrier"]));
            if let (None, Some(before)) = (
                has(&waybill),
                Some(text(&body["was"])).filter(|was| !was.is_empty()).and_then(|was| has(&was)),
            ) {
                let told = json!({
                    "id": before["id"], "tracking": { "number": waybill, "company": carrier },
                });
                let answer = self
                    .call(
                        "mutation($id: ID!, $tracking: FulfillmentTrackingInput!) { \
                    fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: \
                    $tracking, notifyCustomer: true) { userErrors { field message } } }",
                        told,
                    )
                    .await?;
                return objection(&answer["fulfillmentTrackingInfoUpdate"]["userErrors"])
                    .map_or(Ok(()), Err);
            }
            let mut wanted: HashMap<String, i64> = array(&body["lines"])
                .iter()
                .map(|line| (text(&line["line_no"]), whole_units(&line["qty"]).unwrap_or(0)))
                .collect();
            for sent in array(&order["fulfillments"]).iter().filter(|sent| {
                text(&sent["status"]) != "CANCELLED"
                    && array(&sent["trackingInfo"])
                        .iter()
                        .any(|info| text(&info["number"]) == waybill)
            }) {
                for line in self
                    .all(
                        "Fulfillment",
                        &text(&sent["id"]),
                        "fulfillmentLineItems",
                        "quantity lineItem { id }",
                    )
                    .await?
                {
                    if let Some(rest) = wanted.get_mut(&number(&line["lineItem"]["id"])) {
                        *rest = rest.saturating_sub(whole_units(&line["quantity"]).unwrap_or(0));
                    }
                }
            }
            // Each fulfilment order stands at one place and is told by itself.
            for part in array(&order["fulfillmentOrders"]["nodes"])
                .iter()
                .filter(|part| !matches!(text(&part["status"]).as_str(), "CLOSED" | "CANCELLED"))
            {
                let mut items = Vec::new();
                for line in self
                    .all(
                        "FulfillmentOrder",
                        &text(&part["id"]),
                        "lineItems",
                        "id remainingQuantity lineItem { id }",
                    )
                    .await?
                {
                    let Some(rest) = wanted.get_mut(&number(&line["lineItem"]["id"])) else {
                        continue;
                    };
                    let units = whole_units(&line["remainingQuantity"]).unwrap_or(0).min(*rest);
                    if units > 0 {
                        *rest -= units;
                        items.push(json!({ "id": line["id"], "quantity": units }));
                    }
                }
                if items.is_empty() {
                    continue;
                }
                let told = json!({
                    "lineItemsByFulfillmentOrder": [
                        { "fulfillmentOrderId": part["id"], "fulfillmentOrderLineItems": items },
                    ],
                    "notifyCustomer": true,
                    "trackingInfo": { "number": waybill, "company": carrier },
                });
                let answer = self
                    .call(
                        "mutation($fulfillment: FulfillmentInput!) { \
                    fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { \
                    field message } } }",
                        json!({ "fulfillment": told }),
                    )
                    .await?;
                if let Some(error) = objection(&answer["fulfillmentCreate"]["userErrors"]) {
                    return Err(error);
                }
            }
            match wanted.values().any(|rest| *rest > 0) {
                true => Err(ChannelError::new(
                    Class::Rejected,
                    "the shop has less left to send than was sent",
                )),
                false => Ok(()),
            }
        })
    }

    /// All of a call or none of it: what is objected to is left out, and the rest goes again.
    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async move {
            let location = self.location()?;
            let mut answers: Vec<Result<(), ChannelError>> =
                levels.iter().map(|level| level.parts().map(drop)).collect();
            loop {
                let open: Vec<usize> = (0..levels.len()).filter(|n| answers[*n].is_ok()).collect();
                if open.is_empty() {
                    return Ok(answers);
                }
                let rows: Vec<Value> = open
                    .iter()
                    .map(|n| {
                        json!({
                            "inventoryItemId": gid("InventoryItem", &levels[*n].reference),
                            "locationId": location, "quantity": levels[*n].available,
                        })
                    })
                    .collect();
                let told = json!({
                    "input": {
                        "name": "available", "reason": "correction", "ignoreCompareQuantity": true,
                        "quantities": rows,
                    },
                });
                let answer = self
                    .call(
                        "mutation($input: InventorySetQuantitiesInput!) { \
                         inventorySetQuantities(input: $input) { userErrors { field message code } \
                         } }",
                        told,
                    )
                    .await?;
                let errors = &answer["inventorySetQuantities"]["userErrors"];
                let Some(all) = objection(errors) else { return Ok(answers) };
                let named = array(errors).iter().filter_map(|error| {
                    let at = array(&error["field"])
                        .iter()
                        .filter_map(|part| text(part).parse::<usize>().ok())
                        .next()
                        .and_then(|n| open.get(n))?;
                    Some((
                        *at,
                        ChannelError::new(
                            Class::Rejected,
                            http::one_line(&text(&error["message"])),
                        ),
                    ))
                });
                let named: Vec<(usize, ChannelError)> = named.collect();
                if named.is_empty() {
                    return Err(all);
                }
                for (at, error) in named {
                    answers[at] = Err(error);
                }
            }
        })
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(async move {
            let ids: Vec<String> =
                levels.iter().map(|level| gid("InventoryItem", &level.reference)).collect();
            let query = "query($ids: [ID!]!, $location: ID!) { nodes(ids: $ids) { ... on \
                InventoryItem { id inventoryLevel(locationId: $location) { quantities(names: \
                [\"available\"]) { quantity } } } } }";
            let answer =
                self.call(query, json!({ "ids": ids, "location": self.location()? })).await?;
            let found = |id: &String| {
                array(&answer["nodes"]).iter().find(|node| node["id"] == *id).and_then(|node| {
                    whole_units(&node["inventoryLevel"]["quantities"][0]["quantity"])
                })
            };
            Ok(ids.iter().map(found).collect())
        })
    }
}

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value, paid: bool) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["legacyResourceId"]), read(&value, paid))
}

fn time(said: &Value) -> Result<String, String> {
    text(said)
        .parse::<jiff::Timestamp>()
        .map(|at| at.to_string())
        .map_err(|_| format!("{said} is no time"))
}

fn read(order: &Value, paid: bool) -> Result<ShopOrder, String> {
    let total = &order["currentTotalPriceSet"]["shopMoney"];
    let currency = Some(text(&total["currencyCode"]))
        .filter(|code| !code.is_empty())
        .unwrap_or_else(|| text(&order["currencyCode"]));
    if order["lineItems"]["pageInfo"]["hasNextPage"] == true {
        return Err(format!(
            "its lines do not end after {}",
            array(&order["lineItems"]["nodes"]).len()
        ));
    }
    let mut lines = Vec::new();
    for line in array(&order["lineItems"]["nodes"]) {
        let bought = whole_units(&line["quantity"])
            .ok_or_else(|| format!("a line has the quantity {}", line["quantity"]))?;
        let now = whole_units(&line["currentQuantity"]).unwrap_or(bought);
        let ships = line["requiresShipping"] != false;
        lines.push(ShopLine {
            line_no: number(&line["id"]),
            sku: Some(text(&line["sku"]))
                .filter(|sku| !sku.is_empty())
                .unwrap_or_else(|| number(&line["variant"]["id"])),
            title: text(&line["name"]),
            qty: if now > 0 { now } else { bought },
            unit_price_minor: minor_units(
                &line["originalUnitPriceSet"]["shopMoney"]["amount"],
                &currency,
            )
            .unwrap_or(0),
            cancelled: now <= 0 || !ships,
            sent: whole_units(&line["unfulfilledQuantity"])
                .map_or(0, |open| now.saturating_sub(open)),
            reference: number(&line["variant"]["inventoryItem"]["id"]),
        });
    }
    let waits =
        matches!(text(&order["displayFulfillmentStatus"]).as_str(), "ON_HOLD" | "SCHEDULED");
    let status = match text(&order["displayFinancialStatus"]).as_str() {
        _ if !order["cancelledAt"].is_null() => OrderStatus::Cancelled,
        "REFUNDED" => OrderStatus::Refunded,
        "VOIDED" | "EXPIRED" => OrderStatus::Cancelled,
        _ if paid && !waits => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    };
    let part = |key: &str| text(&order["shippingAddress"][key]);
    Ok(ShopOrder {
        order_no: text(&order["legacyResourceId"]),
        status,
        created_at: time(&order["createdAt"])?,
        updated_at: time(&order["updatedAt"])?,
        paid_at: time(&order["processedAt"]).ok(),
        total_minor: minor_units(&total["amount"], &currency)?,
        currency,
        carrier: None,
        ship_by: None,
        receiver: Receiver {
            name: part("name"),
            phone: part("phone"),
            country: part("countryCodeV2"),
            province: part("province"),
            city: part("city"),
            district: String::new(),
            address: [part("address1"), part("address2")].join(" ").trim().to_owned(),
            postcode: part("zip"),
            token: String::new(),
        },
        note: text(&order["note"]),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}
