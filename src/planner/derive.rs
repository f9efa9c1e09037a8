//! A map from nothing but bin codes: cells equally spaced along their aisles, aisles equally far
//! apart. What it gets wrong is corrected where the site measures.

use super::pattern::Pattern;
use crate::domain::layout::{Aisle, Area, Corner, Direction};
use std::collections::{BTreeMap, BTreeSet};

/// How wide the things are that codes only count, in millimetres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// From the middle of an aisle to the middle of the next.
    pub pitch_mm: i64,
    /// From one cell to the next along an aisle.
    pub cell_mm: i64,
    /// How wide a cross aisle is; the first cell lies half of it behind the front.
    pub cross_mm: i64,
    /// There is a cross aisle behind each of these cells, besides front and back.
    pub cross_after: Vec<u32>,
    /// Odd cells lie on the left and even ones on the right, in pairs.
    pub facing: bool,
}

impl Default for Measures {
    fn default() -> Self {
        Measures {
            pitch_mm: 4_000,
            cell_mm: 1_000,
            cross_mm: 2_000,
            cross_after: Vec::new(),
            facing: false,
        }
    }
}

/// Where a bin lies, as far as its code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The bin's place.
    pub bin: i64,
    pub area: String,
    pub aisle: String,
    pub position_mm: i64,
    /// `left`, `right`, or empty.
    pub side: &'static str,
    pub level: Option<u32>,
}

/// A site's map, and the codes that the pattern does not read.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    pub areas: Vec<Area>,
    pub bins: Vec<Placed>,
    pub unread: Vec<String>,
    /// Codes that say the same as another one before them, level and all.
    pub doubled: Vec<String>,
}

/// Reads the codes of bins, by their places. Areas come by their codes, aisles from left to right
/// as people count: 2 before 10.
pub fn derive(codes: &[(i64, String)], pattern: &Pattern, by: &Measures) -> Derived {
    let mut derived = Derived::default();
    let mut area: BTreeMap<String, Extent> = BTreeMap::new();
    let (mut read, mut spots) = (Vec::new(), BTreeSet::new());
    for (bin, code) in codes {
        match pattern.read(code) {
            Some(said) => {
                if said.level.is_some() && !spots.insert(said.clone()) {
                    derived.doubled.push(code.clone());
                }
                let extent = area.entry(said.area.clone()).or_default();
                extent.aisles.insert(as_counted(&said.aisle));
                extent.first = Some(extent.first.map_or(said.cell, |first| first.min(said.cell)));
                extent.last = extent.last.max(said.cell);
                read.push((*bin, said));
            }
            None => derived.unread.push(code.clone()),
        }
    }
    for (bin, said) in read {
        let first = area.get(&said.area).and_then(|extent| extent.first).unwrap_or_default();
        derived.bins.push(Placed {
            bin,
            position_mm: by.position(first, said.cell),
            side: match (by.facing, said.cell % 2) {
                (false, _) => "",
                (true, 1) => "left",
                (true, _) => "right",
            },
            level: said.level,
            area: said.area,
            aisle: said.aisle,
        });
    }
    derived.areas = area.into_iter().map(|(code, extent)| by.area(code, &extent)).collect();
    derived
}

/// What the codes of an area come to.
#[derive(Default)]
struct Extent {
    aisles: BTreeSet<(Counted, String)>,
    first: Option<u32>,
    last: u32,
}

impl Measures {
    /// Cells that face each other lie in one row.
    fn row(&self, cell: u32) -> i64 {
        i64::from(if self.facing { cell.div_ceil(2) } else { cell })
    }

    fn position(&self, first: u32, cell: u32) -> i64 {
        let before = |after: &u32| *after >= first && self.row(*after) < self.row(cell);
        let crossed: BTreeSet<i64> =
            self.cross_after.iter().filter(|c| before(c)).map(|c| self.row(*c)).collect();
        self.cross_mm / 2
            + (self.row(cell) - self.row(first)) * self.cell_mm
            + crossed.len() as i64 * self.cross_mm
    }

    fn area(&self, code: String, extent: &Extent) -> Area {
        let first = extent.first.unwrap_or_default();
        let within = |cell: &u32| *cell >= first && self.row(*cell) < self.row(extent.last);
        let inner = self.cross_after.iter().filter(|cell| within(cell));
        let behind = |cell: u32| self.position(first, cell) + (self.cell_mm + self.cross_mm) / 2;
        let back = (self.position(first, extent.last) + self.cross_mm / 2).max(1);
        let cross: BTreeSet<i64> = inner.map(|cell| behind(*cell)).chain([0, back]).collect();
        let aisles: Vec<Aisle> = extent
            .aisles
            .iter()
            .zip(0..)
            .map(|((_, code), n)| Aisle {
                code: code.clone(),
                x_mm: n * self.pitch_mm,
                direction: Direction::Both,
            })
            .collect();
        let door = Corner {
            aisle: aisles.first().map(|aisle| aisle.code.clone()).unwrap_or_default(),
            cross: 0,
        };
        Area { code, cross_mm: cross.into_iter().collect(), start: door.clone(), end: door, aisles }
    }
}

/// A code as people count: its parts, numbers by their value.
type Counted = Vec<(String, u64)>;

fn as_counted(code: &str) -> (Counted, String) {
    let mut parts: Counted = Vec::new();
    let (mut word, mut digits) = (String::new(), String::new());
    for c in code.chars().chain([' ']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let number = digits.parse().unwrap_or(u64::MAX);
            parts.push((std::mem::take(&mut word), number));
            digits.clear();
        }
        word.push(c);
    }
    parts.push((word, 0));
    (parts, code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(codes: &[&str], pattern: &str, by: &Measures) -> Derived {
        let codes: Vec<(i64, String)> = (1..).zip(codes.iter().map(|c| c.to_string())).collect();
        derive(&codes, &Pattern::parse(pattern).unwrap(), by)
    }

    #[test]
    fn aisles_stand_as_people_count_and_cells_equally_far_apart() {
        let got = map(&["A10-3-1", "A2-1-1", "A2-5-2", "STAGE"], "{aisle}-{cell}-{level}", &{
            Measures { cross_after: vec![3], ..Measures::default() }
        });
        assert_eq!(got.unread, ["STAGE"]);
        let [area] = got.areas.as_slice() else { panic!("{:?}", got.areas) };
        let aisles: Vec<_> = area.aisles.iter().map(|a| (a.code.as_str(), a.x_mm)).collect();
        assert_eq!(aisles, [("A2", 0), ("A10", 4_000)]);
        // Cells at 1, 2, 3 m; the cross aisle two metres wide behind the third; then 6 and 7 m.
        let at: Vec<_> = got.bins.iter().map(|b| (b.bin, b.position_mm, b.level)).collect();
        assert_eq!(at, [(1, 3_000, Some(1)), (2, 1_000, Some(1)), (3, 7_000, Some(2))]);
        assert_eq!(area.cross_mm, [0, 4_500, 8_000]);
        assert_eq!(area.start, Corner { aisle: "A2".into(), cross: 0 });
    }

    #[test]
    fn facing_cells_lie_opposite_each_other_and_areas_apart() {
        let by = Measures { facing: true, ..Measures::default() };
        let got = map(&["A-1-1", "A-1-2", "A-1-3", "B-7-1"], "{area}-{aisle}-{cell}", &by);
        let at: Vec<_> = got.bins.iter().map(|b| (b.side, b.position_mm)).collect();
        assert_eq!(at, [("left", 1_000), ("right", 1_000), ("left", 2_000), ("left", 1_000)]);
        let areas: Vec<_> = got.areas.iter().map(|a| (a.code.as_str(), a.cross_mm[1])).collect();
        assert_eq!(areas, [("A", 3_000), ("B", 2_000)]);
    }

    #[test]
    fn cross_aisles_lie_behind_rows_and_each_is_there_once() {
        let by = Measures { facing: true, cross_after: vec![3, 4, 3, 99], ..Measures::default() };
        let got = map(&["1-1", "1-3", "1-4", "1-5", "1-6"], "{aisle}-{cell}", &by);
        let at: Vec<i64> = got.bins.iter().map(|b| b.position_mm).collect();
        assert_eq!(at, [1_000, 2_000, 2_000, 5_000, 5_000]);
        assert_eq!(got.areas[0].cross_mm, [0, 3_500, 6_000]);
    }

    #[test]
    fn no_codes_are_no_map() {
        let got = map(&[], "{aisle}-{cell}", &Measures::default());
        assert!(got.areas.is_empty() && got.bins.is_empty() && got.unread.is_empty());
    }
}
