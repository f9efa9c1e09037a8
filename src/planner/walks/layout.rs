//! Where a walk takes place: parallel aisles, the cross aisles between them, where walks start
//! and end. A layout that was accepted is consistent, so that nothing after it has to ask again.
//! It knows no walks and must not: lengths are `sweep`'s, ways between two points `distance`'s.

pub use super::layout_error::{AISLES_MAX, CROSS_MAX, EXTENT_MAX_MM, LayoutError, StopError};
pub use crate::domain::layout::Direction;

/// Where walks start or end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Port {
    /// On cross aisle `cross` (0 = front) at `aisle`.
    Corner { aisle: usize, cross: usize },
    /// Off the grid, with a straight way of its own to the front end of each aisle (mm).
    Outside { to_front_mm: Vec<i64> },
}

/// A place in an aisle where something is picked; `y_mm` is its height above the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stop {
    pub aisle: usize,
    pub y_mm: i64,
}

/// A point that a walk passes: on an aisle's line, or one of `Layout::outside`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    On(Stop),
    Outside(usize),
}

/// What a layout is made of; `Layout::new` checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutSpec {
    /// x of each aisle, ascending (mm).
    pub aisle_x_mm: Vec<i64>,
    /// y of each cross aisle, ascending from the front, which is 0, to the back (mm).
    pub cross_y_mm: Vec<i64>,
    /// One for each aisle.
    pub directions: Vec<Direction>,
    pub start: Port,
    pub end: Port,
}

impl LayoutSpec {
    /// `aisles` two-way aisles `pitch_mm` apart; walks start and end in front of the first.
    pub fn even(aisles: usize, pitch_mm: i64, cross_y_mm: Vec<i64>) -> LayoutSpec {
        let mut aisle_x_mm = Vec::new();
        let mut x = 0_i64;
        for _ in 0..aisles.min(AISLES_MAX + 1) {
            aisle_x_mm.push(x);
            x = x.saturating_add(pitch_mm);
        }
        let directions = vec![Direction::Both; aisle_x_mm.len()];
        let port = Port::Corner { aisle: 0, cross: 0 };
        LayoutSpec { aisle_x_mm, cross_y_mm, directions, start: port.clone(), end: port }
    }
}

/// An accepted layout.
#[derive(Debug, Clone)]
pub struct Layout {
    spec: LayoutSpec,
    /// The ways of each point off the grid: none, one, or two where start and end differ.
    outside: Vec<Vec<i64>>,
    start: Point,
    end: Point,
}

impl Layout {
    /// # Errors
    /// The first thing that is wrong with `spec`, with what was expected.
    pub fn new(spec: LayoutSpec) -> Result<Layout, LayoutError> {
        let count = spec.aisle_x_mm.len();
        if count == 0 || count > AISLES_MAX {
            return Err(LayoutError::AisleCount { came: count });
        }
        if spec.cross_y_mm.len() < 2 || spec.cross_y_mm.len() > CROSS_MAX {
            return Err(LayoutError::CrossCount { came: spec.cross_y_mm.len() });
        }
        if spec.directions.len() != count {
            let came = spec.directions.len();
            return Err(LayoutError::DirectionCount { came, expected: count });
        }
        if spec.cross_y_mm[0] != 0 {
            return Err(LayoutError::FrontNotZero { came_mm: spec.cross_y_mm[0] });
        }
        ascending(&spec.aisle_x_mm)
            .map_err(|at| LayoutError::AisleX { aisle: at, came_mm: spec.aisle_x_mm[at] })?;
        ascending(&spec.cross_y_mm)
            .map_err(|at| LayoutError::CrossY { cross: at, came_mm: spec.cross_y_mm[at] })?;
        let mut outside = Vec::new();
        let start = port_point(&spec, &spec.start, &mut outside)?;
        let end = port_point(&spec, &spec.end, &mut outside)?;
        Ok(Layout { spec, outside, start, end })
    }

    /// How many aisles there are.
    pub fn aisles(&self) -> usize {
        self.spec.aisle_x_mm.len()
    }

    /// Cross aisles, front and back included.
    pub fn crosses(&self) -> usize {
        self.spec.cross_y_mm.len()
    }

    /// Pieces of an aisle between neighbouring cross aisles.
    pub fn blocks(&self) -> usize {
        self.crosses() - 1
    }

    /// x of each aisle (mm).
    pub fn aisle_x_mm(&self) -> &[i64] {
        &self.spec.aisle_x_mm
    }

    /// y of each cross aisle, from the front, which is 0 (mm).
    pub fn cross_y_mm(&self) -> &[i64] {
        &self.spec.cross_y_mm
    }

    /// Which way an aisle may be walked.
    pub fn direction(&self, aisle: usize) -> Direction {
        self.spec.directions[aisle]
    }

    /// Is any aisle one-way?
    pub fn is_one_way(&self) -> bool {
        self.spec.directions.iter().any(|&d| d != Direction::Both)
    }

    /// Where walks start.
    pub fn start(&self) -> Point {
        self.start
    }

    /// Where walks end.
    pub fn end(&self) -> Point {
        self.end
    }

    /// For each point off the grid its way to the front end of each aisle (mm).
    pub fn outside(&self) -> &[Vec<i64>] {
        &self.outside
    }

    /// The corner of `aisle` with cross aisle `cross`.
    pub fn corner(&self, aisle: usize, cross: usize) -> Stop {
        Stop { aisle, y_mm: self.spec.cross_y_mm[cross] }
    }

    /// The block in which height `y_mm` lies; a height on a cross aisle belongs to the block in
    /// front of it, the front itself to the first.
    pub fn block_of(&self, y_mm: i64) -> usize {
        let inner = &self.spec.cross_y_mm[1..self.crosses() - 1];
        inner.iter().take_while(|&&y| y < y_mm).count()
    }

    /// # Errors
    /// A stop beyond the last aisle, in front of the front or behind the back.
    pub fn check(&self, stops: &[Stop]) -> Result<(), StopError> {
        let back_mm = self.spec.cross_y_mm[self.crosses() - 1];
        for (index, &stop) in stops.iter().enumerate() {
            if stop.aisle >= self.aisles() {
                let aisles = self.aisles();
                return Err(StopError::Aisle { index, came: stop.aisle, aisles });
            }
            if stop.y_mm < 0 || stop.y_mm > back_mm {
                return Err(StopError::Height { index, came_mm: stop.y_mm, back_mm });
            }
        }
        Ok(())
    }
}

/// The first index whose value is not above the one before it, or is out of bounds.
fn ascending(values: &[i64]) -> Result<(), usize> {
    for (at, &value) in values.iter().enumerate() {
        if !(-EXTENT_MAX_MM..=EXTENT_MAX_MM).contains(&value) || (at > 0 && value <= values[at - 1])
        {
            return Err(at);
        }
    }
    Ok(())
}

fn port_point(
    spec: &LayoutSpec,
    port: &Port,
    outside: &mut Vec<Vec<i64>>,
) -> Result<Point, LayoutError> {
    let count = spec.aisle_x_mm.len();
    match port {
        Port::Corner { aisle, cross } => {
            if *aisle >= count {
                return Err(LayoutError::PortAisle { came: *aisle, aisles: count });
            }
            let crosses = spec.cross_y_mm.len();
            let Some(&y_mm) = spec.cross_y_mm.get(*cross) else {
                return Err(LayoutError::PortCross { came: *cross, crosses });
            };
            Ok(Point::On(Stop { aisle: *aisle, y_mm }))
        }
        Port::Outside { to_front_mm } => {
            if to_front_mm.len() != count {
                return Err(LayoutError::PortWays { came: to_front_mm.len(), expected: count });
            }
            let bad = to_front_mm.iter().position(|&way| !(0..=EXTENT_MAX_MM).contains(&way));
            if let Some(aisle) = bad {
                return Err(LayoutError::PortWay { aisle, came_mm: to_front_mm[aisle] });
            }
            let known = outside.iter().position(|ways| ways == to_front_mm);
            Ok(Point::Outside(known.unwrap_or_else(|| {
                outside.push(to_front_mm.clone());
                outside.len() - 1
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> LayoutSpec {
        LayoutSpec::even(3, 2_500, vec![0, 10_000, 20_000])
    }

    #[test]
    fn accepts_and_answers() {
        let layout = Layout::new(spec()).unwrap();
        assert_eq!((layout.aisles(), layout.crosses(), layout.blocks()), (3, 3, 2));
        assert_eq!(layout.aisle_x_mm(), [0, 2_500, 5_000]);
        let blocks: Vec<usize> =
            [0, 1, 10_000, 10_001, 20_000].iter().map(|&y| layout.block_of(y)).collect();
        assert_eq!(blocks, [0, 0, 0, 1, 1]);
    }

    #[test]
    fn same_outside_is_one_point() {
        let mut both = spec();
        both.start = Port::Outside { to_front_mm: vec![1, 2, 3] };
        both.end = both.start.clone();
        assert_eq!(Layout::new(both.clone()).unwrap().outside().len(), 1);
        both.end = Port::Outside { to_front_mm: vec![3, 2, 1] };
        assert_eq!(Layout::new(both).unwrap().end(), Point::Outside(1));
    }

    #[test]
    fn refuses_what_is_wrong() {
        let refused = |change: &dyn Fn(&mut LayoutSpec)| {
            let mut changed = spec();
            change(&mut changed);
            Layout::new(changed).unwrap_err()
        };
        assert_eq!(refused(&|s| s.aisle_x_mm.clear()), LayoutError::AisleCount { came: 0 });
        assert_eq!(refused(&|s| s.cross_y_mm.truncate(1)), LayoutError::CrossCount { came: 1 });
        assert_eq!(refused(&|s| s.cross_y_mm[0] = 5), LayoutError::FrontNotZero { came_mm: 5 });
        assert_eq!(
            refused(&|s| s.aisle_x_mm[2] = 2_500),
            LayoutError::AisleX { aisle: 2, came_mm: 2_500 }
        );
        assert_eq!(
            refused(&|s| s.cross_y_mm[2] = EXTENT_MAX_MM + 1),
            LayoutError::CrossY { cross: 2, came_mm: EXTENT_MAX_MM + 1 }
        );
        assert_eq!(
            refused(&|s| s.end = Port::Corner { aisle: 0, cross: 3 }),
            LayoutError::PortCross { came: 3, crosses: 3 }
        );
        assert_eq!(
            refused(&|s| s.start = Port::Outside { to_front_mm: vec![1, -2, 3] }),
            LayoutError::PortWay { aisle: 1, came_mm: -2 }
        );
        let text = refused(&|s| s.start = Port::Corner { aisle: 9, cross: 0 }).to_string();
        assert_eq!(text, "start or end at aisle 9; expected one of 3, from 0");
    }

    #[test]
    fn refuses_stops_outside() {
        let layout = Layout::new(spec()).unwrap();
        let far = [Stop { aisle: 0, y_mm: 1 }, Stop { aisle: 2, y_mm: 20_001 }];
        let error = layout.check(&far).unwrap_err();
        assert_eq!(error, StopError::Height { index: 1, came_mm: 20_001, back_mm: 20_000 });
        let beyond = layout.check(&[Stop { aisle: 3, y_mm: 0 }]).unwrap_err();
        assert_eq!(beyond, StopError::Aisle { index: 0, came: 3, aisles: 3 });
    }
}
