//! What a walk has to know of one block of an aisle: four numbers. Two sets of stops with the
//! same four numbers in every block have walks of the same length.

use crate::planner::walks::layout::{Layout, Stop};

/// The stops of one block, as heights above the block's front corner (mm). The default is a
/// block without stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Block {
    pub any: bool,
    pub first_mm: i64,
    pub last_mm: i64,
    /// Largest distance between two neighbouring stops; 0 if there is only one.
    pub gap_mm: i64,
}

impl Block {
    /// A block with one stop.
    pub fn one(height_mm: i64) -> Block {
        Block { any: true, first_mm: height_mm, last_mm: height_mm, gap_mm: 0 }
    }

    /// Takes one more stop, at or behind all those before it.
    pub fn push(&mut self, height_mm: i64) {
        if self.any {
            self.gap_mm = self.gap_mm.max(height_mm - self.last_mm);
            self.last_mm = height_mm;
        } else {
            *self = Block::one(height_mm);
        }
    }

    /// Takes the stops of `other`, a block `up_mm` farther back: the two as one longer block.
    pub fn join(&mut self, other: &Block, up_mm: i64) {
        if other.any {
            let inner_mm = self.gap_mm.max(other.gap_mm);
            self.push(up_mm + other.first_mm);
            self.gap_mm = self.gap_mm.max(inner_mm);
            self.last_mm = up_mm + other.last_mm;
        }
    }
}

/// Fills `blocks` with `layout.blocks()` entries for each aisle, front block first, aisle after
/// aisle. `sorted` must be ascending and accepted by `Layout::check`.
pub fn fill_blocks(layout: &Layout, sorted: &[Stop], blocks: &mut Vec<Block>) {
    blocks.clear();
    blocks.resize(layout.aisles() * layout.blocks(), Block::default());
    for stop in sorted {
        let block = layout.block_of(stop.y_mm);
        let height_mm = stop.y_mm - layout.cross_y_mm()[block];
        blocks[stop.aisle * layout.blocks() + block].push(height_mm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::walks::layout::LayoutSpec;

    #[test]
    fn four_numbers() {
        let layout = Layout::new(LayoutSpec::even(2, 5, vec![0, 10, 30])).unwrap();
        let at = |y_mm| Stop { aisle: 1, y_mm };
        let mut blocks = Vec::new();
        fill_blocks(&layout, &[at(2), at(3), at(10), at(12), at(20), at(25)], &mut blocks);
        assert!(!blocks[0].any && !blocks[1].any);
        let front = Block { any: true, first_mm: 2, last_mm: 10, gap_mm: 7 };
        let behind = Block { any: true, first_mm: 2, last_mm: 15, gap_mm: 8 };
        assert_eq!(blocks[2..], [front, behind]);
        let mut whole = front;
        whole.join(&behind, 10);
        assert_eq!(whole, Block { any: true, first_mm: 2, last_mm: 25, gap_mm: 8 });
        let mut late = Block::default();
        late.join(&front, 10);
        assert_eq!(late, Block { any: true, first_mm: 12, last_mm: 20, gap_mm: 7 });
    }
}
