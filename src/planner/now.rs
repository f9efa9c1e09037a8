//! Which of the ready shipments go now, where a wave takes only so many: what would miss its truck
//! first, then the urgent, then what lies together.

use super::choose::{AisleWalk, Most, Question, Ready, Why, choose};
use std::collections::BTreeMap;

/// A shipment that is ready.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidate {
    pub shipment: i64,
    pub priority: i32,
    /// Seconds until it is to leave; below zero: it is late.
    pub left_s: i64,
    pub lines: i64,
    /// Each of its goods lies somewhere where it may be picked.
    pub pickable: bool,
    /// The aisles that it is picked in.
    pub aisles: Vec<String>,
}

/// What was chosen, and of how many of them why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// By their ids, ascending.
    pub shipments: Vec<i64>,
    /// The next wave would be too late for these.
    pub must_go: i64,
    /// And these were put before others.
    pub urgent: i64,
}

/// A shipment must be on its way so long before its truck leaves.
const LEAD_S: i64 = 15 * 60;
/// The next wave is no later than this.
const NEXT_WAVE_S: i64 = 2 * 3600;
/// What walking to an aisle and along it comes to, where nothing is measured: all cost alike.
const AISLE_MM: i64 = 30_000;
/// What finding, scanning and putting a line costs, in millimetres walked in that time.
const LINE_MM: i64 = 10_000;
/// Moves of the search; the same candidates give the same choice.
const MOVES: f64 = 20_000.0;

/// Chooses so many at most of those that can be picked. They are to be as many as that, however
/// dear the last ones are. Where more would miss their truck than may go, the nearest trucks count.
pub fn go_now(candidates: &[Candidate], most: usize) -> Chosen {
    let mut ready: Vec<&Candidate> = candidates.iter().filter(|c| c.pickable).collect();
    let hurried = ready.iter().filter(|candidate| must_go(candidate)).count();
    if hurried > most {
        ready.retain(|candidate| must_go(candidate));
        ready.sort_by_key(|c| (c.left_s, -i64::from(c.priority), c.shipment));
        ready.truncate(most);
    }
    let (question, mut walking) = asked(&ready, most);
    let mut made = 0.0;
    let mut budget = || {
        made += 1.0;
        made / MOVES
    };
    let chosen = choose(&question, &mut walking, 0, &mut budget);
    let of = |wanted: fn(&Why) -> bool| {
        chosen.verdicts.iter().filter(|verdict| verdict.chosen && wanted(&verdict.why)).count()
    };
    let mut shipments: Vec<i64> = chosen.orders.iter().map(|n| ready[*n].shipment).collect();
    shipments.sort_unstable();
    Chosen {
        shipments,
        must_go: of(|why| matches!(why, Why::MustGo { .. })) as i64,
        urgent: of(|why| matches!(why, Why::Priority { .. })) as i64,
    }
}

/// With what is late the next wave would be later still.
fn slack(candidate: &Candidate) -> i64 {
    (candidate.left_s - LEAD_S).max(0)
}

fn must_go(candidate: &Candidate) -> bool {
    slack(candidate) < NEXT_WAVE_S
}

fn asked(ready: &[&Candidate], most: usize) -> (Question, AisleWalk) {
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    let mut visits = Vec::new();
    for candidate in ready {
        let mut at = Vec::new();
        for code in &candidate.aisles {
            let next = number.len();
            at.push(*number.entry(code).or_insert(next));
        }
        visits.push(at);
    }
    let bound = i64::try_from(most).unwrap_or(i64::MAX);
    let question = Question {
        ready: ready.iter().map(|candidate| told(candidate)).collect(),
        most: Most { orders: bound, ..Most::default() },
        // Each counts as one unit: as many of them as may go.
        least_units: bound.min(ready.len() as i64),
        horizon: NEXT_WAVE_S,
        ..Question::default()
    };
    (question, AisleWalk::new(vec![AISLE_MM; number.len()], visits))
}

fn told(candidate: &Candidate) -> Ready {
    Ready {
        slack: slack(candidate),
        priority: candidate.priority,
        units: 1,
        lines: candidate.lines,
        sorting_mm: candidate.lines * LINE_MM,
        ..Ready::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(shipment: i64, priority: i32, left_s: i64, aisle: &str) -> Candidate {
        Candidate {
            shipment,
            priority,
            left_s,
            lines: 1,
            pickable: true,
            aisles: vec![aisle.to_owned()],
        }
    }

    #[test]
    fn what_would_miss_its_truck_goes_then_the_urgent_then_what_lies_together() {
        let mut all: Vec<Candidate> =
            (0..30).map(|n| candidate(n, 0, 40_000, &format!("A{}", n % 10))).collect();
        all.push(candidate(100, 0, 3_600, "Z1"));
        all.push(candidate(101, 5, 40_000, "Z2"));
        let got = go_now(&all, 5);
        assert_eq!((got.shipments.len(), got.must_go, got.urgent), (5, 1, 1));
        assert!(got.shipments.contains(&100) && got.shipments.contains(&101), "{got:?}");
        // The other three share an aisle.
        let aisles: Vec<i64> = got.shipments.iter().filter(|n| **n < 30).map(|n| n % 10).collect();
        assert!(aisles.iter().all(|aisle| *aisle == aisles[0]), "{got:?}");
        assert_eq!(got, go_now(&all, 5), "the same choice again");
    }

    #[test]
    fn so_many_go_as_may_and_what_cannot_be_picked_stays() {
        let mut all: Vec<Candidate> =
            (0..40).map(|n| candidate(n, 0, 40_000, &format!("A{n}"))).collect();
        all[8].aisles = Vec::new();
        for most in [1, 12, 39, 40, 400] {
            assert_eq!(go_now(&all, most).shipments.len(), most.min(40), "{most}");
        }
        for stays in &mut all[..25] {
            stays.pickable = false;
            stays.aisles = Vec::new();
        }
        let got = go_now(&all, 12);
        assert!(got.shipments.len() == 12 && got.shipments.iter().all(|n| *n >= 25), "{got:?}");
        assert_eq!(go_now(&[], 5), Chosen::default());
    }

    #[test]
    fn what_is_late_goes_and_of_too_many_the_nearest_trucks() {
        let mut all: Vec<Candidate> = (0..20).map(|n| candidate(n, 0, 40_000, "A1")).collect();
        all.push(candidate(50, 0, -90_000, "Z1"));
        all.push(candidate(51, 0, 600, "Z2"));
        let got = go_now(&all, 4);
        assert!(got.must_go == 2 && got.shipments.ends_with(&[50, 51]), "{got:?}");
        // Thirty for one truck near by, and two whose trucks leave first.
        let mut all: Vec<Candidate> = (0..30).map(|n| candidate(n, 0, 7_200, "A1")).collect();
        all.push(candidate(50, 0, 1_200, "Z1"));
        all.push(candidate(51, 0, 1_300, "Z2"));
        assert!(go_now(&all, 3).shipments.ends_with(&[50, 51]));
    }
}
