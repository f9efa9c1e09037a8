//! An order as a channel tells it, already in our words. Adapters make it, `work` takes it in.

pub use super::states::OrderStatus;
use serde::{Deserialize, Serialize};

/// Who gets the goods. Every part may be empty beside an opaque token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Receiver {
    pub name: String,
    pub phone: String,
    pub country: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub address: String,
    pub postcode: String,
    pub token: String,
}

/// No part of a receiver is longer on a screen: what a platform enciphered says nothing to a
/// reader.
const PART: usize = 60;

impl Receiver {
    /// One line for a screen: all of it for those who pack and answer for it, else how far the
    /// parcel goes.
    pub fn line(&self, whole: bool) -> String {
        let far = [&self.country, &self.province, &self.city];
        let who = [&self.name, &self.phone];
        let near = [&self.district, &self.address, &self.postcode];
        let parts =
            who.into_iter().filter(|_| whole).chain(far).chain(near.into_iter().filter(|_| whole));
        parts
            .filter(|part| !part.trim().is_empty())
            .map(|part| part.chars().take(PART).collect::<String>())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Times are RFC 3339; money is in minor units of `currency`; `qty` counts base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopOrder {
    pub order_no: String,
    /// Who buys, by whatever the shop calls them by.
    #[serde(default)]
    pub customer: Option<String>,
    pub status: OrderStatus,
    pub created_at: String,
    pub updated_at: String,
    pub paid_at: Option<String>,
    pub currency: String,
    pub total_minor: i64,
    pub carrier: Option<String>,
    pub ship_by: Option<String>,
    pub receiver: Receiver,
    pub note: String,
    pub lines: Vec<ShopLine>,
    /// The number of the order that this one is a part of now, where a shop splits them: that one
    /// is no more.
    #[serde(default)]
    pub replaces: Option<String>,
    /// What the shop sent, as it came.
    pub payload: serde_json::Value,
}

impl ShopOrder {
    /// Does the shop hold it: not to be sent now, though something of it is neither sent nor off? A
    /// risk that is looked into, a refund that is talked about, a payment that is not there.
    pub fn is_held(&self) -> bool {
        self.status == OrderStatus::Pending && self.lines.iter().any(ShopLine::is_open)
    }
}

impl ShopLine {
    /// `sent` where a platform says it of the whole line only, at most the line's quantity.
    pub fn whole_if(sent: bool) -> i64 {
        if sent { i64::MAX } else { 0 }
    }

    /// Is something of it neither sent nor off?
    pub fn is_open(&self) -> bool {
        !self.cancelled && self.sent < self.qty
    }
}

/// One line of an order: an item by the shop's own code, and what a unit costs in minor units of
/// the order's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopLine {
    pub line_no: String,
    pub sku: String,
    pub title: String,
    pub qty: i64,
    pub unit_price_minor: i64,
    pub cancelled: bool,
    /// Units that the shop says are on their way already: where we did not send them, somebody else
    /// did.
    #[serde(default)]
    pub sent: i64,
    /// What the platform calls the item by where its code is not enough; empty otherwise.
    #[serde(default)]
    pub reference: String,
}
