//! Walks through an area of parallel aisles: how long the shortest is, and where it leads.

pub mod block;
mod combined;
pub mod distance;
pub mod layout;
mod layout_error;
mod one_block;
mod path;
mod plan;
mod reach;
pub mod rules;
pub mod scatter;
mod sequence;
mod states;
pub mod sweep;
mod table;
mod tour;
mod trace;
#[cfg(test)]
mod trial;
pub mod walk;
