//! A warehouse's areas as walks see them, and which bin lies where in them.

use super::picture::{Drawn, Spot, picture};
use super::walks::layout::{Layout, LayoutError, LayoutSpec, Point, Port, Stop};
use super::walks::sweep::{Scratch, Sweep};
use super::walks::walk::Walk;
use crate::domain::layout::{Area, BinSpot, Corner};
use std::collections::BTreeMap;
use std::fmt;

/// Areas that were accepted.
#[derive(Debug, Clone, Default)]
pub struct Site {
    areas: Vec<AreaMap>,
}

#[derive(Debug, Clone)]
struct AreaMap {
    area: Area,
    /// Aisles by their codes.
    aisles: BTreeMap<String, usize>,
    sweep: Sweep,
}

/// What does not fit together in an area, or with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteError {
    /// Two areas, or two aisles of an area, have this code.
    Twice(String),
    /// Walks start or end at an aisle that is not there.
    NoAisle(String),
    /// A code that nobody can write: with blanks, with control characters, or none at all.
    Code(String),
    /// No walk leads from the start through this aisle to the end.
    NoWay(String),
    Layout(LayoutError),
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SiteError::Twice(code) => write!(f, "{code} is there twice"),
            SiteError::Code(code) => write!(f, "no aisle can be called {code:?}"),
            SiteError::NoWay(code) => write!(f, "no walk from start to end passes aisle {code}"),
            SiteError::NoAisle(code) => write!(f, "no aisle {code} to start or end at"),
            SiteError::Layout(wrong) => wrong.fmt(f),
        }
    }
}

/// An area as it is drawn, with the length of the walk in it; `None`: no walk goes there.
#[derive(Debug, Clone)]
pub struct Picture {
    pub lines: Vec<String>,
    pub walk_mm: Option<i64>,
}

impl Site {
    /// # Errors
    /// The code of the first area that does not fit, and why.
    pub fn new(areas: &[Area]) -> Result<Site, (String, SiteError)> {
        let mut site = Site::default();
        for area in areas {
            if area.code.contains(unwritable) {
                return Err((area.code.clone(), SiteError::Code(area.code.clone())));
            }
            if site.areas.iter().any(|map| map.area.code == area.code) {
                return Err((area.code.clone(), SiteError::Twice(area.code.clone())));
            }
            site.areas.push(AreaMap::new(area).map_err(|wrong| (area.code.clone(), wrong))?);
        }
        Ok(site)
    }

    /// The sweep of an area, by its number.
    pub fn sweep(&self, area: usize) -> &Sweep {
        &self.areas[area].sweep
    }

    /// The area of a bin, by its number, and where in it; `None`: nobody said, or outside of it.
    pub fn stop(&self, bin: &BinSpot) -> Option<(usize, Stop)> {
        let area = self.areas.iter().position(|map| map.area.code == bin.area)?;
        let map = &self.areas[area];
        let stop = Stop { aisle: *map.aisles.get(&bin.aisle)?, y_mm: bin.position_mm? };
        map.sweep.layout().check(&[stop]).ok().map(|()| (area, stop))
    }

    /// The areas with their bins, and a walk along `stops` in the order in which they come.
    pub fn draw(&self, bins: &[BinSpot], stops: &[BinSpot]) -> Vec<Picture> {
        let within = |of: &[BinSpot], area: usize| -> Vec<Stop> {
            let here = of.iter().filter_map(|bin| self.stop(bin));
            here.filter(|(at, _)| *at == area).map(|(_, stop)| stop).collect()
        };
        (0..self.areas.len())
            .map(|n| self.areas[n].draw(&within(bins, n), &within(stops, n)))
            .collect()
    }
}

impl AreaMap {
    fn new(area: &Area) -> Result<AreaMap, SiteError> {
        let mut aisles = BTreeMap::new();
        for (n, aisle) in area.aisles.iter().enumerate() {
            if aisle.code.is_empty() || aisle.code.contains(unwritable) {
                return Err(SiteError::Code(aisle.code.clone()));
            }
            if aisles.insert(aisle.code.clone(), n).is_some() {
                return Err(SiteError::Twice(aisle.code.clone()));
            }
        }
        let port = |corner: &Corner| match aisles.get(&corner.aisle) {
            Some(aisle) => Ok(Port::Corner { aisle: *aisle, cross: corner.cross }),
            None => Err(SiteError::NoAisle(corner.aisle.clone())),
        };
        let spec = LayoutSpec {
            aisle_x_mm: area.aisles.iter().map(|aisle| aisle.x_mm).collect(),
            cross_y_mm: area.cross_mm.clone(),
            directions: area.aisles.iter().map(|aisle| aisle.direction).collect(),
            start: port(&area.start)?,
            end: port(&area.end)?,
        };
        let sweep = Sweep::new(&Layout::new(spec).map_err(SiteError::Layout)?);
        let mut scratch = Scratch::default();
        for (aisle, n) in &aisles {
            for block in area.cross_mm.windows(2) {
                let middle = Stop { aisle: *n, y_mm: (block[0] + block[1]) / 2 };
                if !matches!(sweep.stops_mm(&[middle], &mut scratch), Ok(Some(_))) {
                    return Err(SiteError::NoWay(aisle.clone()));
                }
            }
        }
        Ok(AreaMap { area: area.clone(), aisles, sweep })
    }

    fn draw(&self, bins: &[Stop], stops: &[Stop]) -> Picture {
        let spot = |stop: &Stop| (stop.aisle, stop.y_mm);
        let mut met: Vec<Stop> = Vec::new();
        for stop in stops {
            if met.last() != Some(stop) {
                met.push(*stop);
            }
        }
        let order: Vec<usize> = (0..met.len()).collect();
        let walk = Walk::along(self.sweep.layout(), &met, &order).filter(|_| !met.is_empty());
        let turns: Vec<Spot> = walk.iter().flat_map(|walk| &walk.points).filter_map(on).collect();
        let numbered: Vec<Spot> = met.iter().map(spot).collect();
        let bins: Vec<Spot> = bins.iter().map(spot).collect();
        let drawn = Drawn { stops: &numbered, turns: &turns };
        Picture {
            lines: picture(&self.area, &bins, drawn),
            walk_mm: walk.map(|walk| walk.length_mm),
        }
    }
}

fn unwritable(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn on(point: &Point) -> Option<Spot> {
    match point {
        Point::On(stop) => Some((stop.aisle, stop.y_mm)),
        Point::Outside(_) => None,
    }
}
