//! Text in cells: a CJK glyph is two.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Breaks text into lines of at most `width` cells, at blanks where there are any, between CJK
/// glyphs, and inside a word only where the word alone is too long. Always at least one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in pieces(text) {
        if line.width() + word.trim_end().width() > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        let word = if line.is_empty() { word.trim_start() } else { word };
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > width {
                if c == ' ' {
                    continue;
                }
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            line.push(c);
        }
    }
    let last = line.trim_end();
    if !last.is_empty() || lines.is_empty() {
        lines.push(last.to_owned());
    }
    lines
}

/// Puts parts one behind the other, as many to a line as fit; a part is broken only where it alone
/// is wider than a line.
pub fn flow<'a>(parts: impl IntoIterator<Item = &'a str>, gap: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.width() + gap.len() + part.width() <= width => {
                line.push_str(gap);
                line.push_str(part);
            }
            _ => lines.extend(wrap(part, width)),
        }
    }
    lines
}

/// Words with the blank behind them; each wide glyph is a piece of its own, closing marks stay with
/// what they close, and the name of a card in its corners stays whole.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut in_corners = false;
    for (at, c) in text.char_indices() {
        let breaks = !in_corners
            && before
                .is_some_and(|b| b == ' ' && c != ' ' || (is_wide(b) || is_wide(c)) && !closes(c));
        in_corners = c == '「' || in_corners && c != '」';
        if breaks && at > start {
            out.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    out.push(&text[start..]);
    out
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

fn closes(c: char) -> bool {
    matches!(c, '。' | '，' | '、' | '：' | '；' | '！' | '？' | '”' | '）' | ' ' | '.' | ',' | ')')
}

#[cfg(test)]
mod tests {
    use super::{flow, wrap};
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn breaks_at_blanks_and_between_glyphs() {
        assert_eq!(wrap("scan the bin A01-02-03 now", 12), ["scan the bin", "A01-02-03", "now"]);
        assert_eq!(wrap("请扫描库位或者商品。", 10), ["请扫描库位", "或者商品。"]);
        assert_eq!(wrap("扫包裹，完成后扫「关闭」", 20), ["扫包裹，完成后扫", "「关闭」"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("952000000000000000017", 10), ["9520000000", "0000000001", "7"]);
    }

    #[test]
    fn a_part_that_fits_a_line_is_never_broken() {
        assert_eq!(
            flow(["1 Pick", "", "2 Pack", "3 Put back"], "  ", 20),
            ["1 Pick  2 Pack", "3 Put back"]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(
            text in "[a-c 库位。]{0,60}",
            width in 2..30usize,
        ) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|l| l.width() <= width));
            let squash = |s: &str| s.replace(' ', "");
            prop_assert_eq!(squash(&lines.concat()), squash(&text));
        }
    }
}
