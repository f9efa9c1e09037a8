//! How far a set of orders makes people walk: the caller's to say, in two ready forms.

/// The walking of a set of orders that changes order by order. Must depend on the set alone, not
/// on the way to it, and never be negative.
pub trait Walking {
    /// Puts in an order that is not in.
    fn add(&mut self, order: usize);
    /// Takes out an order that is in.
    fn remove(&mut self, order: usize);
    /// Millimetres for the orders that are in. Nothing in: 0.
    fn mm(&mut self) -> i64;
    /// Groups of orders that share a piece of walking, an aisle say, numbered from 0. The search
    /// takes and leaves whole groups; without any, large backlogs are answered less well.
    fn groups(&self) -> usize {
        0
    }
    /// The orders of a group, in or out.
    fn group(&self, _group: usize) -> &[usize] {
        &[]
    }
    /// The groups of an order, smallest first.
    fn groups_of(&self, _order: usize) -> &[usize] {
        &[]
    }
}

/// Which orders share which pieces of walking.
#[derive(Default)]
struct Groups {
    /// The groups of each order, smallest first.
    of_order: Vec<Vec<usize>>,
    members: Vec<Vec<usize>>,
}

impl Groups {
    /// Groups below `count` for each order, in any order; others are left out.
    fn new(count: usize, mut of_order: Vec<Vec<usize>>) -> Self {
        let mut members = vec![Vec::new(); count];
        for (order, groups) in of_order.iter_mut().enumerate() {
            groups.retain(|&group| group < count);
            groups.sort_unstable();
            groups.dedup();
            groups.iter().for_each(|&group| members[group].push(order));
        }
        for groups in &mut of_order {
            groups.sort_by_key(|&group| members[group].len());
        }
        Self { of_order, members }
    }
}

/// A walk priced as a whole, say by batching and routing the set. One call a change.
pub struct WholeSet<F> {
    price: F,
    orders: Vec<usize>,
    known: Option<i64>,
    groups: Groups,
}

impl<F: FnMut(&[usize]) -> i64> WholeSet<F> {
    /// `price` gets the orders, ascending, and gives millimetres.
    pub fn new(price: F) -> Self {
        Self { price, orders: Vec::new(), known: Some(0), groups: Groups::default() }
    }

    /// The same with the aisles that each order visits, numbered from 0, as groups.
    pub fn grouped(price: F, visits: Vec<Vec<usize>>) -> Self {
        let aisles = visits.iter().flatten().max().map_or(0, |last| last + 1);
        Self { groups: Groups::new(aisles, visits), ..Self::new(price) }
    }
}

impl<F: FnMut(&[usize]) -> i64> Walking for WholeSet<F> {
    fn add(&mut self, order: usize) {
        if let Err(at) = self.orders.binary_search(&order) {
            self.orders.insert(at, order);
            self.known = None;
        }
    }

    fn remove(&mut self, order: usize) {
        if let Ok(at) = self.orders.binary_search(&order) {
            self.orders.remove(at);
            self.known = None;
        }
    }

    fn mm(&mut self) -> i64 {
        if self.orders.is_empty() {
            return 0;
        }
        *self.known.get_or_insert_with(|| (self.price)(&self.orders))
    }

    fn groups(&self) -> usize {
        self.groups.members.len()
    }

    fn group(&self, group: usize) -> &[usize] {
        &self.groups.members[group]
    }

    fn groups_of(&self, order: usize) -> &[usize] {
        self.groups.of_order.get(order).map_or(&[], Vec::as_slice)
    }
}

/// Each aisle visited costs its millimetres once, however many orders are picked in it. Aisles
/// are the groups.
pub struct AisleWalk {
    mm_of: Vec<i64>,
    groups: Groups,
    /// Orders that are in, by aisle.
    pickers: Vec<u32>,
    total: i64,
}

impl AisleWalk {
    /// `mm_of` each aisle; `visits`: the aisles of each order. Unknown aisles cost nothing.
    pub fn new(mm_of: Vec<i64>, visits: Vec<Vec<usize>>) -> Self {
        let aisles = mm_of.len();
        Self { mm_of, groups: Groups::new(aisles, visits), pickers: vec![0; aisles], total: 0 }
    }
}

impl Walking for AisleWalk {
    fn add(&mut self, order: usize) {
        for &aisle in &self.groups.of_order[order] {
            if self.pickers[aisle] == 0 {
                self.total += self.mm_of[aisle];
            }
            self.pickers[aisle] += 1;
        }
    }

    fn remove(&mut self, order: usize) {
        for &aisle in &self.groups.of_order[order] {
            self.pickers[aisle] -= 1;
            if self.pickers[aisle] == 0 {
                self.total -= self.mm_of[aisle];
            }
        }
    }

    fn mm(&mut self) -> i64 {
        self.total
    }

    fn groups(&self) -> usize {
        self.groups.members.len()
    }

    fn group(&self, group: usize) -> &[usize] {
        &self.groups.members[group]
    }

    fn groups_of(&self, order: usize) -> &[usize] {
        &self.groups.of_order[order]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aisle_is_walked_once() {
        let mut walk = AisleWalk::new(vec![10, 20, 30], vec![vec![0, 1, 1], vec![1], vec![2, 9]]);
        assert_eq!(walk.mm(), 0);
        walk.add(0);
        walk.add(1);
        assert_eq!(walk.mm(), 30);
        walk.remove(0);
        assert_eq!(walk.mm(), 20);
        walk.add(2);
        assert_eq!(walk.mm(), 50);
        assert_eq!(walk.groups_of(0), [0, 1], "fewer orders visit aisle 0");
        assert_eq!((walk.groups(), walk.group(1)), (3, [0, 1].as_slice()));
    }

    #[test]
    fn a_whole_set_is_priced_once_a_change() {
        let mut calls = 0;
        let mut walk = WholeSet::new(|orders: &[usize]| {
            calls += 1;
            orders.iter().map(|&order| order as i64).sum()
        });
        assert_eq!(walk.mm(), 0);
        walk.add(3);
        walk.add(1);
        assert_eq!((walk.mm(), walk.mm()), (4, 4));
        walk.remove(3);
        assert_eq!(walk.mm(), 1);
        drop(walk);
        assert_eq!(calls, 2);
    }
}
