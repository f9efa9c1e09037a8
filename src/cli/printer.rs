//! `wavedeck printer`: label printers and their benches.

use super::{Done, Fail, open, say_rows, tell};
use crate::config::Config;
use crate::domain::states::PrintState;
use crate::links::printers::{self, Address, Files};
use crate::protocol::Message;
use crate::protocol::list::printer_says;
use crate::store::printers::PrinterChange;
use crate::store::{self, Rule, Thing, Tx};
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

/// The same, where a file may be a printer.
fn usable(url: &str, files: &Files) -> Done {
    match address(url)? {
        Address::File(path) => match files.refuses(&path) {
            Some(said) => Err(Fail::usage(Message::key("cli-printer-file").with("said", said))),
            None => Ok(()),
        },
        Address::Tcp(_) => Ok(()),
    }
}

/// Adds, changes and lists printers, or sends one a test label; 1 where the printer is not known,
/// 3 where it does not take the label.
pub async fn run(args: Printer, config: &Config) -> Done {
    match args.what {
        What::Add { code, url, dpi, cjk_font, bench } => {
            let code = super::code(&code)?;
            let opened = open::open(config).await?;
            usable(&url, &opened.print_files(config))?;
            let (dpi, bench) = (dots(&dpi), bench.as_deref());
            let add = async |tx: &mut Tx| match store::printers::add(
                tx, &code, &url, dpi, &cjk_font, bench,
            )
            .await?
            {
                true => Ok(()),
                false => Err(Rule::unknown(Thing::Bench, bench.unwrap_or_default()).into()),
            };
            open::with_open_database(config, opened, Some(("printer_add", &code)), add).await
        }
        What::Set { code, url, dpi, cjk_font, bench } => {
            let opened = open::open(config).await?;
            let files = opened.print_files(config);
            url.as_deref().map(|url| usable(url, &files)).transpose()?;
            let change = PrinterChange {
                url: url.as_deref(),
                dpi: dpi.as_deref().map(dots),
                cjk_font: cjk_font.as_deref(),
                bench: bench.as_deref(),
            };
            let set = async |tx: &mut Tx| store::printers::change(tx, &code, &change).await;
            open::with_open_database(config, opened, Some(("printer_set", &code)), set).await
        }
        What::List { json } => {
            let rows =
                open::with_tx(config, None, async |tx| store::printers::list(tx).await).await?;
            say_rows(&rows, json)
        }
        What::Test { code } => test(&code, config).await,
    }
}

fn dots(dpi: &str) -> i32 {
    if dpi == "300" { 300 } else { 203 }
}

/// Prints a test label, and says what is known of it then.
async fn test(code: &str, config: &Config) -> Done {
    let opened = open::open(config).await?;
    let files = opened.print_files(config);
    let list = async |tx: &mut Tx| store::printers::list(tx).await;
    let rows = open::with_open_database(config, opened, None, list).await?;
    let row = rows
        .iter()
        .find(|row| row["code"] == code)
        .ok_or_else(|| Fail::refused(Message::key("cli-printer-unknown").with("received", code)))?;
    let url = row["url"].as_str().unwrap_or_default();
    let label = b"^XA^FO30,30^A0N,40,40^FDWavedeck^FS^XZ\n";
    let sent = printers::print(url, &files, None, label).await;
    if let Some(said) = sent.trouble {
        let said = printer_says(&said);
        return Err(Fail::environment(Message::key("cli-printer-said").with("said", said)));
    }
    let key = match sent.state {
        PrintState::Printed => "cli-printer-printed",
        PrintState::Taken => "cli-printer-taken",
        _ => "cli-printer-written",
    };
    tell(config, &Message::key(key).with("code", code).with("url", url))
}
