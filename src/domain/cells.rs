//! Cells of files as spreadsheets leave them: repaired where it is certain what was meant, refused
//! where it is not.

/// Why a cell cannot be taken. The code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bad(pub &'static str);

/// Repairs what spreadsheets do to text: blanks and a TAB around it, a leading apostrophe,
/// full-width letters and digits.
pub fn repair_text(text: &str) -> String {
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            c => c,
        })
        .collect();
    let trimmed = narrow.trim();
    super::strip_control(trimmed.strip_prefix('\'').unwrap_or(trimmed)).trim().to_owned()
}

/// Did a spreadsheet make a number of a code? `1.23E+18` has lost its last digits for good.
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    mantissa.contains('.')
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// A whole number: `12`, `12.0`, `1,200`.
pub fn parse_whole(text: &str) -> Result<i64, Bad> {
    if is_scientific(text) {
        return Err(Bad("scientific"));
    }
    let digits = text.replace(',', "");
    let digits = match digits.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return Err(Bad("not_whole")),
        None => &digits,
    };
    digits.parse().map_err(|_| Bad("not_a_number"))
}

/// A whole number of at least one.
pub fn parse_positive(text: &str) -> Result<i64, Bad> {
    match parse_whole(text)? {
        n if n > 0 => Ok(n),
        _ => Err(Bad("not_positive")),
    }
}

/// Digits after the point of a currency (ISO 4217).
pub fn minor_digits(currency: &str) -> usize {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "UGX" | "XAF" | "XOF" | "PYG" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Money in minor units, exactly: `12.5` of CNY is 1250. A finer price than the currency has is
/// refused.
pub fn parse_minor(text: &str, currency: &str) -> Result<i64, Bad> {
    if is_scientific(text) {
        return Err(Bad("scientific"));
    }
    let text = text.replace(',', "");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    if whole.starts_with('-') {
        return Err(Bad("negative"));
    }
    let digits = minor_digits(currency);
    let fraction = fraction.trim_end_matches('0');
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) || whole.is_empty() {
        return Err(Bad("not_a_number"));
    }
    if fraction.len() > digits {
        return Err(Bad("finer_than_currency"));
    }
    format!("{whole}{fraction:0<digits$}").parse().map_err(|_| Bad("not_a_number"))
}

/// An amount in a currency's smallest unit, as people read it: `CNY 12.50`.
pub fn say_minor(minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency);
    let all = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = all.split_at(all.len() - digits);
    let (sign, point) = (if minor < 0 { "-" } else { "" }, if digits > 0 { "." } else { "" });
    format!("{currency} {sign}{whole}{point}{fraction}")
}

/// An ISO date: `2027-03-15`, `2027/3/15`, `20270315`.
pub fn parse_day(text: &str) -> Result<String, Bad> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let (y, m, d) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (*y, *m, *d),
        [all] if all.len() == 8 && all.is_ascii() => (&all[..4], &all[4..6], &all[6..]),
        _ => return Err(Bad("not_a_date")),
    };
    let parse = || Some((y.parse().ok()?, m.parse().ok()?, d.parse().ok()?));
    let (y, m, d) = parse().ok_or(Bad("not_a_date"))?;
    jiff::civil::Date::new(y, m, d).map(|date| date.to_string()).map_err(|_| Bad("not_a_date"))
}

/// An instant as RFC 3339 in UTC. Without a zone the text means the clock of `tz`; `None`: it must
/// have one.
pub fn parse_instant(text: &str, tz: Option<&str>) -> Result<String, Bad> {
    let bad = |_| Bad("not_a_time");
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(instant.to_string());
    }
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let date: jiff::civil::Date = parse_day(date)?.parse().map_err(bad)?;
    let time: jiff::civil::Time = time.trim().parse().map_err(bad)?;
    let zone = jiff::tz::TimeZone::get(tz.ok_or(Bad("which_clock"))?).map_err(bad)?;
    Ok(zone.to_timestamp(date.to_datetime(time)).map_err(bad)?.to_string())
}

/// Yes or no, in either language.
pub fn parse_boolean(text: &str) -> Result<bool, Bad> {
    match text.to_lowercase().as_str() {
        "1" | "y" | "yes" | "true" | "是" => Ok(true),
        "0" | "n" | "no" | "false" | "否" => Ok(false),
        _ => Err(Bad("not_yes_or_no")),
    }
}
