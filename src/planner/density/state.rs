//! A set of open aisles with the orders filled from them, changed step by step and undone.
//!
//! Keeps one promise at all times: what the taken orders want of an item is at most what lies in
//! the open aisles, and their units are at most `room`. It does not know what is worth doing.

use super::model::Model;

#[derive(Clone, Copy)]
enum Step {
    Open(usize),
    Shut(usize),
    Take(usize),
    Drop(usize),
}

/// An item's units, side by side since they are read together.
#[derive(Clone, Copy, Default)]
struct Count {
    /// In open aisles, wanted by no taken order.
    spare: i64,
    /// Wanted by orders that are not taken.
    left: i64,
}

pub(super) struct State<'m> {
    pub model: &'m Model,
    /// Most units that the orders may have together.
    pub room: i64,
    pub units: i64,
    pub taken: Vec<bool>,
    items: Vec<Count>,
    /// All aisles, the open ones first; and where each aisle stands in it.
    listed: Vec<usize>,
    place: Vec<usize>,
    open: usize,
    /// What was done since `mark`, to undo it.
    log: Vec<Step>,
    /// Items of which more became spare since the last fill.
    loose: Vec<usize>,
    found: Vec<usize>,
}

impl<'m> State<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let mut items = vec![Count::default(); model.items];
        for order in 0..model.orders() {
            for &(item, want) in model.lines.of(order) {
                items[item].left += want;
            }
        }
        Self {
            model,
            room: model.most,
            units: 0,
            taken: vec![false; model.orders()],
            items,
            listed: (0..model.aisles).collect(),
            place: (0..model.aisles).collect(),
            open: 0,
            log: Vec::new(),
            loose: Vec::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn open_aisles(&self) -> &[usize] {
        &self.listed[..self.open]
    }

    pub(super) fn shut_aisles(&self) -> &[usize] {
        &self.listed[self.open..]
    }

    pub(super) fn is_open(&self, aisle: usize) -> bool {
        self.place[aisle] < self.open
    }

    pub(super) fn orders(&self) -> Vec<usize> {
        (0..self.taken.len()).filter(|&order| self.taken[order]).collect()
    }

    /// Forgets how the state came about; `undo` comes back to here.
    pub(super) fn mark(&mut self) {
        self.log.clear();
    }

    pub(super) fn undo(&mut self) {
        while let Some(step) = self.log.pop() {
            match step {
                Step::Open(aisle) => self.move_aisle(aisle, false),
                Step::Shut(aisle) => self.move_aisle(aisle, true),
                Step::Take(order) => self.move_order(order, false),
                Step::Drop(order) => self.move_order(order, true),
            }
        }
        self.loose.clear();
    }

    /// Starts anew with these aisles, filled largest order first.
    pub(super) fn set(&mut self, aisles: &[usize]) {
        self.restore(aisles, &[]);
        self.loose.extend(aisles.iter().flat_map(|&a| self.model.lying.of(a)).map(|line| line.0));
        self.fill();
        self.mark();
    }

    /// Starts anew with these aisles and these orders, as far as they fit.
    pub(super) fn restore(&mut self, aisles: &[usize], orders: &[usize]) {
        for order in self.orders() {
            self.move_order(order, false);
        }
        while self.open > 0 {
            self.move_aisle(self.listed[0], false);
        }
        for &aisle in aisles {
            self.move_aisle(aisle, true);
        }
        for &order in orders {
            self.take(order);
        }
        self.loose.clear();
        self.mark();
    }

    fn move_aisle(&mut self, aisle: usize, open: bool) {
        let sign = if open { 1 } else { -1 };
        for &(item, units) in self.model.lying.of(aisle) {
            self.items[item].spare += sign * units;
        }
        // The aisle changes places with the one at the border between open and shut.
        let border = if open { self.open } else { self.open - 1 };
        let (here, other) = (self.place[aisle], self.listed[border]);
        self.listed.swap(here, border);
        (self.place[aisle], self.place[other]) = (border, here);
        self.open = if open { self.open + 1 } else { self.open - 1 };
    }

    fn move_order(&mut self, order: usize, take: bool) {
        let sign = if take { 1 } else { -1 };
        for &(item, want) in self.model.lines.of(order) {
            let count = &mut self.items[item];
            count.spare -= sign * want;
            count.left -= sign * want;
        }
        self.units += sign * self.model.units[order];
        self.taken[order] = take;
    }

    pub(super) fn open(&mut self, aisle: usize) {
        self.move_aisle(aisle, true);
        self.loose.extend(self.model.lying.of(aisle).iter().map(|line| line.0));
        self.log.push(Step::Open(aisle));
    }

    /// Shuts an aisle and drops the orders that it leaves short, smallest first.
    pub(super) fn shut(&mut self, aisle: usize) {
        self.move_aisle(aisle, false);
        self.log.push(Step::Shut(aisle));
        let model = self.model;
        for &(item, _) in model.lying.of(aisle) {
            if self.items[item].spare < 0 {
                self.free(item, 0, 0);
            }
        }
    }

    /// Drops taken orders of `item` until `wanted` units of it are spare: smallest first, but for
    /// the `skip` smallest, which come last.
    pub(super) fn free(&mut self, item: usize, wanted: i64, skip: usize) {
        let orders = self.model.wanted_by.of(item);
        let (last, first) = orders.split_at(orders.len() - skip % orders.len().max(1));
        for &order in last.iter().rev().chain(first.iter().rev()) {
            if self.items[item].spare >= wanted {
                return;
            }
            if self.taken[order] {
                self.drop_order(order);
            }
        }
    }

    pub(super) fn drop_order(&mut self, order: usize) {
        self.move_order(order, false);
        self.loose.extend(self.model.lines.of(order).iter().map(|line| line.0));
        self.log.push(Step::Drop(order));
    }

    /// Takes the order if it fits, and says whether it did.
    pub(super) fn take(&mut self, order: usize) -> bool {
        let fits = self.fits(order);
        if fits {
            self.move_order(order, true);
            self.log.push(Step::Take(order));
        }
        fits
    }

    fn fits(&self, order: usize) -> bool {
        let mut lines = self.model.lines.of(order).iter();
        !self.taken[order]
            && self.units + self.model.units[order] <= self.room
            && lines.all(|&(item, want)| want <= self.items[item].spare)
    }

    /// Units of `item` in open aisles, wanted or not.
    pub(super) fn lying_open(&self, item: usize) -> i64 {
        let held_by = self.model.held_by.of(item).iter();
        held_by.filter(|(aisle, _)| self.is_open(*aisle)).map(|held| held.1).sum()
    }

    /// How many units of `item` are missing for `want` of them.
    pub(super) fn missing(&self, item: usize, want: i64) -> i64 {
        want - self.items[item].spare
    }

    /// Takes every order that fits by now, largest first. Only orders that want an item of which
    /// more became spare can have begun to fit.
    pub(super) fn fill(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for &item in &self.loose {
            let Count { spare, left } = self.items[item];
            if spare > 0 && left > 0 {
                let wanted_by = self.model.wanted_by.of(item).iter().copied();
                found.extend(wanted_by.filter(|&order| self.fits(order)));
            }
        }
        self.loose.clear();
        found.sort_unstable();
        for &order in &found {
            self.take(order);
        }
        self.found = found;
    }

    /// Shuts aisles that no taken order needs any more.
    pub(super) fn trim(&mut self) {
        let mut at = self.open;
        while at > 0 {
            at -= 1;
            let aisle = self.listed[at];
            let mut lying = self.model.lying.of(aisle).iter();
            let idle = lying.all(|&(item, units)| units <= self.items[item].spare);
            if idle && self.open > 1 {
                self.move_aisle(aisle, false);
                self.log.push(Step::Shut(aisle));
            }
        }
    }

    /// Units short if the aisle were shut: at least so many units would be lost.
    pub(super) fn lost(&self, aisle: usize) -> i64 {
        let short = |&(item, units): &(usize, i64)| (units - self.items[item].spare).max(0);
        self.model.lying.of(aisle).iter().map(short).sum()
    }

    /// Units of open demand that could be served if the aisle were open: at most so many units
    /// would be won.
    pub(super) fn won(&self, aisle: usize) -> i64 {
        let served = |&(item, units): &(usize, i64)| {
            let Count { spare, left } = self.items[item];
            left.min(spare + units)
        };
        self.model.lying.of(aisle).iter().map(served).sum()
    }
}
