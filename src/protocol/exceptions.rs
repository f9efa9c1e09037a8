//! Exceptions that wait for a supervisor, one after another, each with its ways out.

use super::scan::{Scan, ScanTarget, command_of};
use super::{Card, Expect, Message, Page, Refusal, desk};
use crate::domain::states::Coded;
use crate::domain::states::ExceptionReason::{self, *};
use crate::domain::{Name, Units};
use serde::{Deserialize, Serialize};

/// Which exception a supervisor has in hand, and what they are asked once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    /// The exception on the screen.
    pub exception_id: Option<i64>,
    /// A count that writes off much: the same number again, or YES, makes it count.
    #[serde(default)]
    pub counted: Option<Units>,
    /// The shipment would be given up: it is asked once more.
    #[serde(default)]
    pub cancels: bool,
    /// The list that it was opened from: it is looked at again when this one is answered.
    #[serde(default)]
    pub back: Option<desk::Step>,
}

impl Step {
    /// This exception, with nothing answered yet. `None`: whichever is the oldest.
    pub fn at(exception_id: Option<i64>) -> Step {
        Step { exception_id, ..Step::default() }
    }
}

/// So many units are written off without a second word.
const FREELY: Units = 5;

/// The exception on the screen (`None`: nothing is open), and how many this person could answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub open: i64,
    pub exception: Option<Exception>,
}

/// An open exception with what is known of its goods and of whom it concerns; most of it may be
/// missing, by its reason.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exception {
    pub id: i64,
    pub reason: String,
    pub subject: String,
    pub item: Option<Name>,
    pub lot: Option<String>,
    pub qty: Option<Units>,
    pub detail: String,
    pub since: String,
    /// Goods of this exception that are held now.
    pub held: Units,
    /// Goods of its item and lot that are booked where it was reported.
    pub booked: Units,
    pub shipment_id: Option<i64>,
    /// Open exceptions of the same reason, this one included.
    pub same: i64,
    /// A shop's code that names no item of ours.
    pub code: Option<String>,
    /// Whose order or listing it is; empty where no shop is behind it.
    pub shop: String,
}

/// What can be done about an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// A number: so many were found, the rest is gone; or, where more lies there than is known, so
    /// many are there in all.
    Count,
    /// The shop's code is this item: its code is scanned or typed.
    Map,
    /// Look again whether it works now.
    Retry,
    /// Give the shipment up; what is in totes is put back.
    Cancel,
    /// The shipment is set aside; what is in totes is put back.
    Hold,
    /// What is there goes now, the rest in a shipment of its own.
    Split,
    /// What is there goes now, the rest never.
    GiveUpRest,
    /// Seen, nothing to do.
    Done,
    /// The same for every open exception of this reason.
    RetryAll,
    DoneAll,
}

impl Resolution {
    /// The key of its words in the catalogue.
    fn key(self) -> &'static str {
        match self {
            Resolution::Map => "way-map",
            Resolution::Retry => "way-retry",
            Resolution::RetryAll => "way-retry-all",
            Resolution::Hold => "way-hold",
            Resolution::Split => "way-split",
            Resolution::GiveUpRest => "way-give-up-rest",
            Resolution::Cancel => "way-cancel",
            Resolution::DoneAll => "way-done-all",
            Resolution::Count | Resolution::Done => "way-done",
        }
    }
}

/// The ways out that an exception of a reason has by itself.
pub fn ways_of(reason: &str) -> Vec<Resolution> {
    Exception { reason: reason.to_owned(), same: 1, ..Exception::default() }.resolutions()
}

impl Exception {
    /// Its ways out in the order of their digits; those for all of its reason only where several
    /// are open. A reason of the site's own can only be marked as seen.
    pub fn resolutions(&self) -> Vec<Resolution> {
        let several = |way: Resolution| (self.same > 1).then_some(way);
        let all = |ways: &[Resolution], more: &[Resolution]| {
            let more = more.iter().copied().filter_map(several);
            ways.iter().copied().chain(more).collect()
        };
        let retries = &[Resolution::RetryAll];
        match self.kind() {
            Some(Short | Damaged | Empty | CounterBack) => vec![Resolution::Count],
            Some(Found) if self.counts_whole_bin() => vec![Resolution::Count],
            Some(NotFound) => all(
                &[
                    Resolution::Retry,
                    Resolution::Split,
                    Resolution::GiveUpRest,
                    Resolution::Hold,
                    Resolution::Cancel,
                ],
                retries,
            ),
            Some(BrokenPromise) => all(
                &[
                    Resolution::Retry,
                    Resolution::Split,
                    Resolution::GiveUpRest,
                    Resolution::Hold,
                    Resolution::Cancel,
                    Resolution::Done,
                ],
                retries,
            ),
            Some(GoodsHeld | OutOfDate) => {
                all(&[Resolution::Retry, Resolution::Hold, Resolution::Cancel], retries)
            }
            Some(UnknownItem) => {
                all(&[Resolution::Map, Resolution::Retry, Resolution::Done], retries)
            }
            Some(ChangedLate | NoCarrier) => all(&[Resolution::Retry, Resolution::Done], retries),
            Some(DispatchRefused | PushRefused) => all(
                &[Resolution::Retry, Resolution::Done],
                &[Resolution::RetryAll, Resolution::DoneAll],
            ),
            _ => all(&[Resolution::Done], &[Resolution::DoneAll]),
        }
    }

    /// The reason, if it is one that the program knows ways out of; a site has its own besides.
    pub fn kind(&self) -> Option<ExceptionReason> {
        ExceptionReason::parse(&self.reason)
    }

    /// More was found than is known: the count is of all that lies there, and nothing is held for
    /// it.
    pub fn counts_whole_bin(&self) -> bool {
        self.kind() == Some(Found) && self.lot.is_some()
    }
}

/// What an answer does to the exception, or which one comes onto the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Next,
    Count(Units),
    /// So many would be written off: it is asked once more.
    Sure(Units),
    Resolution(Resolution),
    /// Is the shipment really to be given up?
    Asks,
    /// The shop's code means this item: by its barcode, or by what was typed.
    Map {
        item: Option<i64>,
        typed: String,
    },
    Leave,
}

impl Decision {
    /// It changes something, and does not only turn the page or ask once more.
    pub fn acts(&self) -> bool {
        matches!(self, Decision::Count(_) | Decision::Resolution(_) | Decision::Map { .. })
    }
}

/// The scan with a typed word as the command that the screen names so; any other word may be what a
/// shop's code means.
pub fn worded(scan: &Scan) -> Scan {
    let answers = [Card::Yes, Card::No, Card::Back, Card::Next];
    let named = || command_of(&scan.text).filter(|card| answers.contains(card));
    Scan { card: scan.card.or_else(named), ..scan.clone() }
}

/// A number counts or chooses a way out; an item's code, or words, tell what a shop's code means.
/// To write off more than `FREELY`, to count a whole bin or to give a shipment up is asked twice.
/// Refused: more than is held, or a way out that is not offered.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    if let Some(card) = scan.card {
        return command(now, step, card);
    }
    let Some(exception) = &now.exception else {
        return Err(Refusal::wrong(Message::key("exceptions-none")));
    };
    // A digit is no answer to whether a shipment is given up.
    if step.cancels {
        let text = Message::key("exceptions-ask-cancel").with("subject", &exception.subject);
        return Err(Refusal::wrong(text));
    }
    if exception.counts_whole_bin() {
        return counted_bin(step, scan);
    }
    let resolutions = exception.resolutions();
    if resolutions.contains(&Resolution::Count) {
        return counted_goods(exception, step, scan);
    }
    let item = scan
        .matches
        .iter()
        .find_map(|m| if let ScanTarget::Item { id, .. } = m { Some(*id) } else { None });
    if resolutions.contains(&Resolution::Map) && (item.is_some() || scan.number.is_none()) {
        return Ok(Decision::Map { item, typed: scan.text.trim().to_owned() });
    }
    way_out(&resolutions, step, scan)
}

fn command(now: &Snapshot, step: &Step, card: Card) -> Result<Decision, Refusal> {
    match (card, step.counted) {
        (Card::Yes, _) if step.cancels => Ok(Decision::Resolution(Resolution::Cancel)),
        (Card::No | Card::Undo | Card::Back, _) if step.cancels => Ok(Decision::Next),
        (Card::Yes, Some(counted)) => Ok(Decision::Count(counted)),
        (Card::No | Card::Undo | Card::Back, Some(_)) => Ok(Decision::Next),
        (Card::Next, _) if now.exception.is_some() && now.open < 2 => {
            Err(Refusal::wrong(Message::key("exceptions-only-one")))
        }
        (Card::Next, _) => Ok(Decision::Next),
        (Card::Back, _) => Ok(Decision::Leave),
        (other, _) => Err(Refusal::not_here(other)),
    }
}

/// All that lies in the bin. The number before may have been meant for the card before: this one is
/// said twice.
fn counted_bin(step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match number(scan) {
        Some(all) if step.counted == Some(all) => Ok(Decision::Count(all)),
        Some(all) => Ok(Decision::Sure(all)),
        None => Err(Refusal::wrong(
            Message::key("exceptions-expects-all").with("received", scan.received()),
        )),
    }
}

/// What was found of the goods that are held.
fn counted_goods(exception: &Exception, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    match number(scan) {
        Some(found)
            if found <= exception.held
                && (exception.held - found <= FREELY || step.counted == Some(found)) =>
        {
            Ok(Decision::Count(found))
        }
        Some(found) if found <= exception.held => Ok(Decision::Sure(found)),
        Some(found) => Err(Refusal::wrong(
            Message::key("exceptions-more-than-held")
                .with("received", found)
                .with("held", exception.held),
        )),
        None => Err(Refusal::wrong(
            Message::key("exceptions-expects-count")
                .with("received", scan.received())
                .with("held", exception.held),
        )),
    }
}

/// The way out that the digit chooses; what a shop's code means is told by no digit.
fn way_out(resolutions: &[Resolution], step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    number(scan)
        .and_then(|n| usize::try_from(n - 1).ok())
        .and_then(|n| resolutions.get(n))
        .filter(|way| **way != Resolution::Map)
        .map(|way| {
            if *way == Resolution::Cancel && !step.cancels {
                Decision::Asks
            } else {
                Decision::Resolution(*way)
            }
        })
        .ok_or_else(|| {
            Refusal::wrong(
                Message::key("exceptions-expects-choice").with("received", scan.received()),
            )
        })
}

fn number(scan: &Scan) -> Option<i64> {
    scan.number.as_ref().map(|(n, _)| *n)
}

/// NEXT where another exception waits, else BACK; the way out is the supervisor's to choose.
pub fn accepted_scans(now: &Snapshot) -> Vec<Expect> {
    if now.open > 1 { vec![Expect::card(Card::Next)] } else { vec![Expect::card(Card::Back)] }
}

/// The reason with its goods, how long it waits, and the ways out by number. Without an exception
/// it looks again by itself until there is one.
pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    let title = Message::key("exceptions-title").with("open", now.open);
    let Some(exception) = &now.exception else {
        return Page::new(title, Message::key("exceptions-prompt-none"))
            .big(Message::key("exceptions-none"))
            .cards(&[Card::Help, Card::Back])
            .live();
    };
    let resolutions = exception.resolutions();
    let page = Page::new(title, prompt(exception, &resolutions, step))
        .big(Message::key(&format!("reason-{}", exception.reason.replace('_', "-"))))
        .fact(Message::plain(&exception.subject))
        .cards(match step.counted {
            _ if step.cancels => &[Card::Help, Card::Yes, Card::No, Card::Back],
            Some(_) => &[Card::Help, Card::Yes, Card::No, Card::Back],
            None if now.open > 1 => &[Card::Help, Card::Next, Card::Back],
            None => &[Card::Help, Card::Back],
        })
        // What somebody else answers meanwhile does not stand there for long.
        .live_seldom();
    resolutions
        .iter()
        .filter(|way| **way != Resolution::Count && !step.cancels)
        .fold(with_facts(page, exception), |page, way| {
            page.choice(Message::key(way.key()).with("same", exception.same), None)
        })
}

/// What is asked: the answer once more where it weighs much, else the count, the item or the digit.
fn prompt(exception: &Exception, resolutions: &[Resolution], step: &Step) -> Message {
    match (step.counted, resolutions) {
        _ if step.cancels => {
            Message::key("exceptions-ask-cancel").with("subject", &exception.subject)
        }
        (None, _) if exception.counts_whole_bin() => Message::key("exceptions-prompt-all"),
        (Some(all), _) if exception.counts_whole_bin() => {
            Message::key("exceptions-sure-all").with("found", all).with("booked", exception.booked)
        }
        (None, [Resolution::Map, ..]) => Message::key("exceptions-prompt-map")
            .with("code", exception.code.as_deref().unwrap_or("-")),
        (Some(found), _) => Message::key("exceptions-sure")
            .with("gone", exception.held - found)
            .with("found", found),
        (None, [Resolution::Count]) => {
            Message::key("exceptions-prompt-count").with("held", exception.held)
        }
        _ => Message::key("exceptions-prompt-choice").with("held", exception.held),
    }
}

/// Whose it is, which goods and how many, what was said about it, and since when it waits.
fn with_facts(mut page: Page, exception: &Exception) -> Page {
    if !exception.shop.is_empty() {
        page = page.fact(
            Message::key("desk-fact")
                .with("name", Message::key("col-shop"))
                .with("value", Message::plain(&exception.shop)),
        );
    }
    if let Some(item) = &exception.item {
        page = page.fact(Message::plain(item));
    }
    if let Some(qty) = exception.qty {
        page = page.strong(match &exception.lot {
            Some(lot) => Message::key("exceptions-qty").with("qty", qty).with("lot", lot),
            None => Message::key("exceptions-units").with("qty", qty),
        });
    }
    if !exception.detail.is_empty() {
        page = page.fact(Message::plain(&exception.detail));
    }
    page.fact(Message::key("exceptions-since").with("since", &exception.since))
}
