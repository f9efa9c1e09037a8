//! `wavedeck printer`: label printers and their benches.

use super::{Done, Fail, open, say, say_rows};
use crate::config::Config;
use crate::links::printers::{self, Address};
use crate::store::site;
use clap::{Args, Subcommand};

#[derive(Args)]
pub struct Printer {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Adds a printer: tcp://HOST:PORT or file:///PATH.
    Add {
        code: String,
        #[arg(long)]
        url: String,
        #[arg(long, default_value_t = 203)]
        dpi: i32,
        /// The font file in the printer that holds Chinese glyphs.
        #[arg(long, default_value = "E:SIMSUN.TTF")]
        cjk_font: String,
        /// The bench that prints there.
        #[arg(long)]
        bench: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    /// Prints a test label.
    Test { code: String },
}

pub async fn run(args: Printer, config: &Config) -> Done {
    match args.what {
        What::Add { code, url, dpi, cjk_font, bench } => {
            Address::parse(&url).map_err(Fail::usage)?;
            if !matches!(dpi, 203 | 300) {
                return Err(Fail::usage(format!("--dpi {dpi}: expected 203 or 300")));
            }
            let add = async |tx: &mut crate::store::Tx| match site::add_printer(tx, &code, &url, dpi, &cjk_font, bench.as_deref()).await? {
                true => Ok(()),
                false => Err(crate::store::Error::Refused { constraint: "bench".into(), said: "no such bench".into() }),
            };
            open::with_tx(config, Some(("printer_add", &code)), add).await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| site::printers(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => {
            let rows = open::with_tx(config, None, async |tx| site::printers(tx).await).await?;
            let url = rows.iter().find(|r| r["code"] == code.as_str()).and_then(|r| r["url"].as_str().map(str::to_owned));
            let url = url.ok_or_else(|| Fail::refused(format!("{code}: no such printer; `wavedeck printer list` shows what there is")))?;
            printers::send(&url, b"^XA^FO30,30^A0N,40,40^FDWavedeck^FS^XZ\n").await.map_err(Fail::environment)?;
            say(&format!("{code}: a test label was sent to {url}"))
        }
    }
}
