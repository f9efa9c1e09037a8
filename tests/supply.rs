//! What is built in: licences that may be given away together, crates from the one registry, one
//! implementation of TLS; and the notices that go along name all of it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything that the lock file builds on this platform, as cargo knows it.
fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let out = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn deny() -> toml::Table {
    toml::from_str(&fs::read_to_string(root().join(".cargo/deny.toml")).unwrap()).unwrap()
}

fn texts<'a>(list: &'a toml::Value, key: &'a str) -> BTreeSet<&'a str> {
    let list = list.as_array().unwrap().iter();
    list.map(|one| one.get(key).unwrap_or(one).as_str().unwrap()).collect()
}

/// The licences that an expression (SPDX, or `A/B` as it was written once) asks to be kept, if
/// those that may be are enough. `MIT` goes first where there is a choice.
fn chosen(expression: &str, allowed: &BTreeSet<&str>) -> Option<BTreeSet<String>> {
    let expression = expression.replace('/', " OR ");
    let (mut depth, mut parts) = (0, vec![(String::new(), String::new())]);
    for word in expression.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
        depth += i32::from(word == "(") - i32::from(word == ")");
        if depth == 0 && (word == "OR" || word == "AND") {
            parts.push((word.to_owned(), String::new()));
        } else {
            let part = &mut parts.last_mut().unwrap().1;
            part.push_str(if part.is_empty() { "" } else { " " });
            part.push_str(word);
        }
    }
    if let [(_, one)] = parts.as_slice() {
        return match one.strip_prefix("( ").and_then(|inner| inner.strip_suffix(" )")) {
            Some(inner) => chosen(inner, allowed),
            None => allowed.contains(one.as_str()).then(|| BTreeSet::from([one.clone()])),
        };
    }
    // AND binds tighter; a choice of both is never written without brackets.
    if parts.iter().any(|(word, _)| word == "AND") {
        let all: Option<Vec<_>> = parts.iter().map(|(_, part)| chosen(part, allowed)).collect();
        return all.map(|all| all.into_iter().flatten().collect());
    }
    let mut ways: Vec<BTreeSet<String>> =
        parts.iter().filter_map(|(_, part)| chosen(part, allowed)).collect();
    ways.sort_by_key(|way| !way.contains("MIT"));
    ways.into_iter().next()
}

#[test]
fn an_expression_is_read_as_it_is_meant() {
    let allowed = BTreeSet::from(["MIT", "Apache-2.0", "Unicode-3.0"]);
    let says = |expression| {
        chosen(expression, &allowed).map(|kept| kept.into_iter().collect::<Vec<_>>().join(" "))
    };
    assert_eq!(says("Apache-2.0 OR MIT").as_deref(), Some("MIT"));
    assert_eq!(says("Apache-2.0/GPL-3.0").as_deref(), Some("Apache-2.0"));
    assert_eq!(says("(MIT OR Apache-2.0) AND Unicode-3.0").as_deref(), Some("MIT Unicode-3.0"));
    assert_eq!(says("MIT AND GPL-3.0"), None);
    assert_eq!(says("GPL-3.0"), None);
}

#[test]
fn licences_sources_and_bans_hold() {
    let (metadata, deny) = (metadata(), deny());
    let allowed = texts(&deny["licenses"]["allow"], "allow");
    let banned = texts(&deny["bans"]["deny"], "crate");
    let registries = texts(&deny["sources"]["allow-registry"], "allow-registry");
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 200, "{}", packages.len());
    let mut wrong = Vec::new();
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or("none");
        if chosen(licence, &allowed).is_none() {
            wrong.push(format!("{name}: {licence}"));
        }
        let source = package["source"].as_str().unwrap().trim_start_matches("registry+");
        if !registries.contains(source) {
            wrong.push(format!("{name} comes from {source}"));
        }
        if banned.contains(name) {
            wrong.push(format!("{name} is not wanted"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is in the binary: reached by dependencies of its own, not of its tests or builds.
fn built_in(metadata: &Value) -> Vec<&Value> {
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let first = metadata["resolve"]["root"].as_str().unwrap();
    let (mut seen, mut next) = (BTreeSet::new(), vec![first]);
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        for needs in nodes[id]["deps"].as_array().unwrap() {
            let mut kinds = needs["dep_kinds"].as_array().unwrap().iter();
            if kinds.any(|kind| kind["kind"].is_null()) {
                next.push(needs["pkg"].as_str().unwrap());
            }
        }
    }
    let mut packages: Vec<&Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| {
            seen.contains(package["id"].as_str().unwrap()) && !package["source"].is_null()
        })
        .collect();
    packages.sort_by_key(|package| (package["name"].as_str(), package["version"].as_str()));
    packages
}

/// The texts that a package brings for the licences that are kept.
fn licence_texts(package: &Value, kept: &BTreeSet<String>) -> Vec<String> {
    let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().to_uppercase();
            let words = ["LICENSE", "LICENCE", "COPYING", "UNLICENSE", "NOTICE", "COPYRIGHT"];
            path.is_file() && words.iter().any(|word| name.starts_with(word))
        })
        .collect();
    files.sort();
    let named = |path: &PathBuf, licence: &str| {
        let short = licence.split('-').next().unwrap().to_uppercase();
        path.file_name().unwrap().to_string_lossy().to_uppercase().contains(&short)
    };
    let mut chosen: Vec<&PathBuf> =
        files.iter().filter(|path| kept.iter().any(|licence| named(path, licence))).collect();
    if chosen.is_empty() {
        chosen = files.iter().collect();
    }
    chosen
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .map(|bytes| {
            let text = String::from_utf8_lossy(&bytes).replace('\r', "");
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            lines.join("\n").trim().to_owned()
        })
        .collect()
}

fn notices(metadata: &Value) -> String {
    let deny = deny();
    let allowed = texts(&deny["licenses"]["allow"], "allow");
    let mut list = String::new();
    let mut by_text: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for package in built_in(metadata) {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let kept = chosen(text("license"), &allowed).unwrap_or_default();
        let shown: Vec<&str> = kept.iter().map(String::as_str).collect();
        list.push_str(&format!(
            "{} {} ({}) {}\n",
            text("name"),
            text("version"),
            shown.join(" AND "),
            text("repository")
        ));
        for text in licence_texts(package, &kept) {
            by_text.entry(text).or_default().push(package["name"].as_str().unwrap());
        }
    }
    let mut out = format!(
        "What is built into wavedeck besides its own code, and under which licence.\n\n{list}"
    );
    let rule = "-".repeat(80);
    for (text, names) in by_text {
        out.push_str(&format!("\n{rule}\n{}\n\n{text}\n", names.join(", ")));
    }
    out
}

/// `WAVEDECK_NOTICES=write cargo test supply` writes the file anew.
#[test]
fn the_notices_name_all_that_is_built_in() {
    let file = root().join("LICENSE-THIRD-PARTY");
    let told = notices(&metadata());
    if std::env::var_os("WAVEDECK_NOTICES").is_some() {
        fs::write(&file, &told).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let differs = told.lines().zip(kept.lines()).find(|(told, kept)| told != kept);
    assert!(
        told == kept,
        "LICENSE-THIRD-PARTY is not what is built in; WAVEDECK_NOTICES=write cargo test supply \
         writes it anew: {differs:?}"
    );
}
