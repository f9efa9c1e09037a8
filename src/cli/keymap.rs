//! `wavedeck keymap`: what the keys do, and whether a keymap file is right.

use super::{Done, Fail, say, tell};
use crate::config::{self, Config};
use crate::console::input::keymap::{Keymap, name};
use crate::i18n::Catalogue;
use crate::protocol::Message;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Arguments of `wavedeck keymap`.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Show { keymap: Option<String> },
    Check { file: PathBuf },
}

/// Shows what the keys do, or reads a keymap file; 1 where it has mistakes, each with its line.
pub fn run(args: Keys, config: &Config) -> Done {
    match args.what {
        What::Show { keymap } => {
            let keymap = match keymap {
                Some(of) => of_name(&of)?,
                None => configured(config)?,
            };
            let words = Catalogue::new(config.lang());
            keymap.binds().iter().try_for_each(|(key, card)| {
                say(&format!("{:<10}{:<10}{}", name(*key), card.name(), words.key(&card.key())))
            })
        }
        What::Check { file } => {
            let keymap = read(&file)?;
            tell(
                config,
                &Message::key("cli-keymap-right")
                    .with("file", file.display().to_string())
                    .with("keys", keymap.binds().len() as i64),
            )
        }
    }
}

/// The keymap of the configuration: one that comes with the program by name, or a file.
pub fn configured(config: &Config) -> Done<Keymap> {
    config
        .ui
        .keymap
        .as_ref()
        .map_or_else(|| of_name("default"), |of| of_name(&of.to_string_lossy()))
}

fn of_name(of: &str) -> Done<Keymap> {
    Keymap::named(of).map_or_else(|| read(Path::new(of)), Ok)
}

fn read(file: &Path) -> Done<Keymap> {
    let text = config::read_text(file).map_err(|e| Fail::file(file, &e))?;
    Keymap::parse(&file.display().to_string(), &text).map_err(|texts| Fail { code: 1, texts })
}
