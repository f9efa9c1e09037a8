//! `wavedeck cards`: command cards and badges to print.

use super::{Done, open, say};
use crate::codes::card::Card;
use crate::codes::zpl;
use crate::config::Config;
use crate::domain::Lang;
use crate::i18n::Catalogue;
use crate::store::people;
use clap::Args;

/// Arguments of `wavedeck cards`.
#[derive(Args)]
pub struct Cards {
    #[arg(long)]
    zpl: bool,
    #[arg(long)]
    badges: bool,
}

/// Prints command cards, or the badges of everyone who has one: a line each, or a label in ZPL.
pub async fn run(args: Cards, config: &Config) -> Done {
    let cards = if args.badges { badges(config).await? } else { commands() };
    for (code, text) in cards {
        say(&if args.zpl { label(&code, &text) } else { format!("{code:<24}{text}") })?;
    }
    Ok(())
}

fn commands() -> Vec<(String, String)> {
    let (en, zh) = (Catalogue::new(Lang::En), Catalogue::new(Lang::Zh));
    Card::ALL
        .iter()
        .map(|card| (card.scan(), format!("{} / {}", en.key(&card.key()), zh.key(&card.key()))))
        .collect()
}

async fn badges(config: &Config) -> Done<Vec<(String, String)>> {
    let rows = open::with_tx(config, None, async |tx| people::list(tx).await).await?;
    let text =
        |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    Ok(rows
        .iter()
        .filter(|row| row["badge"].is_string())
        .map(|row| (text(row, "badge"), format!("{} {}", text(row, "code"), text(row, "name"))))
        .collect())
}

/// 50 × 30 mm at 203 dpi: Code 128 and what it says.
pub(super) fn label(code: &str, text: &str) -> String {
    format!(
        "^XA^CI28^PW400^LL240\
         ^FO20,20^BY2^BCN,110,N,N,N^FH_^FD{}^FS\
         ^FO20,145^A0N,28,28^FH_^FD{}^FS\
         ^FO20,185^A0N,28,28^FH_^FD{}^FS^XZ",
        zpl::field(code),
        zpl::field(code),
        zpl::field(text)
    )
}
