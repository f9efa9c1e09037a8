//! Releasing a wave: which ready shipments, what they are, what would be short.

use super::scan::Scan;
use super::{Card, Cell, Expect, Message, Page, Refusal, desk};
use crate::domain::Name;
use serde::{Deserialize, Serialize};

/// The filter is the step: it stands there again after a broken line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    /// Shop code, carrier code; empty takes all.
    pub shop: String,
    pub carrier: String,
    /// Only what leaves with the next truck.
    pub next_cutoff_only: bool,
    /// Only shipments of one line, or of several.
    #[serde(default)]
    pub lines: Lines,
    /// Only what lies in this zone whole; empty takes all.
    #[serde(default)]
    pub zone: String,
    /// Only what was put before others.
    #[serde(default)]
    pub urgent: bool,
    /// The most urgent so many of the choice; 0 takes all.
    #[serde(default)]
    pub most: i64,
    /// Only these shipments, which somebody chose; empty takes all.
    #[serde(default)]
    pub only: Vec<i64>,
    /// Where they were chosen.
    #[serde(default)]
    pub back: Option<desk::Step>,
    /// A number, a kept choice or a name is asked for.
    #[serde(default)]
    pub asking: Option<TypedField>,
    /// What the last rehearsal of this choice said; it counts as long as the choice has as many
    /// shipments.
    pub rehearsed: Option<Rehearsed>,
}

/// How many lines a shipment may have to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Lines {
    #[default]
    Any,
    Single,
    Multi,
}

impl Lines {
    /// Its code in the query that chooses; empty takes all.
    pub fn code(self) -> &'static str {
        match self {
            Lines::Any => "",
            Lines::Single => "single",
            Lines::Multi => "multi",
        }
    }

    fn after(self) -> Lines {
        match self {
            Lines::Any => Lines::Single,
            Lines::Single => Lines::Multi,
            Lines::Multi => Lines::Any,
        }
    }
}

/// What the next line answers: how many at most, which kept choice, or a name to keep this under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedField {
    Most,
    Kept,
    Name,
}

/// What a release would lack of an item, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub item: Name,
    pub units: i64,
    /// `none`, `held` (there is some, not good), `not_pickable` (it must be brought first),
    /// `too_old`.
    pub why: String,
}

/// A release that was tried and taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Rehearsed {
    pub shipments: i64,
    pub short_shipments: i64,
    pub short_units: i64,
    /// Where not all of the choice go: their lines and units, for how many the next wave would be
    /// too late, and how many were put before others.
    #[serde(default)]
    pub bounded: bool,
    #[serde(default)]
    pub lines: i64,
    #[serde(default)]
    pub units: i64,
    #[serde(default)]
    pub must_go: i64,
    #[serde(default)]
    pub urgent: i64,
    /// Shipments that walk, their trips, and the length of these where the site's layout is known.
    #[serde(default)]
    pub walking: i64,
    #[serde(default)]
    pub trips: i64,
    #[serde(default)]
    pub walk_mm: Option<i64>,
    /// The items that lack most.
    #[serde(default)]
    pub lacks: Vec<Shortage>,
}

/// How much the choice takes of what is ready, what could be chosen, and what the rest waits for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    pub zones: Vec<String>,
    /// Names of kept choices.
    pub kept: Vec<String>,
    pub shops: Vec<String>,
    pub carriers: Vec<String>,
    pub shipments: i64,
    pub lines: i64,
    pub units: i64,
    pub next_cutoff: Option<String>,
    /// Why others are not ready, and how many: what most wait for comes first.
    pub waits: Vec<(String, i64)>,
}

/// What a line does to the choice, or that it is released.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Filter(Step),
    /// The same choice, with a question or without it.
    Question(Step),
    UseKept(String),
    Keep(String),
    Release,
    Leave,
}

/// A digit changes one part of the choice or asks about it; RELEASE sends it to the floor and is
/// refused where no shipment is in it; EXPLAIN rehearses it again.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    if let Some(asked) = step.asking {
        return answer(now, step, asked, scan);
    }
    match scan.card {
        Some(Card::Release | Card::Yes) if now.shipments > 0 => return Ok(Decision::Release),
        // What would be short, and why, may have changed with the stock.
        Some(Card::Explain) => return Ok(Decision::Filter(step.clone())),
        Some(Card::Release | Card::Yes) => {
            return Err(Refusal::wrong(Message::key("wave-nothing")));
        }
        Some(Card::Back) => return Ok(Decision::Leave),
        Some(other) => return Err(Refusal::not_here(other)),
        None => {}
    }
    let filter = match scan.number.as_ref().map(|(n, _)| *n) {
        Some(1) => Step { shop: after(&now.shops, &step.shop), ..step.clone() },
        Some(2) => Step { carrier: after(&now.carriers, &step.carrier), ..step.clone() },
        Some(3) => Step { next_cutoff_only: !step.next_cutoff_only, ..step.clone() },
        Some(4) => Step { lines: step.lines.after(), ..step.clone() },
        Some(5) => Step { zone: after(&now.zones, &step.zone), ..step.clone() },
        Some(6) => Step { urgent: !step.urgent, ..step.clone() },
        Some(7) => {
            return Ok(Decision::Question(Step { asking: Some(TypedField::Most), ..step.clone() }));
        }
        Some(8) => {
            return Ok(Decision::Question(Step { asking: Some(TypedField::Kept), ..step.clone() }));
        }
        Some(9) => {
            return Ok(Decision::Question(Step { asking: Some(TypedField::Name), ..step.clone() }));
        }
        _ => {
            return Err(Refusal::wrong(
                Message::key("wave-expects").with("received", scan.received()),
            ));
        }
    };
    Ok(Decision::Filter(filter))
}

fn answer(
    now: &Snapshot,
    step: &Step,
    asked: TypedField,
    scan: &Scan,
) -> Result<Decision, Refusal> {
    let plain = Step { asking: None, ..step.clone() };
    let number = scan.number.as_ref().map(|(n, _)| *n);
    match (scan.card, asked) {
        (Some(Card::Back | Card::No | Card::Undo), _) => Ok(Decision::Question(plain)),
        (Some(other), _) => Err(Refusal::not_here(other)),
        (None, TypedField::Most) => match number {
            Some(most) => Ok(Decision::Filter(Step { most, ..plain })),
            None => Err(Refusal::wrong(
                Message::key("wave-expects-most").with("received", scan.received()),
            )),
        },
        (None, TypedField::Kept) => {
            match number.and_then(|n| usize::try_from(n - 1).ok()).and_then(|n| now.kept.get(n)) {
                Some(name) => Ok(Decision::UseKept(name.clone())),
                None => Err(Refusal::wrong(
                    Message::key("desk-expects-choice").with("received", scan.received()),
                )),
            }
        }
        (None, TypedField::Name) => Ok(Decision::Keep(scan.text.trim().chars().take(40).collect())),
    }
}

/// The next choice of a list, and after the last one all of it again.
fn after(list: &[String], current: &str) -> String {
    if current.is_empty() {
        return list.first().cloned().unwrap_or_default();
    }
    list.iter().skip_while(|c| *c != current).nth(1).cloned().unwrap_or_default()
}

/// RELEASE while the choice takes any shipment, else BACK.
pub fn accepted_scans(now: &Snapshot) -> Vec<Expect> {
    vec![Expect::card(if now.shipments > 0 { Card::Release } else { Card::Back })]
}

/// The choice under its nine digits, how much it takes, what would be short, and why others wait;
/// where something is asked, only that.
pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    if let Some(asked) = step.asking {
        return question(now, asked);
    }
    let mut page = choice(now, step);
    if !step.only.is_empty() {
        page = page.strong(Message::key("wave-only").with("n", step.only.len() as i64));
    }
    let page = with_shortages(with_walks(page, step), now, step);
    now.waits.iter().fold(page, |page, (why, count)| {
        page.fact(
            Message::key("wave-waiting")
                .with("count", *count)
                .with("why", Message::key(&format!("why-{}", why.replace('_', "-")))),
        )
    })
}

/// What the next line answers, and the kept choices that it may name.
fn question(now: &Snapshot, asked: TypedField) -> Page {
    let prompt = match asked {
        TypedField::Most => "wave-ask-most",
        TypedField::Name => "wave-ask-name",
        TypedField::Kept if now.kept.is_empty() => "wave-none-kept",
        TypedField::Kept => "desk-ask-choice",
    };
    let page = Page::new(Message::key("wave-title"), Message::key(prompt))
        .big(Message::key("wave-count").with("shipments", now.shipments))
        .cards(&[Card::Help, Card::Back]);
    now.kept
        .iter()
        .filter(|_| asked == TypedField::Kept)
        .fold(page, |page, name| page.choice(Message::plain(name), None))
}

/// The choice under its nine digits, and how much it takes.
fn choice(now: &Snapshot, step: &Step) -> Page {
    let chosen = |key: &str, value: &str| {
        let text = Message::key(key);
        if value.is_empty() {
            text.with("value", Message::key("wave-all"))
        } else {
            text.with("value", value)
        }
    };
    let said = |key: &str, value: &str| {
        if value.is_empty() {
            chosen(key, "")
        } else {
            Message::key(key).with("value", Message::key(value))
        }
    };
    let cutoff = if step.next_cutoff_only { now.next_cutoff.as_deref().unwrap_or("-") } else { "" };
    let lines = if step.lines == Lines::Any {
        String::new()
    } else {
        format!("wave-lines-{}", step.lines.code())
    };
    let most = if step.most > 0 { step.most.to_string() } else { String::new() };
    let bounded = step
        .rehearsed
        .as_ref()
        .filter(|tried| tried.bounded && tried.shipments == now.shipments)
        .map(|tried| (tried.lines, tried.units));
    let size = bounded.unwrap_or((now.lines, now.units));
    Page::new(Message::key("wave-title"), Message::key("wave-prompt"))
        .big(Message::key("wave-count").with("shipments", now.shipments))
        .fact(Message::key("wave-size").with("lines", size.0).with("units", size.1))
        .choice(chosen("wave-shop", &step.shop), None)
        .choice(chosen("wave-carrier", &step.carrier), None)
        .choice(chosen("wave-cutoff", cutoff), None)
        .choice(said("wave-lines", &lines), None)
        .choice(chosen("wave-zone", &step.zone), None)
        .choice(said("wave-urgent", if step.urgent { "wave-urgent-only" } else { "" }), None)
        .choice(chosen("wave-most", &most), None)
        .choice(Message::key("wave-kept"), None)
        .choice(Message::key("wave-keep"), None)
        .cards(&[Card::Help, Card::Release, Card::Explain, Card::Back])
        .live()
}

/// How many trips it came to when it was rehearsed, and how far they are.
fn with_walks(page: Page, step: &Step) -> Page {
    let Some(tried) = step.rehearsed.as_ref().filter(|tried| tried.trips > 0) else { return page };
    let page = match tried.bounded {
        false => page,
        true => page.fact(
            Message::key("wave-chosen")
                .with("most", tried.shipments)
                .with("must", tried.must_go)
                .with("urgent", tried.urgent)
                .with("rest", tried.shipments - tried.must_go - tried.urgent),
        ),
    };
    let key = if tried.walk_mm.is_some() { "wave-walks" } else { "wave-trips" };
    let text = Message::key(key)
        .with("shipments", tried.walking)
        .with("trips", tried.trips)
        .with("metres", tried.walk_mm.unwrap_or_default() / 1000);
    page.fact(text)
}

/// What the choice would lack, as long as it is the one that was rehearsed.
fn with_shortages(mut page: Page, now: &Snapshot, step: &Step) -> Page {
    let Some(tried) = step
        .rehearsed
        .as_ref()
        .filter(|tried| tried.shipments == now.shipments && tried.short_shipments > 0)
    else {
        return page;
    };
    page = page.strong(
        Message::key("wave-short")
            .with("shipments", tried.short_shipments)
            .with("units", tried.short_units),
    );
    page.table.header =
        ["item", "short", "why"].map(|key| Message::key(&format!("col-{key}"))).to_vec();
    for lack in &tried.lacks {
        page.table.rows.push(vec![
            lack.item.clone().into(),
            lack.units.into(),
            Cell::says("lack", &lack.why),
        ]);
        page.table.opens.push(String::new());
    }
    page
}
