//! How much of the budget is spent, asked for seldom: the caller may have to look at a clock.

/// The budget is asked again after this many walks.
const WALKS: u32 = 512;

/// Asks the budget for those who measure many walks.
pub(crate) struct Pace<'b> {
    budget: &'b mut dyn FnMut() -> f64,
    walks: u32,
    spent: f64,
}

impl<'b> Pace<'b> {
    pub(crate) fn new(budget: &'b mut dyn FnMut() -> f64) -> Self {
        Self { budget, walks: 0, spent: 0.0 }
    }

    /// Takes note of one more walk; the share that is spent, as last known.
    pub(crate) fn walked(&mut self) -> f64 {
        self.walks += 1;
        if self.walks < WALKS { self.spent } else { self.ask() }
    }

    /// The share of the budget that is spent, 0 to 1. What is no number counts as all of it.
    pub(crate) fn ask(&mut self) -> f64 {
        self.walks = 0;
        let spent = (self.budget)();
        self.spent = if spent.is_nan() { 1.0 } else { spent.clamp(0.0, 1.0) };
        self.spent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_after_many_walks_and_when_told() {
        let mut answers = [-0.5, f64::NAN, 7.0].into_iter();
        let mut budget = || answers.next().unwrap();
        let mut pace = Pace::new(&mut budget);
        assert_eq!(pace.ask(), 0.0);
        assert!((1..WALKS).all(|_| pace.walked() == 0.0));
        assert_eq!(pace.walked(), 1.0);
        assert_eq!(pace.ask(), 1.0);
    }
}
