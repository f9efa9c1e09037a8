//! Sales over a counter: what was sold leaves the counter's bin, what comes back lies there held.

use crate::limits;
use crate::store::{self, orders};
use crate::work::Ctx;

/// Books in short transactions, so that nobody's goods are held up for a whole file of sales.
pub async fn run_once(ctx: &Ctx) -> store::Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let booked = orders::book_counter(&mut tx, limits::COUNTER_BATCH).await?;
        tx.commit().await?;
        if booked == 0 {
            return Ok(());
        }
    }
}
