//! What walks go over: spots on the site's map where all bins of a wave are placed, else points of
//! the walking order, where a walk is as long as it is from where the order begins to its last bin.

use super::batch::measure::Measure;
use super::site::Site;
use super::walks::block::{Block, fill_blocks};
use super::walks::layout::Stop;
use super::walks::rules::{self, Policy};
use super::walks::sweep::Scratch;
use super::walks::walk::Walk as Walked;
use crate::domain::layout::BinSpot;
use std::collections::{BTreeMap, BTreeSet};

/// Longer than any walk: one-way aisles leave none.
pub const NO_WALK_MM: i64 = 1 << 50;

/// The bins of a wave; a bit each of the spots where they lie.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    kind: Kind<'a>,
    bit: BTreeMap<i64, usize>,
    scratch: Scratch,
    blocks: Vec<Block>,
    stops: Vec<Stop>,
}

#[derive(Debug, Clone)]
enum Kind<'a> {
    /// By area, then as they are swept.
    Map(&'a Site, Vec<(usize, Stop)>),
    Line(Vec<i32>),
}

impl<'a> Ground<'a> {
    /// The map, if there is one and no bin lies outside of it.
    pub fn new(site: Option<&'a Site>, bins: &[BinSpot]) -> Ground<'a> {
        let spots = |site: &Site| -> Option<Vec<(i64, (usize, Stop))>> {
            bins.iter().map(|bin| Some((bin.bin, site.stop(bin)?))).collect()
        };
        let (kind, bit) = match site.and_then(|site| Some((site, spots(site)?))) {
            Some((site, spots)) => {
                let (points, bit) = numbered(spots);
                (Kind::Map(site, points), bit)
            }
            None => {
                let (points, bit) = numbered(bins.iter().map(|b| (b.bin, b.seq)).collect());
                (Kind::Line(points), bit)
            }
        };
        Ground { kind, bit, scratch: Scratch::default(), blocks: Vec::new(), stops: Vec::new() }
    }

    /// Is a length in millimetres here?
    pub fn is_measured(&self) -> bool {
        matches!(self.kind, Kind::Map(..))
    }

    /// Bins as a set of bits; those that are not of this wave are left out.
    pub fn set(&self, bins: &[i64]) -> Vec<u64> {
        let mut set = vec![0; self.words()];
        for bit in bins.iter().filter_map(|bin| self.bit.get(bin)) {
            set[bit / 64] |= 1 << (bit % 64);
        }
        set
    }

    /// How long a walk past these bins is.
    pub fn set_length(&mut self, bins: &[i64]) -> i64 {
        let set = self.set(bins);
        self.length_mm(&set)
    }

    /// How long the walk past these bins is that goes by this policy, and which of its stops each
    /// bin is, from 1; bins of one spot have one number. `None`: nobody has measured.
    pub fn walk(&self, bins: &BTreeSet<i64>, policy: Policy) -> (Option<i64>, Vec<(i64, i32)>) {
        let bins: Vec<i64> = bins.iter().copied().collect();
        let (length, order) = self.in_order(&self.set(&bins), policy);
        let number: BTreeMap<usize, i32> = order.into_iter().zip(1..).collect();
        let of = |bin: i64| Some((bin, *number.get(self.bit.get(&bin)?)?));
        (length, bins.into_iter().filter_map(of).collect())
    }

    /// The bits of a set as they are met, and how far that is.
    fn in_order(&self, set: &[u64], policy: Policy) -> (Option<i64>, Vec<usize>) {
        let all: Vec<usize> = bits(set).collect();
        let Kind::Map(site, spots) = &self.kind else { return (None, all) };
        let (mut length, mut order) = (Some(0), Vec::new());
        for here in all.chunk_by(|a, b| spots[*a].0 == spots[*b].0) {
            let stops: Vec<Stop> = here.iter().map(|bit| spots[*bit].1).collect();
            let sweep = site.sweep(spots[here[0]].0);
            // The search for a shorter one that `rules` has for large areas takes too long here.
            let walk = match policy {
                Policy::Shortest => Walked::shortest(sweep, &stops),
                policy => rules::walk(sweep, &stops, policy),
            };
            match walk {
                Ok(Some(walk)) => {
                    length = length.map(|mm| mm + walk.length_mm);
                    order.extend(walk.order().into_iter().map(|stop| here[stop]));
                }
                // One-way aisles leave no walk: as they lie, the person finds a way.
                _ => {
                    length = None;
                    order.extend(here);
                }
            }
        }
        (length, order)
    }
}

impl Measure for Ground<'_> {
    /// A bin, by its place.
    type Place = i64;

    fn bit(&self, bin: i64) -> Option<usize> {
        self.bit.get(&bin).copied()
    }

    fn words(&self) -> usize {
        let points = match &self.kind {
            Kind::Map(_, spots) => spots.len(),
            Kind::Line(points) => points.len(),
        };
        points.div_ceil(64).max(1)
    }

    fn length_mm(&mut self, set: &[u64]) -> i64 {
        let (site, spots) = match &self.kind {
            Kind::Line(points) => {
                let begin = points.first().copied().map_or(0, i64::from);
                return bits(set).last().map_or(0, |last| i64::from(points[last]) - begin + 1);
            }
            Kind::Map(site, spots) => (*site, spots),
        };
        let (mut length, mut area) = (0, None);
        let mut stops = std::mem::take(&mut self.stops);
        stops.clear();
        for bit in bits(set).map(Some).chain([None]) {
            let next = bit.map(|bit| spots[bit]);
            if next.map(|(at, _)| at) != area {
                if let Some(area) = area {
                    let sweep = site.sweep(area);
                    fill_blocks(sweep.layout(), &stops, &mut self.blocks);
                    let walk = sweep.length_mm(&self.blocks, &mut self.scratch);
                    length += walk.unwrap_or(NO_WALK_MM);
                }
                stops.clear();
                area = next.map(|(at, _)| at);
            }
            stops.extend(next.map(|(_, stop)| stop));
        }
        self.stops = stops;
        length
    }
}

/// The different points in their order, and which of them each bin is.
fn numbered<P: Ord + Copy>(of: Vec<(i64, P)>) -> (Vec<P>, BTreeMap<i64, usize>) {
    let points: Vec<P> =
        of.iter().map(|(_, point)| *point).collect::<BTreeSet<P>>().into_iter().collect();
    let bit = of
        .into_iter()
        .filter_map(|(bin, point)| Some((bin, points.binary_search(&point).ok()?)))
        .collect();
    (points, bit)
}

/// The bits of a set, ascending.
fn bits(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    set.iter().enumerate().flat_map(|(n, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(n * 64 + bit)
        })
    })
}
