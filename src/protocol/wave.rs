//! Releasing a wave: which ready shipments, what they are, what would be short.

use super::scan::Scan;
use super::{Card, Expect, Page, Refusal, Text};
use serde::{Deserialize, Serialize};

/// The filter is the step: it stands there again after a broken line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    /// Shop code, carrier code; empty takes all.
    pub shop: String,
    pub carrier: String,
    /// Only what leaves with the next truck.
    pub next_cutoff_only: bool,
    /// What the last rehearsal of this choice said; it counts as long as the choice has as many shipments.
    pub rehearsed: Option<Rehearsed>,
}

/// A release that was tried and taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Rehearsed {
    pub shipments: i64,
    pub short_shipments: i64,
    pub short_units: i64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub shops: Vec<String>,
    pub carriers: Vec<String>,
    pub shipments: i64,
    pub lines: i64,
    pub units: i64,
    pub next_cutoff: Option<String>,
    /// Pending for want of stock, held, with an open exception.
    pub pending: i64,
    pub held: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Filter(Step),
    Release,
    Leave,
}

pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match scan.card {
        Some(Card::Release | Card::Yes) if now.shipments > 0 => return Ok(Decision::Release),
        Some(Card::Release | Card::Yes) => return Err(Refusal::wrong(Text::key("wave-nothing"))),
        Some(Card::Back) => return Ok(Decision::Leave),
        Some(Card::Next) => return Ok(Decision::Filter(step.clone())),
        Some(other) => return Err(Refusal::wrong(Text::key("card-not-here").with("card", other.name()))),
        None => {}
    }
    let filter = match scan.number.as_ref().map(|(n, _)| *n) {
        Some(1) => Step { shop: after(&now.shops, &step.shop), ..step.clone() },
        Some(2) => Step { carrier: after(&now.carriers, &step.carrier), ..step.clone() },
        Some(3) => Step { next_cutoff_only: !step.next_cutoff_only, ..step.clone() },
        _ => return Err(Refusal::wrong(Text::key("wave-expects").with("came", scan.came()))),
    };
    Ok(Decision::Filter(filter))
}

/// The next choice of a list, and after the last one all of it again.
fn after(list: &[String], current: &str) -> String {
    if current.is_empty() {
        return list.first().cloned().unwrap_or_default();
    }
    list.iter().skip_while(|c| *c != current).nth(1).cloned().unwrap_or_default()
}

pub fn expects(now: &Snapshot) -> Vec<Expect> {
    vec![Expect::card(if now.shipments > 0 { Card::Release } else { Card::Back })]
}

pub fn page(now: &Snapshot, step: &Step) -> Page {
    let chosen = |key: &str, value: &str| {
        let text = Text::key(key);
        if value.is_empty() { text.with("value", "*") } else { text.with("value", value) }
    };
    let cutoff = if step.next_cutoff_only { now.next_cutoff.as_deref().unwrap_or("-") } else { "" };
    let mut page = Page::new(Text::key("wave-title"), Text::key("wave-prompt"))
        .big(Text::key("wave-count").with("shipments", now.shipments))
        .fact(Text::key("wave-size").with("lines", now.lines).with("units", now.units))
        .choice(chosen("wave-shop", &step.shop), None)
        .choice(chosen("wave-carrier", &step.carrier), None)
        .choice(chosen("wave-cutoff", cutoff), None)
        .cards(&[Card::Help, Card::Release, Card::Next, Card::Back])
        .live();
    if let Some(tried) = step.rehearsed.filter(|tried| tried.shipments == now.shipments && tried.short_shipments > 0) {
        page = page.strong(Text::key("wave-short").with("shipments", tried.short_shipments).with("units", tried.short_units));
    }
    if now.pending + now.held > 0 {
        page = page.fact(Text::key("wave-waiting").with("pending", now.pending).with("held", now.held));
    }
    page
}
