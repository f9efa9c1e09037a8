//! The command line: one file a subcommand. Everything a command needs is read here and passed
//! down. What commands and flags are for stands in the catalogue (`help`), in both languages.

mod alert;
mod calendar;
mod cards;
mod carrier;
mod check;
mod console;
mod container;
mod customer;
mod db;
mod demo;
mod doctor;
mod export;
mod fail;
pub mod help;
mod hold;
mod import;
mod keymap;
mod layout;
mod open;
mod owner;
mod printer;
mod role;
mod route;
mod scanner;
mod secrets;
mod serve;
mod service;
mod shop;
mod show;
mod topic;
mod user;
mod warehouse;
mod worker;

use crate::config::{self, Config};
use crate::domain::Lang;
use crate::i18n::Catalogue;
use crate::protocol::Message;
use clap::{FromArgMatches, Parser, Subcommand};
pub use fail::{Fail, SENTENCES};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The whole command line. Without a subcommand it opens the console.
#[derive(Parser)]
#[command(name = "wavedeck", version)]
pub struct Args {
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, global = true, value_parser = ["en", "zh-CN"])]
    lang: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Worker(worker::Worker),
    Serve(serve::Serve),
    Db(db::Db),
    User(user::User),
    Shop(shop::Shop),
    Printer(printer::Printer),
    Scanner(scanner::ScannerArgs),
    Secrets(secrets::Secrets),
    Carrier(carrier::Carrier),
    Service(service::ServiceArgs),
    Owner(owner::OwnerArgs),
    Role(role::RoleArgs),
    Route(route::RouteArgs),
    Hold(hold::HoldArgs),
    Alert(alert::AlertArgs),
    Container(container::ContainerArgs),
    Customer(customer::CustomerArgs),
    Calendar(calendar::CalendarArgs),
    Warehouse(warehouse::WarehouseArgs),
    Layout(layout::LayoutArgs),
    Show(show::Show),
    Check(check::Check),
    Import(import::Import),
    Export(export::Export),
    Doctor(doctor::Doctor),
    Keymap(keymap::Keys),
    Cards(cards::Cards),
    Help(topic::HelpArgs),
    Completions { shell: clap_complete::Shell },
}

/// What a command comes to: a value, or an exit code and the sentences that go with it.
pub type Done<T = ()> = Result<T, Fail>;

/// Runs the program with these arguments; what went wrong is said on standard error.
pub fn main(args: Vec<OsString>) -> ExitCode {
    // The language must be known before the arguments are read: their mistakes are said in it.
    let loaded = config::load(flag(&args, "--config").as_deref().map(Path::new));
    let asked = flag(&args, "--lang").and_then(|lang| Lang::parse(&lang));
    let lang = asked
        .unwrap_or_else(|| loaded.as_ref().map_or_else(|_| Config::default().lang(), Config::lang));
    let words = Catalogue::new(lang);
    match parse(args, &words).and_then(|args| args.map_or(Ok(()), |args| run(args, loaded, lang))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fail) => {
            for text in &fail.texts {
                // With standard error gone there is nobody left to tell.
                let _ = writeln!(io::stderr(), "wavedeck: {}", words.say(text));
            }
            ExitCode::from(fail.code)
        }
    }
}

/// The value of a flag in raw arguments: `--flag VALUE` or `--flag=VALUE`.
fn flag(args: &[OsString], name: &str) -> Option<String> {
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        match arg.strip_prefix(name) {
            Some("") => return args.next().map(|value| value.into_owned()),
            Some(rest) if rest.starts_with('=') => return Some(rest[1..].to_owned()),
            _ => {}
        }
    }
    None
}

/// The arguments; `None` if help or the version was asked for, which is then said.
fn parse(args: Vec<OsString>, words: &Catalogue) -> Done<Option<Args>> {
    match help::command(words)
        .try_get_matches_from(args)
        .and_then(|matches| Args::from_arg_matches(&matches))
    {
        Ok(args) => Ok(Some(args)),
        Err(error) => say(help::wrong(&error)?.trim_end()).map(|()| None),
    }
}

/// One line to standard output. A reader that went away is no error of ours.
fn say(line: &str) -> Done {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fail::file(Path::new("-"), &error))
        }
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

/// A time of day as `HH:MM`, as it was written.
fn time_of_day(text: &str) -> Done<String> {
    match text.parse::<jiff::civil::Time>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(Fail::usage(Message::key("cli-carrier-cutoff").with("received", text))),
    }
}

/// A code that people give something, in upper case.
fn code(text: &str) -> Done<String> {
    let fits = (1..=40).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits {
        return Ok(text.to_uppercase());
    }
    Err(Fail::usage(Message::key("cli-code").with("received", text)))
}

/// A sentence to standard error, in the user's language: what a program that reads the output must
/// not meet there.
fn note(config: &Config, text: &Message) {
    let _ = writeln!(io::stderr(), "{}", Catalogue::new(config.lang()).say(text));
}

/// A sentence to standard output, in the user's language.
fn tell(config: &Config, text: &Message) -> Done {
    say(&Catalogue::new(config.lang()).say(text))
}

fn run(args: Args, loaded: Result<Config, Vec<Message>>, lang: Lang) -> Done {
    let mut config = loaded.map_err(|texts| Fail { code: 2, texts })?;
    config.ui.lang = Some(lang);
    // Who is served by another process writes nothing down: that one does.
    if args.command.is_some() || config.console.socket.is_none() {
        log(&config)?;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(dispatch(args.command, &config));
    // A terminal read that nobody waits for must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_millis(50));
    done
}

async fn dispatch(command: Option<Command>, config: &Config) -> Done {
    match command {
        None => console::run(config).await,
        Some(Command::Demo(args)) => demo::run(args, config).await,
        Some(Command::Worker(args)) => worker::run(args, config).await,
        Some(Command::Db(args)) => db::run(args, config).await,
        Some(Command::User(args)) => user::run(args, config).await,
        Some(Command::Shop(args)) => shop::run(args, config).await,
        Some(Command::Printer(args)) => printer::run(args, config).await,
        Some(Command::Serve(args)) => serve::run(args, config).await,
        Some(Command::Scanner(args)) => scanner::run(args, config).await,
        Some(Command::Secrets(args)) => secrets::run(args, config).await,
        Some(Command::Carrier(args)) => carrier::run(args, config).await,
        Some(Command::Container(args)) => container::run(args, config).await,
        Some(Command::Owner(args)) => owner::run(args, config).await,
        Some(Command::Role(args)) => role::run(args, config).await,
        Some(Command::Route(args)) => route::run(args, config).await,
        Some(Command::Alert(args)) => alert::run(args, config).await,
        Some(Command::Layout(args)) => layout::run(args, config).await,
        Some(Command::Hold(args)) => hold::run(args, config).await,
        Some(Command::Customer(args)) => customer::run(args, config).await,
        Some(Command::Service(args)) => service::run(args, config).await,
        Some(Command::Calendar(args)) => calendar::run(args, config).await,
        Some(Command::Warehouse(args)) => warehouse::run(args, config).await,
        Some(Command::Show(args)) => show::run(args, config).await,
        Some(Command::Check(args)) => check::run(args, config).await,
        Some(Command::Import(args)) => import::run(args, config).await,
        Some(Command::Export(args)) => export::run(args, config).await,
        Some(Command::Doctor(args)) => doctor::run(args, config).await,
        Some(Command::Keymap(args)) => keymap::run(args, config),
        Some(Command::Completions { shell }) => completions(shell, config),
        Some(Command::Cards(args)) => cards::run(args, config).await,
        Some(Command::Help(args)) => topic::run(&args, config),
    }
}

/// A script for the shell, to standard output.
fn completions(shell: clap_complete::Shell, config: &Config) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut help::command(&Catalogue::new(config.lang())),
        "wavedeck",
        &mut script,
    );
    say(String::from_utf8_lossy(&script).trim_end())
}

/// The log goes to a file and never to the terminal.
fn log(config: &Config) -> Done {
    let Some(path) = &config.log.file else { return Ok(()) };
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|e| Fail::file(path, &e))?;
    let level = config.log.level.as_deref().unwrap_or("info");
    // Our own words only: what a library says of its calls may hold their headers.
    let filter = tracing_subscriber::EnvFilter::try_new(format!("warn,wavedeck={level}"))
        .map_err(Fail::bug)?;
    // A second subscriber in one process is refused; the first one keeps logging.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        // A log that cannot be written must not be said on the screen of whoever picks.
        .log_internal_errors(false)
        .with_writer(std::sync::Mutex::new(file))
        .try_init();
    Ok(())
}
