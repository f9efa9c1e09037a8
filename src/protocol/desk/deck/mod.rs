//! The deck: what a supervisor sees of a warehouse at a glance. Its parts are lists whose rows open
//! what they count; a wide screen draws them side by side.

mod now;
pub mod rehearsal;

use super::{BOARD, Kind, Row, Shown, Subject, header, title_row};
use crate::domain::rows::Instant;
use crate::protocol::list::{Cell, Mark, View, printer_says, word};
use crate::protocol::page::{Burn, Deck, Part};
use crate::protocol::{Arg, Message};
pub use now::{Alert, CutOff, DeckNow, Health, Number, Pace, Past, Wave, Zone};
use now::{DAY_S, HOUR_S, PARTS_PER_HOUR};

/// The parts of the deck as they grow.
#[derive(Default)]
struct Parts {
    rows: Vec<Row>,
    parts: Vec<Part>,
}

impl Parts {
    /// A list under a title and columns of its own, of which `first` are the most important; one
    /// without rows is left out.
    fn add(&mut self, title: &str, columns: &[&str], first: &[&str], rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        let title_at = self.rows.len();
        self.rows.push(title_row(title));
        self.rows.extend(rows);
        let place = |name: &&str| columns.iter().position(|own| own == name);
        let mut rank: Vec<usize> = first.iter().filter_map(place).collect();
        rank.extend((0..columns.len()).filter(|n| !first.contains(&columns[*n])));
        let header = columns.iter().map(|name| header(name)).collect();
        self.parts.push(Part { title: title_at, end: self.rows.len(), header, rank });
    }
}

/// The deck, with who is at work; `tz`: whose clock its hours are of.
pub fn deck(now: &DeckNow, people: Vec<Row>, tz: &str) -> Shown {
    let mut parts = Parts::default();
    let cutoffs = now.cutoffs.iter().map(|c| cutoff(now, c, tz)).collect();
    parts.add("deck-cutoffs", CUTOFFS, CUTOFFS_FIRST, cutoffs);
    parts.add("deck-alerts", ALERTS, ALERTS, now.alerts.iter().map(alert).collect());
    parts.add("deck-flow", FLOW, &["what", "rate"], flow(now));
    parts.add("deck-stages", BOARD, BOARD, numbers(now, |kind| kind != Kind::Cases));
    parts.add("deck-cases", CASES, CASES, cases(now));
    let zones = now.zones.iter().map(|z| zone(now, z)).collect();
    parts.add("deck-zones", ZONES, &["mark", "zone", "lines", "people"], zones);
    parts.add("deck-waves", WAVES, &["wave", "done"], now.waves.iter().map(wave).collect());
    parts.add("board-people", PEOPLE, &["who", "what", "since"], with_door(people));
    parts.add(
        "deck-health",
        HEALTH,
        &["mark", "code", "what"],
        now.health.iter().map(health).collect(),
    );
    let [late, risk, well] = now.tally();
    let tally = Message::key("deck-tally").with("late", late).with("risk", risk).with("well", well);
    Shown {
        title: Message::key("menu-board"),
        facts: vec![tally],
        rows: parts.rows,
        deck: Some(Deck {
            parts: parts.parts,
            burns: now.cutoffs.iter().map(|c| burn(now, c)).collect(),
            tally: [late, risk, well],
        }),
        as_of: Some(Instant::of_unix_s(now.now)),
        rings: now.alerts.iter().any(|alert| alert.is_new(now.now)),
        ..Shown::default()
    }
}

const CUTOFFS: &[&str] = &[
    "mark", "carrier", "cutoff", "in", "all", "waiting", "ready", "picking", "packing", "packed",
    "out", "done", "needed", "rate", "ends",
];
const CUTOFFS_FIRST: &[&str] =
    &["mark", "carrier", "in", "done", "all", "needed", "rate", "ends", "ready", "waiting"];
const FLOW: &[&str] = &["what", "last-hours", "rate"];
const ALERTS: &[&str] = &["mark", "what", "since"];
const CASES: &[&str] = &["what", "count", "oldest"];
const ZONES: &[&str] = &["mark", "zone", "people", "lines", "rate", "minutes"];
const WAVES: &[&str] = &["wave", "done", "stops", "short"];
const PEOPLE: &[&str] = &["who", "what", "trip", "since"];
const HEALTH: &[&str] = &["mark", "kind", "code", "what"];

fn cutoff(now: &DeckNow, cutoff: &CutOff, tz: &str) -> Row {
    let rate = now.rate(cutoff);
    let at = Instant::of_unix_s(cutoff.at);
    let done = cutoff.done_at(now.now, rate).filter(|_| cutoff.to_pack() > 0);
    let some = |n: i64| Some(n).filter(|n| *n > 0);
    let mut filter = String::new();
    if !cutoff.carrier.is_empty() {
        filter = format!("carrier={}", cutoff.carrier);
    }
    if !cutoff.several {
        let (day, time) = at.day_and_minute(tz);
        filter.push_str(&format!(" cutoff={day} cutoff={time}"));
    }
    let view = View { filter, ..View::default() };
    Row {
        cells: vec![
            Cell::Mark(cutoff.mark(now.now, rate)),
            Cell::text(&cutoff.carrier),
            clock(now.now, cutoff.at, tz),
            Cell::text(apart(cutoff.at - now.now)),
            cutoff.total.into(),
            some(cutoff.waiting).into(),
            some(cutoff.ready).into(),
            some(cutoff.picking).into(),
            some(cutoff.packing).into(),
            some(cutoff.packed).into(),
            some(cutoff.out).into(),
            Cell::Share { done: cutoff.packed + cutoff.out, of: cutoff.total },
            cutoff.needed(now.now).into(),
            some(rate).into(),
            done.map(|at| clock(now.now, at, tz)).unwrap_or_default(),
        ],
        opens: Some(Subject { view, ..Subject::list(Kind::Stage, "live") }),
    }
}

/// The minute, and the day where it is another one.
fn clock(now: i64, at: i64, tz: &str) -> Cell {
    let (today, _) = Instant::of_unix_s(now).day_and_minute(tz);
    let (day, minute) = Instant::of_unix_s(at).day_and_minute(tz);
    Cell::Text(if day == today { minute } else { format!("{day} {minute}") })
}

/// Hours and minutes until then; with a minus sign since then.
fn apart(seconds: i64) -> String {
    let (sign, s) = if seconds < 0 { ("-", -seconds) } else { ("", seconds) };
    match s / DAY_S {
        0 => format!("{sign}{}:{:02}", s / HOUR_S, s / 60 % 60),
        days => format!("{sign}{days}d {}:{:02}", s / HOUR_S % 24, s / 60 % 60),
    }
}

/// What was left at the end of each quarter of an hour, and how it would have to go on.
fn burn(now: &DeckNow, cutoff: &CutOff) -> Burn {
    let mut left = vec![cutoff.to_pack()];
    for packed in now.rates(cutoff) {
        left.push(left.last().copied().unwrap_or(0) + packed);
    }
    left.reverse();
    Burn {
        name: Message::key("deck-burn").with("carrier", &cutoff.carrier),
        left,
        minutes: (cutoff.at - now.now) / 60,
    }
}

fn flow(now: &DeckNow) -> Vec<Row> {
    let past = &now.past;
    let kinds = [
        ("deck-picked", &past.picked, "picking"),
        ("deck-packed", &past.packed, "packing"),
        ("deck-handed-over", &past.handed_over, "packed"),
    ];
    let row = |(key, parts, stage): (&str, &Vec<i64>, &str)| Row {
        cells: vec![
            Message::key(key).into(),
            Cell::Flow(parts.iter().rev().copied().collect()),
            (parts.first().copied().unwrap_or(0) * PARTS_PER_HOUR).into(),
        ],
        opens: Some(Subject::list(Kind::Stage, stage)),
    };
    let mut rows: Vec<Row> =
        kinds.into_iter().filter(|(_, parts, _)| !parts.is_empty()).map(row).collect();
    if !now.cutoffs.is_empty() && now.pickers.is_some() {
        rows.push(Row {
            cells: vec![Message::key("rehearsal-title").into(), Cell::Empty, Cell::Empty],
            opens: Some(Subject::list(Kind::Rehearsal, "0,0,0")),
        });
    }
    rows
}

fn numbers(now: &DeckNow, wanted: impl Fn(Kind) -> bool) -> Vec<Row> {
    now.numbers
        .iter()
        .filter_map(|n| {
            let kind = Kind::parse(&n.kind).filter(|kind| wanted(*kind))?;
            let list = Subject::list(kind, &n.of);
            let at = |seconds: Option<i64>| Cell::from(seconds.map(Instant::of_unix_s));
            let cells = vec![list_title(&list).into(), n.n.into(), at(n.oldest), at(n.next)];
            Some(Row { cells, opens: Some(list) })
        })
        .collect()
}

fn cases(now: &DeckNow) -> Vec<Row> {
    let mut rows = numbers(now, |kind| kind == Kind::Cases);
    for row in &mut rows {
        row.cells.truncate(CASES.len());
    }
    if rows.len() > 1 {
        let all = Subject::list(Kind::Cases, "all");
        let n: i64 = now.numbers.iter().filter(|n| n.kind == "cases").map(|n| n.n).sum();
        let mut cells = vec![list_title(&all).into(), n.into()];
        cells.resize(CASES.len(), Cell::Empty);
        rows.push(Row { cells, opens: Some(all) });
    }
    rows
}

/// Minutes that the people there still need at their rate; many lines and nobody there is a sign.
fn zone(now: &DeckNow, zone: &Zone) -> Row {
    let rate = now.past.by_zone.get(&zone.zone).copied().unwrap_or(0) * PARTS_PER_HOUR;
    let minutes = (rate > 0).then(|| (zone.lines * 60 + rate - 1) / rate);
    let mark = if zone.lines > 0 && zone.people == 0 { Mark::Soon } else { Mark::Fine };
    let view = View { filter: format!("zones={}", zone.zone), ..View::default() };
    Row {
        cells: vec![
            Cell::Mark(mark),
            Cell::text(&zone.zone),
            zone.people.into(),
            zone.lines.into(),
            Some(rate).filter(|n| *n > 0).into(),
            minutes.into(),
        ],
        opens: Some(Subject { view, ..Subject::list(Kind::Trips, "live") }),
    }
}

fn wave(wave: &Wave) -> Row {
    Row {
        cells: vec![
            Cell::text(&wave.no),
            Cell::Share { done: wave.stops - wave.left, of: wave.stops },
            wave.left.into(),
            Some(wave.short).filter(|n| *n > 0).into(),
        ],
        opens: Some(Subject::new(Kind::Wave, wave.id)),
    }
}

/// Who is at work, and at the end the list of all of them with what they did.
fn with_door(mut people: Vec<Row>) -> Vec<Row> {
    if !people.is_empty() {
        people.push(Row {
            cells: vec![Message::key("deck-people-all").into(), Cell::Empty, Cell::Empty],
            opens: Some(Subject::list(Kind::People, "all")),
        });
    }
    people
}

fn alert(alert: &Alert) -> Row {
    let about: Arg = match alert.kind.as_str() {
        "case" => word("reason", &alert.subject).into(),
        _ => alert.subject.as_str().into(),
    };
    let said = Message::key(&format!("alert-{}", alert.kind));
    Row {
        cells: vec![
            Cell::Mark(Mark::Late),
            said.with("subject", about).with("n", alert.n).into(),
            Instant::of_unix_s(alert.since).into(),
        ],
        opens: Subject::parse(&alert.opens),
    }
}

fn health(health: &Health) -> Row {
    let said: Cell = match (&health.said, &health.behind) {
        (None, _) => Message::key("deck-well").into(),
        (Some(_), Some(behind)) if health.kind == "audit" => {
            Message::key("deck-unsealed").with("behind", behind).into()
        }
        (Some(said), Some(behind)) if said.is_empty() => {
            Message::key("deck-behind").with("behind", behind).into()
        }
        (Some(said), _) if health.kind == "printer" => printer_says(said).into(),
        (Some(said), _) => Message::key("deck-shop-says").with("said", said).into(),
    };
    let mark = if health.said.is_some() { Mark::Late } else { Mark::Done };
    Row {
        cells: vec![
            Cell::Mark(mark),
            Message::key(&format!("deck-kind-{}", health.kind)).into(),
            Cell::text(&health.code),
            said,
        ],
        opens: health.id.map(|id| Subject::new(Kind::Shop, id)),
    }
}

/// What a list is called: by what its rows have in common.
pub fn list_title(list: &Subject) -> Message {
    let of = match list.kind {
        Kind::Cases => "reason",
        Kind::Trips => "trips",
        Kind::Waves => "waves",
        Kind::Holds => "holds",
        Kind::People => "people",
        _ => "state",
    };
    word(of, &list.of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_then_is_said_in_hours_and_days() {
        let said = [(-495, "-0:08"), (HOUR_S, "1:00"), (DAY_S + 60, "1d 0:01")];
        for (seconds, text) in said {
            assert_eq!(apart(seconds), text);
        }
    }

    #[test]
    fn what_was_left_is_what_is_left_and_what_was_packed_since() {
        let ten = CutOff { carrier: "SF".into(), at: 3600, ready: 10, ..CutOff::default() };
        let mut now = DeckNow { cutoffs: vec![ten.clone()], ..DeckNow::default() };
        now.past.by_cutoff.insert("SF 3600".into(), vec![2, 3, 0]);
        let burn = burn(&now, &now.cutoffs[0]);
        assert_eq!((burn.left, burn.minutes), (vec![15, 15, 12, 10], 60));
        assert_eq!(now.rate(&now.cutoffs[0]), 8);
        assert_eq!(now.tally(), [0, 10, 0]);
    }
}
