//! What a sweep over the aisles has to remember, and how each way and step changes it
//! (Ratliff & Rosenthal 1983 for one block, Roodbergen & de Koster 2001 for two; here for any
//! number of cross aisles). A state knows no lengths and no layout; `table` closes it to tables.
//!
//! A row is a cross aisle. For the corner of each row in the aisle just swept a state holds how
//! many steps still have to leave it to the right, and which corners hang together so far. Where
//! aisles are two-way only odd and even count; where an aisle is one-way, steps have a direction
//! and the state holds their net number.

/// Most rows of one sweep.
pub(crate) const ROWS_MAX: usize = 5;

/// A piece that no corner belongs to: the corner is not touched.
const NONE: u8 = 0;

/// Corners of one aisle. `net[row]`: steps that came and have to go on; `piece[row]`: 0 if the
/// corner is not touched, else the number of the piece that it hangs in, numbered from the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    net: [i8; ROWS_MAX],
    piece: [u8; ROWS_MAX],
}

/// How steps are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// Odd or even: every aisle may be walked both ways.
    Parity,
    /// Net steps towards higher aisles, at most so many either way.
    Net(i8),
}

/// A way of walking one block of an aisle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Skip,
    /// Once, in whichever direction (counted by parity).
    Through,
    /// Once there and once back.
    Twice,
    /// From the front corner to the last stop and back.
    FromFront,
    /// From the back corner to the first stop and back.
    FromBack,
    /// From both corners, leaving out the largest gap.
    BothEnds,
    /// So many times towards the back (counted by net steps).
    ToBack(i8),
    /// So many times towards the front (counted by net steps).
    ToFront(i8),
}

impl Count {
    /// What a corner has to send on after `steps` more; none where that is too many.
    fn add(self, net: i8, steps: i8) -> Option<i8> {
        match self {
            Count::Parity => Some((net + steps).rem_euclid(2)),
            Count::Net(most) => net.checked_add(steps).filter(|net| net.abs() <= most),
        }
    }
}

impl State {
    /// Nothing touched yet.
    pub(crate) fn empty() -> State {
        State { net: [0; ROWS_MAX], piece: [NONE; ROWS_MAX] }
    }

    /// The walk passes the corner of `row`.
    pub(crate) fn touch(mut self, row: usize) -> State {
        self.begin(row);
        self.canonical()
    }

    /// `steps` more come to the corner of `row` than leave it; none where that is too many.
    pub(crate) fn add(mut self, row: usize, steps: i8, count: Count) -> Option<State> {
        self.net[row] = count.add(self.net[row], steps)?;
        Some(self.touch(row))
    }

    /// The state after `way` between the corners of rows `front` and `back`.
    pub(crate) fn walk(
        mut self,
        way: Way,
        front: usize,
        back: usize,
        count: Count,
    ) -> Option<State> {
        let to_back = match way {
            Way::Through => 1,
            Way::ToBack(times) => times,
            Way::ToFront(times) => -times,
            _ => 0,
        };
        self.net[front] = count.add(self.net[front], -to_back)?;
        self.net[back] = count.add(self.net[back], to_back)?;
        match way {
            Way::Skip => return Some(self),
            Way::FromFront => self.begin(front),
            Way::FromBack => self.begin(back),
            Way::BothEnds => {
                self.begin(front);
                self.begin(back);
            }
            Way::Twice | Way::Through | Way::ToBack(_) | Way::ToFront(_) => {
                self.begin(front);
                self.begin(back);
                let (keep, gone) = (self.piece[front], self.piece[back]);
                let of_gone = self.piece.iter_mut().filter(|piece| **piece == gone);
                of_gone.for_each(|piece| *piece = keep);
            }
        }
        Some(self.canonical())
    }

    /// All states of the next aisle's corners, with the steps taken on each row.
    pub(crate) fn cross(self) -> Vec<(State, [u8; ROWS_MAX])> {
        let even: Vec<usize> =
            (0..ROWS_MAX).filter(|&row| self.piece[row] != NONE && self.net[row] == 0).collect();
        (0..1_u32 << even.len()).filter_map(|stay| self.cross_one(&even, stay)).collect()
    }

    /// The rows of `even` whose bit in `stay` is set are not walked on.
    fn cross_one(self, even: &[usize], stay: u32) -> Option<(State, [u8; ROWS_MAX])> {
        let mut next = self;
        for (bit, &row) in even.iter().enumerate() {
            if stay >> bit & 1 == 1 {
                next.piece[row] = NONE;
            }
        }
        let left_behind =
            |piece: &u8| *piece != NONE && !next.piece.iter().any(|other| other == piece);
        if self.piece.iter().any(left_behind) {
            return None;
        }
        Some((next.canonical(), next.steps()))
    }

    /// Steps that bring a walk from one aisle to the next, by row, if this is where it arrives.
    pub(crate) fn steps(&self) -> [u8; ROWS_MAX] {
        std::array::from_fn(|row| match (self.piece[row], self.net[row].unsigned_abs()) {
            (NONE, _) => 0,
            (_, 0) => 2,
            (_, net) => net,
        })
    }

    pub(crate) fn net(&self, row: usize) -> i8 {
        self.net[row]
    }

    /// Whether a walk may be over: nothing is owed and all hangs together.
    pub(crate) fn is_whole(&self) -> bool {
        self.net.iter().all(|&net| net == 0) && self.piece.iter().all(|&piece| piece <= 1)
    }

    /// All that a state holds in one number, no two states in the same.
    pub(crate) fn packed(&self) -> u64 {
        let corners = self.net.iter().zip(&self.piece);
        corners.fold(0, |sum, (&net, &piece)| {
            sum << 11 | u64::from(net.cast_unsigned()) << 3 | u64::from(piece)
        })
    }

    /// Makes the corner of `row` a piece of its own if it is in none; `canonical` renumbers it.
    fn begin(&mut self, row: usize) {
        if self.piece[row] == NONE {
            self.piece[row] = (ROWS_MAX + 1 + row) as u8;
        }
    }

    /// Numbers the pieces in the order of their first rows, so that equal states are equal.
    fn canonical(mut self) -> State {
        let mut names = [NONE; 2 * ROWS_MAX + 1];
        let mut known = 0;
        for piece in &mut self.piece {
            if *piece != NONE {
                let name = &mut names[usize::from(*piece)];
                if *name == NONE {
                    known += 1;
                    *name = known;
                }
                *piece = *name;
            }
        }
        self
    }
}
