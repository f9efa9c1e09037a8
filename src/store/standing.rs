//! Where a person stands: locked by each gesture, moved on with its answer. A command that comes
//! again gets the answer that it got before.

use super::{Result, Tx, roles};
use crate::domain::{Lang, Role};
use crate::protocol::{Message, Operator, Reply, Step};
use uuid::Uuid;

/// Which terminal speaks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The one that asks.
    Here,
    Elsewhere,
    /// They signed off.
    Nobody,
}

/// Where a person stands and who they are, as it was locked for one gesture: all that is decided
/// then begins with it.
pub struct Standing {
    pub operator: Operator,
    /// Of the terminal that asks.
    pub session: Uuid,
    pub speaker: Speaker,
    /// Nothing was scanned for so long that the badge is asked for again.
    pub idle: bool,
    pub terminal: String,
    pub version: i64,
    pub step: Step,
    pub bench_id: Option<i64>,
    pub warehouse_id: i64,
    pub warehouse: String,
    /// The clock that the warehouse goes by.
    pub tz: String,
    /// The person may work in another warehouse, too.
    pub elsewhere: bool,
    pub today: String,
    /// What the person must be told, oldest first, and the version that shows all of it: none yet
    /// if something is new.
    pub notices: Vec<Message>,
    pub notices_new: bool,
}

/// Where the person stands, locked: one gesture of a person at a time. The transaction speaks for
/// them, if the session does, and in their warehouse.
pub async fn lock(tx: &mut Tx, person: i64, session: Uuid) -> Result<Option<Standing>> {
    let row = sqlx::query_file!("src/store/sql/standing/lock.sql", person, session)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|r| {
        let role = roles::role(r.role, r.name_en, r.name_zh, &r.rights);
        let role = Role { limited: r.limited, ..role };
        let rights = role.rights;
        Ok(Standing {
            operator: Operator {
                scanner: r.scanner.map(serde_json::from_value).transpose()?,
                id: r.id,
                code: r.code,
                name: r.name,
                lang: Lang::parse(&r.lang).unwrap_or_default(),
                role,
            },
            session,
            idle: r.idle,
            speaker: match (r.speaks, r.signed_off) {
                (true, _) => Speaker::Here,
                (false, false) => Speaker::Elsewhere,
                (false, true) => Speaker::Nobody,
            },
            terminal: r.terminal,
            version: r.version,
            step: serde_json::from_value::<Step>(r.step).unwrap_or_default().within(rights),
            bench_id: r.bench_id,
            warehouse_id: r.warehouse_id,
            warehouse: r.warehouse,
            tz: r.tz,
            elsewhere: r.elsewhere,
            today: r.today,
            notices: r.notices.map(serde_json::from_value).transpose()?.unwrap_or_default(),
            notices_new: r.notices_new,
        })
    })
    .transpose()
}

/// What follows is done in the name of this person, if the session speaks for them.
pub async fn speak(tx: &mut Tx, person: i64, session: Uuid) -> Result<()> {
    sqlx::query_file!("src/store/sql/standing/speak.sql", person, session)
        .fetch_optional(tx.conn())
        .await?;
    Ok(())
}

/// Nobody speaks for the person of this transaction any more; where they stand is kept.
pub async fn sign_off(tx: &mut Tx) -> Result<()> {
    sqlx::query!("SELECT sign_off()").fetch_one(tx.conn()).await?;
    Ok(())
}

/// Saves where the person stands now; returns the new version.
pub async fn save_step(tx: &mut Tx, person: i64, step: &Step, bench: Option<i64>) -> Result<i64> {
    Ok(sqlx::query_file_scalar!(
        "src/store/sql/standing/save_step.sql",
        person,
        serde_json::to_value(step)?,
        bench
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The first answer of a command, if it was given before; `Some(None)`: it is where the person
/// stands.
pub async fn stored_answer(tx: &mut Tx, command: Uuid) -> Result<Option<Option<Reply>>> {
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
        "src/store/sql/standing/save_outcome.sql",
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
pub async fn save_answer(
    tx: &mut Tx,
    command: Uuid,
    person: i64,
    said: &str,
    reply: &Reply,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/standing/save_answer.sql",
        command,
        person,
        said,
        serde_json::to_value(reply)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
