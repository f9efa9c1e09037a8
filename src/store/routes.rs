//! Which warehouses send what a shop sells to a region.

use super::{Result, Rule, Thing, Tx, owners, shops, site};
use serde_json::Value;

/// Where something is sent; empty is everywhere, of a postcode its beginning counts.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Place {
    pub country: String,
    pub province: String,
    pub city: String,
    pub postcode: String,
}

/// A route as it is to be; what is not named stays, `Some("")` of a shop or an owner is all.
#[derive(Default)]
pub struct RouteChange<'a> {
    pub code: &'a str,
    pub shop: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub region: Option<&'a Place>,
    /// Codes of warehouses, the first choice first.
    pub to: Option<&'a [String]>,
    pub parts: Option<bool>,
}

/// Makes or changes a route.
pub async fn set(tx: &mut Tx, change: &RouteChange<'_>) -> Result<()> {
    if let Some(owner) = change.owner.filter(|owner| !owner.is_empty()) {
        owners::known(tx, owner).await?;
    }
    if let Some(shop) = change.shop.filter(|shop| !shop.is_empty())
        && shops::find(tx, shop).await?.is_none()
    {
        return Err(Rule::unknown(Thing::Shop, shop).into());
    }
    for warehouse in change.to.unwrap_or_default() {
        site::warehouse(tx, Some(warehouse)).await?;
    }
    let place = change.region.cloned();
    let part = |of: fn(&Place) -> &String| place.as_ref().map(|place| of(place).clone());
    let id = sqlx::query_file_scalar!(
        "src/store/sql/routes/set.sql",
        change.code,
        change.shop,
        change.owner,
        part(|place| &place.country),
        part(|place| &place.province),
        part(|place| &place.city),
        part(|place| &place.postcode),
        change.parts
    )
    .fetch_one(tx.conn())
    .await?;
    let Some(to) = change.to else { return Ok(()) };
    sqlx::query!(
        "DELETE FROM route_warehouse
         WHERE route_id = $1",
        id
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!("src/store/sql/routes/set_warehouses.sql", id, to).execute(tx.conn()).await?;
    Ok(())
}

/// Removes a route; `false`: there is none of this code.
pub async fn remove(tx: &mut Tx, code: &str) -> Result<bool> {
    let gone = sqlx::query!(
        "DELETE FROM route
         WHERE code = $1",
        code
    )
    .execute(tx.conn())
    .await?;
    Ok(gone.rows_affected() > 0)
}

/// Routes by code: shop and owner (empty: all), region (empty: everywhere), warehouses from the
/// first choice on, and whether several may send one order in parts.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/routes/list.sql").fetch_all(tx.conn()).await?)
}

/// Where what a shop sends to a place would come from, and by which route; empty: no such shop.
pub async fn try_one(tx: &mut Tx, shop: &str, to: &Place) -> Result<Vec<Value>> {
    let receiver = serde_json::to_value(to)?;
    Ok(sqlx::query_file_scalar!("src/store/sql/routes/try_one.sql", shop, receiver)
        .fetch_all(tx.conn())
        .await?)
}
