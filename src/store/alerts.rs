//! Rules by which people are told of what goes wrong, and what is the case by them.

use super::{Result, Rule, Thing, Tx};
use serde_json::Value;

/// What a rule can be about, as the table says it.
pub const KINDS: [&str; 7] = ["late", "soon", "idle", "printer", "shop", "stock", "case"];

/// A rule as it is to be.
#[derive(Debug, Clone, Copy)]
pub struct NewRule<'a> {
    pub kind: &'a str,
    /// Minutes, or units of stock.
    pub than: i64,
    pub item: Option<&'a str>,
    /// Whose item, where several have one of this SKU.
    pub owner: Option<&'a str>,
    /// `None`: everywhere.
    pub warehouse: Option<&'a str>,
    pub person: Option<&'a str>,
    /// Empty: nobody is called.
    pub hook: &'a str,
}

/// Adds a rule and returns its number; refused where the item, the warehouse or the person is not
/// known.
pub async fn add(tx: &mut Tx, rule: NewRule<'_>) -> Result<i64> {
    let made = sqlx::query_file_scalar!(
        "src/store/sql/alerts/add.sql",
        rule.kind,
        rule.than,
        rule.item,
        rule.owner,
        rule.warehouse,
        rule.person,
        rule.hook
    )
    .fetch_optional(tx.conn())
    .await?;
    made.ok_or_else(|| Rule::unknown(Thing::AlertSubject, rule.kind).into())
}

/// Changes what is said of a rule; an empty `person` or `hook` tells nobody more there. Refused
/// where there is no rule of this number, or nobody of this code.
pub async fn set(
    tx: &mut Tx,
    id: i64,
    than: Option<i64>,
    person: Option<&str>,
    hook: Option<&str>,
) -> Result<()> {
    let done = sqlx::query_file!("src/store/sql/alerts/set.sql", id, than, person, hook)
        .execute(tx.conn())
        .await?;
    Rule::known(done.rows_affected() > 0, Thing::Alert, &id.to_string())
}

/// Removes a rule and what was the case by it; refused where there is none of this number.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<()> {
    let gone = sqlx::query!(
        "DELETE FROM alert_rule
         WHERE id = $1",
        id
    )
    .execute(tx.conn())
    .await?;
    Rule::known(gone.rows_affected() > 0, Thing::Alert, &id.to_string())
}

/// Rules in the order in which they were made, each with how many things are the case by it.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/alerts/list.sql").fetch_all(tx.conn()).await?)
}

/// Looks what is the case now; returns how many things are new.
pub async fn look(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT look_for_alerts() AS "n!""#).fetch_one(tx.conn()).await?)
}

/// Something that is told to an address.
#[derive(Debug, Clone)]
pub struct Call {
    pub id: i64,
    pub hook: String,
    /// How often it was tried, this time too.
    pub tried: i32,
    pub body: Value,
}

/// Takes up what is to be told now; whoever dies with it leaves it to be told in so many seconds.
pub async fn to_call(tx: &mut Tx, lease_s: f64) -> Result<Vec<Call>> {
    let rows =
        sqlx::query_file!("src/store/sql/alerts/to_call.sql", lease_s).fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| Call { id: r.id, hook: r.hook, tried: r.calls, body: r.body })
        .collect())
}

/// It was told, or is told again in so many seconds; `None`: no more.
pub async fn called(tx: &mut Tx, id: i64, again_s: Option<f64>) -> Result<()> {
    sqlx::query!(
        "UPDATE alert
         SET call_at = now() + make_interval(secs => $2)
         WHERE id = $1 AND ended_at IS NULL",
        id,
        again_s
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
