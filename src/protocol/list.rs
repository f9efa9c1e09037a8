//! Lists as data: cells of a kind each, columns by name. How a cell is said is the view's and the
//! file's; nothing is read back from a text.

use super::Message;
use crate::domain::Name;
use crate::domain::rows::Instant;
use crate::domain::states::Coded;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What stands in a row under one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    #[default]
    Empty,
    /// A code, a day, something from outside: as it is, and never cut.
    Text(String),
    /// A thing with a name in each language; it may be cut.
    Name(Name),
    Count(i64),
    /// Units that lie somewhere, and how many of them are reserved.
    Stock {
        on_hand: i64,
        reserved: i64,
    },
    Instant(Instant),
    /// A sentence or a word of the catalogue.
    Says(Message),
    /// How it stands with the whole row.
    Mark(Mark),
    /// So much of so much.
    Share {
        done: i64,
        of: i64,
    },
    /// How much there was in each of equal spans of time, the latest last.
    Flow(Vec<i64>),
}

/// How it stands with what a row is about. A sign goes along with the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Fine,
    Done,
    Soon,
    Late,
}

impl Mark {
    /// What is read where there is no colour.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Fine => "",
            Mark::Done => "=",
            Mark::Soon => "!",
            Mark::Late => "!!",
        }
    }
}

impl Cell {
    /// A text from outside, with no control character in it.
    pub fn text(text: impl AsRef<str>) -> Cell {
        match crate::domain::strip_control(text.as_ref()) {
            text if text.is_empty() => Cell::Empty,
            text => Cell::Text(text),
        }
    }

    /// A word of the catalogue: `says("state", "in_transit")` is `state-in-transit`.
    pub fn says(list: &str, code: &str) -> Cell {
        Cell::Says(word(list, code))
    }

    /// The word of the catalogue for one of a closed list of codes.
    pub fn state(code: impl Coded) -> Cell {
        Cell::Says(said(code))
    }

    /// An ISO day of a lot; goods without one say so.
    pub fn day(iso: &str) -> Cell {
        if iso == "infinity" { Cell::Says(Message::key("no-date")) } else { Cell::text(iso) }
    }

    /// Stands right of its column, so that digits stand below each other.
    pub fn is_number(&self) -> bool {
        matches!(self, Cell::Count(_) | Cell::Stock { .. } | Cell::Share { .. })
    }

    /// Per cent done; `None`: it is no share, or there is nothing to do.
    pub fn per_cent(&self) -> Option<i64> {
        match self {
            Cell::Share { done, of } if *of > 0 => Some(done * 100 / of),
            _ => None,
        }
    }

    fn count(&self) -> Option<i64> {
        match self {
            Cell::Count(n) | Cell::Stock { on_hand: n, .. } => Some(*n),
            share => share.per_cent(),
        }
    }

    /// Numbers before texts, each in their own order; what is empty comes first.
    fn compare(&self, other: &Cell) -> Ordering {
        let rank = |cell: &Cell| match cell {
            Cell::Empty => 0,
            Cell::Count(_) | Cell::Stock { .. } | Cell::Share { .. } => 1,
            _ => 2,
        };
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Name(name) => name.en.clone(),
            Cell::Instant(instant) => String::from(*instant),
            Cell::Says(message) => message.key.clone(),
            _ => String::new(),
        };
        (rank(self).cmp(&rank(other)))
            .then_with(|| self.count().cmp(&other.count()))
            .then_with(|| text(self).cmp(&text(other)))
    }

    /// Is it that word, or has it that word among others? Without regard to case.
    fn is_word(&self, word: &str, tz: &str) -> bool {
        let text = match self {
            Cell::Text(own) => own.clone(),
            Cell::Instant(instant) => instant.by_clock_of(tz),
            Cell::Count(n) | Cell::Stock { on_hand: n, .. } => n.to_string(),
            _ => return false,
        };
        text.eq_ignore_ascii_case(word)
            || text.split_whitespace().any(|own| own.eq_ignore_ascii_case(word))
    }

    /// Does what stands here hold a text, lower case, in any language? `said`: the keys of the
    /// catalogue whose words do.
    fn holds(&self, text: &str, said: &[String], tz: &str) -> bool {
        let within = |own: &str| own.to_lowercase().contains(text);
        match self {
            Cell::Empty | Cell::Mark(_) | Cell::Share { .. } | Cell::Flow(_) => false,
            Cell::Text(own) => within(own),
            Cell::Name(name) => [&name.en, &name.zh, &name.variant].into_iter().any(|n| within(n)),
            Cell::Count(n) | Cell::Stock { on_hand: n, .. } => within(&n.to_string()),
            Cell::Instant(instant) => within(&instant.by_clock_of(tz)),
            Cell::Says(message) => said.contains(&message.key),
        }
    }
}

/// The keys of the catalogue whose words hold a text, in either language.
pub type Said<'a> = &'a (dyn Fn(&str) -> Vec<String> + Send + Sync);

/// One word of what is looked for: `late` in any column, `carrier:sf` in that one, `carrier=sf` as
/// a whole word there, `units>100`.
struct Term {
    column: Option<usize>,
    is: Wanted,
}

enum Wanted {
    /// The text, lower case, and the keys whose words hold it.
    Text(String, Vec<String>),
    /// All of it, or one of its words.
    Word(String),
    More(i64),
    Less(i64),
}

impl Term {
    /// A word with the name of a column before a sign is about that column, else it is a text.
    fn parse(word: &str, names: &[&str], said: Said<'_>) -> Term {
        let text = |text: &str| Wanted::Text(text.to_lowercase(), said(text));
        let parted = word.find([':', '=', '>', '<']).and_then(|at| {
            let (name, rest) = word.split_at(at);
            let column = names.iter().position(|own| own.eq_ignore_ascii_case(name))?;
            let value = &rest[1..];
            let is = match (&rest[..1], value.parse()) {
                (_, _) if value.is_empty() => return None,
                (">", Ok(n)) => Wanted::More(n),
                ("<", Ok(n)) => Wanted::Less(n),
                (":", _) => text(value),
                ("=", _) => Wanted::Word(value.to_owned()),
                _ => return None,
            };
            Some(Term { column: Some(column), is })
        });
        parted.unwrap_or_else(|| Term { column: None, is: text(word) })
    }

    fn fits(&self, cells: &[Cell], tz: &str) -> bool {
        let fits = |cell: &Cell| match &self.is {
            Wanted::Text(text, said) => cell.holds(text, said, tz),
            Wanted::Word(word) => cell.is_word(word, tz),
            Wanted::More(n) => cell.count().is_some_and(|own| own > *n),
            Wanted::Less(n) => cell.count().is_some_and(|own| own < *n),
        };
        match self.column {
            Some(column) => cells.get(column).is_some_and(fits),
            None => cells.iter().any(fits),
        }
    }
}

/// A word of the catalogue by its list and a stable code.
pub fn word(list: &str, code: &str) -> Message {
    Message::key(&format!("{list}-{}", code.replace('_', "-")))
}

/// Why a printer does not print: what it is known to say of itself in the reader's language, else
/// the words that came.
pub fn printer_says(trouble: &str) -> Message {
    let known = !trouble.is_empty() && trouble.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if known { word("printer", trouble) } else { Message::plain(trouble) }
}

/// What the catalogue says of one of a closed list of codes.
pub fn said<C: Coded>(code: C) -> Message {
    word(C::LIST, code.code())
}

impl From<Message> for Cell {
    fn from(message: Message) -> Cell {
        match message.as_plain() {
            Some(text) => Cell::Text(text.to_owned()),
            None => Cell::Says(message),
        }
    }
}
impl From<i64> for Cell {
    fn from(n: i64) -> Cell {
        Cell::Count(n)
    }
}
impl From<Name> for Cell {
    fn from(name: Name) -> Cell {
        Cell::Name(name)
    }
}
impl From<Instant> for Cell {
    fn from(instant: Instant) -> Cell {
        Cell::Instant(instant)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::text(text)
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::text(text)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Cell {
        cell.map_or(Cell::Empty, Into::into)
    }
}

/// A column of a list: its name, and what of a row stands under it. The name is what views keep,
/// and `col-NAME` is its header.
pub struct Column<R: 'static> {
    pub name: &'static str,
    pub cell: fn(&R) -> Cell,
}

/// How a list is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct View {
    /// What the rows must contain; empty: all of them.
    pub filter: String,
    /// The column that orders them; `None`: as the list comes.
    pub sort: Option<String>,
    pub down: bool,
    /// Columns to show, in this order; empty: all.
    pub columns: Vec<String>,
}

impl View {
    /// Do rows stand as the list comes, and all of them?
    pub fn is_plain(&self) -> bool {
        self.filter.is_empty() && self.sort.is_none()
    }

    /// Which of these columns are shown, by place. A name that is none any more is passed over.
    pub fn shown(&self, names: &[&str]) -> Vec<usize> {
        let of = |name: &String| names.iter().position(|known| known == name);
        let chosen: Vec<usize> = self.columns.iter().filter_map(of).collect();
        if chosen.is_empty() { (0..names.len()).collect() } else { chosen }
    }
}

/// One row, and what it opens (`S`).
#[derive(Debug, Clone, PartialEq)]
pub struct Row<S> {
    pub cells: Vec<Cell>,
    pub opens: Option<S>,
}

/// The rows that hold each word of what is looked for, in the order that is asked for.
pub fn arrange<S>(
    mut rows: Vec<Row<S>>,
    names: &[&str],
    view: &View,
    said: Said<'_>,
    tz: &str,
) -> Vec<Row<S>> {
    let terms: Vec<Term> =
        view.filter.split_whitespace().map(|word| Term::parse(word, names, said)).collect();
    rows.retain(|row| terms.iter().all(|term| term.fits(&row.cells, tz)));
    let Some(n) = view.sort.as_ref().and_then(|sort| names.iter().position(|name| name == sort))
    else {
        return rows;
    };
    rows.sort_by(|a, b| {
        let order = match (a.cells.get(n), b.cells.get(n)) {
            (Some(a), Some(b)) => a.compare(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if view.down { order.reverse() } else { order }
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(sort: &str, down: bool) -> Vec<i64> {
        let row = |n: i64| Row::<()> { cells: vec![format!("S{n}").into(), n.into()], opens: None };
        let view = View { sort: Some(sort.to_owned()), down, ..View::default() };
        arrange([5, 40, 9].map(row).into(), &["no", "units"], &view, &|_| vec![], "UTC")
            .iter()
            .filter_map(|row| row.cells[1].count())
            .collect()
    }

    #[test]
    fn numbers_sort_as_numbers_and_texts_as_texts() {
        assert_eq!(sorted("units", false), [5, 9, 40]);
        assert_eq!(sorted("units", true), [40, 9, 5]);
        assert_eq!(sorted("no", false), [40, 5, 9]);
        assert_eq!(sorted("gone", false), [5, 40, 9], "a column that is no more orders nothing");
    }

    #[test]
    fn words_are_looked_for_together_and_by_column() {
        let rows = || {
            [("SF", 5), ("ZTO", 40), ("SF", 120)].map(|(carrier, units)| Row::<()> {
                cells: vec![carrier.into(), Cell::Count(units)],
                opens: None,
            })
        };
        let found = |filter: &str| {
            let view = View { filter: filter.into(), ..View::default() };
            let rows = arrange(rows().into(), &["carrier", "units"], &view, &|_| vec![], "UTC");
            rows.iter().filter_map(|row| row.cells[1].count()).collect::<Vec<_>>()
        };
        assert_eq!(found("sf"), [5, 120]);
        assert_eq!(found("units>39"), [40, 120]);
        assert_eq!(found("Carrier:sf units<100"), [5]);
        assert_eq!(found("units:4"), [40]);
        assert_eq!((found("carrier=sf"), found("carrier=s")), (vec![5, 120], vec![]));
        assert_eq!(found("units=5"), [5]);
        assert_eq!(found("sf zto"), [0i64; 0]);
        assert_eq!(found("nothing:sf"), [0i64; 0], "no column: it is a text");
        assert_eq!(found("units>many"), [0i64; 0]);
    }

    #[test]
    fn a_row_is_found_by_what_stands_in_it_in_either_language_and_by_the_clock() {
        let cells = [
            Name { en: "Oats".into(), zh: "燕麦".into(), ..Name::default() }.into(),
            Cell::Instant(Instant::of_unix_s(1_700_000_000)),
            Cell::says("state", "box_open"),
            Cell::Stock { on_hand: 12, reserved: 3 },
        ];
        let said = ["state-box-open".to_owned()];
        let found = |text: &str, tz: &str| cells.iter().any(|cell| cell.holds(text, &said, tz));
        for text in ["oat", "燕", "11-14 22:13", "12"] {
            assert!(found(text, "UTC"), "{text}");
        }
        assert!(found("11-15 06:13", "Asia/Shanghai"));
        assert!(!cells[3].holds("3", &[], "UTC") && !Cell::Empty.holds("", &[], "UTC"));
    }
}
