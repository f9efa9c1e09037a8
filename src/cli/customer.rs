//! `wavedeck customer`: who buys, and what they ask of what they get.

use super::shop::parse_life;
use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::customers::{self, CustomerChange};
use crate::store::{Rule, Thing};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck customer`.
#[derive(Args)]
pub struct CustomerArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Set {
        customer: String,
        #[arg(long)]
        shop: String,
        #[arg(long, value_name = "DAYS|SHARE%")]
        min_life: Option<String>,
        #[arg(long, value_parser = clap::value_parser!(i32).range(0..=100))]
        priority: Option<i32>,
    },
    List {
        #[arg(long)]
        json: bool,
        #[arg(long, default_value_t = 1000)]
        limit: u32,
    },
}

/// Sets what a customer asks for, also before the first order, or lists those who ask for
/// something; 1 where the shop is not known.
pub async fn run(args: CustomerArgs, config: &Config) -> Done {
    match args.what {
        What::Set { customer, shop, min_life, priority } => {
            let code = customer.trim();
            if code.is_empty() || code.chars().count() > 100 {
                return Err(Fail::usage(Message::key("cli-code").with("received", &customer)));
            }
            let min_life = min_life.as_deref().map(parse_life).transpose()?;
            let subject = format!("{shop}/{code}");
            let change = CustomerChange { shop: &shop, code, min_life, priority };
            open::with_tx(config, Some(("customer_set", &subject)), async |tx| {
                Rule::known(customers::set(tx, &change).await?, Thing::Shop, &shop)
            })
            .await
        }
        What::List { json, limit } => {
            let rows =
                open::with_tx(config, None, async |tx| customers::list(tx, limit.into()).await)
                    .await?;
            say_rows(&rows, json)
        }
    }
}
