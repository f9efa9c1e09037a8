//! What one order of Magento is to us: pure reading.

use super::{CLOCK, whole};
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::links::channels::Unreadable;
use crate::links::channels::loose_json::{array, first_text, minor_units, text};
use crate::links::channels::normalize::order_or_unreadable;
use serde_json::Value;

/// Reads one order; what is wrong with it is said in a sentence.
pub fn order(value: Value, paid: bool) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["increment_id"]), read(&value, paid))
}

fn read(order: &Value, paid: bool) -> Result<ShopOrder, String> {
    let currency = first_text(order, &["base_currency_code", "order_currency_code"]);
    let rows = array(&order["items"]);
    let mut lines = Vec::new();
    for row in shipped(rows) {
        lines.push(line(row, rows, &currency)?);
    }
    Ok(ShopOrder {
        order_no: text(&order["increment_id"]),
        status: status(order, paid),
        created_at: utc(&order["created_at"])
            .ok_or_else(|| format!("created_at is {}", order["created_at"]))?,
        updated_at: utc(&order["updated_at"])
            .ok_or_else(|| format!("updated_at is {}", order["updated_at"]))?,
        paid_at: None,
        total_minor: minor_units(&order["grand_total"], &currency)?,
        currency,
        carrier: None,
        ship_by: None,
        receiver: receiver(order),
        note: text(&order["customer_note"]),
        lines,
        // A guest has none, or zero.
        customer: Some(text(&order["customer_id"])).filter(|id| id != "0"),
        replaces: None,
        payload: order.clone(),
    })
}

/// The rows that are shipped: a configurable's own row, a bundle's children.
fn shipped(rows: &[Value]) -> impl Iterator<Item = &Value> {
    let kind = |id: &str| {
        rows.iter()
            .find(|row| text(&row["item_id"]) == id)
            .map(|row| text(&row["product_type"]))
            .unwrap_or_default()
    };
    rows.iter().filter(move |row| match text(&row["parent_item_id"]).as_str() {
        "" => text(&row["product_type"]) != "bundle",
        parent => kind(parent) == "bundle",
    })
}

/// One of the rows that are shipped; `rows` are all of the order's, the child that names its SKU
/// among them.
fn line(row: &Value, rows: &[Value], currency: &str) -> Result<ShopLine, String> {
    let (id, part) = (text(&row["item_id"]), |key: &str| whole(&row[key]).unwrap_or(0));
    let ordered = whole(&row["qty_ordered"])
        .ok_or_else(|| format!("a line has the quantity {}", row["qty_ordered"]))?;
    let left = ordered.saturating_sub(part("qty_refunded")).saturating_sub(part("qty_canceled"));
    let child = rows.iter().find(|child| {
        text(&child["parent_item_id"]) == id && text(&row["product_type"]) == "configurable"
    });
    let nothing =
        left <= 0 || matches!(text(&row["product_type"]).as_str(), "virtual" | "downloadable");
    Ok(ShopLine {
        sku: text(&child.unwrap_or(row)["sku"]),
        title: text(&row["name"]),
        qty: if left > 0 { left } else { ordered },
        unit_price_minor: minor_units(&row["price"], currency).unwrap_or(0),
        cancelled: nothing,
        sent: part("qty_shipped"),
        // The shop knows its own spelling of it.
        reference: text(&child.unwrap_or(row)["sku"]),
        line_no: id,
    })
}

/// `paid`: its state is one of those that the shop sends goods in.
fn status(order: &Value, paid: bool) -> OrderStatus {
    match text(&order["state"]).as_str() {
        "canceled" => OrderStatus::Cancelled,
        "closed" => OrderStatus::Refunded,
        "complete" => OrderStatus::Paid,
        _ if paid => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    }
}

fn receiver(order: &Value) -> Receiver {
    let to = match &order["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
    {
        Value::Null => &order["billing_address"],
        address => address,
    };
    let part = |key: &str| text(&to[key]);
    Receiver {
        name: [part("firstname"), part("lastname")].join(" ").trim().to_owned(),
        phone: part("telephone"),
        country: part("country_id"),
        province: part("region"),
        city: part("city"),
        district: String::new(),
        address: array(&to["street"])
            .iter()
            .map(text)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        postcode: part("postcode"),
        token: String::new(),
    }
}

/// UTC without saying so.
fn utc(said: &Value) -> Option<String> {
    jiff::civil::DateTime::strptime(CLOCK, text(said))
        .ok()
        .and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).ok())
        .map(|at| at.to_string())
}
