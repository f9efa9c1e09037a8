//! All tests, in one binary: the dependencies are linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod answers;
mod arguments;
mod cli;
mod codes;
mod counter;
mod crash;
mod crowd;
mod decided;
mod desk;
mod explain;
mod files;
mod floor;
mod house;
mod input;
mod label;
mod ledger;
mod links;
mod platforms;
mod promise;
mod pty;
mod reported;
mod roles;
mod screens;
mod shops;
mod stock_push;
mod support;
mod total;
