//! All tests, in one binary: the dependencies are linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod arguments;
mod batch_picking;
mod cancel_and_change;
mod cli;
mod codes;
mod concurrency;
mod counter;
mod crash;
mod days;
mod desk;
mod explain;
mod files;
mod floor;
mod holds;
mod holds_on_orders;
mod house;
mod input;
mod label;
mod last_word;
mod ledger;
mod legible;
mod links;
mod malformed_answers;
mod owed;
mod places;
mod platforms;
mod promise;
mod pty;
mod random_reports;
mod roles;
mod screens;
mod shops;
mod site;
mod stock_push;
mod support;
