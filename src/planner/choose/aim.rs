//! What a wave is worth: compared part after part, in whole numbers only.

use std::cmp::Ordering;

/// What a wave reaches. The greater is the better; parts are compared in this order, and the
/// next one only where all before are equal:
///
/// 1. `saved`: orders that must go now and do; then those of the highest priority among them,
///    of the next, and so on;
/// 2. `by_priority`: orders of the highest priority above 0, of the next, and so on;
/// 3. `filled`: units, as far as they count towards the least that a wave should have;
/// 4. walking and sorting a unit, less is better. Without a grain two waves are compared by
///    cross multiplication (e₁·u₂ against e₂·u₁, in 128 bits). With a grain g the number of
///    whole steps ⌊e / (u·g)⌋ is compared. A wave without units is worse than any with;
/// 5. load of the fullest station a head, less is better, by cross multiplication;
/// 6. walking and sorting a unit exactly, where a grain had made them equal; then more units.
#[derive(Debug, Clone, Default)]
pub struct Aim {
    /// Orders that must go and do: all, then by priority from the highest.
    pub saved: Vec<i64>,
    /// Orders by priority from the highest.
    pub by_priority: Vec<i64>,
    pub filled: i64,
    /// Walking and sorting, millimetres.
    pub effort_mm: i64,
    pub units: i64,
    /// Load and heads of the fullest station; (0, 1) without any.
    pub fullest: (i64, i64),
    pub(super) grain: i64,
}

impl Aim {
    /// Parts 1 to 3: what no shorter walk makes up for.
    pub(super) fn owed(&self, other: &Self) -> Ordering {
        self.saved
            .cmp(&other.saved)
            .then_with(|| self.by_priority.cmp(&other.by_priority))
            .then_with(|| self.filled.cmp(&other.filled))
    }

    /// Whole steps of the grain in the walking and sorting a unit; `None` without units.
    fn steps(&self) -> Option<i128> {
        let width = i128::from(self.units) * i128::from(self.grain);
        (width > 0).then(|| i128::from(self.effort_mm) / width)
    }

    /// Greater: less effort a unit.
    fn ease(&self, other: &Self) -> Ordering {
        if self.units <= 0 || other.units <= 0 {
            return (self.units > 0).cmp(&(other.units > 0));
        }
        less((self.effort_mm, self.units), (other.effort_mm, other.units))
    }

    fn stepwise_ease(&self, other: &Self) -> Ordering {
        match (self.steps(), other.steps()) {
            (Some(mine), Some(theirs)) => theirs.cmp(&mine),
            _ => self.ease(other),
        }
    }
}

/// Greater if the first fraction is the smaller one. Denominators are above 0.
pub(super) fn less((a, b): (i64, i64), (c, d): (i64, i64)) -> Ordering {
    (i128::from(c) * i128::from(b)).cmp(&(i128::from(a) * i128::from(d)))
}

impl Ord for Aim {
    fn cmp(&self, other: &Self) -> Ordering {
        self.owed(other)
            .then_with(|| self.stepwise_ease(other))
            .then_with(|| less(self.fullest, other.fullest))
            .then_with(|| self.ease(other))
            .then_with(|| self.units.cmp(&other.units))
    }
}

impl PartialOrd for Aim {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Aim {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Aim {}

#[cfg(test)]
mod tests {
    use super::*;

    fn aim(effort_mm: i64, units: i64, load: i64, grain: i64) -> Aim {
        Aim { effort_mm, units, fullest: (load, 1), grain, ..Aim::default() }
    }

    #[test]
    fn a_truck_made_beats_any_walk() {
        let far = Aim { saved: vec![1, 0], ..aim(i64::MAX, 1, 9, 0) };
        let near = Aim { saved: vec![0, 0], ..aim(1, 1, 0, 0) };
        assert!(far > near);
    }

    #[test]
    fn ratios_are_compared_exactly() {
        assert!(aim(i64::MAX - 1, i64::MAX, 0, 0) > aim(i64::MAX, i64::MAX, 0, 0));
        assert_eq!(aim(20, 2, 0, 0).ease(&aim(30, 3, 0, 0)), Ordering::Equal);
        assert!(aim(30, 3, 0, 0) > aim(20, 2, 0, 0), "equal a unit: more units");
        assert!(aim(7, 1, 0, 0) > aim(0, 0, 0, 0), "no wave is the worst wave");
    }

    #[test]
    fn within_a_grain_the_load_decides() {
        assert!(aim(199, 10, 5, 10) > aim(101, 10, 6, 10));
        assert!(aim(101, 10, 5, 10) > aim(199, 10, 5, 10));
        assert!(aim(99, 10, 9, 10) > aim(101, 10, 1, 10));
    }
}
