//! `wavedeck import`: items, bins, stock and orders from files.

use super::{Done, Fail, open, say, tell};
use crate::config::{self, Config};
use crate::i18n::Catalogue;
use crate::limits;
use crate::links::tables::{self, Broken, Table};
use crate::protocol::Message;
use crate::store::Actor;
use crate::store::audit;
use crate::store::schema::Login;
use crate::store::shops;
use crate::store::{Db, Tx, people, site};
use crate::work::import::map::{self, Map, NotThese};
use crate::work::import::{Between, ImportOptions, Kind, Report};
use clap::Args;
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Arguments of `wavedeck import`.
#[derive(Args)]
pub struct Import {
    #[arg(value_parser = kinds())]
    what: String,
    file: PathBuf,
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    #[arg(long)]
    shop: Option<String>,
    #[arg(long)]
    create_items: bool,
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// Where rows say no warehouse.
    #[arg(long)]
    warehouse: Option<String>,
    /// The clock that times without a zone mean.
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    json: bool,
}

fn kinds() -> Vec<&'static str> {
    Kind::ALL.iter().map(|(name, _)| *name).collect()
}

/// The kind of file that this name means. Clap lets only known names through.
pub fn kind(name: &str) -> Done<Kind> {
    Kind::ALL
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| kind)
        .ok_or_else(|| Fail::bug(name))
}

/// Takes a file in, and says how many rows did what and why any were refused; 4 where some were
/// refused and the others are in. A dry run says the same and leaves nothing behind.
pub async fn run(args: Import, config: &Config) -> Done {
    let kind = kind(&args.what)?;
    match (kind, &args.shop, &args.person) {
        (Kind::Orders | Kind::Mapping, None, _) => {
            return Err(Fail::usage(Message::key("cli-import-shop")));
        }
        (Kind::Stock, _, None) => return Err(Fail::usage(Message::key("cli-import-person"))),
        _ => {}
    }
    args.tz.as_deref().map(super::warehouse::known_zone).transpose()?;
    let mut map = args.map.as_deref().map(read_map).transpose()?.unwrap_or_default();
    if let Some(warehouse) = &args.warehouse {
        if !kind.columns().contains(&"warehouse") {
            return Err(Fail::usage(Message::key("cli-no-warehouse-there")));
        }
        map.set("warehouse", warehouse);
    }
    let spooled = spool(&args.file)?;
    let table = table(spooled.as_ref().map_or(&args.file, |file| &file.path))?;
    // Every order line would become an item.
    if kind == Kind::Items && table.header.iter().any(|name| name == "order_no") {
        return Err(Fail::refused(Message::key("cli-import-orders-as-items")));
    }
    let columns = columns(kind, &table, &map, &args.file)?;
    note_unused(config, kind, &table.header, &columns);
    let opened = open::open(config).await?;
    let db = opened.db(Login::Admin, "import", 1)?;
    let done = async {
        let person = match &args.person {
            Some(code) => super::user::answering(&db, &opened.pins(config)?, code).await?,
            None => people::system(&mut db.begin().await?).await?,
        };
        let (mut tx, report) = take(&db, &args, person, kind, table, columns, &map).await?;
        if args.dry_run {
            tx.rollback().await?;
        } else {
            audit::record(
                &mut tx,
                &format!("cli:{}", config::os_user()),
                "import",
                &args.file.display().to_string(),
                Some(json!({ "rows": report.rows, "refused": report.refused.len() })),
            )
            .await?;
            tx.commit().await?;
        }
        Ok::<Report, Fail>(report)
    }
    .await;
    db.close().await;
    opened.close().await?;
    said(&done?, config, args.json)
}

/// Names the columns that are passed over, beside the report, which may be read by a program.
fn note_unused(config: &Config, kind: Kind, header: &[String], columns: &[Option<&'static str>]) {
    let unused: Vec<&str> = (header.iter().zip(columns))
        .filter(|(name, column)| column.is_none() && !name.is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    if !unused.is_empty() {
        let note = Message::key("cli-import-unused").with("columns", unused.join(", "));
        super::note(config, &note.with("known", kind.columns().join(", ")));
    }
}

/// What comes in by a pipe, as a file: a table is looked at twice. It goes when this does.
struct Spooled {
    path: PathBuf,
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // Left behind it is one of the system's temporary files.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// `None`: it is a file already.
fn spool(path: &Path) -> Done<Option<Spooled>> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    let dash = path == Path::new("-");
    let piped = || std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo());
    if !dash && !piped() {
        return Ok(None);
    }
    let name = format!("wavedeck-import-{}", Uuid::now_v7());
    let spooled = Spooled { path: std::env::temp_dir().join(name) };
    let failed = |error| Fail::file(&spooled.path, &error);
    let mut options = std::fs::OpenOptions::new();
    let mut file =
        options.write(true).create_new(true).mode(0o600).open(&spooled.path).map_err(failed)?;
    let copied = match dash {
        true => io::copy(&mut io::stdin().lock(), &mut file),
        false => std::fs::File::open(path).and_then(|mut pipe| io::copy(&mut pipe, &mut file)),
    };
    copied.map_err(failed)?;
    Ok(Some(spooled))
}

fn read_map(path: &Path) -> Done<Map> {
    let text = config::read_text(path).map_err(|e| Fail::file(path, &e))?;
    Map::parse(&text).map_err(|said| {
        Fail::usage(
            Message::key("cli-import-map")
                .with("file", path.display().to_string())
                .with("said", said),
        )
    })
}

fn table(path: &Path) -> Done<Table> {
    let file = || path.display().to_string();
    tables::open(path).map_err(|broken| match broken {
        Broken::Io(error) => Fail::file(path, &error),
        Broken::NotATable => {
            Fail::refused(Message::key("cli-import-not-a-table").with("file", file()))
        }
        Broken::NoHeader => {
            Fail::refused(Message::key("cli-import-no-header").with("file", file()))
        }
        Broken::TooLarge => Fail::refused(Message::key("cli-import-workbook").with("file", file())),
    })
}

fn columns(kind: Kind, table: &Table, map: &Map, file: &Path) -> Done<Vec<Option<&'static str>>> {
    map.columns(kind, &table.header).map_err(|wrong| match wrong {
        NotThese::Foreign(name) => Fail::usage(
            Message::key("cli-import-column")
                .with("received", name)
                .with("known", kind.columns().join(", ")),
        ),
        NotThese::Missing(missing) => Fail::refused(
            Message::key("cli-import-columns")
                .with("file", file.display().to_string())
                .with("missing", missing.join(", "))
                .with("header", table.header.join(", ")),
        ),
    })
}

async fn take(
    db: &Db,
    args: &Import,
    person: i64,
    kind: Kind,
    table: Table,
    columns: Vec<Option<&'static str>>,
    map: &Map,
) -> Done<(Tx, Report)> {
    let mut tx = db.begin().await?;
    let shop = match &args.shop {
        Some(code) => Some(
            shops::find(&mut tx, code)
                .await?
                .ok_or_else(|| {
                    Fail::refused(Message::key("cli-shop-unknown").with("received", code))
                })?
                .id,
        ),
        None => None,
    };
    let tz = match &args.tz {
        Some(tz) => Some(tz.clone()),
        None => site::time_zone(&mut tx).await?,
    };
    let at = jiff::Timestamp::now().to_string();
    let actor = Actor { person, warehouse: 0, command: Uuid::now_v7(), at: &at };
    let target = ImportOptions { kind, actor, shop, create_items: args.create_items, tz };
    let between = if args.dry_run { Between::Undo(db) } else { Between::Commit(db) };
    let mut progress = Progress::of(&args.file);
    let (tx, report) =
        map::take(tx, between, &mut |rows| progress.say(rows), target, table, columns, map).await?;
    progress.end();
    let report = report.map_err(|_| {
        Fail::refused(Message::key("cli-import-too-many").with("rows", limits::IMPORT_ROWS))
    })?;
    Ok((tx, report))
}

/// How far a file is, on a terminal: rows, and seconds left as far as they can be guessed.
struct Progress {
    shown: bool,
    since: Instant,
    last: Instant,
    /// Lines of the file, where it has lines.
    of: Option<i64>,
}

impl Progress {
    fn of(file: &Path) -> Progress {
        let shown = io::stderr().is_terminal();
        let csv = shown && file.extension().is_none_or(|end| !end.eq_ignore_ascii_case("xlsx"));
        let of = if csv { lines(file) } else { None };
        Progress { shown, since: Instant::now(), last: Instant::now(), of }
    }

    fn say(&mut self, rows: i64) {
        if !self.shown || self.last.elapsed() < Duration::from_millis(500) {
            return;
        }
        self.last = Instant::now();
        let rate = rows as f64 / self.since.elapsed().as_secs_f64();
        let left = self.of.map(|of| ((of - rows).max(0) as f64 / rate).ceil());
        let left = left.map_or_else(String::new, |left| format!(", {left:.0} s"));
        // Nobody to tell is no reason to stop.
        let _ = write!(io::stderr(), "\r{rows}{left}  ");
    }

    fn end(&self) {
        if self.shown && self.last > self.since {
            let _ = write!(io::stderr(), "\r                    \r");
        }
    }
}

fn lines(file: &Path) -> Option<i64> {
    let mut reader = io::BufReader::new(std::fs::File::open(file).ok()?);
    let mut count = 0;
    loop {
        let part = reader.fill_buf().ok()?;
        if part.is_empty() {
            return Some(count);
        }
        count += part.iter().filter(|byte| **byte == b'\n').count() as i64;
        let read = part.len();
        reader.consume(read);
    }
}

/// Says what became of the rows; 4 where some were refused.
fn said(report: &Report, config: &Config, json: bool) -> Done {
    let words = Catalogue::new(config.lang());
    if json {
        say_as_json(report, &words)?;
    } else {
        say_in_lines(report, &words, config)?;
    }
    // Done in part, and the rest is listed.
    if report.refused.is_empty() {
        Ok(())
    } else {
        Err(Fail {
            code: 4,
            texts: vec![
                Message::key("import-in-part").with("refused", report.refused.len() as i64),
            ],
        })
    }
}

fn say_as_json(report: &Report, words: &Catalogue) -> Done {
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|r| {
            json!({
                "row": r.row, "field": r.field, "code": r.code,
                "said": sentence(words, &r.code, &r.received),
            })
        })
        .collect();
    let waiting: Vec<_> = report
        .exceptions
        .iter()
        .map(|w| {
            json!({
                "row": w.row, "code": w.code, "said": sentence(words, &w.code, &w.received),
            })
        })
        .collect();
    say(&json!({
        "rows": report.rows, "created": report.created, "updated": report.updated,
        "unchanged": report.unchanged, "refused": refused, "exceptions": waiting,
    })
    .to_string())
}

/// The counts, then a line for each row that was refused or waits.
fn say_in_lines(report: &Report, words: &Catalogue, config: &Config) -> Done {
    let counts = Message::key("import-counts")
        .with("rows", report.rows)
        .with("created", report.created)
        .with("updated", report.updated);
    tell(
        config,
        &counts
            .with("unchanged", report.unchanged)
            .with("refused", report.refused.len() as i64)
            .with("waiting", report.exceptions.len() as i64),
    )?;
    for r in &report.refused {
        say(&format!("{}: {} {}", r.row, r.field, sentence(words, &r.code, &r.received)))?;
    }
    for w in &report.exceptions {
        say(&format!("{}: {}", w.row, sentence(words, &w.code, &w.received)))?;
    }
    Ok(())
}

/// Why a row was refused or waits.
fn sentence(words: &Catalogue, code: &str, received: &str) -> String {
    words.say(
        &Message::key(&format!("import-{}", code.replace('_', "-"))).with("received", received),
    )
}
