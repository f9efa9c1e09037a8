//! What stands on a shipping label, before anyone decides how it is drawn.

use super::order::Receiver;
use serde::{Deserialize, Serialize};

/// One parcel's label as facts: who gets it, who sends it, its numbers, and the printer's ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelFacts {
    pub receiver: Receiver,
    pub sender: String,
    pub shipment_no: String,
    pub carrier: String,
    pub waybill: String,
    /// 18 digits, check digit included.
    pub sscc: String,
    /// Does the SSCC begin with the site's own company prefix?
    pub own_prefix: bool,
    /// Dots per inch: 203 or 300.
    pub dpi: u32,
    /// The font file in the printer that holds Chinese glyphs.
    pub cjk_font: String,
}
