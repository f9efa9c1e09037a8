//! What days are worked out from: calendars, warehouses' clocks, carriers' services.

use super::{Result, Rule, Thing, Tx, site};
use serde_json::Value;

/// A day of a calendar that is not as its weekday says: closed, or open until an hour.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CalendarDay {
    /// ISO date.
    pub day: String,
    pub open: bool,
    /// Time of day; `None`: as long as ever.
    pub until: Option<String>,
}

/// Makes or changes a calendar: its weekdays (ISO, Monday is 1) where they are named, and single
/// days.
pub async fn set_calendar(
    tx: &mut Tx,
    code: &str,
    weekdays: Option<&[i32]>,
    days: &[CalendarDay],
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/days/set_calendar.sql",
        code,
        weekdays,
        serde_json::to_value(days)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Calendars by code: their weekdays (ISO), and the single days that are not as their weekday says.
pub async fn calendars(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/days/calendars.sql").fetch_all(tx.conn()).await?)
}

/// What is to change of a warehouse; what is not named stays. An empty calendar is none.
#[derive(Default)]
pub struct WarehouseChange<'a> {
    pub name: Option<&'a str>,
    pub tz: Option<&'a str>,
    pub calendar: Option<&'a str>,
    pub gs1_prefix: Option<&'a str>,
    pub trolley_totes: Option<i32>,
    pub trolley_max_g: Option<i64>,
    pub trolley_max_ml: Option<i64>,
    pub walks: Option<&'a str>,
}

/// Changes a warehouse; `false`: there is none of this code.
pub async fn set_warehouse(tx: &mut Tx, code: &str, change: &WarehouseChange<'_>) -> Result<bool> {
    known_calendar(tx, change.calendar).await?;
    let done = sqlx::query_file!(
        "src/store/sql/days/set_warehouse.sql",
        code,
        change.name,
        change.tz,
        change.calendar,
        change.gs1_prefix,
        change.trolley_totes,
        change.trolley_max_g,
        change.trolley_max_ml,
        change.walks
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Warehouses by code: name, clock, calendar and GS1 prefix (empty: none), the day that it is
/// there, how many totes a trolley carries.
pub async fn warehouses(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/days/warehouses.sql").fetch_all(tx.conn()).await?)
}

/// A region and how many working days it takes there; what is empty is any.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Region {
    pub country: String,
    pub province: String,
    pub city: String,
    pub postcode: String,
    pub transit_days: i32,
}

/// A cut-off of one weekday (ISO, Monday is 1), or of every day.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DayCutoff {
    pub weekday: Option<i32>,
    pub cutoff: String,
}

/// A service as it shall be; what is not named stays, or is as a new one's.
pub struct ServiceChange<'a> {
    pub carrier: &'a str,
    pub code: &'a str,
    pub name: Option<&'a str>,
    pub cutoff: Option<&'a str>,
    pub transit_days: Option<i32>,
    pub calendar: Option<&'a str>,
    /// Of this warehouse alone, where one is named.
    pub cutoffs: &'a [DayCutoff],
    pub warehouse: Option<&'a str>,
    pub regions: &'a [Region],
    /// New shipments of the carrier travel by it.
    pub standard: bool,
}

/// Makes or changes a service of a carrier; `false`: there is no such carrier.
pub async fn set_service(tx: &mut Tx, change: &ServiceChange<'_>) -> Result<bool> {
    known_calendar(tx, change.calendar).await?;
    let id = sqlx::query_file_scalar!(
        "src/store/sql/days/set_service.sql",
        change.carrier,
        change.code,
        change.name,
        change.cutoff,
        change.transit_days,
        change.calendar
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(id) = id else { return Ok(false) };
    if change.standard {
        sqlx::query_file!("src/store/sql/days/only_standard.sql", id).execute(tx.conn()).await?;
        sqlx::query!("UPDATE carrier_service SET standard = true WHERE id = $1", id)
            .execute(tx.conn())
            .await?;
    }
    let warehouse = site::named(tx, change.warehouse).await?;
    sqlx::query_file!(
        "src/store/sql/days/set_cutoffs.sql",
        id,
        warehouse,
        serde_json::to_value(change.cutoffs)?
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!(
        "src/store/sql/days/set_regions.sql",
        id,
        serde_json::to_value(change.regions)?
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Has the carrier a service of this code? `false`, too, if there is no such carrier.
pub async fn service_exists(tx: &mut Tx, carrier: &str, code: &str) -> Result<bool> {
    let found = sqlx::query_file_scalar!("src/store/sql/days/service_exists.sql", carrier, code);
    Ok(found.fetch_one(tx.conn()).await?)
}

/// Services by carrier and code, each with its cut-offs by weekday and its days by region as texts.
pub async fn services(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/days/services.sql").fetch_all(tx.conn()).await?)
}

async fn known_calendar(tx: &mut Tx, code: Option<&str>) -> Result<()> {
    let Some(code) = code.filter(|code| !code.is_empty()) else { return Ok(()) };
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM calendar WHERE code = $1) AS "known!""#,
        code
    )
    .fetch_one(tx.conn())
    .await?;
    if known {
        return Ok(());
    }
    Err(Rule::unknown(Thing::Calendar, code).into())
}
