//! `wavedeck carrier`: who takes parcels away, with which numbers and when.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::carriers::{self, NewCarrier, Waybills};
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
    Set {
        code: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        waybills: Option<String>,
        /// Whose numbers these are; without it, of all warehouses that have none.
        #[arg(long, requires = "waybills")]
        warehouse: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Adds a carrier with its waybill numbers, cut-off and days of transit, changes its name or
/// numbers, or lists them.
pub async fn run(args: Carrier, config: &Config) -> Done {
    match args.what {
        What::Add { code, name, waybills, cutoff, transit } => {
            let code = super::code(&code)?;
            let waybills = waybills.as_deref().map(range).transpose()?;
            let cutoff = super::time_of_day(&cutoff)?;
            let carrier = NewCarrier {
                code: &code,
                name: &name,
                waybills,
                cutoff: &cutoff,
                transit_days: transit,
            };
            open::with_tx(config, Some(("carrier_add", &code)), async |tx| {
                carriers::add(tx, &carrier).await
            })
            .await
        }
        What::Set { code, name, waybills, warehouse } => {
            let code = code.to_uppercase();
            let waybills = waybills.as_deref().map(range).transpose()?;
            open::with_tx(config, Some(("carrier_set", &code)), async |tx| {
                carriers::known(tx, &code).await?;
                if let Some(name) = &name {
                    carriers::rename(tx, &code, name).await?;
                }
                match &waybills {
                    Some(numbers) => {
                        carriers::set_waybills(tx, &code, warehouse.as_deref(), numbers).await
                    }
                    None => Ok(()),
                }
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| carriers::list(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

/// `SF:100000-199999`: a prefix, and the numbers behind it.
fn range(text: &str) -> Done<Waybills> {
    let wrong = || Fail::usage(Message::key("cli-carrier-waybills").with("received", text));
    let (prefix, numbers) = text.split_once(':').ok_or_else(wrong)?;
    let (first, last) = numbers.split_once('-').ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
    let (first, last) = (number(first)?, number(last)?);
    let plain = prefix.len() <= 10 && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    if !plain || first < 1 || last < first {
        return Err(wrong());
    }
    Ok(Waybills { prefix: prefix.to_uppercase(), first, last })
}
