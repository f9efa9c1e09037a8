//! Counts at Shopify: what is available of many items at one place in one call.

use super::{Shopify, gid, objection};
use crate::links::channels::loose_json::{array, text, whole_units};
use crate::links::channels::{ChannelError, Class, StockLevel, http};
use serde_json::{Value, json};

const SET: &str = "mutation($input: InventorySetQuantitiesInput!) { \
    inventorySetQuantities(input: $input) { userErrors { field message code } \
    } }";

const SHOWN: &str = "query($ids: [ID!]!, $location: ID!) { nodes(ids: $ids) { ... on \
    InventoryItem { id inventoryLevel(locationId: $location) { quantities(names: \
    [\"available\"]) { quantity } } } } }";

impl Shopify {
    /// Sets what may be sold. All of a call or none of it: what is objected to is left out, and the
    /// rest goes again.
    pub(super) async fn set(
        &self,
        levels: &[StockLevel],
    ) -> Result<Vec<Result<(), ChannelError>>, ChannelError> {
        let location = self.location()?;
        let mut answers: Vec<Result<(), ChannelError>> =
            levels.iter().map(|level| level.parts().map(drop)).collect();
        loop {
            let open: Vec<usize> = (0..levels.len()).filter(|n| answers[*n].is_ok()).collect();
            if open.is_empty() {
                return Ok(answers);
            }
            let rows = open.iter().map(|n| quantity(&levels[*n], &location)).collect();
            let answer = self.call(SET, correction(rows)).await?;
            let errors = &answer["inventorySetQuantities"]["userErrors"];
            let Some(all) = objection(errors) else { return Ok(answers) };
            let named = objections(errors, &open);
            if named.is_empty() {
                return Err(all);
            }
            for (at, error) in named {
                answers[at] = Err(error);
            }
        }
    }

    /// What is shown of each item; `None`: it is not known at the place.
    pub(super) async fn shown(
        &self,
        levels: &[StockLevel],
    ) -> Result<Vec<Option<i64>>, ChannelError> {
        let ids: Vec<String> =
            levels.iter().map(|level| gid("InventoryItem", &level.reference)).collect();
        let answer = self.call(SHOWN, json!({ "ids": ids, "location": self.location()? })).await?;
        let found = |id: &String| {
            array(&answer["nodes"])
                .iter()
                .find(|node| node["id"] == *id)
                .and_then(|node| whole_units(&node["inventoryLevel"]["quantities"][0]["quantity"]))
        };
        Ok(ids.iter().map(found).collect())
    }

    fn location(&self) -> Result<String, ChannelError> {
        let location = self.account.option("location").ok_or_else(|| {
            ChannelError::new(Class::NotPermitted, "the option location is missing")
        })?;
        Ok(gid("Location", location))
    }
}

fn quantity(level: &StockLevel, location: &str) -> Value {
    json!({
        "inventoryItemId": gid("InventoryItem", &level.reference),
        "locationId": location, "quantity": level.available,
    })
}

fn correction(rows: Vec<Value>) -> Value {
    json!({
        "input": {
            "name": "available", "reason": "correction", "ignoreCompareQuantity": true,
            "quantities": rows,
        },
    })
}

/// Which of the items that were sent are objected to, by their index among all.
fn objections(errors: &Value, open: &[usize]) -> Vec<(usize, ChannelError)> {
    let named = array(errors).iter().filter_map(|error| {
        let at = array(&error["field"])
            .iter()
            .filter_map(|part| text(part).parse::<usize>().ok())
            .next()
            .and_then(|n| open.get(n))?;
        let said = http::one_line(&text(&error["message"]));
        Some((*at, ChannelError::new(Class::Rejected, said)))
    });
    named.collect()
}
