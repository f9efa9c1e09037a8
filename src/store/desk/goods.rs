//! Goods and where they lie: a place, an item, a lot, each with what is there and what happened.

use super::{ROWS, Raw, fact, header, history, holds_on};
use crate::domain::Name;
use crate::protocol::Message;
use crate::protocol::desk::{Action, Row, Shown};
use crate::store::{Result, Tx};

pub(super) async fn place(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query_file!("src/store/sql/desk/place.sql", id, warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/place_stock.sql", warehouse, id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let mut facts = Vec::new();
    for (key, value) in
        [("zone", &head.zone), ("stands-in", &head.stands_in), ("used-for", &head.used_for)]
    {
        if !value.is_empty() {
            facts.push(fact(key, value));
        }
    }
    let subject = if head.is_bin { "place" } else { "container" };
    let (told, opens, actions) = holds_on(tx, subject, id, Action::HoldGoods).await?;
    facts.extend(told);
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.extend(opens);
    rows.extend(history(tx, warehouse, Some(id), None, None, None).await?);
    Ok(Some(Shown {
        title: Message::key("kind-place"),
        big: Some(Message::plain(head.code)),
        facts,
        header: header(&["item", "lot", "good-to", "units-reserved", "status"]),
        rows,
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn item(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query_file!("src/store/sql/desk/item.sql", id, warehouse)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_file_as!(Raw, "src/store/sql/desk/item_stock.sql", warehouse, id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let (told, opens, actions) = holds_on(tx, "item", id, Action::HoldGoods).await?;
    let mut facts = vec![
        fact("sku", &head.sku),
        Message::key("desk-stock").with("free", head.free).with("promised", head.open),
    ];
    facts.extend(told);
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.extend(opens);
    rows.extend(history(tx, warehouse, None, Some(id), None, None).await?);
    let name = Message::plain(&Name { en: head.name_en, zh: head.name_zh, variant: head.variant });
    Ok(Some(Shown {
        title: Message::key("kind-item"),
        big: Some(name),
        facts,
        header: header(&["place", "lot", "good-to", "units-reserved", "status"]),
        rows,
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn lot(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT number, last_good_day::text AS "day!", item_id
           FROM lot
           WHERE id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let Some(shown) = item(tx, warehouse, head.item_id).await? else { return Ok(None) };
    let mut facts = vec![
        fact("item", ""),
        fact("good-to", if head.day == "infinity" { "@no-date" } else { &head.day }),
    ];
    if let (Some(first), Some(name)) = (facts.first_mut(), shown.big) {
        *first = name;
    }
    let (told, opens, actions) = holds_on(tx, "lot", id, Action::HoldGoods).await?;
    facts.extend(told);
    // Where it lies now, then what happened.
    let places = sqlx::query_file_as!(Raw, "src/store/sql/desk/lot.sql", warehouse, id, ROWS)
        .fetch_all(tx.conn())
        .await?;
    let mut rows: Vec<Row> = places.into_iter().map(Row::from).collect();
    rows.extend(opens);
    rows.extend(history(tx, warehouse, None, None, Some(id), None).await?);
    Ok(Some(Shown {
        title: Message::key("kind-lot"),
        big: Some(Message::plain(head.number)),
        facts,
        header: header(&["since", "what", "units", "place", "who"]),
        rows,
        actions,
        ..Shown::default()
    }))
}
