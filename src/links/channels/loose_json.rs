//! Values out of loose JSON: platforms send numbers as texts, texts as numbers, and nothing as
//! null.

use crate::domain::cells;
use serde_json::Value;

/// An id or a word: text as it is, a number in its own digits, nothing as nothing.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(n) => n.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => String::new(),
    }
}

/// The first of these that says something.
pub fn first_text(value: &Value, keys: &[&str]) -> String {
    keys.iter()
        .map(|key| text(&value[*key]))
        .find(|said| !said.trim().is_empty())
        .unwrap_or_default()
}

/// What a platform calls an item by, in two parts: the thing and its variant.
pub fn item_and_variant(line: &Value, thing: &str, variant: &str) -> String {
    let (thing, variant) = (text(&line[thing]), text(&line[variant]));
    if matches!(variant.as_str(), "" | "0") { thing } else { format!("{thing}:{variant}") }
}

/// Whole units, whether they come as a number or as text.
pub fn whole_units(value: &Value) -> Option<i64> {
    text(value).parse().ok()
}

/// Money in minor units, exactly: from text, or from the digits of a JSON number (which are its own
/// up to fifteen). Nothing is nothing.
pub fn minor_units(value: &Value, currency: &str) -> Result<i64, String> {
    match text(value).trim() {
        "" => Ok(0),
        said => cells::parse_minor(said, currency)
            .map_err(|bad| format!("{said:?} is no amount in {currency}: {}", bad.0)),
    }
}

/// Takes what lies at this path out of an answer; null where nothing does, whatever the answer is.
pub fn take_path(value: &mut Value, path: &[&str]) -> Value {
    path.iter()
        .try_fold(value, |value, key| value.get_mut(*key))
        .map(Value::take)
        .unwrap_or_default()
}

/// What is an array, or none.
pub fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

const BEIJING: jiff::tz::Offset = jiff::tz::Offset::constant(8);
const CLOCK: &str = "%Y-%m-%d %H:%M:%S";

/// `2026-11-24 16:00:00` as the Chinese platforms write it, in GMT+8, as RFC 3339.
pub fn from_beijing(said: &Value) -> Result<String, String> {
    let said = text(said);
    let time = jiff::civil::DateTime::strptime(CLOCK, &said)
        .ok()
        .and_then(|time| BEIJING.to_timestamp(time).ok());
    time.map(|at| at.to_string())
        .ok_or_else(|| format!("{said:?} is no time: expected 2026-11-24 16:00:00"))
}

/// An instant as the Chinese platforms want it.
pub fn to_beijing(second: i64) -> String {
    jiff::Timestamp::from_second(second)
        .map(|at| BEIJING.to_datetime(at).strftime(CLOCK).to_string())
        .unwrap_or_default()
}

/// Unix seconds as RFC 3339; zero and nothing are no time.
pub fn from_unix(said: &Value) -> Option<String> {
    whole_units(said)
        .filter(|s| *s > 0)
        .and_then(|s| jiff::Timestamp::from_second(s).ok())
        .map(|at| at.to_string())
}
