//! Batches against the best that is known: how much longer their walks are.

use crate::data::{building, rows, stop};
use crate::{data, figure, mean};
use serde_json::Value;
use std::path::Path;
use std::time::Instant;
use wavedeck::planner::batch::batching::{Options, Order, Trolley, plan};
use wavedeck::planner::batch::grid::Grid;
use wavedeck::planner::walks::layout::Stop;

pub fn run(path: &Path, name: &str, seconds: f64) {
    let gaps: Vec<f64> = rows(path).iter().map(|row| gap(row, seconds)).collect();
    figure(&format!("{name}_gap_pct"), mean(&gaps), "%");
    figure(&format!("{name}_gap_pct_worst"), gaps.iter().copied().fold(0.0, f64::max), "%");
    let exact = gaps.iter().filter(|gap| **gap == 0.0).count();
    figure(&format!("{name}_exact"), exact as f64 / gaps.len() as f64, "share");
}

/// In per cent; a proven value cannot be beaten.
fn gap(row: &Value, seconds: f64) -> f64 {
    let (layout, heights) = building(row, &row["layout"]["cross_aisles"]);
    let orders: Vec<Order<Stop>> = row["orders"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(n, lines)| {
            let lines = lines.as_array().unwrap();
            let units: i64 = lines.iter().map(|line| line[3].as_i64().unwrap()).sum();
            Order {
                stops: lines.iter().map(|line| stop(line, &heights)).collect(),
                load: [row["loads"][n].as_i64().unwrap_or(units), 0, 0],
                priority: 0,
            }
        })
        .collect();
    let trolley = Trolley {
        capacity: [row["capacity"].as_i64().unwrap(), i64::MAX, i64::MAX],
        most_orders: None,
    };
    let mut grid = Grid::new(&layout, orders.iter().flat_map(|order| order.stops.iter().copied()));
    let since = Instant::now();
    let mut budget = || since.elapsed().as_secs_f64() / seconds;
    let found = plan(&orders, &trolley, Options::default(), &mut grid, &mut budget).unwrap();
    let best = data::mm(&row["best_known"]);
    assert!(found.too_large.is_empty());
    assert!(found.total_mm >= best || row["proven"] != true, "{}: below a proven one", row["name"]);
    (found.total_mm - best) as f64 * 100.0 / best as f64
}
