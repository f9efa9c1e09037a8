//! The lines of a file as orders: each order is taken in as a shop's would be, in its newest state.

use super::{Between, RefusedRow, Report, WaitingRow};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::limits;
use crate::store::import::{self as rows, Staged};
use crate::store::{self, Tx, ingest};
use serde_json::Value;
use uuid::Uuid;

/// Orders of a file that are looked at in one round trip, and done in one transaction.
const ORDERS: i64 = 200;

/// Takes the kept lines of a file in, some orders at a time; returns the transaction that is open
/// then.
pub async fn ingest(
    mut tx: Tx,
    between: &Between<'_>,
    file: Uuid,
    shop: i64,
    report: &mut Report,
) -> store::Result<Tx> {
    let counter = rows::is_counter(&mut tx, shop).await?;
    let mut after = 0;
    loop {
        let staged = rows::staged_orders(&mut tx, file, shop, after, ORDERS).await?;
        let Some(last) = staged.last() else { break };
        after = last.first_row;
        let part;
        (tx, part) = some(tx, between, shop, counter, &staged).await?;
        report.add(part);
    }
    rows::drop_staged(&mut tx, file).await?;
    Ok(tx)
}

/// Some orders: done and committed, again if they lost a race; or only tried.
async fn some(
    mut tx: Tx,
    between: &Between<'_>,
    shop: i64,
    counter: bool,
    staged: &[Staged],
) -> store::Result<(Tx, Report)> {
    let mut tries = 0;
    loop {
        let mut part = Report::default();
        if let Between::Undo(_) = between {
            // What is undone to here holds no locks any more.
            tx.attempt().await?;
        }
        let mut done = Ok(());
        for order in staged {
            done = one(&mut tx, shop, counter, order, &mut part).await;
            if done.is_err() {
                break;
            }
        }
        match (done, between) {
            (Ok(()), Between::Undo(_)) => {
                tx.attempted(false).await?;
                return Ok((tx, part));
            }
            (Ok(()), Between::Commit(_)) => return Ok((between.next(tx).await?, part)),
            (Err(store::Error::Retry(_)), Between::Commit(db))
                if tries < limits::TRANSACTION_TRIES =>
            {
                tries += 1;
                tx.rollback().await?;
                tx = db.begin().await?;
            }
            (Err(error), _) => return Err(error),
        }
    }
}

async fn one(
    tx: &mut Tx,
    shop: i64,
    counter: bool,
    staged: &Staged,
    report: &mut Report,
) -> store::Result<()> {
    let order_no = staged.order_no.clone();
    let Some(currency) =
        staged.lines.first().and_then(|line| line["currency"].as_str()).map(str::to_owned)
    else {
        return Ok(());
    };
    // One order has one currency: the first row's.
    let (lines, other): (Vec<Value>, Vec<Value>) =
        staged.lines.iter().cloned().partition(|line| line["currency"] == currency.as_str());
    report.refused.extend(other.iter().map(|line| RefusedRow {
        row: row(line),
        field: "currency".into(),
        code: "other_currency".into(),
        received: text(line, "currency"),
    }));
    let order = order(staged, &lines, currency, counter)?;
    let taken = match ingest::order(tx, shop, &order).await {
        Ok(taken) => taken,
        Err(error) => {
            let message = error.for_good()?;
            report.refused.extend(lines.iter().map(|line| RefusedRow {
                row: row(line),
                field: String::new(),
                code: "refused".into(),
                received: message.clone(),
            }));
            return Ok(());
        }
    };
    count(staged, &lines, taken, report);
    let waits = rows::open_exceptions(tx, shop, &order_no).await?;
    for line in &lines {
        if waits.unknown.contains(&text(line, "line_no")) {
            report.exceptions.push(WaitingRow {
                row: row(line),
                code: "unknown_item".into(),
                received: text(line, "sku"),
            });
        } else if waits.no_receiver {
            report.exceptions.push(WaitingRow {
                row: row(line),
                code: "no_receiver".into(),
                received: order_no.clone(),
            });
        }
    }
    Ok(())
}

/// Counts the lines that are new, changed, or as they were.
fn count(staged: &Staged, lines: &[Value], taken: ingest::Taken, report: &mut Report) {
    for line in lines {
        let was = staged.known.iter().find(|known| known["line_no"] == line["line_no"]);
        match was {
            None => report.created += 1,
            Some(known)
                if taken != ingest::Taken::Known
                    && ["sku", "qty", "unit_price_minor", "title"]
                        .iter()
                        .any(|key| known[key] != line[key]) =>
            {
                report.updated += 1
            }
            Some(_) => report.unchanged += 1,
        }
    }
}

fn row(line: &Value) -> i64 {
    line["row"].as_i64().unwrap_or_default()
}

fn text(line: &Value, key: &str) -> String {
    line[key].as_str().unwrap_or_default().to_owned()
}

/// The order that the lines make. Without a time of its own it keeps the one it had, else it is of
/// now.
fn order(
    staged: &Staged,
    lines: &[Value],
    currency: String,
    counter: bool,
) -> store::Result<ShopOrder> {
    let first = |key: &str| {
        lines
            .iter()
            .find_map(|line| line[key].as_str().filter(|t| !t.is_empty()).map(str::to_owned))
    };
    let placed_at = lines
        .iter()
        .filter_map(|line| line["placed_at"].as_str())
        .min()
        .map_or_else(|| staged.placed_at.clone(), str::to_owned);
    let shop_lines: Vec<ShopLine> = lines.iter().map(|line| shop_line(line, counter)).collect();
    let total = shop_lines.iter().try_fold(0i64, |sum, line| {
        line.qty.checked_mul(line.unit_price_minor).and_then(|amount| sum.checked_add(amount))
    });
    Ok(ShopOrder {
        order_no: staged.order_no.clone(),
        status: if shop_lines.iter().all(|line| line.cancelled) {
            OrderStatus::Cancelled
        } else {
            OrderStatus::Paid
        },
        created_at: placed_at.clone(),
        updated_at: placed_at.clone(),
        paid_at: first("paid_at").or(Some(placed_at)),
        currency,
        total_minor: total.ok_or_else(|| {
            store::Error::Bug(format!("{}: its total is too large", staged.order_no))
        })?,
        carrier: None,
        ship_by: None,
        receiver: receiver(lines)?,
        note: first("note").unwrap_or_default(),
        lines: shop_lines,
        customer: first("customer"),
        replaces: None,
        payload: Value::Array(lines.iter().map(without_row).collect()),
    })
}

fn shop_line(line: &Value, counter: bool) -> ShopLine {
    let number = |key: &str| line[key].as_i64().unwrap_or_default();
    ShopLine {
        // What was sold over a counter has left.
        sent: ShopLine::whole_if(counter).min(number("qty")),
        reference: String::new(),
        line_no: text(line, "line_no"),
        sku: text(line, "sku"),
        title: text(line, "title"),
        qty: number("qty"),
        unit_price_minor: number("unit_price_minor"),
        cancelled: line["cancelled"] == true,
    }
}

/// The first that has an address.
fn receiver(lines: &[Value]) -> store::Result<Receiver> {
    let found = lines
        .iter()
        .map(|line| &line["receiver"])
        .find(|r| r["address"].as_str().is_some_and(|a| !a.is_empty()))
        .or_else(|| lines.first().map(|line| &line["receiver"]));
    match found {
        Some(value) => Ok(serde_json::from_value(value.clone())?),
        None => Ok(Receiver::default()),
    }
}

/// The payload must not change when the same order stands elsewhere in the file.
fn without_row(line: &Value) -> Value {
    let mut line = line.clone();
    if let Some(map) = line.as_object_mut() {
        map.remove("row");
    }
    line
}
