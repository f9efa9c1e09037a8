//! How a warehouse is laid out, in millimetres: areas of parallel aisles, where walks begin in them
//! and where they end.

use serde::{Deserialize, Serialize};

/// Which way an aisle may be walked, seen from the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Both,
    ToBack,
    ToFront,
}

impl Direction {
    /// As the database and files have it.
    pub fn code(self) -> &'static str {
        match self {
            Direction::Both => "both",
            Direction::ToBack => "to_back",
            Direction::ToFront => "to_front",
        }
    }

    /// `None`: no such direction.
    pub fn parse(code: &str) -> Option<Direction> {
        [Direction::Both, Direction::ToBack, Direction::ToFront]
            .into_iter()
            .find(|way| way.code() == code)
    }
}

/// A point where a cross aisle meets an aisle; cross aisle 0 is the front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corner {
    pub aisle: String,
    pub cross: usize,
}

/// An aisle: its code in the bins' column `aisle`, and how far right it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aisle {
    pub code: String,
    pub x_mm: i64,
    #[serde(default)]
    pub direction: Direction,
}

/// A rectangle of parallel aisles, joined by cross aisles; its code is the bins' column `area`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    pub code: String,
    /// How far behind the front, which is 0, each cross aisle lies; the last one is the back.
    pub cross_mm: Vec<i64>,
    /// Where trolleys start, and where totes are dropped.
    pub start: Corner,
    pub end: Corner,
    /// From left to right.
    pub aisles: Vec<Aisle>,
}

/// Where a bin lies: in which aisle of which area, how far along it, and where it comes in the
/// walking order of those that nobody has placed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BinSpot {
    /// The bin's place, and its code.
    pub bin: i64,
    pub code: String,
    pub area: String,
    pub aisle: String,
    pub position_mm: Option<i64>,
    pub seq: i32,
}
