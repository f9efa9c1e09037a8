//! Where a bin lies, read from its code by a pattern: `{aisle}-{cell}-{level}` reads `A01-07-2` as
//! aisle A01, cell 7, level 2. A site that cannot measure has its map from this.

use std::fmt;

/// A part of a code that says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Area,
    Aisle,
    Cell,
    Level,
    /// Letters and digits that say nothing.
    Any,
}

impl Field {
    fn parse(name: &str) -> Option<Field> {
        Some(match name {
            "area" => Field::Area,
            "aisle" => Field::Aisle,
            "cell" => Field::Cell,
            "level" => Field::Level,
            "any" => Field::Any,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(char),
    /// So many letters and digits; without a width all until what follows.
    Field(Field, Option<usize>),
}

/// A pattern that was accepted: it names the aisle and the cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Read {
    pub area: String,
    pub aisle: String,
    pub cell: u32,
    pub level: Option<u32>,
}

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// No such field.
    Field(String),
    /// A brace that nothing closes, or that nothing opened.
    Brace,
    /// A field of no width, or of one that no code has.
    Width(String),
    /// Twice, or never though it must be there.
    Count(&'static str),
    /// Nobody could tell where one field ends and the next begins.
    Touching,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatternError::Field(name) => write!(f, "no field {{{name}}}"),
            PatternError::Brace => f.write_str("a brace without its other"),
            PatternError::Width(text) => write!(f, "no width {text}"),
            PatternError::Count(name) => write!(f, "{{{name}}} must be there once"),
            PatternError::Touching => f.write_str("two fields touch, and the first has no width"),
        }
    }
}

/// No code is longer.
const WIDEST: usize = 40;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            parts.push(match first {
                '}' => return Err(PatternError::Brace),
                '{' => {
                    let (inner, after) = rest.split_once('}').ok_or(PatternError::Brace)?;
                    rest = after;
                    field(inner)?
                }
                text => Part::Text(text.to_ascii_uppercase()),
            });
        }
        let count = |field: Field| {
            parts.iter().filter(|part| matches!(part, Part::Field(f, _) if *f == field)).count()
        };
        for (name, of, least) in [
            ("area", Field::Area, 0),
            ("aisle", Field::Aisle, 1),
            ("cell", Field::Cell, 1),
            ("level", Field::Level, 0),
        ] {
            if !(least..=1).contains(&count(of)) {
                return Err(PatternError::Count(name));
            }
        }
        let touch = |pair: &[Part]| matches!(pair, [Part::Field(_, None), Part::Field(..)]);
        if parts.windows(2).any(touch) {
            return Err(PatternError::Touching);
        }
        Ok(Pattern(parts))
    }

    /// What a code says; `None`: it is not of this pattern.
    pub fn read(&self, code: &str) -> Option<Read> {
        let code: Vec<char> = code.to_uppercase().chars().collect();
        let (mut at, mut read) = (0, Read::default());
        for (n, part) in self.0.iter().enumerate() {
            match part {
                Part::Text(text) => {
                    if code.get(at) != Some(text) {
                        return None;
                    }
                    at += 1;
                }
                Part::Field(field, width) => {
                    let until = match self.0.get(n + 1) {
                        Some(Part::Text(text)) => Some(*text),
                        _ => None,
                    };
                    let all = code[at..].iter().take_while(|c| c.is_alphanumeric());
                    let taken: String = match width {
                        Some(width) => all.take(*width).collect(),
                        None => all.take_while(|c| Some(**c) != until).collect(),
                    };
                    let length = taken.chars().count();
                    if length == 0 || width.is_some_and(|width| width != length) {
                        return None;
                    }
                    at += length;
                    read.take(*field, taken)?;
                }
            }
        }
        (at == code.len()).then_some(read)
    }
}

fn field(inner: &str) -> Result<Part, PatternError> {
    let (name, width) = match inner.split_once(':') {
        None => (inner, None),
        Some((name, width)) => {
            let number = width.parse().ok().filter(|n| (1..=WIDEST).contains(n));
            (name, Some(number.ok_or_else(|| PatternError::Width(width.to_owned()))?))
        }
    };
    let field = Field::parse(name).ok_or_else(|| PatternError::Field(name.to_owned()))?;
    Ok(Part::Field(field, width))
}

impl Read {
    fn take(&mut self, field: Field, text: String) -> Option<()> {
        match field {
            Field::Area => self.area = text,
            Field::Aisle => self.aisle = text,
            Field::Cell => self.cell = number(&text)?,
            Field::Level => self.level = Some(number(&text)?),
            Field::Any => {}
        }
        Some(())
    }
}

/// Digits as they are, a single letter by its place in the alphabet.
fn number(text: &str) -> Option<u32> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ 'A'..='Z'), None) => Some(u32::from(letter) - u32::from('A') + 1),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, code: &str) -> Option<(String, String, u32, Option<u32>)> {
        let read = Pattern::parse(pattern).unwrap().read(code)?;
        Some((read.area, read.aisle, read.cell, read.level))
    }

    #[test]
    fn a_code_says_where_its_bin_lies() {
        let is = |area: &str, aisle: &str, cell, level| {
            Some((area.to_owned(), aisle.to_owned(), cell, level))
        };
        for (pattern, code, said) in [
            ("{aisle}-{cell}-{level}", "A01-07-2", is("", "A01", 7, Some(2))),
            ("{area}-{aisle}-{cell}-{level}", "a-03-12-b", is("A", "03", 12, Some(2))),
            ("{area:1}{aisle:2}{cell:2}{level:1}", "B041203", None),
            ("{area:1}{aisle:2}{cell:2}{level:1}", "B04123", is("B", "04", 12, Some(3))),
            ("{aisle:2}{cell}", "0199", is("", "01", 99, None)),
            ("R{aisle}.{cell}/{any}", "r9.4/XY", is("", "9", 4, None)),
            ("{aisle}-{cell}", "A01-07-2", None),
            ("{aisle}-{cell}", "A01-", None),
            ("{aisle}-{cell}", "A01-XY", None),
            ("{aisle}-{cell}", "", None),
            ("{aisle}-{cell}", "一号-3", is("", "一号", 3, None)),
        ] {
            assert_eq!(read(pattern, code), said, "{pattern} {code}");
        }
    }

    #[test]
    fn a_pattern_that_says_too_little_or_too_much_is_refused() {
        for (pattern, wrong) in [
            ("{aisle}-{level}", PatternError::Count("cell")),
            ("{cell}-{cell}-{aisle}", PatternError::Count("cell")),
            ("{aisle}{cell}", PatternError::Touching),
            ("{row}-{cell}", PatternError::Field("row".into())),
            ("{aisle:0}{cell}", PatternError::Width("0".into())),
            ("{aisle", PatternError::Brace),
            ("aisle}", PatternError::Brace),
            ("", PatternError::Count("aisle")),
        ] {
            assert_eq!(Pattern::parse(pattern), Err(wrong), "{pattern}");
        }
    }
}
