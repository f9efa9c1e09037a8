//! Sessions of other processes' terminals. A console may hand its bytes through a socket to one
//! process that holds the database's connections for all of them: hundreds of guns then need no
//! more than a few, and none of them knows a password of the database.

pub mod line;
mod server;

pub use server::serve;

use crate::console::app::Appearance;
use crate::console::input::Framing;
use crate::console::input::keymap::Keymap;
use crate::domain::Lang;
use serde::{Deserialize, Serialize};

/// What a terminal says of itself before anything else. Both ends are the same program: another
/// version is told to be started anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    pub version: String,
    pub lang: Lang,
    pub appearance: Appearance,
    pub keymap: Keymap,
    pub framing: Framing,
    /// What it calls itself.
    pub terminal: String,
    /// Columns and rows.
    pub size: (u16, u16),
}

/// The version that both ends have.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
