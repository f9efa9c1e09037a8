//! Counts at Magento: what one stock source has, twenty items at a time, which is what a limited
//! installation takes.

use super::{Magento, filter, paged, whole};
use crate::links::channels::loose_json::{array, text};
use crate::links::channels::{ChannelError, StockLevel, each};
use reqwest::Method;
use serde_json::{Value, json};
use std::slice;

/// Items of one call.
const ITEMS: usize = 20;

impl Magento {
    fn source(&self) -> &str {
        self.account.option("source").unwrap_or("default")
    }

    /// Sets what may be sold.
    pub(super) async fn set(
        &self,
        levels: &[StockLevel],
    ) -> Result<Vec<Result<(), ChannelError>>, ChannelError> {
        let mut answers = Vec::new();
        for part in levels.chunks(ITEMS) {
            match self.set_rows(part).await {
                Ok(()) => answers.extend(part.iter().map(|_| Ok(()))),
                Err(error) if error.passes() => return Err(error),
                // One of them is none of the shop's: which one is found by asking for each.
                Err(_) => answers.extend(
                    each(part, move |level| Box::pin(self.set_rows(slice::from_ref(level))))
                        .await?,
                ),
            }
        }
        Ok(answers)
    }

    /// All of these or none.
    async fn set_rows(&self, levels: &[StockLevel]) -> Result<(), ChannelError> {
        let row = |level: &StockLevel| {
            json!({
                "sku": level.name(), "source_code": self.source(), "quantity": level.available,
                "status": i64::from(level.available > 0),
            })
        };
        let rows: Vec<Value> = levels.iter().map(row).collect();
        self.call(Method::POST, "/inventory/source-items", Some(&json!({ "sourceItems": rows })))
            .await
            .map(drop)
    }

    /// What is shown of each item; `None`: the source does not have it.
    pub(super) async fn shown(
        &self,
        levels: &[StockLevel],
    ) -> Result<Vec<Option<i64>>, ChannelError> {
        let mut shown = Vec::new();
        for part in levels.chunks(ITEMS) {
            let skus = part.iter().map(|level| level.name()).collect::<Vec<_>>().join(",");
            let found = format!(
                "/inventory/source-items?{}{}{}",
                filter(0, "sku", "in", &skus),
                filter(1, "source_code", "eq", self.source()),
                paged(ITEMS as i64, 1)
            );
            let answer = self.call(Method::GET, &found, None).await?;
            shown.extend(part.iter().map(|level| {
                array(&answer["items"])
                    .iter()
                    .find(|row| text(&row["sku"]).eq_ignore_ascii_case(level.name()))
                    .and_then(|row| whole(&row["quantity"]))
            }));
        }
        Ok(shown)
    }
}
