//! The palette: every command, found by English, Chinese or the initials of its pinyin. What cannot
//! be used now says why.

use super::Model;
use crate::codes::card::Card;
use crate::domain::Lang;
use crate::i18n::Catalogue;
use crate::protocol::page::Letters;
use crate::protocol::{Activity, Message, Page, Refusal, card_not_here};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use pinyin::ToPinyin;

/// What a small letter does on a desk's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hotkey {
    /// Said to the list as if it were scanned.
    Say(&'static str),
    /// The same on every page of the desk.
    Ask(&'static str),
    /// Marks the chosen row of a list; does something to all that are marked.
    Mark,
    Act,
    Down,
    Up,
    First,
    Last,
    Back,
    Help,
    Palette,
    /// The terminal's mouse, on or off.
    Mouse,
    /// The list as a file: CSV, or XLSX.
    Export {
        xlsx: bool,
    },
}

/// The desk's letters, with the text that says what each does.
pub const LETTERS: [(char, Hotkey, &str); 19] = [
    ('/', Hotkey::Say("#filter"), "letter-filter"),
    (' ', Hotkey::Mark, "letter-mark"),
    ('a', Hotkey::Act, "letter-act"),
    (':', Hotkey::Palette, "letter-palette"),
    ('?', Hotkey::Help, "letter-help"),
    ('s', Hotkey::Say("#sort"), "letter-sort"),
    ('r', Hotkey::Say("#reverse"), "letter-reverse"),
    ('c', Hotkey::Say("#columns"), "letter-columns"),
    ('v', Hotkey::Say("#views"), "letter-views"),
    ('w', Hotkey::Say("#save"), "letter-save"),
    ('e', Hotkey::Export { xlsx: false }, "letter-csv"),
    ('x', Hotkey::Export { xlsx: true }, "letter-xlsx"),
    ('j', Hotkey::Down, "letter-down"),
    ('k', Hotkey::Up, "letter-up"),
    ('g', Hotkey::First, "letter-first"),
    ('b', Hotkey::Last, "letter-last"),
    ('q', Hotkey::Back, "letter-back"),
    ('h', Hotkey::Ask("#home"), "letter-home"),
    ('m', Hotkey::Mouse, "letter-mouse"),
];

/// What a letter alone does at a desk, whatever the page; `None`: nothing.
pub fn hotkey(c: char) -> Option<Hotkey> {
    LETTERS.iter().find(|(own, ..)| *own == c).map(|(_, letter, _)| *letter)
}

/// The letters that mean something on a page, with what each does.
pub fn hotkeys_of(page: &Page) -> impl Iterator<Item = (char, Hotkey, &'static str)> {
    let (on, rows) = (page.letters, !page.table.rows.is_empty());
    LETTERS.into_iter().filter(move |(_, letter, _)| match letter {
        Hotkey::Say(_) | Hotkey::Export { .. } => on == Letters::List,
        Hotkey::Mark | Hotkey::Act => on == Letters::List && rows,
        Hotkey::Down | Hotkey::Up | Hotkey::First | Hotkey::Last => on != Letters::None && rows,
        Hotkey::Ask(_) | Hotkey::Back | Hotkey::Help | Hotkey::Palette | Hotkey::Mouse => {
            on != Letters::None
        }
    })
}

/// What choosing a line of the palette does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Card(Card),
    Hotkey(Hotkey),
    /// A line of the page's menu.
    Line(String),
}

/// A line of the palette: a command, a letter or a line of the page's menu.
#[derive(Debug, Clone)]
pub struct Entry {
    pub act: Act,
    /// How it is given without the palette.
    pub key: String,
    pub text: Message,
    /// Why it cannot be used now.
    pub why: Option<Message>,
    /// What it is found by.
    words: Vec<String>,
}

/// The open palette; `chosen` counts from 0 among what matches.
pub struct Palette {
    entries: Vec<Entry>,
    pub chosen: usize,
}

impl Palette {
    /// Everything that the page, its letters and the menu know.
    pub fn open(model: &Model) -> Palette {
        let (en, zh) = (Catalogue::new(Lang::En), Catalogue::new(Lang::Zh));
        let mut entries = Vec::new();
        let mut add = |act: Act, key: String, text: Message, why: Option<Message>| {
            let chinese = zh.say(&text);
            let words = vec![en.say(&text), initials(&chinese), chinese];
            entries.push(Entry { act, key, text, why, words });
        };
        for (n, choice) in model.page.menu.iter().enumerate() {
            add(Act::Line((n + 1).to_string()), (n + 1).to_string(), choice.text.clone(), None);
        }
        if model.page.letters != Letters::None {
            for (c, letter, text) in LETTERS {
                let here = hotkeys_of(&model.page).any(|(own, ..)| own == c);
                add(
                    Act::Hotkey(letter),
                    c.to_string(),
                    Message::key(text),
                    (!here).then(|| Message::key("palette-lists-only")),
                );
            }
        }
        let role = model.operator.as_ref().map(|operator| &operator.role);
        for activity in Activity::ALL {
            let why = role
                .filter(|role| !role.may(activity.right()))
                .map(|role| Refusal::not_allowed(role).0.text);
            add(
                Act::Card(activity.card()),
                activity.card().name().to_owned(),
                activity.title(),
                why,
            );
        }
        for card in Card::ALL.iter().filter(|card| Activity::of_card(**card).is_none()) {
            let here = model.page.cards.contains(card) || *card == Card::SignOff;
            let why = (!here).then(|| card_not_here(*card));
            add(
                Act::Card(*card),
                model.keymap.key_of(*card).unwrap_or_default(),
                Message::key(&card.key()),
                why,
            );
        }
        Palette { entries, chosen: 0 }
    }

    /// What matches, the best first; all of it where nothing is typed.
    pub fn found(&self, typed: &str) -> Vec<&Entry> {
        let pattern = Pattern::parse(typed.trim(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, &Entry)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                entry
                    .words
                    .iter()
                    .filter_map(|word| {
                        pattern.score(Utf32Str::new(word, &mut buffer), &mut matcher)
                    })
                    .max()
                    .map(|score| (score, entry))
            })
            .collect();
        scored.sort_by_key(|(score, entry)| (std::cmp::Reverse(*score), entry.why.is_some()));
        scored.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// The first letter of each glyph's pinyin: 拣货 is found by `jh`.
fn initials(text: &str) -> String {
    text.to_pinyin().flatten().map(|pinyin| pinyin.first_letter()).collect()
}
