//! Small backlogs against every set of aisles and orders; larger ones with a planted answer.

use super::*;
use fastrand::Rng;

fn moves(count: u32) -> impl FnMut() -> f64 {
    let mut made = 0u32;
    move || {
        made += 1;
        f64::from(made) / f64::from(count)
    }
}

fn small(rng: &mut Rng) -> Backlog {
    let items = rng.usize(1..8);
    let mut list = |units: i64| -> Vec<Line> {
        (0..rng.usize(1..4)).map(|_| (rng.usize(0..items), rng.i64(1..=units))).collect()
    };
    let orders = (0..7).map(|_| list(2)).collect();
    let aisles = (0..6).map(|_| list(4)).collect();
    let least = rng.i64(0..6);
    Backlog { orders, aisles, least, most: least + rng.i64(0..8) }
}

/// Units and aisles of the densest choice, by trying all.
fn densest_of_all(backlog: &Backlog) -> Option<(i64, i64)> {
    let subset = |mask: usize| (0..8).filter(move |at| mask >> at & 1 == 1);
    let mut best: Option<(i64, i64)> = None;
    for aisle_mask in 1usize..1 << backlog.aisles.len() {
        for order_mask in 1usize..1 << backlog.orders.len() {
            let mut left = [0i64; 8];
            let mut units = 0;
            for &(item, lying) in subset(aisle_mask).flat_map(|aisle| &backlog.aisles[aisle]) {
                left[item] += lying;
            }
            for &(item, wanted) in subset(order_mask).flat_map(|order| &backlog.orders[order]) {
                left[item] -= wanted;
                units += wanted;
            }
            let allowed = left.iter().all(|&left| left >= 0)
                && units >= backlog.least
                && units <= backlog.most;
            let aisles = i64::from(aisle_mask.count_ones());
            if allowed && best.is_none_or(|(best, of)| units * of > best * aisles) {
                best = Some((units, aisles));
            }
        }
    }
    best
}

#[test]
fn small_backlogs_are_answered_as_by_trying_all() {
    let mut rng = Rng::with_seed(3);
    let mut answered = 0;
    for number in 0..100 {
        let backlog = small(&mut rng);
        let found = densest(&backlog, 1, &mut moves(3000));
        if let Some(found) = &found {
            assert_eq!(check(&backlog, found), Ok(()), "backlog {number}");
            answered += 1;
        }
        let found = found.map(|found| (found.units, found.aisles.len() as i64));
        match (found, densest_of_all(&backlog)) {
            (Some((units, aisles)), Some((best, of))) => {
                assert_eq!(units * of, best * aisles, "backlog {number}: {units} / {aisles}");
            }
            (found, best) => assert_eq!(found, best, "backlog {number}"),
        }
    }
    assert!(answered > 50);
}

/// Orders of three lines; those of a planted wave need six aisles, the others lie scattered.
fn planted() -> Backlog {
    let mut rng = Rng::with_seed(5);
    let mut aisles: Vec<Vec<Line>> = vec![Vec::new(); 60];
    for item in 0..90 {
        aisles[item % 6].push((item, 9));
    }
    for item in 90..900 {
        aisles[6 + rng.usize(0..54)].push((item, 9));
    }
    let mut orders = Vec::new();
    for number in 0..400 {
        let from = if number % 8 == 0 { 0..90 } else { 0..900 };
        orders.push((0..3).map(|_| (rng.usize(from.clone()), 1)).collect());
    }
    Backlog { orders, aisles, least: 100, most: 200 }
}

#[test]
fn a_planted_wave_is_found_and_is_the_same_each_time() {
    let backlog = planted();
    let found = densest(&backlog, 1, &mut moves(4000)).expect("there is a wave");
    assert_eq!(check(&backlog, &found), Ok(()));
    assert!(found.aisles.iter().all(|&aisle| aisle < 6), "{:?}", found.aisles);
    assert!(found.units >= 150);
    assert_eq!(densest(&backlog, 1, &mut moves(4000)), Some(found));
}

#[test]
fn without_a_wave_nothing_is_answered() {
    let backlog = Backlog {
        orders: vec![vec![(0, 2)], vec![(1, 2)]],
        aisles: vec![vec![(0, 1)], vec![(1, 5)]],
        least: 3,
        most: 9,
    };
    assert_eq!(densest(&backlog, 1, &mut moves(100)), None, "only two units can be had");
    assert_eq!(densest(&Backlog::default(), 1, &mut moves(100)), None);
}

#[test]
fn a_spent_budget_still_gives_the_greedy_answer() {
    let found = densest(&planted(), 1, &mut || 1.0).expect("greedy finds one");
    assert_eq!(check(&planted(), &found), Ok(()));
}

#[test]
fn flaws_are_seen() {
    let backlog = Backlog {
        orders: vec![vec![(0, 2)], vec![(0, 3)]],
        aisles: vec![vec![(0, 4)], vec![(1, 4)]],
        least: 2,
        most: 4,
    };
    let dense = |orders: &[usize], aisles: &[usize], units| Dense {
        orders: orders.to_vec(),
        aisles: aisles.to_vec(),
        units,
    };
    assert_eq!(check(&backlog, &dense(&[0], &[0], 2)), Ok(()));
    assert_eq!(check(&backlog, &dense(&[0], &[1], 2)), Err(Flaw::Short { item: 0 }));
    assert_eq!(check(&backlog, &dense(&[0, 1], &[0], 5)), Err(Flaw::Bounds));
    assert_eq!(check(&backlog, &dense(&[0], &[0], 3)), Err(Flaw::Sum));
    assert_eq!(check(&backlog, &dense(&[0, 0], &[0], 4)), Err(Flaw::Number));
    assert_eq!(check(&backlog, &dense(&[2], &[0], 2)), Err(Flaw::Number));
}
