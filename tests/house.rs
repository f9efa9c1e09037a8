//! The house's own rules: who may know whom, texts complete in both languages, keys described, no
//! room too large, queries current.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use wavedeck::codes::card::Card;
use wavedeck::console::input::Key;
use wavedeck::console::input::keymap::{Keymap, NAMED};
use wavedeck::domain::Lang;
use wavedeck::i18n::{Catalogue, keys};

fn sources() -> Vec<(String, String)> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, out) } else { out.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files
        .into_iter()
        .filter(|f| f.extension().is_some_and(|e| e == "rs"))
        .map(|f| {
            (
                f.strip_prefix(&root).unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(&f).unwrap(),
            )
        })
        .collect()
}

/// Rooms and what each may import; everyone may use `limits`.
const MAY: &[(&str, &[&str])] = &[
    ("cluster", &[]),
    ("domain", &[]),
    ("codes", &["domain"]),
    ("planner", &["domain"]),
    ("protocol", &["domain", "codes"]),
    ("i18n", &["domain", "protocol"]),
    ("store", &["domain", "codes", "protocol", "planner"]),
    ("links", &["domain", "codes", "protocol"]),
    ("work", &["domain", "codes", "planner", "i18n", "protocol", "store", "links"]),
    ("jobs", &["work", "protocol", "store", "links"]),
    ("console/input", &["domain", "codes", "i18n", "protocol"]),
    ("console/app", &["domain", "codes", "i18n", "protocol", "console/input"]),
    ("console/view", &["domain", "codes", "i18n", "protocol", "console/app", "console/input"]),
    (
        "console/session",
        &[
            "domain",
            "codes",
            "i18n",
            "protocol",
            "work",
            "console/app",
            "console/input",
            "console/view",
        ],
    ),
    (
        "console/served",
        &["domain", "protocol", "work", "console/app", "console/input", "console/session"],
    ),
    ("console/tty", &["console/session", "console/served"]),
];

fn room(path: &str) -> String {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    if parts[0] == "console" && parts.len() > 1 && parts[1] != "mod" {
        format!("console/{}", parts[1])
    } else {
        parts[0].to_owned()
    }
}

/// The rooms that a source names by `crate::`.
fn imports(source: &str) -> BTreeSet<String> {
    source
        .match_indices("crate::")
        .filter(|(at, _)| !source[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .filter_map(|(at, word)| {
            let rest: String = source[at + word.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
                .collect();
            let path = rest.replace("::", "/");
            path.starts_with(char::is_lowercase).then(|| room(&path))
        })
        .collect()
}

#[test]
fn rooms_import_only_what_they_may_know() {
    let mut wrong = Vec::new();
    for (path, source) in sources() {
        let here = room(&path);
        let Some((_, may)) = MAY.iter().find(|(room, _)| *room == here) else { continue };
        for other in imports(&source) {
            if other != here && other != "limits" && !may.contains(&other.as_str()) {
                wrong.push(format!("{path} knows {other}"));
            }
        }
        if here == "config" || here == "cli" || here == "main" {
            continue;
        }
        for (name, only) in [
            ("sqlx", &["store"][..]),
            ("reqwest", &["links"]),
            ("axum", &["links"]),
            ("ratatui", &["console/view", "console/session"]),
            ("crossterm", &["console/tty", "console/session"]),
        ] {
            if source.contains(&format!("{name}::")) && !only.contains(&here.as_str()) {
                wrong.push(format!("{path} uses {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a file names of the files beside it.
fn neighbours(path: &str, source: &str, beside: &BTreeSet<&str>) -> BTreeSet<String> {
    let room = path.rsplit_once('/').map_or(String::new(), |(dir, _)| dir.replace('/', "::"));
    let own = if room.is_empty() { "crate::".to_owned() } else { format!("crate::{room}::") };
    ["super::", own.as_str()]
        .iter()
        .flat_map(|prefix| source.match_indices(prefix).map(|(at, _)| &source[at + prefix.len()..]))
        .flat_map(|rest| {
            let named = if rest.starts_with('{') { rest.split(';').next().unwrap() } else { rest };
            let most = if rest.starts_with('{') { usize::MAX } else { 1 };
            named
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .filter(|word| !word.is_empty())
                .take(most)
        })
        .filter(|word| beside.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_two_files_of_a_room_need_each_other() {
    let all = sources();
    let name = |path: &str| path.trim_end_matches(".rs").rsplit('/').next().unwrap().to_owned();
    let dir = |path: &str| path.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned();
    let mut knows = std::collections::BTreeMap::new();
    for (path, source) in &all {
        let plain = source.split("#[cfg(test)]").next().unwrap();
        let here = dir(path);
        let others: Vec<String> =
            all.iter().filter(|(p, _)| dir(p) == here && p != path).map(|(p, _)| name(p)).collect();
        let beside = others.iter().map(String::as_str).filter(|name| *name != "mod").collect();
        if !["mod", "lib", "main"].contains(&name(path).as_str()) {
            knows.insert((here, name(path)), neighbours(path, plain, &beside));
        }
    }
    assert!(knows.values().map(BTreeSet::len).sum::<usize>() > 40, "the test finds no neighbours");
    let mut circles = Vec::new();
    for ((room, a), named) in &knows {
        for b in named.iter().filter(|b| a < *b) {
            if knows.get(&(room.clone(), b.clone())).is_some_and(|back| back.contains(a)) {
                circles.push(format!("{room}: {a} and {b}"));
            }
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

/// Besides its own files an activity is named once in each of these, and nothing else matches on
/// all of them.
#[test]
fn an_activity_is_its_files_and_a_line_each_in_a_few() {
    let lines = [
        "codes/card.rs",
        "domain/rights.rs",
        "protocol/activity.rs",
        "protocol/mod.rs",
        "store/mod.rs",
        "work/activities.rs",
        "work/mod.rs",
    ];
    let own = ["protocol/put_back.rs", "store/put_back.rs", "work/put_back.rs"];
    let mut found = BTreeSet::new();
    for (path, source) in sources().into_iter().filter(|(path, _)| !own.contains(&path.as_str())) {
        let names = |line: &&str| {
            let line = line.split("//").next().unwrap_or_default();
            line.contains("PutBack")
                || line.contains("mod put_back;")
                || line.contains("put_back::")
        };
        let n = source.lines().filter(names).count();
        if n > 0 {
            found.insert(path.clone());
            assert!(n == 1 || path == "work/activities.rs", "{path} names it {n} times");
        }
    }
    assert_eq!(found, lines.map(String::from).into());
}

#[test]
fn pure_rooms_await_nothing_and_read_no_clock() {
    for (path, source) in sources() {
        let pure =
            ["domain", "codes", "planner", "i18n", "protocol", "console/app", "console/view"]
                .contains(&room(&path).as_str());
        for word in
            [".await", "Instant::now", "Timestamp::now", "SystemTime", "env::var", "std::fs"]
        {
            assert!(!pure || !source.contains(word), "{path} is pure and has {word}");
        }
    }
}

#[test]
fn no_file_or_function_is_too_large_and_each_file_says_why_it_exists() {
    let (mut large, mut functions) = (Vec::new(), 0);
    for (path, source) in sources() {
        assert!(source.starts_with("//!"), "{path} does not say why it exists");
        let lines: Vec<&str> = source.lines().collect();
        if lines.len() > 400 {
            large.push(format!("{path} has {} lines", lines.len()));
        }
        for (n, line) in lines.iter().enumerate() {
            let Some(name) = function(line) else { continue };
            functions += 1;
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            let length = lines[n..].iter().position(|line| *line == end).map_or(1, |last| last + 1);
            // Without a body of its own, or with one on its line, another's end is found.
            let whole = line.ends_with('}') || line.ends_with(';');
            if length > 60 && !whole {
                large.push(format!("{path}: fn {name} has {length} lines"));
            }
        }
    }
    assert!(functions > 1500, "the test finds {functions} functions");
    assert!(large.is_empty(), "{large:#?}");
}

/// The name of the function that begins on a line.
fn function(line: &str) -> Option<&str> {
    let before = ["pub", "pub(super)", "pub(crate)", "const", "async"];
    let mut words = line.split_whitespace();
    let first = words.find(|word| !before.contains(word) && !word.starts_with("pub(in"))?;
    (first == "fn").then(|| words.next())?.and_then(|name| name.split(['(', '<']).next())
}

/// What a line makes public, but for fields and modules: `fn perform`.
fn made_public(line: &str) -> Option<String> {
    let mut words = line.trim_start().strip_prefix("pub ")?.split([' ', '(', '<', ':', ';']);
    let mut kind = words.next()?;
    let mut name = words.next()?;
    while ["async", "const", "unsafe"].contains(&kind) && ["fn", "async"].contains(&name) {
        (kind, name) = (name, words.next()?);
    }
    let kinds = ["fn", "struct", "enum", "trait", "const", "type", "static"];
    (kinds.contains(&kind) && !name.starts_with('$')).then(|| format!("{kind} {name}"))
}

#[test]
fn every_public_item_says_what_it_is() {
    let mut silent = Vec::new();
    for (path, source) in sources() {
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        for (n, line) in source.lines().enumerate() {
            let Some(item) = made_public(line) else { continue };
            let is_attribute = |above: &&&str| above.starts_with("#[") || above.ends_with(")]");
            let above = lines[..n].iter().rev().find(|above| !is_attribute(above));
            if !above.is_some_and(|above| above.starts_with("///")) {
                silent.push(format!("{path}:{}: {item}", n + 1));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn both_languages_say_everything() {
    let (en, zh): (BTreeSet<_>, BTreeSet<_>) =
        (keys(Lang::En).into_iter().collect(), keys(Lang::Zh).into_iter().collect());
    assert_eq!(en, zh);
    assert_eq!(keys(Lang::En).len(), en.len(), "a key stands twice");
    for lang in Lang::ALL {
        let words = Catalogue::new(lang);
        for key in &en {
            assert!(words.has(key), "{key} does not parse in {}", lang.code());
        }
    }
}

#[test]
fn every_key_of_a_text_is_in_the_catalogue() {
    let words = Catalogue::new(Lang::En);
    for (path, source) in sources() {
        for part in
            source.split("Message::key(\"").skip(1).chain(source.split("words.key(\"").skip(1))
        {
            let key = part.split('"').next().unwrap();
            assert!(words.has(key), "{path}: {key}");
        }
    }
    let refusals =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/work/refuse.rs"))
            .unwrap();
    for line in refusals.lines().filter(|l| l.trim_start().starts_with("(\"")) {
        let key = line.split('"').nth(3).unwrap();
        assert!(words.has(key), "{key}");
    }
}

#[test]
fn every_command_and_every_key_is_described() {
    for lang in Lang::ALL {
        let words = Catalogue::new(lang);
        for card in Card::ALL {
            assert!(words.has(&card.key()), "{card:?} in {}", lang.code());
        }
    }
    for (name, _) in NAMED {
        assert!(Keymap::named(name).unwrap().binds().len() > 10, "{name}");
    }
}

#[test]
fn a_keymap_file_is_laid_over_its_base_and_says_every_mistake_with_its_line() {
    let own = Keymap::parse(
        "k.toml",
        "base = \"default\"\nbind = [{ key = \"f1\", card = \"UNDO\" \
        }, { key = \"f2\", card = \"NONE\" }]",
    )
    .unwrap();
    assert_eq!(
        (own.card(Key::F(1)), own.card(Key::F(2)), own.card(Key::F(3))),
        (Some(Card::Undo), None, Some(Card::Short))
    );
    let text = "base = \"emacs\"\nbind = [\n  { key = \"f1\", card = \"NOTHING\" },\n  { key = \
        \"f99\", card = \"HELP\" },\n  { key = \"f3\", card = \"HELP\" },\n  { key = \"F3\", card \
        = \"UNDO\" },\n]\ncolour = 1\n";
    let words = Catalogue::new(Lang::En);
    let said: Vec<String> =
        Keymap::parse("k.toml", text).unwrap_err().iter().map(|text| words.say(text)).collect();
    for (n, line) in [1, 3, 4, 6, 8].into_iter().enumerate() {
        assert!(said[n].starts_with(&format!("k.toml, line {line}:")), "{said:#?}");
    }
}

#[test]
fn only_what_belongs_stands_at_the_top() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "migrations",
        "keymaps",
        "tests",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "LICENSE-THIRD-PARTY",
        "target",
    ];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || known.contains(&name.as_str()), "{name}");
    }
}
