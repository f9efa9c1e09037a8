//! `wavedeck carrier`: who takes parcels away, with which numbers and when.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::store::site::{self, NewCarrier};
use clap::{Args, Subcommand};

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
        /// Waybill numbers to hand out: PREFIX:FROM-TO.
        #[arg(long)]
        waybills: Option<String>,
        /// The truck leaves at this time of the warehouse's day.
        #[arg(long, default_value = "18:00")]
        cutoff: String,
        /// Days on the road.
        #[arg(long, default_value_t = 2)]
        transit: i32,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(args: Carrier, config: &Config) -> Done {
    match args.what {
        What::Add { code, name, waybills, cutoff, transit } => {
            let (prefix, first, last) = match &waybills {
                Some(text) => range(text).ok_or_else(|| Fail::usage(format!("--waybills {text}: expected PREFIX:FROM-TO, as in SF:100000-199999")))?,
                None => (String::new(), 1, 0),
            };
            if cutoff.parse::<jiff::civil::Time>().is_err() || transit < 0 {
                return Err(Fail::usage("expected --cutoff HH:MM and --transit 0 or more"));
            }
            let carrier = NewCarrier { code: &code, name: &name, prefix: &prefix, first, last, cutoff: &cutoff, transit_days: transit };
            open::with_tx(config, Some(("carrier_add", &code)), async |tx| site::add_carrier(tx, &carrier).await).await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| site::carriers(tx).await).await?;
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
