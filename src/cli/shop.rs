//! `wavedeck shop`: accounts that orders are pulled from.

use super::{Done, Fail, open, say, say_rows};
use crate::config::Config;
use crate::limits;
use crate::store::site::{self, NewShop};
use crate::work::parcel;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub struct Shop {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Adds a shop.
    Add {
        code: String,
        #[arg(long, default_value = "generic")]
        channel: String,
        #[arg(long)]
        url: String,
        #[arg(long)]
        key_id: String,
        /// A file that holds the secret.
        #[arg(long)]
        secret_file: PathBuf,
        /// Days of life that its customers ask for.
        #[arg(long, default_value_t = 0)]
        min_life: i32,
        /// When the shop is told: label, pack, handover.
        #[arg(long, default_value = "handover")]
        notify: String,
        /// What no answer means before a label: go, wait.
        #[arg(long, default_value = "go")]
        no_answer: String,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    /// Asks the shop for one page of orders.
    Test { code: String },
}

pub async fn run(args: Shop, config: &Config) -> Done {
    match args.what {
        What::Add { code, channel, url, key_id, secret_file, min_life, notify, no_answer } => {
            let secret = std::fs::read_to_string(&secret_file).map_err(|e| Fail::environment(format!("{}: {e}", secret_file.display())))?;
            let secret = secret.trim();
            one_of("--channel", &channel, &["generic"])?;
            one_of("--notify", &notify, &["label", "pack", "handover"])?;
            one_of("--no-answer", &no_answer, &["go", "wait"])?;
            if secret.is_empty() || min_life < 0 || !(url.starts_with("http://") || url.starts_with("https://")) {
                return Err(Fail::usage("expected an http or https --url, a --secret-file that is not empty, and --min-life 0 or more"));
            }
            let shop = NewShop { code: &code, channel: &channel, url: &url, key_id: &key_id, secret, min_life_days: min_life, notify: &notify, no_answer: &no_answer };
            open::with_tx(config, Some(("shop_add", &code)), async |tx| site::add_shop(tx, &shop).await).await.map(drop)
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| site::shops(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => test(config, &code).await,
    }
}

fn one_of(flag: &str, value: &str, known: &[&str]) -> Done {
    if known.contains(&value) { Ok(()) } else { Err(Fail::usage(format!("{flag} {value}: expected {}", known.join(", ")))) }
}

async fn test(config: &Config, code: &str) -> Done {
    let opened = open::open(config).await?;
    let ctx = opened.ctx("cli", 1)?;
    let mut tx = ctx.db.begin().await?;
    let shop = site::shop(&mut tx, code).await?.ok_or_else(|| Fail::refused(format!("{code}: no such shop")))?;
    drop(tx);
    let channel = parcel::channel_of(&ctx, &shop).ok_or_else(|| Fail::refused(format!("{}: no adapter for this channel", shop.channel)))?;
    let page = channel.pull(None, "", limits::PULL_PAGE.min(10)).await;
    ctx.db.close().await;
    opened.close().await?;
    let page = page.map_err(|e| Fail::refused(format!("{code}: {e}")))?;
    let bad = page.orders.iter().filter(|o| o.is_err()).count();
    say(&format!("{code}: orders can be read ({} on the first page, {bad} unreadable); the shop's clock says {}", page.orders.len(), page.server_time))
}
