//! The order of stops where a sweep cannot give it: class after class (heavy first, fragile
//! last), and layouts that `sweep` does not solve exactly. Works on lengths between points alone;
//! it must know nothing of aisles.

use fastrand::Rng;

/// Stands for a way that does not exist: longer than any order of some thousand points, and so
/// small that as many of them can still be added.
pub(crate) const NO_WAY_MM: i64 = 1 << 40;

/// Classes of up to so many points are ordered exactly (Held & Karp 1962); larger ones by search.
pub(crate) const EXACT_POINTS: usize = 11;

/// Points that have to be met between a start and an end, one class after the other.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    /// Lengths between all points, row after row; the last two points are start and end.
    matrix_mm: Vec<i64>,
    points: usize,
    /// The points of each class, in the order in which the classes are walked.
    classes: Vec<Vec<usize>>,
}

impl Sequence {
    /// `classes[point]` for each point but start and end; lower classes come first.
    pub(crate) fn new(mut matrix_mm: Vec<i64>, classes: &[u8]) -> Sequence {
        let mut names = classes.to_vec();
        names.sort_unstable();
        names.dedup();
        let of = |name: u8| (0..classes.len()).filter(|&point| classes[point] == name).collect();
        matrix_mm.iter_mut().for_each(|mm| *mm = (*mm).min(NO_WAY_MM));
        let grouped = names.into_iter().map(of).collect();
        Sequence { matrix_mm, points: classes.len() + 2, classes: grouped }
    }

    fn start(&self) -> usize {
        self.points - 2
    }

    fn end(&self) -> usize {
        self.points - 1
    }

    fn mm(&self, from: usize, to: usize) -> i64 {
        self.matrix_mm[from * self.points + to]
    }

    /// Length from start along `order` to the end.
    pub(crate) fn length_mm(&self, order: &[usize]) -> i64 {
        let mut at = self.start();
        let mut sum = 0;
        for &point in order.iter().chain([&self.end()]) {
            sum += self.mm(at, point);
            at = point;
        }
        sum
    }

    /// Whether `exact` can be asked.
    pub(crate) fn is_small(&self) -> bool {
        self.classes.iter().all(|class| class.len() <= EXACT_POINTS)
    }

    /// The shortest order of all.
    pub(crate) fn exact(&self) -> Vec<usize> {
        // least length up to each point that may have been the last one
        let mut ends = vec![(self.start(), 0)];
        let mut tables = Vec::new();
        for class in &self.classes {
            let table = self.table(class, &ends);
            let all = (1_usize << class.len()) - 1;
            let last = class.iter().enumerate();
            ends = last.map(|(at, &point)| (point, table[all * class.len() + at])).collect();
            tables.push(table);
        }
        let mut order = Vec::new();
        let mut next = self.end();
        for (class, table) in self.classes.iter().zip(&tables).rev() {
            self.follow(class, table, &mut next, &mut order);
        }
        order.reverse();
        order
    }

    /// Least length for each set of a class's points met and each last one among them.
    fn table(&self, class: &[usize], ends: &[(usize, i64)]) -> Vec<i64> {
        let count = class.len();
        let mut table = vec![i64::MAX / 2; count << count];
        for (at, &point) in class.iter().enumerate() {
            let entries = ends.iter().map(|&(end, mm)| mm + self.mm(end, point));
            table[(1 << at) * count + at] = entries.min().unwrap_or(NO_WAY_MM);
        }
        for set in 1_usize..1 << count {
            for last in (0..count).filter(|&last| set >> last & 1 == 1) {
                let base = table[set * count + last];
                for next in (0..count).filter(|&next| set >> next & 1 == 0) {
                    let to = &mut table[(set | 1 << next) * count + next];
                    *to = (*to).min(base + self.mm(class[last], class[next]));
                }
            }
        }
        table
    }

    /// Pushes the points of one class, last first, before `next`; the first of them is the new
    /// `next`.
    fn follow(&self, class: &[usize], table: &[i64], next: &mut usize, order: &mut Vec<usize>) {
        let count = class.len();
        let mut set = (1_usize << count) - 1;
        while set > 0 {
            let to = |at: usize| table[set * count + at] + self.mm(class[at], *next);
            let met = (0..count).filter(|&at| set >> at & 1 == 1);
            let best = met.min_by_key(|&at| to(at)).unwrap_or(0);
            order.push(class[best]);
            *next = class[best];
            set &= !(1 << best);
        }
    }

    /// A short order by search from the best of `starts`: turn round, move and swap parts inside
    /// a class until nothing helps, then shake and again, until `budget` is spent.
    pub(crate) fn search(
        &self,
        starts: &[Vec<usize>],
        seed: u64,
        budget: &mut dyn FnMut() -> f64,
    ) -> Vec<usize> {
        let mut rng = Rng::with_seed(seed);
        let settled = |order: &Vec<usize>| {
            let mut order = order.clone();
            self.settle(&mut order);
            order
        };
        let mut best = starts.iter().map(settled).min_by_key(|order| self.length_mm(order));
        let mut best = best.take().unwrap_or_default();
        let mut best_mm = self.length_mm(&best);
        let spans: Vec<(usize, usize)> =
            self.spans().into_iter().filter(|(low, high)| high - low >= 3).collect();
        while !spans.is_empty() && budget() < 1.0 {
            let mut order = best.clone();
            let (low, high) = spans[rng.usize(0..spans.len())];
            let mut cuts = [0; 3].map(|_| rng.usize(low..=high));
            cuts.sort_unstable();
            // two neighbouring parts change places
            order[cuts[0]..cuts[2]].rotate_left(cuts[1] - cuts[0]);
            self.settle(&mut order);
            let length_mm = self.length_mm(&order);
            if length_mm <= best_mm {
                (best, best_mm) = (order, length_mm);
            }
        }
        best
    }

    /// Where each class begins and ends in an order.
    fn spans(&self) -> Vec<(usize, usize)> {
        let mut low = 0;
        let span = |class: &Vec<usize>| {
            let high = low + class.len();
            let span = (low, high);
            low = high;
            span
        };
        self.classes.iter().map(span).collect()
    }

    /// Turns and moves parts as long as that helps.
    fn settle(&self, order: &mut [usize]) {
        let spans = self.spans();
        let mut helps = |&(low, high): &(usize, usize)| {
            self.turn_part(order, low, high) || self.move_part(order, low, high)
        };
        while spans.iter().any(&mut helps) {}
    }

    /// The point at `at` of an order, or start or end beside it.
    fn beside(&self, order: &[usize], at: Option<usize>) -> usize {
        match at {
            None => self.start(),
            Some(at) => order.get(at).copied().unwrap_or(self.end()),
        }
    }

    /// Walks the first part found that gains by it the other way round.
    fn turn_part(&self, order: &mut [usize], low: usize, high: usize) -> bool {
        for first in low..high {
            let before = self.beside(order, first.checked_sub(1));
            let (mut there, mut back) = (0, 0);
            for last in first + 1..high {
                let after = self.beside(order, Some(last + 1));
                there += self.mm(order[last - 1], order[last]);
                back += self.mm(order[last], order[last - 1]);
                let now = self.mm(before, order[first]) + there + self.mm(order[last], after);
                let then = self.mm(before, order[last]) + back + self.mm(order[first], after);
                if then < now {
                    order[first..=last].reverse();
                    return true;
                }
            }
        }
        false
    }

    /// Moves the first part of up to three points found that gains by it.
    fn move_part(&self, order: &mut [usize], low: usize, high: usize) -> bool {
        for count in 1..=3 {
            for first in low..(high + 1).saturating_sub(count) {
                let past = first + count;
                let before = self.beside(order, first.checked_sub(1));
                let after = self.beside(order, Some(past));
                let (head, tail) = (order[first], order[past - 1]);
                let gain = self.mm(before, head) + self.mm(tail, after) - self.mm(before, after);
                for at in (low..first).chain(past + 1..=high) {
                    let left = self.beside(order, at.checked_sub(1));
                    let right = self.beside(order, Some(at));
                    let cost = self.mm(left, head) + self.mm(tail, right) - self.mm(left, right);
                    if cost < gain {
                        if at < first {
                            order[at..past].rotate_right(count);
                        } else {
                            order[first..at].rotate_left(count);
                        }
                        return true;
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(rng: &mut Rng, count: usize, one_way: bool) -> Sequence {
        let spot: Vec<(i64, i64)> =
            (0..count + 2).map(|_| (rng.i64(0..100), rng.i64(0..100))).collect();
        let mut matrix = Vec::new();
        for from in &spot {
            for to in &spot {
                let against = if one_way && to.0 < from.0 { 30 } else { 0 };
                matrix.push((from.0 - to.0).abs() + (from.1 - to.1).abs() + against);
            }
        }
        let classes: Vec<u8> = (0..count).map(|_| rng.u8(0..3)).collect();
        Sequence::new(matrix, &classes)
    }

    fn budget(mut moves: u32) -> impl FnMut() -> f64 {
        let all = f64::from(moves);
        move || {
            moves = moves.saturating_sub(1);
            1.0 - f64::from(moves) / all
        }
    }

    #[test]
    fn search_comes_near_the_exact_order() {
        let mut rng = Rng::with_seed(1);
        let (mut sum, mut least) = (0, 0);
        for round in 0..200 {
            let sequence = random(&mut rng, 1 + round % 16, round % 2 == 0);
            if !sequence.is_small() {
                continue;
            }
            let exact = sequence.length_mm(&sequence.exact());
            let start: Vec<usize> = sequence.classes.concat();
            let found = sequence.search(std::slice::from_ref(&start), 7, &mut budget(50));
            assert_eq!(found, sequence.search(&[start], 7, &mut budget(50)));
            let found = sequence.length_mm(&found);
            assert!(found >= exact);
            (sum, least) = (sum + found, least + exact);
        }
        assert!(sum * 200 <= least * 201, "{sum} against {least}");
    }
}
