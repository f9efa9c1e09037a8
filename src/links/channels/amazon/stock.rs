//! Counts at Amazon: a listing of the seller's has what the seller sends, under `DEFAULT`.

use super::Amazon;
use crate::links::channels::loose_json::{array, text, whole_units};
use crate::links::channels::sign::escape;
use crate::links::channels::{ChannelError, Class, StockLevel, http};
use reqwest::Method;
use serde_json::json;

impl Amazon {
    /// Sets what may be sold of one item.
    pub(super) async fn set(&self, level: &StockLevel) -> Result<(), ChannelError> {
        let patch = json!({
            "op": "replace", "path": "/attributes/fulfillment_availability",
            "value": [
                { "fulfillment_channel_code": "DEFAULT", "quantity": level.available },
            ],
        });
        let told = json!({
            "productType": self.account.option("product_type").unwrap_or("PRODUCT"),
            "patches": [patch],
        });
        let answer = self.call(Method::PATCH, &self.thing(level.name())?, Some(&told)).await?;
        if text(&answer["status"]) == "INVALID" {
            Err(ChannelError::new(
                Class::Rejected,
                http::one_line(&text(&answer["issues"][0]["message"])),
            ))
        } else {
            Ok(())
        }
    }

    /// What is shown of one item; `None`: its listing does not say.
    pub(super) async fn shown(&self, level: &StockLevel) -> Result<Option<i64>, ChannelError> {
        let path = format!("{}&includedData=fulfillmentAvailability", self.thing(level.name())?);
        let answer = self.call(Method::GET, &path, None).await?;
        Ok(array(&answer["fulfillmentAvailability"])
            .iter()
            .find(|row| row["fulfillmentChannelCode"] == "DEFAULT")
            .and_then(|row| whole_units(&row["quantity"])))
    }

    /// The path of an item: a listing of the seller's.
    fn thing(&self, code: &str) -> Result<String, ChannelError> {
        Ok(format!(
            "/listings/2021-08-01/items/{}/{}?marketplaceIds={}",
            escape(self.needed("seller")?),
            escape(code),
            escape(self.needed("marketplace")?)
        ))
    }
}
