//! A list of the desk: its rows in the view that is asked for, how many there are, and when they
//! were read.

use super::Viewer;
use crate::domain::rows::Instant;
use crate::limits;
use crate::protocol::desk::{Kind, ListRow, RATES, Row, Shown, Subject, deck};
use crate::protocol::list::{Said, arrange};
use crate::store::lists::{self, Which};
use crate::store::{Result, Tx};

/// A list in the view of it that is asked for, at most so many rows. `said`: the keys whose words
/// hold a text that is looked for.
pub async fn list(
    tx: &mut Tx,
    viewer: Viewer<'_>,
    list: &Subject,
    said: Said<'_>,
    most: i64,
) -> Result<Shown> {
    // Who looks for something or sorts looks at all of them.
    let read = if list.view.is_plain() { most + 1 } else { limits::LIST_ROWS.max(most + 1) };
    let which = Which {
        warehouse: Some(viewer.warehouse),
        of: Some(&list.of),
        most: Some(read),
        person: Some(viewer.person),
    };
    let (columns, rows) = match list.kind {
        Kind::Cases if list.of == "all" => in_columns(lists::exceptions(tx, which).await?),
        // All of them are of this one reason.
        Kind::Cases => without(in_columns(lists::exceptions(tx, which).await?), &["reason"]),
        Kind::Trips => in_columns(lists::trips(tx, which).await?),
        Kind::Waves => in_columns(lists::waves(tx, which).await?),
        Kind::Holds => in_columns(lists::holds(tx, which).await?),
        Kind::People if viewer.labour => in_columns(lists::people(tx, which).await?),
        Kind::People => without(in_columns(lists::people(tx, which).await?), &RATES),
        _ => in_columns(lists::shipments(tx, which).await?),
    };
    let all_read = (rows.len() as i64) < read;
    let mut rows = arrange(rows, &columns, &list.view, said, viewer.tz);
    let of = if all_read { rows.len() as i64 } else { size(tx, viewer, list).await? };
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Shown {
        title: deck::list_title(list),
        columns,
        rows,
        list: Some(list.view.clone()),
        of,
        as_of: Some(now(tx).await?),
        seldom: list.kind == Kind::People,
        ..Shown::default()
    })
}

/// How long a list is that is longer than what was read of it.
async fn size(tx: &mut Tx, viewer: Viewer<'_>, list: &Subject) -> Result<i64> {
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/lists/size.sql",
        list.kind.name(),
        viewer.warehouse,
        list.of,
        viewer.person,
        limits::LIST_ROWS
    )
    .fetch_one(tx.conn())
    .await?)
}

async fn now(tx: &mut Tx) -> Result<Instant> {
    Ok(sqlx::query_scalar!(r#"SELECT unix_s(now()) AS "at!: Instant""#)
        .fetch_one(tx.conn())
        .await?)
}

/// The same without these columns: nobody sorts or looks by them either.
fn without(
    (columns, mut rows): (Vec<&'static str>, Vec<Row>),
    gone: &[&str],
) -> (Vec<&'static str>, Vec<Row>) {
    for row in &mut rows {
        let cells = std::mem::take(&mut row.cells);
        let kept = columns.iter().zip(cells).filter(|(name, _)| !gone.contains(name));
        row.cells = kept.map(|(_, cell)| cell).collect();
    }
    (columns.into_iter().filter(|name| !gone.contains(name)).collect(), rows)
}

fn in_columns<R: ListRow>(rows: Vec<R>) -> (Vec<&'static str>, Vec<Row>) {
    (R::names(), rows.iter().map(ListRow::row).collect())
}
