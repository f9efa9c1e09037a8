//! `wavedeck warehouse`: the buildings, their clocks and calendars.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::days::{self, WarehouseChange};
use crate::store::{Rule, Thing, site};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck warehouse`.
#[derive(Args)]
pub struct WarehouseArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add {
        code: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "Asia/Shanghai")]
        tz: String,
    },
    Set {
        code: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        tz: Option<String>,
        #[arg(long)]
        calendar: Option<String>,
        #[arg(long, value_name = "DIGITS")]
        gs1_prefix: Option<String>,
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=100))]
        trolley_totes: Option<i32>,
        #[arg(long, value_name = "G", value_parser = clap::value_parser!(i64).range(1..))]
        trolley_max_g: Option<i64>,
        #[arg(long, value_name = "ML", value_parser = clap::value_parser!(i64).range(1..))]
        trolley_max_ml: Option<i64>,
        #[arg(long, value_parser = ["shortest", "combined", "s-shape"])]
        walks: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Adds, changes or lists warehouses; 1 where the one to change is not known.
pub async fn run(args: WarehouseArgs, config: &Config) -> Done {
    match args.what {
        What::Add { code, name, tz } => {
            known_zone(&tz)?;
            let code = super::code(&code)?;
            open::with_tx(config, Some(("warehouse_add", &code)), async |tx| {
                site::add_warehouse(tx, &code, &name, &tz, false).await.map(drop)
            })
            .await
        }
        What::Set {
            code,
            name,
            tz,
            calendar,
            gs1_prefix,
            trolley_totes,
            trolley_max_g,
            trolley_max_ml,
            walks,
        } => {
            tz.as_deref().map(known_zone).transpose()?;
            let code = super::code(&code)?;
            let calendar = calendar.map(|code| code.to_uppercase());
            let change = WarehouseChange {
                name: name.as_deref(),
                tz: tz.as_deref(),
                calendar: calendar.as_deref(),
                gs1_prefix: gs1_prefix.as_deref().map(prefix).transpose()?,
                trolley_totes,
                trolley_max_g,
                trolley_max_ml,
                walks: walks.as_deref(),
            };
            open::with_tx(config, Some(("warehouse_set", &code)), async |tx| {
                let known = days::set_warehouse(tx, &code, &change).await?;
                Rule::known(known, Thing::Warehouse, &code)
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| days::warehouses(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

/// Wrong usage where no clock goes by this name.
pub fn known_zone(tz: &str) -> Done {
    match jiff::tz::TimeZone::get(tz) {
        Ok(_) => Ok(()),
        Err(_) => Err(Fail::usage(Message::key("cli-time-zone").with("received", tz))),
    }
}

/// A GS1 company prefix as GS1 gives them out: 4 to 12 digits.
fn prefix(text: &str) -> Done<&str> {
    if (4..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text)
    } else {
        Err(Fail::usage(Message::key("cli-gs1-prefix").with("received", text)))
    }
}
