//! A list that is taken away as a file.

use super::viewer;
use crate::domain::Right;
use crate::links::tables;
pub use crate::links::tables::Value;
use crate::protocol::desk::{self, Snapshot};
use crate::protocol::page::Table;
use crate::protocol::{self, Cell, Message};
use crate::store::standing::{self, Speaker};
use crate::store::{self, audit, desk as rows};
use crate::work::Ctx;
use crate::{i18n, limits};

/// A list as a person looks at it, all of its rows.
pub struct FullList {
    pub title: Message,
    pub header: Vec<Message>,
    pub rows: Vec<Vec<Cell>>,
    pub tz: String,
    /// By the site's clock, as a file's name says it: `20261122-094100123`.
    pub at: String,
    /// The code of who asked for it.
    pub by: String,
}

/// `None`: no list is on the screen, or the person stands elsewhere by now.
pub async fn full_list(
    ctx: &Ctx,
    session: uuid::Uuid,
    person: i64,
) -> store::Result<Option<FullList>> {
    let mut tx = ctx.db.begin().await?;
    let Some(standing) =
        standing::lock(&mut tx, person, session).await?.filter(|st| st.speaker == Speaker::Here)
    else {
        return Ok(None);
    };
    let step = match &standing.step {
        protocol::Step::Board(step) | protocol::Step::Inquiry(step) => step,
        _ => return Ok(None),
    };
    let may_export = standing.operator.role.may(Right::Export);
    let Some(list) = step.trail.last().filter(|subject| may_export && subject.kind.is_list())
    else {
        return Ok(None);
    };
    let viewer = viewer(&standing);
    let shown = rows::list(&mut tx, viewer, list, &i18n::that_say, limits::EXPORT_ROWS).await?;
    // In a file the order is seen, not marked.
    let unmarked = shown.list.map(|view| desk::View { sort: None, ..view });
    let shown = desk::Shown { list: unmarked, tz: standing.tz.clone(), ..shown };
    audit::record(&mut tx, &standing.operator.code, "export", &list.scan(), None).await?;
    let at = rows::now_for_file_name(&mut tx).await?;
    tx.commit().await?;
    let page = desk::build_page(&Snapshot { shown: Some(shown), ..Snapshot::default() }, step);
    let Table { header, rows, tz, .. } = page.table;
    let by = standing.operator.code;
    Ok(Some(FullList { title: page.title, header, rows, tz, at, by }))
}

/// A list as the bytes of a file, with nothing in it that a spreadsheet would run.
pub fn list_as_file(xlsx: bool, header: &[String], rows: &[Vec<Value>]) -> Result<Vec<u8>, String> {
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    if xlsx {
        return tables::xlsx(&header, rows);
    }
    let mut out = Vec::new();
    tables::write_csv(&mut out, &header, rows).map_err(|error| error.to_string())?;
    Ok(out)
}
