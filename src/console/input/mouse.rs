//! What a terminal reports of its mouse.

/// What a mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The left button, on this column and row from the top left, counted from 0.
    Click(u16, u16),
    WheelUp,
    WheelDown,
}

/// Reads `<BUTTON;COLUMN;ROW`, as xterm reports with mode 1006.
pub(super) fn read(sequence: &[u8]) -> Option<Mouse> {
    let text = std::str::from_utf8(sequence).ok()?.strip_prefix('<')?;
    let numbers: Vec<u16> = text.split(';').filter_map(|part| part.parse().ok()).collect();
    match numbers[..] {
        [0, x, y] => Some(Mouse::Click(x.checked_sub(1)?, y.checked_sub(1)?)),
        [64, ..] => Some(Mouse::WheelUp),
        [65, ..] => Some(Mouse::WheelDown),
        _ => None,
    }
}
