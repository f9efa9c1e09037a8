//! What one order of Shopify is to us: pure reading.

use super::number;
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::links::channels::Unreadable;
use crate::links::channels::loose_json::{array, minor_units, text, whole_units};
use crate::links::channels::normalize::order_or_unreadable;
use serde_json::Value;

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value, paid: bool) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["legacyResourceId"]), read(&value, paid))
}

fn read(order: &Value, paid: bool) -> Result<ShopOrder, String> {
    let total = &order["currentTotalPriceSet"]["shopMoney"];
    let currency = Some(text(&total["currencyCode"]))
        .filter(|code| !code.is_empty())
        .unwrap_or_else(|| text(&order["currencyCode"]));
    let lines = lines(order, &currency)?;
    Ok(ShopOrder {
        order_no: text(&order["legacyResourceId"]),
        status: status(order, paid),
        created_at: time(&order["createdAt"])?,
        updated_at: time(&order["updatedAt"])?,
        paid_at: time(&order["processedAt"]).ok(),
        total_minor: minor_units(&total["amount"], &currency)?,
        currency,
        carrier: None,
        ship_by: None,
        receiver: receiver(&order["shippingAddress"]),
        note: text(&order["note"]),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}

fn lines(order: &Value, currency: &str) -> Result<Vec<ShopLine>, String> {
    let rows = array(&order["lineItems"]["nodes"]);
    if order["lineItems"]["pageInfo"]["hasNextPage"] == true {
        return Err(format!("its lines do not end after {}", rows.len()));
    }
    rows.iter().map(|row| line(row, currency)).collect()
}

fn line(line: &Value, currency: &str) -> Result<ShopLine, String> {
    let bought = whole_units(&line["quantity"])
        .ok_or_else(|| format!("a line has the quantity {}", line["quantity"]))?;
    let now = whole_units(&line["currentQuantity"]).unwrap_or(bought);
    let ships = line["requiresShipping"] != false;
    let price = &line["originalUnitPriceSet"]["shopMoney"]["amount"];
    Ok(ShopLine {
        line_no: number(&line["id"]),
        sku: Some(text(&line["sku"]))
            .filter(|sku| !sku.is_empty())
            .unwrap_or_else(|| number(&line["variant"]["id"])),
        title: text(&line["name"]),
        qty: if now > 0 { now } else { bought },
        unit_price_minor: minor_units(price, currency).unwrap_or(0),
        cancelled: now <= 0 || !ships,
        sent: whole_units(&line["unfulfilledQuantity"]).map_or(0, |open| now.saturating_sub(open)),
        reference: number(&line["variant"]["inventoryItem"]["id"]),
    })
}

/// `paid`: its financial state is one of those that a shop sends goods in.
fn status(order: &Value, paid: bool) -> OrderStatus {
    let waits =
        matches!(text(&order["displayFulfillmentStatus"]).as_str(), "ON_HOLD" | "SCHEDULED");
    match text(&order["displayFinancialStatus"]).as_str() {
        _ if !order["cancelledAt"].is_null() => OrderStatus::Cancelled,
        "REFUNDED" => OrderStatus::Refunded,
        "VOIDED" | "EXPIRED" => OrderStatus::Cancelled,
        _ if paid && !waits => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    }
}

fn receiver(address: &Value) -> Receiver {
    let part = |key: &str| text(&address[key]);
    Receiver {
        name: part("name"),
        phone: part("phone"),
        country: part("countryCodeV2"),
        province: part("province"),
        city: part("city"),
        district: String::new(),
        address: [part("address1"), part("address2")].join(" ").trim().to_owned(),
        postcode: part("zip"),
        token: String::new(),
    }
}

fn time(said: &Value) -> Result<String, String> {
    text(said)
        .parse::<jiff::Timestamp>()
        .map(|at| at.to_string())
        .map_err(|_| format!("{said} is no time"))
}
