//! What the deck is about, as the database tells it, and how it stands with each cut-off. Rates are
//! of the last fifteen minutes.

use crate::protocol::list::Mark;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything that is on it, as the database tells it; instants in seconds of Unix time.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DeckNow {
    pub now: i64,
    pub cutoffs: Vec<CutOff>,
    pub numbers: Vec<Number>,
    pub waves: Vec<Wave>,
    pub zones: Vec<Zone>,
    pub health: Vec<Health>,
    pub alerts: Vec<Alert>,
    /// How many have a walk in hand, and how many stand at a bench; `None`: not for this viewer.
    pub pickers: Option<i64>,
    pub packers: Option<i64>,
    pub past: Past,
}

/// Shipments of a carrier that go with one cut-off, by how far they are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CutOff {
    /// Empty: of several carriers, all that is far away.
    pub carrier: String,
    pub at: i64,
    /// There are later ones among them: they are long past, or far away.
    pub several: bool,
    pub total: i64,
    pub waiting: i64,
    pub ready: i64,
    pub picking: i64,
    pub packing: i64,
    pub packed: i64,
    pub out: i64,
}

/// How long a list is, since when the oldest of it waits, and its nearest cut-off.
#[derive(Debug, Clone, Deserialize)]
pub struct Number {
    pub kind: String,
    pub of: String,
    pub n: i64,
    pub oldest: Option<i64>,
    pub next: Option<i64>,
}

/// A wave that is out: stops in all and still to go, units that were short.
#[derive(Debug, Clone, Deserialize)]
pub struct Wave {
    pub id: i64,
    pub no: String,
    pub stops: i64,
    pub left: i64,
    pub short: i64,
}

/// Lines to be picked in a zone, and people who pick there.
#[derive(Debug, Clone, Deserialize)]
pub struct Zone {
    pub zone: String,
    pub lines: i64,
    pub people: i64,
}

/// A printer, a shop, or the audit; `said`: what is wrong with it, `behind`: since how long.
#[derive(Debug, Clone, Deserialize)]
pub struct Health {
    pub kind: String,
    pub code: String,
    pub id: Option<i64>,
    pub said: Option<String>,
    pub behind: Option<String>,
}

/// What is the case by a rule of the site's, since when; `opens`: empty where nothing does.
#[derive(Debug, Clone, Deserialize)]
pub struct Alert {
    pub kind: String,
    pub subject: String,
    pub n: i64,
    pub opens: String,
    pub since: i64,
}

impl Alert {
    /// It came a moment ago: within the last two looks for alerts.
    pub fn is_new(&self, now: i64) -> bool {
        now - self.since <= NEW_S
    }
}

/// So long an alert is new.
const NEW_S: i64 = 30;

/// The last two hours in parts of fifteen minutes, the latest first.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Past {
    pub picked: Vec<i64>,
    pub packed: Vec<i64>,
    pub handed_over: Vec<i64>,
    /// Shipments packed, by carrier and instant of the cut-off with a blank between.
    pub by_cutoff: BTreeMap<String, Vec<i64>>,
    /// Lines picked in the last part, by zone.
    pub by_zone: BTreeMap<String, i64>,
    pub pace: Pace,
}

/// How fast one works, in the middle of those who do the same; `None`: nobody did in the last hour.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Pace {
    /// Lines an hour.
    pub picked: Option<f64>,
    /// Parcels an hour.
    pub packed: Option<f64>,
    /// Lines of a shipment.
    pub lines: Option<f64>,
}

pub(super) const PARTS_PER_HOUR: i64 = 4;
pub(super) const HOUR_S: i64 = 3600;
/// Who would be done later than so long before the cut-off is at risk.
pub(super) const SLACK_S: i64 = 600;
/// Where nobody packs, a cut-off that is so near is at risk.
const NEAR_S: i64 = HOUR_S;
/// A cut-off so far in the past stands for all before it.
pub(super) const DAY_S: i64 = 24 * HOUR_S;

impl CutOff {
    /// Not packed yet.
    pub fn to_pack(&self) -> i64 {
        self.waiting + self.ready + self.picking + self.packing
    }

    /// Not handed over yet.
    pub fn here(&self) -> i64 {
        self.to_pack() + self.packed
    }

    /// Shipments an hour that make it; `None`: it has passed, or all are packed.
    pub fn needed(&self, now: i64) -> Option<i64> {
        let left_s = self.at - now;
        (left_s > 0 && self.to_pack() > 0).then(|| {
            let hours = left_s as f64 / HOUR_S as f64;
            (self.to_pack() as f64 / hours).ceil() as i64
        })
    }

    /// When the last one is packed at this rate an hour; `None`: nobody packs.
    pub fn done_at(&self, now: i64, rate: i64) -> Option<i64> {
        (rate > 0).then(|| now + self.to_pack() * HOUR_S / rate)
    }

    /// How it stands with it.
    pub fn mark(&self, now: i64, rate: i64) -> Mark {
        match (self.here(), self.to_pack(), self.done_at(now, rate)) {
            (0, ..) => Mark::Done,
            _ if self.at <= now => Mark::Late,
            (_, 0, _) => Mark::Fine,
            (.., Some(done)) if done > self.at - SLACK_S => Mark::Soon,
            (.., None) if self.at - now < NEAR_S => Mark::Soon,
            _ => Mark::Fine,
        }
    }
}

impl DeckNow {
    /// Shipments packed with a cut-off, in the parts of the last two hours.
    pub fn rates(&self, cutoff: &CutOff) -> &[i64] {
        let key = format!("{} {}", cutoff.carrier, cutoff.at);
        self.past.by_cutoff.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Shipments an hour, as it goes now.
    pub fn rate(&self, cutoff: &CutOff) -> i64 {
        self.rates(cutoff).first().copied().unwrap_or(0) * PARTS_PER_HOUR
    }

    /// Shipments that are late, at risk, and well.
    pub fn tally(&self) -> [i64; 3] {
        let mut tally = [0; 3];
        for cutoff in &self.cutoffs {
            let which = match cutoff.mark(self.now, self.rate(cutoff)) {
                Mark::Late => 0,
                Mark::Soon => 1,
                _ => 2,
            };
            tally[which] += cutoff.here();
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cutoff(at: i64, ready: i64, packed: i64, out: i64) -> CutOff {
        let total = ready + packed + out;
        CutOff { carrier: "SF".into(), at, total, ready, packed, out, ..CutOff::default() }
    }

    #[test]
    fn a_cut_off_is_late_at_risk_well_or_done() {
        let marks = [
            (cutoff(-60, 0, 1, 5), 0, Mark::Late),
            (cutoff(-60, 0, 0, 5), 0, Mark::Done),
            (cutoff(7200, 10, 0, 0), 0, Mark::Fine),
            (cutoff(3000, 10, 0, 0), 0, Mark::Soon),
            // 20 an hour: half an hour for ten.
            (cutoff(2500, 10, 0, 0), 20, Mark::Fine),
            (cutoff(2300, 10, 0, 0), 20, Mark::Soon),
            (cutoff(60, 0, 4, 0), 0, Mark::Fine),
        ];
        for (cutoff, rate, mark) in marks {
            assert_eq!(cutoff.mark(0, rate), mark, "{cutoff:?} at {rate}");
        }
    }

    #[test]
    fn rates_are_what_is_needed_and_what_is_done() {
        let cutoff = cutoff(1800, 10, 2, 3);
        assert_eq!((cutoff.to_pack(), cutoff.here(), cutoff.needed(0)), (10, 12, Some(20)));
        assert_eq!((cutoff.done_at(0, 40), cutoff.done_at(0, 0)), (Some(900), None));
        assert_eq!(cutoff.needed(1800), None);
    }
}
