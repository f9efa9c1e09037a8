//! States and kinds that the code decides on: closed lists of stable codes, as text in the
//! database, in files and in the catalogue. `tests/states.rs` holds them against the tables' CHECKs
//! and both languages.

use serde::{Deserialize, Serialize};

/// One of a closed list of codes.
pub trait Coded: Copy + Sized + 'static {
    const ALL: &'static [Self];
    /// What of the catalogue says it: `LIST-CODE`, with dashes.
    const LIST: &'static str;

    fn code(self) -> &'static str;

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }
}

/// An enum, its codes, and the list of the catalogue that says them.
macro_rules! coded {
    (
        $(#[$about:meta])*
        pub enum $name:ident in $list:literal {
            $($(#[$doc:meta])* $variant:ident = $code:literal,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl Coded for $name {
            const ALL: &'static [$name] = &[$($name::$variant,)+];
            const LIST: &'static str = $list;

            fn code(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)+
                }
            }
        }
    };
}

coded! {
    /// How far a label is on its way out of a printer. Of `unknown` some may have come: the next
    /// one says that it is a copy.
    pub enum PrintState in "print" {
        Waiting = "waiting",
        Written = "written",
        Taken = "taken",
        Printed = "printed",
        Unknown = "unknown",
        Failed = "failed",
    }
}

impl PrintState {
    /// Is nothing more to be sent?
    pub fn is_done(self) -> bool {
        matches!(self, PrintState::Written | PrintState::Taken | PrintState::Printed)
    }

    /// Is it proven that the whole label came?
    pub fn came(self) -> bool {
        matches!(self, PrintState::Taken | PrintState::Printed)
    }
}

coded! {
    /// What a shop says of an order.
    pub enum OrderStatus in "order" {
        Pending = "pending",
        Paid = "paid",
        Cancelled = "cancelled",
        Refunded = "refunded",
    }
}

impl OrderStatus {
    /// Must nothing of it leave the building any more?
    pub fn is_off(self) -> bool {
        matches!(self, OrderStatus::Cancelled | OrderStatus::Refunded)
    }
}

coded! {
    /// How far a shipment has come.
    pub enum ShipmentState in "state" {
        /// Nothing is promised to it yet.
        Pending = "pending",
        Short = "short",
        Ready = "ready",
        Released = "released",
        Picking = "picking",
        Picked = "picked",
        Packing = "packing",
        Packed = "packed",
        HandedOver = "handed_over",
        Cancelled = "cancelled",
    }
}

impl ShipmentState {
    /// Nothing of it is on the floor.
    pub fn is_not_begun(self) -> bool {
        matches!(self, ShipmentState::Pending | ShipmentState::Ready | ShipmentState::Short)
    }

    /// It is gone, or goes no more.
    pub fn is_over(self) -> bool {
        matches!(self, ShipmentState::HandedOver | ShipmentState::Cancelled)
    }
}

coded! {
    /// How far a wave has come. It is done once no trip of it is open or claimed, and taken back
    /// where a person took its last such trips back.
    pub enum WaveState in "state" {
        Draft = "draft",
        Released = "released",
        Done = "done",
        TakenBack = "taken_back",
    }
}

coded! {
    /// How far a trip has come: open to anybody, claimed by one person, done, or cancelled.
    pub enum TripState in "state" {
        Open = "open",
        Claimed = "claimed",
        Done = "done",
        Cancelled = "cancelled",
    }
}

coded! {
    /// How a trip is picked.
    pub enum TripKind in "trip" {
        /// A tote a shipment.
        Orders = "orders",
        /// Single units in total.
        Singles = "singles",
        /// Identical shipments in total.
        Hot = "hot",
    }
}

coded! {
    /// How far floor work besides picking has come: putting back what was left in a tote, in a box
    /// or at a bench.
    pub enum TaskState in "state" {
        Open = "open",
        /// Its container is not where somebody could take it from yet.
        Waiting = "waiting",
        Claimed = "claimed",
        Done = "done",
        Cancelled = "cancelled",
    }
}

coded! {
    /// How far a parcel has come, from the open box at a bench to its hand-over; void: it goes
    /// nowhere, and its label means nothing.
    pub enum ParcelState in "state" {
        Open = "open",
        Closed = "closed",
        Labelled = "labelled",
        HandedOver = "handed_over",
        Void = "void",
    }
}

coded! {
    /// How far a version of a parcel's label has come.
    pub enum LabelState in "label-state" {
        Asked = "asked",
        Got = "got",
        Printed = "printed",
        OnBox = "on_box",
        Void = "void",
    }
}

coded! {
    /// What keeps a box from being closed.
    pub enum BoxStays in "pack-box" {
        /// Its shipment, an order in it, or who ordered, is held.
        ShipmentHeld = "shipment_held",
        /// Something that lies in it, or the box.
        Held = "held",
        TooOld = "too_old",
        /// Something that is not for its shipment (any more).
        Strays = "strays",
    }
}

coded! {
    /// What may become of goods: only good ones can be reserved.
    pub enum StockStatus in "status" {
        Good = "good",
        Held = "held",
        Damaged = "damaged",
    }
}

coded! {
    /// What a bin is there for.
    pub enum BinUse in "use" {
        Storage = "storage",
        Staging = "staging",
        Dock = "dock",
        Bench = "bench",
        Wall = "wall",
        Counter = "counter",
    }
}

coded! {
    /// What goods are carried in. A pallet alone carries other containers, and a parcel leaves.
    pub enum ContainerKind in "kind" {
        Tote = "tote",
        Carton = "carton",
        Pallet = "pallet",
        Parcel = "parcel",
    }
}

coded! {
    /// Why an exception waits, where the program itself raised it or knows ways out. A site's own
    /// reasons for goods are rows of its table, and none of these.
    pub enum ExceptionReason in "reason" {
        Short = "short",
        Damaged = "damaged",
        Empty = "empty",
        Found = "found",
        NotFound = "not_found",
        BrokenPromise = "broken_promise",
        GoodsHeld = "goods_held",
        OutOfDate = "out_of_date",
        UnknownItem = "unknown_item",
        Unreadable = "unreadable",
        FileRefused = "file_refused",
        NoCarrier = "no_carrier",
        NoWaybills = "no_waybills",
        DispatchRefused = "dispatch_refused",
        PushRefused = "push_refused",
        StockDiffers = "stock_differs",
        ComingBack = "coming_back",
        ChangedLate = "changed_late",
        AddressLate = "address_late",
        Readdressed = "readdressed",
        ToldOtherwise = "told_otherwise",
        CounterShort = "counter_short",
        CounterBack = "counter_back",
        ClockBack = "clock_back",
    }
}
