//! Which key is which command: one table, from which the help is made too.

use super::Key;
use crate::codes::card::Card;
use crate::protocol::Message;
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

/// The keymaps that come with the program, by name.
pub const NAMED: [(&str, &str); 3] = [
    ("default", include_str!("../../../keymaps/default.toml")),
    ("vim", include_str!("../../../keymaps/vim.toml")),
    ("handheld", include_str!("../../../keymaps/handheld.toml")),
];

/// Each key with its command, a key at most once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keymap(Vec<(Key, Card)>);

/// Sentences, each with the arguments `file` and `line`.
pub type Mistakes = Vec<Message>;

impl Keymap {
    /// A keymap that comes with the program.
    pub fn named(name: &str) -> Option<Keymap> {
        let (_, text) = NAMED.iter().find(|(known, _)| *known == name)?;
        Keymap::parse(name, text).ok()
    }

    /// Reads a keymap file: `base` names one that comes with the program, `bind` lists what differs
    /// from it. Every mistake is named with its line; `file` is what the sentences call it.
    pub fn parse(file: &str, text: &str) -> Result<Keymap, Mistakes> {
        let (table, broken) = DeTable::parse_recoverable(text);
        let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let mut wrong: Vec<(usize, Message)> = broken
            .iter()
            .map(|e| {
                (
                    e.span().map_or(1, |span| line(span.start)),
                    Message::key("config-syntax").with("said", e.message()),
                )
            })
            .collect();
        let mut binds: Vec<(Key, Card)> = Vec::new();
        let mut own: Vec<Key> = Vec::new();
        if let Some(base) = table.get_ref().get("base") {
            match base.get_ref().as_str().and_then(Keymap::named) {
                Some(keymap) => binds = keymap.0,
                None => wrong.push((line(base.span().start), Message::key("keymap-no-base"))),
            }
        }
        for (key, value) in table.get_ref() {
            let at = line(key.span().start);
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("base", _) => {}
                ("bind", DeValue::Array(list)) => {
                    for bind in list.iter() {
                        let at = line(bind.span().start);
                        match read(bind.get_ref()) {
                            Ok((key, _)) if own.contains(&key) => wrong
                                .push((at, Message::key("keymap-twice").with("key", name(key)))),
                            Ok((key, card)) => {
                                own.push(key);
                                binds.retain(|(bound, _)| *bound != key);
                                binds.extend(card.map(|card| (key, card)));
                            }
                            Err(feedback) => wrong.push((at, feedback)),
                        }
                    }
                }
                (other, _) => wrong.push((at, Message::key("config-unknown").with("key", other))),
            }
        }
        if binds.is_empty() && wrong.is_empty() {
            wrong.push((1, Message::key("keymap-empty")));
        }
        wrong.sort_by_key(|(line, _)| *line);
        let feedback = |(line, feedback): (usize, Message)| {
            feedback.with("file", file).with("line", line as i64)
        };
        if wrong.is_empty() {
            Ok(Keymap(binds))
        } else {
            Err(wrong.into_iter().map(feedback).collect())
        }
    }

    /// The command of a key; `None`: the key does nothing.
    pub fn card(&self, key: Key) -> Option<Card> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, card)| *card)
    }

    /// The key of a command, as people read it.
    pub fn key_of(&self, card: Card) -> Option<String> {
        self.0.iter().find(|(_, c)| *c == card).map(|(key, _)| name(*key))
    }

    /// All keys with their commands: the base's first, then what the file binds itself.
    pub fn binds(&self) -> &[(Key, Card)] {
        &self.0
    }
}

/// One binding: `{ key = "f1", card = "HELP" }`; the card `NONE` takes the key's command away.
fn read(bind: &DeValue<'_>) -> Result<(Key, Option<Card>), Message> {
    let part = |name: &str| {
        bind.get(name).and_then(|value| value.get_ref().as_str()).unwrap_or_default().to_owned()
    };
    let (key, card) = (part("key"), part("card"));
    let Some(parsed) = parse_key(&key) else {
        return Err(Message::key("keymap-no-key").with("received", key));
    };
    match Card::parse(&format!("{}{card}", Card::PREFIX)) {
        Some(card) => Ok((parsed, Some(card))),
        None if card == "NONE" => Ok((parsed, None)),
        None => Err(Message::key("keymap-no-card").with("received", card)),
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
