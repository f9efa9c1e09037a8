//! `wavedeck shop`: accounts that orders are pulled from.

use super::{Done, Fail, open, say_rows, tell};
use crate::config::{self, Config};
use crate::domain::life::MinLife;
use crate::i18n::Catalogue;
use crate::links::channels::{self, Channel, ChannelError, OrdersCome, PullPage, StockLevel};
use crate::protocol::Message;
use crate::store;
use crate::store::push::{self, Rules};
use crate::store::schema::Login;
use crate::store::shops::NewShop;
use crate::store::shops::ShopChange;
use crate::work::shops::Address;
use crate::work::{Ctx, shops};
use crate::{jobs, limits};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `wavedeck shop`.
#[derive(Args)]
pub struct Shop {
    #[command(subcommand)]
    what: What,
}

/// Kinds that answer at an address of their own: all whose orders do not come in files.
fn called() -> impl Iterator<Item = (&'static str, &'static str)> {
    channels::KINDS
        .into_iter()
        .filter(|kind| kind.orders_come == OrdersCome::OverAWire)
        .map(|kind| ("channel", kind.name))
}

#[derive(Subcommand)]
enum What {
    Add {
        code: String,
        #[arg(long, default_value = "generic")]
        #[arg(value_parser = channels::KINDS.map(|kind| kind.name))]
        channel: String,
        #[arg(long, required_if_eq_any(called()))]
        url: Option<String>,
        #[arg(long, required_if_eq_any(called()))]
        key_id: Option<String>,
        #[arg(long, required_if_eq_any(called()))]
        secret_file: Option<PathBuf>,
        #[arg(long = "option", value_name = "NAME=VALUE")]
        options: Vec<String>,
        #[arg(long, default_value = "0", value_name = "DAYS|PERCENT%")]
        min_life: String,
        #[arg(long, default_value = "handover", value_parser = ["label", "pack", "handover"])]
        notify: String,
        #[arg(long, default_value = "go", value_parser = ["go", "wait"])]
        no_answer: String,
    },
    Set {
        code: String,
        #[arg(long)]
        url: Option<String>,
        #[arg(long = "option", value_name = "NAME=VALUE")]
        options: Vec<String>,
        #[arg(long, value_name = "DAYS|PERCENT%")]
        min_life: Option<String>,
        #[arg(long, value_parser = ["label", "pack", "handover"])]
        notify: Option<String>,
        #[arg(long, value_parser = ["go", "wait"])]
        no_answer: Option<String>,
        #[arg(long, value_parser = ["on", "off"])]
        parts: Option<String>,
        #[arg(long)]
        owner: Option<String>,
        #[arg(long)]
        carrier: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    Test {
        code: String,
    },
    Secret {
        code: String,
        #[arg(long)]
        secret_file: PathBuf,
    },
    Stock {
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
    },
    Compare {
        code: String,
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn parse_life(text: &str) -> Done<MinLife> {
    MinLife::parse(text)
        .ok_or_else(|| Fail::usage(Message::key("cli-shop-life").with("received", text)))
}

/// Adds, changes and lists shops, sets how much stock they are told, tries their calls and compares
/// what they show; 1 where a call does not work or a shop shows another number than it was told.
pub async fn run(args: Shop, config: &Config) -> Done {
    match args.what {
        What::Add {
            code,
            channel,
            url,
            key_id,
            secret_file,
            options,
            min_life,
            notify,
            no_answer,
        } => {
            let options = read_options(&options)?;
            let secret = secret_file.as_deref().map(secret).transpose()?.unwrap_or_default();
            let (url, key_id) = (url.unwrap_or_default(), key_id.unwrap_or_default());
            answers_at(&channel, &url)?;
            let opened = open::open(config).await?;
            let at = Address { code: &code, url: &url, options: &options };
            let sealed = shops::seal(&opened.vault()?, at, &secret)?;
            let shop = NewShop {
                code: &code,
                channel: &channel,
                url: &url,
                key_id: &key_id,
                secret: &sealed.secret,
                tokens: &sealed.tokens,
                options: &options,
                min_life: parse_life(&min_life)?,
                notify: &notify,
                no_answer: &no_answer,
            };
            open::with_open_database(opened, Some(("shop_add", &code)), async |tx| {
                store::shops::add(tx, &shop).await
            })
            .await
            .map(drop)
        }
        What::Set { code, url, options, min_life, notify, no_answer, parts, owner, carrier } => {
            let upper = |code: Option<String>| code.map(|code| code.to_uppercase());
            let (owner, carrier) = (upper(owner), upper(carrier));
            let options = read_options(&options)?;
            let opened = open::open(config).await?;
            let vault = opened.vault()?;
            let change = ShopChange {
                url: url.as_deref(),
                options: &options,
                min_life: min_life.as_deref().map(parse_life).transpose()?,
                notify: notify.as_deref(),
                no_answer: no_answer.as_deref(),
                permits_parts: parts.map(|parts| parts == "on"),
                owner: owner.as_deref(),
                carrier: carrier.as_deref(),
            };
            let done = open::with_open_database(opened, Some(("shop_set", &code)), async |tx| {
                let Some(shop) = store::shops::find(tx, &code).await? else {
                    return Ok(Err(unknown(&code)));
                };
                if let Err(wrong) =
                    url.as_deref().map_or(Ok(()), |url| answers_at(&shop.channel, url))
                {
                    return Ok(Err(wrong));
                }
                let secrets = match shops::open(&vault, &shop) {
                    Ok(secrets) => secrets,
                    Err(locked) => return Ok(Err(locked.into())),
                };
                store::shops::change(tx, shop, &change).await?;
                let sealed = shops::seal_anew(tx, &vault, &code, &secrets).await?;
                Ok(sealed.map_err(Fail::from))
            });
            done.await?
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| store::shops::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => test(config, &code).await,
        What::Secret { code, secret_file } => {
            let secret = secret(&secret_file)?;
            let opened = open::open(config).await?;
            let vault = opened.vault()?;
            let changed =
                open::with_open_database(opened, Some(("shop_secret", &code)), async |tx| {
                    let Some(shop) = store::shops::find(tx, &code).await? else {
                        return Ok(Err(unknown(&code)));
                    };
                    let at = Address { code: &code, url: &shop.url, options: &shop.options };
                    let sealed = match shops::seal(&vault, at, &secret) {
                        Ok(sealed) => sealed,
                        Err(locked) => return Ok(Err(locked.into())),
                    };
                    store::shops::reseal(tx, shop.id, &sealed.secret, &sealed.tokens, true)
                        .await
                        .map(Ok)
                });
            changed.await?
        }
        What::Stock { code, push, share, safety, cap, low_at, item } => {
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
        What::Compare { code, json } => compare(config, &code, json).await,
    }
}

/// Is it where a shop of this kind can be found?
fn answers_at(channel: &str, url: &str) -> Done {
    let is_folder = url.strip_prefix("file://").is_some_and(|path| path.starts_with('/'));
    match channels::orders_come(channel) {
        OrdersCome::InFiles => Ok(()),
        OrdersCome::InAFolder if is_folder => Ok(()),
        OrdersCome::InAFolder => {
            Err(Fail::usage(Message::key("cli-shop-folder").with("received", url)))
        }
        OrdersCome::OverAWire if channels::is_shop_url(url) => Ok(()),
        OrdersCome::OverAWire => {
            Err(Fail::usage(Message::key("cli-shop-url").with("received", url)))
        }
    }
}

/// `page_size=50`, `carriers.SF=505`: an object, dots going deeper.
fn read_options(options: &[String]) -> Done<Value> {
    let mut out = json!({});
    for option in options {
        let wrong = || Fail::usage(Message::key("cli-shop-option").with("received", option));
        let (name, value) =
            option.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(wrong)?;
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
        "" => Err(Fail::usage(
            Message::key("cli-file-empty").with("file", file.display().to_string()),
        )),
        secret => Ok(secret.to_owned()),
    }
}

fn unknown(code: &str) -> Fail {
    Fail::refused(Message::key("cli-shop-unknown").with("received", code))
}

/// Every call that changes nothing, one after the other: what works and what does not.
async fn test(config: &Config, code: &str) -> Done {
    let opened = open::open(config).await?;
    let ctx = opened.ctx(Login::Worker, "cli", 1)?;
    let done = calls(config, &ctx, code).await;
    ctx.db.close().await;
    opened.close().await?;
    if done? {
        Ok(())
    } else {
        Err(Fail::refused(Message::key("cli-shop-not-all").with("shop", code)))
    }
}

async fn calls(config: &Config, ctx: &Ctx, code: &str) -> Done<bool> {
    let mut tx = ctx.db.begin().await?;
    let shop = store::shops::find(&mut tx, code).await?.ok_or_else(|| unknown(code))?;
    let listed = push::any_listing(&mut tx, shop.id).await?;
    drop(tx);
    let mut good = true;
    let mut say = |call: &str, said: Result<String, String>| {
        good &= said.is_ok();
        let key = if said.is_ok() { "cli-shop-call-ok" } else { "cli-shop-call-failed" };
        tell(
            config,
            &Message::key(key)
                .with("call", Message::key(&format!("call-{call}")))
                .with("said", said.unwrap_or_else(|said| said)),
        )
    };
    if channels::orders_come(&shop.channel) == OrdersCome::InAFolder {
        say("folder", jobs::folder::folder_is_usable(&shop.url).map(|()| shop.url.clone()))?;
        return Ok(good);
    }
    if channels::orders_come(&shop.channel) == OrdersCome::InFiles {
        return tell(config, &Message::key("cli-shop-files")).map(|()| true);
    }
    let channel = match shops::channel(ctx, &shop) {
        Ok(channel) => channel,
        Err(error) => {
            say("secret", Err(error.message))?;
            return Ok(false);
        }
    };
    say("secret", Ok(shop.key_id.clone()))?;
    let words = Catalogue::new(config.lang());
    let page = some_page(&*channel).await;
    say(
        "pull",
        page.as_ref().map_err(|e| format!("{} ({})", e.message, e.class.code())).map(|page| {
            let bad = page.orders.iter().filter(|order| order.is_err()).count();
            words.say(
                &Message::key("cli-shop-reads")
                    .with("orders", (page.orders.len() - bad) as i64)
                    .with("bad", bad as i64)
                    .with("time", page.server_time.as_str()),
            )
        }),
    )?;
    let first = page.ok();
    if let Some(order) =
        first.iter().flat_map(|page| &page.orders).find_map(|order| order.as_ref().ok())
    {
        say(
            "read",
            channel
                .read(&order.order_no)
                .await
                .map(|_| order.order_no.clone())
                .map_err(|e| format!("{} ({})", e.message, e.class.code())),
        )?;
    }
    if let Some(listed) = listed {
        let level =
            StockLevel { code: listed.code.clone(), reference: listed.reference, available: 0 };
        let shown = channel.read_stock(&[level]).await.map(|shown| {
            format!(
                "{} {}",
                listed.code,
                shown.first().copied().flatten().map_or_else(|| "-".to_owned(), |n| n.to_string())
            )
        });
        say("shown", shown.map_err(|e| format!("{} ({})", e.message, e.class.code())))?;
    }
    // What tells the shop something is not tried.
    tell(config, &Message::key("cli-shop-not-tried"))?;
    Ok(good)
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

async fn compare(config: &Config, code: &str, json: bool) -> Done {
    let opened = open::open(config).await?;
    let ctx = opened.ctx(Login::Worker, "cli", 1)?;
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
