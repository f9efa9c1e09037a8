//! What the picker sees, and what would be accepted.

use super::command::is_report;
use super::settle::lot_is_due;
use super::{AHEAD_SHOWN, CARDS, Snapshot, Step, Stop, lot_question};
use crate::protocol::page::Table;
use crate::protocol::{Card, Cell, Expect, Kind, Message, Page, month_day};
use std::collections::VecDeque;

/// What would be accepted now.
pub fn accepted_scans(now: &Snapshot, step: &Step) -> Vec<Expect> {
    let Some(trip) = &now.trip else { return vec![Expect::card(Card::Next)] };
    let Some(stop) = &now.stop else {
        if trip.totes == 0 {
            return vec![Expect::card(Card::Next)];
        }
        if step.giving.is_some() {
            return vec![Expect::card(Card::Undo)];
        }
        return now.staging.iter().map(|code| Expect::new(Kind::Staging, code, code)).collect();
    };
    let step = step.at(stop);
    if step.giving.is_some() {
        return vec![Expect::card(Card::Undo)];
    }
    if step.asking == Some(Card::Close) {
        return now.staging.iter().map(|code| Expect::new(Kind::Staging, code, code)).collect();
    }
    if step.asking.is_some() {
        return vec![Expect::card(Card::Yes)];
    }
    let mut out = Vec::new();
    if !step.settled(stop) {
        if step.item_scanned && !step.lot_scanned
            || step.bin_scanned && !step.lot_scanned && stop.facts.several_lots
        {
            out.extend(named_lot(stop));
        }
        if !step.bin_scanned {
            out.push(Expect::new(Kind::Bin, &stop.place, &stop.place));
        }
    }
    if step.counted < stop.qty
        && let Some(code) = &stop.barcode
    {
        out.push(Expect::new(Kind::Item, &stop.sku, code));
    }
    if step.settled(stop) {
        if step.counted < stop.qty {
            out.push(Expect::new(Kind::Quantity, &stop.qty.to_string(), &stop.qty.to_string()));
        }
        if step.counted > 0 {
            let tote = stop
                .tote
                .as_ref()
                .filter(|_| !step.full)
                .map(|(_, code)| code)
                .or(now.free_tote.as_ref());
            out.extend(tote.map(|code| Expect::new(Kind::Tote, code, code)));
        }
    }
    out
}

/// The lot by its number, or by the day on the goods.
fn named_lot(stop: &Stop) -> Vec<Expect> {
    let number = (!stop.lot.is_empty()).then(|| Expect::new(Kind::Lot, &stop.lot, &stop.lot));
    let day = month_day(&stop.last_good).map(|day| Expect::new(Kind::Day, &stop.last_good, &day));
    number.into_iter().chain(day).collect()
}

/// What the picker sees.
pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    let Some(trip) = &now.trip else { return idle(now.waiting, step) };
    let title = Message::key("pick-title-trip")
        .with("trip", &trip.no)
        .with("at", (trip.done + 1).min(trip.stops))
        .with("of", trip.stops);
    let Some(stop) = &now.stop else {
        if trip.totes == 0 {
            return Page::new(title, Message::key("pick-trip-void"))
                .cards(&[Card::Help, Card::Next, Card::Back])
                .choice(Message::key("card-next"), Some(Card::Next));
        }
        let prompt = step.giving.as_ref().map_or_else(
            || Message::key("drop-prompt"),
            |to| Message::key("ask-give").with("who", &to.name),
        );
        return Page::new(title, prompt)
            .big(Message::key("drop-big"))
            .fact(Message::key("drop-totes").with("totes", trip.totes))
            .cards(&[Card::Help, Card::Undo, Card::Back]);
    };
    let step = step.at(stop);
    if let Some(report) = step.asking.filter(|card| is_report(*card)) {
        return reporting(stop, report, prompt(stop, &step));
    }
    let ready = step.settled(stop) && step.counted > 0 && step.asking.is_none();
    let mut page = Page::new(title, prompt(stop, &step)).cards(CARDS).big(big(stop, &step)).live();
    if step.counted == stop.qty && ready {
        page = page.fact(Message::key("pick-from").with("bin", &stop.place));
    }
    if stop.bin != stop.place {
        page = page.strong(Message::key("pick-on").with("place", &stop.place));
    }
    if !stop.name.variant.is_empty() {
        page = page.strong(Message::plain(&stop.name.variant));
    }
    page = page.fact(Message::plain(&stop.name.common()));
    if step.full {
        page = page.strong(Message::key("pick-full-noted"));
    }
    if stop.last_good != "infinity" {
        let day = Message::key("pick-lot").with("lot", &stop.lot).with("day", &stop.last_good);
        page = if stop.facts.several_lots { page.strong(day) } else { page.fact(day) };
    }
    page = page
        .strong(Message::key("pick-qty").with("counted", step.counted).with("want", stop.qty))
        .fact(whose(stop, &step));
    if let Some(put) = step.booked() {
        page = page.done(put.says("pick-booked"));
    }
    page = page.due(&trip.due, trip.due_min);
    page.ahead = walk_ahead(&now.ahead);
    page
}

/// Where the walk goes from here: bin, units, goods, and into which tote they go.
fn walk_ahead(ahead: &VecDeque<Stop>) -> Table {
    let headers = ["ahead-bin", "ahead-take", "ahead-item", "ahead-tote"];
    let rows = ahead.iter().take(AHEAD_SHOWN as usize).map(|stop| {
        let tote = stop.tote.as_ref().map_or(Cell::Empty, |(_, code)| Cell::text(code));
        vec![Cell::text(&stop.bin), Cell::Count(stop.qty), stop.name.clone().into(), tote]
    });
    Table { header: headers.map(Message::key).to_vec(), rows: rows.collect(), ..Table::default() }
}

/// No trip in hand; what waits for this person.
fn idle(waiting: i64, step: &Step) -> Page {
    let undo: &[Card] = if step.before.is_some() { &[Card::Undo] } else { &[] };
    let page = Page::new(Message::key("pick-title"), Message::key("pick-idle"))
        .cards(&[Card::Help, Card::Next])
        .cards(undo)
        .cards(&[Card::Back])
        .choice(Message::key("card-next"), Some(Card::Next))
        .calling(waiting > 0)
        .live();
    match waiting {
        0 => page.fact(Message::key("pick-none-waits")),
        trips => page.strong(Message::key("pick-waits").with("trips", trips)),
    }
}

/// A report that waits to be said once more: which, where, and what it books.
fn reporting(stop: &Stop, report: Card, prompt: Message) -> Page {
    let here = stop.lots_here.iter().find(|lot| lot.id == stop.lot_id);
    let books = match report {
        Card::Short => "books-short",
        Card::Damaged => "books-damaged",
        Card::Empty => "books-empty",
        _ => "books-found",
    };
    let books = Message::key(books).with("booked", here.map_or(stop.qty, |lot| lot.on_hand));
    Page::new(Message::key(&report.key()), prompt)
        .reporting()
        .big(Message::plain(&stop.place))
        .strong(books)
        .fact(Message::plain(&stop.name.common()))
        .cards(&[Card::Help, report, Card::Yes, Card::No, Card::Back])
}

fn whose(stop: &Stop, step: &Step) -> Message {
    match (stop.shipments_in_batch, &stop.tote) {
        (0, Some((_, tote))) if !step.full => {
            Message::key("pick-for-into").with("shipment", &stop.shipment).with("tote", tote)
        }
        (0, _) => Message::key("pick-for").with("shipment", &stop.shipment),
        (shipments, _) => Message::key("pick-for-many").with("shipments", shipments),
    }
}

fn big(stop: &Stop, step: &Step) -> Message {
    if step.settled(stop) && step.counted >= stop.qty && step.asking.is_none() {
        return match &stop.tote {
            Some((_, code)) if !step.full => Message::plain(code),
            _ => Message::key("pick-free-tote"),
        };
    }
    Message::plain(&stop.bin)
}

/// What to do next at the stop.
pub fn prompt(stop: &Stop, step: &Step) -> Message {
    if let Some(to) = &step.giving {
        return Message::key("ask-give").with("who", &to.name);
    }
    match step.asking {
        Some(Card::Close) => return Message::key("ask-close"),
        Some(Card::Damaged) => return Message::key("ask-damaged"),
        Some(report) => {
            return Message::key("ask-report").with("report", Message::key(&report.key()));
        }
        None => {}
    }
    if step.settled(stop) {
        return match &stop.tote {
            _ if step.counted < stop.qty => {
                Message::key("pick-prompt-count").with("left", stop.qty - step.counted)
            }
            Some((_, code)) if !step.full => Message::key("pick-prompt-tote").with("tote", code),
            _ => Message::key("pick-prompt-free-tote").with("shipment", &stop.shipment),
        };
    }
    if lot_is_due(stop, step) {
        return lot_question(stop, "pick-prompt-lot");
    }
    if !step.bin_scanned && stop.bin != stop.place {
        return Message::key("pick-prompt-pallet").with("place", &stop.place);
    }
    match (step.bin_scanned, stop.facts.elsewhere) {
        (true, _) => Message::key("pick-prompt-item"),
        (false, true) => Message::key("pick-prompt-bin"),
        (false, false) => Message::key("pick-prompt-source"),
    }
}
