//! A wave's shipments into walks: who walks with whom, and where each walk goes.

use super::batch::batching::{self, Options, Order, plan};
use super::ground::{Ground, NO_WALK_MM};
use super::site::Site;
pub use super::walks::rules::Policy;
use crate::domain::layout::BinSpot;
use crate::limits;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A planned shipment as the planner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load {
    pub shipment: i64,
    pub priority: i32,
    /// Units of all its lines.
    pub units: i64,
    pub volume_ml: i64,
    pub weight_g: i64,
    /// Its only item, if it has but one.
    pub only: Option<i64>,
    /// Where its goods lie, by the places of the bins.
    pub bins: Vec<i64>,
}

impl Load {
    /// Was it put before others?
    fn is_urgent(&self) -> bool {
        self.priority > 0
    }
}

/// What one person takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trolley {
    pub totes: i64,
    /// `i64::MAX` where nobody said, here as below.
    pub volume_ml: i64,
    pub weight_g: i64,
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

/// Shipments that one person picks on one walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    pub kind: Kind,
    /// By their ids, each with how much shorter the walk would be without it.
    pub shipments: Vec<(i64, Option<i64>)>,
    /// How long the walk is; `None` where nobody knows where the bins lie.
    pub walk_mm: Option<i64>,
    /// Which of the walk's stops each bin is, from 1.
    pub stops: Vec<(i64, i32)>,
}

/// What a wave's shipments are planned with.
#[derive(Debug, Clone, Copy)]
pub struct Floor<'a> {
    pub site: Option<&'a Site>,
    /// Every bin that a load names.
    pub bins: &'a [BinSpot],
    pub trolley: Trolley,
    /// How walks take their aisles. Who walks with whom is found by the shortest ones.
    pub policy: Policy,
    /// The same seed and number of moves give the same plan.
    pub seed: u64,
}

/// An item and how many units of it: what shipments have in common that are alike.
type Alike = (i64, i64);

/// Cuts trips. Many shipments of the same one thing are one walk; so are single units if there are
/// enough of them; the rest walk with at most as many shipments as the trolley has totes, so that
/// all walks together are short. The urgent walk by themselves, and first. A shipment that no
/// trolley carries walks alone. `budget` says which share of the time is spent; 1 is stop.
pub fn trips(loads: Vec<Load>, floor: Floor<'_>, budget: &mut dyn FnMut() -> f64) -> Vec<Trip> {
    let site = floor.site.filter(|site| floor.bins.iter().all(|bin| site.stop(bin).is_some()));
    let floor = Floor { site, ..floor };
    let groups: Vec<(Kind, Vec<Load>)> = by_way(loads)
        .into_iter()
        .flat_map(|((kind, ..), loads)| {
            neighbours(loads, &floor).into_iter().map(move |part| (kind, part))
        })
        .collect();
    let all = groups.iter().map(|(_, loads)| loads.len()).sum::<usize>().max(1) as f64;
    let (mut trips, mut done) = (Vec::new(), 0.0);
    for (kind, loads) in groups {
        let (before, share) = (done / all, loads.len() as f64 / all);
        done += loads.len() as f64;
        let mut part = || ((budget() - before) / share).clamp(0.0, 1.0);
        trips.extend(walks(kind, &loads, &floor, &mut part));
    }
    trips
}

/// How shipments are picked, and whether they are urgent; those of a hot item by what they have in
/// common.
type Way = (Kind, Reverse<bool>, Option<Alike>);

fn by_way(loads: Vec<Load>) -> BTreeMap<Way, Vec<Load>> {
    let mut alike: BTreeMap<(bool, Alike), usize> = BTreeMap::new();
    for load in &loads {
        if let Some(item) = load.only {
            *alike.entry((load.is_urgent(), (item, load.units))).or_default() += 1;
        }
    }
    let hot = |load: &Load| {
        let many =
            |item: &i64| alike[&(load.is_urgent(), (*item, load.units))] >= limits::HOT_SHIPMENTS;
        load.only.filter(many)
    };
    let singles = |urgent: bool| {
        let single =
            |load: &&Load| load.units == 1 && load.is_urgent() == urgent && hot(load).is_none();
        loads.iter().filter(single).count() >= limits::SINGLES_SHIPMENTS
    };
    let in_total = [singles(false), singles(true)];
    let mut ways: BTreeMap<Way, Vec<Load>> = BTreeMap::new();
    for load in &loads {
        let urgent = load.is_urgent();
        let (kind, of) = match hot(load) {
            Some(item) => (Kind::Hot, Some((item, load.units))),
            None if load.units == 1 && in_total[usize::from(urgent)] => (Kind::Singles, None),
            None => (Kind::Orders, None),
        };
        ways.entry((kind, Reverse(urgent), of)).or_default().push(load.clone());
    }
    ways
}

/// No more at once than a search puts in order within its time; neighbours stay together.
fn neighbours(mut loads: Vec<Load>, floor: &Floor<'_>) -> Vec<Vec<Load>> {
    let seq: BTreeMap<i64, i32> = floor.bins.iter().map(|bin| (bin.bin, bin.seq)).collect();
    loads.sort_by_cached_key(|load| {
        let mut at: Vec<i32> = load.bins.iter().filter_map(|bin| seq.get(bin).copied()).collect();
        at.sort_unstable();
        (at.get(at.len() / 2).copied(), at.first().copied(), load.shipment)
    });
    let parts = loads.len().div_ceil(limits::BATCHED_TOGETHER).max(1);
    let size = loads.len().div_ceil(parts).max(1);
    loads.chunks(size).map(<[Load]>::to_vec).collect()
}

fn walks(
    kind: Kind,
    loads: &[Load],
    floor: &Floor<'_>,
    budget: &mut dyn FnMut() -> f64,
) -> Vec<Trip> {
    let named: BTreeSet<i64> = loads.iter().flat_map(|load| load.bins.iter().copied()).collect();
    let bins: Vec<BinSpot> =
        floor.bins.iter().filter(|bin| named.contains(&bin.bin)).cloned().collect();
    let mut ground = Ground::new(floor.site, &bins);
    let most = match kind {
        Kind::Orders => floor.trolley.totes.max(1),
        Kind::Singles => limits::SINGLES_TRIP as i64,
        Kind::Hot => limits::HOT_TRIP as i64,
    };
    let orders: Vec<Order<i64>> = loads.iter().map(order).collect();
    let trolley = batching::Trolley {
        capacity: [most, floor.trolley.volume_ml, floor.trolley.weight_g],
        most_orders: None,
    };
    let batches = match kind {
        Kind::Hot => in_turn(&orders, &trolley),
        _ => together(&orders, &trolley, floor.seed, &mut ground, budget),
    };
    let mut trips: Vec<Trip> = batches
        .into_iter()
        .map(|batch| {
            let of: Vec<&Load> = batch.iter().map(|n| &loads[*n]).collect();
            trip(kind, &of, &mut ground, floor.policy)
        })
        .collect();
    trips.sort_by_key(|trip| trip.shipments.first().map(|(id, _)| *id));
    trips
}

/// Those that lie together share a trolley; what none carries goes alone.
fn together(
    orders: &[Order<i64>],
    trolley: &batching::Trolley,
    seed: u64,
    ground: &mut Ground<'_>,
    budget: &mut dyn FnMut() -> f64,
) -> Vec<Vec<usize>> {
    let options = Options { mix_priorities: true, seed };
    let planned = plan(orders, trolley, options, ground, budget);
    // Every bin is on the ground, and no load is negative; whatever else, nothing stays behind.
    let Ok(planned) = planned else { return in_turn(orders, trolley) };
    let batches = planned.batches.into_iter().map(|batch| batch.orders);
    batches.chain(planned.too_large.into_iter().map(|order| vec![order])).collect()
}

/// What is all alike: as many as the trolley carries, one trolley after the other.
fn in_turn(orders: &[Order<i64>], trolley: &batching::Trolley) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut left = [0; 3];
    for (n, order) in orders.iter().enumerate() {
        let fits = order.load.iter().zip(&left).all(|(load, left)| load <= left);
        match batches.last_mut().filter(|_| fits) {
            Some(batch) => batch.push(n),
            None => {
                batches.push(vec![n]);
                left = trolley.capacity;
            }
        }
        for (left, load) in left.iter_mut().zip(&order.load) {
            *left = left.saturating_sub(*load);
        }
    }
    batches
}

fn order(load: &Load) -> Order<i64> {
    Order {
        stops: load.bins.clone(),
        load: [1, load.volume_ml.max(0), load.weight_g.max(0)],
        priority: load.priority,
    }
}

fn trip(kind: Kind, loads: &[&Load], ground: &mut Ground<'_>, policy: Policy) -> Trip {
    let mut shipments: Vec<&Load> = loads.to_vec();
    shipments.sort_by_key(|load| load.shipment);
    let bins: Vec<i64> = loads.iter().flat_map(|load| load.bins.iter().copied()).collect();
    let measured = ground.is_measured();
    let length = ground.set_length(&bins);
    let without = |left: &Load, ground: &mut Ground<'_>| {
        let rest = loads.iter().filter(|load| load.shipment != left.shipment);
        let rest: Vec<i64> = rest.flat_map(|load| load.bins.iter().copied()).collect();
        let shorter = length - ground.set_length(&rest);
        (length < NO_WALK_MM).then_some(shorter)
    };
    let shipments = shipments
        .into_iter()
        .map(|load| (load.shipment, without(load, ground).filter(|_| measured)))
        .collect();
    let (walk_mm, stops) = ground.walk(&bins.into_iter().collect(), policy);
    Trip { kind, shipments, walk_mm, stops }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::derive::{Measures, derive};
    use crate::planner::pattern::Pattern;
    use proptest::prelude::*;

    const TROLLEY: Trolley = Trolley { totes: 4, volume_ml: i64::MAX, weight_g: i64::MAX };

    fn load(shipment: i64, priority: i32, bins: &[i64]) -> Load {
        Load { shipment, priority, units: 2, bins: bins.to_vec(), ..Load::default() }
    }

    fn single(shipment: i64, item: i64) -> Load {
        Load { units: 1, only: Some(item), ..load(shipment, 0, &[1]) }
    }

    /// Bins 0 to 99 in ten aisles of ten cells.
    fn building() -> (Site, Vec<BinSpot>) {
        let codes: Vec<(i64, String)> =
            (0..100).map(|n| (n, format!("{:02}-{:02}", n / 10, n % 10))).collect();
        let pattern = Pattern::parse("{aisle}-{cell}").unwrap();
        let derived = derive(&codes, &pattern, &Measures::default());
        let spot = |placed: crate::planner::derive::Placed| BinSpot {
            bin: placed.bin,
            code: String::new(),
            area: placed.area,
            aisle: placed.aisle,
            position_mm: Some(placed.position_mm),
            seq: i32::try_from(placed.bin).unwrap(),
        };
        (Site::new(&derived.areas).unwrap(), derived.bins.into_iter().map(spot).collect())
    }

    /// So many moves, and then it is over.
    fn moves(most: f64) -> impl FnMut() -> f64 {
        let mut made = 0.0;
        move || {
            made += 1.0;
            made / most
        }
    }

    fn plan(loads: Vec<Load>, site: Option<&Site>, trolley: Trolley) -> Vec<Trip> {
        let (_, bins) = building();
        trips(
            loads,
            Floor { site, bins: &bins, trolley, policy: Policy::Shortest, seed: 7 },
            &mut moves(300.0),
        )
    }

    fn shipments(trip: &Trip) -> Vec<i64> {
        trip.shipments.iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn neighbours_walk_together_and_the_urgent_by_themselves() {
        let loads = [(1, 0, 90), (2, 0, 10), (3, 0, 95), (4, 0, 12), (5, 9, 50)];
        let loads: Vec<Load> = loads.iter().map(|(id, p, bin)| load(*id, *p, &[*bin])).collect();
        for site in [None, Some(&building().0)] {
            let got = plan(loads.clone(), site, Trolley { totes: 2, ..TROLLEY });
            let walks: Vec<Vec<i64>> = got.iter().map(shipments).collect();
            assert_eq!(walks, [vec![5], vec![1, 3], vec![2, 4]]);
            assert_eq!(got.iter().all(|trip| trip.walk_mm.is_some()), site.is_some());
        }
    }

    #[test]
    fn enough_singles_are_picked_in_total_and_a_hot_item_by_itself() {
        let (hot, singles) = (limits::HOT_SHIPMENTS as i64, limits::SINGLES_SHIPMENTS as i64);
        let mut loads: Vec<Load> = (0..hot).map(|n| single(n, 7)).collect();
        loads.extend((0..singles).map(|n| single(hot + n, 100 + n)));
        loads.push(load(999, 0, &[1]));
        let got = plan(loads.clone(), None, Trolley { totes: 8, ..TROLLEY });
        assert_eq!(
            got.iter().map(|t| (t.kind, t.shipments.len() as i64)).collect::<Vec<_>>(),
            [(Kind::Orders, 1), (Kind::Singles, singles), (Kind::Hot, hot)]
        );
        // One single fewer: a tote each, as ever.
        loads.remove(hot as usize);
        let got = plan(loads, None, Trolley { totes: 8, ..TROLLEY });
        assert_eq!(got.iter().filter(|t| t.kind == Kind::Singles).count(), 0);
    }

    #[test]
    fn a_price_is_what_the_walk_would_save_without_the_shipment() {
        let (site, _) = building();
        // The first lies on the way to the second; the third is nine aisles away.
        let got =
            plan(vec![load(1, 0, &[2]), load(2, 0, &[5]), load(3, 0, &[95])], Some(&site), TROLLEY);
        let [trip] = got.as_slice() else { panic!("{got:?}") };
        assert_eq!(trip.walk_mm, Some(2 * 11_000 + 2 * 36_000));
        assert_eq!(trip.shipments, [(1, Some(0)), (2, Some(4_000)), (3, Some(82_000))]);
        assert_eq!(trip.stops, [(2, 1), (5, 2), (95, 3)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_shipment_walks_once_and_no_trolley_is_overfull(
            said in prop::collection::vec(
                (0..3i32, prop::collection::vec(0..100i64, 1..4), 1..4i64, 0..900i64,
                 prop::option::of(0..4i64)), 0..80
            ),
            totes in 1..8i64,
            measured in any::<bool>(),
        ) {
            let said = (0..).zip(&said);
            let loads: Vec<Load> = said.map(|(n, (p, bins, units, weight_g, only))| Load {
                units: *units, weight_g: *weight_g, only: *only, ..load(n, *p, bins)
            }).collect();
            let trolley = Trolley { totes, weight_g: 700, ..TROLLEY };
            let (site, _) = building();
            let site = Some(&site).filter(|_| measured);
            let got = plan(loads.clone(), site, trolley);
            prop_assert_eq!(&got, &plan(loads.clone(), site, trolley), "the same seed");
            let mut all: Vec<i64> = got.iter().flat_map(shipments).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..loads.len() as i64).collect::<Vec<_>>());
            for trip in &got {
                let of: Vec<&Load> =
                    trip.shipments.iter().map(|(id, _)| &loads[*id as usize]).collect();
                let weight: i64 = of.iter().map(|load| load.weight_g).sum();
                prop_assert!(weight <= 700 || of.len() == 1);
                prop_assert!(trip.kind != Kind::Orders || of.len() as i64 <= totes);
                prop_assert!(of.iter().all(|load| (load.priority > 0) == (of[0].priority > 0)));
                let alike = of.iter().all(|l| match trip.kind {
                    Kind::Hot => (l.only, l.units) == (of[0].only, of[0].units),
                    Kind::Singles => l.units == 1,
                    Kind::Orders => true,
                });
                prop_assert!(alike);
                let bins: BTreeSet<i64> = of.iter().flat_map(|l| l.bins.clone()).collect();
                let stops: BTreeSet<i64> = trip.stops.iter().map(|(bin, _)| *bin).collect();
                prop_assert_eq!(stops, bins);
            }
        }
    }
}
