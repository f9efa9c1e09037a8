//! `wavedeck route`: which warehouses send what a shop sells to a region.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::routes::{self, Place, RouteChange};
use crate::store::{Rule, Thing};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck route`.
#[derive(Args)]
pub struct RouteArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Set {
        code: String,
        #[arg(long)]
        shop: Option<String>,
        #[arg(long)]
        owner: Option<String>,
        #[arg(long, value_name = "COUNTRY/PROVINCE/CITY/POSTCODE")]
        region: Option<String>,
        #[arg(long, value_name = "WAREHOUSE,WAREHOUSE", value_delimiter = ',')]
        to: Option<Vec<String>>,
        #[arg(long, value_parser = ["on", "off"])]
        parts: Option<String>,
    },
    Remove {
        code: String,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    Try {
        #[arg(long)]
        shop: String,
        #[arg(long, default_value = "", value_name = "COUNTRY/PROVINCE/CITY/POSTCODE")]
        region: String,
        #[arg(long)]
        json: bool,
    },
}

/// Makes, changes, removes and lists routes, or says which of them an order to a region would take;
/// 1 where the route or the shop is not known.
pub async fn run(args: RouteArgs, config: &Config) -> Done {
    match args.what {
        What::Set { code, shop, owner, region, to, parts } => {
            let code = super::code(&code)?;
            let owner = owner.map(|owner| owner.to_uppercase());
            let region = region.as_deref().map(place).transpose()?;
            let to: Option<Vec<String>> =
                to.map(|to| to.iter().map(|code| code.trim().to_uppercase()).collect());
            let change = RouteChange {
                code: &code,
                shop: shop.as_deref(),
                owner: owner.as_deref(),
                region: region.as_ref(),
                to: to.as_deref(),
                parts: parts.map(|parts| parts == "on"),
            };
            open::with_tx(config, Some(("route_set", &code)), async |tx| {
                routes::set(tx, &change).await
            })
            .await
        }
        What::Remove { code } => {
            let code = super::code(&code)?;
            open::with_tx(config, Some(("route_remove", &code)), async |tx| {
                Rule::known(routes::remove(tx, &code).await?, Thing::Route, &code)
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| routes::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Try { shop, region, json } => {
            let to = place(&region)?;
            let rows =
                open::with_tx(config, None, async |tx| routes::try_one(tx, &shop, &to).await)
                    .await?;
            if rows.is_empty() {
                return Err(Fail::refused(
                    Message::key("cli-shop-unknown").with("received", &shop),
                ));
            }
            say_rows(&rows, json)
        }
    }
}

fn place(text: &str) -> Done<Place> {
    let mut parts = text.split('/').map(|part| part.trim().to_owned());
    let mut next = || parts.next().unwrap_or_default();
    let place =
        Place { country: next().to_uppercase(), province: next(), city: next(), postcode: next() };
    match parts.next() {
        None => Ok(place),
        Some(_) => Err(Fail::usage(Message::key("cli-route-region").with("received", text))),
    }
}
