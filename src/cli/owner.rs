//! `wavedeck owner`: whose stock it is.

use super::{Done, open, say_rows};
use crate::config::Config;
use crate::store::owners;
use clap::{Args, Subcommand};

/// Arguments of `wavedeck owner`.
#[derive(Args)]
pub struct OwnerArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add {
        code: String,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Adds an owner of stock, or lists owners with their items and shops.
pub async fn run(args: OwnerArgs, config: &Config) -> Done {
    match args.what {
        What::Add { code } => {
            let code = super::code(&code)?;
            open::with_tx(config, Some(("owner_add", &code)), async |tx| {
                owners::add(tx, &code).await
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| owners::list(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}
