//! Local stand-ins for what is outside, for tests and the demo. Written from the contract, not from the adapters.

pub mod chinese;
pub mod platform;
pub mod shop;
pub mod western;
