//! The rehearsal: how the cut-offs would end with more or fewer people at the walks and at the
//! benches, and with what is ready released now, later or not at all. It writes nothing; each row
//! that changes something opens the rehearsal with that change.

use super::now::{CutOff, DeckNow, SLACK_S, Zone};
use super::{Parts, apart, clock};
use crate::domain::rows::Instant;
use crate::protocol::Message;
use crate::protocol::desk::{Kind, Row, Shown, Subject};
use crate::protocol::list::{Cell, Mark};
use crate::protocol::page::Deck;

/// What is tried: so many people more or fewer, and when what is ready goes to the floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    pub pickers: i64,
    pub packers: i64,
    /// Minutes from now; `None`: not today.
    pub release_min: Option<i64>,
    /// So many pickers more, or fewer, in a zone.
    pub zones: Vec<(String, i64)>,
}

impl Default for Changes {
    fn default() -> Changes {
        Changes { pickers: 0, packers: 0, release_min: Some(0), zones: Vec::new() }
    }
}

/// When what is ready can be released, one after the other.
const RELEASES: [Option<i64>; 4] = [Some(0), Some(30), Some(60), None];
/// More people than a site has.
const MOST: i64 = 999;

impl Changes {
    /// Reads back what `opens` says; what is none of it changes nothing.
    pub fn parse(text: &str) -> Changes {
        let parts: Vec<&str> = text.split(',').collect();
        let number = |n: usize| parts.get(n).and_then(|part| part.parse::<i64>().ok());
        let people = |n: usize| number(n).unwrap_or(0).clamp(-MOST, MOST);
        let release_min = match number(2).filter(|min| *min >= 0) {
            None if parts.get(2) == Some(&"never") => None,
            min => Some(min.unwrap_or(0).min(24 * 60)),
        };
        let zone = |part: &str| {
            let (zone, more) = part.split_once('=')?;
            Some((zone.to_owned(), more.parse::<i64>().ok()?.clamp(-MOST, MOST)))
        };
        let zones = parts.get(3).into_iter().flat_map(|part| part.split(';')).filter_map(zone);
        Changes { pickers: people(0), packers: people(1), release_min, zones: zones.collect() }
    }

    /// The rehearsal of these changes.
    pub fn opens(&self) -> Subject {
        let release = self.release_min.map_or("never".to_owned(), |min| min.to_string());
        let mut of = format!("{},{},{release}", self.pickers, self.packers);
        for (n, (zone, more)) in self.zones.iter().enumerate() {
            of.push_str(&format!("{}{zone}={more}", if n == 0 { "," } else { ";" }));
        }
        Subject::list(Kind::Rehearsal, &of)
    }

    fn next_release(&self) -> Changes {
        let at = RELEASES.iter().position(|own| *own == self.release_min).unwrap_or(0);
        Changes { release_min: RELEASES[(at + 1) % RELEASES.len()], ..self.clone() }
    }

    fn in_zone(&self, zone: &str) -> i64 {
        self.zones.iter().filter(|(own, _)| own == zone).map(|(_, more)| more).sum()
    }

    /// One picker goes from one zone to another.
    fn moving(&self, from: &str, to: &str) -> Changes {
        let mut changes = self.clone();
        for (zone, more) in [(from, -1), (to, 1)] {
            match changes.zones.iter_mut().find(|(own, _)| own == zone) {
                Some((_, own)) => *own += more,
                None => changes.zones.push((zone.to_owned(), more)),
            }
        }
        changes.zones.retain(|(_, more)| *more != 0);
        changes
    }
}

const ENDS: &[&str] =
    &["mark", "carrier", "cutoff", "in", "to-pack", "waiting", "ends", "would-end"];
const ENDS_FIRST: &[&str] = &["mark", "carrier", "in", "would-end", "ends", "to-pack"];
const ZONES: &[&str] = &["mark", "zone", "people", "then", "lines", "minutes", "would-minutes"];
const ZONES_FIRST: &[&str] =
    &["mark", "zone", "people", "then", "would-minutes", "minutes", "lines"];
const TRY: &[&str] = &["what", "now", "then"];
const PACE: &[&str] = &["what", "rate"];

/// What the planner says of the end.
pub struct Forecast<'a> {
    /// In how many seconds the last shipment of each cut-off is packed as it is, and with the
    /// changes; `None`: never.
    pub ends: &'a [Option<i64>],
    pub would_end: &'a [Option<i64>],
    /// In how many seconds so many people have picked so many lines.
    pub walks: &'a dyn Fn(i64, i64) -> Option<i64>,
}

/// The page of a rehearsal.
pub fn page(now: &DeckNow, tried: &Changes, said: &Forecast<'_>, tz: &str) -> Shown {
    let mut parts = Parts::default();
    let cutoffs = now.cutoffs.iter().zip(said.ends.iter().zip(said.would_end));
    let (mut tally, mut rows) = ([0; 3], Vec::new());
    for (cutoff, (end, would)) in cutoffs {
        let mark = match is_known(now) {
            true => mark(now, cutoff, *would),
            false => cutoff.mark(now.now, now.rate(cutoff)),
        };
        let which = match mark {
            Mark::Late => 0,
            Mark::Soon => 1,
            _ => 2,
        };
        tally[which] += cutoff.here();
        let done = brought(cutoff) == 0 || !is_known(now);
        let at = |end: Option<i64>| match end {
            _ if done => Cell::Empty,
            Some(end) => clock(now.now, now.now + end, tz),
            None => Message::key("rehearsal-never").into(),
        };
        rows.push(Row {
            cells: vec![
                Cell::Mark(mark),
                Cell::text(&cutoff.carrier),
                clock(now.now, cutoff.at, tz),
                Cell::text(apart(cutoff.at - now.now)),
                brought(cutoff).into(),
                Some(cutoff.waiting).filter(|n| *n > 0).into(),
                at(*end),
                at(*would),
            ],
            opens: None,
        });
    }
    parts.add("rehearsal-ends", ENDS, ENDS_FIRST, rows);
    parts.add("rehearsal-zones", ZONES, ZONES_FIRST, zones(now, tried, said.walks));
    parts.add("rehearsal-try", TRY, &["what", "then"], ways(now, tried));
    parts.add("rehearsal-pace", PACE, PACE, pace(now));
    Shown {
        title: Message::key("rehearsal-title"),
        facts: vec![Message::key("rehearsal-writes-nothing")],
        rows: parts.rows,
        deck: Some(Deck { parts: parts.parts, burns: Vec::new(), tally }),
        as_of: Some(Instant::of_unix_s(now.now)),
        ..Shown::default()
    }
}

/// Without a pace nothing can be said of the end; nobody needs a picker's where all is picked.
fn is_known(now: &DeckNow) -> bool {
    let pace = &now.past.pace;
    let picks = now.cutoffs.iter().any(|cutoff| cutoff.ready + cutoff.picking > 0);
    pace.packed.is_some() && (!picks || pace.picked.is_some() && pace.lines.is_some())
}

/// What people can still bring: goods that are not there are nobody's work.
fn brought(cutoff: &CutOff) -> i64 {
    cutoff.to_pack() - cutoff.waiting
}

fn mark(now: &DeckNow, cutoff: &CutOff, end: Option<i64>) -> Mark {
    match end.map(|end| now.now + end) {
        _ if cutoff.here() == 0 => Mark::Done,
        _ if cutoff.at <= now.now => Mark::Late,
        _ if brought(cutoff) == 0 => Mark::Fine,
        Some(end) if end <= cutoff.at - SLACK_S => Mark::Fine,
        Some(end) if end <= cutoff.at => Mark::Soon,
        _ => Mark::Late,
    }
}

/// One change further each; people who do not work there cannot leave.
fn ways(now: &DeckNow, tried: &Changes) -> Vec<Row> {
    let (picking_now, packing_now) = (now.pickers.unwrap_or(0), now.packers.unwrap_or(0));
    let (pickers, packers) = (picking_now + tried.pickers, packing_now + tried.packers);
    let moved = |picking: i64, packing: i64| {
        let to = Changes {
            pickers: tried.pickers + picking,
            packers: tried.packers + packing,
            ..tried.clone()
        };
        (pickers + picking >= 0 && packers + packing >= 0).then(|| to.opens())
    };
    let way = |key: &str, is: Cell, then: Cell, opens: Option<Subject>| Row {
        cells: vec![Message::key(key).into(), is, then],
        opens,
    };
    let one = |key: &str, opens| way(key, Cell::Empty, Cell::Empty, opens);
    let release = |min: Option<i64>| match min {
        None => Message::key("rehearsal-not-today"),
        Some(min) => Message::key("rehearsal-in").with("min", min),
    };
    vec![
        way("rehearsal-more-pick", picking_now.into(), pickers.into(), moved(1, 0)),
        one("rehearsal-fewer-pick", moved(-1, 0)),
        way("rehearsal-more-pack", packing_now.into(), packers.into(), moved(0, 1)),
        one("rehearsal-fewer-pack", moved(0, -1)),
        one("rehearsal-to-pack", moved(-1, 1)),
        one("rehearsal-to-pick", moved(1, -1)),
        way(
            "rehearsal-release",
            release(Some(0)).into(),
            release(tried.release_min).into(),
            Some(tried.next_release().opens()),
        ),
        one("rehearsal-as-it-is", Some(Changes::default().opens())),
    ]
}

/// Each zone with when its lines are picked; opening it brings one picker from where they are done
/// first.
fn zones(now: &DeckNow, tried: &Changes, walks: &dyn Fn(i64, i64) -> Option<i64>) -> Vec<Row> {
    let known = now.past.pace.picked.is_some();
    let then = |zone: &Zone| zone.people + tried.in_zone(&zone.zone);
    let end = |zone: &Zone, people: i64| walks(zone.lines, people);
    // Who never ends has nobody to give.
    let ends = |zone: &&Zone| end(zone, then(zone)).unwrap_or(i64::MAX);
    now.zones
        .iter()
        .map(|zone| {
            let others = now.zones.iter().filter(|own| own.zone != zone.zone && then(own) > 0);
            let from = others.min_by_key(ends).filter(|_| is_plain(&zone.zone) && zone.lines > 0);
            let minutes = |people: i64| -> Cell {
                match end(zone, people) {
                    _ if zone.lines == 0 || !known => Cell::Empty,
                    Some(end) => Cell::Count(end.div_euclid(60)),
                    None => Message::key("rehearsal-never").into(),
                }
            };
            let late = zone.lines > 0 && then(zone) <= 0;
            Row {
                cells: vec![
                    Cell::Mark(if late { Mark::Late } else { Mark::Fine }),
                    Cell::text(&zone.zone),
                    zone.people.into(),
                    then(zone).into(),
                    zone.lines.into(),
                    minutes(zone.people),
                    minutes(then(zone)),
                ],
                opens: from
                    .filter(|from| is_plain(&from.zone))
                    .map(|from| tried.moving(&from.zone, &zone.zone).opens()),
            }
        })
        .collect()
}

/// May a zone's name stand in what a row opens?
fn is_plain(zone: &str) -> bool {
    !zone.contains([',', ';', '=', '/'])
}

fn pace(now: &DeckNow) -> Vec<Row> {
    let pace = &now.past.pace;
    let row = |key: &str, value: Option<f64>| Row {
        cells: vec![
            Message::key(key).into(),
            value.map_or_else(
                || Message::key("rehearsal-unknown").into(),
                |value| Cell::text(format!("{value:.1}")),
            ),
        ],
        opens: None,
    };
    vec![
        row("rehearsal-pace-pick", pace.picked),
        row("rehearsal-pace-lines", pace.lines),
        row("rehearsal-pace-pack", pace.packed),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::now::Pace;
    use super::*;

    #[test]
    fn changes_are_read_back_as_they_were_said() {
        for changes in [
            Changes::default(),
            Changes { pickers: -2, packers: 3, release_min: Some(30), ..Changes::default() },
            Changes { release_min: None, ..Changes::default() },
            Changes::default().moving("A", "B").moving("A", "C"),
        ] {
            assert_eq!(Changes::parse(&changes.opens().of), changes);
        }
        for none in ["", "x", "1e9,?,-5", "99999999999999999999,,"] {
            let read = Changes::parse(none);
            assert_eq!((read.packers, read.release_min), (0, Some(0)), "{none}");
        }
        assert_eq!(
            Changes::parse("5000,-5000,5000"),
            Changes { pickers: 999, packers: -999, release_min: Some(1440), ..Changes::default() }
        );
    }

    #[test]
    fn a_cut_off_is_well_if_it_would_end_ten_minutes_before() {
        let cutoff = CutOff { at: 3600, ready: 5, waiting: 2, ..CutOff::default() };
        let mut now = DeckNow { cutoffs: vec![cutoff.clone()], ..DeckNow::default() };
        let marks = [(Some(3000), Mark::Fine), (Some(3001), Mark::Soon), (None, Mark::Late)];
        for (end, expected) in marks {
            assert_eq!(mark(&now, &cutoff, end), expected);
        }
        let tally = |now: &DeckNow| {
            let said = Forecast { ends: &[Some(60)], would_end: &[None], walks: &|_, _| None };
            let shown = page(now, &Changes::default(), &said, "UTC");
            shown.deck.map(|deck| deck.tally)
        };
        assert_eq!(tally(&now), Some([0, 0, 7]), "nobody knows how fast it goes");
        now.past.pace = Pace { picked: Some(60.0), packed: Some(30.0), lines: Some(2.0) };
        assert_eq!(tally(&now), Some([7, 0, 0]));
    }

    #[test]
    fn nobody_leaves_where_nobody_is() {
        let now = DeckNow { pickers: Some(1), packers: Some(0), ..DeckNow::default() };
        let opens = |tried: Changes| -> Vec<bool> {
            ways(&now, &tried).iter().map(|row| row.opens.is_some()).collect()
        };
        assert_eq!(opens(Changes::default()), [true, true, true, false, true, false, true, true]);
    }
    #[test]
    fn one_goes_to_a_zone_from_where_they_are_done_first() {
        let zone = |zone: &str, lines: i64, people: i64| Zone { zone: zone.into(), lines, people };
        let mut now = DeckNow {
            zones: vec![zone("A", 60, 3), zone("B", 60, 1), zone("C", 0, 0), zone("D", 5, 0)],
            ..DeckNow::default()
        };
        now.past.pace.picked = Some(60.0);
        let row = |tried: &Changes, n: usize| {
            let walks = |lines: i64, people: i64| (people > 0).then(|| lines * 60 / people);
            let row = zones(&now, tried, &walks).swap_remove(n);
            (row.cells[3..].to_vec(), row.opens.map(|opens| Changes::parse(&opens.of)))
        };
        let (cells, more) = row(&Changes::default(), 1);
        assert_eq!(cells, [1i64, 60, 60, 60].map(Cell::Count));
        let more = more.unwrap_or_default();
        assert_eq!(more.zones, [("A".to_owned(), -1), ("B".to_owned(), 1)]);
        assert_eq!(row(&more, 1).0, [2i64, 60, 60, 30].map(Cell::Count));
        assert_eq!(row(&more, 0).0, [2i64, 60, 20, 30].map(Cell::Count));
        assert_eq!(row(&more, 2), (vec![0i64.into(), 0i64.into(), Cell::Empty, Cell::Empty], None));
        let never: Cell = Message::key("rehearsal-never").into();
        assert_eq!(row(&more, 3).0, [0i64.into(), 5i64.into(), never.clone(), never]);
        assert_eq!(more.moving("B", "A").zones, [], "back is as it is");
    }
}
