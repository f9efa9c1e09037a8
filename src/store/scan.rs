//! What a scan means at this site, in one query.

use super::{Result, Tx};
use crate::codes::{Reading, own};
use crate::protocol::scan::{Scan, ScanTarget};

/// Matches every reading of a scan with the site's codes.
pub async fn matches(
    tx: &mut Tx,
    warehouse: i64,
    text: &str,
    readings: &[Reading],
) -> Result<Scan> {
    let mut texts: Vec<String> = Vec::new();
    let mut ssccs: Vec<String> = Vec::new();
    let mut badges: Vec<String> = Vec::new();
    let mut said = None;
    for reading in readings {
        match reading {
            Reading::Card(_) | Reading::Number(..) => {}
            Reading::Own(own::Kind::Badge, code) => badges.push(code.clone()),
            Reading::Own(_, code) | Reading::Text(code) => texts.push(code.clone()),
            Reading::Gtin { gtin, lot, last_good, count } => {
                texts.push(gtin.clone());
                if lot.is_some() || last_good.is_some() || count.is_some() {
                    said = Some((gtin.clone(), lot.clone(), last_good.clone(), *count));
                }
            }
            Reading::Sscc(sscc) | Reading::ParcelQr { sscc } => ssccs.push(sscc.clone()),
        }
    }
    let rows =
        sqlx::query_file!("src/store/sql/scan/matches.sql", warehouse, &texts, &ssccs, &badges,)
            .fetch_all(tx.conn())
            .await?;

    let mut matches = Vec::with_capacity(rows.len());
    for row in rows {
        let mut found: ScanTarget = serde_json::from_value(row.found)?;
        if let (
            ScanTarget::Item { lot, last_good, count, .. },
            Some((gtin, said_lot, said_day, said_count)),
        ) = (&mut found, &said)
            && *gtin == row.code
        {
            (*lot, *last_good, *count) = (said_lot.clone(), said_day.clone(), *said_count);
        }
        matches.push(found);
    }
    Ok(Scan::new(text, readings, matches))
}
