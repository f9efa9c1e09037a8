//! `wavedeck alert`: what shall be told by itself, and to whom.

use super::{Done, Fail, open, say, say_rows};
use crate::config::Config;
use crate::links::channels::is_shop_url;
use crate::protocol::Message;
use crate::store::alerts::{self, KINDS, NewRule};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck alert`.
#[derive(Args)]
pub struct AlertArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add {
        #[arg(value_parser = KINDS)]
        kind: String,
        #[arg(long, value_parser = clap::value_parser!(i64).range(0..MOST))]
        than: Option<i64>,
        #[arg(long, value_name = "SKU")]
        item: Option<String>,
        #[arg(long, requires = "item")]
        owner: Option<String>,
        #[arg(long)]
        warehouse: Option<String>,
        #[arg(long, value_name = "PERSON")]
        tell: Option<String>,
        #[arg(long, value_name = "URL")]
        hook: Option<String>,
    },
    Set {
        id: i64,
        #[arg(long, value_parser = clap::value_parser!(i64).range(0..MOST))]
        than: Option<i64>,
        #[arg(long, value_name = "PERSON")]
        tell: Option<String>,
        #[arg(long, value_name = "URL")]
        hook: Option<String>,
    },
    Remove {
        id: i64,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Without a measure they would tell of everything, or of nothing.
const MEASURED: [&str; 4] = ["soon", "idle", "shop", "stock"];

/// More minutes or units than anybody waits for.
const MOST: i64 = 1_000_001;

/// Adds, changes, removes and lists rules; 1 where what a rule names is not known.
pub async fn run(args: AlertArgs, config: &Config) -> Done {
    match args.what {
        What::Add { kind, than, item, owner, warehouse, tell, hook } => {
            if (kind == "stock") != item.is_some() {
                return Err(Fail::usage(Message::key("cli-alert-item")));
            }
            if MEASURED.contains(&kind.as_str()) && than.is_none() {
                return Err(Fail::usage(Message::key("cli-alert-than")));
            }
            let hook = address(hook)?.unwrap_or_default();
            let [warehouse, tell, owner] =
                [warehouse, tell, owner].map(|code| code.map(|code| code.to_uppercase()));
            let rule = NewRule {
                kind: &kind,
                than: than.unwrap_or(0),
                item: item.as_deref(),
                owner: owner.as_deref(),
                warehouse: warehouse.as_deref(),
                person: tell.as_deref(),
                hook: &hook,
            };
            let made = open::with_tx(config, Some(("alert_add", &kind)), async |tx| {
                alerts::add(tx, rule).await
            })
            .await?;
            say(&made.to_string())
        }
        What::Set { id, than, tell, hook } => {
            let (named, hook) = (id.to_string(), address(hook)?);
            let tell = tell.map(|code| code.to_uppercase());
            open::with_tx(config, Some(("alert_set", &named)), async |tx| {
                alerts::set(tx, id, than, tell.as_deref(), hook.as_deref()).await
            })
            .await
        }
        What::Remove { id } => {
            let named = id.to_string();
            open::with_tx(config, Some(("alert_remove", &named)), async |tx| {
                alerts::remove(tx, id).await
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| alerts::list(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

/// An address that can be called; empty: nobody is.
fn address(hook: Option<String>) -> Done<Option<String>> {
    match hook {
        Some(hook) if !hook.is_empty() && !is_shop_url(&hook) => {
            Err(Fail::usage(Message::key("cli-alert-hook").with("received", &hook)))
        }
        hook => Ok(hook),
    }
}
