//! How a scanner marks what it sends, and in which encoding.

use crate::protocol::ScannerSettings;
use serde::{Deserialize, Serialize};

/// What a scanner is set to send around its data, as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framing {
    pub prefix: Vec<u8>,
    pub suffix: Vec<u8>,
    /// What stands for GS where the scanner cannot send it; 0x1D itself always counts.
    pub gs: Option<u8>,
}

impl From<&ScannerSettings> for Framing {
    fn from(scanner: &ScannerSettings) -> Framing {
        Framing {
            prefix: scanner.prefix.clone().into_bytes(),
            suffix: scanner.suffix.clone().into_bytes(),
            gs: scanner.gs.and_then(|c| u8::try_from(c).ok()),
        }
    }
}

/// UTF-8, else GB18030, which takes GBK too.
pub(super) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}
