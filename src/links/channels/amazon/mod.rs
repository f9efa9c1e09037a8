//! Amazon (Selling Partner API): orders of the version 2026-01-01, or with the option `api=v0` of
//! the version before, whose items are read order by order; shipments are confirmed by v0. A page's
//! token goes with the same query, so both stand in the cursor.
//!
//! The secret's file: the client's secret, an empty line, the refresh token, which goes on;
//! `--key-id` is the client's id. Rates are low and kept here: `searchOrders` gives one call in
//! three minutes after the first twenty. Without the role for personal data orders come without
//! receivers, and their shipments are held; v0 gives them to a token that is asked for page by
//! page. What is unchecked: that a `packageReferenceId` sent again replaces. Options: `marketplace`
//! and `seller` (needed), `api`, `page_size`, `lag_s`, `lookback_s`, `token_url`, `product_type`,
//! `carriers` (their codes; others go as `Other` with their name).
//!
//! `fetch` asks for orders and `orders` says what one is to us; `dispatch` tells parcels, `stock`
//! counts.

mod dispatch;
mod fetch;
mod orders;
mod stock;

pub use orders::{order, order_v0};

use super::http;
use super::loose_json::text;
use super::oauth;
use super::rate_limit::{Call, Rate};
use super::{
    Account, Answer, Channel, ChannelError, Class, Client, Kind, PullPage, StockLevel, Tokens,
};
use crate::domain::order::ShopOrder;
use crate::limits;
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// Amazon's Selling Partner API: kept to its published usage plans, one search in three minutes in
/// the long run; a call an item for counts, no calls to us.
pub const KIND: Kind = Kind {
    // One search in three minutes is what it allows in the long run.
    every_s: limits::AMAZON_EVERY_S,
    rates: &[
        (Call::Pull, Rate::new(0.0056, 20.0)),
        (Call::Read, Rate::new(0.5, 30.0)),
        (Call::Dispatch, Rate::new(2.0, 10.0)),
        (Call::Push, Rate::new(5.0, 5.0)),
    ],
    ..Kind::platform("amazon", |account, client| Box::new(Amazon { account, client }))
};

/// One seller on one marketplace; the option `api` says which version of the orders API is read.
pub struct Amazon {
    pub account: Account,
    pub client: Client,
}

impl Amazon {
    fn old(&self) -> bool {
        self.account.option("api") == Some("v0")
    }

    fn needed(&self, name: &str) -> Result<&str, ChannelError> {
        self.account.option(name).ok_or_else(|| {
            ChannelError::new(Class::NotPermitted, format!("the option {name} is missing"))
        })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        self.call_as(&self.account.session, method, path, body).await
    }

    async fn call_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ChannelError> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.account.url.trim_end_matches('/')))
            .header("x-amz-access-token", token)
            .header("x-amz-date", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string())
            .header(
                "User-Agent",
                concat!("Wavedeck/", env!("CARGO_PKG_VERSION"), " (Language=Rust)"),
            );
        if let Some(body) = body {
            request = request.json(body);
        }
        let answered = http::send(request).await?;
        let code = text(&answered.body["errors"][0]["code"]);
        let expired = answered.status == 403 && code == "Unauthorized";
        let said = |body: &Value| {
            let error = &body["errors"][0];
            format!("{} {}", text(&error["code"]), text(&error["message"]))
        };
        let waits = |class: &Class| match class {
            Class::Throttled { wait_s } => *wait_s != http::DEFAULT_WAIT_S,
            _ => false,
        };
        answered.ok(said).map_err(|error| match code.as_str() {
            // How long, if it does not say.
            "QuotaExceeded" if !waits(&error.class) => {
                ChannelError { class: Class::Throttled { wait_s: 60.0 }, ..error }
            }
            // A token that is none or has ended is refused like this too.
            _ if expired => ChannelError { class: Class::SessionExpired, ..error },
            // A restricted token is known here alone.
            _ => ChannelError { message: error.message.replace(token, "***"), ..error },
        })
    }
}

impl Channel for Amazon {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(self.changed(since, cursor, limit))
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move {
            super::one(if self.old() {
                self.one_v0(order_no).await?
            } else {
                self.one(order_no).await?
            })
        })
    }

    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(self.confirm(key, body))
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(super::each(levels, move |level| Box::pin(self.set(level))))
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(super::each_shown(levels, move |level| Box::pin(self.shown(level))))
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(oauth::refresh_tokens(
            &self.client,
            &self.account,
            "https://api.amazon.com/auth/o2/token",
            ("client_id", "client_secret"),
        ))
    }
}
