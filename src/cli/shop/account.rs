//! A shop's account: where it is, its secret, and what holds for its orders.

use super::{parse_life, unknown};
use crate::cli::{Done, Fail, open};
use crate::config::{self, Config};
use crate::links::channels::{self, OrdersCome};
use crate::protocol::Message;
use crate::store;
use crate::store::shops::{NewShop, ShopChange};
use crate::work::shops::{self, Address};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Kinds that answer at an address of their own: all whose orders do not come in files.
fn called() -> impl Iterator<Item = (&'static str, &'static str)> {
    channels::KINDS
        .into_iter()
        .filter(|kind| kind.orders_come == OrdersCome::OverAWire)
        .map(|kind| ("channel", kind.name))
}

/// Arguments of `wavedeck shop add`.
#[derive(Args)]
pub(super) struct NewAccount {
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
}

/// Arguments of `wavedeck shop set`.
#[derive(Args)]
pub(super) struct AccountChange {
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
}

/// Opens an account; its secret is sealed for its address.
pub(super) async fn add(args: NewAccount, config: &Config) -> Done {
    let NewAccount {
        code,
        channel,
        url,
        key_id,
        secret_file,
        options,
        min_life,
        notify,
        no_answer,
    } = args;
    let code = crate::cli::code(&code)?;
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
    open::with_open_database(config, opened, Some(("shop_add", &code)), async |tx| {
        store::shops::add(tx, &shop).await
    })
    .await
    .map(drop)
}

/// Changes what is said; the secret goes along to another address.
pub(super) async fn set(args: AccountChange, config: &Config) -> Done {
    let AccountChange { code, url, options, min_life, notify, no_answer, parts, owner, carrier } =
        args;
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
    let done = open::with_open_database(config, opened, Some(("shop_set", &code)), async |tx| {
        let Some(shop) = store::shops::find(tx, &code).await? else {
            return Ok(Err(unknown(&code)));
        };
        if let Err(wrong) = url.as_deref().map_or(Ok(()), |url| answers_at(&shop.channel, url)) {
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

/// Puts another secret in the place of the one that the account has.
pub(super) async fn replace_secret(code: &str, secret_file: &Path, config: &Config) -> Done {
    let secret = secret(secret_file)?;
    let opened = open::open(config).await?;
    let vault = opened.vault()?;
    let changed =
        open::with_open_database(config, opened, Some(("shop_secret", code)), async |tx| {
            let Some(shop) = store::shops::find(tx, code).await? else {
                return Ok(Err(unknown(code)));
            };
            let at = Address { code, url: &shop.url, options: &shop.options };
            let sealed = match shops::seal(&vault, at, &secret) {
                Ok(sealed) => sealed,
                Err(locked) => return Ok(Err(locked.into())),
            };
            store::shops::reseal(tx, shop.id, &sealed.secret, &sealed.tokens, true).await.map(Ok)
        });
    changed.await?
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
