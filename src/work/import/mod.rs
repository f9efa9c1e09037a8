//! Files taken in row by row: each row is read, repaired where that is certain, and created,
//! updated, left as it is, or refused with a code. What is done is committed batch by batch, so
//! that nobody waits for the file; one that broke off is taken once more, and what is in is found
//! unchanged. An order counts when all its lines are known, so the lines of orders are kept first.

mod fields;
pub mod map;
mod orders;

pub use fields::CODES;

use crate::limits;
use crate::store::Actor;
use crate::store::import::{self as rows, Rows};
use crate::store::{self, Db, Tx, exceptions};
use serde::Serialize;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use uuid::Uuid;

// All columns that a file of each kind can have, in the order in which an export writes them.
const ITEMS_COLUMNS: &[&str] = &[
    "sku",
    "name_en",
    "name_zh",
    "size",
    "colour",
    "owner",
    "barcode",
    "pack",
    "units",
    "weight_g",
    "volume_ml",
    "shelf_life",
    "shelf_life_unit",
    "min_life",
    "stop_sale_days",
    "lot_tracked",
];
const PLACES_COLUMNS: &[&str] = &[
    "warehouse",
    "code",
    "parent",
    "roles",
    "kind",
    "zone",
    "area",
    "aisle",
    "position_mm",
    "side",
    "seq",
    "level",
    "pickable",
    "max_g",
    "max_ml",
    "max_units",
];
const MAPPING_COLUMNS: &[&str] =
    &["code", "sku", "owner", "reference", "share_pct", "safety", "cap"];
const STOCK_COLUMNS: &[&str] =
    &["warehouse", "place", "owner", "sku", "lot", "last_good_day", "status", "qty"];
const ORDERS_COLUMNS: &[&str] = &[
    "order_no",
    "line_no",
    "sku",
    "title",
    "qty",
    "unit_price",
    "currency",
    "status",
    "placed_at",
    "paid_at",
    "note",
    "customer",
    "receiver_name",
    "receiver_phone",
    "country",
    "province",
    "city",
    "district",
    "address",
    "postcode",
];

/// What the rows of a file are; `Mapping` is what a shop calls items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Items,
    Places,
    Stock,
    Orders,
    Mapping,
}

impl Kind {
    /// Each kind by the name that the command line knows it by; places have two.
    pub const ALL: [(&'static str, Kind); 6] = [
        ("items", Kind::Items),
        ("places", Kind::Places),
        // Its other name.
        ("bins", Kind::Places),
        ("stock", Kind::Stock),
        ("orders", Kind::Orders),
        ("mapping", Kind::Mapping),
    ];

    /// All columns that a file of this kind can have, in the order in which an export writes them.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::Items => ITEMS_COLUMNS,
            Kind::Places => PLACES_COLUMNS,
            Kind::Mapping => MAPPING_COLUMNS,
            Kind::Stock => STOCK_COLUMNS,
            Kind::Orders => ORDERS_COLUMNS,
        }
    }

    /// Columns that a file of this kind must have.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Kind::Items => &["sku"],
            Kind::Places => &["code"],
            Kind::Stock => &["place", "sku", "qty"],
            Kind::Mapping => &["code", "sku"],
            Kind::Orders => &["order_no", "sku", "qty", "unit_price", "currency"],
        }
    }
}

/// A row's cells by our column names, repaired; empty ones are absent.
pub type Cells = HashMap<&'static str, String>;

/// A row that was not taken in: its number in the file, the column (empty: the row as a whole), and
/// one of `CODES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    pub row: i64,
    pub field: String,
    pub code: String,
    /// What stood there.
    pub received: String,
}

/// Taken in, and waiting for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingRow {
    pub row: i64,
    pub code: String,
    pub received: String,
}

/// What became of the rows; rows = created + updated + unchanged + refused.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub refused: Vec<RefusedRow>,
    pub exceptions: Vec<WaitingRow>,
}

impl Report {
    fn add(&mut self, part: Report) {
        self.rows += part.rows;
        self.created += part.created;
        self.updated += part.updated;
        self.unchanged += part.unchanged;
        self.refused.extend(part.refused);
        self.exceptions.extend(part.exceptions);
    }
}

/// Where the rows go.
pub struct ImportOptions<'a> {
    pub kind: Kind,
    /// Who answers for movements of stock.
    pub actor: Actor<'a>,
    /// The shop that orders belong to.
    pub shop: Option<i64>,
    /// Make items of codes that nobody knows.
    pub create_items: bool,
    /// The clock that times without a zone mean.
    pub tz: Option<String>,
}

/// What happens between two batches.
#[derive(Clone, Copy)]
pub enum Between<'a> {
    /// What is done is committed.
    Commit(&'a Db),
    /// What was tried never was.
    Undo(&'a Db),
}

impl Between<'_> {
    async fn next(&self, tx: Tx) -> store::Result<Tx> {
        match self {
            Between::Commit(db) => {
                tx.commit().await?;
                db.begin().await
            }
            Between::Undo(db) => {
                tx.rollback().await?;
                db.begin().await
            }
        }
    }
}

/// A file on its way in: rows are gathered into batches, and what became of them is counted.
pub struct Import<'a> {
    target: ImportOptions<'a>,
    file: Uuid,
    report: Report,
    /// Rows that came already, as two hashes: byte-identical ones are refused.
    seen: HashSet<(u64, u64)>,
    /// How many rows of an order came: the line's number where the file has none.
    places: HashMap<String, i64>,
    batch: Vec<(i64, Value)>,
}

/// More rows than a file may have.
#[derive(Debug)]
pub struct TooMany;

impl<'a> Import<'a> {
    /// Begins a file, under a number of its own by which its lines of orders are kept.
    pub fn new(target: ImportOptions<'a>) -> Import<'a> {
        Import {
            target,
            file: Uuid::now_v7(),
            report: Report::default(),
            seen: HashSet::new(),
            places: HashMap::new(),
            batch: Vec::new(),
        }
    }

    /// Takes the next row, by its number in the file; `Err` is the code that makes it no row.
    pub async fn take(
        &mut self,
        tx: &mut Tx,
        n: i64,
        row: Result<Cells, &'static str>,
    ) -> store::Result<Result<(), TooMany>> {
        if self.report.rows >= limits::IMPORT_ROWS {
            return Ok(Err(TooMany));
        }
        self.report.rows += 1;
        match row.map_err(|code| (String::new(), code, String::new())).and_then(|cells| {
            self.read(&cells).map_err(|wrong| (wrong.field.to_owned(), wrong.code, wrong.received))
        }) {
            Ok(data) => self.batch.push((n, data)),
            Err((field, code, received)) => self.report.refused.push(RefusedRow {
                row: n,
                field,
                code: code.to_owned(),
                received,
            }),
        }
        if self.batch.len() >= self.rows_at_once() {
            self.flush(tx).await?;
        }
        Ok(Ok(()))
    }

    fn rows(&self) -> i64 {
        self.report.rows
    }

    fn rows_at_once(&self) -> usize {
        if self.target.kind == Kind::Stock { limits::STOCK_BATCH } else { limits::IMPORT_BATCH }
    }

    /// All rows so far are applied, or kept.
    fn is_at_rest(&self) -> bool {
        self.batch.is_empty()
    }

    /// A transaction for what follows.
    async fn rest(&self, tx: Tx, between: &Between<'_>) -> store::Result<Tx> {
        match (self.target.kind, between) {
            // Lines that are kept are still to be tried.
            (Kind::Orders, Between::Undo(_)) => Ok(tx),
            _ => between.next(tx).await,
        }
    }

    /// Nothing is kept of the lines so far.
    async fn forget(&self, tx: &mut Tx) -> store::Result<()> {
        rows::drop_staged(tx, self.file).await
    }

    fn read(&mut self, cells: &Cells) -> Result<Value, fields::Wrong> {
        match self.target.kind {
            Kind::Items => fields::item(cells),
            Kind::Places => fields::place(cells),
            Kind::Stock => fields::stock(cells),
            Kind::Mapping => fields::listing(cells),
            Kind::Orders => {
                let order_no = fields::code(cells, "order_no")?;
                let place = self.places.entry(order_no.clone()).or_default();
                *place += 1;
                let place = *place;
                if !self.seen.insert(fingerprint(cells)) {
                    return Err(fields::Wrong { field: "", code: "repeated", received: order_no });
                }
                fields::order_line(cells, order_no, place, self.target.tz.as_deref())
            }
        }
    }

    async fn flush(&mut self, tx: &mut Tx) -> store::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let mut received: HashMap<i64, String> = batch
            .iter()
            .map(|(n, data)| {
                (*n, data["sku"].as_str().or(data["code"].as_str()).unwrap_or_default().to_owned())
            })
            .collect();
        let kind = match self.target.kind {
            Kind::Items => Rows::Items,
            Kind::Places => Rows::Places,
            Kind::Stock => Rows::Stock,
            Kind::Mapping => Rows::Listings { shop: self.target.shop.unwrap_or_default() },
            Kind::Orders => return rows::stage_rows(tx, self.file, &batch).await,
        };
        for (row, outcome) in rows::apply(tx, kind, &batch, self.target.actor).await? {
            match outcome.as_str() {
                "created" => self.report.created += 1,
                "updated" => self.report.updated += 1,
                "unchanged" => self.report.unchanged += 1,
                code => self.report.refused.push(RefusedRow {
                    row,
                    field: String::new(),
                    code: code.to_owned(),
                    received: received.remove(&row).unwrap_or_default(),
                }),
            }
        }
        Ok(())
    }

    /// All rows came: what they add up to, and the transaction that is open then.
    pub async fn end(mut self, mut tx: Tx, between: &Between<'_>) -> store::Result<(Tx, Report)> {
        self.flush(&mut tx).await?;
        if let (Kind::Orders, Some(shop)) = (self.target.kind, self.target.shop) {
            if self.target.create_items {
                rows::create_items(&mut tx, self.file, shop).await?;
            }
            tx = self.rest(tx, between).await?;
            tx = orders::ingest(tx, between, self.file, shop, &mut self.report).await?;
        }
        if let (Kind::Mapping, Some(shop)) = (self.target.kind, self.target.shop) {
            // What waited for a code of this shop looks again.
            let waiting = exceptions::unknown_items_of_shop(&mut tx, shop).await?;
            exceptions::retry_orders(&mut tx, &waiting, Some(self.target.actor.person)).await?;
        }
        self.report.refused.sort_by_key(|refused| refused.row);
        self.report.exceptions.sort_by_key(|waiting| waiting.row);
        Ok((tx, self.report))
    }
}

/// Two different hashes of a row: a chance meeting of both is not to be feared.
fn fingerprint(cells: &Cells) -> (u64, u64) {
    let mut sorted: Vec<_> = cells.iter().collect();
    sorted.sort_unstable();
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, &sorted).hash(&mut hasher);
        hasher.finish()
    };
    (hash(1), hash(2))
}
