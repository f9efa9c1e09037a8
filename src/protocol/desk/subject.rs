//! What can be looked at, and how.

use crate::protocol::list::View;
use crate::protocol::scan::ScanTarget;
use serde::{Deserialize, Serialize};

/// Something that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub kind: Kind,
    pub id: i64,
    /// For lists: which one (a stage, a reason), and how it is looked at.
    #[serde(default)]
    pub of: String,
    #[serde(default)]
    pub view: View,
}

/// What kind of thing is looked at, or what the rows of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Place,
    Item,
    Lot,
    Order,
    Shipment,
    Parcel,
    Trip,
    Wave,
    Person,
    /// What its people may do.
    Role,
    /// How it goes with a shop.
    Shop,
    HandOver,
    Hold,
    /// One exception.
    Case,
    /// Shipments of a stage.
    Stage,
    /// Open exceptions of a reason.
    Cases,
    /// Walks and waves in a state.
    Trips,
    Waves,
    /// Holds that stand.
    Holds,
    /// Who is at work.
    People,
    /// How the shift would end if something was done otherwise.
    Rehearsal,
    /// Rows of a list that were marked.
    Marked,
}

impl Kind {
    const ALL: [(&'static str, Kind); 22] = [
        ("place", Kind::Place),
        ("item", Kind::Item),
        ("lot", Kind::Lot),
        ("order", Kind::Order),
        ("shipment", Kind::Shipment),
        ("parcel", Kind::Parcel),
        ("trip", Kind::Trip),
        ("wave", Kind::Wave),
        ("person", Kind::Person),
        ("role", Kind::Role),
        ("shop", Kind::Shop),
        ("hand_over", Kind::HandOver),
        ("hold", Kind::Hold),
        ("case", Kind::Case),
        ("stage", Kind::Stage),
        ("cases", Kind::Cases),
        ("trips", Kind::Trips),
        ("waves", Kind::Waves),
        ("holds", Kind::Holds),
        ("people", Kind::People),
        ("rehearsal", Kind::Rehearsal),
        ("marked", Kind::Marked),
    ];
}

impl Kind {
    /// The kind that screens and the database call so. `None`: there is none of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// What screens, kept views and the database call it.
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// A list is told from others of its kind by `of`, one thing by its `id`.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Kind::Stage | Kind::Cases | Kind::Trips | Kind::Waves | Kind::Holds | Kind::People
        )
    }

    /// May rows of it be marked, to do one thing to all of them?
    pub fn is_markable(self) -> bool {
        matches!(self, Kind::Shipment | Kind::Trip | Kind::Hold | Kind::Person | Kind::Case)
    }

    /// Who has the deck sees it, and nobody else.
    pub fn is_of_the_deck(self) -> bool {
        matches!(self, Kind::People | Kind::Rehearsal | Kind::Marked)
    }
}

impl Subject {
    /// One thing, by its id in the database.
    pub fn new(kind: Kind, id: i64) -> Subject {
        Subject { kind, id, of: String::new(), view: View::default() }
    }

    /// A list by what its rows have in common: a stage, a reason, a state.
    pub fn list(kind: Kind, of: &str) -> Subject {
        Subject { of: of.to_owned(), ..Subject::new(kind, 0) }
    }

    /// The same thing, however it is looked at.
    pub(super) fn same(&self, other: &Subject) -> bool {
        let tried = self.kind == Kind::Rehearsal && other.kind == Kind::Rehearsal;
        tried || (self.kind, self.id, &self.of) == (other.kind, other.id, &other.of)
    }

    /// What the screen sends when a row of a list is opened: `#shipment:12`, `#stage:picking`, and
    /// with what is looked for in it `#stage:live/carrier:SF`.
    pub fn scan(&self) -> String {
        let kind = self.kind.name();
        match (self.of.is_empty(), self.view.filter.is_empty()) {
            (true, _) => format!("#{kind}:{}", self.id),
            (false, true) => format!("#{kind}:{}", self.of),
            (false, false) => format!("#{kind}:{}/{}", self.of, self.view.filter),
        }
    }

    /// Reads back what `scan` says. `None`: the text is something else, a code perhaps.
    pub fn parse(text: &str) -> Option<Subject> {
        let (kind, what) = text.strip_prefix('#')?.split_once(':')?;
        let kind = Kind::parse(kind)?;
        match (kind, what.parse()) {
            (kind, _) if kind.is_list() => {
                let (of, filter) = what.split_once('/').unwrap_or((what, ""));
                let view = View { filter: filter.to_owned(), ..View::default() };
                Some(Subject { view, ..Subject::list(kind, of) })
            }
            (Kind::Rehearsal | Kind::Marked, _) => Some(Subject::list(kind, what)),
            (kind, Ok(id)) => Some(Subject::new(kind, id)),
            _ => None,
        }
    }

    /// What a scan of the site's codes means here.
    pub fn of_meaning(found: &ScanTarget) -> Subject {
        match found {
            ScanTarget::Bin { id, .. }
            | ScanTarget::Container { id, .. }
            | ScanTarget::Bench { id, .. } => Subject::new(Kind::Place, *id),
            ScanTarget::Item { id, .. } => Subject::new(Kind::Item, *id),
            ScanTarget::Lot { id, .. } => Subject::new(Kind::Lot, *id),
            ScanTarget::Parcel { id, .. } => Subject::new(Kind::Parcel, *id),
            ScanTarget::List { id, .. } => Subject::new(Kind::HandOver, *id),
            ScanTarget::Person { id, .. } => Subject::new(Kind::Person, *id),
        }
    }
}
