//! Scans that the screen which the person saw is enough to decide, so that nothing need be loaded.

use super::{Decision, Snapshot, Step, Stop, decide};
use crate::domain::states::BinUse;
use crate::protocol::scan::{Scan, ScanTarget};

/// Does a line say nothing else than the tote that is due, for all units of the goods that are
/// settled and counted? Then it can be done at once: the code that it names. The database checks
/// the rest.
pub fn fast_tote<'a>(stop: &Stop, step: &Step, codes: &'a [String]) -> Option<&'a String> {
    let step = step.at(stop);
    let ready = step.settled(stop)
        && step.counted == stop.qty
        && step.asking.is_none()
        && step.giving.is_none()
        && !step.full
        && stop.shipments_in_batch == 0;
    codes.iter().find(|code| {
        ready && **code != stop.place && stop.tote.as_ref().is_none_or(|(_, bound)| bound == *code)
    })
}

/// Does a scan that names the stop's place or its goods only move the step on? The step then, if
/// the codes mean nothing else.
pub fn fast_source(now: &Snapshot, step: &Step, codes: &[String]) -> Option<Step> {
    let stop = now.stop.as_ref().filter(|stop| stop.shipments_in_batch == 0)?;
    let found = if codes.contains(&stop.place) {
        ScanTarget::Bin { id: stop.place_id, code: stop.place.clone(), usage: BinUse::Storage }
    } else {
        let gtin = stop.barcode.as_ref().map(|code| format!("{code:0>14}"))?;
        codes.contains(&gtin).then(|| ScanTarget::Item {
            id: stop.item_id,
            sku: stop.sku.clone(),
            name: stop.name.clone(),
            units: 1,
            lot: None,
            last_good: None,
            count: None,
        })?
    };
    match decide(now, step, &Scan { matches: vec![found], ..Scan::default() }) {
        // Of a scan that changes nothing it is said that it was heard.
        Ok(Decision::Step(next)) if next != step.at(stop) => Some(next),
        _ => None,
    }
}
