//! What a stranger reads without effort: narrow lines, SQL in files of its own, one alias a table,
//! one word a thing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

/// The files below these folders with this ending, by their path from the root.
fn files(folders: &[&str], ending: &str) -> Vec<(String, String)> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, out) } else { out.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        walk(&root.join(folder), &mut found);
    }
    found.sort();
    found
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// SQL without its comments and its texts.
fn bare_sql(text: &str) -> String {
    let without: Vec<&str> = text.lines().map(|l| l.split("--").next().unwrap()).collect();
    let joined = without.join("\n");
    joined.split('\'').step_by(2).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    let all = files(&["src", "migrations", "tests"], "rs")
        .into_iter()
        .chain(files(&["src", "migrations", "tests"], "sql"));
    let wide: Vec<String> = all
        .flat_map(|(path, text)| {
            let wide = text.lines().enumerate().filter(|(_, line)| line.width() > 100);
            wide.map(|(n, _)| format!("{path}:{}", n + 1)).collect::<Vec<_>>()
        })
        .collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

/// The text of each query that stands in Rust, and the line where it begins.
fn queries_in(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("sqlx::query") {
        let Some(open) = source[at..].find('(') else { continue };
        let rest = source[at + open + 1..].trim_start();
        // `query_as!` names its type first.
        let rest = match rest.split_once(',') {
            Some((kind, after)) if words(kind).count() == 1 && !kind.contains('"') => after,
            _ => rest,
        };
        let rest = rest.trim_start();
        let text = match (rest.strip_prefix("r#\""), rest.strip_prefix('"')) {
            (Some(raw), _) => raw.split("\"#").next(),
            (None, Some(plain)) => plain.split('"').next(),
            _ => None,
        };
        if let Some(text) = text {
            found.push((source[..at].lines().count(), text.to_owned()));
        }
    }
    found
}

#[test]
fn a_query_of_more_than_three_lines_has_a_file_of_its_own() {
    let mut seen = 0;
    for (path, source) in files(&["src"], "rs") {
        for (line, query) in queries_in(&source) {
            seen += 1;
            assert!(query.lines().count() <= 3, "{path}:{line}");
        }
    }
    assert!(seen > 50, "the test no longer finds the queries: {seen}");
}

#[test]
fn every_query_file_is_used_and_names_its_parameters() {
    let sources: String = files(&["src"], "rs").into_iter().map(|(_, text)| text).collect();
    for (path, text) in files(&["src/store/sql"], "sql") {
        let short = path.strip_prefix("src/store/").unwrap();
        assert!(sources.contains(&format!("\"{path}\"")) || sources.contains(short), "{path}");
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("--")).collect();
        let head = head.join(" ");
        for n in 1..=20 {
            let parameter = format!("${n}");
            let is = |text: &str| {
                text.match_indices(&parameter).any(|(at, _)| {
                    !text[at + parameter.len()..].starts_with(|c: char| c.is_ascii_digit())
                })
            };
            if is(&bare_sql(&text)) {
                assert!(is(&head), "{path} does not say what {parameter} is");
            }
        }
    }
}

/// What a screen makes words of comes in columns of its kind: no key of the catalogue, and no two
/// values in one text.
#[test]
fn no_query_gives_texts_to_be_read_back() {
    for (path, text) in files(&["src/store", "migrations"], "sql") {
        for sign in ["'@", "chr(31)"] {
            assert!(!text.contains(sign), "{path} makes a cell of a text: {sign}");
        }
    }
}

/// How the program writes where a person stands is read in one place.
#[test]
fn no_query_names_the_parts_of_a_step() {
    for (path, text) in files(&["src/store", "migrations"], "sql") {
        let named = text.matches("step ->").count();
        let allowed = if path == "migrations/0006_floor.sql" { 7 } else { 0 };
        assert_eq!(named, allowed, "{path}: the view in_hand has them");
    }
}

#[test]
fn an_alias_means_one_table() {
    let texts: Vec<(String, String)> =
        files(&["src/store/sql"], "sql").into_iter().chain(files(&["migrations"], "sql")).collect();
    let tables: BTreeSet<String> = texts
        .iter()
        .flat_map(|(_, text)| {
            let sql = bare_sql(text);
            let made = sql.lines().filter_map(|line| {
                let rest = line.strip_prefix("CREATE TABLE ").or(line.strip_prefix("CREATE VIEW "));
                rest.and_then(|rest| words(rest).next()).map(str::to_owned)
            });
            made.collect::<Vec<_>>()
        })
        .collect();
    let mut means: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (path, text) in &texts {
        let sql = bare_sql(text);
        let all: Vec<&str> = sql.split_whitespace().collect();
        for three in all.windows(3) {
            let [before, table, alias] = three else { continue };
            let names = matches!(*before, "FROM" | "JOIN" | "UPDATE" | "USING" | "INTO");
            let plain = alias.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if names && tables.contains(*table) && plain {
                let of = means.entry((*alias).to_owned()).or_default();
                of.entry((*table).to_owned()).or_insert_with(|| path.clone());
            }
        }
    }
    assert!(means.len() > 40, "the test no longer finds the aliases: {}", means.len());
    let shared: Vec<_> = means.iter().filter(|(_, of)| of.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn no_column_is_compared_with_itself() {
    let sql = files(&["src/store/sql", "migrations"], "sql");
    let rust = files(&["src/store"], "rs");
    for (path, text) in sql.into_iter().chain(rust) {
        let all: Vec<&str> = text.split_whitespace().collect();
        for three in all.windows(3) {
            let [left, is, right] = three else { continue };
            let compares =
                matches!(*is, "=" | "<>" | "<" | ">" | "<=" | ">=") && left.contains('.');
            let right = right.trim_end_matches([')', ';', ',']);
            assert!(
                !compares || left.trim_start_matches('(') != right,
                "{path}: {left} {is} {right}"
            );
        }
    }
}

/// What a thing is never called, and the glossary's word for it.
const SYNONYMS: &[(&str, &str)] = &[
    ("gun", "scanner"),
    ("till", "counter"),
    ("handover", "hand_over"),
    ("location", "place"),
    ("slotting", "place"),
    ("picklist", "trip"),
    ("batchpick", "trip"),
    ("sscc18", "sscc"),
    ("expiry", "last good day"),
    ("exp_date", "last good day"),
    ("stockout", "short"),
    ("tenant", "owner"),
    ("allocation", "reservation"),
    ("allocated", "reserved"),
    ("operative", "person"),
    ("employee", "person"),
    ("worker_id", "person"),
    ("supplier_id", "supplier"),
    ("express_no", "waybill"),
    ("tracking_no", "waybill"),
    ("dashboard", "board"),
    ("workstation", "bench"),
];

/// An identifier's parts: `TillOrder` and `till_order` are both `till` and `order`.
fn parts(word: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in word.chars() {
        if c == '_' || c.is_uppercase() && !out.last().unwrap().is_empty() {
            out.push(String::new());
        }
        if c != '_' {
            out.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    out
}

/// Rust without its texts and comments: what is left are names.
fn bare_rust(source: &str) -> String {
    let mut out = String::new();
    for line in source.lines() {
        let quoted = line.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        out.push_str(quoted.split("//").next().unwrap());
        out.push('\n');
    }
    out
}

#[test]
fn one_word_a_thing_in_code_and_tables() {
    // The adapters speak the platforms' words.
    let rust = files(&["src"], "rs").into_iter().filter(|(path, _)| !path.starts_with("src/links"));
    let rust = rust.map(|(path, text)| (path, bare_rust(&text)));
    let sql = files(&["src/store/sql", "migrations"], "sql");
    let sql = sql.into_iter().map(|(path, text)| (path, bare_sql(&text)));
    let mut wrong = BTreeSet::new();
    for (path, text) in rust.chain(sql) {
        for word in words(&text) {
            let mine = parts(word);
            for (never, instead) in SYNONYMS {
                if word == *never || mine.iter().any(|part| part == never) {
                    wrong.insert(format!("{path}: {word}, say {instead}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_word_a_thing_on_the_screen() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n/en.ftl");
    let screen = ["gun", "guns", "till", "handover", "location", "expiry", "walks", "picklist"];
    for line in fs::read_to_string(path).unwrap().lines() {
        let Some((key, said)) = line.split_once(" = ") else { continue };
        for word in words(said).map(str::to_lowercase) {
            assert!(!screen.contains(&word.as_str()), "{key}: {word}");
        }
    }
}
