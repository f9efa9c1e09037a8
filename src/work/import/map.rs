//! From a foreign table to our rows: which of our columns each of the file's is, and what stands
//! where the file says nothing.

use super::{Between, Cells, Import, ImportOptions, Kind, Report, TooMany};
use crate::domain::cells;
use crate::limits;
use crate::links::tables::{BadRow, Row, Table};
use crate::store::{self, Tx};
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Foreign headers and constants: what our columns are called in the file, and what they are where
/// the file has none.
#[derive(Default, Clone)]
pub struct Map {
    renamed: HashMap<String, String>,
    fixed: HashMap<String, String>,
}

/// Why a table has not the columns that its kind needs.
pub enum NotThese {
    /// The map names a column that is none of ours.
    Foreign(String),
    Missing(Vec<&'static str>),
}

impl Map {
    /// TOML: `"InvoiceNo" = "order_no"`, `currency = { value = "GBP" }`. The error is what is wrong
    /// with it.
    pub fn parse(text: &str) -> Result<Map, String> {
        let table: toml::Table = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        let mut map = Map::default();
        for (key, value) in table {
            match (&value, value.get("value").and_then(toml::Value::as_str)) {
                (toml::Value::String(ours), _) => map.renamed.insert(key, ours.clone()),
                (_, Some(fixed)) => map.fixed.insert(key, fixed.to_owned()),
                _ => return Err(key),
            };
        }
        Ok(map)
    }

    /// Which of our columns each of the file's is; `None`: none of ours. Every missing one is named
    /// at once.
    pub fn columns(
        &self,
        kind: Kind,
        header: &[String],
    ) -> Result<Vec<Option<&'static str>>, NotThese> {
        let ours = |name: &str| {
            kind.columns().iter().copied().find(|column| column.eq_ignore_ascii_case(name))
        };
        if let Some(foreign) =
            self.renamed.values().chain(self.fixed.keys()).find(|name| ours(name).is_none())
        {
            return Err(NotThese::Foreign(foreign.clone()));
        }
        let found: Vec<Option<&'static str>> =
            header.iter().map(|name| ours(self.renamed.get(name).unwrap_or(name))).collect();
        let known =
            |column: &&str| found.contains(&Some(*column)) || self.fixed.contains_key(*column);
        let missing: Vec<&str> =
            kind.required().iter().copied().filter(|column| !known(column)).collect();
        if missing.is_empty() { Ok(found) } else { Err(NotThese::Missing(missing)) }
    }

    /// What a column of ours is where the file has none, or nothing in it.
    pub fn set(&mut self, column: &str, value: &str) {
        self.fixed.insert(column.to_owned(), value.to_owned());
    }

    fn constants(&self, kind: Kind) -> Vec<(&'static str, String)> {
        kind.columns()
            .iter()
            .filter_map(|column| Some((*column, self.fixed.get(*column)?.clone())))
            .collect()
    }
}

/// A row's cells by our names, repaired; a constant stands where the file says nothing.
fn named(
    columns: &[Option<&'static str>],
    fixed: &[(&'static str, String)],
    texts: Vec<String>,
) -> Cells {
    let mut named: Cells = fixed.iter().cloned().collect();
    for (column, text) in columns.iter().zip(texts) {
        if let Some(column) = column {
            let text = cells::repair_text(&text);
            if !text.is_empty() {
                named.insert(column, text);
            }
        }
    }
    named
}

/// Takes a table in; returns the transaction that is open then. It is read beside the database's
/// work, a little ahead of it. `said` hears how many rows are done.
pub async fn take(
    mut tx: Tx,
    between: Between<'_>,
    said: &mut (dyn FnMut(i64) + Send),
    target: ImportOptions<'_>,
    table: Table,
    columns: Vec<Option<&'static str>>,
    map: &Map,
) -> store::Result<(Tx, Result<Report, TooMany>)> {
    let fixed = map.constants(target.kind);
    let mut taking = Import::new(target);
    let (send, mut rows) = mpsc::channel(limits::IMPORT_BATCH);
    tokio::task::spawn_blocking(move || {
        for (number, row) in table.rows {
            if send.blocking_send((number, read(row, &columns, &fixed))).is_err() {
                return;
            }
        }
    });
    while let Some((number, row)) = rows.recv().await {
        if taking.take(&mut tx, number, row).await?.is_err() {
            taking.forget(&mut tx).await?;
            return Ok((between.next(tx).await?, Err(TooMany)));
        }
        if taking.is_at_rest() {
            tx = taking.rest(tx, &between).await?;
            said(taking.rows());
        }
    }
    let (tx, report) = taking.end(tx, &between).await?;
    Ok((tx, Ok(report)))
}

fn read(
    row: Row,
    columns: &[Option<&'static str>],
    fixed: &[(&'static str, String)],
) -> Result<Cells, &'static str> {
    row.map(|texts| named(columns, fixed, texts)).map_err(|bad| match bad {
        BadRow::Columns => "columns",
        BadRow::Encoding => "encoding",
        BadRow::TooLong => "row_too_long",
    })
}
