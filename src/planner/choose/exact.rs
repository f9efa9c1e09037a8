//! Every set of a few orders, one after the other. Knows no short cut, so it proves its answer.

use super::{Walking, wave::Wave};

/// Leaves the wave holding the best set of all and returns true; if the budget ends before, the
/// best set so far, and false. Sets follow each other in Gray code: one order changes at a time.
pub(super) fn enumerate<W: Walking>(
    wave: &mut Wave<'_, W>,
    budget: &mut dyn FnMut() -> f64,
) -> bool {
    let mut best = (wave.aim(), wave.is_in.clone());
    let mut complete = true;
    for number in 1u64..1 << wave.is_in.len() {
        if budget() >= 1.0 {
            complete = false;
            break;
        }
        let order = number.trailing_zeros() as usize;
        if wave.is_in[order] {
            wave.remove(order);
        } else {
            wave.add(order);
        }
        if wave.broken(None).is_none() {
            let aim = wave.aim();
            if aim > best.0 {
                best = (aim, wave.is_in.clone());
            }
        }
    }
    wave.set(&best.1);
    complete
}
