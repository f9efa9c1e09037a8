//! What waits for somebody, whatever it is: trips, totes, boxes, put-backs.

use super::{Result, Tx};
use crate::protocol::sign_on::NextWork;
use crate::protocol::{Activity, Operator};

/// What a person has in hand in a warehouse, else what goes first of all that waits there for
/// somebody with their rights.
pub async fn next(tx: &mut Tx, warehouse: i64, person: &Operator) -> Result<Option<NextWork>> {
    let codes: Vec<&str> = person.role.rights.iter().map(|right| right.code()).collect();
    let row = sqlx::query_file!("src/store/sql/queue/next.sql", warehouse, &codes as _, person.id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.and_then(|r| {
        let activity = Activity::of_code(&r.kind)?;
        Some(NextWork { activity, due: r.due })
    }))
}
