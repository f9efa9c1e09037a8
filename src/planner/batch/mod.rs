//! Orders into batches, whole, so that the walks together are short and no trolley carries more
//! than it may.

mod anneal;
pub mod batching;
mod exact;
mod fleet;
pub mod grid;
pub mod measure;
mod meter;
mod moves;
mod near;
mod pace;
mod problem;
mod rebuild;
mod savings;
mod search;
#[cfg(test)]
mod trial;
