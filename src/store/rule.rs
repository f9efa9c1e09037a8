//! What a query's answer forbids where no constraint of the database speaks: a code that nobody
//! bears, or something that is no longer as it was when it was looked at.

/// What a code was to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A rule by its number.
    Alert,
    /// The item, warehouse or person that a rule is about.
    AlertSubject,
    Bench,
    Calendar,
    Carrier,
    Container,
    /// A bin of the warehouse that a shop's counter sells from.
    Counter,
    /// A hold that is not lifted yet.
    Hold,
    Owner,
    Person,
    Place,
    Printer,
    Role,
    Route,
    /// A profile, and the person or the bench whose guns are to have it.
    Scanner,
    /// A carrier's service, by both codes.
    Service,
    Shop,
    /// What a hold is on: a lot, an order, a place and so on.
    HoldSubject,
    Warehouse,
    Zone,
}

/// Why it is not done, though the database itself would do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    #[error("no {0:?} has the code {1}")]
    Unknown(Thing, String),
    #[error("several {0:?} have the code {1}")]
    Ambiguous(Thing, String),
    #[error("{0:?} {1} is there already")]
    Taken(Thing, String),
    /// There are several warehouses, and none was named.
    #[error("no warehouse was named, and there are several")]
    WarehouseUnsaid,
    /// The warehouse has no place for what comes in.
    #[error("the warehouse has no staging place")]
    NoStaging,
    /// Goods that were reserved have moved on.
    #[error("the goods have moved on")]
    GoodsMoved,
    /// A lot cannot be had without breaking what is promised to others.
    #[error("the lot is promised to others")]
    PromisedToOthers,
    /// The trip is not this person's any more.
    #[error("the trip is somebody else's")]
    TripGone,
    /// Nothing of what was chosen could be reserved.
    #[error("nothing could be reserved")]
    NothingToReserve,
    /// Waybill numbers are another range's, or were given out: which.
    #[error("these waybills are taken: {0}")]
    WaybillsTaken(String),
    /// A carrier's numbers are used up.
    #[error("the carrier's range is used up")]
    NoWaybills,
    /// The box was closed meanwhile.
    #[error("the box is closed")]
    BoxClosed,
    /// The truck's list was closed meanwhile.
    #[error("the list is closed")]
    ListClosed,
    /// A shop that is waited for does not answer.
    #[error("the shop does not answer")]
    ShopSilent,
    /// The new PIN is the one before.
    #[error("the PIN is the one before")]
    SamePin,
    /// The demo's past was written before.
    #[error("the past was written before")]
    PastOnce,
}

impl Rule {
    /// Refused where nothing of this kind has that code, before anything is written down.
    pub fn known(found: bool, thing: Thing, code: &str) -> super::Result<()> {
        if found { Ok(()) } else { Err(Rule::unknown(thing, code).into()) }
    }

    /// Nothing of this kind has that code.
    pub fn unknown(thing: Thing, code: &str) -> Rule {
        Rule::Unknown(thing, code.to_owned())
    }
}
