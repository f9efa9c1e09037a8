//! A shop's calls tried one after the other: those that change nothing there.

use super::unknown;
use crate::cli::{Done, Fail, open, tell};
use crate::config::Config;
use crate::i18n::Catalogue;
use crate::links::channels::{self, Channel, ChannelError, OrdersCome, PullPage, StockLevel};
use crate::protocol::Message;
use crate::store;
use crate::store::push::{self, DueLevel};
use crate::store::schema::Login;
use crate::work::{Ctx, shops};
use crate::{jobs, limits};

/// Every call that changes nothing, one after the other: what works and what does not.
pub(super) async fn test(config: &Config, code: &str) -> Done {
    let opened = open::open(config).await?;
    let ctx = opened.ctx(config, Login::Worker, "cli", 1)?;
    let done = calls(config, &ctx, code).await;
    ctx.db.close().await;
    opened.close().await?;
    if done? {
        Ok(())
    } else {
        Err(Fail::refused(Message::key("cli-shop-not-all").with("shop", code)))
    }
}

/// Says what each call came to as soon as it is known.
struct Results<'a> {
    config: &'a Config,
    all_good: bool,
}

impl Results<'_> {
    fn say(&mut self, call: &str, said: Result<String, String>) -> Done {
        self.all_good &= said.is_ok();
        let key = if said.is_ok() { "cli-shop-call-ok" } else { "cli-shop-call-failed" };
        tell(
            self.config,
            &Message::key(key)
                .with("call", Message::key(&format!("call-{call}")))
                .with("said", said.unwrap_or_else(|said| said)),
        )
    }
}

async fn calls(config: &Config, ctx: &Ctx, code: &str) -> Done<bool> {
    let mut tx = ctx.db.begin().await?;
    let shop = store::shops::find(&mut tx, code).await?.ok_or_else(|| unknown(code))?;
    let listed = push::any_listing(&mut tx, shop.id).await?;
    drop(tx);
    let mut results = Results { config, all_good: true };
    match channels::orders_come(&shop.channel) {
        OrdersCome::InAFolder => {
            let usable = jobs::folder::folder_is_usable(&shop.url);
            results.say("folder", usable.map(|()| shop.url.clone()))?;
            return Ok(results.all_good);
        }
        OrdersCome::InFiles => {
            return tell(config, &Message::key("cli-shop-files")).map(|()| true);
        }
        OrdersCome::OverAWire => {}
    }
    let channel = match shops::channel(ctx, &shop) {
        Ok(channel) => channel,
        Err(error) => {
            results.say("secret", Err(error.message))?;
            return Ok(false);
        }
    };
    results.say("secret", Ok(shop.key_id.clone()))?;
    if let Some(order_no) = try_pull(&*channel, &mut results).await? {
        try_read(&*channel, &order_no, &mut results).await?;
    }
    if let Some(listed) = listed {
        try_read_stock(&*channel, &listed, &mut results).await?;
    }
    // What tells the shop something is not tried.
    tell(config, &Message::key("cli-shop-not-tried"))?;
    Ok(results.all_good)
}

/// The number of the first order that came and could be read.
async fn try_pull(channel: &dyn Channel, results: &mut Results<'_>) -> Done<Option<String>> {
    let words = Catalogue::new(results.config.lang());
    let page = some_page(channel).await;
    let said = page.as_ref().map_err(why).map(|page| {
        let bad = page.orders.iter().filter(|order| order.is_err()).count();
        words.say(
            &Message::key("cli-shop-reads")
                .with("orders", (page.orders.len() - bad) as i64)
                .with("bad", bad as i64)
                .with("time", page.server_time.as_str()),
        )
    });
    results.say("pull", said)?;
    let first = page.ok().and_then(|page| page.orders.into_iter().find_map(Result::ok));
    Ok(first.map(|order| order.order_no))
}

async fn try_read(channel: &dyn Channel, order_no: &str, results: &mut Results<'_>) -> Done {
    let read = channel.read(order_no).await;
    results.say("read", read.map(|_| order_no.to_owned()).map_err(|error| why(&error)))
}

async fn try_read_stock(
    channel: &dyn Channel,
    listed: &DueLevel,
    results: &mut Results<'_>,
) -> Done {
    let (code, reference) = (listed.code.clone(), listed.reference.clone());
    let level = StockLevel { code, reference, available: 0 };
    let shown = channel.read_stock(&[level]).await.map(|shown| {
        format!(
            "{} {}",
            listed.code,
            shown.first().copied().flatten().map_or_else(|| "-".to_owned(), |n| n.to_string())
        )
    });
    results.say("shown", shown.map_err(|error| why(&error)))
}

fn why(error: &ChannelError) -> String {
    format!("{} ({})", error.message, error.class.code())
}

/// A page that has orders. Streams by stretches say first how much there is, and the first
/// stretches may hold nothing.
async fn some_page(channel: &dyn Channel) -> Result<PullPage, ChannelError> {
    let mut page = channel.pull(None, "", limits::PULL_PAGE.min(10)).await?;
    for _ in 0..PAGES_TRIED {
        let Some(cursor) = page.next_cursor.take().filter(|_| page.orders.is_empty()) else {
            break;
        };
        page = channel.pull(None, &cursor, limits::PULL_PAGE.min(10)).await?;
    }
    Ok(page)
}

const PAGES_TRIED: usize = 12;
