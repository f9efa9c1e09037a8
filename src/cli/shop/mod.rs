//! `wavedeck shop`: accounts that orders are pulled from.

mod account;
mod calls;
mod stock;

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::domain::life::MinLife;
use crate::protocol::Message;
use crate::store;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `wavedeck shop`.
#[derive(Args)]
pub struct Shop {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add(account::NewAccount),
    Set(account::AccountChange),
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
    Stock(stock::StockRules),
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
        What::Add(args) => account::add(args, config).await,
        What::Set(args) => account::set(args, config).await,
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| store::shops::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => calls::test(config, &code).await,
        What::Secret { code, secret_file } => {
            account::replace_secret(&code, &secret_file, config).await
        }
        What::Stock(args) => stock::set(args, config).await,
        What::Compare { code, json } => stock::compare(config, &code, json).await,
    }
}

fn unknown(code: &str) -> Fail {
    Fail::refused(Message::key("cli-shop-unknown").with("received", code))
}
