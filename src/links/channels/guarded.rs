//! Around every adapter: whatever a shop says in its errors, a secret of ours is not in what we keep and show of it. A shop may
//! well repeat the request that it refuses.

use super::{Account, Answer, Channel, ChannelError, Level, PullPage, Tokens};
use super::sign::hex;
use super::wire::escape;
use crate::domain::order::ShopOrder;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use serde_json::Value;
use uuid::Uuid;

pub struct Guarded {
    inner: Box<dyn Channel>,
    never: Vec<String>,
}

impl Guarded {
    pub fn new(account: &Account, inner: Box<dyn Channel>) -> Guarded {
        let secrets = [&account.secret, &account.session, &account.refresh];
        let mut never: Vec<String> = secrets.into_iter().filter(|secret| secret.len() >= 4).flat_map(|secret| forms(secret)).collect();
        // The longest first: one may be a part of another.
        never.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Guarded { inner, never }
    }

    fn clean(&self, said: &str) -> String {
        self.never.iter().fold(said.to_owned(), |said, form| said.replace(form, "***"))
    }

    fn error(&self, error: ChannelError) -> ChannelError {
        ChannelError { said: self.clean(&error.said), ..error }
    }
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
    fn pull<'a>(&'a self, since: Option<&'a str>, cursor: &'a str, limit: i64) -> Answer<'a, PullPage> {
        Box::pin(async move {
            let mut page = self.inner.pull(since, cursor, limit).await.map_err(|error| self.error(error))?;
            for bad in page.orders.iter_mut().filter_map(|order| order.as_mut().err()) {
                bad.said = self.clean(&bad.said);
            }
            Ok(page)
        })
    }

    fn read<'a>(&'a self, order_no: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async move { self.inner.read(order_no).await.map_err(|error| self.error(error)) })
    }

    fn dispatch<'a>(&'a self, key: Uuid, body: &'a Value) -> Answer<'a, ()> {
        Box::pin(async move { self.inner.dispatch(key, body).await.map_err(|error| self.error(error)) })
    }

    fn push<'a>(&'a self, key: Uuid, levels: &'a [Level]) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async move {
            let answers = self.inner.push(key, levels).await.map_err(|error| self.error(error))?;
            Ok(answers.into_iter().map(|answer| answer.map_err(|error| self.error(error))).collect())
        })
    }

    fn shown<'a>(&'a self, levels: &'a [Level]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(async move { self.inner.shown(levels).await.map_err(|error| self.error(error)) })
    }

    fn refresh<'a>(&'a self) -> Answer<'a, Option<Tokens>> {
        Box::pin(async move { self.inner.refresh().await.map_err(|error| self.error(error)) })
    }
}
