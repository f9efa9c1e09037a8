//! What a shop may show of the stock, and what it shows.

use super::unknown;
use crate::cli::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::jobs;
use crate::protocol::Message;
use crate::store;
use crate::store::push::{self, Rules};
use crate::store::schema::Login;
use clap::Args;
use serde_json::{Value, json};

/// Arguments of `wavedeck shop stock`.
#[derive(Args)]
pub(super) struct StockRules {
    code: String,
    #[arg(long, value_parser = ["on", "off"])]
    push: Option<String>,
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(i32).range(0..=100))]
    share: Option<i32>,
    #[arg(long, value_name = "UNITS", value_parser = clap::value_parser!(i64).range(0..))]
    safety: Option<i64>,
    #[arg(long, value_name = "UNITS", value_parser = clap::value_parser!(i64).range(0..))]
    cap: Option<i64>,
    #[arg(long, value_name = "UNITS", conflicts_with = "item")]
    #[arg(value_parser = clap::value_parser!(i64).range(0..))]
    low_at: Option<i64>,
    #[arg(long, value_name = "SKU")]
    item: Option<String>,
}

/// Sets how much of the stock a shop is told, of all its items or of one.
pub(super) async fn set(args: StockRules, config: &Config) -> Done {
    let StockRules { code, push, share, safety, cap, low_at, item } = args;
    let rules = Rules {
        on: push.map(|on| on == "on"),
        share_pct: share,
        safety,
        cap,
        low_at,
        item: item.as_deref(),
    };
    let set = open::with_tx(config, Some(("shop_stock", &code)), async |tx| {
        push::set_rules(tx, &code, &rules).await
    })
    .await?;
    match (set, item) {
        (true, _) => Ok(()),
        (false, None) => Err(unknown(&code)),
        (false, Some(item)) => Err(Fail::refused(
            Message::key("cli-shop-no-item").with("shop", &code).with("received", item),
        )),
    }
}

/// Lists the items that the shop shows otherwise than it was told.
pub(super) async fn compare(config: &Config, code: &str, json: bool) -> Done {
    let opened = open::open(config).await?;
    let ctx = opened.ctx(config, Login::Worker, "cli", 1)?;
    let found = async {
        let mut tx = ctx.db.begin().await?;
        let shop = store::shops::find(&mut tx, code).await?.ok_or_else(|| unknown(code))?;
        drop(tx);
        jobs::push::compare_with_shop(&ctx, &shop, None).await?.map_err(|e| {
            Fail::refused(
                Message::key("cli-shop-said").with("shop", code).with("said", e.to_string()),
            )
        })
    }
    .await;
    ctx.db.close().await;
    opened.close().await?;
    let found = found?;
    let rows: Vec<Value> = found
        .iter()
        .map(|one| json!({ "code": one.code, "told": one.told, "shown": one.shown }))
        .collect();
    say_rows(&rows, json)?;
    if found.is_empty() {
        Ok(())
    } else {
        Err(Fail::refused(Message::key("cli-shop-differs").with("items", found.len() as i64)))
    }
}
