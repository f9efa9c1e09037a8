//! Wavedeck, the terminal console that a warehouse runs on. `src/README.md` is the map.

pub mod cli;
pub mod cluster;
pub mod codes;
pub mod config;
pub mod console;
pub mod domain;
pub mod i18n;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod planner;
pub mod protocol;
pub mod store;
pub mod work;
