//! ZPL II fields from hostile text.

/// A field's data for `^FH_`: printable ASCII letters, digits and plain punctuation stay, every other byte
/// becomes `_XX`, so that no text from outside can end a field or start a command.
pub fn field(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in crate::domain::plain(text).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b' ' | b'.' | b',' | b'-' | b'/' | b':' | b'#' | b'+' => out.push(char::from(byte)),
            _ => out.push_str(&format!("_{byte:02X}")),
        }
    }
    out
}

/// Cuts text to a number of cells (a CJK glyph is two) without cutting a character.
pub fn fit(text: &str, cells: usize) -> (&str, &str) {
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
