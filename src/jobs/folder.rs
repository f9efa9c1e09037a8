//! A watched folder: files of orders that are dropped into it are taken in once they stand still,
//! and moved aside. The same file again changes nothing, even after others: so a worker that dies
//! between the two does no harm, nor does an old copy. A `map.toml` in the folder renames foreign
//! headers.
//!
//! What was taken in goes to `done/`, what is no table of orders to `refused/`; what was refused of
//! a file, row by row, lies beside it, and is an exception.

use crate::limits;
use crate::links::tables;
use crate::store::Actor;
use crate::store::jobs::{self, Page, Pull};
use crate::store::{self, orders, people, site};
use crate::work::Ctx;
use crate::work::import::map;
use crate::work::import::{Between, ImportOptions, Kind, Report};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use uuid::Uuid;

/// Files are copied in: one that changed so lately may not be whole.
const STILL: Duration = Duration::from_secs(3);
const FILES_A_ROUND: usize = 100;

/// Until `stop` turns true; each folder in a task of its own, so that one that hangs holds up no
/// other.
pub async fn run(ctx: Arc<Ctx>, mut stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    let mut under_way: HashMap<Id, i64> = HashMap::new();
    loop {
        let busy: Vec<i64> = under_way.values().copied().collect();
        match claim(&ctx, &busy).await {
            Ok(Some(pull)) => {
                let (ctx, here, job) = (ctx.clone(), Handle::current(), pull.job);
                // A folder on a network may hang: it takes no thread that others need.
                under_way.insert(
                    tasks.spawn_blocking(move || here.block_on(look_at(&ctx, pull))).id(),
                    job,
                );
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "no folder could be claimed"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            Some(ended) = tasks.join_next_with_id() => {
                let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
                under_way.remove(&id);
                match ended {
                    Ok((_, Err(error))) => {
                        tracing::warn!(%error, "a folder could not be looked at");
                    }
                    Err(error) => tracing::error!(%error, "a folder's round ended badly"),
                    Ok((_, Ok(()))) => {}
                }
            }
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn claim(ctx: &Ctx, but: &[i64]) -> store::Result<Option<Pull>> {
    let mut tx = ctx.db.begin().await?;
    let pull = jobs::claim_pull(&mut tx, true, but).await?;
    tx.commit().await?;
    Ok(pull)
}

async fn keep(ctx: &Ctx, pull: &Pull) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    jobs::extend_lease(&mut tx, pull).await?;
    tx.commit().await
}

/// Every folder that is due, once.
pub async fn run_once(ctx: &Ctx) -> store::Result<()> {
    while let Some(pull) = claim(ctx, &[]).await? {
        look_at(ctx, pull).await?;
    }
    Ok(())
}

async fn look_at(ctx: &Ctx, pull: Pull) -> store::Result<()> {
    let done = look(ctx, &pull).await;
    let mut tx = ctx.db.begin().await?;
    match done {
        Ok(taken) => {
            let now = jiff::Timestamp::now().to_string();
            let page = Page::End { window_to: &now };
            jobs::save_page(&mut tx, &pull, &page, taken, limits::PULL_EVERY_S).await?;
            if taken > 0 {
                orders::promise_waiting(&mut tx, limits::PROMISE_BATCH).await?;
            }
        }
        Err(said) => {
            jobs::pull_failed(
                &mut tx,
                &pull,
                10.0,
                &format!("{}: {said}", pull.shop.code),
                true,
                false,
            )
            .await?
        }
    }
    tx.commit().await
}

/// Can files be read there and put aside? The error says what is wrong.
pub fn folder_is_usable(url: &str) -> Result<(), String> {
    let folder = PathBuf::from(url.trim_start_matches("file://"));
    let said = |error: io::Error| format!("{}: {error}", folder.display());
    fs::read_dir(&folder).map_err(said)?;
    fs::create_dir_all(folder.join("done")).map_err(said)
}

/// Takes in what lies there; returns how many rows were new. The error is a sentence about the
/// folder or the database.
async fn look(ctx: &Ctx, pull: &Pull) -> Result<i64, String> {
    let folder = PathBuf::from(pull.shop.url.trim_start_matches("file://"));
    let said = |error: io::Error| format!("{}: {error}", folder.display());
    let map = match read_map(&folder.join("map.toml")).map_err(said)? {
        Some(text) => map::Map::parse(&text).map_err(|wrong| format!("map.toml: {wrong}"))?,
        None => map::Map::default(),
    };
    let mut taken = 0;
    for file in files(&folder).map_err(said)? {
        // A large file takes longer than a lease.
        keep(ctx, pull).await.map_err(|error| error.to_string())?;
        let name =
            file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let before = fs::metadata(&file)
            .and_then(|about| Ok((about.len(), about.modified()?)))
            .map_err(said)?;
        let (aside, words) =
            match take(ctx, pull, &file, &map).await.map_err(|error| error.to_string())? {
                Ok(report) => {
                    taken += report.created + report.updated;
                    let refused: Vec<String> = report
                        .refused
                        .iter()
                        .map(|row| {
                            format!(
                                "{}: {} {} ({})",
                                row.row,
                                row.field,
                                row.received,
                                row.code.replace('_', " ")
                            )
                        })
                        .collect();
                    ("done", refused)
                }
                Err(why) => ("refused", vec![why]),
            };
        // Another file took its place meanwhile, or it went on growing: it is read again.
        if fs::metadata(&file)
            .and_then(|about| Ok((about.len(), about.modified()?)))
            .is_ok_and(|now| now != before)
        {
            continue;
        }
        put_aside(&folder.join(aside), &file, &name, &words).map_err(said)?;
        if !words.is_empty() {
            case(ctx, pull, &name, &words).await.map_err(|error| error.to_string())?;
        }
    }
    Ok(taken)
}

fn read_map(path: &Path) -> io::Result<Option<String>> {
    let mut text = String::new();
    match fs::File::open(path) {
        Ok(file) => {
            file.take(limits::TEXT_FILE_BYTES).read_to_string(&mut text).map(|_| Some(text))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The tables that stand still, oldest first.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let (entry, now) = (entry?, SystemTime::now());
        let (path, about) = (entry.path(), entry.metadata()?);
        let table = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("csv") || end.eq_ignore_ascii_case("xlsx"));
        let hidden = entry.file_name().to_string_lossy().starts_with(['.', '~']);
        let changed = about.modified()?;
        if about.is_file()
            && table
            && !hidden
            && now.duration_since(changed).is_ok_and(|age| age >= STILL)
        {
            found.push((changed, path));
        }
    }
    found.sort();
    Ok(found.into_iter().take(FILES_A_ROUND).map(|(_, path)| path).collect())
}

/// One file, some orders at a time; it is on record when all of it is in. The inner error says why
/// it is no file of orders.
async fn take(
    ctx: &Ctx,
    pull: &Pull,
    file: &Path,
    map: &map::Map,
) -> store::Result<Result<Report, String>> {
    let table = match tables::open(file) {
        Ok(table) => table,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let columns = match map.columns(Kind::Orders, &table.header) {
        Ok(columns) => columns,
        Err(map::NotThese::Missing(missing)) => {
            return Ok(Err(format!("no {}", missing.join(", "))));
        }
        Err(map::NotThese::Foreign(name)) => {
            return Ok(Err(format!("map.toml: {name} is no column of orders")));
        }
    };
    let digest = match fs::File::open(file).and_then(digest) {
        Ok(digest) => digest,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let mut tx = ctx.db.begin().await?;
    if jobs::is_file_known(&mut tx, pull.shop.id, &digest).await? {
        return Ok(Ok(Report::default()));
    }
    let person = people::system(&mut tx).await?;
    let tz = match pull.shop.options["tz"].as_str() {
        Some(tz) => Some(tz.to_owned()),
        None => site::time_zone(&mut tx).await?,
    };
    let at = jiff::Timestamp::now().to_string();
    let actor = Actor { person, warehouse: 0, command: Uuid::now_v7(), at: &at };
    let target = ImportOptions {
        kind: Kind::Orders,
        actor,
        shop: Some(pull.shop.id),
        create_items: false,
        tz,
    };
    let between = Between::Commit(&ctx.db);
    match map::take(tx, between, &mut |_| (), target, table, columns, map).await {
        Ok((mut tx, Ok(report))) => {
            // One with refused rows may come again as it is.
            if report.refused.is_empty() {
                jobs::save_file_taken(&mut tx, pull.shop.id, &digest).await?;
            }
            tx.commit().await?;
            Ok(Ok(report))
        }
        // It will be no better the next time.
        Err(error) => Ok(Err(error.for_good()?)),
        Ok((_, Err(_))) => Ok(Err(format!("more than {} rows", limits::IMPORT_ROWS))),
    }
}

/// What a file holds, by its SHA-256.
fn digest(file: fs::File) -> io::Result<String> {
    let (mut hash, mut file) = (Sha256::new(), BufReader::new(file));
    loop {
        let part = file.fill_buf()?;
        if part.is_empty() {
            break;
        }
        hash.update(part);
        let read = part.len();
        file.consume(read);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Moves a file where it is not looked at again, under a name that nothing there has, with what is
/// to be said of it.
fn put_aside(to: &Path, file: &Path, name: &str, words: &[String]) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let free = |n: usize| to.join(if n == 0 { name.to_owned() } else { format!("{n}-{name}") });
    let place = (0..).map(free).find(|place| !place.exists()).unwrap_or_else(|| to.join(name));
    if !words.is_empty() {
        fs::write(place.with_added_extension("said.txt"), words.join("\n") + "\n")?;
    }
    fs::rename(file, place)
}

async fn case(ctx: &Ctx, pull: &Pull, name: &str, words: &[String]) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    let more = if words.len() > 1 { format!(" (+{})", words.len() - 1) } else { String::new() };
    let said = format!("{}{more}", words.first().map_or("", String::as_str));
    let file = format!("{} {name}", pull.shop.code);
    orders::raise_file_refused(&mut tx, &file, pull.shop.id, &said).await?;
    tx.commit().await
}
