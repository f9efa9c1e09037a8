//! Waves: which shipments are ready, what a release would do, and the release itself.

use super::{Result, Rule, Tx};
use crate::domain::Name;
use crate::planner::{Load, Trip};
use crate::protocol::wave::{Rehearsed, Shortage, Snapshot, Step};

/// So many reasons for waiting are named.
const WAITS: i64 = 3;

/// What can be chosen from, how much the step's choice comes to, and why other shipments wait, of
/// all that the person works for.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Snapshot> {
    let row = sqlx::query_file!(
        "src/store/sql/wave/load.sql",
        warehouse,
        WAITS,
        person,
        step.shop,
        step.carrier
    )
    .fetch_one(tx.conn())
    .await?;
    let mut now = Snapshot {
        shops: row.shops,
        carriers: row.carriers,
        zones: row.zones,
        kept: row.kept,
        waits: row
            .waits
            .iter()
            .filter_map(|wait| wait.split_once(' '))
            .filter_map(|(why, count)| Some((why.to_owned(), count.parse().ok()?)))
            .collect(),
        next_cutoff: row.next_cutoff,
        ..Snapshot::default()
    };
    let ids = chosen(tx, warehouse, person, step).await?;
    let size = sqlx::query!(
        r#"SELECT count(*) AS "lines!", coalesce(sum(qty), 0)::bigint AS "units!"
           FROM shipment_line
           WHERE shipment_id = ANY ($1)"#,
        &ids
    )
    .fetch_one(tx.conn())
    .await?;
    (now.shipments, now.lines, now.units) = (ids.len() as i64, size.lines, size.units);
    Ok(now)
}

async fn chosen(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Vec<i64>> {
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/wave/chosen.sql",
        warehouse,
        step.shop,
        step.carrier,
        step.next_cutoff_only,
        step.lines.code(),
        step.urgent,
        step.zone,
        step.most,
        person,
        &step.only
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A wave with its planned shipments; a rehearsal takes no number.
async fn draft(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
    number: bool,
) -> Result<(i64, String)> {
    let ids = chosen(tx, warehouse, person, step).await?;
    // Gates before shipments, as everywhere.
    sqlx::query_file!("src/store/sql/wave/draft_lock_gates.sql", warehouse, &ids)
        .execute(tx.conn())
        .await?;
    let wave = sqlx::query_file!("src/store/sql/wave/draft.sql", warehouse, person, number)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/wave/draft_take_shipments.sql", wave.id, &ids)
        .execute(tx.conn())
        .await?;
    sqlx::query!("SELECT plan_wave($1)", wave.id).execute(tx.conn()).await?;
    if !step.zone.is_empty() {
        keep_to_zone(tx, wave.id, &step.zone).await?;
    }
    Ok((wave.id, wave.wave_no))
}

/// What expires first may lie elsewhere than what was looked for: shipments that the plan sends out
/// of the zone stay ready, and the rest is planned again without them.
async fn keep_to_zone(tx: &mut Tx, wave: i64, zone: &str) -> Result<()> {
    loop {
        let out = sqlx::query_file!("src/store/sql/wave/keep_to_zone.sql", wave, zone)
            .execute(tx.conn())
            .await?;
        if out.rows_affected() == 0 {
            return Ok(());
        }
        sqlx::query!(
            "DELETE FROM wave_plan
             WHERE wave_id = $1",
            wave
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!("SELECT plan_wave($1)", wave).execute(tx.conn()).await?;
    }
}

/// Plans for real and takes it back: shipments and units that would stay behind, and of what and
/// why.
pub async fn rehearse(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Rehearsed> {
    sqlx::query("SAVEPOINT rehearsal").execute(tx.conn()).await?;
    let short = short_of(tx, warehouse, person, step).await?;
    sqlx::query("ROLLBACK TO SAVEPOINT rehearsal").execute(tx.conn()).await?;
    Ok(short)
}

async fn short_of(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Rehearsed> {
    let (wave, _) = draft(tx, warehouse, person, step, false).await?;
    let rows = sqlx::query_file!("src/store/sql/wave/short_of.sql", wave, warehouse)
        .fetch_all(tx.conn())
        .await?;
    let (short_shipments, short_units) =
        rows.first().map_or((0, 0), |r| (r.shipments, r.all_units));
    let lacks = rows
        .into_iter()
        .map(|r| Shortage {
            item: Name { en: r.name_en, zh: r.name_zh, variant: r.variant },
            units: r.units,
            why: r.why,
        })
        .collect();
    Ok(Rehearsed { shipments: 0, short_shipments, short_units, lacks })
}

/// A wave whose goods are chosen and not yet reserved.
pub struct PlannedWave {
    pub wave: i64,
    pub wave_no: String,
    pub totes: usize,
    pub loads: Vec<Load>,
    /// Shipments that stay behind.
    pub short: i64,
}

/// Chooses the goods of a wave; what the planner needs to cut its trips comes back.
pub async fn plan_trips(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
) -> Result<PlannedWave> {
    let (wave, wave_no) = draft(tx, warehouse, person, step, true).await?;
    let asked = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!"
           FROM shipment
           WHERE wave_id = $1"#,
        wave
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query_scalar!("SELECT leave_short($1)", wave).fetch_one(tx.conn()).await?;
    let totes = sqlx::query_scalar!(
        "SELECT trolley_totes
         FROM warehouse
         WHERE id = $1",
        warehouse
    )
    .fetch_one(tx.conn())
    .await?;
    let loads: Vec<Load> = sqlx::query_file!("src/store/sql/wave/plan.sql", wave)
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(|r| Load {
            shipment: r.id,
            priority: r.priority,
            units: r.units,
            only: r.only,
            first: r.first,
            last: r.last,
        })
        .collect();
    if loads.is_empty() {
        return Err(Rule::NothingToReserve.into());
    }
    let short = asked - loads.len() as i64;
    Ok(PlannedWave { wave, wave_no, totes: usize::try_from(totes).unwrap_or(1), loads, short })
}

/// Puts a planned wave on the floor: the planner's trips, their stops, and the reservations on
/// them, set-based.
pub async fn release(tx: &mut Tx, warehouse: i64, wave: i64, trips: &[Trip]) -> Result<()> {
    let (mut numbers, mut kinds, mut shipments) = (Vec::new(), Vec::new(), Vec::new());
    for (n, trip) in trips.iter().enumerate() {
        numbers.extend(trip.shipments.iter().map(|_| n as i64));
        kinds.extend(trip.shipments.iter().map(|_| trip.kind.code().to_owned()));
        shipments.extend_from_slice(&trip.shipments);
    }
    let walks = sqlx::query_file!(
        "src/store/sql/wave/release.sql",
        warehouse,
        wave,
        &numbers,
        &kinds,
        &shipments
    )
    .fetch_all(tx.conn())
    .await?;
    let (walks, shipments): (Vec<i64>, Vec<i64>) =
        walks.into_iter().map(|w| (w.trip_id, w.shipment_id)).unzip();
    sqlx::query!("SELECT cut_trips($1, $2, $3)", wave, &walks, &shipments)
        .execute(tx.conn())
        .await?;
    sqlx::query!("SELECT reserve_wave($1)", wave).execute(tx.conn()).await?;
    Ok(())
}
