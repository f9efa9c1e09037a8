//! What a row's cells must be. Each kind of row becomes one JSON object that the store's functions
//! take.

use super::Cells;
use crate::codes::check;
use crate::domain::cells::{self as cell, Bad};
use crate::domain::life::MinLife;
use serde_json::{Value, json};

/// A cell that cannot be taken: its column, a stable code, what stood there.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub field: &'static str,
    pub code: &'static str,
    pub received: String,
}

/// Every code that can refuse a row, or make it wait; each has a sentence `import-CODE`.
pub const CODES: &[&str] = &[
    "missing",
    "repeated",
    "scientific",
    "not_whole",
    "not_a_number",
    "not_positive",
    "negative",
    "finer_than_currency",
    "not_a_date",
    "not_a_time",
    "which_clock",
    "not_yes_or_no",
    "not_one_of",
    "too_long",
    "check_digit",
    "columns",
    "encoding",
    "row_too_long",
    "unknown_owner",
    "unknown_warehouse",
    "which_warehouse",
    "unknown_place",
    "unknown_item",
    "code_taken",
    "no_slots_there",
    "place_in_use",
    "below_reserved",
    "other_currency",
    "no_receiver",
    "too_large",
    "not_a_life",
    "refused",
];

const CODE_CHARS: usize = 64;
const TEXT_CHARS: usize = 500;

type Field<T> = Result<T, Wrong>;

/// A cell through a reader; absent cells are `None`.
fn opt<T>(
    cells: &Cells,
    field: &'static str,
    read: impl Fn(&str) -> Result<T, Bad>,
) -> Field<Option<T>> {
    let Some(text) = cells.get(field) else { return Ok(None) };
    read(text).map(Some).map_err(|Bad(code)| Wrong { field, code, received: text.clone() })
}

fn must<T>(field: &'static str, value: Option<T>) -> Field<T> {
    value.ok_or(Wrong { field, code: "missing", received: String::new() })
}

fn text(cells: &Cells, field: &'static str) -> Field<Option<String>> {
    opt(cells, field, |t| {
        if t.chars().count() <= TEXT_CHARS { Ok(t.to_owned()) } else { Err(Bad("too_long")) }
    })
}

/// A code of the site: not empty, not long, not made a number by a spreadsheet.
pub fn code(cells: &Cells, field: &'static str) -> Field<String> {
    must(field, opt(cells, field, read_code)?)
}

fn read_code(text: &str) -> Result<String, Bad> {
    if cell::is_scientific(text) {
        return Err(Bad("scientific"));
    }
    if text.chars().count() > CODE_CHARS { Err(Bad("too_long")) } else { Ok(text.to_owned()) }
}

fn one_of(known: &'static [&'static str]) -> impl Fn(&str) -> Result<&'static str, Bad> {
    move |text| {
        known.iter().copied().find(|word| word.eq_ignore_ascii_case(text)).ok_or(Bad("not_one_of"))
    }
}

fn at_least_zero(text: &str) -> Result<i64, Bad> {
    match cell::parse_whole(text)? {
        n if n < 0 => Err(Bad("negative")),
        n => Ok(n),
    }
}

/// Grams or millilitres of one unit: a ton, or a cubic metre, is more than anybody picks.
fn measure(text: &str) -> Result<i64, Bad> {
    at_least_zero(text).and_then(|n| if n <= 1_000_000_000 { Ok(n) } else { Err(Bad("too_large")) })
}

/// A count that fits where people count days.
fn small(text: &str) -> Result<i64, Bad> {
    at_least_zero(text).and_then(|n| if n <= 100_000 { Ok(n) } else { Err(Bad("too_large")) })
}

/// A barcode: what has the length of a GTIN must have its check digit; a spreadsheet that took
/// leading zeros breaks it.
fn barcode(text: &str) -> Result<String, Bad> {
    let code = read_code(text)?.to_uppercase();
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    match check::gtin14(&code) {
        Some(gtin) => Ok(gtin),
        None if digits && (11..=14).contains(&code.len()) => Err(Bad("check_digit")),
        None => Ok(code),
    }
}

/// An item and one pack of it, of `units` base units: an each of one where nothing is said. Weight
/// is in grams, volume in millilitres; a cell that is absent changes nothing.
pub fn item(cells: &Cells) -> Field<Value> {
    let pack = opt(cells, "pack", one_of(&["each", "inner", "case", "pallet"]))?.unwrap_or("each");
    let units = opt(cells, "units", cell::parse_positive)?.unwrap_or(1);
    let life = opt(cells, "min_life", |text| MinLife::parse(text).ok_or(Bad("not_a_life")))?;
    Ok(json!({
        "sku": code(cells, "sku")?, "owner": text(cells, "owner")?.unwrap_or_default(),
        "name_en": text(cells, "name_en")?, "name_zh": text(cells, "name_zh")?,
        "size": text(cells, "size")?, "colour": text(cells, "colour")?,
        "barcode": opt(cells, "barcode", barcode)?, "pack": pack, "units": units,
        "weight_g": opt(cells, "weight_g", measure)?,
        "volume_ml": opt(cells, "volume_ml", measure)?,
        "shelf_life": opt(cells, "shelf_life", small)?,
        "shelf_life_unit": opt(cells, "shelf_life_unit", one_of(&["day", "month", "year"]))?,
        "min_life": life.map(|life| life.days), "min_life_pct": life.map(|life| life.pct),
        "stop_sale_days": opt(cells, "stop_sale_days", small)?,
        "lot_tracked": opt(cells, "lot_tracked", cell::parse_boolean)?,
    }))
}

/// What a place is for: `pick`, `reserve`, or one other; words of it parted by anything.
fn roles(text: &str) -> Result<(&'static str, Option<bool>), Bad> {
    const USES: [&str; 5] = ["staging", "dock", "bench", "wall", "counter"];
    let (mut usage, mut pickable) = (None, None);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        match (word.as_str(), USES.iter().find(|known| **known == word)) {
            ("storage", _) => usage = usage.or(Some("storage")),
            ("pick", _) => pickable = Some(true),
            ("reserve", _) => pickable = pickable.or(Some(false)),
            (_, Some(_)) if usage.is_some_and(|known| known != word) => {
                return Err(Bad("not_one_of"));
            }
            (_, Some(known)) => usage = Some(known),
            _ => return Err(Bad("not_one_of")),
        }
    }
    Ok((usage.unwrap_or("storage"), pickable))
}

/// A bin or, with a parent, a slot of it; `roles` goes before `kind`. Positions are in millimetres,
/// limits in grams, millilitres and units.
pub fn place(cells: &Cells) -> Field<Value> {
    let said = match opt(cells, "roles", roles)? {
        Some(said) => Some(said),
        None => opt(cells, "kind", roles)?,
    };
    Ok(json!({
        "warehouse": upper(cells, "warehouse")?.unwrap_or_default(),
        "code": must("code", upper(cells, "code")?)?, "parent": upper(cells, "parent")?,
        "use": said.map(|(usage, _)| usage), "zone": text(cells, "zone")?,
        "area": text(cells, "area")?, "aisle": text(cells, "aisle")?,
        "position_mm": opt(cells, "position_mm", at_least_zero)?,
        "side": opt(cells, "side", one_of(&["left", "right"]))?,
        "seq": opt(cells, "seq", small)?, "level": opt(cells, "level", small)?,
        "pickable": opt(cells, "pickable", cell::parse_boolean)?.or(said.and_then(|said| said.1)),
        "max_g": opt(cells, "max_g", cell::parse_positive)?,
        "max_ml": opt(cells, "max_ml", cell::parse_positive)?,
        "max_units": opt(cells, "max_units", cell::parse_positive)?,
    }))
}

/// Codes of places are kept in upper case, as scans are read.
fn upper(cells: &Cells, field: &'static str) -> Field<Option<String>> {
    Ok(opt(cells, field, read_code)?.map(|code| code.to_uppercase()))
}

/// What lies in a place, in base units: all of that lot and status, not what comes on top. A
/// warehouse that is not named is the only one, an owner `DEFAULT`.
pub fn stock(cells: &Cells) -> Field<Value> {
    Ok(json!({
        "warehouse": upper(cells, "warehouse")?.unwrap_or_default(),
        "place": must("place", upper(cells, "place")?)?,
        "owner": text(cells, "owner")?.unwrap_or_default(), "sku": code(cells, "sku")?,
        "lot": upper(cells, "lot")?.unwrap_or_default(),
        "last_good_day": opt(cells, "last_good_day", cell::parse_day)?,
        "status": opt(cells, "status", one_of(&["good", "held", "damaged"]))?.unwrap_or("good"),
        "qty": must("qty", opt(cells, "qty", at_least_zero)?)?,
    }))
}

/// A line of an order; `place` is its row's place within the order.
pub fn order_line(cells: &Cells, order_no: String, place: i64, tz: Option<&str>) -> Field<Value> {
    let currency = must(
        "currency",
        opt(cells, "currency", |t| match t.to_uppercase() {
            t if t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase()) => Ok(t),
            _ => Err(Bad("not_one_of")),
        })?,
    )?;
    let time = |field| opt(cells, field, |t| cell::parse_instant(t, tz));
    let part = |field| Ok(text(cells, field)?.unwrap_or_default());
    let price = opt(cells, "unit_price", |t| cell::parse_minor(t, &currency))?;
    let status = opt(cells, "status", one_of(&["paid", "cancelled", "refunded"]))?;
    Ok(json!({
        "order_no": order_no,
        "line_no": opt(cells, "line_no", read_code)?.unwrap_or_else(|| place.to_string()),
        "sku": code(cells, "sku")?, "title": part("title")?,
        "qty": must("qty", opt(cells, "qty", cell::parse_positive)?)?,
        "unit_price_minor": must("unit_price", price)?,
        "currency": currency,
        "cancelled": status.is_some_and(|word| word != "paid"),
        "placed_at": time("placed_at")?, "paid_at": time("paid_at")?, "note": part("note")?,
        "customer": text(cells, "customer")?,
        "receiver": {
            "name": part("receiver_name")?, "phone": part("receiver_phone")?,
            "country": part("country")?, "province": part("province")?, "city": part("city")?,
            "district": part("district")?, "address": part("address")?,
            "postcode": part("postcode")?,
        },
    }))
}

/// What a shop calls an item: `{code, sku, owner, reference, share_pct, safety, cap}`.
pub fn listing(cells: &Cells) -> Field<Value> {
    let share = opt(cells, "share_pct", |text| {
        at_least_zero(text).and_then(|n| if n <= 100 { Ok(n) } else { Err(Bad("too_large")) })
    })?;
    Ok(json!({
        "code": code(cells, "code")?, "sku": code(cells, "sku")?, "owner": text(cells, "owner")?,
        "reference": text(cells, "reference")?, "share_pct": share,
        "safety": opt(cells, "safety", at_least_zero)?, "cap": opt(cells, "cap", at_least_zero)?,
    }))
}
