//! The texts of the screens, one catalogue a session. Pure: a key and its arguments in, a sentence
//! out.

pub mod topics;

use crate::domain::Lang;
use crate::protocol::{Arg, Cell, Message};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

const EN: &str = include_str!("en.ftl");
const ZH: &str = include_str!("zh-CN.ftl");

/// All texts of one language.
pub struct Catalogue {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads the texts of this language, which come with the program.
    pub fn new(lang: Lang) -> Catalogue {
        let id = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Or invisible marks litter the screen.
        bundle.set_use_isolating(false);
        let source = match lang {
            Lang::En => EN,
            Lang::Zh => ZH,
        };
        // A line that does not parse is missing from the bundle, and a test compares the keys of
        // both languages.
        let resource =
            FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
        Catalogue { lang, bundle }
    }

    /// The language that it speaks.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Is there a text under this key? A line of the file that does not parse is none.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A text in this language. An unknown key shows itself: ugly, and never a panic.
    pub fn say(&self, text: &Message) -> String {
        if text.key == Message::PLAIN {
            return text.args.get("text").map(|arg| self.plain(arg)).unwrap_or_default();
        }
        let mut args = FluentArgs::new();
        for (name, arg) in &text.args {
            let value = match arg {
                Arg::Count(n) => FluentValue::from(*n),
                other => FluentValue::from(self.plain(other)),
            };
            args.set(name.as_str(), value);
        }
        let Some(pattern) = self.bundle.get_message(&text.key).and_then(|m| m.value()) else {
            return text.key.clone();
        };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
    }

    /// A text without arguments.
    pub fn key(&self, key: &str) -> String {
        self.say(&Message::key(key))
    }

    /// What stands in a list's cell; instants by the clock of a time zone.
    pub fn cell(&self, cell: &Cell, tz: &str) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Name(name) => self.plain(&Arg::Name(name.clone())),
            Cell::Count(n) => n.to_string(),
            Cell::Stock { on_hand, reserved: 0 } => on_hand.to_string(),
            Cell::Stock { on_hand, reserved } => format!("{on_hand} ({reserved})"),
            Cell::Instant(instant) => instant.by_clock_of(tz),
            Cell::Says(message) => self.say(message),
            Cell::Mark(mark) => mark.sign().to_owned(),
            Cell::Share { .. } => cell.per_cent().map_or(String::new(), |n| format!("{n}%")),
            Cell::Flow(counts) => bars(counts, PLAIN_BARS),
        }
    }

    fn plain(&self, arg: &Arg) -> String {
        match arg {
            Arg::Count(n) => n.to_string(),
            Arg::Plain(text) if text == "infinity" => self.key("no-date"),
            Arg::Plain(text) => text.clone(),
            // What differs comes first: a narrow screen cuts the end.
            Arg::Name(name) if name.variant.is_empty() => name.of(self.lang).to_owned(),
            Arg::Name(name) => format!("{} · {}", name.variant, name.of(self.lang)),
            Arg::Message(text) => self.say(text),
        }
    }
}

/// Bars that every terminal draws in one cell, from nothing to most.
const PLAIN_BARS: &[char] = &['_', '.', ':', '-', '=', '+', '*', '#'];

/// A bar for each count, the highest as high as there is; none is the lowest.
pub fn bars(counts: &[i64], glyphs: &[char]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let steps = glyphs.len() as i64 - 1;
    let height = |n: i64| (n.max(0) * steps + most - 1) / most;
    counts.iter().filter_map(|n| glyphs.get(usize::try_from(height(*n)).ok()?)).collect()
}

/// Keys of states and reasons whose words, in either language, hold this text; without regard to
/// case.
pub fn that_say(text: &str) -> Vec<String> {
    let wanted = text.to_lowercase();
    let of = |lang: Lang| {
        let words = Catalogue::new(lang);
        let is = |key: &&str| {
            let lists = ["why-", "state-", "reason-", "kind-", "trip-", "status-"];
            lists.iter().any(|list| key.starts_with(list))
        };
        keys(lang)
            .into_iter()
            .filter(is)
            .filter(|key| words.key(key).to_lowercase().contains(&wanted))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    if wanted.is_empty() { Vec::new() } else { [of(Lang::En), of(Lang::Zh)].concat() }
}

/// The keys of a language's file, for the test that compares them.
pub fn keys(lang: Lang) -> Vec<&'static str> {
    let source = if lang == Lang::En { EN } else { ZH };
    source
        .lines()
        .filter(|l| !l.starts_with(['#', ' ', '}']))
        .filter_map(|l| l.split_once(" = ").map(|(k, _)| k))
        .collect()
}
