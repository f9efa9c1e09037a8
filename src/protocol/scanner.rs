//! What a scanner is set to send around its data, where a person or a bench has one of its own.

use serde::{Deserialize, Serialize};

/// What a scanner is set to send around its data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScannerSettings {
    pub prefix: String,
    pub suffix: String,
    /// What stands for GS where the scanner cannot send it.
    pub gs: Option<char>,
}

impl ScannerSettings {
    /// At most eight bytes of ASCII around the data, and neither what ends a line nor what begins a
    /// key.
    pub fn can_be(&self) -> bool {
        let around = |text: &str| {
            text.len() <= 8
                && text
                    .bytes()
                    .all(|b| b.is_ascii() && !matches!(b, 0 | 8 | 9 | 10 | 13 | 0x15 | 0x1b | 0x7f))
        };
        // These at the beginning of a line are keys at the door, where nobody knows yet whose
        // scanner it is.
        let key = self.prefix.starts_with(['\u{3}', '\u{4}', '\u{c}']);
        around(&self.prefix)
            && around(&self.suffix)
            && !key
            && self.gs.is_none_or(|c| c.is_ascii_graphic())
    }
}
