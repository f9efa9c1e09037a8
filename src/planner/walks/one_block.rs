//! The quickest sweep, for the commonest building: one block of two-way aisles, walks that end
//! where they start (Ratliff & Rosenthal 1983). Same lengths as the tables of `plan`, about five
//! times as quick; batching asks for millions of them. It must not learn other layouts.

use crate::planner::walks::block::Block;
use crate::planner::walks::layout::Layout;
use crate::planner::walks::plan::FAR_MM;

/// What the sweep needs of the layout.
#[derive(Debug, Clone)]
pub(crate) struct OneBlock {
    /// From each aisle to the next.
    pitch_mm: Vec<i64>,
    length_mm: i64,
    depot_aisle: usize,
    depot_at_back: bool,
}

/// Least length that leaves the part swept so far in each of the six states.
#[derive(Clone, Copy)]
struct States {
    /// Nothing yet.
    none: i64,
    /// Odd at both ends.
    odd: i64,
    /// Even at the front only.
    front: i64,
    /// Even at the back only.
    back: i64,
    /// Even at both ends, in one piece or in two.
    one: i64,
    two: i64,
}

impl OneBlock {
    pub(crate) fn new(layout: &Layout, depot_aisle: usize, depot_cross: usize) -> OneBlock {
        let x = layout.aisle_x_mm();
        OneBlock {
            pitch_mm: x.windows(2).map(|pair| pair[1] - pair[0]).collect(),
            length_mm: layout.cross_y_mm()[1],
            depot_aisle,
            depot_at_back: depot_cross == 1,
        }
    }

    /// Length of the shortest walk (mm); `blocks` has one entry for each aisle.
    pub(crate) fn length_mm(&self, blocks: &[Block]) -> i64 {
        let low = blocks.iter().take(self.depot_aisle).position(|block| block.any);
        let low = low.unwrap_or(self.depot_aisle);
        let high = blocks.iter().rposition(|block| block.any);
        let high = high.unwrap_or(0).max(self.depot_aisle);
        let far = FAR_MM;
        let mut now = States { none: 0, odd: far, front: far, back: far, one: far, two: far };
        for (aisle, block) in blocks.iter().enumerate().take(high + 1).skip(low) {
            if aisle > low {
                now = now.cross(self.pitch_mm[aisle - 1]);
            }
            if aisle == self.depot_aisle {
                now = now.touch(self.depot_at_back);
            }
            now = now.aisle(block, self.length_mm);
        }
        now.front.min(now.back).min(now.one)
    }
}

impl States {
    /// Left out is what no shortest walk needs: twice through (Revenant, Cambazard & Catusse 2025);
    /// through an aisle without stops, since the passage may move to the next aisle that has some;
    /// and through an aisle reached as `one`, since reaching it as `front` or `back` is cheaper.
    #[inline]
    fn aisle(self, block: &Block, length_mm: i64) -> States {
        if !block.any {
            return self;
        }
        let s = self;
        let open = s.none.min(s.front).min(s.back).min(s.two) + length_mm;
        let front = 2 * block.last_mm;
        let back = 2 * (length_mm - block.first_mm);
        let both = 2 * (length_mm - block.gap_mm);
        let least = front.min(back).min(both);
        let two = (s.none + both).min(s.front + back.min(both)).min(s.back + front.min(both));
        States {
            none: FAR_MM,
            odd: open.min(s.odd + least),
            front: s.none.min(s.front) + front,
            back: s.none.min(s.back) + back,
            one: (s.one + least).min(s.odd + length_mm),
            two: two.min(s.two + least),
        }
    }

    /// Steps on the cross aisles; no piece is left behind.
    #[inline]
    fn cross(self, pitch_mm: i64) -> States {
        let s = self;
        States {
            none: s.none,
            odd: s.odd + 2 * pitch_mm,
            front: s.front.min(s.one) + 2 * pitch_mm,
            back: s.back.min(s.one) + 2 * pitch_mm,
            one: s.one + 4 * pitch_mm,
            two: s.two + 4 * pitch_mm,
        }
    }

    /// The walk passes the depot's corner.
    #[inline]
    fn touch(self, at_back: bool) -> States {
        let s = self;
        let (front, back) =
            if at_back { (FAR_MM, s.back.min(s.none)) } else { (s.front.min(s.none), FAR_MM) };
        let two = s.two.min(if at_back { s.front } else { s.back });
        States { none: FAR_MM, front, back, two, ..s }
    }
}
