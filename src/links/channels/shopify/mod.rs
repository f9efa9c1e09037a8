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
//!
//! `fetch` asks for orders and `orders` says what one is to us; `dispatch` tells parcels, `stock`
//! counts.

mod dispatch;
mod fetch;
mod orders;
mod stock;

pub use orders::order;

use super::http;
use super::loose_json::{self, array, text};
use super::rate_limit::{Call, Rate};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, Signed, StockLevel,
};
use crate::domain::order::ShopOrder;
use crate::limits;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
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
        Box::pin(self.changed(since, cursor))
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(self.one(order_no).await?) })
    }

    fn dispatch<'a>(&'a self, _: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(self.tell(body))
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(self.set(levels))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(self.shown(levels))
    }
}
