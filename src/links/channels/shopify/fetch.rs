//! How Shopify's orders are asked for: what changed, in pages, and one by its number, each with all
//! of its lines.

use super::{Shopify, gid, order};
use crate::domain::order::ShopOrder;
use crate::links::channels::loose_json::{take_path, text};
use crate::links::channels::{ChannelError, Class, PullPage, Unreadable};
use serde_json::{Value, json};

const LINE: &str = "id sku name quantity currentQuantity unfulfilledQuantity requiresShipping \
    originalUnitPriceSet { shopMoney { amount } } variant { id inventoryItem { id } }";

const ORDER: &str = "legacyResourceId name createdAt updatedAt processedAt cancelledAt \
    displayFinancialStatus displayFulfillmentStatus currencyCode note \
    currentTotalPriceSet { shopMoney { amount currencyCode } } \
    shippingAddress { name phone countryCodeV2 province city address1 address2 zip }";

/// What is read of an order at once.
fn fields() -> String {
    format!("{ORDER} lineItems(first: 50) {{ pageInfo {{ hasNextPage }} nodes {{ {LINE} }} }}")
}

fn instant(second: i64) -> String {
    jiff::Timestamp::from_second(second).unwrap_or_default().to_string()
}

impl Shopify {
    /// A page of what changed since an instant, or at a place where reading stopped.
    pub(super) async fn changed(
        &self,
        since: Option<&str>,
        cursor: &str,
    ) -> Result<PullPage, ChannelError> {
        let now = jiff::Timestamp::now().as_second();
        let until = instant(now - self.account.number("lag_s", 5));
        let (from, after) = self.place(now, since, cursor)?;
        let query = format!(
            "query($first: Int!, $after: String, $query: String) {{ orders(first: $first, \
             after: $after, sortKey: UPDATED_AT, query: $query) {{ pageInfo {{ hasNextPage \
             endCursor }} nodes {{ {} }} }} }}",
            fields()
        );
        let size = self.account.number("page_size", 5).clamp(1, 250);
        let asked = json!({
            "first": size, "after": after, "query": format!("updated_at:>='{from}'"),
        });
        let mut answer = self.call(&query, asked).await?;
        let mut page = take_path(&mut answer, &["orders"]);
        let end = text(&page["pageInfo"]["endCursor"]);
        let next_cursor = (page["pageInfo"]["hasNextPage"] == true && !end.is_empty())
            .then(|| format!("{from}|{end}"));
        let Value::Array(rows) = take_path(&mut page, &["nodes"]) else {
            return Err(ChannelError::new(Class::Transient, "the page has no nodes"));
        };
        Ok(PullPage { orders: self.orders(rows).await?, next_cursor, server_time: until })
    }

    /// The instant that the query begins at, and the platform's own cursor behind its first page.
    fn place<'a>(
        &self,
        now: i64,
        since: Option<&str>,
        cursor: &'a str,
    ) -> Result<(String, Option<&'a str>), ChannelError> {
        match cursor.split_once('|') {
            Some((from, after)) => Ok((from.to_owned(), Some(after))),
            None if cursor.is_empty() => Ok((
                since.map_or_else(
                    || instant(now - self.account.number("lookback_s", 30 * 86_400)),
                    str::to_owned,
                ),
                None,
            )),
            None => Err(ChannelError::new(
                Class::BadCursor,
                format!("{cursor:?} is no place to go on from"),
            )),
        }
    }

    /// One order as it is now.
    pub(super) async fn one(
        &self,
        order_no: &str,
    ) -> Result<Result<ShopOrder, Unreadable>, ChannelError> {
        let query = format!("query($id: ID!) {{ order(id: $id) {{ {} }} }}", fields());
        let mut answer = self.call(&query, json!({ "id": gid("Order", order_no) })).await?;
        let order = take_path(&mut answer, &["order"]);
        if order.is_null() {
            Err(ChannelError::new(Class::NotFound, "no such order"))
        } else {
            Ok(self.order(self.whole(order).await?))
        }
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
}
