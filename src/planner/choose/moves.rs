//! Changes of a wave that keep its bounds, each of which can be taken back.

use super::{Walking, wave::Wave};
use fastrand::Rng;

/// What a step changed: orders removed first, then added. An order may be in both.
pub(super) struct Undo {
    added: Vec<usize>,
    removed: Vec<usize>,
}

impl Undo {
    pub(super) fn back<W: Walking>(self, wave: &mut Wave<'_, W>) {
        for order in self.added {
            wave.remove(order);
        }
        for order in self.removed {
            wave.add(order);
        }
    }
}

/// Adds the order and those of its groups that make the block no dearer a unit. Returns what was
/// added: nothing if the order does not fit.
pub(super) fn add_block<W: Walking>(wave: &mut Wave<'_, W>, order: usize) -> Vec<usize> {
    if !wave.fits(order) {
        return Vec::new();
    }
    let start = (wave.effort_mm(), wave.held.units);
    wave.add(order);
    let mut block = vec![order];
    let mut mm = wave.effort_mm();
    for at in 0..wave.walking.groups_of(order).len() {
        let group = wave.walking.groups_of(order)[at];
        for member in 0..wave.walking.group(group).len() {
            let order = wave.walking.group(group)[member];
            if !wave.fits(order) {
                continue;
            }
            let units = wave.held.units;
            wave.add(order);
            let with_mm = wave.effort_mm();
            let cost = i128::from(with_mm - mm) * i128::from(units - start.1);
            let borne = i128::from(mm - start.0) * i128::from(wave.held.units - units);
            if cost <= borne {
                mm = with_mm;
                block.push(order);
            } else {
                wave.remove(order);
            }
        }
    }
    block
}

/// Removes the orders of a group to which nothing is owed, and returns them.
pub(super) fn remove_group<W: Walking>(wave: &mut Wave<'_, W>, group: usize) -> Vec<usize> {
    let mut removed = Vec::new();
    for member in 0..wave.walking.group(group).len() {
        let order = wave.walking.group(group)[member];
        if wave.is_in[order] && wave.free(order) {
            wave.remove(order);
            removed.push(order);
        }
    }
    removed
}

/// One random change.
pub(super) fn step<W: Walking>(wave: &mut Wave<'_, W>, rng: &mut Rng) -> Undo {
    let mut undo = Undo { added: Vec::new(), removed: Vec::new() };
    match rng.u32(0..100) {
        0..20 => add_one(wave, rng, &mut undo),
        20..30 => remove_some(wave, rng, 1, &mut undo),
        30..75 => {
            let count = if rng.u32(0..4) == 0 { 2 } else { 1 };
            remove_some(wave, rng, count, &mut undo);
            add_one(wave, rng, &mut undo);
            if rng.bool() {
                add_one(wave, rng, &mut undo);
            }
        }
        75..85 => grow(wave, rng, &mut undo),
        _ => {
            remove_block(wave, rng, &mut undo);
            for _ in 0..rng.u32(0..4) {
                grow(wave, rng, &mut undo);
            }
        }
    }
    undo
}

/// An order that is out: any, one to which something is owed, or one that shares walking with
/// one that is in.
fn outsider<W: Walking>(wave: &Wave<'_, W>, rng: &mut Rng) -> Option<usize> {
    if rng.u32(0..8) == 0
        && let Some(&order) = rng.choice(&wave.owed)
        && !wave.is_in[order]
    {
        return Some(order);
    }
    if rng.bool()
        && let Some(&known) = rng.choice(wave.inside())
        && let Some(&group) = rng.choice(wave.walking.groups_of(known))
        && let Some(&order) = rng.choice(wave.walking.group(group))
        && !wave.is_in[order]
    {
        return Some(order);
    }
    rng.choice(wave.outside()).copied()
}

fn add_one<W: Walking>(wave: &mut Wave<'_, W>, rng: &mut Rng, undo: &mut Undo) {
    if let Some(order) = outsider(wave, rng)
        && wave.fits(order)
    {
        wave.add(order);
        undo.added.push(order);
    }
}

fn grow<W: Walking>(wave: &mut Wave<'_, W>, rng: &mut Rng, undo: &mut Undo) {
    if let Some(order) = outsider(wave, rng) {
        undo.added.extend(add_block(wave, order));
    }
}

fn remove_some<W: Walking>(wave: &mut Wave<'_, W>, rng: &mut Rng, count: usize, undo: &mut Undo) {
    for _ in 0..count {
        if let Some(&order) = rng.choice(wave.inside()) {
            wave.remove(order);
            undo.removed.push(order);
        }
    }
}

/// Removes one of the groups of an order that is in.
fn remove_block<W: Walking>(wave: &mut Wave<'_, W>, rng: &mut Rng, undo: &mut Undo) {
    if let Some(&order) = rng.choice(wave.inside())
        && let Some(&group) = rng.choice(wave.walking.groups_of(order))
    {
        undo.removed.extend(remove_group(wave, group));
    }
}
