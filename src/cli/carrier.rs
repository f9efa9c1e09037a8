//! `wavedeck carrier`: who takes parcels away, with which numbers and when.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::carriers;
use crate::store::carriers::NewCarrier;
use clap::{Args, Subcommand};

/// Arguments of `wavedeck carrier`.
#[derive(Args)]
pub struct Carrier {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add {
        code: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        waybills: Option<String>,
        #[arg(long, default_value = "18:00")]
        cutoff: String,
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(i32).range(0..))]
        transit: i32,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Adds a carrier with its waybill numbers, cut-off and days of transit, or lists them.
pub async fn run(args: Carrier, config: &Config) -> Done {
    match args.what {
        What::Add { code, name, waybills, cutoff, transit } => {
            let (prefix, first, last) = match &waybills {
                Some(text) => range(text).ok_or_else(|| {
                    Fail::usage(Message::key("cli-carrier-waybills").with("received", text))
                })?,
                None => (String::new(), 1, 0),
            };
            let cutoff = super::time_of_day(&cutoff)?;
            let carrier = NewCarrier {
                code: &code,
                name: &name,
                prefix: &prefix,
                first,
                last,
                cutoff: &cutoff,
                transit_days: transit,
            };
            open::with_tx(config, Some(("carrier_add", &code)), async |tx| {
                carriers::add(tx, &carrier).await
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| carriers::list(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

fn range(text: &str) -> Option<(String, i64, i64)> {
    let (prefix, numbers) = text.split_once(':')?;
    let (first, last) = numbers.split_once('-')?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    let plain = prefix.len() <= 10 && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && 0 < first && first <= last).then(|| (prefix.to_uppercase(), first, last))
}
