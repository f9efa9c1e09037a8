//! `wavedeck calendar`: on which days a warehouse works and a carrier drives.

use super::{Done, Fail, open, say_rows};
use crate::config::Config;
use crate::protocol::Message;
use crate::store::days::{self, CalendarDay};
use clap::{Args, Subcommand};

/// Arguments of `wavedeck calendar`.
#[derive(Args)]
pub struct CalendarArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Set {
        code: String,
        #[arg(long, value_name = "1-5")]
        weekdays: Option<String>,
        #[arg(long = "day", value_name = "YYYY-MM-DD=closed")]
        days: Vec<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
}

/// Makes or changes a calendar of weekdays and single days, or lists them all.
pub async fn run(args: CalendarArgs, config: &Config) -> Done {
    match args.what {
        What::Set { code, weekdays, days } => {
            let code = super::code(&code)?;
            let weekdays = weekdays.map(|text| parse_weekdays(&text)).transpose()?;
            let days: Vec<CalendarDay> =
                days.iter().map(|text| parse_day(text)).collect::<Done<_>>()?;
            open::with_tx(config, Some(("calendar_set", &code)), async |tx| {
                days::set_calendar(tx, &code, weekdays.as_deref(), &days).await
            })
            .await
        }
        What::List { json } => {
            let rows = open::with_tx(config, None, async |tx| days::calendars(tx).await).await?;
            say_rows(&rows, json)
        }
    }
}

/// `1-5` or `1,2,4`; Monday is 1.
fn parse_weekdays(text: &str) -> Done<Vec<i32>> {
    let wrong = || Fail::usage(Message::key("cli-weekdays").with("received", text));
    let mut out = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let day = |text: &str| text.trim().parse::<i32>().ok().filter(|n| (1..=7).contains(n));
        match (day(from), day(to)) {
            (Some(from), Some(to)) if from <= to => out.extend(from..=to),
            _ => return Err(wrong()),
        }
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// `2028-05-01=closed`, `=open`, or until an hour: `=12:00`.
fn parse_day(text: &str) -> Done<CalendarDay> {
    let wrong = || Fail::usage(Message::key("cli-calendar-day").with("received", text));
    let (day, how) = text.split_once('=').ok_or_else(wrong)?;
    let day: jiff::civil::Date = day.parse().map_err(|_| wrong())?;
    let (open, until) = match how {
        "closed" => (false, None),
        "open" => (true, None),
        time => (true, Some(super::time_of_day(time).map_err(|_| wrong())?)),
    };
    Ok(CalendarDay { day: day.to_string(), open, until })
}
