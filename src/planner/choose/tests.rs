//! Whole questions, answered and compared with a search of every set that shares no code.

use super::*;
use fastrand::Rng;
use std::cmp::Ordering;

fn moves(count: u32) -> impl FnMut() -> f64 {
    let mut made = 0u32;
    move || {
        made += 1;
        f64::from(made) / f64::from(count)
    }
}

struct Case {
    question: Question,
    /// Where the lines of each order lie: aisle numbers; aisle k is k + 1 steps long.
    visits: Vec<Vec<usize>>,
    /// A walk along a line to the farthest place in place of aisles, which cannot be shared out
    /// among orders.
    line: bool,
}

impl Case {
    fn new(rng: &mut Rng) -> Self {
        let orders = rng.usize(1..=12);
        let visits: Vec<Vec<usize>> =
            (0..orders).map(|_| (0..rng.usize(1..4)).map(|_| rng.usize(0..6)).collect()).collect();
        let ready: Vec<Ready> = (0..orders)
            .map(|_| Ready {
                slack: rng.i64(-200..1500),
                priority: rng.i32(-2..3).max(0),
                units: rng.i64(1..7),
                lines: rng.i64(1..4),
                seconds: rng.i64(10..90),
                sorting_mm: rng.i64(0..4) * 500,
                loads: (0..rng.usize(0..3)).map(|_| (rng.usize(0..3), rng.i64(1..50))).collect(),
            })
            .collect();
        let bound = |rng: &mut Rng, most: i64| match rng.bool() {
            true => rng.i64(1..most),
            false => i64::MAX,
        };
        let question = Question {
            ready,
            most: Most {
                orders: bound(rng, 10),
                units: bound(rng, 30),
                lines: bound(rng, 20),
                seconds: bound(rng, 400),
            },
            least_units: rng.i64(0..15),
            horizon: rng.i64(0..800),
            heads: vec![1, 2],
            grain: if rng.bool() { 0 } else { 700 },
        };
        Self { question, visits, line: rng.bool() }
    }

    fn mm(&self, orders: &[usize]) -> i64 {
        let mut aisles: Vec<usize> =
            orders.iter().flat_map(|&order| self.visits[order].clone()).collect();
        aisles.sort_unstable();
        aisles.dedup();
        if self.line {
            return aisles.last().map_or(0, |&last| 2000 * (last as i64 + 1));
        }
        aisles.iter().map(|&aisle| 1000 * (aisle as i64 + 1)).sum()
    }

    fn answer(&self, exact: bool, budget: &mut dyn FnMut() -> f64) -> Chosen {
        let mut walking = WholeSet::new(|orders: &[usize]| self.mm(orders));
        if exact {
            return choose(&self.question, &mut walking, 7, budget);
        }
        let mut aisles =
            AisleWalk::new((1..7).map(|aisle| 1000 * aisle).collect(), self.visits.clone());
        if self.line {
            searched(&self.question, &mut walking, budget)
        } else {
            searched(&self.question, &mut aisles, budget)
        }
    }

    /// The numbers that the aim is about, from nothing but the set.
    fn value(&self, set: &[usize]) -> Value {
        let q = &self.question;
        let of = |order: &&usize| &q.ready[**order];
        let sum = |part: fn(&Ready) -> i64| set.iter().map(|order| part(&q.ready[*order])).sum();
        let (units, sorting): (i64, i64) = (sum(|o| o.units), sum(|o| o.sorting_mm));
        let allowed = set.len() as i64 <= q.most.orders
            && units <= q.most.units
            && sum(|o| o.lines) <= q.most.lines
            && sum(|o| o.seconds) <= q.most.seconds;
        let urgent: Vec<usize> =
            set.iter().copied().filter(|&o| (0..q.horizon).contains(&q.ready[o].slack)).collect();
        let count = |among: &[usize], priority: i32| {
            among.iter().filter(|order| of(order).priority == priority).count()
        };
        let owed = vec![
            urgent.len(),
            count(&urgent, 2),
            count(&urgent, 1),
            count(set, 2),
            count(set, 1),
            units.min(q.least_units.max(1)) as usize,
        ];
        let mut loads = [0i64; 3];
        for (station, load) in set.iter().flat_map(|order| &q.ready[*order].loads) {
            loads[*station] += load;
        }
        // Stations 0 and 2 have one person, station 1 has two: halves, so doubled.
        let fullest = (2 * loads[0]).max(loads[1]).max(2 * loads[2]);
        Value { allowed, owed, effort: self.mm(set) + sorting, units, fullest, grain: q.grain }
    }
}

struct Value {
    allowed: bool,
    owed: Vec<usize>,
    effort: i64,
    units: i64,
    fullest: i64,
    grain: i64,
}

impl Value {
    /// Greater is better.
    fn against(&self, other: &Value) -> Ordering {
        let exact = (other.effort * self.units).cmp(&(self.effort * other.units));
        let stepwise = if self.units == 0 || other.units == 0 {
            self.units.signum().cmp(&other.units.signum())
        } else if self.grain == 0 {
            exact
        } else {
            let steps = |value: &Value| value.effort / (value.units * value.grain);
            steps(other).cmp(&steps(self))
        };
        self.owed
            .cmp(&other.owed)
            .then(stepwise)
            .then(other.fullest.cmp(&self.fullest))
            .then(exact)
            .then(self.units.cmp(&other.units))
    }
}

fn searched<W: Walking>(
    question: &Question,
    walking: &mut W,
    budget: &mut dyn FnMut() -> f64,
) -> Chosen {
    let mut wave = Wave::new(question, walking);
    search::search(&mut wave, &mut Rng::with_seed(7), budget);
    let verdicts = reason::verdicts(&mut wave);
    let (aim, orders, walking_mm) = (wave.aim(), wave.chosen(), wave.walking.mm());
    Chosen { orders, verdicts, aim, walking_mm, proven: false }
}

fn best_of_all(case: &Case) -> Value {
    let orders = case.question.ready.len();
    let mut best = case.value(&[]);
    for mask in 0..1usize << orders {
        let set: Vec<usize> = (0..orders).filter(|order| mask >> order & 1 == 1).collect();
        let value = case.value(&set);
        if value.allowed && value.against(&best) == Ordering::Greater {
            best = value;
        }
    }
    best
}

fn compare_200(exact: bool, count: u32) -> usize {
    let mut rng = Rng::with_seed(20);
    let (mut equal, mut missed) = (0, 0);
    for number in 0..200 {
        let case = Case::new(&mut rng);
        let answer = case.answer(exact, &mut moves(count));
        let value = case.value(&answer.orders);
        assert!(value.allowed, "case {number} breaks a bound");
        let best = best_of_all(&case);
        let order = value.against(&best);
        assert_ne!(order, Ordering::Greater, "case {number}: every set was tried");
        equal += usize::from(order == Ordering::Equal);
        let misses = |verdict: &Verdict| matches!(verdict.why, Why::Misses { .. });
        missed += usize::from(answer.verdicts.iter().any(misses));
        assert_eq!(answer.walking_mm, case.mm(&answer.orders));
        assert_eq!(answer.proven, exact);
        for (order, verdict) in answer.verdicts.iter().enumerate() {
            assert_eq!(verdict.chosen, answer.orders.contains(&order));
            let mut other = answer.orders.clone();
            match other.binary_search(&order) {
                Ok(at) => drop(other.remove(at)),
                Err(at) => other.insert(at, order),
            }
            let price = (case.mm(&other) - answer.walking_mm).abs();
            assert_eq!(verdict.price_mm, price, "case {number}, order {order}");
        }
    }
    assert!(missed > 40, "a full wave must come up: {missed}");
    equal
}

#[test]
fn trying_every_set_finds_the_best_of_all() {
    assert_eq!(compare_200(true, 10_000), 200);
}

#[test]
fn the_search_finds_the_same_for_small_backlogs() {
    let equal = compare_200(false, 2_500);
    assert_eq!(equal, 200);
}

/// Orders in aisles of 10 m each: 0 and 1 in aisle 0, 2 in aisle 1, 3 in aisle 2.
fn four() -> (Question, AisleWalk) {
    let ready = |slack: i64| Ready { slack, units: 2, lines: 1, ..Ready::default() };
    let question = Question {
        ready: vec![ready(9000), ready(9000), ready(9000), ready(600)],
        horizon: 1800,
        least_units: 4,
        ..Question::default()
    };
    (question, AisleWalk::new(vec![10_000; 3], vec![vec![0], vec![0], vec![1], vec![2]]))
}

fn why(question: &Question, mut walking: AisleWalk) -> Vec<(bool, Why, i64)> {
    let chosen = choose(question, &mut walking, 1, &mut moves(1000));
    chosen.verdicts.iter().map(|v| (v.chosen, v.why, v.price_mm)).collect()
}

#[test]
fn every_order_is_told_why() {
    let (question, walking) = four();
    let expected = [
        (true, Why::Cheap, 0),
        (true, Why::Cheap, 0),
        // The wave walks 20 m for 6 units, so 2 units bear 6.67 m of the 10 m.
        (false, Why::Dear { over_mm: 3334 }, 10_000),
        (true, Why::MustGo { slack: 600 }, 10_000),
    ];
    assert_eq!(why(&question, walking), expected);
}

#[test]
fn a_choice_can_be_explained_by_another_walk() {
    let (question, _) = four();
    let mut exact = WholeSet::new(|orders: &[usize]| 1000 * orders.len() as i64);
    let verdicts = explain(&question, &[0, 1, 3, 3, 99], &mut exact);
    assert!(verdicts.iter().all(|verdict| verdict.price_mm == 1000));
    assert_eq!(verdicts[0].why, Why::Cheap);
    assert_eq!(verdicts[2].why, Why::CanWait { seconds: 7200 }, "it would be cheap by this walk");
    assert_eq!(verdicts[3].why, Why::MustGo { slack: 600 });
}

#[test]
fn a_full_wave_says_what_it_misses() {
    let (mut question, walking) = four();
    question.most.orders = 1;
    question.least_units = 0;
    question.ready[2].slack = 30;
    question.ready[2].priority = 1;
    question.ready[1].slack = -60;
    let expected = [
        (false, Why::Full { full: Bound::Orders }, 10_000),
        (false, Why::TooLate { seconds: 60 }, 10_000),
        (true, Why::MustGo { slack: 30 }, 10_000),
        (false, Why::Misses { full: Bound::Orders }, 10_000),
    ];
    assert_eq!(why(&question, walking), expected);
}

#[test]
fn priority_is_taken_whatever_it_costs_and_a_small_wave_is_filled() {
    let (mut question, walking) = four();
    question.ready[3] = Ready { slack: 9000, units: 2, priority: 3, ..Ready::default() };
    question.least_units = 8;
    let got = why(&question, walking);
    assert_eq!(got[3], (true, Why::Priority { priority: 3 }, 10_000));
    assert_eq!(got[2], (true, Why::Fills, 10_000));
}

#[test]
fn equal_walks_are_decided_by_even_load() {
    let (mut question, walking) = four();
    question.ready[0].loads = vec![(0, 10)];
    question.ready[1].loads = vec![(0, 10)];
    question.ready[2].loads = vec![(1, 10)];
    question.ready[3].loads = vec![(0, 10)];
    question.most.orders = 2;
    // In steps of 10 m a unit the walks are all alike, so one order for each station.
    question.grain = 10_000;
    let got = why(&question, walking);
    assert!(got[2].0 && got[3].0, "{got:?}");
}

#[test]
fn the_same_seed_and_moves_give_the_same_answer() {
    let mut rng = Rng::with_seed(9);
    let ready: Vec<Ready> = (0..400)
        .map(|_| Ready { slack: rng.i64(0..9000), units: rng.i64(1..5), ..Ready::default() })
        .collect();
    let visits: Vec<Vec<usize>> =
        (0..400).map(|_| (0..2).map(|_| rng.usize(0..40)).collect()).collect();
    let most = Most { units: 200, ..Most::default() };
    let question = Question { ready, most, horizon: 300, least_units: 150, ..Question::default() };
    let answer = || {
        let mut walk = AisleWalk::new(vec![1000; 40], visits.clone());
        choose(&question, &mut walk, 3, &mut moves(20_000))
    };
    let (one, other) = (answer(), answer());
    assert_eq!(one.orders, other.orders);
    assert!(!one.proven);
    assert!((150..=200).contains(&one.aim.units));
    let urgent = (0..400).filter(|&order| question.must_go(order)).count() as i64;
    assert_eq!(one.aim.saved, [urgent], "all that must go fits");
}

#[test]
fn nothing_ready_is_an_empty_wave() {
    let mut walk = AisleWalk::new(Vec::new(), Vec::new());
    let chosen = choose(&Question::default(), &mut walk, 1, &mut || 0.0);
    assert!(chosen.orders.is_empty() && chosen.verdicts.is_empty() && chosen.proven);
}

#[test]
fn without_a_budget_what_must_go_goes() {
    let (mut question, _) = four();
    let urgent = question.ready[3].clone();
    question.ready.resize(24, urgent);
    let visits = (0..24).map(|order| vec![order % 3]).collect();
    let mut walk = AisleWalk::new(vec![1000; 3], visits);
    let chosen = choose(&question, &mut walk, 1, &mut || 1.0);
    assert_eq!(chosen.aim.saved, [21]);
}
