//! Which orders now: units for each aisle that must be visited, against a contest's best answers.

use crate::{figure, mean};
use serde::Deserialize;
use std::io::BufRead;
use std::path::Path;
use std::time::Instant;
use wavedeck::planner::density::{Backlog, Dense, check, densest};

/// Orders and aisles are lists of `[item, quantity]`.
#[derive(Deserialize)]
struct Instance {
    name: String,
    orders: Vec<Vec<(usize, i64)>>,
    aisles: Vec<Vec<(usize, i64)>>,
    lb: i64,
    ub: i64,
    best_known: f64,
    best_orders: Vec<usize>,
    best_aisles: Vec<usize>,
}

pub fn run(folder: &Path, seconds: f64) {
    let mut shares = Vec::new();
    for family in ["a", "b", "x"] {
        let path = folder.join(format!("waves_{family}.jsonl.gz"));
        let Ok(file) = std::fs::File::open(path) else { continue };
        for line in std::io::BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
            shares.push(share(serde_json::from_str(&line.unwrap()).unwrap(), seconds));
        }
    }
    if !shares.is_empty() {
        figure("waves_pct_of_best", mean(&shares) * 100.0, "%");
        let worst = shares.iter().copied().fold(f64::INFINITY, f64::min);
        figure("waves_pct_of_best_worst", worst * 100.0, "%");
    }
}

fn share(instance: Instance, seconds: f64) -> f64 {
    let Instance { name, orders, aisles, lb, ub, best_known, best_orders, best_aisles } = instance;
    let backlog = Backlog { orders, aisles, least: lb, most: ub };
    let lines = best_orders.iter().flat_map(|order| &backlog.orders[*order]);
    let units = lines.map(|line| line.1).sum();
    let contest = Dense { units, orders: best_orders, aisles: best_aisles };
    assert_eq!(check(&backlog, &contest), Ok(()), "{name}: the contest's own answer");
    let (start, mut moves, mut spent) = (Instant::now(), 0u64, 0.0);
    let found = densest(&backlog, 1, &mut || {
        if moves.is_multiple_of(32) {
            spent = start.elapsed().as_secs_f64() / seconds;
        }
        moves += 1;
        spent
    });
    let found = found.unwrap_or_else(|| panic!("{name}: nothing found"));
    assert_eq!(check(&backlog, &found), Ok(()), "{name}: the answer found");
    found.units as f64 / found.aisles.len() as f64 / best_known
}
