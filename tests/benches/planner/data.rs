//! Reads the instances: one JSON object a line. `layout`: aisles, `pitch` apart, with cells `cell`
//! apart, the first `to_first` behind the front; `cross_aisles` before a cell, `gap` wide; `depot`:
//! `{aisle, end}` or `{to_front}`. Lengths have at most two decimals.

use serde_json::Value;
use std::io::BufRead;
use std::path::Path;
use wavedeck::planner::walks::layout::{Layout, LayoutSpec, Port, Stop};

pub fn rows(path: &Path) -> Vec<Value> {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    file.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

pub fn mm(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 1000.0).round() as i64
}

pub fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// A building, and how far behind the front each of its cells lies.
pub fn building(row: &Value, crosses: &Value) -> (Layout, Vec<i64>) {
    let plan = &row["layout"];
    let mut y = mm(&plan["to_first"]);
    let (mut heights, mut cross_y_mm) = (vec![y], vec![0]);
    for cell in 1..count(&plan["cells"]) {
        let cross = crosses
            .as_array()
            .and_then(|all| all.iter().find(|c| count(&c["before_cell"]) == cell));
        let step = cross.map_or(mm(&plan["cell"]), |c| mm(&c["gap"]));
        if cross.is_some() {
            cross_y_mm.push(y + step / 2);
        }
        y += step;
        heights.push(y);
    }
    cross_y_mm.push(y + mm(&plan["to_first"]));
    let back = cross_y_mm.len() - 1;
    let mut spec = LayoutSpec::even(count(&plan["aisles"]), mm(&plan["pitch"]), cross_y_mm);
    let depot = &row["depot"];
    let port = match depot["to_front"].as_array() {
        Some(ways) => Port::Outside { to_front_mm: ways.iter().map(mm).collect() },
        None => Port::Corner {
            aisle: count(&depot["aisle"]),
            cross: if depot["end"] == "front" { 0 } else { back },
        },
    };
    spec.start = port.clone();
    spec.end = port;
    (Layout::new(spec).unwrap(), heights)
}

/// `[aisle, cell, …]` of that building.
pub fn stop(of: &Value, heights: &[i64]) -> Stop {
    Stop { aisle: count(&of[0]), y_mm: heights[count(&of[1])] }
}
