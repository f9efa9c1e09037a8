//! Rows of lists, as the database gives them: a screen shows some of their fields, a command and a
//! file all of them, in this order and under these names.

use super::Name;
use super::states::{ShipmentState, TripKind, TripState, WaveState};
use serde::{Deserialize, Serialize};

/// A point in time, in whole seconds; written out it is RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Instant(i64);

impl Instant {
    /// From seconds of Unix time, as queries give instants.
    pub fn of_unix_s(unix_s: i64) -> Instant {
        Instant(unix_s)
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).unwrap_or_default()
    }

    /// Month, day and minute by the clock of a time zone; by that of UTC where nobody knows the
    /// zone.
    pub fn by_clock_of(self, tz: &str) -> String {
        let (day, minute) = self.day_and_minute(tz);
        format!("{day} {minute}")
    }

    /// The same in two: month and day, and the minute.
    pub fn day_and_minute(self, tz: &str) -> (String, String) {
        let zone = jiff::tz::TimeZone::get(tz).unwrap_or(jiff::tz::TimeZone::UTC);
        let there = self.timestamp().to_zoned(zone);
        (there.strftime("%m-%d").to_string(), there.strftime("%H:%M").to_string())
    }

    /// The same with its year, as a file says it that is read another day.
    pub fn with_year(self, tz: &str) -> String {
        let zone = jiff::tz::TimeZone::get(tz).unwrap_or(jiff::tz::TimeZone::UTC);
        self.timestamp().to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Hours, minutes and seconds by the clock of a time zone.
    pub fn clock(self, tz: &str) -> String {
        let zone = jiff::tz::TimeZone::get(tz).unwrap_or(jiff::tz::TimeZone::UTC);
        self.timestamp().to_zoned(zone).strftime("%H:%M:%S").to_string()
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> String {
        instant.timestamp().to_string()
    }
}

impl TryFrom<String> for Instant {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Instant, jiff::Error> {
        Ok(Instant(text.parse::<jiff::Timestamp>()?.as_second()))
    }
}

/// What one warehouse sends to one receiver.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShipmentRow {
    #[serde(skip)]
    pub id: i64,
    pub shipment_no: String,
    pub warehouse: String,
    /// Order numbers, a blank between two.
    pub orders: String,
    pub state: ShipmentState,
    pub carrier: String,
    pub priority: i64,
    /// None: no truck is known for it.
    pub cutoff_at: Option<Instant>,
    pub lines: i64,
    pub units: i64,
    /// The reasons of all holds on it, a blank between two.
    pub hold: String,
    /// Why it stands where it stands, of a shipment that nobody holds: a stable code, or empty.
    #[serde(skip)]
    pub reason: String,
    /// The reason of the newest hold on it.
    #[serde(skip)]
    pub held_for: Option<String>,
}

/// One exception that waits, or waited, for a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExceptionRow {
    #[serde(skip)]
    pub id: i64,
    pub exception_no: String,
    pub reason: String,
    /// What it is about, as people name it.
    pub subject: String,
    pub since: Instant,
    pub state: String,
    /// In the words of who raised it.
    pub said: String,
    #[serde(skip)]
    pub item: Option<Name>,
    #[serde(skip)]
    pub units: Option<i64>,
    /// The truck of the shipment that waits.
    pub cutoff_at: Option<Instant>,
    /// What the orders come to that wait for it, in the currency's smallest unit.
    #[serde(rename = "worth_minor")]
    pub worth: Option<i64>,
    pub currency: Option<String>,
    /// Who has it on their screen.
    pub looked_at_by: Option<String>,
}

/// One walk of one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TripRow {
    #[serde(skip)]
    pub id: i64,
    pub trip_no: String,
    pub wave_no: String,
    pub state: TripState,
    /// The code of who walks it.
    pub person: Option<String>,
    pub stops: i64,
    pub stops_done: i64,
    pub units: i64,
    #[serde(skip)]
    pub kind: TripKind,
    #[serde(skip)]
    pub person_name: Option<String>,
    /// Where it still goes, a blank between two.
    #[serde(skip)]
    pub zones: String,
    /// The nearest cut-off of what is on it.
    #[serde(skip)]
    pub due_at: Option<Instant>,
}

/// Somebody at work, what they have in hand, and what they did in the last hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonRow {
    #[serde(skip)]
    pub id: i64,
    #[serde(rename = "person")]
    pub code: String,
    #[serde(skip)]
    pub name: String,
    /// An activity, or `away` and `idle`.
    pub doing: String,
    pub trip: Option<String>,
    /// Where the next stop of their walk is.
    pub zone: Option<String>,
    /// The last scan.
    pub since: Instant,
    /// `pick` or `pack`: what they did most of.
    pub kind: Option<String>,
    /// Lines, or parcels.
    pub done: Option<i64>,
    pub units: Option<i64>,
    pub per_hour: Option<i64>,
    /// In per cent of the one in the middle of those who do the same.
    pub of_median: Option<i64>,
}

/// Shipments that were released together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WaveRow {
    #[serde(skip)]
    pub id: i64,
    pub wave_no: String,
    pub warehouse: String,
    pub state: WaveState,
    pub released_at: Option<Instant>,
    pub shipments: i64,
    pub lines: i64,
    pub units: i64,
    pub short_units: i64,
    /// Trips that are not over.
    #[serde(skip)]
    pub trips: i64,
}

/// What must not move, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HoldRow {
    #[serde(skip)]
    pub id: i64,
    pub hold_no: String,
    /// Its kind and its name, a blank between the two.
    pub subject: String,
    pub reason: String,
    pub note: String,
    pub by: String,
    pub since: Instant,
    pub lifted_at: Option<Instant>,
    #[serde(skip)]
    pub kind: String,
    #[serde(skip)]
    pub name: String,
    #[serde(skip)]
    pub subject_id: i64,
}
