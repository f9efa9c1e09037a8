//! Longer texts by topic, for `wavedeck help TOPIC`: a line that says what it is about, an empty
//! one, and the text.

use crate::domain::Lang;

macro_rules! topics {
    ($($name:literal,)+) => {
        /// Each with its English and its Chinese text.
        const TOPICS: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("topics/en/", $name, ".txt")),
            include_str!(concat!("topics/zh-CN/", $name, ".txt")),
        ),)+];
    };
}

topics! {
    "site",
    "ssh",
    "scanners",
    "printers",
    "people",
    "days",
    "warehouses",
    "layout",
    "desk",
    "holds",
    "shortages",
    "alerts",
    "shops",
    "folder",
    "files",
    "postgres",
    "serve",
    "keys",
    "audit",
    "backup",
    "config",
    "exits",
}

/// The names of all topics, each with the line that says what it is about.
pub fn all(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    TOPICS.iter().map(move |(name, en, zh)| {
        let text = if lang == Lang::Zh { zh } else { en };
        (*name, text.lines().next().unwrap_or_default())
    })
}

/// The text of a topic; `None`: there is none of this name.
pub fn text(lang: Lang, name: &str) -> Option<&'static str> {
    let (_, en, zh) = TOPICS.iter().find(|(own, ..)| *own == name)?;
    Some(if lang == Lang::Zh { zh } else { en })
}
