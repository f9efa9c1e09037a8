//! What a scan or a label says. Pure: a scan goes in, every reading that its syntax allows comes
//! out; which of them is meant is decided against the database, never here.

pub mod card;
pub mod check;
pub mod gs1;
pub mod label;
pub mod own;
pub mod zpl;

use card::Card;

/// One way to read a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A command card, `WDC-NAME`.
    Card(Card),
    /// One of our own codes (badge, container, trolley, bench, list), check character right.
    Own(own::Kind, String),
    /// A GTIN as 14 digits, with what else the same symbol said.
    Gtin { gtin: String, lot: Option<String>, last_good: Option<String>, count: Option<i64> },
    /// 18 digits of a logistic unit.
    Sscc(String),
    /// The QR of a parcel, `WD1|sscc|shipment|waybill`.
    ParcelQr { sscc: String },
    /// A number of at most four digits: perhaps a quantity, perhaps a day.
    Number(i64, String),
    /// The text itself, upper case: a bin, a lot, a waybill, or nothing we know.
    Text(String),
}

/// Every reading of a scan, the most specific first. The last is always `Text`.
pub fn readings(scan: &str) -> Vec<Reading> {
    let (symbology, body) = gs1::split_aim(scan.trim_matches([' ', '\t', '\r', '\n']));
    let text = body.trim().to_uppercase();
    let mut out = Vec::new();
    if let Some(card) = Card::parse(&text) {
        return vec![Reading::Card(card)];
    }
    if let Some((kind, code)) = own::parse(&text) {
        out.push(Reading::Own(kind, code));
    }
    if let Some(sscc) = parcel_qr(body) {
        out.push(Reading::ParcelQr { sscc });
    }
    if symbology != gs1::Symbology::Plain
        && let Some(elements) = gs1::parse(body, symbology)
    {
        out.extend(from_elements(&elements));
    }
    if let Some(gtin) = check::gtin14(&text) {
        let plain = Reading::Gtin { gtin, lot: None, last_good: None, count: None };
        if !out.contains(&plain) {
            out.push(plain);
        }
    }
    if text.len() == 18 && check::gs1_valid(&text) {
        out.push(Reading::Sscc(text.clone()));
    }
    if (1..=4).contains(&text.len())
        && let Ok(number) = text.parse::<u16>()
    {
        out.push(Reading::Number(i64::from(number), text.clone()));
    }
    out.push(Reading::Text(text));
    out
}

fn from_elements(elements: &gs1::Elements) -> Vec<Reading> {
    let mut out = Vec::new();
    if let Some(sscc) = elements.get("00") {
        out.push(Reading::Sscc(sscc.to_owned()));
    }
    if let Some(gtin) = elements.get("01").or_else(|| elements.get("02")) {
        out.push(Reading::Gtin {
            gtin: gtin.to_owned(),
            lot: elements.get("10").map(str::to_uppercase),
            last_good: elements.get("17").or_else(|| elements.get("15")).and_then(gs1::day),
            count: elements.get("37").or_else(|| elements.get("30")).and_then(|n| n.parse().ok()),
        });
    } else if let Some(lot) = elements.get("10") {
        out.push(Reading::Text(lot.to_uppercase()));
    }
    out
}

fn parcel_qr(body: &str) -> Option<String> {
    let mut parts = body.split('|');
    (parts.next()?.eq_ignore_ascii_case("WD1")).then_some(())?;
    let sscc = parts.next()?;
    (sscc.len() == 18 && check::gs1_valid(sscc)).then(|| sscc.to_owned())
}
