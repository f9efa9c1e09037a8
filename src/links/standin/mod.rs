//! Local stand-ins for what is outside, for tests and the demo. Written from the contract, not from the adapters.

pub mod amazon;
pub mod chinese;
pub mod magento;
pub mod platform;
pub mod shop;
pub mod shopify;
pub mod western;
