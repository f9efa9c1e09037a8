//! The lists that screens, commands and files show: typed rows, the same for all of them.

use super::{Result, Tx};
use crate::domain::Name;
use crate::domain::rows::{
    ExceptionRow, HoldRow, Instant, PersonRow, ShipmentRow, TripRow, WaveRow,
};
use crate::domain::states::{ShipmentState, TripKind, TripState, WaveState};

/// Which rows of a list: those of one kind (a stage, a state, a reason) in the order in which they
/// go, or else the newest of every kind, the oldest of these first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which<'a> {
    /// `None`: of every warehouse; what is of one kind is of one warehouse.
    pub warehouse: Option<i64>,
    pub of: Option<&'a str>,
    /// So many rows at most; `None`: all.
    pub most: Option<i64>,
    /// What this person works for; `None`: all.
    pub person: Option<i64>,
}

/// Shipments; of a stage those with a higher priority first, then by their cut-off.
pub async fn shipments(tx: &mut Tx, which: Which<'_>) -> Result<Vec<ShipmentRow>> {
    let Which { warehouse, of, most, person } = which;
    Ok(sqlx::query_file_as!(
        ShipmentRow,
        "src/store/sql/lists/shipments.sql",
        warehouse,
        of,
        most,
        person
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Exceptions, those of no warehouse in every warehouse's list; of a reason only the open ones, the
/// oldest first.
pub async fn exceptions(tx: &mut Tx, which: Which<'_>) -> Result<Vec<ExceptionRow>> {
    let Which { warehouse, of, most, person } = which;
    Ok(sqlx::query_file_as!(
        ExceptionRow,
        "src/store/sql/lists/exceptions.sql",
        warehouse,
        of,
        most,
        person
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Trips; of a state those with a higher priority first, then by when they are due.
pub async fn trips(tx: &mut Tx, which: Which<'_>) -> Result<Vec<TripRow>> {
    let Which { warehouse, of, most, person } = which;
    Ok(sqlx::query_file_as!(TripRow, "src/store/sql/lists/trips.sql", warehouse, of, most, person)
        .fetch_all(tx.conn())
        .await?)
}

/// Waves; of a state the newest first.
pub async fn waves(tx: &mut Tx, which: Which<'_>) -> Result<Vec<WaveRow>> {
    let Which { warehouse, of, most, person } = which;
    Ok(sqlx::query_file_as!(WaveRow, "src/store/sql/lists/waves.sql", warehouse, of, most, person)
        .fetch_all(tx.conn())
        .await?)
}

/// Who is at work, zone by zone.
pub async fn people(tx: &mut Tx, which: Which<'_>) -> Result<Vec<PersonRow>> {
    Ok(sqlx::query_file_as!(
        PersonRow,
        "src/store/sql/lists/people.sql",
        which.warehouse,
        which.most
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Holds are the site's, not a warehouse's; of a kind are those that stand.
pub async fn holds(tx: &mut Tx, which: Which<'_>) -> Result<Vec<HoldRow>> {
    let live_only = which.of.is_some();
    Ok(sqlx::query_file_as!(
        HoldRow,
        "src/store/sql/lists/holds.sql",
        live_only,
        which.most,
        which.person
    )
    .fetch_all(tx.conn())
    .await?)
}
