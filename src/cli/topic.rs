//! `wavedeck help`: longer texts by topic, and what every command's `--help` says.

use super::{Done, Fail, help, say};
use crate::config::Config;
use crate::i18n::{Catalogue, topics};
use crate::protocol::Message;
use clap::{Args, Command};

/// Arguments of `wavedeck help`.
#[derive(Args)]
pub struct HelpArgs {
    /// A topic, or the words of a command.
    about: Vec<String>,
}

/// Shows a topic or a command's help; without a word what topics there are.
pub fn run(args: &HelpArgs, config: &Config) -> Done {
    let words = Catalogue::new(config.lang());
    if args.about.is_empty() {
        say(&words.key("cli-help-topics"))?;
        for (name, about) in topics::all(config.lang()) {
            say(&format!("  {name:<12}{about}"))?;
        }
        return Ok(());
    }
    let asked = args.about.join(" ");
    if let Some(text) = topics::text(config.lang(), &asked) {
        return say(text.trim_end());
    }
    let mut command = help::command(&words);
    command.build();
    match named(&mut command, &args.about) {
        Some(command) => say(command.render_help().to_string().trim_end()),
        None => Err(Fail::usage(Message::key("cli-no-such-topic").with("received", asked))),
    }
}

/// The command that these words begin with: `import stock` is about `import`.
fn named<'a>(command: &'a mut Command, words: &[String]) -> Option<&'a mut Command> {
    let Some((first, rest)) = words.split_first() else { return Some(command) };
    if command.get_name() != "wavedeck" && !command.has_subcommands() {
        return Some(command);
    }
    named(command.find_subcommand_mut(first)?, rest)
}
