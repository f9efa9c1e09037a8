//! How a shift would end: the shipments that each truck waits for, worked off by so many people at
//! the pace that they have. Nothing is decided or written by it.

/// Shipments that go with one cut-off, by where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// Seconds from now; what has passed comes first and is below zero.
    pub at_s: i64,
    /// Not on the floor yet.
    pub ready: i64,
    /// On a walk, or about to be.
    pub picking: i64,
    /// Picked, not packed.
    pub packing: i64,
}

/// Shipments that one person picks, and packs, in an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    pub picked: f64,
    pub packed: f64,
}

/// Who works at what, and in how many seconds what is ready goes to the floor; `None`: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub pickers: i64,
    pub packers: i64,
    pub release_s: Option<i64>,
}

/// In how many seconds the last shipment of each cut-off is packed, in the order of `due`; `None`:
/// not by these people. The nearest cut-off is picked and packed first, what is picked is packed
/// beside it, and what nobody will ever bring keeps no bench busy.
pub fn forecast(due: &[Due], pace: Pace, plan: Plan) -> Vec<Option<i64>> {
    let mut order: Vec<usize> = (0..due.len()).collect();
    order.sort_by_key(|n| due[*n].at_s);
    let picked = picked_at(due, &order, rate(plan.pickers, pace.picked), plan.release_s);
    let packs = rate(plan.packers, pace.packed);
    let mut ends = vec![None; due.len()];
    let mut busy_until = 0.0_f64;
    for n in order {
        let Due { ready, picking, packing, .. } = due[n];
        let (units, to_pick) = ((ready + picking + packing) as f64, ready + picking > 0);
        // The bench has its hands full, or waits for the last one that is picked.
        let last = if to_pick { picked[n] + 1.0 / packs } else { 0.0 };
        let end = if units > 0.0 { (busy_until + units / packs).max(last) } else { busy_until };
        if end.is_finite() {
            busy_until = end;
            // What is exact is not rounded up for the sake of a millionth.
            ends[n] = Some((end - 1e-6).ceil() as i64);
        }
    }
    ends
}

/// In how many seconds a zone's lines are picked by so many people, each at this pace an hour;
/// `None`: never.
pub fn walks_end(lines: i64, people: i64, each: f64) -> Option<i64> {
    let end = lines.max(0) as f64 / rate(people, each);
    if lines <= 0 { Some(0) } else { end.is_finite().then_some((end - 1e-6).ceil() as i64) }
}

/// Shipments a second.
fn rate(people: i64, each: f64) -> f64 {
    people.max(0) as f64 * each.max(0.0) / 3600.0
}

/// When the last shipment of each cut-off lies in its tote; zero where nothing is to be picked.
fn picked_at(due: &[Due], order: &[usize], rate: f64, release_s: Option<i64>) -> Vec<f64> {
    let release = release_s.map_or(f64::INFINITY, |s| s.max(0) as f64);
    let mut at = vec![0.0; due.len()];
    let mut out: Vec<f64> = due.iter().map(|d| d.picking as f64).collect();
    let mut now = 0.0;
    if rate > 0.0 {
        for n in order {
            let worked = out[*n].min((release - now) * rate);
            now += worked / rate;
            out[*n] -= worked;
            if worked > 0.0 {
                at[*n] = now;
            }
        }
    }
    now = release;
    for n in order {
        let left = out[*n] + due[*n].ready as f64;
        if left > 0.0 {
            now += left / rate;
            at[*n] = now;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;

    const HOUR: i64 = 3600;
    const PACE: Pace = Pace { picked: 60.0, packed: 30.0 };

    fn plan(pickers: i64, packers: i64) -> Plan {
        Plan { pickers, packers, release_s: Some(0) }
    }

    #[test]
    fn what_is_picked_is_packed_and_the_slower_stage_says_when() {
        let due = [Due { at_s: HOUR, ready: 60, ..Due::default() }];
        // Two pack as fast as one picks: the last is packed a minute after it was picked.
        assert_eq!(forecast(&due, PACE, plan(1, 2)), [Some(HOUR + 60)]);
        assert_eq!(forecast(&due, PACE, plan(1, 1)), [Some(2 * HOUR)]);
        assert_eq!(forecast(&due, PACE, plan(0, 2)), [None]);
        assert_eq!(forecast(&due, PACE, plan(2, 0)), [None]);
        let later = Plan { release_s: Some(HOUR), ..plan(1, 2) };
        assert_eq!(forecast(&due, PACE, later), [Some(2 * HOUR + 60)]);
        let never = Plan { release_s: None, ..plan(1, 2) };
        assert_eq!(forecast(&due, PACE, never), [None]);
    }

    #[test]
    fn the_nearest_cut_off_goes_first_and_what_is_done_ends_now() {
        let due = [
            Due { at_s: 3 * HOUR, picking: 30, ..Due::default() },
            Due { at_s: HOUR, packing: 30, ..Due::default() },
            Due { at_s: -HOUR, ..Due::default() },
        ];
        assert_eq!(forecast(&due, PACE, plan(1, 1)), [Some(2 * HOUR), Some(HOUR), Some(0)]);
        // Nobody needs a picker for what is picked.
        assert_eq!(forecast(&due, PACE, plan(0, 1)), [None, Some(HOUR), Some(0)]);
    }

    #[test]
    fn more_people_end_nothing_later_and_a_later_release_ends_the_day_no_sooner() {
        let mut rng = Rng::with_seed(16);
        for _ in 0..2_000 {
            let due: Vec<Due> = (0..rng.usize(1..6))
                .map(|_| Due {
                    at_s: rng.i64(-HOUR..5 * HOUR),
                    ready: rng.i64(0..50),
                    picking: rng.i64(0..50),
                    packing: rng.i64(0..50),
                })
                .collect();
            let less = Plan {
                pickers: rng.i64(1..5),
                packers: rng.i64(1..5),
                release_s: Some(rng.i64(0..HOUR)),
            };
            let more = Plan {
                pickers: less.pickers + rng.i64(0..2),
                packers: less.packers + rng.i64(0..2),
                ..less
            };
            let (before, after) = (forecast(&due, PACE, less), forecast(&due, PACE, more));
            for (before, after) in before.iter().zip(&after) {
                assert!(
                    after.is_some() && after <= before,
                    "{due:?} {less:?} {more:?}: {before:?} {after:?}"
                );
            }
            // One cut-off may gain by it; the last of all does not.
            let later = Plan { release_s: less.release_s.map(|s| s + rng.i64(0..HOUR)), ..less };
            let last = |ends: &[Option<i64>]| ends.iter().flatten().max().copied();
            assert!(last(&forecast(&due, PACE, later)) >= last(&before), "{due:?} {less:?}");
        }
    }
}
