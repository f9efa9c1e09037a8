//! `wavedeck show`: lists for people, scripts and spreadsheets.

use super::{Done, Fail, open, say};
use crate::config::Config;
use crate::limits;
use crate::protocol::Message;
use crate::store::schema::Login;
use crate::store::show::{self, ListKind};
use crate::work;
use clap::Args;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Arguments of `wavedeck show`.
#[derive(Args)]
pub struct Show {
    #[arg(value_parser = lists())]
    what: String,
    #[arg(long)]
    json: bool,
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[arg(long)]
    warehouse: Option<String>,
    #[arg(long, default_value_t = 100_000)]
    limit: u32,
    #[arg(long)]
    person: Option<String>,
    #[arg(long, value_name = "NO")]
    order: Option<String>,
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3600), conflicts_with = "csv")]
    watch: Option<u64>,
}

fn lists() -> Vec<&'static str> {
    ListKind::ALL.iter().map(|(name, _)| *name).chain(["timeline", "work"]).collect()
}

/// Prints a list or an order's timeline as a table, JSON or CSV, or what a person is busy with as
/// JSON; 1 where nobody of this code has signed on, or no order has this number.
pub async fn run(args: Show, config: &Config) -> Done {
    let Some(seconds) = args.watch else { return once(&args, config).await };
    // Until somebody ends it. What is read by a program comes as one list after the other.
    let anew = if std::io::stdout().is_terminal() { FROM_THE_TOP } else { "" };
    while writeln!(std::io::stdout(), "{anew}").is_ok() {
        once(&args, config).await?;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
    Ok(())
}

/// Clears a terminal and goes to its first line.
const FROM_THE_TOP: &str = "\x1b[2J\x1b[H";

async fn once(args: &Show, config: &Config) -> Done {
    if args.what == "work" {
        return show_work(args, config).await;
    }
    if args.what == "timeline" {
        let no = args.order.clone().ok_or_else(|| Fail::usage(Message::key("cli-show-order")))?;
        // What a shop said names buyers.
        let said = open::with_tx(config, None, async |tx| show::timeline(tx, &no).await);
        let rows = said.await?;
        return match rows.is_empty() {
            true => Err(Fail::refused(Message::key("cli-show-no-order").with("received", no))),
            false if args.csv => csv(&rows).iter().try_for_each(|line| say(line)),
            false => super::say_rows(&rows, args.json),
        };
    }
    if args.order.is_some() {
        return Err(Fail::usage(Message::key("cli-show-order-only")));
    }
    if args.person.is_some() {
        return Err(Fail::usage(Message::key("cli-show-person-only")));
    }
    let (_, list) = ListKind::ALL
        .into_iter()
        .find(|(name, _)| *name == args.what)
        .ok_or_else(|| Fail::bug(&args.what))?;
    if args.warehouse.is_some() && !list.is_of_a_warehouse() {
        return Err(Fail::usage(Message::key("cli-no-warehouse-there")));
    }
    let rows = open::look(config, async |tx| {
        show::rows(tx, list, args.warehouse.as_deref(), args.limit.into()).await
    })
    .await?;
    if args.csv {
        return csv(&rows).iter().try_for_each(|line| say(line));
    }
    super::say_rows(&rows, args.json)
}

async fn show_work(args: &Show, config: &Config) -> Done {
    let Some(code) = &args.person else { return Err(Fail::usage(Message::key("cli-show-person"))) };
    let opened = open::open(config).await?;
    let ctx = opened.ctx(config, Login::Session, "cli", limits::CONSOLE_CONNECTIONS)?;
    let work = work::work_of(&ctx, code).await;
    ctx.db.close().await;
    opened.close().await?;
    let value = match work? {
        Some(work) => {
            let activity = work.step.activity();
            json!({
                "person": code,
                "warehouse": work.warehouse,
                "activity": activity.map(|a| a.code()),
                "step": activity.and(Some(&work.step)),
                "line": work.line,
                "expects": if activity.is_some() { work.expects } else { Vec::new() },
            })
        }
        None => return Err(Fail::refused(Message::key("cli-show-nobody").with("received", code))),
    };
    say(&if args.json { value.to_string() } else { format!("{value:#}") })
}

/// A value as a cell of a table or a file: null is empty, and texts lose their control characters.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => crate::domain::strip_control(text),
        other => other.to_string(),
    }
}

fn header(rows: &[Value]) -> Vec<String> {
    rows.first()
        .and_then(Value::as_object)
        .map(|row| row.keys().cloned().collect())
        .unwrap_or_default()
}

/// Rows as columns of even width. What a shop sent whole is for machines.
pub fn table(rows: &[Value]) -> Vec<String> {
    let header: Vec<String> = header(rows).into_iter().filter(|key| key != "payload").collect();
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| header.iter().map(|key| cell(&row[key])).collect()).collect();
    let widths: Vec<usize> = header
        .iter()
        .enumerate()
        .map(|(n, key)| cells.iter().map(|row| row[n].width()).max().unwrap_or(0).max(key.len()))
        .collect();
    let line = |row: &[String]| {
        let padded: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!("{text}{}", " ".repeat(width - text.width())))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    std::iter::once(line(&header))
        .filter(|l| !l.is_empty())
        .chain(cells.iter().map(|row| line(row)))
        .collect()
}

/// Rows as CSV. What a spreadsheet would take for a formula gets an apostrophe.
fn csv(rows: &[Value]) -> Vec<String> {
    let header = header(rows);
    let quote = |value: &Value| {
        let mut text = cell(value);
        if value.is_string() && text.starts_with(['=', '+', '-', '@']) {
            text.insert(0, '\'');
        }
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    let body = rows
        .iter()
        .map(|row| header.iter().map(|key| quote(&row[key])).collect::<Vec<_>>().join(","));
    std::iter::once(header.join(",")).filter(|h| !h.is_empty()).chain(body).collect()
}
