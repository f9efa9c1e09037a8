//! One person or one role as it is now: what they do and may do.

use super::{HISTORY, ROWS, Viewer, fact, part, row};
use crate::domain::Name;
use crate::domain::rows::Instant;
use crate::protocol::Message;
use crate::protocol::desk::{Kind, Row, Shown, Subject, actions};
use crate::protocol::list::Cell;
use crate::store::{Result, Tx, roles};

pub(super) async fn person(tx: &mut Tx, viewer: Viewer<'_>, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query_file!("src/store/sql/desk/person.sql", id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = vec![fact("terminal", head.terminal)];
    for (name, offered) in [("work", head.offered_work), ("zones", head.offered_zones)] {
        if !offered.is_empty() {
            facts.push(fact(name, offered.join(" ")));
        }
    }
    if !head.active {
        facts.push(Message::key("desk-disabled"));
    }
    let tried = head.wrong_pins.filter(|n| *n > 0);
    facts.extend(tried.map(|n| Message::key("desk-wrong-pins").with("n", n)));
    let role = Name { en: head.name_en, zh: head.name_zh, ..Name::default() };
    let mut list = vec![row(
        [Message::key("kind-role").into(), role.into()],
        Subject::new(Kind::Role, head.role_id),
    )];
    list.extend(head.trip_id.map(|trip| {
        let cells = [Message::key("kind-trip").into(), head.trip.into()];
        row(cells, Subject::new(Kind::Trip, trip))
    }));
    list.extend(movements(tx, viewer, id).await?);
    Ok(Some(Shown {
        title: Message::key("kind-person"),
        big: Some(Message::plain(format!("{} {}", head.code, head.name))),
        facts,
        rows: list,
        actions: actions::of_person(tried.is_some()),
        ..Shown::default()
    }))
}

/// What a person moved of late, the newest first.
async fn movements(tx: &mut Tx, viewer: Viewer<'_>, person: i64) -> Result<Vec<Row>> {
    let moved = sqlx::query_file!(
        "src/store/sql/desk/person_movements.sql",
        viewer.warehouse,
        person,
        HISTORY,
        viewer.person
    );
    Ok(moved
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(|r| {
            let goods = Cell::Text(format!("{} × {}", r.qty, r.sku));
            let way = Cell::Text(format!("{} > {}", r.from_place, r.to_place));
            row([r.at.into(), r.what.into(), goods, way], Subject::new(Kind::Item, r.id))
        })
        .collect())
}

pub(super) async fn role(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let Some(role) = roles::by_id(tx, id).await? else { return Ok(None) };
    let people = sqlx::query_file!("src/store/sql/roles/people.sql", id, ROWS)
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(|r| row([r.code.into(), r.name.into()], Subject::new(Kind::Person, r.id)))
        .collect();
    let mut rows: Vec<Row> =
        role.rights.iter().map(|right| row([right.says().into()], None)).collect();
    part(&mut rows, "role-people", people);
    let limits = roles::limits(tx, id).await?;
    let named: Vec<String> = limits.iter().filter(|(_, on)| *on).map(|k| k.0.code()).collect();
    let facts = (!named.is_empty()).then(|| fact("works-for", named.join(" ")));
    Ok(Some(Shown {
        title: Message::key("kind-role"),
        big: Some(Message::plain(&role.name)),
        facts: facts.into_iter().collect(),
        rows,
        actions: actions::of_role(),
        ..Shown::default()
    }))
}
