//! Shipments into trips: who by_way with whom, and what is picked in total; and how a shift would
//! end. Pure; the store applies it.

pub mod forecast;

use crate::limits;
use std::collections::BTreeMap;

/// A reserved shipment as the planner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub shipment: i64,
    pub priority: i32,
    /// Units of all its lines.
    pub units: i64,
    /// Its only item, if it has but one.
    pub only: Option<i64>,
    /// Walking order of its first and last bin.
    pub first: i32,
    pub last: i32,
}

/// How a trip is picked: a tote a shipment; or in total, with the bench finding each shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Orders,
    Singles,
    Hot,
}

impl Kind {
    /// As the database keeps it with the trip.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Orders => "orders",
            Kind::Singles => "singles",
            Kind::Hot => "hot",
        }
    }
}

/// Shipments that one person picks on one walk, the most urgent first; by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    pub kind: Kind,
    pub shipments: Vec<i64>,
}

/// An item and how many units of it: what shipments have in common that are alike.
type Alike = (i64, i64);

/// Cuts trips. Many shipments of the same one thing are one walk; so are single units if there are
/// enough of them; the rest by_way with at most `totes` shipments a trolley. The urgent first;
/// within a priority, neighbours walk together.
pub fn trips(loads: Vec<Load>, totes: usize) -> Vec<Trip> {
    let mut alike: BTreeMap<Alike, usize> = BTreeMap::new();
    for load in &loads {
        if let Some(item) = load.only {
            *alike.entry((item, load.units)).or_default() += 1;
        }
    }
    let hot =
        |load: &Load| load.only.filter(|item| alike[&(*item, load.units)] >= limits::HOT_SHIPMENTS);
    let singles = loads.iter().filter(|load| load.units == 1 && hot(load).is_none()).count()
        >= limits::SINGLES_SHIPMENTS;
    let mut by_way: BTreeMap<(Kind, Option<Alike>), Vec<Load>> = BTreeMap::new();
    for load in loads {
        let way = match hot(&load) {
            Some(item) => (Kind::Hot, Some((item, load.units))),
            None if load.units == 1 && singles => (Kind::Singles, None),
            None => (Kind::Orders, None),
        };
        by_way.entry(way).or_default().push(load);
    }
    by_way.into_iter().flat_map(|((kind, _), loads)| cut(kind, loads, totes)).collect()
}

fn cut(kind: Kind, mut loads: Vec<Load>, totes: usize) -> Vec<Trip> {
    let most = match kind {
        Kind::Orders => totes.max(1),
        Kind::Singles => limits::SINGLES_TRIP,
        Kind::Hot => limits::HOT_TRIP,
    };
    loads.sort_by_key(|load| {
        (std::cmp::Reverse(load.priority), load.first, load.last, load.shipment)
    });
    loads
        .chunks(most)
        .map(|trip| Trip { kind, shipments: trip.iter().map(|load| load.shipment).collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn load(shipment: i64, priority: i32, first: i32) -> Load {
        Load { shipment, priority, units: 2, only: None, first, last: first }
    }

    fn single(shipment: i64, item: i64) -> Load {
        Load { units: 1, only: Some(item), ..load(shipment, 0, 1) }
    }

    #[test]
    fn neighbours_walk_together_and_the_urgent_first() {
        let got = trips(
            vec![load(1, 0, 90), load(2, 0, 10), load(3, 0, 95), load(4, 0, 12), load(5, 9, 50)],
            2,
        );
        let by_way: Vec<Vec<i64>> = got.into_iter().map(|trip| trip.shipments).collect();
        assert_eq!(by_way, vec![vec![5, 2], vec![4, 1], vec![3]]);
    }

    #[test]
    fn enough_singles_are_picked_in_total_and_a_hot_item_by_itself() {
        let (hot, singles) = (limits::HOT_SHIPMENTS as i64, limits::SINGLES_SHIPMENTS as i64);
        let mut loads: Vec<Load> = (0..hot).map(|n| single(n, 7)).collect();
        loads.extend((0..singles).map(|n| single(hot + n, 100 + n)));
        loads.push(load(999, 0, 1));
        let got = trips(loads.clone(), 8);
        assert_eq!(
            got.iter().map(|t| (t.kind, t.shipments.len() as i64)).collect::<Vec<_>>(),
            [(Kind::Orders, 1), (Kind::Singles, singles), (Kind::Hot, hot)]
        );
        // One single fewer: a tote each, as ever.
        loads.remove(hot as usize);
        assert_eq!(trips(loads, 8).iter().filter(|t| t.kind == Kind::Singles).count(), 0);
    }

    proptest! {
        #[test]
        fn every_shipment_walks_once_and_no_trolley_is_overfull(
            loads in prop::collection::vec(
                (0..5i32, 0..100i32, 1..4i64, prop::option::of(0..4i64)), 0..200
            ),
            totes in 1..12usize,
        ) {
            let loads: Vec<Load> = loads
                .iter()
                .enumerate()
                .map(|(n, (p, f, units, only))| Load {
                    units: *units,
                    only: *only,
                    ..load(n as i64, *p, *f)
                })
                .collect();
            let got = trips(loads.clone(), totes);
            let mut all: Vec<i64> = got.iter().flat_map(|trip| trip.shipments.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..loads.len() as i64).collect::<Vec<_>>());
            prop_assert!(got.iter().all(|trip| !trip.shipments.is_empty()
                && (trip.kind != Kind::Orders || trip.shipments.len() <= totes)));
            // What is picked in total: single units, or the same thing for everybody.
            for trip in got.iter().filter(|trip| trip.kind != Kind::Orders) {
                let of: Vec<&Load> = trip.shipments.iter().map(|id| &loads[*id as usize]).collect();
                let alike = of.iter().all(|l| match trip.kind {
                    Kind::Hot => (l.only, l.units) == (of[0].only, of[0].units),
                    _ => l.units == 1,
                });
                prop_assert!(alike);
            }
        }
    }
}
