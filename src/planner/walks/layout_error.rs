//! Why a layout or a stop is refused: what came, and in the text what was expected. The texts are
//! for logs and tools; screens say it in the reader's language from the fields.

use std::fmt;

/// Most aisles of one layout.
pub const AISLES_MAX: usize = 1_000;
/// Most cross aisles of one layout, front and back included.
pub const CROSS_MAX: usize = 12;
/// Farthest coordinate and longest way to an outside point; keeps every sum far from overflow.
pub const EXTENT_MAX_MM: i64 = 10_000_000;

/// Why a layout is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutError {
    AisleCount { came: usize },
    CrossCount { came: usize },
    DirectionCount { came: usize, expected: usize },
    FrontNotZero { came_mm: i64 },
    AisleX { aisle: usize, came_mm: i64 },
    CrossY { cross: usize, came_mm: i64 },
    PortAisle { came: usize, aisles: usize },
    PortCross { came: usize, crosses: usize },
    PortWays { came: usize, expected: usize },
    PortWay { aisle: usize, came_mm: i64 },
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AisleCount { came } => {
                write!(f, "{came} aisles; expected 1 to {AISLES_MAX}")
            }
            Self::CrossCount { came } => {
                write!(f, "{came} cross aisles; expected 2 (front and back) to {CROSS_MAX}")
            }
            Self::DirectionCount { came, expected } => {
                write!(f, "{came} directions; expected one for each of {expected} aisles")
            }
            Self::FrontNotZero { came_mm } => {
                write!(f, "front cross aisle at {came_mm} mm; expected 0")
            }
            Self::AisleX { aisle, came_mm } => write!(
                f,
                "aisle {aisle} at {came_mm} mm; expected more than the one before it, \
                 within {EXTENT_MAX_MM} mm"
            ),
            Self::CrossY { cross, came_mm } => write!(
                f,
                "cross aisle {cross} at {came_mm} mm; expected more than the one before it, \
                 within {EXTENT_MAX_MM} mm"
            ),
            Self::PortAisle { came, aisles } => {
                write!(f, "start or end at aisle {came}; expected one of {aisles}, from 0")
            }
            Self::PortCross { came, crosses } => {
                write!(f, "start or end at cross aisle {came}; expected one of {crosses}, from 0")
            }
            Self::PortWays { came, expected } => {
                write!(f, "{came} ways from outside; expected one for each of {expected} aisles")
            }
            Self::PortWay { aisle, came_mm } => write!(
                f,
                "way from outside to aisle {aisle} of {came_mm} mm; \
                 expected 0 to {EXTENT_MAX_MM} mm"
            ),
        }
    }
}

impl std::error::Error for LayoutError {}

/// Why stops are refused; `index` is the place in the list that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopError {
    Aisle { index: usize, came: usize, aisles: usize },
    Height { index: usize, came_mm: i64, back_mm: i64 },
}

impl fmt::Display for StopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aisle { index, came, aisles } => {
                write!(f, "stop {index} in aisle {came}; expected one of {aisles}, from 0")
            }
            Self::Height { index, came_mm, back_mm } => {
                write!(f, "stop {index} at {came_mm} mm; expected 0 to {back_mm} mm")
            }
        }
    }
}

impl std::error::Error for StopError {}
