//! What waits for somebody, whatever it is: trips, totes, boxes, put-backs.

use super::{Result, Tx};
use crate::domain::Rights;
use crate::protocol::Activity;
use crate::protocol::sign_on::NextWork;

/// What goes first of all that waits in a warehouse for people with these rights.
pub async fn next(tx: &mut Tx, warehouse: i64, rights: Rights) -> Result<Option<NextWork>> {
    let codes: Vec<String> = rights.iter().map(|right| right.code().to_owned()).collect();
    let row = sqlx::query_file!("src/store/sql/queue/next.sql", warehouse, &codes)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.and_then(|r| {
        let activity = Activity::ALL.into_iter().find(|activity| activity.code() == r.kind)?;
        Some(NextWork { activity, due: r.due })
    }))
}
