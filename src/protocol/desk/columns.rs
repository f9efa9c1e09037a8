//! Which columns each list of the desk has, by name. A column's header is `col-NAME`; kept views
//! hold the names. Of the five lists the cells stand here too; of other tables in `store/desk`.

use super::{Kind, Subject, why_held};
use crate::domain::cells::say_minor;
use crate::domain::rows::{ExceptionRow, HoldRow, PersonRow, ShipmentRow, TripRow, WaveRow};
use crate::protocol::Message;
use crate::protocol::list::{Cell, Column, Row, word};

/// What a list shows of its rows, and what one of them opens.
pub trait ListRow: Sized + 'static {
    const COLUMNS: &'static [Column<Self>];

    fn opens(&self) -> Option<Subject>;

    fn names() -> Vec<&'static str> {
        Self::COLUMNS.iter().map(|column| column.name).collect()
    }

    fn row(&self) -> Row<Subject> {
        let cells = Self::COLUMNS.iter().map(|column| (column.cell)(self)).collect();
        Row { cells, opens: self.opens() }
    }
}

impl ListRow for ShipmentRow {
    const COLUMNS: &'static [Column<ShipmentRow>] = &[
        Column { name: "shipment", cell: |row| Cell::text(&row.shipment_no) },
        Column { name: "carrier", cell: |row| Cell::text(&row.carrier) },
        Column { name: "cutoff", cell: |row| row.cutoff_at.into() },
        Column { name: "units", cell: |row| row.units.into() },
        Column { name: "priority", cell: |row| Some(row.priority).filter(|n| *n != 0).into() },
        Column { name: "why", cell: why_it_stands },
    ];

    fn opens(&self) -> Option<Subject> {
        Some(Subject::new(Kind::Shipment, self.id))
    }
}

/// Who holds a shipment says more than why it stands otherwise.
fn why_it_stands(row: &ShipmentRow) -> Cell {
    match &row.held_for {
        Some(reason) => why_held(reason).into(),
        None if row.reason.is_empty() => Cell::Empty,
        None => Cell::says("why", &row.reason),
    }
}

impl ListRow for ExceptionRow {
    const COLUMNS: &'static [Column<ExceptionRow>] = &[
        Column { name: "what", cell: |row| Cell::text(&row.subject) },
        Column {
            name: "item",
            cell: |row| row.item.clone().map_or_else(|| Cell::text(&row.said), Cell::Name),
        },
        Column { name: "units", cell: |row| row.units.into() },
        Column { name: "since", cell: |row| row.since.into() },
        Column { name: "cutoff", cell: |row| row.cutoff_at.into() },
        Column { name: "worth", cell: |row| money(row.worth, row.currency.as_deref()) },
        Column { name: "who", cell: |row| row.looked_at_by.clone().into() },
        Column { name: "reason", cell: |row| Cell::says("reason", &row.reason) },
    ];

    fn opens(&self) -> Option<Subject> {
        Some(Subject::new(Kind::Case, self.id))
    }
}

impl ListRow for TripRow {
    const COLUMNS: &'static [Column<TripRow>] = &[
        Column { name: "trip", cell: |row| Cell::text(&row.trip_no) },
        Column { name: "kind", cell: |row| Cell::state(row.kind) },
        Column { name: "who", cell: |row| row.person_name.clone().into() },
        Column { name: "stops", cell: |row| (row.stops - row.stops_done).into() },
        Column { name: "zones", cell: |row| Cell::text(&row.zones) },
        Column { name: "cutoff", cell: |row| row.due_at.into() },
    ];

    fn opens(&self) -> Option<Subject> {
        Some(Subject::new(Kind::Trip, self.id))
    }
}

impl ListRow for WaveRow {
    const COLUMNS: &'static [Column<WaveRow>] = &[
        Column { name: "wave", cell: |row| Cell::text(&row.wave_no) },
        Column { name: "since", cell: |row| row.released_at.into() },
        Column { name: "shipments", cell: |row| row.shipments.into() },
        Column { name: "short", cell: |row| row.short_units.into() },
        Column { name: "trips", cell: |row| row.trips.into() },
    ];

    fn opens(&self) -> Option<Subject> {
        Some(Subject::new(Kind::Wave, self.id))
    }
}

impl ListRow for PersonRow {
    const COLUMNS: &'static [Column<PersonRow>] = &[
        Column { name: "zone", cell: |row| row.zone.clone().into() },
        Column { name: "who", cell: |row| Cell::text(&row.name) },
        Column { name: "what", cell: |row| doing(&row.doing) },
        Column { name: "trip", cell: |row| row.trip.clone().into() },
        Column { name: "since", cell: |row| row.since.into() },
        Column {
            name: "kind",
            cell: |row| {
                row.kind.as_deref().map(|kind| Cell::says("menu", kind)).unwrap_or_default()
            },
        },
        Column { name: "done-last-hour", cell: |row| row.done.into() },
        Column { name: "units", cell: |row| row.units.into() },
        Column { name: "per-hour", cell: |row| row.per_hour.into() },
        Column { name: "of-median", cell: |row| row.of_median.into() },
    ];

    fn opens(&self) -> Option<Subject> {
        Some(Subject::new(Kind::Person, self.id))
    }
}

/// An amount with its currency; nothing where there is none.
fn money(minor: Option<i64>, currency: Option<&str>) -> Cell {
    minor.zip(currency).map_or(Cell::Empty, |(minor, code)| Cell::text(say_minor(minor, code)))
}

/// The columns that say how fast a person works.
pub const RATES: [&str; 4] = ["done-last-hour", "units", "per-hour", "of-median"];

/// What a person has in hand: an activity's name, or that there is nothing.
pub fn doing(what: &str) -> Cell {
    Cell::Says(doing_says(what))
}

/// The same in words.
pub fn doing_says(what: &str) -> Message {
    match what {
        "away" | "idle" => word("desk", what),
        activity => word("menu", activity),
    }
}

impl ListRow for HoldRow {
    const COLUMNS: &'static [Column<HoldRow>] = &[
        Column { name: "hold", cell: |row| Cell::text(&row.hold_no) },
        Column { name: "kind", cell: |row| Cell::says("kind", &row.kind) },
        Column { name: "what", cell: |row| Cell::text(&row.name) },
        Column { name: "why", cell: |row| why_held(&row.reason).into() },
        Column { name: "note", cell: |row| Cell::text(&row.note) },
        Column { name: "who", cell: |row| Cell::text(&row.by) },
        Column { name: "since", cell: |row| row.since.into() },
    ];

    fn opens(&self) -> Option<Subject> {
        Some(Subject::new(Kind::Hold, self.id))
    }
}

// What stands on a page about one thing, under its own columns.
/// Of each list on the board: how many, since when the oldest waits, the nearest cut-off.
pub const BOARD: &[&str] = &["what", "count", "oldest", "next"];
/// What was ordered, what became of it, and the shipment that it goes in.
pub const ORDER_LINES: &[&str] = &["sku", "item", "units", "status", "shipment"];
/// Where the goods of a shipment lie now, and the trip that is to bring them.
pub const SHIPMENT_LINES: &[&str] = &["item", "units", "place", "lot", "trip"];
/// The stops of a trip as they come; `to-pick` is the units still to be taken there.
pub const TRIP_STOPS: &[&str] = &["place", "item", "to-pick", "status"];
/// The trips of a wave: `how` is the kind of picking, `who` the person whose trip it is.
pub const WAVE_TRIPS: &[&str] = &["trip", "status", "how", "who", "stops"];
/// The parcels on a carrier's list, with the waybills that go along.
pub const LIST_PARCELS: &[&str] = &["parcel", "waybill", "status"];
/// What lies in a place, and below it the containers that stand there.
pub const PLACE_STOCK: &[&str] = &["item", "lot", "good-to", "units-reserved", "status"];
/// Where an item lies, lot by lot; the status stays empty while the goods are good.
pub const ITEM_STOCK: &[&str] = &["place", "lot", "good-to", "units-reserved", "status"];
/// Where a lot lies now, then what happened to it: `since` is when.
pub const LOT_STOCK: &[&str] = &["since", "what", "units", "place", "who"];
