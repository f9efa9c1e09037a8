//! `wavedeck shop`: accounts that orders are pulled from.

use super::{Done, Fail, open, say_rows, tell};
use crate::config::{self, Config};
use crate::limits;
use crate::links::channels;
use crate::protocol::Text;
use crate::store::site::{self, NewShop};
use crate::work::shops;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Shop {
    #[command(subcommand)]
    what: What,
}

/// Kinds that answer at an address of their own.
const PULLED: [(&str, &str); 9] = [
    ("channel", "generic"), ("channel", "taobao"), ("channel", "jd"), ("channel", "pdd"), ("channel", "douyin"), ("channel", "amazon"), ("channel", "shopify"), ("channel", "magento"), ("channel", "woo"),
];

#[derive(Subcommand)]
enum What {
    Add {
        code: String,
        #[arg(long, default_value = "generic", value_parser = channels::KINDS.map(|(kind, _)| kind))]
        channel: String,
        #[arg(long, required_if_eq_any(PULLED))]
        url: Option<String>,
        #[arg(long, required_if_eq_any(PULLED))]
        key_id: Option<String>,
        #[arg(long, required_if_eq_any(PULLED))]
        secret_file: Option<PathBuf>,
        #[arg(long = "option", value_name = "NAME=VALUE")]
        options: Vec<String>,
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..))]
        min_life: i32,
        #[arg(long, default_value = "handover", value_parser = ["label", "pack", "handover"])]
        notify: String,
        #[arg(long, default_value = "go", value_parser = ["go", "wait"])]
        no_answer: String,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    Test { code: String },
}

pub async fn run(args: Shop, config: &Config) -> Done {
    match args.what {
        What::Add { code, channel, url, key_id, secret_file, options, min_life, notify, no_answer } => {
            let options = read_options(&options)?;
            let secret = secret_file.as_deref().map(secret).transpose()?.unwrap_or_default();
            let (url, key_id) = (url.unwrap_or_default(), key_id.unwrap_or_default());
            if channel != "file" && !channels::is_shop_url(&url) {
                return Err(Fail::usage(Text::key("cli-shop-url").with("came", url)));
            }
            let opened = open::open(config).await?;
            let sealed = shops::seal(&opened.vault()?, &code, &secret)?;
            let shop = NewShop {
                code: &code, channel: &channel, url: &url, key_id: &key_id, secret: &sealed.secret, tokens: &sealed.tokens, options: &options, min_life_days: min_life, notify: &notify, no_answer: &no_answer,
            };
            open::within(opened, Some(("shop_add", &code)), async |tx| site::add_shop(tx, &shop).await).await.map(drop)
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| site::shops(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => test(config, &code).await,
    }
}

/// `page_size=50`, `carriers.SF=505`: an object, dots going deeper.
fn read_options(options: &[String]) -> Done<Value> {
    let mut out = json!({});
    for option in options {
        let wrong = || Fail::usage(Text::key("cli-shop-option").with("came", option));
        let (name, value) = option.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(wrong)?;
        let mut at = &mut out;
        for part in name.split('.') {
            if !at.is_object() {
                *at = json!({});
            }
            at = &mut at[part];
        }
        *at = Value::from(value);
    }
    Ok(out)
}

fn secret(file: &Path) -> Done<String> {
    let text = config::read_text(file).map_err(|e| Fail::file(file, &e))?;
    match text.trim() {
        "" => Err(Fail::usage(Text::key("cli-file-empty").with("file", file.display().to_string()))),
        secret => Ok(secret.to_owned()),
    }
}

async fn test(config: &Config, code: &str) -> Done {
    let opened = open::open(config).await?;
    let ctx = opened.ctx("cli", 1)?;
    let mut tx = ctx.db.begin().await?;
    let shop = site::shop(&mut tx, code).await?.ok_or_else(|| Fail::refused(Text::key("cli-shop-unknown").with("came", code)))?;
    drop(tx);
    let page = match shops::channel(&ctx, &shop) {
        Ok(channel) => channel.pull(None, "", limits::PULL_PAGE.min(10)).await,
        Err(error) => Err(error),
    };
    ctx.db.close().await;
    opened.close().await?;
    let page = page.map_err(|e| Fail::refused(Text::key("cli-shop-said").with("shop", code).with("said", e.to_string())))?;
    let bad = page.orders.iter().filter(|o| o.is_err()).count();
    let good = page.orders.len() - bad;
    tell(config, &Text::key("cli-shop-reads").with("shop", code).with("orders", good as i64).with("bad", bad as i64).with("time", page.server_time))
}
