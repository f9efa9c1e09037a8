//! The search for backlogs too large to try every set. What is owed is taken first. The rest
//! comes in two ways, upwards by the cheapest blocks of orders and downwards from all orders by
//! groups; the better wave is annealed, then evened out, then topped up. It proves nothing.

use super::aim::Aim;
use super::moves;
use super::{Walking, wave::Wave};
use fastrand::Rng;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Shares of the budget at which filling, reducing, annealing and climbing end.
const FILLED: f64 = 0.15;
const REDUCED: f64 = 0.3;
const ANNEALED: f64 = 0.7;
const CLIMBED: f64 = 0.92;

/// Blocks looked at for each one taken.
const SAMPLE: usize = 24;

/// The best wave so far.
struct Best {
    aim: Aim,
    is_in: Vec<bool>,
}

impl Best {
    fn offer<W: Walking>(&mut self, wave: &Wave<'_, W>, aim: &Aim) {
        if *aim > self.aim {
            self.aim = aim.clone();
            self.is_in.clone_from(&wave.is_in);
        }
    }
}

/// Leaves the wave holding the best set found; what it holds at first is one of them.
pub(super) fn search<W: Walking>(
    wave: &mut Wave<'_, W>,
    rng: &mut Rng,
    budget: &mut dyn FnMut() -> f64,
) {
    let mut best = Best { aim: wave.aim(), is_in: wave.is_in.clone() };
    wave.set(&vec![false; wave.is_in.len()]);
    take_owed(wave);
    let owed = wave.is_in.clone();
    fill(wave, rng, budget);
    add_cheap(wave, FILLED, budget);
    let aim = wave.aim();
    best.offer(wave, &aim);
    wave.set(&owed);
    reduce(wave, &mut best, budget);
    let found = best.is_in.clone();
    wave.set(&found);
    anneal(wave, &mut best, rng, budget);
    let found = best.is_in.clone();
    wave.set(&found);
    climb(wave, &mut best, rng, budget);
    wave.set(&best.is_in);
    // Whatever is owed and fits by now makes the wave better, so nothing need be compared.
    take_owed(wave);
    add_cheap(wave, 1.0, budget);
}

/// Takes what must go, then what has priority, level by level; of those that do not all fit, the
/// ones that take least room, since the number counts.
fn take_owed<W: Walking>(wave: &mut Wave<'_, W>) {
    let question = wave.question;
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); wave.levels() + 1];
    for &order in &wave.owed {
        if question.must_go(order) {
            groups[0].push(order);
        }
        if let Some(level) = wave.level(order) {
            groups[level + 1].push(order);
        }
    }
    for mut group in groups {
        group.sort_by(|&one, &other| {
            let priority = |order: usize| question.ready[order].priority;
            let size = wave.size(one).total_cmp(&wave.size(other));
            size.then_with(|| priority(other).cmp(&priority(one)))
        });
        for order in group {
            if wave.fits(order) {
                wave.add(order);
            }
        }
    }
}

/// Adds the cheapest of some blocks at a time, until the wave has its least units. When the
/// budget's share is spent, whatever fits, the most urgent first.
fn fill<W: Walking>(wave: &mut Wave<'_, W>, rng: &mut Rng, budget: &mut dyn FnMut() -> f64) {
    while wave.held.units < wave.least_units() && budget() < FILLED {
        let mut cheapest: Option<(f64, Vec<usize>)> = None;
        for _ in 0..SAMPLE {
            let Some(&order) = rng.choice(wave.outside()).filter(|_| budget() < FILLED) else {
                break;
            };
            let (before_mm, before_units) = (wave.effort_mm(), wave.held.units);
            let block = moves::add_block(wave, order);
            let cost = (wave.effort_mm() - before_mm) as f64;
            let a_unit = cost / (wave.held.units - before_units).max(1) as f64;
            block.iter().for_each(|&order| wave.remove(order));
            if !block.is_empty() && cheapest.as_ref().is_none_or(|(least, _)| a_unit < *least) {
                cheapest = Some((a_unit, block));
            }
        }
        let Some((_, block)) = cheapest else {
            break;
        };
        block.iter().for_each(|&order| wave.add(order));
    }
    let mut urgent = wave.outside().to_vec();
    urgent.sort_by_key(|&order| (wave.question.ready[order].slack, order));
    for order in urgent {
        if wave.held.units < wave.least_units() && wave.fits(order) {
            wave.add(order);
        }
    }
}

/// The other way round, which orders of many aisles need: from all orders leaves out group after
/// group, the one that saves the most effort for the units lost, down to the least units.
fn reduce<W: Walking>(wave: &mut Wave<'_, W>, best: &mut Best, budget: &mut dyn FnMut() -> f64) {
    let groups = wave.walking.groups();
    if groups == 0 {
        return;
    }
    for order in wave.outside().to_vec() {
        if wave.free(order) {
            wave.add(order);
        }
    }
    // Least units lost for each millimetre saved first; an old figure is renewed when met.
    let mut next: BinaryHeap<Reverse<(u64, usize)>> =
        (0..groups).map(|group| Reverse((0, group))).collect();
    while let Some(Reverse((_, group))) = next.pop() {
        if budget() >= REDUCED {
            return;
        }
        let (before_mm, before_units) = (wave.effort_mm(), wave.held.units);
        let removed = moves::remove_group(wave, group);
        let saved = before_mm - wave.effort_mm();
        if removed.is_empty() {
            continue;
        }
        let lost = before_units - wave.held.units;
        let loss = lost.max(0).unsigned_abs() * 1000 / saved.max(1).unsigned_abs();
        let least_loss = next.peek().is_none_or(|&Reverse((other, _))| loss <= other);
        if saved <= 0 || !least_loss || wave.held.units < wave.least_units() {
            removed.iter().for_each(|&order| wave.add(order));
            if saved > 0 && !least_loss {
                next.push(Reverse((loss, group)));
            }
            continue;
        }
        if wave.broken(None).is_none() {
            let aim = wave.aim();
            best.offer(wave, &aim);
        }
    }
}

/// Adds every order that makes the wave better, the cheapest a unit first.
fn add_cheap<W: Walking>(wave: &mut Wave<'_, W>, until: f64, budget: &mut dyn FnMut() -> f64) {
    let before = wave.effort_mm();
    let mut priced: Vec<(f64, usize)> = Vec::new();
    for order in wave.outside().to_vec() {
        if budget() >= until {
            break;
        }
        if wave.fits(order) {
            wave.add(order);
            let cost = (wave.effort_mm() - before) as f64;
            priced.push((cost / wave.question.ready[order].units.max(1) as f64, order));
            wave.remove(order);
        }
    }
    priced.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let mut aim = wave.aim();
    for (_, order) in priced {
        if !wave.fits(order) {
            continue;
        }
        wave.add(order);
        let with = wave.aim();
        if with > aim {
            aim = with;
        } else {
            wave.remove(order);
        }
    }
}

/// What is owed, without units: no shorter walk makes up for a loss here.
fn owed(one: &Aim, other: &Aim) -> Ordering {
    one.saved.cmp(&other.saved).then_with(|| one.by_priority.cmp(&other.by_priority))
}

/// Walking and sorting beyond what the units are worth at `price` millimetres a unit; a unit
/// short of the least counts twice more.
fn excess(aim: &Aim, least: i64, price: f64) -> f64 {
    let short = (least - aim.units).max(0);
    aim.effort_mm as f64 - price * (aim.units - 2 * short) as f64
}

/// Dinkelbach's step by annealing: with the best effort a unit so far as the price of a unit,
/// look for a set whose effort lies under what its units are worth.
fn anneal<W: Walking>(
    wave: &mut Wave<'_, W>,
    best: &mut Best,
    rng: &mut Rng,
    budget: &mut dyn FnMut() -> f64,
) {
    let least = wave.least_units();
    let from = budget();
    let mut now = wave.aim();
    loop {
        let spent = budget();
        if spent >= ANNEALED || from >= ANNEALED {
            return;
        }
        let price = best.aim.effort_mm as f64 / best.aim.units.max(1) as f64;
        let order_mm = best.aim.effort_mm as f64 / wave.inside().len().max(1) as f64;
        let share = (spent - from) / (ANNEALED - from);
        let warmth = (order_mm * 2.0 * 0.01f64.powf(share)).max(f64::MIN_POSITIVE);
        let undo = moves::step(wave, rng);
        let then = wave.aim();
        let worse_by = excess(&then, least, price) - excess(&now, least, price);
        let kept = match owed(&then, &now) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => worse_by <= 0.0 || rng.f64() < (-worse_by / warmth).exp(),
        };
        if kept {
            best.offer(wave, &then);
            now = then;
        } else {
            undo.back(wave);
        }
    }
}

/// Keeps only steps that are no worse by the whole aim: the part that evens out the load.
fn climb<W: Walking>(
    wave: &mut Wave<'_, W>,
    best: &mut Best,
    rng: &mut Rng,
    budget: &mut dyn FnMut() -> f64,
) {
    let mut now = wave.aim();
    while budget() < CLIMBED {
        let undo = moves::step(wave, rng);
        let then = wave.aim();
        if then >= now {
            best.offer(wave, &then);
            now = then;
        } else {
            undo.back(wave);
        }
    }
}
