//! ZPL II fields from hostile text.

/// A field's data for `^FH_`: printable ASCII letters, digits and plain punctuation stay, every
/// other byte becomes `_XX`, so that no text from outside can end a field or start a command.
pub fn field(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in crate::domain::strip_control(text).bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b' '
            | b'.'
            | b','
            | b'-'
            | b'/'
            | b':'
            | b'#'
            | b'+' => out.push(char::from(byte)),
            _ => out.push_str(&format!("_{byte:02X}")),
        }
    }
    out
}

/// Cuts text to a number of cells (a CJK glyph is two) without cutting a character.
pub fn fit_text(text: &str, cells: usize) -> (&str, &str) {
    use unicode_width::UnicodeWidthChar;
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > cells {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// The same, but not inside a word or a number that begins within the line, unless it fills it.
pub fn fit_words(text: &str, cells: usize) -> (&str, &str) {
    let (line, more) = fit_text(text, cells);
    let parts = |c: char| c.is_ascii_graphic();
    if !(line.ends_with(parts) && more.starts_with(parts)) {
        return (line, more);
    }
    match line.trim_end_matches(parts).len() {
        0 => (line, more),
        at => text.split_at(at),
    }
}

/// The text of a field that `^FH_` wrote: `_XX` is a byte.
pub fn plain_field(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .filter(|_| *first == b'_')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
