//! How Magento is told what was sent: a shipment of exactly these lines. Nothing there knows a
//! repeat, so the shipments that stand there already are read first.

use super::{Magento, filter, paged};
use crate::links::channels::ChannelError;
use crate::links::channels::loose_json::{array, text, whole_units};
use crate::links::channels::sign::escape;
use reqwest::Method;
use serde_json::{Value, json};

impl Magento {
    /// Tells a parcel: one with this number that is there already is this one, one with the number
    /// before gets the new one besides, and else it is shipped.
    pub(super) async fn tell(&self, body: &Value) -> Result<(), ChannelError> {
        let order = self.one(&text(&body["order_no"])).await?;
        let (id, waybill) = (text(&order["entity_id"]), text(&body["waybill"]));
        let before = self
            .call(
                Method::GET,
                &format!("/shipments?{}{}", filter(0, "order_id", "eq", &id), paged(100, 1)),
                None,
            )
            .await?;
        let shipments = array(&before["items"]);
        if shipments.iter().any(|shipment| has_number(shipment, &waybill)) {
            return Ok(());
        }
        let was = text(&body["was"]);
        let changed =
            shipments.iter().find(|shipment| !was.is_empty() && has_number(shipment, &was));
        match changed {
            Some(shipment) => self.add_track(&order, shipment, body).await,
            None => self.ship(&id, body).await,
        }
    }

    async fn add_track(
        &self,
        order: &Value,
        shipment: &Value,
        body: &Value,
    ) -> Result<(), ChannelError> {
        let carrier = text(&body["carrier"]);
        let track = json!({
            "order_id": whole_units(&order["entity_id"]),
            "parent_id": shipment["entity_id"], "track_number": text(&body["waybill"]),
            "title": carrier, "carrier_code": self.account.carrier(&carrier),
        });
        self.call(Method::POST, "/shipment/track", Some(&json!({ "entity": track })))
            .await
            .map(drop)
    }

    async fn ship(&self, id: &str, body: &Value) -> Result<(), ChannelError> {
        let items: Vec<Value> = array(&body["lines"])
            .iter()
            .map(|line| {
                json!({
                    "order_item_id": whole_units(&line["line_no"]), "qty": line["qty"],
                })
            })
            .collect();
        let carrier = text(&body["carrier"]);
        let track = json!({
            "track_number": text(&body["waybill"]), "title": carrier,
            "carrier_code": self.account.carrier(&carrier),
        });
        self.call(
            Method::POST,
            &format!("/order/{}/ship", escape(id)),
            Some(&json!({ "items": items, "notify": true, "tracks": [track] })),
        )
        .await
        .map(drop)
    }
}

fn has_number(shipment: &Value, number: &str) -> bool {
    array(&shipment["tracks"]).iter().any(|track| text(&track["track_number"]) == number)
}
