//! `wavedeck layout`: where aisles and bins lie, so that walks are planned in metres.

use super::{Done, Fail, open, say, say_rows, tell};
use crate::config::Config;
use crate::domain::layout::{Area, BinSpot};
use crate::limits;
use crate::planner::derive::{Derived, Measures, derive};
use crate::planner::pattern::Pattern;
use crate::planner::site::Site;
use crate::protocol::Message;
use crate::store::{layout, site};
use clap::{ArgAction, Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `wavedeck layout`.
#[derive(Args)]
pub struct LayoutArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Derive(Derive),
    Show {
        #[arg(long)]
        warehouse: Option<String>,
        #[arg(long)]
        area: Option<String>,
        #[arg(long, value_name = "TRIP", conflicts_with_all = ["warehouse", "area", "json"])]
        trip: Option<String>,
        #[arg(long)]
        json: bool,
    },
    Import {
        file: PathBuf,
        #[arg(long)]
        warehouse: Option<String>,
    },
}

/// A length in millimetres that a building can have.
fn length() -> clap::builder::RangedI64ValueParser<i64> {
    clap::value_parser!(i64).range(1..=LONGEST_MM)
}

const LONGEST_MM: i64 = 1_000_000;

#[derive(Args)]
struct Derive {
    #[arg(long)]
    pattern: String,
    #[arg(long)]
    warehouse: Option<String>,
    #[arg(long)]
    zone: Option<String>,
    #[arg(long, value_name = "MM", default_value = "4000", value_parser = length())]
    pitch: i64,
    #[arg(long, value_name = "MM", default_value = "1000", value_parser = length())]
    cell: i64,
    #[arg(long, value_name = "MM", default_value = "2000", value_parser = length())]
    cross: i64,
    #[arg(long, value_name = "CELL", value_delimiter = ',')]
    cross_after: Vec<u32>,
    #[arg(long, action = ArgAction::SetTrue)]
    facing: bool,
    #[arg(long)]
    dry_run: bool,
}

/// Derives, shows or takes in a layout; 1 where it does not fit together.
pub async fn run(args: LayoutArgs, config: &Config) -> Done {
    match args.what {
        What::Derive(args) => from_codes(args, config).await,
        What::Show { warehouse, area, trip, json } => match trip {
            Some(trip) => show_walk(config, &trip.to_uppercase()).await,
            None => show(config, warehouse.as_deref(), area.as_deref(), json).await,
        },
        What::Import { file, warehouse } => take_in(config, &file, warehouse.as_deref()).await,
    }
}

/// Reads the map from the codes of bins, keeps it, and says what it comes to.
async fn from_codes(args: Derive, config: &Config) -> Done {
    let pattern = Pattern::parse(&args.pattern).map_err(|wrong| {
        let text = Message::key("cli-layout-pattern").with("received", &args.pattern);
        Fail::usage(text.with("said", wrong.to_string()))
    })?;
    let by = Measures {
        pitch_mm: args.pitch,
        cell_mm: args.cell,
        cross_mm: args.cross,
        cross_after: args.cross_after,
        facing: args.facing,
    };
    let (warehouse, zone) = (args.warehouse.as_deref(), args.zone.unwrap_or_default());
    let (warehouse, derived, lost) = open::look(config, async |tx| {
        let warehouse = site::warehouse(tx, warehouse).await?;
        let codes = layout::codes(tx, warehouse, &zone.to_uppercase()).await?;
        let derived = derive(&codes, &pattern, &by);
        let lost = layout::elsewhere(tx, warehouse, &derived.areas, &derived.bins).await?;
        Ok((warehouse, derived, lost))
    })
    .await?;
    if derived.bins.is_empty() && derived.unread.is_empty() {
        return Err(Fail::refused(Message::key("cli-layout-no-bins")));
    }
    if derived.bins.is_empty() {
        let text = Message::key("cli-layout-none").with("received", &args.pattern);
        return Err(Fail::refused(text.with("code", some(&derived.unread))));
    }
    fits(&derived.areas)?;
    if !lost.is_empty() {
        let text = Message::key("cli-layout-lost").with("code", some(&lost));
        return Err(Fail::refused(text));
    }
    if !args.dry_run {
        open::with_tx(config, Some(("layout_derive", &args.pattern)), async |tx| {
            layout::place_bins(tx, &derived.bins).await?;
            layout::save(tx, warehouse, &derived.areas).await
        })
        .await?;
    }
    say_rows(&rows(&derived), false)?;
    if !derived.doubled.is_empty() {
        let text = Message::key("cli-layout-doubled").with("bins", derived.doubled.len() as i64);
        tell(config, &text.with("code", some(&derived.doubled)))?;
    }
    match derived.unread.len() {
        0 => Ok(()),
        bins => tell(
            config,
            &Message::key("cli-layout-unread")
                .with("bins", bins as i64)
                .with("code", some(&derived.unread)),
        ),
    }
}

/// The first few codes.
fn some(codes: &[String]) -> String {
    codes.iter().take(5).cloned().collect::<Vec<_>>().join(", ")
}

/// What was derived, a row an area.
fn rows(derived: &Derived) -> Vec<serde_json::Value> {
    let row = |area: &Area| {
        json!({
            "area": area.code,
            "aisles": area.aisles.len(),
            "bins": derived.bins.iter().filter(|bin| bin.area == area.code).count(),
            "depth_mm": area.cross_mm.last(),
            "cross_aisles": area.cross_mm.len(),
        })
    };
    derived.areas.iter().map(row).collect()
}

fn fits(areas: &[Area]) -> Done<Site> {
    Site::new(areas).map_err(|(area, wrong)| {
        let text = Message::key("cli-layout-wrong").with("code", area);
        Fail::refused(text.with("said", wrong.to_string()))
    })
}

async fn show(config: &Config, of: Option<&str>, area: Option<&str>, json: bool) -> Done {
    let (areas, bins) = open::look(config, async |tx| {
        let warehouse = site::warehouse(tx, of).await?;
        Ok((layout::areas(tx, warehouse).await?, layout::bins(tx, warehouse).await?))
    })
    .await?;
    let known = !areas.is_empty();
    let named = |a: &Area| area.is_none_or(|code| a.code.eq_ignore_ascii_case(code));
    let areas: Vec<Area> = areas.into_iter().filter(named).collect();
    match area.filter(|_| known && areas.is_empty()) {
        Some(code) => Err(Fail::refused(Message::key("cli-layout-no-area").with("code", code))),
        None if json => say(&format!("{:#}", json!(areas))),
        None => {
            draw(config, &areas, &bins, &[])?;
            let off: Vec<String> = match (area, Site::new(&areas)) {
                (None, Ok(site)) => {
                    let off = bins.iter().filter(|bin| site.stop(bin).is_none());
                    off.map(|bin| bin.code.clone()).collect()
                }
                _ => Vec::new(),
            };
            if off.is_empty() {
                return Ok(());
            }
            let text = Message::key("cli-layout-unplaced").with("bins", off.len() as i64);
            tell(config, &text.with("code", some(&off)))
        }
    }
}

/// The areas that a trip walks through, and its walk in them.
async fn show_walk(config: &Config, trip: &str) -> Done {
    let seen = open::look(config, async |tx| {
        let Some((warehouse, stops)) = layout::walk(tx, trip).await? else { return Ok(None) };
        let areas = layout::areas(tx, warehouse).await?;
        Ok(Some((areas, layout::bins(tx, warehouse).await?, stops)))
    })
    .await?;
    let Some((areas, bins, stops)) = seen else {
        return Err(Fail::refused(Message::key("cli-layout-no-trip").with("received", trip)));
    };
    let known = !areas.is_empty();
    let walked =
        |area: &Area| stops.iter().any(|stop| stop.area == area.code && stop.position_mm.is_some());
    let areas: Vec<Area> = areas.into_iter().filter(walked).collect();
    if known && areas.is_empty() {
        return Err(Fail::refused(Message::key("cli-layout-off").with("received", trip)));
    }
    draw(config, &areas, &bins, &stops)
}

fn draw(config: &Config, areas: &[Area], bins: &[BinSpot], stops: &[BinSpot]) -> Done {
    if areas.is_empty() {
        return Err(Fail::refused(Message::key("cli-layout-empty")));
    }
    let site = fits(areas)?;
    for (drawn, area) in site.draw(bins, stops).iter().zip(areas) {
        let key = if area.code.is_empty() { "cli-layout-whole" } else { "cli-layout-area" };
        let text = Message::key(key).with("code", &area.code);
        let text = text.with("aisles", area.aisles.len() as i64);
        tell(config, &text.with("walk_m", drawn.walk_mm.map_or(0, |mm| mm / 1000)))?;
        drawn.lines.iter().try_for_each(|line| say(line))?;
    }
    Ok(())
}

/// A layout as `show --json` writes it; areas that it does not name stay.
async fn take_in(config: &Config, file: &std::path::Path, of: Option<&str>) -> Done {
    let text = read(file)?;
    let areas: Vec<Area> = serde_json::from_str(&text).map_err(|wrong| {
        let text = Message::key("cli-layout-file").with("file", file.display().to_string());
        Fail::refused(text.with("said", wrong.to_string()))
    })?;
    let site = fits(&areas)?;
    let (warehouse, bins) = open::look(config, async |tx| {
        let warehouse = site::warehouse(tx, of).await?;
        Ok((warehouse, layout::bins(tx, warehouse).await?))
    })
    .await?;
    let named = |bin: &&BinSpot| areas.iter().any(|area| area.code == bin.area);
    let off = bins.iter().filter(named).filter(|bin| bin.position_mm.is_some());
    let off: Vec<String> =
        off.filter(|bin| site.stop(bin).is_none()).map(|bin| bin.code.clone()).collect();
    if !off.is_empty() {
        let text = Message::key("cli-layout-beyond").with("bins", off.len() as i64);
        return Err(Fail::refused(text.with("code", some(&off))));
    }
    let name = file.display().to_string();
    open::with_tx(config, Some(("layout_import", &name)), async |tx| {
        layout::save(tx, warehouse, &areas).await
    })
    .await
}

fn read(file: &std::path::Path) -> Done<String> {
    let size = std::fs::metadata(file).map_err(|error| Fail::file(file, &error))?.len();
    if size > limits::LAYOUT_BYTES {
        let text = Message::key("cli-layout-large").with("file", file.display().to_string());
        return Err(Fail::refused(text.with("most", limits::LAYOUT_BYTES as i64)));
    }
    std::fs::read_to_string(file).map_err(|error| Fail::file(file, &error))
}
