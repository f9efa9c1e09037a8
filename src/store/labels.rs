//! Labels as a ledger: asked, got, printed; the bytes are kept. And the print spool.

use super::{Result, Rule, Tx};
use crate::domain::label::LabelFacts;
use crate::domain::states::{Coded, PrintState};
use crate::limits;

/// What stands on a parcel's label. The waybill comes from the carrier's number range and is taken
/// once.
pub async fn facts_of(tx: &mut Tx, parcel: i64) -> Result<LabelFacts> {
    let have = sqlx::query_file_scalar!("src/store/sql/labels/facts_of_lock_parcel.sql", parcel)
        .fetch_one(tx.conn())
        .await?;
    if have.is_none() {
        let taken = sqlx::query_file!("src/store/sql/labels/facts_of_take_waybill.sql", parcel)
            .execute(tx.conn())
            .await?;
        if taken.rows_affected() == 0 {
            return Err(Rule::NoWaybills.into());
        }
    }
    let row =
        sqlx::query_file!("src/store/sql/labels/facts_of.sql", parcel).fetch_one(tx.conn()).await?;
    Ok(LabelFacts {
        receiver: serde_json::from_value(row.receiver)?,
        sender: row.sender,
        shipment_no: row.shipment_no,
        carrier: row.carrier,
        waybill: row.waybill,
        sscc: row.sscc,
        own_prefix: row.own_prefix,
        dpi: u32::try_from(row.dpi).unwrap_or(203),
        cjk_font: row.font,
    })
}

/// The number on a parcel's label; `None`: it has none yet.
pub async fn waybill_of(tx: &mut Tx, parcel: i64) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("SELECT waybill FROM parcel WHERE place_id = $1", parcel)
        .fetch_one(tx.conn())
        .await?)
}

/// Keeps the bytes and puts them into the spool of the bench's printer.
pub async fn save_bytes(tx: &mut Tx, parcel: i64, bytes: &[u8]) -> Result<()> {
    sqlx::query_file!("src/store/sql/labels/save_bytes.sql", parcel, bytes)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE parcel
         SET state = 'labelled'
         WHERE place_id = $1",
        parcel
    )
    .execute(tx.conn())
    .await?;
    // Packed is what has no unit outside its boxes, and a label on every box.
    sqlx::query_file!("src/store/sql/labels/save_bytes_pack_shipment.sql", parcel)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Sends the kept bytes of a parcel's label to the printer of a bench once more. `false`: there is
/// nothing to print.
pub async fn reprint(tx: &mut Tx, sscc: &str, bench: i64) -> Result<bool> {
    let done = sqlx::query_file!("src/store/sql/labels/reprint.sql", sscc, bench)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The same at the bench that a parcel was packed at, while it is here. `false`: it has no label,
/// or the bench no printer.
pub async fn reprint_parcel(tx: &mut Tx, parcel: i64) -> Result<bool> {
    let row = sqlx::query!(
        "SELECT sscc, bench_id
         FROM parcel
         WHERE place_id = $1 AND state = 'labelled'",
        parcel
    )
    .fetch_optional(tx.conn())
    .await?;
    match row.and_then(|row| Some((row.sscc, row.bench_id?))) {
        Some((sscc, bench)) => reprint(tx, &sscc, bench).await,
        None => Ok(false),
    }
}

/// One print that is due, this process's for a while.
pub struct Print {
    pub job: i64,
    pub fencing_token: i64,
    /// Some of it may have come before.
    pub copy: bool,
    pub url: String,
    pub dpi: i32,
    /// Does the printer say how it is? `None`: nobody asked yet.
    pub answers: Option<bool>,
    pub bytes: Vec<u8>,
}

/// The oldest due job of each printer comes first; a job behind a failing one waits for it, so
/// labels keep their order.
pub async fn claim_print(tx: &mut Tx) -> Result<Option<Print>> {
    let row = sqlx::query_file!("src/store/sql/labels/claim_print.sql", limits::PRINT_LEASE_S);
    Ok(row.fetch_optional(tx.conn()).await?.map(|r| Print {
        job: r.id,
        fencing_token: r.fencing_token,
        copy: r.copy,
        url: r.url,
        dpi: r.dpi,
        answers: r.answers,
        bytes: r.bytes,
    }))
}

/// What became of a print, and what its printer said; what is not done is due again, later each
/// time. Does nothing where somebody else has it by now.
pub async fn save_print_result(
    tx: &mut Tx,
    print: &Print,
    state: PrintState,
    trouble: Option<&str>,
    answers: Option<bool>,
) -> Result<()> {
    // Who voids a label locks it before its prints.
    sqlx::query_file!("src/store/sql/labels/lock_label.sql", print.job)
        .fetch_optional(tx.conn())
        .await?;
    let done = sqlx::query_file!(
        "src/store/sql/labels/save_print_result.sql",
        print.job,
        print.fencing_token,
        state.code(),
        state.is_done(),
        trouble.unwrap_or_default(),
        limits::RETRY_MAX_S
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(()); // Somebody else holds the fence now and will say how it went.
    }
    sqlx::query_file!("src/store/sql/labels/note_printer.sql", print.job, trouble, answers)
        .execute(tx.conn())
        .await?;
    if state.came() {
        sqlx::query!(
            "UPDATE label
             SET state = 'printed'
             WHERE state = 'got' AND id = (SELECT label_id FROM print_job WHERE id = $1)",
            print.job
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
