//! `wavedeck export`: what `import` takes.

use super::import::kind;
use super::{Done, Fail, open};
use crate::config::Config;
use crate::links::tables::{self, Value};
use crate::protocol::Message;
use crate::store::{export, shops};
use crate::work::import::Kind;
use clap::Args;
use std::io::{self, Write};
use std::path::Path;

/// Arguments of `wavedeck export`.
#[derive(Args)]
pub struct Export {
    #[arg(value_parser = Kind::ALL.map(|(name, _)| name))]
    what: String,
    #[arg(long, default_value = "csv", value_parser = ["csv", "xlsx"])]
    format: String,
    #[arg(long)]
    shop: Option<String>,
    #[arg(long)]
    warehouse: Option<String>,
}

/// Writes all rows of a kind to standard output, as CSV or XLSX, in the columns that
/// `import` takes.
pub async fn run(args: Export, config: &Config) -> Done {
    let kind = kind(&args.what)?;
    let header = kind.columns();
    if args.warehouse.is_some() && !header.contains(&"warehouse") {
        return Err(Fail::usage(Message::key("cli-no-warehouse-there")));
    }
    let warehouse = args.warehouse.as_deref();
    let rows = open::with_tx(config, None, async |tx| {
        if let Some(shop) = &args.shop {
            shops::known(tx, shop).await?;
        }
        Ok(match kind {
            Kind::Items => export::items(tx).await?,
            Kind::Places => export::places(tx, warehouse).await?,
            Kind::Stock => export::stock(tx, warehouse).await?,
            Kind::Orders => export::orders(tx, args.shop.as_deref()).await?,
            Kind::Mapping => export::mapping(tx, args.shop.as_deref()).await?,
        })
    })
    .await?;
    let cell = |row: &serde_json::Value, column| Value::Text(super::show::cell(&row[column]));
    let rows: Vec<Vec<Value>> =
        rows.iter().map(|row| header.iter().map(|column| cell(row, *column)).collect()).collect();
    let stdout = Path::new("-");
    let wrote = match args.format.as_str() {
        "xlsx" => io::stdout()
            .write_all(&tables::xlsx(header, &rows).map_err(Fail::bug)?)
            .and_then(|()| io::stdout().flush()),
        _ => tables::write_csv(io::stdout().lock(), header, &rows),
    };
    match wrote {
        // A reader that has seen enough is no error of ours.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        wrote => wrote.map_err(|error| Fail::file(stdout, &error)),
    }
}
