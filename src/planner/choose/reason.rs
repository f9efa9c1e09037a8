//! Why an order is in the wave or not, and what it costs there. Changes nothing in the choice.

use super::{Bound, Walking, wave::Wave};

/// Why an order is in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// In: the next wave would be too late for its truck. Seconds it has left.
    MustGo { slack: i64 },
    /// In: taken for its priority, whatever it costs.
    Priority { priority: i32 },
    /// In: the wave costs no more a unit with it than without.
    Cheap,
    /// In although dear: without it the wave would have fewer units than it should.
    Fills,
    /// In although neither cheap nor needed to fill: taken for even load, or because the budget
    /// ended before something better was found.
    Kept,
    /// Out, and misses its truck by that, because the wave is full.
    Misses { full: Bound },
    /// Out: cannot make its truck any more, by so many seconds.
    TooLate { seconds: i64 },
    /// Out: would have been worth it, but the wave is full.
    Full { full: Bound },
    /// Out: walking and sorting for it is so many millimetres more than its units would bear at
    /// what the wave costs a unit (rounded up). It can wait.
    Dear { over_mm: i64 },
    /// Out: it would make the fullest station fuller. It can wait.
    Uneven,
    /// Out without a better reason than that it can wait, so many seconds beyond the next wave.
    CanWait { seconds: i64 },
}

/// What was decided about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub chosen: bool,
    pub why: Why,
    /// Millimetres walked with it less millimetres walked without it, the other orders of the
    /// wave being as they are.
    pub price_mm: i64,
}

/// A verdict for each order of the question. One walk for each.
pub(super) fn verdicts<W: Walking>(wave: &mut Wave<'_, W>) -> Vec<Verdict> {
    let (walking_mm, effort_mm) = (wave.walking.mm(), wave.effort_mm());
    let orders = wave.is_in.len();
    let verdict = |order: usize| {
        let chosen = wave.is_in[order];
        if chosen {
            wave.walking.remove(order);
            let price_mm = walking_mm - wave.walking.mm();
            wave.walking.add(order);
            Verdict { chosen, why: why_in(wave, order, price_mm, effort_mm), price_mm }
        } else {
            wave.walking.add(order);
            let price_mm = wave.walking.mm() - walking_mm;
            wave.walking.remove(order);
            Verdict { chosen, why: why_out(wave, order, price_mm, effort_mm), price_mm }
        }
    };
    (0..orders).map(verdict).collect()
}

fn why_in<W: Walking>(wave: &Wave<'_, W>, order: usize, price_mm: i64, effort_mm: i64) -> Why {
    let question = wave.question;
    let of = &question.ready[order];
    if question.must_go(order) {
        return Why::MustGo { slack: of.slack };
    }
    if of.priority > 0 {
        return Why::Priority { priority: of.priority };
    }
    let cost = price_mm + of.sorting_mm;
    let others_mm = effort_mm - cost;
    let others_units = wave.held.units - of.units;
    if over(cost, of.units, others_mm, others_units) <= 0 {
        Why::Cheap
    } else if others_units < wave.least_units() {
        Why::Fills
    } else {
        Why::Kept
    }
}

fn why_out<W: Walking>(wave: &Wave<'_, W>, order: usize, price_mm: i64, effort_mm: i64) -> Why {
    let question = wave.question;
    let of = &question.ready[order];
    let full = wave.broken(Some(order));
    if of.slack < 0 {
        return Why::TooLate { seconds: -of.slack };
    }
    if let (true, Some(full)) = (question.must_go(order), full) {
        return Why::Misses { full };
    }
    if let (true, Some(full)) = (of.priority > 0, full) {
        return Why::Full { full };
    }
    let cost = price_mm + of.sorting_mm;
    let over_mm = over(cost, of.units, effort_mm, wave.held.units);
    if over_mm > 0 {
        return Why::Dear { over_mm };
    }
    if let Some(full) = full {
        return Why::Full { full };
    }
    let before = wave.fullest();
    let fuller = of.loads.iter().any(|&(station, load)| {
        let (held, heads) = wave.station(station);
        super::aim::less((held + load, heads), before) == std::cmp::Ordering::Less
    });
    if fuller { Why::Uneven } else { Why::CanWait { seconds: of.slack - question.horizon } }
}

/// Millimetres by which `cost` for `units` lies over what the others cost a unit, rounded up;
/// at most 0 if it does not. Without others nothing is dear.
fn over(cost: i64, units: i64, others_mm: i64, others_units: i64) -> i64 {
    if others_units <= 0 {
        return 0;
    }
    let borne = i128::from(others_mm) * i128::from(units);
    let over = i128::from(cost) * i128::from(others_units) - borne;
    // Rounded up also below zero, so that the sign is exact.
    let whole = over.div_euclid(i128::from(others_units));
    let rest = over.rem_euclid(i128::from(others_units));
    (whole + i128::from(rest > 0)).clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
