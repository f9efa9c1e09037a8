//! Chooses from which places to pick goods that lie in several, together with the walk. The
//! choice must be free: whoever owes a lot or an expiry asks with the places that rank equal.
//!
//! A choice says how far each block is entered; whatever lies on the way may be taken. The search
//! closes and opens whole blocks, covers again what is missing where it costs least, and draws
//! back wherever more is covered than asked. It is not exact, but stays below a tenth of a percent
//! of the published optima on average (Hessler & Irnich 2024).

use std::fmt;

use fastrand::Rng;

use crate::planner::walks::layout::{Layout, Stop, StopError};
use crate::planner::walks::plan::FAR_MM;
pub use crate::planner::walks::reach::Place;
use crate::planner::walks::reach::{Choice, Ground, Reach};
use crate::planner::walks::sweep::Sweep;

/// The places to visit (indices into those given, ascending) and the length of their walk; the
/// walk itself is `rules::walk` over their stops, and may be a little shorter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub places: Vec<usize>,
    pub length_mm: i64,
}

/// Why nothing can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScatterError {
    /// A place outside the layout.
    Stop(StopError),
    /// A place of an article that nobody asks for.
    Article { place: usize, came: usize, articles: usize },
    /// A place with less than no units.
    Quantity { place: usize, came: i64 },
    /// All places of an article hold less than what is asked.
    Short { article: usize, demand: i64, there: i64 },
    /// One-way aisles leave no walk.
    NoWalk,
}

impl fmt::Display for ScatterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop(error) => error.fmt(f),
            Self::Article { place, came, articles } => {
                write!(f, "place {place} of article {came}; expected one of {articles}, from 0")
            }
            Self::Quantity { place, came } => {
                write!(f, "{came} units in place {place}; expected 0 or more")
            }
            Self::Short { article, demand, there } => {
                write!(f, "{there} units of article {article} in all; expected {demand} or more")
            }
            Self::NoWalk => write!(f, "one-way aisles leave no walk"),
        }
    }
}

impl std::error::Error for ScatterError {}

/// Places that cover `demands` with a short walk: searched with `seed` until `budget` says 1.
///
/// # Errors
/// See `ScatterError`.
pub fn choose(
    sweep: &Sweep,
    demands: &[i64],
    places: &[Place],
    seed: u64,
    budget: &mut dyn FnMut() -> f64,
) -> Result<Chosen, ScatterError> {
    check(sweep.layout(), demands, places)?;
    let ground = Ground::new(sweep, demands, places);
    let mut search = Search { ground, rng: Rng::with_seed(seed) };
    let best = search.anneal(budget);
    if best.length_mm >= FAR_MM {
        return Err(ScatterError::NoWalk);
    }
    let places = needed(&search.ground, &best, places);
    Ok(Chosen { places, length_mm: best.length_mm })
}

fn check(layout: &Layout, demands: &[i64], places: &[Place]) -> Result<(), ScatterError> {
    let stops: Vec<Stop> = places.iter().map(|place| place.stop).collect();
    layout.check(&stops).map_err(ScatterError::Stop)?;
    let articles = demands.len();
    let mut sums = vec![0_i64; articles];
    for (at, place) in places.iter().enumerate() {
        let Some(sum) = sums.get_mut(place.article) else {
            return Err(ScatterError::Article { place: at, came: place.article, articles });
        };
        if place.quantity < 0 {
            return Err(ScatterError::Quantity { place: at, came: place.quantity });
        }
        *sum = sum.saturating_add(place.quantity);
    }
    for (article, (&demand, there)) in demands.iter().zip(sums).enumerate() {
        if there < demand {
            return Err(ScatterError::Short { article, demand, there });
        }
    }
    Ok(())
}

/// Of the places within reach those that are needed, the fullest of each article first.
fn needed(ground: &Ground, choice: &Choice, places: &[Place]) -> Vec<usize> {
    let within = (0..places.len()).filter(|&at| ground.reaches(choice, &places[at]));
    let mut order: Vec<usize> = within.collect();
    order.sort_by_key(|&at| (-places[at].quantity, at));
    let mut open = ground.demands.to_vec();
    order.retain(|&at| {
        let Place { article, quantity, .. } = places[at];
        let asked = open[article] > 0;
        open[article] -= quantity;
        asked
    });
    order.sort_unstable();
    order
}

struct Search<'a> {
    ground: Ground<'a>,
    rng: Rng,
}

impl Search<'_> {
    fn anneal(&mut self, budget: &mut dyn FnMut() -> f64) -> Choice {
        let mut now = self.ground.nothing();
        self.cover(&mut now, &[]);
        self.tidy(&mut now);
        let mut best = now.clone();
        loop {
            let spent = budget();
            if spent >= 1.0 {
                return best;
            }
            let mut next = now.clone();
            let closed = self.disturb(&mut next);
            self.cover(&mut next, &closed);
            self.tidy(&mut next);
            // from a tenth of a walk down to a thousandth
            let warmth = 0.10 * 0.01_f64.powf(spent) * best.length_mm as f64;
            let slack_mm = (-self.rng.f64().max(1e-9).ln() * warmth) as i64;
            if next.length_mm <= now.length_mm + slack_mm {
                now = next;
                if now.length_mm < best.length_mm {
                    best = now.clone();
                }
            }
        }
    }

    /// Closes one or two blocks, at times many, or opens one, or both. Gives back those that should
    /// stay closed for now.
    fn disturb(&mut self, choice: &mut Choice) -> Vec<usize> {
        let mut closed = Vec::new();
        let kind = self.rng.u8(0..10);
        if kind < 6 {
            let used = |block: &usize| choice.is_used(*block);
            let used: Vec<usize> = (0..self.ground.blocks()).filter(used).collect();
            let most = if kind == 0 { used.len().max(1) } else { 2 };
            for _ in 0..1 + self.rng.usize(0..most) {
                if let Some(block) = self.rng.choice(&used).copied() {
                    let none = Reach::none(self.ground.spots(block));
                    self.ground.set(choice, block, none);
                    closed.push(block);
                }
            }
            if self.rng.u8(0..4) == 0 {
                closed.clear();
            }
        }
        if kind >= 5 {
            let stocked = |block: &usize| self.ground.spots(*block) > 0;
            let stocked: Vec<usize> = (0..self.ground.blocks()).filter(stocked).collect();
            if let Some(block) = self.rng.choice(&stocked).copied() {
                self.ground.set(choice, block, Reach::all(self.ground.spots(block)));
            }
        }
        closed
    }

    /// Goes farther into blocks until all demands are covered, each time where a missing article
    /// costs least, give or take a little; into the `closed` ones only if nothing else helps.
    fn cover(&mut self, choice: &mut Choice, closed: &[usize]) {
        let mut articles: Vec<usize> = (0..self.ground.demands.len()).collect();
        self.rng.shuffle(&mut articles);
        for article in articles {
            let mut shut = closed;
            while choice.got[article] < self.ground.demands[article] {
                match self.nearest(choice, article, shut) {
                    Some((block, reach)) => self.ground.set(choice, block, reach),
                    None if shut.is_empty() => break,
                    None => shut = &[],
                }
            }
        }
    }

    /// The cheapest way to reach one more place of an article.
    fn nearest(
        &mut self,
        choice: &mut Choice,
        article: usize,
        shut: &[usize],
    ) -> Option<(usize, Reach)> {
        let mut best: Option<(i64, usize, Reach)> = None;
        for place in 0..self.ground.lies[article].len() {
            let (block, at) = self.ground.lies[article][place];
            let old = choice.reach[block];
            if old.has(at) || shut.contains(&block) {
                continue;
            }
            for reach in [Reach { front: at + 1, ..old }, Reach { back: at, ..old }] {
                let noise_mm = self.rng.i64(0..1 + choice.length_mm / 50);
                let length_mm = self.ground.length_mm(choice, block, reach) + noise_mm;
                if best.is_none_or(|best| length_mm < best.0) {
                    best = Some((length_mm, block, reach));
                }
            }
        }
        best.map(|(_, block, reach)| (block, reach))
    }

    /// Takes along what costs nothing, then draws back from what is not needed.
    fn tidy(&mut self, choice: &mut Choice) {
        for block in 0..self.ground.blocks() {
            self.ground.take_along(choice, block);
        }
        let used = |block: &usize| choice.is_used(*block);
        let mut order: Vec<usize> = (0..self.ground.blocks()).filter(used).collect();
        self.rng.shuffle(&mut order);
        for block in order {
            self.ground.draw_back(choice, block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::walks::layout::{Direction, LayoutSpec};
    use crate::planner::walks::sweep::Scratch;
    use crate::planner::walks::trial::{self, Ports};

    fn rounds(mut left: u32) -> impl FnMut() -> f64 {
        let all = f64::from(left);
        move || {
            left = left.saturating_sub(1);
            1.0 - f64::from(left) / all
        }
    }

    /// Least walk over every set of places that covers the demands.
    fn least_mm(sweep: &Sweep, demands: &[i64], places: &[Place]) -> i64 {
        let mut scratch = Scratch::default();
        let chosen = |set: usize| (0..places.len()).filter(move |&at| set >> at & 1 == 1);
        let covers = |set: usize| {
            demands.iter().enumerate().all(|(article, &demand)| {
                let of = chosen(set).filter(|&at| places[at].article == article);
                of.map(|at| places[at].quantity).sum::<i64>() >= demand
            })
        };
        let walks = (0..1_usize << places.len()).filter(|&set| covers(set)).map(|set| {
            let stops: Vec<Stop> = chosen(set).map(|at| places[at].stop).collect();
            sweep.stops_mm(&stops, &mut scratch).unwrap().unwrap()
        });
        walks.min().unwrap()
    }

    #[test]
    fn as_short_as_every_choice_tried() {
        let mut rng = Rng::with_seed(31);
        let mut scratch = Scratch::default();
        for round in 0..30 {
            let layout = trial::layout(&mut rng, 2 + round % 2, Ports::Apart, false);
            let sweep = Sweep::new(&layout);
            let mut there = [0; 3];
            let mut place = |stop| {
                let place = Place { article: rng.usize(0..3), stop, quantity: rng.i64(1..4) };
                there[place.article] += place.quantity;
                place
            };
            let stops = trial::stops(&mut Rng::with_seed(round as u64), &layout, 9);
            let places: Vec<Place> = stops.into_iter().map(&mut place).collect();
            let demands = there.map(|there| (there + 1) / 2);
            let least = least_mm(&sweep, &demands, &places);
            let found = choose(&sweep, &demands, &places, 1, &mut rounds(150)).unwrap();
            assert_eq!(found, choose(&sweep, &demands, &places, 1, &mut rounds(150)).unwrap());
            let stops: Vec<Stop> = found.places.iter().map(|&at| places[at].stop).collect();
            assert_eq!(sweep.stops_mm(&stops, &mut scratch), Ok(Some(least)));
            assert_eq!(found.length_mm, least);
            for (article, demand) in demands.into_iter().enumerate() {
                let of = found.places.iter().filter(|&&at| places[at].article == article);
                assert!(of.map(|&at| places[at].quantity).sum::<i64>() >= demand);
            }
        }
    }

    #[test]
    fn says_what_cannot_be_chosen() {
        let mut spec = LayoutSpec::even(2, 5, vec![0, 30]);
        let sweep = Sweep::new(&Layout::new(spec.clone()).unwrap());
        let place = Place { article: 0, stop: Stop { aisle: 1, y_mm: 7 }, quantity: 2 };
        let ask = |sweep: &Sweep, demand, place: Place| {
            choose(sweep, &[demand], &[place], 1, &mut rounds(3)).unwrap_err()
        };
        let short = ScatterError::Short { article: 0, demand: 3, there: 2 };
        assert_eq!(ask(&sweep, 3, place), short);
        let article = ScatterError::Article { place: 0, came: 1, articles: 1 };
        assert_eq!(ask(&sweep, 1, Place { article: 1, ..place }), article);
        let quantity = ScatterError::Quantity { place: 0, came: -1 };
        assert_eq!(ask(&sweep, 1, Place { quantity: -1, ..place }), quantity);
        let beyond = Place { stop: Stop { aisle: 2, y_mm: 0 }, ..place };
        assert!(matches!(ask(&sweep, 1, beyond), ScatterError::Stop(_)));
        spec.directions = vec![Direction::ToBack; 2];
        let one_way = Sweep::new(&Layout::new(spec).unwrap());
        assert_eq!(ask(&one_way, 1, place), ScatterError::NoWalk);
    }
}
