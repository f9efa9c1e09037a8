//! The life that goods must have left on the day of delivery.

use serde::{Deserialize, Serialize};

/// So many days, or so many hundredths of the item's shelf life; the other is zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinLife {
    pub days: i32,
    pub pct: i32,
}

impl MinLife {
    /// `90` is days, `66%` a share. At most 100,000 days and 100 %.
    pub fn parse(text: &str) -> Option<MinLife> {
        let text = text.trim();
        match text.strip_suffix(['%', '％']) {
            Some(share) => {
                let pct = share.trim().parse().ok().filter(|n| (0..=100).contains(n))?;
                Some(MinLife { days: 0, pct })
            }
            None => {
                let days = text.parse().ok().filter(|n| (0..=100_000).contains(n))?;
                Some(MinLife { days, pct: 0 })
            }
        }
    }
}
