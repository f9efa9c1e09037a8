//! An area drawn with letters: aisles upright, the front below, and a walk through it. Plain ASCII,
//! for terminals whose lines are two cells wide.

use crate::domain::layout::{Aisle, Area, Corner, Direction};

/// A point in an area: the number of its aisle from the left, and how far behind the front.
pub type Spot = (usize, i64);

/// Rows between front and back.
const DEPTH: usize = 16;
/// Columns an aisle.
const WIDTH: usize = 5;

/// A walk to be drawn: its stops as they are met, and the points where it turns, both ends too.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drawn<'a> {
    pub stops: &'a [Spot],
    pub turns: &'a [Spot],
}

/// Lines of text: where bins lie (`.`), where the walk goes, and which stop comes when. What lies
/// beyond the area is left out.
pub fn picture(area: &Area, bins: &[Spot], walk: Drawn<'_>) -> Vec<String> {
    let mut sheet = Sheet::new(area);
    for (aisle, y_mm) in bins {
        sheet.put(*aisle, *y_mm, 0, '.');
    }
    for pair in walk.turns.windows(2) {
        sheet.line(pair[0], pair[1]);
    }
    sheet.corner(area, &area.end, 'E');
    sheet.corner(area, &area.start, if area.start == area.end { '*' } else { 'S' });
    for ((aisle, y_mm), n) in walk.stops.iter().zip(1..) {
        sheet.number(*aisle, *y_mm, n);
    }
    sheet.lines(area)
}

struct Sheet {
    back_mm: i64,
    rows: Vec<Vec<char>>,
}

impl Sheet {
    fn new(area: &Area) -> Sheet {
        let back_mm = area.cross_mm.last().copied().unwrap_or(1).max(1);
        let mut sheet =
            Sheet { back_mm, rows: vec![vec![' '; area.aisles.len() * WIDTH]; DEPTH + 1] };
        for y_mm in &area.cross_mm {
            let row = sheet.row(*y_mm);
            sheet.rows[row].fill('-');
        }
        sheet
    }

    fn row(&self, y_mm: i64) -> usize {
        let behind = y_mm.clamp(0, self.back_mm) * DEPTH as i64 / self.back_mm;
        DEPTH.saturating_sub(usize::try_from(behind).unwrap_or_default())
    }

    /// `right` columns beside the aisle's middle.
    fn put(&mut self, aisle: usize, y_mm: i64, right: usize, mark: char) {
        let row = self.row(y_mm);
        if let Some(cell) = self.rows[row].get_mut(aisle * WIDTH + 2 + right) {
            *cell = mark;
        }
    }

    fn number(&mut self, aisle: usize, y_mm: i64, n: usize) {
        for (right, digit) in n.to_string().chars().take(WIDTH - 2).enumerate() {
            self.put(aisle, y_mm, right, digit);
        }
    }

    /// A letter beside the corner where walks start or end.
    fn corner(&mut self, area: &Area, corner: &Corner, letter: char) {
        let aisle = area.aisles.iter().position(|aisle| aisle.code == corner.aisle);
        if let Some((aisle, y_mm)) = aisle.zip(area.cross_mm.get(corner.cross)) {
            self.put(aisle, *y_mm, 1, letter);
        }
    }

    /// Along an aisle, or along a cross aisle.
    fn line(&mut self, from: Spot, to: Spot) {
        if from.0 == to.0 {
            let (first, last) = (self.row(from.1.max(to.1)), self.row(from.1.min(to.1)));
            for row in first..=last {
                if let Some(cell) = self.rows[row].get_mut(from.0 * WIDTH + 2) {
                    *cell = if matches!(*cell, '=' | '+') { '+' } else { '|' };
                }
            }
            return;
        }
        let row = self.row(from.1);
        let (left, right) = (from.0.min(to.0) * WIDTH + 2, from.0.max(to.0) * WIDTH + 2);
        for cell in self.rows[row].iter_mut().take(right + 1).skip(left) {
            *cell = if *cell == '|' || *cell == '+' { '+' } else { '=' };
        }
    }

    fn lines(self, area: &Area) -> Vec<String> {
        let name = |code: &str| format!("{:^WIDTH$}", code.chars().take(WIDTH).collect::<String>());
        let names: String = area.aisles.iter().map(|aisle| name(&aisle.code)).collect();
        let arrow = |aisle: &Aisle| match aisle.direction {
            Direction::Both => " ",
            Direction::ToBack => "^",
            Direction::ToFront => "v",
        };
        let arrows: String =
            area.aisles.iter().map(|aisle| format!("{:^WIDTH$}", arrow(aisle))).collect();
        let arrows = Some(arrows).filter(|arrows| !arrows.trim().is_empty());
        let rows = self.rows.into_iter().map(String::from_iter).chain([names]).chain(arrows);
        rows.map(|row| row.trim_end().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_drawn_through_the_aisles_that_it_takes() {
        let aisle =
            |code: &str, x_mm| Aisle { code: code.into(), x_mm, direction: Direction::Both };
        let door = Corner { aisle: "A01".into(), cross: 0 };
        let area = Area {
            code: String::new(),
            cross_mm: vec![0, 16_000],
            start: door.clone(),
            end: door,
            aisles: vec![aisle("A01", 0), aisle("A02", 4_000), aisle("LONGER", 8_000)],
        };
        let bins: Vec<Spot> = (0..3).flat_map(|a| [(a, 2_000), (a, 8_000)]).collect();
        let turns = [(0, 0), (0, 16_000), (1, 16_000), (1, 0), (0, 0)];
        let walk = Drawn { stops: &[(0, 2_000), (1, 8_000)], turns: &turns };
        let got = picture(&area, &bins, walk);
        assert_eq!(got.len(), DEPTH + 2);
        assert_eq!(got[0], "--+====+-------");
        assert_eq!(got[8], "  |    2    .");
        assert_eq!(got[14], "  1    |    .");
        assert_eq!(got[DEPTH], "--+*===+-------");
        assert_eq!(got[DEPTH + 1], " A01  A02 LONGE");
        // What is nowhere in it harms nothing.
        picture(
            &area,
            &[(9, 99_000), (0, -5)],
            Drawn { stops: &[(7, 1)], turns: &[(0, 0), (9, 0)] },
        );
    }
}
