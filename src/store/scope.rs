//! What people of a limited role work with. Lists ask for it in their own queries; what somebody
//! scans or opens is asked for here.

use super::{Result, Tx};
use crate::protocol::scan::ScanTarget;

/// Does a person work with this? `kind`: as the function `sees` of the database names it. What is
/// not there is nobody's.
pub async fn sees(tx: &mut Tx, person: i64, kind: &str, id: i64) -> Result<bool> {
    let sees = sqlx::query_scalar!("SELECT sees($1, $2, $3)", person, kind, id)
        .fetch_one(tx.conn())
        .await?;
    Ok(sees == Some(true))
}

/// Those of a scan's meanings that a person works with. `in_hand`: goods are being handled, and
/// whose they are is that of the trip, the tote or the box: a shop may sell another owner's.
pub async fn theirs(
    tx: &mut Tx,
    person: i64,
    in_hand: bool,
    matches: Vec<ScanTarget>,
) -> Result<Vec<ScanTarget>> {
    let mut theirs = Vec::with_capacity(matches.len());
    for found in matches {
        let (kind, id) = match &found {
            ScanTarget::Container { id, .. } => ("container", *id),
            ScanTarget::Item { id, .. } if !in_hand => ("item", *id),
            ScanTarget::Lot { id, .. } if !in_hand => ("lot", *id),
            ScanTarget::Parcel { id, .. } => ("parcel", *id),
            ScanTarget::List { id, .. } => ("hand_over", *id),
            ScanTarget::Item { .. }
            | ScanTarget::Lot { .. }
            | ScanTarget::Bin { .. }
            | ScanTarget::Bench { .. }
            | ScanTarget::Person { .. } => {
                theirs.push(found);
                continue;
            }
        };
        if sees(tx, person, kind, id).await? {
            theirs.push(found);
        }
    }
    Ok(theirs)
}
