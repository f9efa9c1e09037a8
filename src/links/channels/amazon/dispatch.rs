//! How Amazon is told what was sent: a package of an order's items, by v0.

use super::Amazon;
use crate::links::channels::ChannelError;
use crate::links::channels::loose_json::{array, text};
use crate::links::channels::sign::escape;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

impl Amazon {
    /// Tells a parcel. The package's number there is made of the parcel's: a repeat is the same
    /// package.
    pub(super) async fn confirm(&self, key: Uuid, body: &Value) -> Result<(), ChannelError> {
        let told = json!({
            "marketplaceId": self.needed("marketplace")?,
            "packageDetail": self.package(key, body),
        });
        let path =
            format!("/orders/v0/orders/{}/shipmentConfirmation", escape(&text(&body["order_no"])));
        self.call(Method::POST, &path, Some(&told)).await.map(drop)
    }

    fn package(&self, key: Uuid, body: &Value) -> Value {
        let carrier = text(&body["carrier"]);
        let known = self.account.carrier(&carrier);
        let items: Vec<Value> = array(&body["lines"])
            .iter()
            .map(|line| {
                json!({
                    "orderItemId": text(&line["line_no"]), "quantity": line["qty"],
                })
            })
            .collect();
        // A parcel that gets another number is the same package there.
        let parcel =
            text(&body["parcel"]).parse::<u128>().unwrap_or(key.as_u128()) % 1_000_000_000 + 1;
        let mut package = json!({
            "packageReferenceId": parcel.to_string(), "carrierCode": known,
            "trackingNumber": text(&body["waybill"]),
            "shipDate": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "orderItems": items,
        });
        if known == carrier {
            package["carrierCode"] = json!("Other");
            package["carrierName"] = json!(carrier);
        }
        package
    }
}
