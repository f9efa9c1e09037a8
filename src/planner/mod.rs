//! Shipments into waves and trips: which go now, who walks with whom and where the walks go; how a
//! site is laid out; and how a shift would end. Pure; the store applies what is proposed.

pub mod batch;
pub mod choose;
pub mod density;
pub mod derive;
pub mod forecast;
mod ground;
pub mod now;
pub mod pattern;
pub mod picture;
pub mod site;
pub mod structure;
pub mod trips;
pub mod walks;
