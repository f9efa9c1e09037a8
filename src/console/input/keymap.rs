//! Which key is which command: one table, from which the help is made too.

use super::Key;
use crate::codes::card::Card;
use serde::Deserialize;

const DEFAULT: &str = include_str!("../../../keymaps/default.toml");

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap(Vec<(Key, Card)>);

#[derive(Deserialize)]
struct File {
    bind: Vec<Bind>,
}

#[derive(Deserialize)]
struct Bind {
    key: String,
    card: String,
}

impl Keymap {
    /// The keymap that comes with the program.
    pub fn standard() -> Result<Keymap, String> {
        Keymap::parse(DEFAULT)
    }

    /// Reads a keymap file; every mistake is named.
    pub fn parse(text: &str) -> Result<Keymap, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut binds: Vec<(Key, Card)> = Vec::new();
        for bind in file.bind {
            let key = parse_key(&bind.key).ok_or_else(|| format!("{}: no such key", bind.key))?;
            let card = Card::parse(&format!("{}{}", Card::PREFIX, bind.card)).ok_or_else(|| format!("{}: no such command", bind.card))?;
            if binds.iter().any(|(k, _)| *k == key) {
                return Err(format!("{} is bound twice", bind.key));
            }
            binds.push((key, card));
        }
        Ok(Keymap(binds))
    }

    pub fn card(&self, key: Key) -> Option<Card> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, card)| *card)
    }

    /// The key of a command, as people read it.
    pub fn key_of(&self, card: Card) -> Option<String> {
        self.0.iter().find(|(_, c)| *c == card).map(|(key, _)| name(*key))
    }

    pub fn binds(&self) -> &[(Key, Card)] {
        &self.0
    }
}

fn parse_key(text: &str) -> Option<Key> {
    let text = text.to_ascii_lowercase();
    if let Some(n) = text.strip_prefix('f').and_then(|n| n.parse::<u8>().ok()) {
        return (1..=12).contains(&n).then_some(Key::F(n));
    }
    if let Some(letter) = text.strip_prefix("ctrl-") {
        let letter = letter.chars().next().filter(char::is_ascii_lowercase)?;
        return Some(Key::Ctrl(letter));
    }
    Some(match text.as_str() {
        "esc" => Key::Esc,
        "up" => Key::Up,
        "down" => Key::Down,
        "left" => Key::Left,
        "right" => Key::Right,
        "home" => Key::Home,
        "end" => Key::End,
        "pageup" => Key::PageUp,
        "pagedown" => Key::PageDown,
        "insert" => Key::Insert,
        "delete" => Key::Delete,
        _ => return None,
    })
}

/// How a key is written on the screen.
pub fn name(key: Key) -> String {
    match key {
        Key::F(n) => format!("F{n}"),
        Key::Ctrl(letter) => format!("^{}", letter.to_ascii_uppercase()),
        other => format!("{other:?}"),
    }
}
