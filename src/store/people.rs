//! People, their badges, and where each of them stands.

use super::{Error, Result, Tx};
use crate::domain::{Lang, Role};
use crate::protocol::{Operator, Reply, Scanner, Step, Text};
use uuid::Uuid;

/// A person at the door.
pub struct Credentials {
    pub operator: Operator,
    pub pin_hash: Option<String>,
    pub active: bool,
    /// Seconds until the badge may be tried again.
    pub locked_s: Option<i64>,
}

fn operator(id: i64, code: String, name: String, role: &str, lang: &str) -> Result<Operator> {
    let role = Role::parse(role).ok_or_else(|| Error::Bug(format!("role {role}")))?;
    Ok(Operator {
        id,
        code,
        name,
        role,
        lang: Lang::parse(lang).unwrap_or_default(),
        scanner: None,
    })
}

/// Somebody who says who they are by code, as on a command line.
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Credentials>> {
    match sqlx::query_scalar!(
        r#"SELECT badge AS "badge!"
             FROM person
             WHERE code = $1 AND badge IS NOT NULL"#,
        code
    )
    .fetch_optional(tx.conn())
    .await?
    {
        Some(badge) => by_badge(tx, &badge).await,
        None => Ok(None),
    }
}

pub async fn by_badge(tx: &mut Tx, badge: &str) -> Result<Option<Credentials>> {
    let row = sqlx::query_file!("src/store/sql/people/by_badge.sql", badge)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|r| {
        let operator = operator(r.id, r.code, r.name, &r.role, &r.lang)?;
        Ok(Credentials {
            operator,
            pin_hash: r.pin_hash,
            active: r.active,
            locked_s: r.locked_s.filter(|s| *s > 0),
        })
    })
    .transpose()
}

/// Counts a wrong PIN and locks the badge after too many; a right one clears the count.
pub async fn pin_tried(
    tx: &mut Tx,
    person: i64,
    right: bool,
    tries: i32,
    lock_s: f64,
) -> Result<()> {
    sqlx::query_file!("src/store/sql/people/pin_tried.sql", person, right, tries, lock_s)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The last badge wins: this terminal speaks for the person now.
pub async fn claim_session(tx: &mut Tx, person: i64, session: Uuid, terminal: &str) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/people/claim_session.sql",
        person,
        session,
        terminal,
        serde_json::to_value(Step::Menu)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub struct Standing {
    pub operator: Operator,
    pub session: Uuid,
    pub terminal: String,
    pub version: i64,
    pub step: Step,
    pub bench_id: Option<i64>,
    pub warehouse_id: i64,
    pub warehouse: String,
    pub today: String,
    /// What the person must be told, oldest first, and the version that shows all of it: none yet
    /// if something is new.
    pub notices: Vec<Text>,
    pub notices_new: bool,
}

/// Where the person of this session stands, locked: one gesture of a person at a time. Sets the
/// transaction's person and warehouse.
pub async fn stand(tx: &mut Tx, person: i64) -> Result<Option<Standing>> {
    let row = sqlx::query_file!("src/store/sql/people/stand.sql", person)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|r| {
        Ok(Standing {
            operator: Operator {
                scanner: r.scanner.map(serde_json::from_value).transpose()?,
                ..operator(r.id, r.code, r.name, &r.role, &r.lang)?
            },
            session: r.session,
            terminal: r.terminal,
            version: r.version,
            step: serde_json::from_value(r.step).unwrap_or_default(),
            bench_id: r.bench_id,
            warehouse_id: r.warehouse_id,
            warehouse: r.warehouse,
            today: r.today,
            notices: r.notices.map(serde_json::from_value).transpose()?.unwrap_or_default(),
            notices_new: r.notices_new,
        })
    })
    .transpose()
}

/// The gun that a person works with at a bench, or without one.
pub async fn scanner(tx: &mut Tx, person: i64, bench: Option<i64>) -> Result<Option<Scanner>> {
    let row = sqlx::query_file_scalar!("src/store/sql/people/scanner.sql", person, bench)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.flatten().map(serde_json::from_value).transpose()?)
}

/// What a scan is without the prefix and suffix of each gun that could have sent it.
pub async fn without_marks(tx: &mut Tx, scan: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/people/without_marks.sql", scan)
        .fetch_all(tx.conn())
        .await?)
}

pub async fn set_scanner(tx: &mut Tx, code: &str, scanner: &Scanner) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/people/set_scanner.sql",
        code,
        scanner.prefix,
        scanner.suffix,
        scanner.gs.map(String::from)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A person, or a bench, works with this gun from now on; `None` with what the terminal says.
/// `false`: no such gun, person or bench.
pub async fn use_scanner(
    tx: &mut Tx,
    scanner: Option<&str>,
    person: Option<&str>,
    bench: Option<&str>,
) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"SELECT $1::text IS NULL OR EXISTS (SELECT 1 FROM scanner WHERE code = $1) AS "yes!""#,
        scanner
    )
    .fetch_one(tx.conn())
    .await?;
    let people = sqlx::query!(
        "UPDATE person
             SET scanner = $1
             WHERE $3 AND code = $2 AND role <> 'system'",
        scanner,
        person,
        known
    )
    .execute(tx.conn())
    .await?;
    let benches = sqlx::query_file!("src/store/sql/people/use_scanner.sql", scanner, bench, known)
        .execute(tx.conn())
        .await?;
    Ok(people.rows_affected() + benches.rows_affected() > 0)
}

/// Code, prefix, suffix, what stands for GS, who and which benches use it; by code.
pub async fn scanners(tx: &mut Tx) -> Result<Vec<serde_json::Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/people/scanners.sql").fetch_all(tx.conn()).await?)
}

/// Nobody speaks for the person now; where they stand is kept.
pub async fn leave(tx: &mut Tx, person: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE standing
             SET session = $2
             WHERE person_id = $1",
        person,
        Uuid::nil()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves where the person stands now; returns the new version.
pub async fn step_to(tx: &mut Tx, person: i64, step: &Step, bench: Option<i64>) -> Result<i64> {
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/people/step_to.sql",
        person,
        serde_json::to_value(step)?,
        bench
    )
    .fetch_one(tx.conn())
    .await?)
}

/// What is new to the person is shown from now on; gestures made before it are refused. Returns the
/// new version.
pub async fn show_notices(tx: &mut Tx, person: i64) -> Result<i64> {
    let version = sqlx::query_file_scalar!("src/store/sql/people/show_notices.sql", person)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE notice
             SET version = $2
             WHERE person_id = $1 AND seen_at IS NULL AND version IS NULL",
        person,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(version)
}

/// A gesture was made in sight of them.
pub async fn notices_seen(tx: &mut Tx, person: i64, version: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE notice
             SET seen_at = now()
             WHERE person_id = $1 AND seen_at IS NULL AND version <= $2",
        person,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The first answer of a command, if it was given before; `Some(None)`: it is where the person
/// stands.
pub async fn answered(tx: &mut Tx, command: Uuid) -> Result<Option<Option<Reply>>> {
    let reply = sqlx::query_scalar!(
        "SELECT reply
             FROM command
             WHERE id = $1",
        command
    )
    .fetch_optional(tx.conn())
    .await?;
    reply.map(|reply| Ok(reply.map(serde_json::from_value).transpose()?)).transpose()
}

/// Where the person stands after a gesture, and its answer.
pub async fn save_outcome(
    tx: &mut Tx,
    standing: &Standing,
    command: Uuid,
    reply: &Reply,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/people/save_outcome.sql",
        standing.operator.id,
        serde_json::to_value(&standing.step)?,
        standing.bench_id,
        standing.version,
        command,
        reply.feedback.as_ref().map_or("", |feedback| feedback.text.key.as_str()),
        serde_json::to_value(reply)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the answer of a command. What follows a closed parcel puts the final answer in place of
/// the first.
pub async fn answer(
    tx: &mut Tx,
    command: Uuid,
    person: i64,
    said: &str,
    reply: &Reply,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/people/answer.sql",
        command,
        person,
        said,
        serde_json::to_value(reply)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn audit(
    tx: &mut Tx,
    person: &str,
    action: &str,
    subject: &str,
    after: Option<serde_json::Value>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit (person, action, subject, after)
             VALUES ($1, $2, $3, $4)",
        person,
        action,
        subject,
        after
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub struct NewPerson<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub lang: Lang,
    pub badge: &'a str,
    pub pin_hash: Option<&'a str>,
}

pub async fn add(tx: &mut Tx, p: &NewPerson<'_>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO person (code, name, role, lang, badge, pin_hash)
             VALUES ($1, $2, $3, $4, $5, $6)",
        p.code,
        p.name,
        p.role.code(),
        p.lang.code(),
        p.badge,
        p.pin_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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

pub async fn system(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "SELECT id
             FROM person
             WHERE role = 'system'"
    )
    .fetch_one(tx.conn())
    .await?)
}
