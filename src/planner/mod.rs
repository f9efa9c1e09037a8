//! Shipments into trips: who walks with whom. Pure; the store applies it.

/// A reserved shipment as the planner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub shipment: i64,
    pub priority: i32,
    /// Walking order of its first and last bin.
    pub first: i32,
    pub last: i32,
}

/// Cuts trips of at most `totes` shipments. The urgent walk first; within a priority, neighbours walk together.
pub fn trips(mut loads: Vec<Load>, totes: usize) -> Vec<Vec<i64>> {
    loads.sort_by_key(|load| (std::cmp::Reverse(load.priority), load.first, load.last, load.shipment));
    loads.chunks(totes.max(1)).map(|trip| trip.iter().map(|load| load.shipment).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn load(shipment: i64, priority: i32, first: i32) -> Load {
        Load { shipment, priority, first, last: first }
    }

    #[test]
    fn neighbours_walk_together_and_the_urgent_first() {
        let got = trips(vec![load(1, 0, 90), load(2, 0, 10), load(3, 0, 95), load(4, 0, 12), load(5, 9, 50)], 2);
        assert_eq!(got, vec![vec![5, 2], vec![4, 1], vec![3]]);
    }

    proptest! {
        #[test]
        fn every_shipment_walks_once_and_no_trolley_is_overfull(
            loads in prop::collection::vec((0..5i32, 0..100i32), 0..200), totes in 1..12usize,
        ) {
            let loads: Vec<Load> = loads.iter().enumerate().map(|(n, (p, f))| load(n as i64, *p, *f)).collect();
            let got = trips(loads.clone(), totes);
            let mut all: Vec<i64> = got.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..loads.len() as i64).collect::<Vec<_>>());
            prop_assert!(got.iter().all(|trip| !trip.is_empty() && trip.len() <= totes));
        }
    }
}
