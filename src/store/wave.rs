//! Waves: which shipments are ready, what a release would do, and the release itself.

use super::{Error, Result, Tx};
use crate::domain::Name;
use crate::planner::{Load, Trip};
use crate::protocol::wave::{Lack, Rehearsed, Snapshot, Step};

/// So many reasons for waiting are named.
const WAITS: i64 = 3;

pub async fn load(tx: &mut Tx, warehouse: i64, step: &Step) -> Result<Snapshot> {
    let row = sqlx::query!(
        r#"SELECT (SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM shop) AS "shops!",
                  (SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM carrier) AS "carriers!",
                  (SELECT coalesce(array_agg(DISTINCT b.zone ORDER BY b.zone), '{}') FROM bin b JOIN place p ON p.id = b.place_id WHERE p.warehouse_id = $1 AND b.use = 'storage') AS "zones!",
                  (SELECT coalesce(array_agg(name ORDER BY name), '{}') FROM saved_view WHERE list = 'wave') AS "kept!",
                  (SELECT coalesce(array_agg(why || ' ' || n ORDER BY n DESC, why), '{}') FROM (
                     SELECT coalesce(nullif(reason, ''), 'not_yet') AS why, count(*) AS n FROM shipment WHERE warehouse_id = $1 AND state IN ('pending', 'held') GROUP BY 1 ORDER BY 2 DESC LIMIT $2) k) AS "waits!",
                  (SELECT to_char(min(s.cutoff_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI') FROM shipment s JOIN warehouse w ON w.id = s.warehouse_id
                   WHERE s.warehouse_id = $1 AND s.state = 'ready' GROUP BY w.tz) AS next_cutoff"#,
        warehouse,
        WAITS
    )
    .fetch_one(tx.conn())
    .await?;
    let mut now = Snapshot {
        shops: row.shops,
        carriers: row.carriers,
        zones: row.zones,
        kept: row.kept,
        waits: row.waits.iter().filter_map(|wait| wait.split_once(' ')).filter_map(|(why, count)| Some((why.to_owned(), count.parse().ok()?))).collect(),
        next_cutoff: row.next_cutoff,
        ..Snapshot::default()
    };
    let ids = chosen(tx, warehouse, step).await?;
    let size = sqlx::query!(r#"SELECT count(*) AS "lines!", coalesce(sum(qty), 0)::bigint AS "units!" FROM shipment_line WHERE shipment_id = ANY ($1)"#, &ids)
        .fetch_one(tx.conn())
        .await?;
    (now.shipments, now.lines, now.units) = (ids.len() as i64, size.lines, size.units);
    Ok(now)
}

async fn chosen(tx: &mut Tx, warehouse: i64, step: &Step) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT s.id FROM shipment s JOIN shop sh ON sh.id = s.shop_id JOIN carrier c ON c.id = s.carrier_id
           WHERE s.warehouse_id = $1 AND s.state = 'ready'
             AND ($2 = '' OR sh.code = $2) AND ($3 = '' OR c.code = $3)
             AND (NOT $4 OR s.cutoff_at = (SELECT min(n.cutoff_at) FROM shipment n WHERE n.warehouse_id = $1 AND n.state = 'ready'
                            AND ($2 = '' OR n.shop_id = s.shop_id) AND ($3 = '' OR n.carrier_id = s.carrier_id)))
             AND ($5 = '' OR ($5 = 'single') = (SELECT count(*) = 1 FROM shipment_line l WHERE l.shipment_id = s.id))
             AND (NOT $6 OR s.priority > 0)
             AND ($7 = '' OR NOT EXISTS (SELECT 1 FROM shipment_line l WHERE l.shipment_id = s.id AND NOT EXISTS (
                  SELECT 1 FROM sellable v WHERE v.warehouse_id = $1 AND v.owner_id = l.owner_id AND v.item_id = l.item_id AND v.zone = $7 AND v.pickable AND v.free > 0)))
           ORDER BY s.priority DESC, s.cutoff_at, s.id LIMIT nullif($8::bigint, 0)"#,
        warehouse,
        step.shop,
        step.carrier,
        step.next_cutoff_only,
        step.lines.code(),
        step.urgent,
        step.zone,
        step.most
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A wave with its planned shipments; a rehearsal takes no number.
async fn draft(tx: &mut Tx, warehouse: i64, person: i64, step: &Step, number: bool) -> Result<(i64, String)> {
    let ids = chosen(tx, warehouse, step).await?;
    // Gates before shipments, as everywhere.
    sqlx::query!("SELECT lock_gates($1, (SELECT array_agg(DISTINCT item_id) FROM shipment_line WHERE shipment_id = ANY ($2)))", warehouse, &ids)
        .execute(tx.conn())
        .await?;
    let wave = sqlx::query!(
        "INSERT INTO wave (warehouse_id, wave_no, released_by)
         VALUES ($1, CASE WHEN $3 THEN 'W' || lpad(nextval('wave_number')::text, 5, '0') ELSE 'R' || pg_current_xact_id()::text END, $2) RETURNING id, wave_no",
        warehouse,
        person,
        number
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE shipment s SET wave_id = $1 FROM (SELECT id FROM shipment WHERE id = ANY ($2) AND state = 'ready' ORDER BY id FOR UPDATE) k WHERE s.id = k.id",
        wave.id,
        &ids
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("SELECT plan_wave($1)", wave.id).execute(tx.conn()).await?;
    if !step.zone.is_empty() {
        keep_to_zone(tx, wave.id, &step.zone).await?;
    }
    Ok((wave.id, wave.wave_no))
}

/// What expires first may lie elsewhere than what was looked for: shipments that the plan sends out of the zone stay ready, and
/// the rest is planned again without them.
async fn keep_to_zone(tx: &mut Tx, wave: i64, zone: &str) -> Result<()> {
    loop {
        let out = sqlx::query!(
            "UPDATE shipment SET wave_id = NULL WHERE id IN (SELECT pl.shipment_id FROM wave_plan pl JOIN bin b ON b.place_id = pl.place_id WHERE pl.wave_id = $1 AND b.zone <> $2)",
            wave,
            zone
        )
        .execute(tx.conn())
        .await?;
        if out.rows_affected() == 0 {
            return Ok(());
        }
        sqlx::query!("DELETE FROM wave_plan WHERE wave_id = $1", wave).execute(tx.conn()).await?;
        sqlx::query!("SELECT plan_wave($1)", wave).execute(tx.conn()).await?;
    }
}

/// Plans for real and takes it back: shipments and units that would stay behind, and of what and why.
pub async fn rehearse(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Rehearsed> {
    sqlx::query("SAVEPOINT rehearsal").execute(tx.conn()).await?;
    let short = short_of(tx, warehouse, person, step).await?;
    sqlx::query("ROLLBACK TO SAVEPOINT rehearsal").execute(tx.conn()).await?;
    Ok(short)
}

async fn short_of(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Rehearsed> {
    let (wave, _) = draft(tx, warehouse, person, step, false).await?;
    let rows = sqlx::query!(
        r#"WITH lacking AS (
             SELECT l.shipment_id, p.owner_id, p.item_id, p.good_until, p.open - coalesce(g.qty, 0) AS units
             FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
             LEFT JOIN (SELECT promise_id, sum(qty) AS qty FROM wave_plan WHERE wave_id = $1 GROUP BY 1) g ON g.promise_id = p.id
             WHERE s.wave_id = $1 AND p.open > coalesce(g.qty, 0))
           SELECT i.name_en, i.name_zh, i.variant, sum(k.units)::bigint AS "units!", (SELECT count(DISTINCT shipment_id) FROM lacking) AS "shipments!", (SELECT sum(units)::bigint FROM lacking) AS "all_units!",
                  CASE WHEN EXISTS (SELECT 1 FROM sellable v WHERE v.warehouse_id = $2 AND v.item_id = i.id AND v.free > 0 AND NOT v.pickable AND v.last_good_day >= max(k.good_until)) THEN 'not_pickable'
                       WHEN EXISTS (SELECT 1 FROM sellable v WHERE v.warehouse_id = $2 AND v.item_id = i.id AND v.free > 0 AND v.last_good_day < max(k.good_until)) THEN 'too_old'
                       WHEN EXISTS (SELECT 1 FROM stock g WHERE g.warehouse_id = $2 AND g.item_id = i.id AND NOT g.on_its_way AND g.status <> 'good' AND g.on_hand > 0) THEN 'held'
                       ELSE 'none' END AS "why!"
           FROM lacking k JOIN item i ON i.id = k.item_id GROUP BY i.id ORDER BY 3 DESC, i.id LIMIT 30"#,
        wave,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?;
    let (short_shipments, short_units) = rows.first().map_or((0, 0), |r| (r.shipments, r.all_units));
    let lacks = rows.into_iter().map(|r| Lack { item: Name { en: r.name_en, zh: r.name_zh, variant: r.variant }, units: r.units, why: r.why }).collect();
    Ok(Rehearsed { shipments: 0, short_shipments, short_units, lacks })
}

/// A wave whose goods are chosen and not yet reserved.
pub struct Planned {
    pub wave: i64,
    pub wave_no: String,
    pub totes: usize,
    pub loads: Vec<Load>,
    /// Shipments that stay behind.
    pub short: i64,
}

/// Chooses the goods of a wave; what the planner needs to cut its trips comes back.
pub async fn plan(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Planned> {
    let (wave, wave_no) = draft(tx, warehouse, person, step, true).await?;
    let asked = sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM shipment WHERE wave_id = $1"#, wave).fetch_one(tx.conn()).await?;
    sqlx::query_scalar!("SELECT leave_short($1)", wave).fetch_one(tx.conn()).await?;
    let totes = sqlx::query_scalar!("SELECT trolley_totes FROM warehouse WHERE id = $1", warehouse).fetch_one(tx.conn()).await?;
    let loads: Vec<Load> = sqlx::query!(
        r#"SELECT s.id, s.priority, sum(pl.qty)::bigint AS "units!", CASE WHEN min(pl.item_id) = max(pl.item_id) THEN min(pl.item_id) END AS only,
                  min(b.seq) AS "first!", max(b.seq) AS "last!"
           FROM wave_plan pl JOIN shipment s ON s.id = pl.shipment_id
           LEFT JOIN container c ON c.place_id = pl.place_id JOIN bin b ON b.place_id = coalesce(c.stands_in, pl.place_id)
           WHERE pl.wave_id = $1 GROUP BY s.id"#,
        wave
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| Load { shipment: r.id, priority: r.priority, units: r.units, only: r.only, first: r.first, last: r.last })
    .collect();
    if loads.is_empty() {
        return Err(Error::Refused { constraint: "wave_has_work".into(), said: "nothing could be reserved".into() });
    }
    let short = asked - loads.len() as i64;
    Ok(Planned { wave, wave_no, totes: usize::try_from(totes).unwrap_or(1), loads, short })
}

/// Puts a planned wave on the floor: the planner's trips, their stops, and the reservations on them, set-based.
pub async fn release(tx: &mut Tx, warehouse: i64, wave: i64, trips: &[Trip]) -> Result<()> {
    let (mut numbers, mut kinds, mut shipments) = (Vec::new(), Vec::new(), Vec::new());
    for (n, trip) in trips.iter().enumerate() {
        numbers.extend(trip.shipments.iter().map(|_| n as i64));
        kinds.extend(trip.shipments.iter().map(|_| trip.kind.code().to_owned()));
        shipments.extend_from_slice(&trip.shipments);
    }
    let walks = sqlx::query!(
        "WITH plan AS (SELECT * FROM unnest($3::bigint[], $4::text[], $5::bigint[]) AS u(n, kind, shipment_id)),
              made AS (INSERT INTO trip (warehouse_id, wave_id, trip_no, kind, priority, due_at)
                       SELECT $1, $2, 'T' || lpad(nextval('trip_number')::text, 6, '0'), d.kind, d.priority, d.due_at
                       FROM (SELECT n, kind, max(s.priority) AS priority, min(s.cutoff_at) AS due_at
                             FROM plan JOIN shipment s ON s.id = plan.shipment_id GROUP BY n, kind ORDER BY n) d RETURNING id),
              numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM made)
         INSERT INTO trip_shipment (trip_id, shipment_id) SELECT t.id, p.shipment_id FROM plan p JOIN numbered t ON t.n = p.n RETURNING trip_id, shipment_id",
        warehouse,
        wave,
        &numbers,
        &kinds,
        &shipments
    )
    .fetch_all(tx.conn())
    .await?;
    let (walks, shipments): (Vec<i64>, Vec<i64>) = walks.into_iter().map(|w| (w.trip_id, w.shipment_id)).unzip();
    sqlx::query!("SELECT walk_wave($1, $2, $3)", wave, &walks, &shipments).execute(tx.conn()).await?;
    sqlx::query!("SELECT reserve_wave($1)", wave).execute(tx.conn()).await?;
    Ok(())
}
