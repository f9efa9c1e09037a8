//! What batching has to know of a building: how long a closed walk past a set of stops is.
//!
//! Batching unites sets and asks for lengths; it never looks into a set, so every building that
//! can number its stops works with it. No rule of the search belongs here.

/// A building that measures walks.
///
/// A set of stops is a slice of [`Measure::words`] words of 64 bits. Which bit stands for which
/// stop is the building's own affair.
pub trait Measure {
    /// How a place is named.
    type Place: Copy;

    /// How many words a set takes.
    fn words(&self) -> usize;

    /// The bit of a stop, or none if there is no such stop.
    fn bit(&self, stop: Self::Place) -> Option<usize>;

    /// Length in mm of the shortest walk from the start past every stop of `set` to the end, at
    /// most 2⁵⁰. Never less than the length for a part of `set`: the search prunes by that.
    fn length_mm(&mut self, set: &[u64]) -> i64;
}
