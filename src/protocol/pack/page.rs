//! What the packer sees, and what would be accepted.

use super::{Batch, Bench, REOPEN_REASONS, Shipment, Snapshot, Step, WaitingTote};
use crate::domain::Name;
use crate::protocol::list::Mark;
use crate::protocol::page::{SOON_MIN, Table};
use crate::protocol::{Card, Cell, Expect, Kind, Message, Page};

/// What would be accepted now.
pub fn accepted_scans(now: &Snapshot, step: &Step) -> Vec<Expect> {
    let Some(_) = &now.bench else {
        return now.any_bench.iter().map(|code| Expect::new(Kind::Bench, code, code)).collect();
    };
    if now.gone.is_some() {
        return vec![Expect::card(Card::Back)];
    }
    if now.reopening.is_some() || step.asking.is_some_and(|card| card != Card::Found) {
        return vec![Expect::new(Kind::Choice, "1", "1")];
    }
    if let Some(batch) = &now.batch {
        let scan = |code: Option<&String>, lot: &str, several: bool| match code {
            Some(code) if !several => Some(code.clone()),
            _ => Some(lot.to_owned()).filter(|lot| !lot.is_empty()),
        };
        let several = |item: i64| batch.lines.iter().filter(|l| l.item_id == item).count() > 1;
        return batch
            .lines
            .iter()
            .filter_map(|l| {
                scan(l.barcode.as_ref(), &l.lot, several(l.item_id))
                    .map(|code| Expect::new(Kind::Item, &l.sku, &code))
            })
            .chain(batch.lines.is_empty().then(|| Expect::card(Card::Back)))
            .collect();
    }
    let Some(shipment) = &now.shipment else {
        let first = now.waiting.iter().take(1).map(|tote| &tote.code);
        return first.map(|code| Expect::new(Kind::Tote, code, code)).collect();
    };
    let missing: Vec<Expect> =
        shipment.missing_totes().map(|code| Expect::new(Kind::Tote, code, code)).collect();
    if !missing.is_empty() {
        return missing;
    }
    if shipment.left() == 0 {
        let goes = shipment.coming == 0 && shipment.in_box > 0 && !shipment.waits_for_decision();
        return vec![Expect::card(if goes { Card::Full } else { Card::Back })];
    }
    let items = shipment
        .lines
        .iter()
        .filter(|l| l.left > 0)
        .filter_map(|l| l.barcode.as_ref().map(|code| Expect::new(Kind::Item, &l.sku, code)));
    items
        .chain(
            countable(shipment, step)
                .map(|all| Expect::new(Kind::Quantity, &all.to_string(), &all.to_string())),
        )
        .collect()
}

/// How many will be in the box with the rest of what was scanned just now: a number may say it.
fn countable(shipment: &Shipment, step: &Step) -> Option<i64> {
    let (boxed, left) = (shipment.boxed_of(step.counting?), shipment.left_of(step.counting?));
    (left > 0).then_some(boxed + left)
}

/// What the packer sees.
pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    let Some(bench) = &now.bench else {
        return Page::new(Message::key("pack-title"), Message::key("pack-prompt-bench"))
            .big(Message::key("pack-big-bench"))
            .cards(&[Card::Help, Card::Back]);
    };
    let title = Message::key("pack-title-bench").with("bench", &bench.code);
    if let Some(shipment) = &now.gone {
        return Page::new(title, Message::key("pack-prompt-gone"))
            .big(Message::key("pack-big-gone"))
            .strong(Message::key("pack-gone").with("shipment", shipment))
            .cards(&[Card::Help, Card::Back]);
    }
    let page = match (&now.reopening, &now.batch, &now.shipment) {
        (Some(sscc), ..) => reopen(title, sscc),
        (_, Some(batch), _) => batch_page(title, batch, step),
        (_, _, Some(shipment)) => shipment_page(title, shipment, step),
        _ if step.asking.is_some() => asking(Card::Found),
        _ => idle(title, bench, &now.waiting),
    };
    page.live()
}

fn idle(title: Message, bench: &Bench, waiting: &[WaitingTote]) -> Page {
    let mut page = Page::new(title, Message::key("pack-prompt-tote"))
        .big(Message::key("pack-big-tote"))
        .cards(&[Card::Help, Card::Found, Card::Reprint, Card::Back]);
    if !waiting.is_empty() {
        page.ahead = totes(waiting);
    }
    match &bench.printer {
        Some(printer) => page.fact(Message::key("pack-printer").with("printer", printer)),
        None => page.strong(Message::key("pack-no-printer")),
    }
}

fn totes(waiting: &[WaitingTote]) -> Table {
    let headers = ["waits-tote", "waits-place", "waits-shipment", "waits-carrier", "waits-due"];
    let row = |tote: &WaitingTote| {
        [&tote.code, &tote.place, &tote.shipment, &tote.carrier, &tote.due].map(Cell::text).to_vec()
    };
    Table {
        header: headers.map(Message::key).to_vec(),
        rows: waiting.iter().map(row).collect(),
        ..Table::default()
    }
}

fn reopen(title: Message, sscc: &str) -> Page {
    let page = Page::new(title, Message::key("reopen-prompt"))
        .big(Message::plain(sscc))
        .cards(&[Card::Help, Card::Back]);
    REOPEN_REASONS
        .iter()
        .fold(page, |page, reason| page.choice(Message::key(&format!("reopen-{reason}")), None))
}

/// The page of a report: it looks like no other.
fn asking(card: Card) -> Page {
    let prompt = match card {
        Card::Damaged => "pack-ask-damaged",
        Card::Found => "pack-ask-found",
        Card::NoCode => "pack-ask-nocode",
        Card::Full => "pack-ask-full",
        _ => "pack-ask-short",
    };
    let answers: &[Card] = if card == Card::Found { &[] } else { &[card, Card::Yes] };
    Page::new(Message::key(&card.key()), Message::key(prompt))
        .reporting()
        .cards(&[Card::Help])
        .cards(answers)
        .cards(&[Card::No, Card::Back])
}

/// The lines by their numbers, for a card that waits for its goods: all of them, arrows and Enter
/// choose too.
fn choices<'a>(mut page: Page, goods: impl Iterator<Item = (&'a Name, &'a str, &'a str)>) -> Page {
    for (n, (name, lot, last_good)) in goods.enumerate() {
        page.table.rows.push(vec![
            Cell::Text((n + 1).to_string()),
            name.clone().into(),
            lot.into(),
            Cell::day(last_good),
        ]);
        page.table.opens.push((n + 1).to_string());
    }
    page
}

fn batch_page(title: Message, batch: &Batch, step: &Step) -> Page {
    let cards = [
        Card::Help,
        Card::Short,
        Card::Damaged,
        Card::Found,
        Card::NoCode,
        Card::Reprint,
        Card::Back,
    ];
    if let Some(card) = step.asking {
        let page = asking(card).big(Message::plain(&batch.tote));
        let lines = batch.lines.iter().map(|l| (&l.name, l.lot.as_str(), l.last_good.as_str()));
        return match card {
            Card::Yes => asked_to_run(batch),
            Card::Found => page,
            _ => choices(page, lines),
        };
    }
    let prompt = match (batch.lines.is_empty(), batch.hot && batch.left() == 1 && step.singles > 0)
    {
        (true, _) => "pack-prompt-spare",
        (_, true) => "pack-prompt-last",
        _ => "pack-prompt-any",
    };
    let mut page = Page::new(title, Message::key(prompt))
        .big(Message::key("pack-batch-left").with("left", batch.left()).with("tote", &batch.tote))
        .cards(&cards);
    if batch.can_run(step.singles) {
        page = page.choice(Message::key("pack-run").with("labels", batch.left() - 1), None);
    }
    if batch.spare > 0 {
        page = page.strong(Message::key("pack-batch-spare").with("spare", batch.spare));
    }
    for line in &batch.lines {
        let text = if line.each > 1 {
            Message::key("pack-batch-each").with("each", line.each)
        } else {
            Message::key("pack-batch-line")
        };
        let text = text.with("left", line.shipments).with("item", &line.name);
        page.table.rows.push(vec![text.into()]);
        page.table.opens.push(String::new());
    }
    page.once(true)
}

/// Labels in a run: how many, before they come.
fn asked_to_run(batch: &Batch) -> Page {
    let title = Message::key("pack-run").with("labels", batch.left() - 1);
    Page::new(title, Message::key("pack-ask-run"))
        .reporting()
        .big(Message::plain(&batch.tote))
        .cards(&[Card::Help, Card::Yes, Card::No, Card::Back])
}

/// What can be done while a shipment is on the bench.
const SHIPMENT_CARDS: &[Card] = &[
    Card::Help,
    Card::Undo,
    Card::Full,
    Card::Short,
    Card::Damaged,
    Card::NoCode,
    Card::Found,
    Card::Reprint,
    Card::Back,
];

fn shipment_page(title: Message, shipment: &Shipment, step: &Step) -> Page {
    let whose = Message::key("pack-shipment")
        .with("shipment", &shipment.no)
        .with("carrier", &shipment.carrier)
        .with("due", &shipment.due);
    if let Some(tote) = shipment.missing_totes().next() {
        return Page::new(
            title,
            Message::key("pack-prompt-more").with("tote", tote).with("shipment", &shipment.no),
        )
        .big(Message::plain(tote))
        .fact(whose)
        .cards(SHIPMENT_CARDS);
    }
    if let Some(card) = step.asking {
        let page = asking(card).fact(whose);
        let lines = shipment.nameable().into_iter();
        return match card {
            Card::Full => page.big(counts(shipment)),
            Card::Found => page,
            _ => choices(page, lines.map(|l| (&l.name, l.lot.as_str(), l.last_good.as_str()))),
        };
    }
    units_page(title, whose, shipment, step)
}

/// All totes are here: how many units are packed, and which are still to be.
fn units_page(title: Message, whose: Message, shipment: &Shipment, step: &Step) -> Page {
    let packed = shipment.packed();
    let mut page = Page::new(title, Message::key(units_prompt(shipment, step)))
        .big(counts(shipment))
        .fact(whose)
        .cards(SHIPMENT_CARDS);
    if shipment.due_min.is_some_and(|min| min < SOON_MIN) {
        page = page.due(&shipment.due, shipment.due_min);
    }
    if shipment.coming > 0 {
        page = page.strong(Message::key("pack-coming").with("units", shipment.coming));
    }
    if shipment.owed > 0 {
        page = page.strong(Message::key("pack-owed-line").with("units", shipment.owed));
    }
    if packed > shipment.in_box {
        page = page.fact(Message::key("pack-boxes").with("units", packed - shipment.in_box));
    }
    if shipment.totes.len() > 1 {
        page = page.fact(Message::key("pack-totes").with("totes", shipment.totes.len() as i64));
    }
    page.table = ticks(shipment);
    page
}

/// Units in its boxes, of all that it is to have.
fn counts(shipment: &Shipment) -> Message {
    let packed = shipment.packed();
    let of = packed + shipment.left() + shipment.coming;
    Message::key("pack-count").with("packed", packed).with("of", of)
}

/// Each of its goods with how many are packed, in the order in which reports name them.
fn ticks(shipment: &Shipment) -> Table {
    let mut table = Table::default();
    for goods in shipment.goods() {
        let (packed, of) = (goods.packed, goods.packed + goods.left);
        table.rows.push(vec![
            Cell::Mark(if goods.left == 0 { Mark::Done } else { Mark::Fine }),
            Cell::Text(format!("{packed}/{of}")),
            goods.name.clone().into(),
            Cell::text(&goods.lot),
        ]);
        table.opens.push(String::new());
    }
    table
}

/// The next unit, or what the box waits for where none is left.
fn units_prompt(shipment: &Shipment, step: &Step) -> &'static str {
    match (shipment.left(), shipment.coming) {
        (0, 0) if shipment.waits_for_decision() || shipment.owed > 0 && shipment.in_box == 0 => {
            "pack-prompt-owed-waits"
        }
        (0, 0) if shipment.owed > 0 => "pack-prompt-owed",
        (0, 0) => "pack-prompt-close",
        (0, _) => "pack-prompt-coming",
        _ if countable(shipment, step).is_some() => "pack-prompt-unit-or-count",
        _ => "pack-prompt-unit",
    }
}
