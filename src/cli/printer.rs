//! `wavedeck printer`: label printers and their benches.

use super::{Done, Fail, open, say_rows, tell};
use crate::config::Config;
use crate::links::printers::{self, Address};
use crate::protocol::Message;
use crate::store;
use crate::store::printers::PrinterChange;
use clap::{Args, Subcommand};

/// Arguments of `wavedeck printer`.
#[derive(Args)]
pub struct Printer {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Add {
        code: String,
        #[arg(long)]
        url: String,
        #[arg(long, default_value = "203", value_parser = ["203", "300"])]
        dpi: String,
        #[arg(long, default_value = "E:SIMSUN.TTF")]
        cjk_font: String,
        #[arg(long)]
        bench: Option<String>,
    },
    Set {
        code: String,
        #[arg(long)]
        url: Option<String>,
        #[arg(long, value_parser = ["203", "300"])]
        dpi: Option<String>,
        #[arg(long)]
        cjk_font: Option<String>,
        #[arg(long)]
        bench: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    Test {
        code: String,
    },
}

/// A printer's URL that can be used.
pub fn address(url: &str) -> Done<Address> {
    Address::parse(url)
        .map_err(|_| Fail::usage(Message::key("cli-printer-url").with("received", url)))
}

/// Adds, changes and lists printers, or sends one a test label; 1 where the printer is not known,
/// 3 where it does not take the label.
pub async fn run(args: Printer, config: &Config) -> Done {
    match args.what {
        What::Add { code, url, dpi, cjk_font, bench } => {
            address(&url)?;
            let dpi = if dpi == "300" { 300 } else { 203 };
            let add = async |tx: &mut crate::store::Tx| match store::printers::add(
                tx,
                &code,
                &url,
                dpi,
                &cjk_font,
                bench.as_deref(),
            )
            .await?
            {
                true => Ok(()),
                false => Err(crate::store::Error::Refused {
                    constraint: "bench".into(),
                    message: bench.clone().unwrap_or_default(),
                }),
            };
            open::with_tx(config, Some(("printer_add", &code)), add).await
        }
        What::Set { code, url, dpi, cjk_font, bench } => {
            url.as_deref().map(address).transpose()?;
            let change = PrinterChange {
                url: url.as_deref(),
                dpi: dpi.map(|dpi| if dpi == "300" { 300 } else { 203 }),
                cjk_font: cjk_font.as_deref(),
                bench: bench.as_deref(),
            };
            open::with_tx(config, Some(("printer_set", &code)), async |tx| {
                store::printers::change(tx, &code, &change).await
            })
            .await
        }
        What::List { json } => {
            let rows =
                open::with_tx(config, None, async |tx| store::printers::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => {
            let rows =
                open::with_tx(config, None, async |tx| store::printers::list(tx).await).await?;
            let url = rows
                .iter()
                .find(|r| r["code"] == code.as_str())
                .and_then(|r| r["url"].as_str().map(str::to_owned));
            let url = url.ok_or_else(|| {
                Fail::refused(Message::key("cli-printer-unknown").with("received", &code))
            })?;
            printers::send(&url, b"^XA^FO30,30^A0N,40,40^FDWavedeck^FS^XZ\n").await.map_err(
                |said| Fail::environment(Message::key("cli-printer-said").with("said", said)),
            )?;
            tell(config, &Message::key("cli-printer-sent").with("code", code).with("url", url))
        }
    }
}
