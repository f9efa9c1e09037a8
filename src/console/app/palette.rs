//! The palette: every command, found by English, Chinese or the initials of its pinyin. What cannot
//! be used now says why.

use super::Model;
use crate::codes::card::Card;
use crate::domain::Lang;
use crate::i18n::Catalogue;
use crate::protocol::page::Letters;
use crate::protocol::{Activity, Page, Refusal, Text, card_not_here};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use pinyin::ToPinyin;

/// What a small letter does on a desk's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// Said to the list as if it were scanned.
    Say(&'static str),
    Down,
    Up,
    First,
    Last,
    Back,
    Help,
    Palette,
    /// The list as a file: CSV, or XLSX.
    Export {
        xlsx: bool,
    },
}

/// The desk's letters, with the text that says what each does.
pub const LETTERS: [(char, Letter, &str); 15] = [
    ('/', Letter::Say("#filter"), "letter-filter"),
    (':', Letter::Palette, "letter-palette"),
    ('?', Letter::Help, "letter-help"),
    ('s', Letter::Say("#sort"), "letter-sort"),
    ('r', Letter::Say("#reverse"), "letter-reverse"),
    ('c', Letter::Say("#columns"), "letter-columns"),
    ('v', Letter::Say("#views"), "letter-views"),
    ('w', Letter::Say("#save"), "letter-save"),
    ('e', Letter::Export { xlsx: false }, "letter-csv"),
    ('x', Letter::Export { xlsx: true }, "letter-xlsx"),
    ('j', Letter::Down, "letter-down"),
    ('k', Letter::Up, "letter-up"),
    ('g', Letter::First, "letter-first"),
    ('b', Letter::Last, "letter-last"),
    ('q', Letter::Back, "letter-back"),
];

pub fn letter(c: char) -> Option<Letter> {
    LETTERS.iter().find(|(own, ..)| *own == c).map(|(_, letter, _)| *letter)
}

/// The letters that mean something on a page, with what each does.
pub fn letters(page: &Page) -> impl Iterator<Item = (char, Letter, &'static str)> {
    let (on, rows) = (page.letters, !page.table.rows.is_empty());
    LETTERS.into_iter().filter(move |(_, letter, _)| match letter {
        Letter::Say(_) | Letter::Export { .. } => on == Letters::List,
        Letter::Down | Letter::Up | Letter::First | Letter::Last => on != Letters::None && rows,
        Letter::Back | Letter::Help | Letter::Palette => on != Letters::None,
    })
}

/// What choosing a line of the palette does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Card(Card),
    Letter(Letter),
    /// A line of the page's menu.
    Line(String),
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub act: Act,
    /// How it is given without the palette.
    pub key: String,
    pub text: Text,
    /// Why it cannot be used now.
    pub why: Option<Text>,
    /// What it is found by.
    words: Vec<String>,
}

pub struct Palette {
    entries: Vec<Entry>,
    pub chosen: usize,
}

impl Palette {
    /// Everything that the page, its letters and the menu know.
    pub fn open(model: &Model) -> Palette {
        let (en, zh) = (Catalogue::new(Lang::En), Catalogue::new(Lang::Zh));
        let mut entries = Vec::new();
        let mut add = |act: Act, key: String, text: Text, why: Option<Text>| {
            let chinese = zh.say(&text);
            let words = vec![en.say(&text), initials(&chinese), chinese];
            entries.push(Entry { act, key, text, why, words });
        };
        for (n, choice) in model.page.menu.iter().enumerate() {
            add(Act::Line((n + 1).to_string()), (n + 1).to_string(), choice.text.clone(), None);
        }
        if model.page.letters != Letters::None {
            for (c, letter, text) in LETTERS {
                let here = letters(&model.page).any(|(own, ..)| own == c);
                add(
                    Act::Letter(letter),
                    c.to_string(),
                    Text::key(text),
                    (!here).then(|| Text::key("palette-lists-only")),
                );
            }
        }
        let role = model.operator.as_ref().map(|operator| operator.role);
        for activity in Activity::ALL {
            let why = role
                .filter(|role| !activity.open_to(*role))
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
                Text::key(&card.key()),
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
