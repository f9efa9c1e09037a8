//! What one order of Amazon is to us, in either version of the orders API: pure reading.

use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::links::channels::Unreadable;
use crate::links::channels::loose_json::{array, first_text, minor_units, text, whole_units};
use crate::links::channels::normalize::order_or_unreadable;
use serde_json::Value;

/// Reads one order of 2026-01-01; what is wrong with it is said in a sentence.
pub fn order(value: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["orderId"]), read(&value))
}

/// Reads one of v0 with its items.
pub fn order_v0(value: Value) -> Result<ShopOrder, Unreadable> {
    order_or_unreadable(text(&value["AmazonOrderId"]), read_v0(&value))
}

/// Words of both versions. Pending ones have neither price nor address yet.
fn status(word: &str) -> OrderStatus {
    match word.to_uppercase().replace('_', "").as_str() {
        "CANCELED" | "CANCELLED" | "UNFULFILLABLE" => OrderStatus::Cancelled,
        "UNSHIPPED" | "PARTIALLYSHIPPED" | "SHIPPED" | "INVOICEUNCONFIRMED" => OrderStatus::Paid,
        _ => OrderStatus::Pending,
    }
}

fn time(said: &Value) -> Result<String, String> {
    text(said)
        .parse::<jiff::Timestamp>()
        .map(|at| at.to_string())
        .map_err(|_| format!("{said} is no time"))
}

fn receiver(to: &Value, keys: [&str; 10]) -> Receiver {
    let part = |n: usize| text(&to[keys[n]]);
    let address: Vec<String> =
        [part(1), part(2), part(3)].into_iter().filter(|line| !line.is_empty()).collect();
    Receiver {
        name: part(0),
        phone: part(9),
        country: part(8),
        province: part(6),
        city: part(4),
        district: part(5),
        address: address.join(" "),
        postcode: part(7),
        token: String::new(),
    }
}

fn read(order: &Value) -> Result<ShopOrder, String> {
    let total = &order["proceeds"]["grandTotal"];
    let item_currency = array(&order["orderItems"])
        .iter()
        .map(|item| text(&item["product"]["price"]["unitPrice"]["currencyCode"]))
        .find(|code| !code.is_empty());
    let currency = Some(text(&total["currencyCode"]))
        .filter(|code| !code.is_empty())
        .or(item_currency)
        .unwrap_or_else(|| "USD".into());
    let mut lines = Vec::new();
    for item in array(&order["orderItems"]) {
        let ordered = whole_units(&item["quantityOrdered"])
            .ok_or_else(|| format!("a line has the quantity {}", item["quantityOrdered"]))?;
        lines.push(line(
            text(&item["orderItemId"]),
            first_text(&item["product"], &["sellerSku", "asin"]),
            text(&item["product"]["title"]),
            ordered,
            whole_units(&item["fulfillment"]["quantityFulfilled"]),
            minor_units(&item["product"]["price"]["unitPrice"]["amount"], &currency),
        ));
    }
    Ok(ShopOrder {
        order_no: text(&order["orderId"]),
        status: status(&text(&order["fulfillment"]["fulfillmentStatus"])),
        created_at: time(&order["createdTime"])?,
        updated_at: time(&order["lastUpdatedTime"])?,
        paid_at: None,
        total_minor: minor_units(&total["amount"], &currency)?,
        currency,
        carrier: None,
        ship_by: time(&order["fulfillment"]["shipByWindow"]["latestDateTime"]).ok(),
        receiver: receiver(
            &order["recipient"]["deliveryAddress"],
            [
                "name",
                "addressLine1",
                "addressLine2",
                "addressLine3",
                "city",
                "districtOrCounty",
                "stateOrRegion",
                "postalCode",
                "countryCode",
                "phone",
            ],
        ),
        note: String::new(),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}

fn read_v0(order: &Value) -> Result<ShopOrder, String> {
    let currency = Some(text(&order["OrderTotal"]["CurrencyCode"]))
        .filter(|code| !code.is_empty())
        .unwrap_or_else(|| "USD".into());
    let mut lines = Vec::new();
    for item in array(&order["OrderItems"]) {
        let ordered = whole_units(&item["QuantityOrdered"])
            .ok_or_else(|| format!("a line has the quantity {}", item["QuantityOrdered"]))?;
        // Its price is the line's.
        let price = minor_units(&item["ItemPrice"]["Amount"], &currency)
            .map(|amount| amount / ordered.max(1));
        lines.push(line(
            text(&item["OrderItemId"]),
            first_text(item, &["SellerSKU", "ASIN"]),
            text(&item["Title"]),
            ordered,
            whole_units(&item["QuantityShipped"]),
            price,
        ));
    }
    Ok(ShopOrder {
        order_no: text(&order["AmazonOrderId"]),
        status: status(&text(&order["OrderStatus"])),
        created_at: time(&order["PurchaseDate"])?,
        updated_at: time(&order["LastUpdateDate"])?,
        paid_at: None,
        total_minor: minor_units(&order["OrderTotal"]["Amount"], &currency)?,
        currency,
        carrier: None,
        ship_by: time(&order["LatestShipDate"]).ok(),
        receiver: receiver(
            &order["ShippingAddress"],
            [
                "Name",
                "AddressLine1",
                "AddressLine2",
                "AddressLine3",
                "City",
                "County",
                "StateOrRegion",
                "PostalCode",
                "CountryCode",
                "Phone",
            ],
        ),
        note: String::new(),
        lines,
        customer: None,
        replaces: None,
        payload: order.clone(),
    })
}

/// A line that was ordered down to nothing is cancelled; one of which all is under way is sent.
fn line(
    line_no: String,
    sku: String,
    title: String,
    ordered: i64,
    sent: Option<i64>,
    price: Result<i64, String>,
) -> ShopLine {
    ShopLine {
        line_no,
        reference: sku.clone(),
        sku,
        title,
        qty: ordered.max(1),
        unit_price_minor: price.unwrap_or(0),
        cancelled: ordered == 0,
        sent: sent.unwrap_or(0),
    }
}
