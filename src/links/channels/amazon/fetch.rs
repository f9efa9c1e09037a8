//! How Amazon's orders are asked for: what changed, in pages, and one by its number. The version
//! before needs a token of its own for addresses, and a call more for each order's items.

use super::{Amazon, order, order_v0};
use crate::domain::order::ShopOrder;
use crate::limits;
use crate::links::channels::loose_json::{take_path, text};
use crate::links::channels::sign::escape;
use crate::links::channels::{ChannelError, Class, PullPage, Unreadable, http};
use reqwest::Method;
use serde_json::{Value, json};

/// The orders of a page and the token of the next, empty after the last.
type Page = (Vec<Result<ShopOrder, Unreadable>>, String);

/// A place in the stream: from when, until when, and the platform's token for the next page.
struct Place {
    from: String,
    until: String,
    token: String,
}

impl Place {
    /// The part of the query that goes on at the token, which the version calls by this name.
    fn token_part(&self, name: &str) -> String {
        if self.token.is_empty() {
            String::new()
        } else {
            format!("&{name}={}", escape(&self.token))
        }
    }
}

impl Amazon {
    /// A page of what changed since an instant, or at a place where reading stopped.
    pub(super) async fn changed(
        &self,
        since: Option<&str>,
        cursor: &str,
        limit: i64,
    ) -> Result<PullPage, ChannelError> {
        let place = self.place(since, cursor)?;
        if place.from >= place.until {
            return Ok(PullPage {
                orders: Vec::new(),
                next_cursor: None,
                server_time: place.until,
            });
        }
        let size = |usual: i64| self.account.number("page_size", usual).clamp(1, 100);
        let (orders, token) = if self.old() {
            self.page_v0(&place, size(20)).await?
        } else {
            self.page(&place, size(limit)).await?
        };
        let next_cursor =
            (!token.is_empty()).then(|| format!("{}|{}|{token}", place.from, place.until));
        Ok(PullPage { orders, next_cursor, server_time: place.until })
    }

    fn place(&self, since: Option<&str>, cursor: &str) -> Result<Place, ChannelError> {
        let at = |second: i64| jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
        if cursor.is_empty() {
            let now = jiff::Timestamp::now().as_second();
            let from = since.map_or_else(
                || at(now - self.account.number("lookback_s", 30 * 86_400)),
                str::to_owned,
            );
            // The last two minutes are not complete yet.
            return Ok(Place {
                from,
                until: at(now - self.account.number("lag_s", 130)),
                token: String::new(),
            });
        }
        match cursor.splitn(3, '|').collect::<Vec<_>>()[..] {
            [from, until, token] => {
                Ok(Place { from: from.into(), until: until.into(), token: token.into() })
            }
            _ => Err(ChannelError::new(
                Class::BadCursor,
                format!("{cursor:?} is no place to go on from"),
            )),
        }
    }

    async fn page(&self, place: &Place, size: i64) -> Result<Page, ChannelError> {
        let (from, until, market) =
            (escape(&place.from), escape(&place.until), escape(self.needed("marketplace")?));
        let path = format!(
            "/orders/2026-01-01/orders?marketplaceIds={market}\
             &lastUpdatedAfter={from}&lastUpdatedBefore={until}&fulfilledBy=MERCHANT\
             &includedData=RECIPIENT,PROCEEDS,FULFILLMENT&maxResultsPerPage={size}{}",
            place.token_part("paginationToken")
        );
        let mut answer = self.call(Method::GET, &path, None).await?;
        let Value::Array(rows) = take_path(&mut answer, &["orders"]) else {
            return Err(ChannelError::new(Class::Transient, "the page has no orders"));
        };
        Ok((rows.into_iter().map(order).collect(), text(&answer["pagination"]["nextToken"])))
    }

    async fn page_v0(&self, place: &Place, size: i64) -> Result<Page, ChannelError> {
        let (from, until, market) =
            (escape(&place.from), escape(&place.until), escape(self.needed("marketplace")?));
        let path = format!(
            "/orders/v0/orders?MarketplaceIds={market}&LastUpdatedAfter={from}\
             &LastUpdatedBefore={until}&FulfillmentChannels=MFN&MaxResultsPerPage={size}{}",
            place.token_part("NextToken")
        );
        let token = self.restricted("/orders/v0/orders").await?;
        let mut answer = self.call_as(&token, Method::GET, &path, None).await?;
        let Value::Array(rows) = take_path(&mut answer, &["payload", "Orders"]) else {
            return Err(ChannelError::new(Class::Transient, "the page has no Orders"));
        };
        let mut orders = Vec::new();
        for row in rows {
            orders.push(self.with_items(row).await?);
        }
        Ok((orders, text(&answer["payload"]["NextToken"])))
    }

    /// One order as it is now.
    pub(super) async fn one(
        &self,
        order_no: &str,
    ) -> Result<Result<ShopOrder, Unreadable>, ChannelError> {
        let path = format!(
            "/orders/2026-01-01/orders/{}?includedData=RECIPIENT,PROCEEDS,FULFILLMENT",
            escape(order_no)
        );
        let mut answer = self.call(Method::GET, &path, None).await?;
        Ok(order(take_path(&mut answer, &["order"])))
    }

    /// One order as it is now, by the version before.
    pub(super) async fn one_v0(
        &self,
        order_no: &str,
    ) -> Result<Result<ShopOrder, Unreadable>, ChannelError> {
        let path = format!("/orders/v0/orders/{}", escape(order_no));
        let token = self.restricted(&path).await?;
        let mut answer = self.call_as(&token, Method::GET, &path, None).await?;
        self.with_items(take_path(&mut answer, &["payload"])).await
    }

    /// A token that v0 shows addresses to, for one path; without the right to it the account's own,
    /// which sees none.
    async fn restricted(&self, path: &str) -> Result<String, ChannelError> {
        let told = json!({
            "restrictedResources": [
                { "method": "GET", "path": path, "dataElements": ["buyerInfo", "shippingAddress"] },
            ],
        });
        match self.call(Method::POST, "/tokens/2021-03-01/restrictedDataToken", Some(&told)).await {
            Ok(answer) => Ok(Some(text(&answer["restrictedDataToken"]))
                .filter(|token| !token.is_empty())
                .unwrap_or_else(|| self.account.session.clone())),
            Err(error) if matches!(error.class, Class::NotPermitted | Class::Rejected) => {
                Ok(self.account.session.clone())
            }
            Err(error) => Err(error),
        }
    }

    /// An order of v0 with its items, which may come in pages.
    async fn with_items(
        &self,
        mut order: Value,
    ) -> Result<Result<ShopOrder, Unreadable>, ChannelError> {
        let id = text(&order["AmazonOrderId"]);
        let (mut items, mut token) = (Vec::new(), String::new());
        loop {
            let next = if token.is_empty() {
                String::new()
            } else {
                format!("?NextToken={}", escape(&token))
            };
            let path = format!("/orders/v0/orders/{}/orderItems{next}", escape(&id));
            let mut answer =
                http::retry_throttled(|| Box::pin(self.call(Method::GET, &path, None))).await?;
            let before = items.len();
            if let Value::Array(rows) = take_path(&mut answer, &["payload", "OrderItems"]) {
                items.extend(rows);
            }
            token = text(&answer["payload"]["NextToken"]);
            if token.is_empty() || items.len() > limits::ORDER_LINES {
                break;
            }
            if items.len() == before {
                return Err(ChannelError::new(
                    Class::Transient,
                    "a page of items is empty, and others follow it",
                ));
            }
        }
        if let Some(fields) = order.as_object_mut() {
            fields.insert("OrderItems".into(), Value::from(items));
        }
        Ok(order_v0(order))
    }
}
