//! Around every adapter: calls keep to the shop's pace, and whatever a shop says in its errors, a
//! secret of ours is not in what we keep and show of it. A shop may well repeat the request that it
//! refuses.

use super::pace::{self, Call, Pace};
use super::sign::hex;
use super::wire::{self, escape};
use super::{Account, Answer, Channel, ChannelError, Class, StockLevel, PullPage, Tokens};
use crate::domain::order::ShopOrder;
use crate::limits;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub struct Guarded {
    kind: String,
    account: Account,
    inner: Box<dyn Channel>,
    pace: Arc<Pace>,
    never: Vec<String>,
}

impl Guarded {
    pub fn new(kind: &str, account: Account, inner: Box<dyn Channel>, pace: Arc<Pace>) -> Guarded {
        let secrets = [&account.secret, &account.session, &account.refresh];
        let mut never: Vec<String> = secrets
            .into_iter()
            .filter(|secret| secret.len() >= 4)
            .flat_map(|secret| forms(secret))
            .collect();
        // As a password goes over the wire (RFC 7617).
        never.push(
            BASE64_STANDARD
                .encode(format!("{}:{}", account.key_id, account.secret))
                .trim_end_matches('=')
                .to_owned(),
        );
        // The longest first: one may be a part of another.
        never.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Guarded { kind: kind.to_owned(), account, inner, pace, never }
    }

    fn clean(&self, said: &str) -> String {
        let said = self.never.iter().fold(said.to_owned(), |said, form| said.replace(form, "***"));
        // What a shop says is cut before it comes here: the cut may go through one.
        let cut = self
            .never
            .iter()
            .filter_map(|form| {
                (4..form.len())
                    .rev()
                    .filter(|n| form.is_char_boundary(*n))
                    .find(|n| said.ends_with(&form[..*n]))
            })
            .max();
        match cut {
            Some(n) => format!("{}***", &said[..said.len() - n]),
            None => said,
        }
    }

    fn error(&self, error: ChannelError) -> ChannelError {
        ChannelError { said: self.clean(&error.said), ..error }
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
            match self.paced(call, asked()).await {
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
    async fn paced<T>(&self, call: Call, asked: Answer<'_, T>) -> Result<T, ChannelError> {
        self.pace.take(
            &self.account,
            call,
            pace::rate(&self.kind, &self.account, call),
            Instant::now(),
        )?;
        asked.await.map_err(|error| {
            if let Class::Throttled { wait_s } = error.class {
                self.pace.slower(&self.account, call, wait_s, Instant::now());
            }
            self.error(error)
        })
    }
}

/// How long a shop wants to be left alone; never for nothing.
fn turn(wait_s: f64) -> Duration {
    Duration::from_secs_f64(wait_s.clamp(0.1, 3600.0))
}

/// A secret as it may come back: plain, in a URL, in JSON, in base64, in hex.
fn forms(secret: &str) -> Vec<String> {
    let json = Value::from(secret).to_string();
    let hex = hex(secret.as_bytes());
    let base64 = |text: String| text.trim_end_matches('=').to_owned();
    vec![
        secret.to_owned(),
        escape(secret),
        json.trim_matches('"').to_owned(),
        base64(BASE64_STANDARD.encode(secret)),
        base64(BASE64_URL_SAFE.encode(secret)),
        hex.to_uppercase(),
        hex,
    ]
}

impl Channel for Guarded {
    fn pull<'a>(
        &'a self,
        since: Option<&'a str>,
        cursor: &'a str,
        limit: i64,
    ) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let (page, clock) =
                wire::heard(self.paced(Call::Pull, self.inner.pull(since, cursor, limit))).await;
            let mut page = page?;
            // Our clock may be ahead of the shop's: then what it changes until ours was there would
            // be passed over.
            if let Some(clock) = clock.filter(|clock| {
                page.server_time.parse::<jiff::Timestamp>().is_ok_and(|said| said > *clock)
            }) {
                page.server_time = clock.to_string();
            }
            for bad in page.orders.iter_mut().filter_map(|order| order.as_mut().err()) {
                bad.said = self.clean(&bad.said);
            }
            Ok(page)
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(self.paced(Call::Read, self.inner.read(order_no)))
    }

    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(self.paced(Call::Dispatch, self.inner.dispatch(key, body)))
    }

    fn push<'a>(
        &'a self,
        key: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async move {
            if super::takes_many(&self.kind) {
                let answers = self.paced(Call::Push, self.inner.push(key, levels)).await?;
                return Ok(answers
                    .into_iter()
                    .map(|answer| answer.map_err(|error| self.error(error)))
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
                    answer.pop().unwrap_or(Ok(())).map_err(|error| self.error(error))
                })
            })
            .await
        })
    }

    fn shown<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        if super::takes_many(&self.kind) {
            return Box::pin(self.paced(Call::Read, self.inner.shown(levels)));
        }
        let until = Instant::now() + Duration::from_secs_f64(limits::PAGE_PATIENCE_S);
        Box::pin(super::each_shown(levels, move |level| {
            Box::pin(async move {
                Ok(self
                    .in_turn(Call::Read, until, || self.inner.shown(std::slice::from_ref(level)))
                    .await?
                    .pop()
                    .flatten())
            })
        }))
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async move { self.inner.refresh().await.map_err(|error| self.error(error)) })
    }
}
