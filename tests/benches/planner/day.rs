//! A real day in a made-up building: how far the product's walks are, against the cut of
//! neighbouring shipments walked in their walking order (by code, and up one aisle and down the
//! next), and against S-shape on the same batches.
//! The folder has order lines as CSV: InvoiceNo, StockCode, Description, Quantity and so on.

use crate::figure;
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;
use wavedeck::domain::layout::BinSpot;
use wavedeck::planner::derive::{Measures, derive};
use wavedeck::planner::pattern::Pattern;
use wavedeck::planner::site::Site;
use wavedeck::planner::trips::{Floor, Kind, Load, Policy, Trip, Trolley, trips};
use wavedeck::planner::walks::rules::walk;

const AISLES: i64 = 20;
const CELLS: i64 = 100;
const TROLLEY: Trolley = Trolley { totes: 8, volume_ml: i64::MAX, weight_g: i64::MAX };

/// Two thousand bins on both sides of twenty aisles. Their walking order is that of their codes, or
/// it turns: up one aisle and down the next.
fn house(turns: bool) -> (Site, Vec<BinSpot>) {
    let codes: Vec<(i64, String)> = (0..AISLES * CELLS)
        .map(|n| (n, format!("{:02}-{:03}", n / CELLS + 1, n % CELLS + 1)))
        .collect();
    let by = Measures { facing: true, ..Measures::default() };
    let derived = derive(&codes, &Pattern::parse("{aisle}-{cell}").unwrap(), &by);
    let seq = |bin: i64| {
        let (aisle, cell) = (bin / CELLS, bin % CELLS);
        let along = if turns && aisle % 2 == 1 { CELLS - 1 - cell } else { cell };
        i32::try_from(aisle * CELLS + along).unwrap()
    };
    let spots = derived.bins.into_iter().map(|placed| BinSpot {
        bin: placed.bin,
        code: String::new(),
        area: placed.area,
        aisle: placed.aisle,
        position_mm: Some(placed.position_mm),
        seq: seq(placed.bin),
    });
    (Site::new(&derived.areas).unwrap(), spots.collect())
}

/// What was really ordered that day; each article in a bin of its own as far as there are bins.
fn loads(path: &Path, rng: &mut Rng) -> Vec<Load> {
    let mut bins: Vec<i64> = (0..AISLES * CELLS).collect();
    rng.shuffle(&mut bins);
    let (mut bin_of, mut orders) = (BTreeMap::new(), BTreeMap::<String, Vec<(i64, i64)>>::new());
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let quantity: i64 = row[3].parse().unwrap_or(0);
        let goods =
            row[0].bytes().all(|b| b.is_ascii_digit()) && row[1].starts_with(char::is_numeric);
        if quantity > 0 && goods {
            let next = bins[bin_of.len() % bins.len()];
            let bin = *bin_of.entry(row[1].to_owned()).or_insert(next);
            orders.entry(row[0].to_owned()).or_default().push((bin, quantity));
        }
    }
    (0..)
        .zip(orders.into_values())
        .map(|(shipment, lines)| {
            let bins: BTreeSet<i64> = lines.iter().map(|(bin, _)| *bin).collect();
            Load {
                shipment,
                units: lines.iter().map(|(_, units)| units).sum(),
                only: bins.first().copied().filter(|_| bins.len() == 1),
                bins: bins.into_iter().collect(),
                ..Load::default()
            }
        })
        .collect()
}

/// The cut of neighbours: by first and last bin, as many as the trolley has totes.
fn neighbours(mut loads: Vec<Load>, bins: &[BinSpot]) -> Vec<Vec<Load>> {
    let ends = |load: &Load| {
        let seqs: Vec<i32> = load.bins.iter().map(|bin| bins[*bin as usize].seq).collect();
        (seqs.iter().min().copied(), seqs.iter().max().copied(), load.shipment)
    };
    loads.sort_by_key(ends);
    loads.chunks(TROLLEY.totes as usize).map(<[Load]>::to_vec).collect()
}

/// How long the walks of a large wave take to plan, with the budget that a release has.
pub fn large() {
    let (site, bins) = house(true);
    for (orders, name) in [(667, "plan_ms_2k_lines"), (6_667, "plan_ms_20k_lines")] {
        let mut rng = Rng::with_seed(18);
        let mut bin = || rng.i64(0..AISLES * CELLS);
        let loads: Vec<Load> = (0..orders)
            .map(|shipment| Load {
                shipment,
                units: 3,
                bins: BTreeSet::from([bin(), bin(), bin()]).into_iter().collect(),
                ..Load::default()
            })
            .collect();
        let since = Instant::now();
        let span = wavedeck::limits::PLAN_BUDGET.as_secs_f64();
        let mut budget = || since.elapsed().as_secs_f64() / span;
        let policy = Policy::Shortest;
        let floor = Floor { site: Some(&site), bins: &bins, trolley: TROLLEY, policy, seed: 18 };
        let planned = trips(loads, floor, &mut budget);
        figure(name, since.elapsed().as_secs_f64() * 1000.0, "ms");
        let metres: i64 = planned.iter().filter_map(|trip| trip.walk_mm).sum();
        figure(&name.replace("_ms_", "_metres_"), metres as f64 / 1000.0, "m");
    }
}

fn in_order(site: &Site, mut stops: Vec<BinSpot>) -> i64 {
    stops.sort_by_key(|bin| bin.seq);
    site.draw(&[], &stops)[0].walk_mm.unwrap()
}

fn s_shape(site: &Site, stops: &[BinSpot]) -> i64 {
    let stops: Vec<_> = stops.iter().map(|bin| site.stop(bin).unwrap().1).collect();
    walk(site.sweep(0), &stops, Policy::SShape).unwrap().unwrap().length_mm
}

pub fn run(folder: &Path, seconds: f64) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "csv"))
        .collect();
    files.sort();
    let (site, bins) = house(true);
    let (_, by_code) = house(false);
    let (mut cut, mut turning, mut ours, mut shaped, mut walks) = (0, 0, 0, 0, 0);
    for path in files {
        // What is picked in total walks alike in both: left out.
        let loads: Vec<Load> = loads(&path, &mut Rng::with_seed(17))
            .into_iter()
            .filter(|l| l.bins.len() > 1)
            .collect();
        let spots = |of: &BTreeSet<i64>| -> Vec<BinSpot> {
            of.iter().map(|bin| bins[*bin as usize].clone()).collect()
        };
        for (bins, metres) in [(&by_code, &mut cut), (&bins, &mut turning)] {
            for batch in neighbours(loads.clone(), bins) {
                let of: BTreeSet<i64> = batch.into_iter().flat_map(|load| load.bins).collect();
                let stops = of.iter().map(|bin| bins[*bin as usize].clone()).collect();
                *metres += in_order(&site, stops);
            }
        }
        let since = Instant::now();
        let mut budget = || since.elapsed().as_secs_f64() / seconds;
        let floor = Floor {
            site: Some(&site),
            bins: &bins,
            trolley: TROLLEY,
            policy: Policy::Shortest,
            seed: 17,
        };
        let planned: Vec<Trip> = trips(loads, floor, &mut budget);
        assert!(planned.iter().all(|trip| trip.kind == Kind::Orders));
        walks += planned.len();
        for trip in planned {
            let of: BTreeSet<i64> = trip.stops.iter().map(|(bin, _)| *bin).collect();
            shaped += s_shape(&site, &spots(&of));
            ours += trip.walk_mm.unwrap();
        }
    }
    figure("day_metres", ours as f64 / 1000.0, "m");
    figure("day_trips", walks as f64, "trips");
    figure("day_metres_ratio", ours as f64 / cut as f64, "of the cut of neighbours");
    figure("day_metres_ratio_turning", ours as f64 / turning as f64, "of the same, turning");
    figure("day_metres_ratio_s_shape", ours as f64 / shaped as f64, "of S-shape");
}
