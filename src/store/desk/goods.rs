//! Goods and where they lie: a place, an item, a lot, each with what is there and what happened.

use super::{ROWS, Viewer, fact, history, holds_on, row};
use crate::domain::Name;
use crate::domain::states::{ContainerKind, StockStatus};
use crate::protocol::Message;
use crate::protocol::desk::{self, Action, Kind, Row, Shown, Subject};
use crate::protocol::list::Cell;
use crate::store::{Result, Tx};

pub(super) async fn place(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query_file!("src/store/sql/desk/place.sql", id, viewer.warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = Vec::new();
    let stands = if head.walks_with.is_empty() {
        ("stands-in", head.stands_in)
    } else {
        ("walks-with", head.walks_with)
    };
    for (key, value) in [("zone", head.zone), stands, ("used-for", head.used_for)] {
        if !value.is_empty() {
            facts.push(fact(key, value));
        }
    }
    let subject = if head.is_bin { "place" } else { "container" };
    let (told, opens, actions) = holds_on(tx, subject, id, Action::HoldGoods).await?;
    facts.extend(told);
    let mut rows = stands_in(tx, viewer, id).await?;
    rows.extend(opens);
    rows.extend(history(tx, viewer, Kind::Place, id).await?);
    Ok(Some(Shown {
        title: Message::key("kind-place"),
        big: Some(Message::plain(head.code)),
        facts,
        columns: desk::PLACE_STOCK.to_vec(),
        rows,
        actions,
        ..Shown::default()
    }))
}

/// Goods in a place, and containers that stand there.
async fn stands_in(tx: &mut Tx, viewer: Viewer<'_>, place: i64) -> Result<Vec<Row>> {
    let stock = sqlx::query_file!(
        "src/store/sql/desk/place_stock.sql",
        viewer.warehouse,
        place,
        ROWS,
        viewer.person
    )
    .fetch_all(tx.conn())
    .await?;
    let containers = sqlx::query_file!("src/store/sql/desk/place_containers.sql", place, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let goods = stock.into_iter().map(|r| {
        let units = Cell::Stock { on_hand: r.on_hand, reserved: r.reserved };
        let cells = [r.item.into(), r.number.into(), r.day.into(), units, status(r.status)];
        row(cells, Subject::new(Kind::Item, r.id))
    });
    let carried = containers.into_iter().map(|r| {
        let kind = Cell::state(r.kind);
        let cells = [r.code.into(), Cell::Empty, Cell::Empty, Cell::Empty, kind];
        row(cells, Subject::new(Kind::Place, r.id))
    });
    Ok(goods.chain(carried).collect())
}

/// Good goods need no word.
fn status(status: StockStatus) -> Cell {
    if status == StockStatus::Good { Cell::Empty } else { Cell::state(status) }
}

pub(super) async fn item(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query_file!("src/store/sql/desk/item.sql", id, viewer.warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let stock = sqlx::query_file!("src/store/sql/desk/item_stock.sql", viewer.warehouse, id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let (told, opens, actions) = holds_on(tx, "item", id, Action::HoldGoods).await?;
    let mut facts = vec![
        fact("sku", head.sku),
        Message::key("desk-stock").with("free", head.free).with("promised", head.open),
    ];
    facts.extend(told);
    let mut rows: Vec<Row> = stock
        .into_iter()
        .map(|r| {
            let units = Cell::Stock { on_hand: r.on_hand, reserved: r.reserved };
            let cells = [r.code.into(), r.number.into(), r.day.into(), units, status(r.status)];
            row(cells, Subject::new(Kind::Place, r.id))
        })
        .collect();
    rows.extend(opens);
    rows.extend(history(tx, viewer, Kind::Item, id).await?);
    let name = Message::plain(&Name { en: head.name_en, zh: head.name_zh, variant: head.variant });
    Ok(Some(Shown {
        title: Message::key("kind-item"),
        big: Some(name),
        facts,
        columns: desk::ITEM_STOCK.to_vec(),
        rows,
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn lot(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT number, last_good_day::text AS "day!", item_id
           FROM lot
           WHERE id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let Some(shown) = item(tx, viewer, head.item_id).await? else { return Ok(None) };
    let mut facts: Vec<Message> = shown.big.into_iter().collect();
    facts.push(fact("good-to", head.day));
    let (told, opens, actions) = holds_on(tx, "lot", id, Action::HoldGoods).await?;
    facts.extend(told);
    // Where it lies now, then what happened.
    let places = sqlx::query_file!("src/store/sql/desk/lot.sql", viewer.warehouse, id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let mut rows: Vec<Row> = places
        .into_iter()
        .map(|r| {
            let now = Message::key("desk-now").into();
            let units = Cell::Stock { on_hand: r.on_hand, reserved: r.reserved };
            let cells = [now, status(r.status), units, r.code.into()];
            row(cells, Subject::new(Kind::Place, r.id))
        })
        .collect();
    rows.extend(opens);
    rows.extend(history(tx, viewer, Kind::Lot, id).await?);
    Ok(Some(Shown {
        title: Message::key("kind-lot"),
        big: Some(Message::plain(head.number)),
        facts,
        columns: desk::LOT_STOCK.to_vec(),
        rows,
        actions,
        ..Shown::default()
    }))
}
