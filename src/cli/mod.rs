//! The command line: one file a subcommand. Everything a command needs is read here and passed down.

mod carrier;
mod cards;
mod check;
mod console;
mod db;
mod demo;
mod open;
mod printer;
mod shop;
mod show;
mod user;
mod worker;

use crate::config::{self, Config};
use crate::store;
use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;

/// The terminal console that a warehouse runs on.
#[derive(Parser)]
#[command(version, about)]
pub struct Args {
    /// Configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Screens in this language: en, zh-CN.
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// A generated warehouse with a stand-in shop, to try things out.
    Demo(demo::Demo),
    /// The background task alone: orders, labels, what shops are told.
    Worker,
    /// The database: its URL, the private server, its schema.
    Db(db::Db),
    /// People and their badges.
    User(user::User),
    /// Shops that orders are pulled from.
    Shop(shop::Shop),
    /// Label printers.
    Printer(printer::Printer),
    /// Carriers, their waybill numbers and cut-offs.
    Carrier(carrier::Carrier),
    /// Lists: orders, lines, shipments, stock, movements, waves, trips, tasks, parcels, labels, shops, exceptions, audit, work.
    Show(show::Show),
    /// Recomputes every invariant from the raw rows.
    Check(check::Check),
    /// Prints command cards and badges as ZPL or text.
    Cards(cards::Cards),
}

/// A command that did not do it: the exit code and a sentence.
#[derive(Debug)]
pub struct Fail {
    pub code: u8,
    pub said: String,
}

impl Fail {
    /// Refused, or a check found something wrong.
    pub fn refused(said: impl Into<String>) -> Fail {
        Fail { code: 1, said: said.into() }
    }
    /// Wrong usage.
    pub fn usage(said: impl Into<String>) -> Fail {
        Fail { code: 2, said: said.into() }
    }
    /// No Postgres, no permission, no connection.
    pub fn environment(said: impl Into<String>) -> Fail {
        Fail { code: 3, said: said.into() }
    }
}

impl From<store::Error> for Fail {
    fn from(error: store::Error) -> Fail {
        match error {
            store::Error::Refused { ref constraint, .. } => Fail::refused(match constraint.as_str() {
                "person_code_once" => "this person exists already; choose another code".into(),
                "shop_code_once" => "this shop exists already; choose another code".into(),
                "printer_code_once" => "this printer exists already; choose another code".into(),
                "carrier_code_once" => "this carrier exists already; choose another code".into(),
                _ => error.to_string(),
            }),
            other => Fail::environment(other.to_string()),
        }
    }
}

impl From<store::cluster::Error> for Fail {
    fn from(error: store::cluster::Error) -> Fail {
        Fail::environment(error.to_string())
    }
}

impl From<io::Error> for Fail {
    fn from(error: io::Error) -> Fail {
        Fail::environment(error.to_string())
    }
}

pub type Done<T = ()> = Result<T, Fail>;

/// One line to standard output. A reader that went away is no error of ours.
fn say(line: &str) -> Done {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fail::environment(format!("standard output: {error}"))),
        _ => Ok(()),
    }
}

/// Rows as one JSON array, or as a table with the same keys.
fn say_rows(rows: &[serde_json::Value], json: bool) -> Done {
    if json {
        return say(&serde_json::Value::from(rows.to_vec()).to_string());
    }
    show::table(rows).iter().try_for_each(|line| say(line))
}

pub fn run(args: Args) -> Done {
    let mut config = config::load(args.config.as_deref()).map_err(Fail::usage)?;
    if let Some(lang) = args.lang {
        config.ui.lang = Some(lang);
    }
    log(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(dispatch(args.command, &config));
    // A terminal read that nobody waits for must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_millis(50));
    done
}

async fn dispatch(command: Option<Command>, config: &Config) -> Done {
    match command {
        None => console::run(config).await,
        Some(Command::Demo(args)) => demo::run(args, config).await,
        Some(Command::Worker) => worker::run(config).await,
        Some(Command::Db(args)) => db::run(args, config).await,
        Some(Command::User(args)) => user::run(args, config).await,
        Some(Command::Shop(args)) => shop::run(args, config).await,
        Some(Command::Printer(args)) => printer::run(args, config).await,
        Some(Command::Carrier(args)) => carrier::run(args, config).await,
        Some(Command::Show(args)) => show::run(args, config).await,
        Some(Command::Check(args)) => check::run(args, config).await,
        Some(Command::Cards(args)) => cards::run(args, config).await,
    }
}

/// The log goes to a file and never to the terminal.
fn log(config: &Config) -> Done {
    let Some(path) = &config.log.file else { return Ok(()) };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path).map_err(|e| Fail::environment(format!("{}: {e}", path.display())))?;
    let level = config.log.level.as_deref().unwrap_or("info");
    let filter = tracing_subscriber::EnvFilter::try_new(level).map_err(|e| Fail::usage(format!("log.level: {e}")))?;
    // A second subscriber in one process is refused; the first one keeps logging.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::sync::Mutex::new(file)).try_init();
    Ok(())
}
