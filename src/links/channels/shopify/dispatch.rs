//! How Shopify is told what was sent. Nothing there knows a repeat, so what stands there already is
//! read first: a parcel under its number is told, one under the number before gets the new one, and
//! the rest is fulfilled.

use super::{Shopify, gid, number, objection};
use crate::links::channels::loose_json::{array, text, whole_units};
use crate::links::channels::{ChannelError, Class};
use serde_json::{Value, json};
use std::collections::HashMap;

const LEFT: &str = "query($id: ID!) { order(id: $id) { id fulfillments(first: 100) { id status \
    trackingInfo { number } } fulfillmentOrders(first: 100) { nodes { id status } } } }";

const RENUMBER: &str = "mutation($id: ID!, $tracking: FulfillmentTrackingInput!) { \
    fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: \
    $tracking, notifyCustomer: true) { userErrors { field message } } }";

const FULFIL: &str = "mutation($fulfillment: FulfillmentInput!) { \
    fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { \
    field message } } }";

/// Units that are still to be told, by the number of the order's line.
type Wanted = HashMap<String, i64>;

impl Shopify {
    /// Tells a parcel.
    pub(super) async fn tell(&self, body: &Value) -> Result<(), ChannelError> {
        let answer =
            self.call(LEFT, json!({ "id": gid("Order", &text(&body["order_no"])) })).await?;
        let order = &answer["order"];
        if order.is_null() {
            return Err(ChannelError::new(Class::NotFound, "no such order"));
        }
        let waybill = text(&body["waybill"]);
        let tracking = json!({
            "number": waybill, "company": self.account.carrier(&text(&body["carrier"])),
        });
        if let Some(before) = told_before(order, &waybill, &text(&body["was"])) {
            return self.renumber(before, &tracking).await;
        }
        let mut wanted = self.untold(order, body, &waybill).await?;
        // Each fulfilment order stands at one place and is told by itself.
        for part in array(&order["fulfillmentOrders"]["nodes"])
            .iter()
            .filter(|part| !matches!(text(&part["status"]).as_str(), "CLOSED" | "CANCELLED"))
        {
            self.fulfil(part, &tracking, &mut wanted).await?;
        }
        match wanted.values().any(|rest| *rest > 0) {
            true => Err(ChannelError::new(
                Class::Rejected,
                "the shop has less left to send than was sent",
            )),
            false => Ok(()),
        }
    }

    /// A parcel that was told under another number gets the new one.
    async fn renumber(&self, sent: &Value, tracking: &Value) -> Result<(), ChannelError> {
        let told = json!({ "id": sent["id"], "tracking": tracking });
        let answer = self.call(RENUMBER, told).await?;
        objection(&answer["fulfillmentTrackingInfoUpdate"]["userErrors"]).map_or(Ok(()), Err)
    }

    /// The parcel's units without those that were told under its number already.
    async fn untold(
        &self,
        order: &Value,
        body: &Value,
        waybill: &str,
    ) -> Result<Wanted, ChannelError> {
        let mut wanted: Wanted = array(&body["lines"])
            .iter()
            .map(|line| (text(&line["line_no"]), whole_units(&line["qty"]).unwrap_or(0)))
            .collect();
        for sent in array(&order["fulfillments"])
            .iter()
            .filter(|sent| text(&sent["status"]) != "CANCELLED" && has_number(sent, waybill))
        {
            let id = text(&sent["id"]);
            let told = self
                .all("Fulfillment", &id, "fulfillmentLineItems", "quantity lineItem { id }")
                .await?;
            for line in told {
                if let Some(rest) = wanted.get_mut(&number(&line["lineItem"]["id"])) {
                    *rest = rest.saturating_sub(whole_units(&line["quantity"]).unwrap_or(0));
                }
            }
        }
        Ok(wanted)
    }

    /// Tells what this fulfilment order takes of what is wanted; the rest stays wanted.
    async fn fulfil(
        &self,
        part: &Value,
        tracking: &Value,
        wanted: &mut Wanted,
    ) -> Result<(), ChannelError> {
        let id = text(&part["id"]);
        let lines = self
            .all("FulfillmentOrder", &id, "lineItems", "id remainingQuantity lineItem { id }")
            .await?;
        let items = take_items(&lines, wanted);
        if items.is_empty() {
            return Ok(());
        }
        let told = json!({
            "lineItemsByFulfillmentOrder": [
                { "fulfillmentOrderId": part["id"], "fulfillmentOrderLineItems": items },
            ],
            "notifyCustomer": true,
            "trackingInfo": tracking,
        });
        let answer = self.call(FULFIL, json!({ "fulfillment": told })).await?;
        objection(&answer["fulfillmentCreate"]["userErrors"]).map_or(Ok(()), Err)
    }
}

/// Takes out of what is wanted as much as these lines of a fulfilment order have left.
fn take_items(lines: &[Value], wanted: &mut Wanted) -> Vec<Value> {
    let mut items = Vec::new();
    for line in lines {
        let Some(rest) = wanted.get_mut(&number(&line["lineItem"]["id"])) else {
            continue;
        };
        let units = whole_units(&line["remainingQuantity"]).unwrap_or(0).min(*rest);
        if units > 0 {
            *rest -= units;
            items.push(json!({ "id": line["id"], "quantity": units }));
        }
    }
    items
}

/// The fulfilment under the number that the parcel had before, where it is not told under its own.
fn told_before<'a>(order: &'a Value, waybill: &str, was: &str) -> Option<&'a Value> {
    let sent = array(&order["fulfillments"]);
    if was.is_empty() || sent.iter().any(|sent| has_number(sent, waybill)) {
        return None;
    }
    sent.iter().find(|sent| has_number(sent, was))
}

fn has_number(sent: &Value, number: &str) -> bool {
    array(&sent["trackingInfo"]).iter().any(|info| text(&info["number"]) == number)
}
