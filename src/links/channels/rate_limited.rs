//! Around every adapter: calls keep to the shop's rate, and what it says against them comes back
//! without our secrets.

use super::http;
use super::rate_limit::{self, Buckets, Call};
use super::redact::Redactor;
use super::{Account, Answer, Channel, ChannelError, Class, Kind, PullPage, StockLevel, Tokens};
use crate::domain::order::ShopOrder;
use crate::limits;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// An adapter with its shop's pace and its secrets around it; the rest of the program has no other.
pub struct RateLimited {
    kind: &'static Kind,
    account: Account,
    inner: Box<dyn Channel>,
    buckets: Arc<Buckets>,
    redact: Redactor,
}

impl RateLimited {
    /// Wraps an adapter. `buckets` belong to the process, so that all adapters of one account keep
    /// one pace together.
    pub fn new(
        kind: &'static Kind,
        account: Account,
        inner: Box<dyn Channel>,
        buckets: Arc<Buckets>,
    ) -> RateLimited {
        let redact = Redactor::new(&account);
        RateLimited { kind, account, inner, buckets, redact }
    }

    /// The same for one of many calls in a row: it waits for its turn, if that comes before all of
    /// them must be done.
    async fn in_turn<'a, T>(
        &'a self,
        call: Call,
        until: Instant,
        asked: impl Fn() -> Answer<'a, T> + Send + Sync,
    ) -> Result<T, ChannelError> {
        loop {
            match self.limited(call, asked()).await {
                Err(ChannelError { class: Class::Throttled { wait_s }, .. })
                    if Instant::now() + turn(wait_s) <= until =>
                {
                    tokio::time::sleep(turn(wait_s)).await
                }
                answer => return answer,
            }
        }
    }

    /// A call at the shop's pace, and what it says against it without our secrets.
    async fn limited<T>(&self, call: Call, asked: Answer<'_, T>) -> Result<T, ChannelError> {
        self.buckets.take(
            &self.account,
            call,
            rate_limit::allowed_rate(self.kind.rates, &self.account, call),
            Instant::now(),
        )?;
        asked.await.map_err(|error| {
            if let Class::Throttled { wait_s } = error.class {
                self.buckets.slower(&self.account, call, wait_s, Instant::now());
            }
            self.redact.error(error)
        })
    }
}

fn is_after(instant: &str, latest: jiff::Timestamp) -> bool {
    instant.parse::<jiff::Timestamp>().is_ok_and(|instant| instant > latest)
}

/// How long a shop wants to be left alone; never for nothing.
fn turn(wait_s: f64) -> Duration {
    Duration::from_secs_f64(wait_s.clamp(0.1, 3600.0))
}

impl Channel for RateLimited {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let (page, clock) = http::call_with_server_clock(
                self.limited(Call::Pull, self.inner.pull(since, cursor, limit)),
            )
            .await;
            let mut page = page?;
            if page.orders.len() > limits::PAGE_ORDERS {
                return Err(ChannelError::new(
                    Class::Rejected,
                    format!("{} orders came at once", page.orders.len()),
                ));
            }
            // Our clock may be ahead of the shop's: then what it changes until ours was there would
            // be passed over. And the shop's may be ahead of ours, by decades.
            let now = jiff::Timestamp::now();
            let ahead = now + jiff::SignedDuration::from_secs(limits::CLOCK_AHEAD_S);
            let latest = clock.map_or(ahead, |clock| clock.min(ahead));
            if is_after(&page.server_time, latest) {
                page.server_time = latest.to_string();
            }
            // What is dated later than both would outlive its own cancellation. No date is raised.
            for order in page.orders.iter_mut().filter_map(|order| order.as_mut().ok()) {
                if is_after(&order.updated_at, ahead) {
                    order.updated_at = now.to_string();
                }
            }
            for bad in page.orders.iter_mut().filter_map(|order| order.as_mut().err()) {
                bad.message = self.redact.text(&bad.message);
            }
            Ok(page)
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(self.limited(Call::Read, self.inner.read(order_no)))
    }

    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(self.limited(Call::Dispatch, self.inner.dispatch(key, body)))
    }

    fn push<'a>(
        &'a self,
        key: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async move {
            if self.kind.takes_many {
                let answers = self.limited(Call::Push, self.inner.push(key, levels)).await?;
                return Ok(answers
                    .into_iter()
                    .map(|answer| answer.map_err(|error| self.redact.error(error)))
                    .collect());
            }
            // A call an item: each keeps to the pace.
            let until = Instant::now() + Duration::from_secs_f64(limits::PAGE_PATIENCE_S);
            super::each(levels, |level| {
                Box::pin(async move {
                    let mut answer = self
                        .in_turn(Call::Push, until, || {
                            self.inner.push(key, std::slice::from_ref(level))
                        })
                        .await?;
                    answer.pop().unwrap_or(Ok(())).map_err(|error| self.redact.error(error))
                })
            })
            .await
        })
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        if self.kind.takes_many {
            return Box::pin(self.limited(Call::Read, self.inner.read_stock(levels)));
        }
        let until = Instant::now() + Duration::from_secs_f64(limits::PAGE_PATIENCE_S);
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                Ok(self
                    .in_turn(Call::Read, until, || {
                        self.inner.read_stock(std::slice::from_ref(level))
                    })
                    .await?
                    .pop()
                    .flatten())
            })
        }))
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(
            async move { self.inner.refresh().await.map_err(|error| self.redact.error(error)) },
        )
    }
}
