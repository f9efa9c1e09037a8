//! Labels as a ledger: asked, got, printed; the bytes are kept. And the print spool.

use super::{Error, Result, Tx};
use crate::domain::label::LabelFacts;
use crate::limits;

/// What stands on a parcel's label. The waybill comes from the carrier's number range and is taken once.
pub async fn facts(tx: &mut Tx, parcel: i64) -> Result<LabelFacts> {
    let have = sqlx::query_scalar!("SELECT waybill FROM parcel WHERE place_id = $1 FOR UPDATE", parcel).fetch_one(tx.conn()).await?;
    if have.is_none() {
        let taken = sqlx::query!(
            "WITH n AS (UPDATE carrier c SET waybill_next = waybill_next + 1 FROM parcel q
                        WHERE q.place_id = $1 AND c.id = q.carrier_id AND c.waybill_next <= c.waybill_last
                        RETURNING c.waybill_prefix, c.waybill_next - 1 AS serial)
             UPDATE parcel SET waybill = n.waybill_prefix || n.serial FROM n WHERE place_id = $1",
            parcel
        )
        .execute(tx.conn())
        .await?;
        if taken.rows_affected() == 0 {
            return Err(Error::Refused { constraint: "waybills_left".into(), said: "the carrier's range is used up".into() });
        }
    }
    let row = sqlx::query!(
        r#"SELECT s.receiver, w.name AS sender, s.shipment_no, c.name AS carrier, q.waybill AS "waybill!", q.sscc,
                  coalesce(p.dpi, 203) AS "dpi!", coalesce(p.cjk_font, 'E:SIMSUN.TTF') AS "font!"
           FROM parcel q JOIN shipment s ON s.id = q.shipment_id JOIN warehouse w ON w.id = q.warehouse_id
           JOIN carrier c ON c.id = q.carrier_id
           LEFT JOIN bench b ON b.place_id = q.bench_id LEFT JOIN printer p ON p.id = b.printer_id
           WHERE q.place_id = $1"#,
        parcel
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(LabelFacts {
        receiver: serde_json::from_value(row.receiver)?,
        sender: row.sender,
        shipment_no: row.shipment_no,
        carrier: row.carrier,
        waybill: row.waybill,
        sscc: row.sscc,
        dpi: u32::try_from(row.dpi).unwrap_or(203),
        cjk_font: row.font,
    })
}

/// Keeps the bytes and puts them into the spool of the bench's printer.
pub async fn got(tx: &mut Tx, parcel: i64, bytes: &[u8]) -> Result<()> {
    sqlx::query!(
        "WITH l AS (INSERT INTO label (parcel_id, state, bytes) VALUES ($1, 'got', $2)
                    ON CONFLICT ON CONSTRAINT label_one_a_parcel DO UPDATE SET state = 'got', bytes = excluded.bytes RETURNING id)
         INSERT INTO print_job (label_id, printer_id)
         SELECT l.id, b.printer_id FROM l, parcel q JOIN bench b ON b.place_id = q.bench_id WHERE q.place_id = $1 AND b.printer_id IS NOT NULL",
        parcel,
        bytes
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE parcel SET state = 'labelled' WHERE place_id = $1", parcel).execute(tx.conn()).await?;
    // Packed is what has no unit outside its boxes, and a label on every box.
    sqlx::query!(
        "UPDATE shipment s SET state = 'packed' FROM parcel mine WHERE mine.place_id = $1 AND s.id = mine.shipment_id
           AND NOT EXISTS (SELECT 1 FROM parcel q WHERE q.shipment_id = s.id AND q.state IN ('open', 'closed'))
           AND NOT EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
                           JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
                           LEFT JOIN parcel q ON q.place_id = r.place_id WHERE l.shipment_id = s.id AND q.place_id IS NULL)",
        parcel
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sends the kept bytes of a parcel's label to the printer of a bench once more. `false`: there is nothing to print.
pub async fn reprint(tx: &mut Tx, sscc: &str, bench: i64) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO print_job (label_id, printer_id, copy)
         SELECT l.id, b.printer_id, true FROM parcel q JOIN label l ON l.parcel_id = q.place_id AND l.bytes IS NOT NULL AND l.state <> 'void'
         JOIN bench b ON b.place_id = $2 WHERE q.sscc = $1 AND b.printer_id IS NOT NULL",
        sscc,
        bench
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The same at the bench that a parcel was packed at, while it is here. `false`: it has no label, or the bench no printer.
pub async fn reprint_parcel(tx: &mut Tx, parcel: i64) -> Result<bool> {
    let row = sqlx::query!("SELECT sscc, bench_id FROM parcel WHERE place_id = $1 AND state = 'labelled'", parcel).fetch_optional(tx.conn()).await?;
    match row.and_then(|row| Some((row.sscc, row.bench_id?))) {
        Some((sscc, bench)) => reprint(tx, &sscc, bench).await,
        None => Ok(false),
    }
}

/// One print that is due, claimed until `retry_s` from now.
pub struct Print {
    pub job: i64,
    pub fence: i64,
    pub url: String,
    pub bytes: Vec<u8>,
}

/// The oldest due job of each printer comes first; a job behind a failing one waits for it, so labels keep their order.
pub async fn claim_print(tx: &mut Tx) -> Result<Option<Print>> {
    let row = sqlx::query!(
        r#"WITH due AS (
             SELECT j.id FROM print_job j
             WHERE j.printed_at IS NULL AND j.next_at <= now()
               AND NOT EXISTS (SELECT 1 FROM print_job b WHERE b.printer_id = j.printer_id AND b.printed_at IS NULL AND b.id < j.id)
             ORDER BY j.id FOR UPDATE SKIP LOCKED LIMIT 1)
           UPDATE print_job j SET fence = j.fence + 1, attempts = j.attempts + 1,
                  next_at = now() + make_interval(secs => 15)
           FROM due, label l, printer p
           WHERE j.id = due.id AND l.id = j.label_id AND p.id = j.printer_id
           RETURNING j.id, j.fence, p.url, l.bytes AS "bytes!""#
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Print { job: r.id, fence: r.fence, url: r.url, bytes: r.bytes }))
}

/// The printer took every byte, or said why not; then the job is due again, later each time.
pub async fn printed(tx: &mut Tx, print: &Print, failure: Option<&str>) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE print_job SET printed_at = CASE WHEN $3::text IS NULL THEN now() END, said = coalesce($3, ''),
                next_at = now() + make_interval(secs => least($4::float8, power(2, least(attempts, 10))))
         WHERE id = $1 AND fence = $2",
        print.job,
        print.fence,
        failure,
        limits::RETRY_MAX_S
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(()); // Somebody else holds the fence now and will say how it went.
    }
    sqlx::query!(
        "UPDATE printer SET trouble = $2 WHERE id = (SELECT printer_id FROM print_job WHERE id = $1) AND trouble IS DISTINCT FROM $2",
        print.job,
        failure
    )
    .execute(tx.conn())
    .await?;
    if failure.is_none() {
        sqlx::query!("UPDATE label SET state = 'printed' WHERE state = 'got' AND id = (SELECT label_id FROM print_job WHERE id = $1)", print.job)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}
