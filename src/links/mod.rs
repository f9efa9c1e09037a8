//! The outside: shops, printers, files, and the local stand-ins for tests and the demo. Knows
//! nothing of the database.

pub mod channels;
pub mod hook;
pub mod printers;
pub mod standin;
pub mod tables;
pub mod webhooks;
