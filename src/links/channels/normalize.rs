//! What every order must be, whichever shop it comes from, and what outside text must not be.

use super::Unreadable;
use crate::domain::order::{OrderStatus, Receiver, ShopLine, ShopOrder};
use crate::domain::strip_control;
use serde_json::Value;

/// An order that can be taken in, or the sentence that says why not.
pub fn check_order(mut order: ShopOrder) -> Result<ShopOrder, String> {
    if order.order_no.trim().is_empty()
        || order.order_no.len() > 100
        || order.order_no.chars().any(char::is_control)
    {
        return Err("an order number has 1 to 100 bytes and no control characters".into());
    }
    let times = [
        ("created_at", Some(&order.created_at)),
        ("updated_at", Some(&order.updated_at)),
        ("paid_at", order.paid_at.as_ref()),
        ("ship_by", order.ship_by.as_ref()),
    ];
    for (name, time) in times {
        if let Some(text) = time.filter(|text| text.parse::<jiff::Timestamp>().is_err()) {
            return Err(format!("{name} is {text:?}, not an RFC 3339 time"));
        }
    }
    for (n, line) in order.lines.iter().enumerate() {
        if !(1..=1_000_000).contains(&line.qty) {
            return Err(format!("line {} has the quantity {}", line.line_no, line.qty));
        }
        if order.lines[..n].iter().any(|before| before.line_no == line.line_no) {
            return Err(format!("line {} comes twice", line.line_no));
        }
    }
    if order.lines.is_empty() {
        return Err("an order without lines".into());
    }
    // Nothing is left to send, so nothing waits to be sent.
    let sent =
        order.lines.iter().any(|line| line.sent > 0) && !order.lines.iter().any(ShopLine::is_open);
    if order.status == OrderStatus::Paid && sent {
        order.status = OrderStatus::Pending;
    }
    for line in &mut order.lines {
        line.sent = line.sent.clamp(0, line.qty);
        (line.line_no, line.sku, line.title) = (
            strip_control(&line.line_no),
            strip_control(line.sku.trim()),
            strip_control(&line.title),
        );
    }
    order.currency = strip_control(&order.currency);
    order.customer = order
        .customer
        .map(|code| strip_control(code.trim()).chars().take(100).collect())
        .filter(|code: &String| !code.is_empty());
    order.carrier = order.carrier.map(|carrier| strip_control(&carrier));
    order.note = strip_control(&order.note);
    order.receiver = clean(order.receiver);
    strip_nul(&mut order.payload);
    Ok(order)
}

/// The order, or the exception that names it as far as it can be named.
pub fn order_or_unreadable(
    order_no: String,
    read: Result<ShopOrder, String>,
) -> Result<ShopOrder, Unreadable> {
    read.and_then(check_order).map_err(|said| {
        let order_no: String = order_no.chars().take(60).collect();
        Unreadable {
            order_no: if order_no.is_empty() { "-".into() } else { strip_control(&order_no) },
            message: strip_control(&said.chars().take(300).collect::<String>()),
        }
    })
}

fn clean(r: Receiver) -> Receiver {
    let plain = |text: String| strip_control(&text);
    Receiver {
        name: plain(r.name),
        phone: plain(r.phone),
        country: plain(r.country),
        province: plain(r.province),
        city: plain(r.city),
        district: plain(r.district),
        address: plain(r.address),
        postcode: plain(r.postcode),
        token: r.token.replace('\0', ""),
    }
}

/// Postgres keeps no NUL in text.
fn strip_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(list) => list.iter_mut().for_each(strip_nul),
        Value::Object(map) => map.values_mut().for_each(strip_nul),
        _ => {}
    }
}
