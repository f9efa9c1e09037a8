//! GS1 element strings: AIM symbology identifiers (ISO/IEC 15424), application identifiers with
//! their lengths (GS1 General Specifications, section 3), dates.

/// What the AIM identifier before a scan (ISO/IEC 15424) says of its symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbology {
    /// The symbol says by itself that it carries GS1 elements.
    Gs1,
    /// Nothing says so: a group separator or a leading `(01)` may.
    Unmarked,
    /// A symbology that cannot carry elements (EAN, plain Code 128 or QR by its identifier).
    Plain,
}

const GS: char = '\u{1d}';

/// Takes an AIM identifier (`]C1`, `]d2`, …) off the front.
pub fn split_aim(scan: &str) -> (Symbology, &str) {
    let bytes = scan.as_bytes();
    if bytes.len() < 3
        || bytes[0] != b']'
        || !bytes[1].is_ascii_alphabetic()
        || !bytes[2].is_ascii_alphanumeric()
    {
        return (Symbology::Unmarked, scan);
    }
    let kind = match &scan[..3] {
        "]C1" | "]d2" | "]Q3" | "]e0" | "]e1" | "]e2" | "]J1" => Symbology::Gs1,
        _ => Symbology::Plain,
    };
    (kind, &scan[3..])
}

/// The elements of one symbol, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elements(Vec<(String, String)>);

impl Elements {
    /// The value of an application identifier, `10` for the lot and so on; `None`: not in the
    /// symbol.
    pub fn get(&self, ai: &str) -> Option<&str> {
        self.0.iter().find(|(a, _)| a == ai).map(|(_, value)| value.as_str())
    }

    /// Application identifiers and their values, in the symbol's order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Length of an identifier and of its value: `(digits of the AI, fixed length or None, longest)`.
fn shape(rest: &str) -> Option<(usize, Option<usize>, usize)> {
    let two = rest.get(..2)?;
    let fixed = |n| Some((2, Some(n), n));
    let up_to = |ai, n| Some((ai, None, n));
    match two {
        "00" => fixed(18),
        "01" | "02" | "03" => fixed(14),
        "11" | "12" | "13" | "15" | "16" | "17" => fixed(6),
        "20" => fixed(2),
        "10" | "21" | "22" => up_to(2, 20),
        "30" | "37" => up_to(2, 8),
        "90" => up_to(2, 30),
        "91" | "92" | "93" | "94" | "95" | "96" | "97" | "98" | "99" => up_to(2, 90),
        "31" | "32" | "33" | "34" | "35" | "36" => Some((4, Some(6), 6)),
        "24" | "25" => up_to(3, 30),
        "40" => match rest.get(..3)? {
            "402" => Some((3, Some(17), 17)),
            _ => up_to(3, 30),
        },
        "41" => Some((3, Some(13), 13)),
        "42" => match rest.get(..3)? {
            "422" | "424" | "426" => Some((3, Some(3), 3)),
            _ => up_to(3, 20),
        },
        "39" => up_to(4, 15),
        "70" | "80" | "81" | "82" => match rest.get(..4)? {
            "7001" => Some((4, Some(13), 13)),
            "7003" => Some((4, Some(10), 10)),
            "8005" => Some((4, Some(6), 6)),
            "8006" => Some((4, Some(18), 18)),
            _ => up_to(4, 70),
        },
        _ => None,
    }
}

/// Reads a whole element string, with GS between variable elements or with brackets around
/// identifiers. `None` unless every byte of it is accounted for and the check digits of 00, 01 and
/// 02 are right.
pub fn parse(body: &str, symbology: Symbology) -> Option<Elements> {
    if body.starts_with('(') {
        return bracketed(body);
    }
    let marked = symbology == Symbology::Gs1 || body.contains(GS);
    let leads =
        body.starts_with("01") && body.len() >= 16 || body.starts_with("00") && body.len() >= 20;
    if !(marked || leads) {
        return None;
    }
    let mut rest = body.trim_start_matches(GS);
    let mut out = Elements::default();
    while !rest.is_empty() {
        let (ai_len, fixed, longest) = shape(rest)?;
        let ai = rest.get(..ai_len)?;
        let after = rest.get(ai_len..)?;
        let len = match fixed {
            Some(n) => n,
            None => after.find(GS).unwrap_or(after.len()),
        };
        push(&mut out, ai, after.get(..len)?, longest)?;
        rest = after.get(len..)?.strip_prefix(GS).unwrap_or(after.get(len..)?);
    }
    (!out.0.is_empty()).then_some(out)
}

fn bracketed(body: &str) -> Option<Elements> {
    let mut out = Elements::default();
    for part in body.strip_prefix('(')?.split('(') {
        let (ai, value) = part.split_once(')')?;
        let (ai_len, fixed, longest) = shape(ai)?;
        (ai.len() == ai_len && fixed.is_none_or(|n| value.len() == n)).then_some(())?;
        push(&mut out, ai, value.trim_end_matches(GS), longest)?;
    }
    Some(out)
}

fn push(out: &mut Elements, ai: &str, value: &str, longest: usize) -> Option<()> {
    let printable = value.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let digits = ai.bytes().chain(value.bytes()).all(|b| b.is_ascii_digit());
    let numeric =
        !matches!(ai, "00" | "01" | "02" | "11" | "13" | "15" | "17" | "20" | "30" | "37")
            || digits;
    let checked = !matches!(ai, "00" | "01" | "02") || super::check::gs1_valid(value);
    (!value.is_empty() && value.len() <= longest && printable && numeric && checked)
        .then_some(())?;
    // Twice the same identifier with two values is no message.
    (out.get(ai).is_none_or(|before| before == value)).then_some(())?;
    out.0.push((ai.to_owned(), value.to_owned()));
    Some(())
}

/// `YYMMDD` as an ISO date: the century window of GS1 7.12 around 2026, day 00 is the month's last.
pub fn day(yymmdd: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| yymmdd.get(range)?.parse::<i16>().ok();
    let (yy, month, dd) = (number(0..2)?, number(2..4)?, number(4..6)?);
    let year = if yy >= 76 { 1900 + yy } else { 2000 + yy };
    let first = jiff::civil::Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    let date = if dd == 0 {
        first.last_of_month()
    } else {
        first.with().day(i8::try_from(dd).ok()?).build().ok()?
    };
    Some(date.to_string())
}
