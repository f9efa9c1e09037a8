//! Magento and Adobe Commerce (REST V1). Orders are read by their change time in stretches, from
//! the last page to the first, and never past the counted last page (behind it the last page comes
//! again).
//!
//! Who we are there, by the secret's file (and `--key-id`):
//! - an integration, signed by OAuth 1.0a with the option `auth=oauth1`: consumer secret, access
//!   token, the token's secret (consumer key). Without that option its access token alone, which
//!   newer shops take only where a setting allows it.
//! - an admin: password, nothing, `login` (user name): a new token every few hours.
//! - Adobe's cloud: client secret, nothing, `ims` (client id): a new token a day from the option
//!   `token_url`, for `scope`.
//!
//! What is unchecked: that a configurable product's parent row is what is shipped while its child
//! names the SKU; bundles ship their children here. Options: `page_size`, `window_s`, `lag_s`,
//! `lookback_s`, `source` (stock source, `default`), `paid` (state words, `processing`),
//! `carriers`.
//!
//! `orders` says what an order is to us; `dispatch` tells parcels, `stock` counts; `tokens` has the
//! doors of admins and of the cloud.

mod dispatch;
mod orders;
mod stock;
mod tokens;

pub use orders::order;

use super::http;
use super::loose_json::{self, text};
use super::oauth;
use super::sign::escape;
use super::time_window::{Rules, TimeWindow};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
    Unreadable,
};
use crate::domain::order::ShopOrder;
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// Magento and Adobe Commerce (REST V1), on a server of the shop's or in Adobe's cloud: no rate of
/// its own, many counts in one call, no calls to us.
pub const KIND: Kind = Kind {
    takes_many: true,
    ..Kind::platform("magento", |account, client| Box::new(Magento { account, client }))
};

/// One store; its options say whether it is spoken to as an integration, as an admin or through
/// Adobe's cloud.
pub struct Magento {
    pub account: Account,
    pub client: Client,
}

const CLOCK: &str = "%Y-%m-%d %H:%M:%S";

/// The n-th condition of a search, as its own group: groups are joined by AND.
fn filter(n: usize, field: &str, how: &str, value: &str) -> String {
    let key = format!("searchCriteria[filter_groups][{n}][filters][0]");
    [("field", field), ("condition_type", how), ("value", value)]
        .iter()
        .map(|(part, said)| format!("{}={}&", escape(&format!("{key}[{part}]")), escape(said)))
        .collect()
}

fn paged(size: i64, page: i64) -> String {
    format!(
        "{}={size}&{}={page}",
        escape("searchCriteria[pageSize]"),
        escape("searchCriteria[currentPage]")
    )
}

fn sorted(n: usize, field: &str) -> String {
    let key = format!("searchCriteria[sortOrders][{n}]");
    format!(
        "{}={field}&{}=ASC&",
        escape(&format!("{key}[field]")),
        escape(&format!("{key}[direction]"))
    )
}

fn clock(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map(|at| at.strftime(CLOCK).to_string())
        .unwrap_or_default()
}

/// `2`, `2.0000` and `"2.0000"` are two.
fn whole(said: &Value) -> Option<i64> {
    let said = text(said);
    let (units, rest) = said.split_once('.').unwrap_or((&said, ""));
    rest.bytes().all(|b| b == b'0').then(|| units.parse().ok()).flatten()
}

impl Magento {
    fn rules(&self) -> Rules {
        Rules {
            span_s: self.account.number("window_s", 86_400).max(60),
            lag_s: self.account.number("lag_s", 10),
            lookback_s: self.account.number("lookback_s", 30 * 86_400),
        }
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        let request = self
            .client
            .request(method, format!("{}/V1{path}", self.account.url.trim_end_matches('/')));
        let mut request = match self.account.option("auth") {
            Some("oauth1") => oauth::sign_call(request, &self.account)?,
            _ => request.bearer_auth(&self.account.session),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        http::send(request).await?.ok(sentence)
    }

    async fn one(&self, order_no: &str) -> Result<Value, ChannelError> {
        let mut found = self
            .call(
                Method::GET,
                &format!("/orders?{}{}", filter(0, "increment_id", "eq", order_no), paged(1, 1)),
                None,
            )
            .await?;
        match loose_json::take_path(&mut found, &["items"]) {
            Value::Array(mut orders) if !orders.is_empty() => Ok(orders.swap_remove(0)),
            _ => Err(ChannelError::new(Class::NotFound, "no such order")),
        }
    }

    fn order(&self, value: Value) -> Result<ShopOrder, Unreadable> {
        let paid = self
            .account
            .option("paid")
            .unwrap_or("processing")
            .split(',')
            .any(|word| word.trim() == text(&value["state"]));
        order(value, paid)
    }
}

/// `%1` and `%name` stand for parameters.
fn sentence(body: &Value) -> String {
    let mut said = text(&body["message"]);
    match &body["parameters"] {
        Value::Array(parts) => parts
            .iter()
            .enumerate()
            .for_each(|(n, part)| said = said.replace(&format!("%{}", n + 1), &text(part))),
        Value::Object(parts) => parts
            .iter()
            .for_each(|(name, part)| said = said.replace(&format!("%{name}"), &text(part))),
        _ => {}
    }
    said
}

impl Channel for Magento {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let rules = self.rules();
            let (window, size) =
                TimeWindow::of(&self.account, since, cursor, &rules, (limit, 300))?;
            let found = format!(
                "/orders?{}{}{}{}",
                filter(0, "updated_at", "gteq", &clock(window.from)),
                filter(1, "updated_at", "lteq", &clock(window.to)),
                sorted(0, "updated_at"),
                sorted(1, "entity_id")
            );
            let Some(page) = window.page else {
                let answer =
                    self.call(Method::GET, &format!("{found}{}", paged(1, 1)), None).await?;
                return window.count(&answer["total_count"], size, &rules);
            };
            let mut answer =
                self.call(Method::GET, &format!("{found}{}", paged(size, page)), None).await?;
            let Value::Array(rows) = loose_json::take_path(&mut answer, &["items"]) else {
                return Err(ChannelError::new(Class::Transient, "the page has no items"));
            };
            Ok(window.take(rows.into_iter().map(|row| self.order(row)).collect(), &rules))
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { super::one(self.order(self.one(order_no).await?)) })
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

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async move {
            match self.account.refresh.as_str() {
                "login" => self.login().await.map(Some),
                "ims" => self.ims().await.map(Some),
                _ => Ok(None),
            }
        })
    }
}
