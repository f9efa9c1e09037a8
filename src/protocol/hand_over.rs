//! Handing over: parcels are scanned onto a carrier's list; CLOSE sends the goods out and tells the
//! shop.

use super::scan::{Scan, ScanTarget};
use super::{Card, Expect, Kind, Message, Page, Refusal};
use serde::{Deserialize, Serialize};

/// Which carrier's list a person fills, or none yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    /// The list in hand; the first parcel decides it.
    pub list_id: Option<i64>,
    /// CLOSE was said though so many parcels of the carrier wait: said again it counts, while no
    /// more do.
    #[serde(default)]
    pub closing: Option<i64>,
}

/// The list in hand, while it is open, and the labelled parcels that could go onto one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub list: Option<List>,
    /// A parcel that waits for a truck, for what the screen suggests, and how many wait.
    pub waiting: Option<String>,
    pub waiting_count: i64,
}

/// A carrier's open list: how many parcels stand on it, and the SSCC of the one scanned last.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub id: i64,
    pub code: String,
    pub carrier: String,
    pub parcels: i64,
    pub last: Option<String>,
}

/// What a scan does to the list in hand, or which list it takes in hand.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Whether it may go is looked up with it.
    Add {
        parcel: i64,
        sscc: String,
    },
    Open {
        list: i64,
    },
    Close {
        list: i64,
    },
    /// It was asked about, and stays open.
    KeepOpen,
    /// Some of the carrier's still wait: is it meant?
    AskClose,
    /// The last parcel comes off the list again.
    TakeOff {
        list: i64,
    },
    Leave,
}

/// A parcel goes onto the list, the code of a list takes it in hand. CLOSE and UNDO are refused
/// while no parcel stands on it; CLOSE is asked once more while others of the carrier wait.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match (scan.card, &now.list) {
        (Some(Card::Close), Some(list))
            if list.parcels > 0 && now.waiting_count > step.closing.unwrap_or_default() =>
        {
            return Ok(Decision::AskClose);
        }
        (Some(Card::Close), Some(list)) if list.parcels > 0 => {
            return Ok(Decision::Close { list: list.id });
        }
        (Some(Card::Close), _) => return Err(Refusal::wrong(Message::key("hand-over-nothing"))),
        (Some(Card::Undo | Card::No | Card::Back), _) if step.closing.is_some() => {
            return Ok(Decision::KeepOpen);
        }
        (Some(Card::Undo), Some(list)) if list.parcels > 0 => {
            return Ok(Decision::TakeOff { list: list.id });
        }
        (Some(Card::Undo), _) => return Err(Refusal::wrong(Message::key("undo-nothing"))),
        (Some(Card::Back), _) => return Ok(Decision::Leave),
        (Some(other), _) => return Err(Refusal::not_here(other)),
        (None, _) => {}
    }
    for found in &scan.matches {
        match found {
            ScanTarget::Parcel { id, sscc } => {
                return Ok(Decision::Add { parcel: *id, sscc: sscc.clone() });
            }
            ScanTarget::List { id, .. } => return Ok(Decision::Open { list: *id }),
            _ => {}
        }
    }
    Err(Refusal::wrong(Message::key("hand-over-expects-parcel").with("received", scan.received())))
}

/// A parcel that waits, of the list's carrier if there is a list; CLOSE once a parcel stands on it.
pub fn accepted_scans(now: &Snapshot) -> Vec<Expect> {
    let mut out: Vec<Expect> = now
        .waiting
        .iter()
        .map(|sscc| Expect::new(Kind::Parcel, sscc, &format!("00{sscc}")))
        .collect();
    if now.list.as_ref().is_some_and(|list| list.parcels > 0) {
        out.push(Expect::card(Card::Close));
    }
    out
}

/// The carrier and how many parcels are on the list, how many more wait, and the last one. Without
/// a list, the question for its first parcel.
pub fn build_page(now: &Snapshot) -> Page {
    let cards = [Card::Help, Card::Undo, Card::Close, Card::Back];
    let waiting = Message::key("hand-over-waiting").with("count", now.waiting_count);
    let Some(list) = &now.list else {
        return Page::new(Message::key("menu-hand-over"), Message::key("hand-over-prompt"))
            .big(Message::key("hand-over-big"))
            .fact(waiting)
            .cards(&cards);
    };
    // What is called off meanwhile is said before CLOSE.
    let mut page = Page::new(
        Message::key("hand-over-title").with("list", &list.code),
        Message::key("hand-over-prompt-more"),
    )
    .big(
        Message::key("hand-over-count")
            .with("carrier", &list.carrier)
            .with("parcels", list.parcels),
    )
    .fact(waiting)
    .cards(&cards)
    .live();
    if let Some(last) = &list.last {
        page = page.fact(Message::key("hand-over-last").with("sscc", last));
    }
    page
}
