//! People: who may sign on, and how the site lists them.

use super::{Result, Rule, Thing, Tx, roles, site};
use crate::domain::{Lang, Right, Role};
use crate::protocol::Step;
use uuid::Uuid;

/// Whoever has a badge, at the door.
pub struct AtDoor {
    pub id: i64,
    pub name: String,
    pub active: bool,
    /// How their PIN was hashed; none, if they have none.
    pub salt: Option<String>,
    /// Seconds until the badge may be tried again at this terminal.
    pub locked_s: Option<i64>,
}

/// Looks up whose badge it is, before any PIN; nothing is locked. `None`: nobody's.
pub async fn at_door(tx: &mut Tx, badge: &str, terminal: &str) -> Result<Option<AtDoor>> {
    let row = sqlx::query_file!("src/store/sql/people/at_door.sql", badge, terminal)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| AtDoor {
        id: r.id,
        name: r.name,
        active: r.active,
        salt: r.salt,
        locked_s: r.locked_s,
    }))
}

/// Offers what a PIN hashes to; it counts as wrong until it is looked at, which is for another
/// transaction. `None`: the badge is closed there, for ever or for a while.
pub async fn offer_pin(tx: &mut Tx, person: i64, hash: &str, from: &str) -> Result<Option<Uuid>> {
    let offer = sqlx::query_scalar!("SELECT offer_pin($1, $2, $3)", person, hash, from);
    Ok(offer.fetch_one(tx.conn()).await?)
}

/// Whoever offered the right PIN works at this session's terminal from now on. `false`: it was the
/// wrong one.
pub async fn sign_on(tx: &mut Tx, offer: Uuid, session: Uuid) -> Result<bool> {
    let step = serde_json::to_value(Step::Menu)?;
    let right = sqlx::query_scalar!("SELECT sign_on($1, $2, $3)", offer, session, step);
    Ok(right.fetch_one(tx.conn()).await? == Some(true))
}

/// Was the right PIN offered, by somebody who answers for a command?
pub async fn pin_is_right(tx: &mut Tx, offer: Uuid) -> Result<bool> {
    let right = sqlx::query_scalar!("SELECT pin_is_right($1)", offer);
    Ok(right.fetch_one(tx.conn()).await? == Some(true))
}

/// Is this what the person's PIN hashes to? For who sets another one.
pub async fn pin_is_the_same(tx: &mut Tx, person: i64, hash: &str) -> Result<bool> {
    let same = sqlx::query_scalar!("SELECT pin_is_the_same($1, $2)", person, hash);
    Ok(same.fetch_one(tx.conn()).await? == Some(true))
}

/// What was tried with the person's badge counts no more. `false`: nothing was.
pub async fn free_badge(tx: &mut Tx, person: i64) -> Result<bool> {
    let freed = sqlx::query_scalar!("SELECT free_badge($1)", person);
    Ok(freed.fetch_one(tx.conn()).await? == Some(true))
}

/// Somebody who says who they are by code, as on a command line, and what they may.
pub async fn by_code(tx: &mut Tx, code: &str, from: &str) -> Result<Option<(AtDoor, Role)>> {
    let Some(row) = sqlx::query_file!("src/store/sql/people/by_code.sql", code)
        .fetch_optional(tx.conn())
        .await?
    else {
        return Ok(None);
    };
    let role = roles::role(row.role, row.name_en, row.name_zh, &row.rights);
    Ok(at_door(tx, &row.badge, from).await?.map(|person| (person, role)))
}

/// A person to be. Without a PIN (`None`) they are listed, but cannot sign on.
pub struct NewPerson<'a> {
    pub code: &'a str,
    pub name: &'a str,
    /// A role's code.
    pub role: &'a str,
    pub lang: Lang,
    pub badge: &'a str,
    pub pin_hash: Option<&'a str>,
}

/// Makes a person. Refused as `role_is_known`, `person_code_once` or `person_badge_once`.
pub async fn add(tx: &mut Tx, p: &NewPerson<'_>) -> Result<()> {
    roles::find(tx, p.role).await?;
    sqlx::query!(
        "INSERT INTO person (code, name, role, lang, badge, pin_hash)
         VALUES ($1, $2, $3, $4, $5, $6)",
        p.code,
        p.name,
        p.role,
        p.lang.code(),
        p.badge,
        p.pin_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is to change of a person; what is not named stays.
#[derive(Default)]
pub struct PersonChange<'a> {
    pub name: Option<&'a str>,
    pub role: Option<&'a str>,
    pub lang: Option<&'a str>,
    pub pin_hash: Option<&'a str>,
    /// Where they may work, by code; empty is everywhere.
    pub warehouses: Option<&'a [String]>,
    /// What they are put to: kinds of work, by code, and zones; empty is all.
    pub work: Option<&'a [String]>,
    pub zones: Option<&'a [String]>,
    /// May work again.
    pub enable: bool,
}

/// Changes a person. `None`: nobody has that code.
pub async fn change(tx: &mut Tx, code: &str, change: &PersonChange<'_>) -> Result<Option<i64>> {
    if let Some(role) = change.role {
        roles::find(tx, role).await?;
    }
    for warehouse in change.warehouses.unwrap_or_default() {
        site::warehouse(tx, Some(warehouse)).await?;
    }
    if let Some(zone) = unknown_zone(tx, change.zones.unwrap_or_default()).await? {
        return Err(Rule::unknown(Thing::Zone, &zone).into());
    }
    let found = sqlx::query_file_scalar!(
        "src/store/sql/people/change.sql",
        code,
        change.name,
        change.role,
        change.lang,
        change.enable,
        change.work,
        change.zones
    )
    .fetch_optional(tx.conn())
    .await?;
    if let (Some(id), Some(hash)) = (found, change.pin_hash) {
        sqlx::query_file!("src/store/sql/people/set_pin.sql", id, hash).execute(tx.conn()).await?;
    }
    if let (Some(id), Some(warehouses)) = (found, change.warehouses) {
        sqlx::query!(
            "DELETE FROM person_warehouse
             WHERE person_id = $1",
            id
        )
        .execute(tx.conn())
        .await?;
        sqlx::query_file!("src/store/sql/people/set_warehouses.sql", id, warehouses)
            .execute(tx.conn())
            .await?;
    }
    Ok(found)
}

/// A kind of work or a zone that people can be put to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    Work(Right),
    Zone(String),
}

impl Offer {
    /// As a choice on the screen is named: `work:pick`, `zone:A`.
    pub fn code(&self) -> String {
        match self {
            Offer::Work(right) => format!("work:{}", right.code()),
            Offer::Zone(zone) => format!("zone:{zone}"),
        }
    }

    /// Reads what `code` writes. `None`: it is no kind of work and no zone; whether a bin lies in
    /// the zone is not asked.
    pub fn parse(code: &str) -> Option<Offer> {
        match code.split_once(':')? {
            ("work", right) => Right::parse(right).map(Offer::Work),
            ("zone", zone) => Some(Offer::Zone(zone.to_owned())),
            _ => None,
        }
    }
}

/// What a person can be put to in a warehouse, and whether they are.
pub async fn offers(tx: &mut Tx, person: i64, warehouse: i64) -> Result<Vec<(Offer, bool)>> {
    let rows = sqlx::query_file!("src/store/sql/people/offers.sql", person, warehouse)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().filter_map(|r| Some((Offer::parse(&r.code)?, r.on))).collect())
}

/// Puts a person to it, or no longer. `false`: there is no such person.
pub async fn turn_offer(tx: &mut Tx, person: i64, offer: &Offer) -> Result<bool> {
    let (work, zone) = match offer {
        Offer::Work(right) => (Some(right.code()), None),
        Offer::Zone(zone) => (None, Some(zone.as_str())),
    };
    let done = sqlx::query_file!("src/store/sql/people/turn_offer.sql", person, work, zone)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The zones that a person is put to; none is everywhere.
pub async fn zones_of(tx: &mut Tx, person: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT offered_zones
         FROM person
         WHERE id = $1",
        person
    )
    .fetch_one(tx.conn())
    .await?)
}

/// One of these that no bin lies in.
async fn unknown_zone(tx: &mut Tx, zones: &[String]) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT k.zone AS "zone!"
           FROM unnest($1::text[]) AS k (zone)
           WHERE NOT EXISTS (SELECT 1 FROM bin b WHERE b.zone = k.zone)"#,
        zones
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The next of the warehouses where a person may work is where they work from now on; returns its
/// code. `None`: there is no other, or they have something in hand where they are.
pub async fn next_warehouse(tx: &mut Tx, person: i64) -> Result<Option<String>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/people/next_warehouse.sql", person)
        .fetch_optional(tx.conn())
        .await?)
}

/// Code, name, role, language, badge, active; by code.
pub async fn list(tx: &mut Tx) -> Result<Vec<serde_json::Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/people/list.sql").fetch_all(tx.conn()).await?)
}

/// Gives a person a new badge; the old one opens nothing any more. `None`: nobody has that code.
pub async fn rebadge(tx: &mut Tx, code: &str, badge: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/people/rebadge.sql", code, badge)
        .fetch_optional(tx.conn())
        .await?)
}

/// Closes a person's badge; what they had in hand goes back to be taken by others, as it stands.
pub async fn disable(tx: &mut Tx, code: &str) -> Result<Option<i64>> {
    let id = sqlx::query_file_scalar!("src/store/sql/people/disable.sql", code)
        .fetch_optional(tx.conn())
        .await?;
    let Some(id) = id else { return Ok(None) };
    sqlx::query!(
        "UPDATE trip
         SET state = 'open', person_id = NULL
         WHERE person_id = $1 AND state = 'claimed'",
        id
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE task
         SET state = 'open', person_id = NULL
         WHERE person_id = $1 AND state = 'claimed'",
        id
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM standing
         WHERE person_id = $1",
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(id))
}

/// The person's row by code, for `show work`.
pub async fn id_of(tx: &mut Tx, code: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT id
         FROM person
         WHERE code = $1 AND role <> 'system'",
        code
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The program's own row among people: it answers for what no person did.
pub async fn system(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "SELECT id
         FROM person
         WHERE role = 'system'"
    )
    .fetch_one(tx.conn())
    .await?)
}
