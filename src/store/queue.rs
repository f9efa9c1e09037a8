//! What waits for somebody, whatever it is: trips, totes, boxes, put-backs.

use super::{Result, Tx};
use crate::protocol::sign_on::Waiting;
use crate::protocol::{Activity, Operator};

/// What waits in a warehouse for somebody with a person's rights, a row a kind of work. What goes
/// first of all, or is in their hand, comes first.
pub async fn waiting(tx: &mut Tx, warehouse: i64, person: &Operator) -> Result<Vec<Waiting>> {
    let codes: Vec<&str> = person.role.rights.iter().map(|right| right.code()).collect();
    counted(tx, warehouse, person, &codes).await
}

/// The same of one kind of work.
pub async fn waiting_of(
    tx: &mut Tx,
    warehouse: i64,
    person: &Operator,
    activity: Activity,
) -> Result<Option<Waiting>> {
    let mut rows = counted(tx, warehouse, person, &[activity.right().code()]).await?;
    Ok(rows.pop())
}

async fn counted(
    tx: &mut Tx,
    warehouse: i64,
    person: &Operator,
    rights: &[&str],
) -> Result<Vec<Waiting>> {
    let rows =
        sqlx::query_file!("src/store/sql/queue/waiting.sql", warehouse, rights as _, person.id)
            .fetch_all(tx.conn())
            .await?;
    let waiting = rows.into_iter().filter_map(|r| {
        let activity = Activity::of_code(&r.kind)?;
        Some(Waiting {
            activity,
            waiting: r.waiting,
            urgent: r.urgent,
            in_hand: r.in_hand,
            due: r.due,
        })
    });
    Ok(waiting.collect())
}
