//! Single walks: how many are as long as the published optimum, and how long one takes.

use crate::data::{building, mm, rows, stop};
use crate::figure;
use serde_json::Value;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use wavedeck::planner::walks::layout::Stop;
use wavedeck::planner::walks::sweep::{Scratch, Sweep};
use wavedeck::planner::walks::walk::{Walk, order_mm};

struct Case {
    sweep: Sweep,
    stops: Vec<Stop>,
    best: i64,
}

fn case(row: &Value, of: &Value) -> Case {
    let (layout, heights) = building(row, &of["cross_aisles"]);
    let stops = row["stops"].as_array().unwrap().iter().map(|s| stop(s, &heights)).collect();
    Case { sweep: Sweep::new(&layout), stops, best: 0 }
}

pub fn run(path: &Path) {
    let rows = rows(path);
    let one = |row: &Value| Case { best: mm(&row["best_known"]), ..case(row, &row["layout"]) };
    let two = |row: &Value| {
        let of = &row["two_block"];
        Case { best: mm(&of["best_known"]), ..case(row, of) }
    };
    let (one, two): (Vec<Case>, Vec<Case>) = rows.iter().map(|row| (one(row), two(row))).unzip();
    let exact = one.iter().chain(&two).filter(|case| is_exact(case)).count();
    figure("sprp_exact", exact as f64 / (one.len() + two.len()) as f64, "share");
    figure("sprp_us", micros(&one, Some(10)), "us");
    figure("sprp_us_two_blocks", micros(&two, None), "us");
    figure("sprp_order_us", order_micros(&one), "us");
}

/// The length, and that of the stops in the order in which they are met.
fn is_exact(case: &Case) -> bool {
    let length = case.sweep.stops_mm(&case.stops, &mut Scratch::default()).unwrap();
    let walk = Walk::shortest(&case.sweep, &case.stops).unwrap().unwrap();
    let along = order_mm(case.sweep.layout(), &case.stops, &walk.order());
    length == Some(case.best) && along == length && walk.length_mm == case.best
}

fn micros(cases: &[Case], aisles: Option<usize>) -> f64 {
    let mut scratch = Scratch::default();
    let cases: Vec<&Case> = cases
        .iter()
        .filter(|case| aisles.is_none_or(|n| case.sweep.layout().aisles() == n))
        .collect();
    let rounds = 20_000 / cases.len() + 1;
    let round = |scratch: &mut Scratch| {
        let begin = Instant::now();
        for _ in 0..rounds {
            for case in &cases {
                black_box(case.sweep.stops_mm(black_box(&case.stops), scratch).unwrap());
            }
        }
        begin.elapsed().as_secs_f64() * 1e6 / (rounds * cases.len()) as f64
    };
    let mut each: Vec<f64> = (0..5).map(|_| round(&mut scratch)).collect();
    each.sort_by(f64::total_cmp);
    each[2]
}

fn order_micros(cases: &[Case]) -> f64 {
    let begin = Instant::now();
    for case in cases {
        black_box(Walk::shortest(&case.sweep, black_box(&case.stops)).unwrap());
    }
    begin.elapsed().as_secs_f64() * 1e6 / cases.len() as f64
}
