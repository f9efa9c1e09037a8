//! The planner on published instances and on a real wholesaler's days:
//! `cargo bench --bench planner -- FOLDER [DAYS_FOLDER] [SECONDS]`. FOLDER has the instances as
//! JSON lines, see `data`; DAYS_FOLDER order lines as CSV, see `day`. One thread; a search has
//! SECONDS (1) for each instance.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod batches;
mod data;
mod day;
mod walks;
mod waves;

use std::path::{Path, PathBuf};

fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.4} {unit}");
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / of.len().max(1) as f64
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let Some(folder) = args.first().map(PathBuf::from) else {
        println!("cargo bench --bench planner -- FOLDER [DAYS_FOLDER] [SECONDS]");
        return;
    };
    let days = args.get(1).map(PathBuf::from);
    let seconds = args.get(2).and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let there = |name: &str| folder.join(name).is_file();
    if there("sprp.jsonl") {
        walks::run(&folder.join("sprp.jsonl"));
    }
    day::large();
    if let Some(days) = days.filter(|days| Path::new(days).is_dir()) {
        day::run(&days, seconds);
    }
    for (family, name) in [
        ("henn_waescher", "hw"),
        ("muter_oncan", "mo"),
        ("bahceci_oncan", "bo"),
        ("foodmart", "foodmart"),
    ] {
        if there(&format!("{family}.jsonl")) {
            batches::run(&folder.join(format!("{family}.jsonl")), name, seconds);
        }
    }
    waves::run(&folder, seconds);
}
