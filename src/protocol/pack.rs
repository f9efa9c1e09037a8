//! Packing: one scan a unit; the last one closes the parcel and prints its label.

use super::scan::{Meaning, Scan, first_fit};
use super::{Card, Expect, Kind, Page, Refusal, Text};
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    /// The shipment on the bench.
    pub shipment_id: Option<i64>,
    /// Its totes that were brought.
    pub totes: Vec<i64>,
    /// The parcel whose label is on its way.
    pub closing: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub bench: Option<Bench>,
    pub shipment: Option<Shipment>,
    /// Totes in staging that wait for a bench: an example, for what the screen suggests.
    pub waiting_tote: Option<String>,
    pub any_bench: Option<String>,
    /// The shipment on the bench was given up meanwhile.
    pub gone: Option<String>,
    /// The parcel that was labelled last on this bench.
    pub last_parcel: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    pub place_id: i64,
    pub code: String,
    pub printer: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    pub id: i64,
    pub no: String,
    pub carrier: String,
    /// Totes that hold goods of it, the brought ones marked.
    pub totes: Vec<(i64, String, bool)>,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub item_id: i64,
    pub sku: String,
    pub name: Name,
    pub barcode: Option<String>,
    pub lot: String,
    pub last_good: String,
    pub reservation_id: i64,
    /// Still in a tote.
    pub left: Units,
    pub packed: Units,
}

impl Shipment {
    pub fn missing_totes(&self) -> impl Iterator<Item = &str> {
        self.totes.iter().filter(|(_, _, brought)| !brought).map(|(_, code, _)| code.as_str())
    }
    pub fn left(&self) -> Units {
        self.lines.iter().map(|line| line.left).sum()
    }
    pub fn packed(&self) -> Units {
        self.lines.iter().map(|line| line.packed).sum()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Bind(i64),
    /// A tote is brought; whose it is and whether it may be packed is looked up with it.
    Bring { tote: i64, code: String },
    /// Units of reservations go into the parcel; `seen` if no code was read.
    Pack { reservations: Vec<(i64, Units)>, seen: bool },
    Reprint,
    /// Puts the shipment aside; what is packed stays packed.
    Aside,
    Leave,
}

pub fn decide(now: &Snapshot, scan: &Scan) -> Result<Decision, Refusal> {
    if let Some(card) = scan.card {
        return match card {
            Card::Reprint if now.last_parcel.is_some() => Ok(Decision::Reprint),
            Card::Reprint => Err(Refusal::wrong(Text::key("reprint-nothing"))),
            Card::NoCode => no_code(now),
            Card::Back if now.shipment.is_some() || now.gone.is_some() => Ok(Decision::Aside),
            Card::Back => Ok(Decision::Leave),
            other => Err(Refusal::wrong(Text::key("card-not-here").with("card", other.name()))),
        };
    }
    if let Some(shipment) = &now.gone {
        return Err(Refusal::stop(Text::key("pack-gone").with("shipment", shipment)));
    }
    if let Some(Meaning::Bench { id, .. }) = scan.meanings.iter().find(|m| matches!(m, Meaning::Bench { .. })) {
        return Ok(Decision::Bind(*id));
    }
    if now.bench.is_none() {
        return Err(Refusal::wrong(Text::key("pack-expects-bench").with("came", scan.came())));
    }
    match first_fit(&scan.meanings, |meaning| take(now, meaning))? {
        Some(decision) => Ok(decision),
        None => Err(match &now.shipment {
            None => Refusal::wrong(Text::key("pack-expects-tote").with("came", scan.came())),
            Some(_) => Refusal::wrong(Text::key("pack-unknown").with("came", scan.came())),
        }),
    }
}

fn take(now: &Snapshot, meaning: &Meaning) -> Result<Option<Decision>, Refusal> {
    match (meaning, &now.shipment) {
        (Meaning::Container { id, code, kind, used_for, .. }, shipment) if kind == "tote" => {
            let Some(owner) = used_for else { return Err(Refusal::wrong(Text::key("pack-tote-empty").with("came", code))) };
            match shipment {
                Some(s) if s.no != *owner => Err(Refusal::wrong(Text::key("pack-other-shipment").with("came", code).with("other", owner).with("shipment", &s.no))),
                _ => Ok(Some(Decision::Bring { tote: *id, code: code.clone() })),
            }
        }
        (Meaning::Item { id, name, units, lot, last_good, .. }, Some(shipment)) => {
            if let Some(tote) = shipment.missing_totes().next() {
                return Err(Refusal::wrong(Text::key("pack-more-totes").with("tote", tote)));
            }
            unit(shipment, *id, name, *units, lot.as_deref(), last_good.as_deref()).map(Some)
        }
        _ => Ok(None),
    }
}

fn unit(shipment: &Shipment, item: i64, name: &Name, units: Units, lot: Option<&str>, last_good: Option<&str>) -> Result<Decision, Refusal> {
    let mine: Vec<&Line> = shipment.lines.iter().filter(|l| l.item_id == item).collect();
    if mine.is_empty() {
        return Err(Refusal::wrong(Text::key("pack-wrong-item").with("came", name).with("shipment", &shipment.no)));
    }
    let fits = |l: &&&Line| lot.is_none_or(|n| n.eq_ignore_ascii_case(&l.lot)) && last_good.is_none_or(|d| d == l.last_good);
    if !mine.iter().any(|l| fits(&l)) {
        return Err(Refusal::wrong(Text::key("pack-wrong-lot").with("came", lot.or(last_good).unwrap_or_default()).with("lot", &mine[0].lot)));
    }
    let mut rest = units;
    let mut reservations = Vec::new();
    for line in mine.iter().filter(|l| l.left > 0 && fits(l)) {
        let take = rest.min(line.left);
        if take > 0 {
            reservations.push((line.reservation_id, take));
            rest -= take;
        }
    }
    if rest > 0 {
        return Err(Refusal::wrong(Text::key("pack-too-many").with("came", name).with("left", units - rest)));
    }
    Ok(Decision::Pack { reservations, seen: false })
}

/// Goods without a readable code: the person's word counts where there is nothing to mistake it for.
fn no_code(now: &Snapshot) -> Result<Decision, Refusal> {
    let lines: Vec<&Line> = now.shipment.iter().filter(|s| s.missing_totes().next().is_none()).flat_map(|s| &s.lines).filter(|l| l.left > 0).collect();
    match lines.as_slice() {
        [] => Err(Refusal::wrong(Text::key("card-not-here").with("card", Card::NoCode.name()))),
        [first, rest @ ..] if rest.iter().all(|l| l.item_id == first.item_id) => Ok(Decision::Pack { reservations: vec![(first.reservation_id, 1)], seen: true }),
        _ => Err(Refusal::wrong(Text::key("pack-no-code-last"))),
    }
}

pub fn expects(now: &Snapshot) -> Vec<Expect> {
    let Some(_) = &now.bench else {
        return now.any_bench.iter().map(|code| Expect::new(Kind::Bench, code, code)).collect();
    };
    if now.gone.is_some() {
        return vec![Expect::card(Card::Back)];
    }
    let Some(shipment) = &now.shipment else {
        return now.waiting_tote.iter().map(|code| Expect::new(Kind::Tote, code, code)).collect();
    };
    let missing: Vec<Expect> = shipment.missing_totes().map(|code| Expect::new(Kind::Tote, code, code)).collect();
    if !missing.is_empty() {
        return missing;
    }
    shipment.lines.iter().filter(|l| l.left > 0).filter_map(|l| l.barcode.as_ref().map(|code| Expect::new(Kind::Item, &l.sku, code))).collect()
}

pub fn page(now: &Snapshot) -> Page {
    let Some(bench) = &now.bench else {
        return Page::new(Text::key("pack-title"), Text::key("pack-prompt-bench")).big(Text::key("pack-big-bench")).cards(&[Card::Help, Card::Back]);
    };
    let title = Text::key("pack-title-bench").with("bench", &bench.code);
    if let Some(shipment) = &now.gone {
        return Page::new(title, Text::key("pack-prompt-gone")).big(Text::key("pack-big-gone")).strong(Text::key("pack-gone").with("shipment", shipment)).cards(&[Card::Help, Card::Back]);
    }
    let Some(shipment) = &now.shipment else {
        let mut page = Page::new(title, Text::key("pack-prompt-tote")).big(Text::key("pack-big-tote")).cards(&[Card::Help, Card::Reprint, Card::Back]);
        page = match &bench.printer {
            Some(printer) => page.fact(Text::key("pack-printer").with("printer", printer)),
            None => page.strong(Text::key("pack-no-printer")),
        };
        return page;
    };
    let cards = [Card::Help, Card::NoCode, Card::Reprint, Card::Back];
    if let Some(tote) = shipment.missing_totes().next() {
        return Page::new(title, Text::key("pack-prompt-more").with("tote", tote).with("shipment", &shipment.no))
            .big(Text::plain(tote))
            .fact(Text::key("pack-shipment").with("shipment", &shipment.no).with("carrier", &shipment.carrier))
            .cards(&cards);
    }
    let (left, packed) = (shipment.left(), shipment.packed());
    let mut page = Page::new(title, Text::key("pack-prompt-unit"))
        .big(Text::key("pack-count").with("packed", packed).with("of", packed + left))
        .fact(Text::key("pack-shipment").with("shipment", &shipment.no).with("carrier", &shipment.carrier))
        .cards(&cards);
    for line in shipment.lines.iter().filter(|l| l.left > 0) {
        page = page.strong(Text::key("pack-line").with("left", line.left).with("item", &line.name));
    }
    page
}
