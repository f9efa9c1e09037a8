//! Cases that wait for a supervisor, one after another, each with its ways out.

use super::scan::Scan;
use super::{Card, Expect, Page, Refusal, Text};
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    /// The case on the screen.
    pub exception_id: Option<i64>,
    /// A count that writes off much: the same number again, or YES, makes it count.
    #[serde(default)]
    pub counted: Option<Units>,
}

/// So many units are written off without a second word.
const FREELY: Units = 5;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub open: i64,
    pub case: Option<Case>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: i64,
    pub reason: String,
    pub subject: String,
    pub item: Option<Name>,
    pub lot: Option<String>,
    pub qty: Option<Units>,
    pub said: String,
    pub since: String,
    /// Goods of this case that are held now.
    pub held: Units,
    pub shipment_id: Option<i64>,
}

/// What can be done about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A number: so many were found, the rest is gone.
    Count,
    /// Look again whether it works now.
    Retry,
    /// Give the shipment up; what is in totes is put back.
    Cancel,
    /// Seen, nothing to do.
    Done,
}

impl Case {
    pub fn ways(&self) -> &'static [Way] {
        match self.reason.as_str() {
            "short" | "damaged" | "empty" => &[Way::Count],
            "not_found" => &[Way::Retry, Way::Cancel],
            "broken_promise" | "unknown_item" | "no_carrier" => &[Way::Retry, Way::Done],
            _ => &[Way::Done],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Next,
    Count(Units),
    /// So many would be written off: it is asked once more.
    Sure(Units),
    Way(Way),
    Leave,
}

pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match scan.card {
        Some(Card::Yes) if step.counted.is_some() => return Ok(Decision::Count(step.counted.unwrap_or_default())),
        Some(Card::No | Card::Undo) if step.counted.is_some() => return Ok(Decision::Next),
        Some(Card::Next) => return Ok(Decision::Next),
        Some(Card::Back) => return Ok(Decision::Leave),
        Some(other) => return Err(Refusal::wrong(Text::key("card-not-here").with("card", other.name()))),
        None => {}
    }
    let Some(case) = &now.case else { return Err(Refusal::wrong(Text::key("exceptions-none"))) };
    let number = scan.number.as_ref().map(|(n, _)| *n);
    if case.ways().contains(&Way::Count) {
        return match number {
            Some(found) if found <= case.held && (case.held - found <= FREELY || step.counted == Some(found)) => Ok(Decision::Count(found)),
            Some(found) if found <= case.held => Ok(Decision::Sure(found)),
            Some(found) => Err(Refusal::wrong(Text::key("exceptions-more-than-held").with("came", found).with("held", case.held))),
            None => Err(Refusal::wrong(Text::key("exceptions-expects-count").with("came", scan.came()).with("held", case.held))),
        };
    }
    let way = number.and_then(|n| usize::try_from(n - 1).ok()).and_then(|n| case.ways().get(n));
    way.map(|way| Decision::Way(*way)).ok_or_else(|| Refusal::wrong(Text::key("exceptions-expects-choice").with("came", scan.came())))
}

pub fn expects(now: &Snapshot) -> Vec<Expect> {
    if now.open > 1 { vec![Expect::card(Card::Next)] } else { vec![Expect::card(Card::Back)] }
}

pub fn page(now: &Snapshot, step: &Step) -> Page {
    let title = Text::key("exceptions-title").with("open", now.open);
    let Some(case) = &now.case else {
        return Page::new(title, Text::key("exceptions-prompt-none")).big(Text::key("exceptions-none")).cards(&[Card::Help, Card::Back]).live();
    };
    let prompt = match (step.counted, case.ways()) {
        (Some(found), _) => Text::key("exceptions-sure").with("gone", case.held - found).with("found", found),
        (None, [Way::Count]) => Text::key("exceptions-prompt-count").with("held", case.held),
        _ => Text::key("exceptions-prompt-choice").with("held", case.held),
    };
    let mut page = Page::new(title, prompt)
        .big(Text::key(&format!("reason-{}", case.reason.replace('_', "-"))))
        .fact(Text::plain(&case.subject))
        .cards(if step.counted.is_some() { &[Card::Help, Card::Yes, Card::No, Card::Back] } else { &[Card::Help, Card::Next, Card::Back] });
    if let Some(item) = &case.item {
        page = page.fact(Text::plain(item));
    }
    if let Some(qty) = case.qty {
        page = page.strong(match &case.lot {
            Some(lot) => Text::key("exceptions-qty").with("qty", qty).with("lot", lot),
            None => Text::key("exceptions-units").with("qty", qty),
        });
    }
    if !case.said.is_empty() {
        page = page.fact(Text::plain(&case.said));
    }
    page = page.fact(Text::key("exceptions-since").with("since", &case.since));
    for way in case.ways().iter().filter(|way| **way != Way::Count) {
        let key = match way {
            Way::Retry => "way-retry",
            Way::Cancel => "way-cancel",
            Way::Count | Way::Done => "way-done",
        };
        page = page.choice(Text::key(key), None);
    }
    page
}
