//! The command line's own words: help and mistakes in the user's language. What each command and
//! flag is for stands in the catalogue, under `cli-COMMAND` and `cli-COMMAND--flag`, or
//! `cli-any--flag` where it is the same everywhere.

use super::{Args, Fail};
use crate::i18n::Catalogue;
use crate::protocol::Message;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};

/// The whole command line, said in this language.
pub fn command(words: &Catalogue) -> Command {
    dress(Args::command(), words, "cli").disable_version_flag(true).arg(
        Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help(words.key("cli-any--version"))
            .help_heading(words.key("cli-options")),
    )
}

fn dress(command: Command, words: &Catalogue, path: &str) -> Command {
    let subcommands: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(words.key("cli-any--help"))
        .help_heading(words.key("cli-options"));
    let more = topic_of(path)
        .map(|topic| words.say(&Message::key("cli-help-more").with("topic", topic)))
        .unwrap_or_default();
    let command = command
        .about(words.key(path))
        .help_template(format!(
            "{{about}}\n\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            words.key("cli-usage")
        ))
        .after_help(more)
        .subcommand_help_heading(words.key("cli-commands"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .mut_args(|arg| explain(arg, words, path))
        .arg(help);
    subcommands.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |sub| dress(sub, words, &format!("{path}-{name}")))
    })
}

/// Where more is said than fits a command's help.
fn topic_of(path: &str) -> Option<&'static str> {
    let (_, command) = path.split_once('-')?;
    Some(match command.split('-').next()? {
        "user" | "role" => "people",
        "calendar" | "service" | "carrier" => "days",
        "warehouse" | "owner" | "route" => "warehouses",
        "container" => "site",
        "hold" => "holds",
        "alert" => "alerts",
        "shop" => "shops",
        "printer" => "printers",
        "scanner" => "scanners",
        "import" | "export" => "files",
        "secrets" => "keys",
        "serve" => "serve",
        "worker" => "postgres",
        "db" | "doctor" | "check" => "backup",
        "keymap" => "config",
        _ => return None,
    })
}

/// The catalogue's key of a flag or argument.
pub fn key_of(words: &Catalogue, path: &str, id: &str) -> String {
    let own = format!("{path}--{id}");
    if words.has(&own) { own } else { format!("cli-any--{id}") }
}

fn explain(arg: Arg, words: &Catalogue, path: &str) -> Arg {
    let mut help = words.key(&key_of(words, path, arg.get_id().as_str()));
    let heading = words.key(if arg.is_positional() { "cli-arguments" } else { "cli-options" });
    if !arg.get_action().takes_values() {
        return arg.help(help).help_heading(heading);
    }
    let known: Vec<String> =
        arg.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect();
    if !known.is_empty() {
        help.push_str(&words.say(&Message::key("cli-one-of").with("values", known.join(", "))));
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|v| v.to_string_lossy().into_owned())
        .filter(|v| !v.is_empty())
        .collect();
    if !defaults.is_empty() {
        help.push_str(&words.say(&Message::key("cli-default").with("value", defaults.join(", "))));
    }
    arg.help(help).hide_default_value(true).hide_possible_values(true).help_heading(heading)
}

/// What was perhaps meant, where something is near it.
fn like(near: &str) -> Message {
    match near {
        "" => Message::plain(""),
        near => Message::key("cli-did-you-mean").with("near", near),
    }
}

/// What was wrong with the arguments, or the help that was asked for: text for standard output.
pub fn wrong(error: &clap::Error) -> Result<String, Fail> {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Ok(error.render().to_string());
        }
        ErrorKind::InvalidSubcommand => Message::key("cli-no-such-command")
            .with("received", said(ContextKind::InvalidSubcommand))
            .with("like", like(&said(ContextKind::SuggestedSubcommand))),
        ErrorKind::UnknownArgument => Message::key("cli-no-such-flag")
            .with("received", said(ContextKind::InvalidArg))
            .with("like", like(&said(ContextKind::SuggestedArg))),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
            if said(ContextKind::InvalidValue).is_empty() =>
        {
            Message::key("cli-value-missing").with("arg", said(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue if !said(ContextKind::ValidValue).is_empty() => {
            let known = said(ContextKind::ValidValue);
            Message::key("cli-value-of")
                .with("received", said(ContextKind::InvalidValue))
                .with("arg", said(ContextKind::InvalidArg))
                .with("known", known)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => Message::key("cli-value")
            .with("received", said(ContextKind::InvalidValue))
            .with("arg", said(ContextKind::InvalidArg)),
        ErrorKind::MissingRequiredArgument => {
            Message::key("cli-argument-missing").with("arg", said(ContextKind::InvalidArg))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Message::key("cli-command-missing")
        }
        ErrorKind::ArgumentConflict => Message::key("cli-conflict")
            .with("one", said(ContextKind::InvalidArg))
            .with("other", said(ContextKind::PriorArg)),
        ErrorKind::InvalidUtf8 => Message::key("cli-not-utf8"),
        _ => Message::key("cli-usage-wrong").with("said", error.kind().to_string()),
    };
    Err(Fail::usage(text))
}
