//! The shipping label, 100 × 150 mm, as ZPL II at 203 or 300 dpi.
//!
//! Layout is written in dots at 203 dpi and scaled; the printer draws the symbols itself.

use super::zpl;
use crate::domain::label::LabelFacts;
use crate::domain::strip_control;
use std::fmt::Write;

/// The QR of a parcel.
pub fn parcel_qr(facts: &LabelFacts) -> String {
    format!("WD1|{}|{}|{}", facts.sscc, facts.shipment_no, facts.waybill)
}

/// The whole label, one `^XA…^XZ`.
pub fn zpl(facts: &LabelFacts) -> Vec<u8> {
    let mut page = Page { out: String::new(), dpi: facts.dpi };
    let (width, height) = (page.dots(799), page.dots(1199));
    let _ = write!(page.out, "^XA^CI28^CW1,{}^PW{width}^LL{height}^LH0,0", font(&facts.cjk_font));
    let r = &facts.receiver;
    page.text(30, 30, 26, &format!("{}   {}", facts.carrier, facts.shipment_no));
    page.line(75);
    page.block(95, 40, 2, 34, &format!("{} {}", r.name, r.phone));
    page.block(185, 34, 5, 40, &address(r));
    page.line(400);
    page.text(30, 420, 24, &facts.sender);
    page.line(465);
    page.text(30, 490, 30, &format!("Waybill {}", facts.waybill));
    page.qr(530, 490, &parcel_qr(facts));
    page.sscc(60, 830, &facts.sscc);
    if !facts.own_prefix {
        page.text(30, 1110, 26, "DEMO NUMBER: set the site's GS1 prefix");
    }
    page.out.push_str("^XZ\n");
    page.out.into_bytes()
}

/// The same label once more: it says that it is a copy.
pub fn copy(zpl: &[u8], dpi: u32) -> Vec<u8> {
    let end = b"^XZ";
    let at = zpl.windows(end.len()).rposition(|three| three == end).unwrap_or(zpl.len());
    let mut page = Page { out: String::new(), dpi };
    page.text(600, 1095, 50, "COPY");
    [&zpl[..at], page.out.as_bytes(), &zpl[at..]].concat()
}

/// What a label says on paper, line by line from the top, read from its own bytes: symbols by their
/// data in brackets.
pub fn preview(zpl: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(zpl);
    let mut lines: Vec<(u32, String)> = text
        .split("^FO")
        .skip(1)
        .filter_map(|field| {
            let y = field.split(['^', ',']).nth(1)?.parse().ok()?;
            let (how, rest) = field.split_once("^FD")?;
            let data = zpl::plain_field(rest.split("^FS").next()?);
            let symbol = how.contains("^BQ") || how.contains("^BC");
            Some((
                y,
                if symbol {
                    format!("[{}]", data.trim_start_matches("MA,").trim_start_matches(">;>8"))
                } else {
                    data
                },
            ))
        })
        .collect();
    lines.sort_by_key(|(y, _)| *y);
    lines.into_iter().map(|(_, line)| strip_control(&line)).collect()
}

/// A font's name is configuration, yet still text from outside.
fn font(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '_' | '-'))
        .take(20)
        .collect()
}

fn address(r: &crate::domain::order::Receiver) -> String {
    [&r.country, &r.province, &r.city, &r.district, &r.address, &r.postcode]
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

struct Page {
    out: String,
    dpi: u32,
}

impl Page {
    fn dots(&self, at_203: u32) -> u32 {
        (at_203 * self.dpi + 101) / 203
    }

    fn origin(&mut self, x: u32, y: u32) {
        let (x, y) = (self.dots(x), self.dots(y));
        let _ = write!(self.out, "^FO{x},{y}");
    }

    fn text(&mut self, x: u32, y: u32, size: u32, text: &str) {
        self.origin(x, y);
        let size = self.dots(size);
        let _ = write!(self.out, "^A1N,{size},{size}^FH_^FD{}^FS", zpl::field(text));
    }

    /// Lines of at most `cells` half-width glyphs; what does not fit in `rows` is cut with three
    /// dots.
    fn block(&mut self, y: u32, size: u32, rows: u32, cells: usize, text: &str) {
        let text = strip_control(text);
        let mut rest = text.trim();
        for row in 0..rows {
            let (line, more) = zpl::fit_words(rest, cells);
            let last = row + 1 == rows && !more.is_empty();
            let shown = if last {
                format!("{}...", zpl::fit_text(line, cells - 3).0)
            } else {
                line.trim_end().to_owned()
            };
            if !shown.is_empty() {
                self.text(30, y + row * (size + 6), size, &shown);
            }
            rest = more.trim_start();
        }
    }

    fn line(&mut self, y: u32) {
        self.origin(20, y);
        let (width, thick) = (self.dots(759), self.dots(3));
        let _ = write!(self.out, "^GB{width},{thick},{thick}^FS");
    }

    fn qr(&mut self, x: u32, y: u32, data: &str) {
        self.origin(x, y);
        let size = if self.dpi == 203 { 5 } else { 7 };
        let _ = write!(self.out, "^BQN,2,{size}^FH_^FDMA,{}^FS", zpl::field(data));
    }

    /// GS1-128: `>;` starts in subset C and `>8` is FNC1, as ZPL's subset codes have it.
    fn sscc(&mut self, x: u32, y: u32, sscc: &str) {
        let module = if self.dpi == 203 { 4 } else { 6 };
        let height = self.dots(200);
        let _ = write!(self.out, "^BY{module}");
        self.origin(x, y);
        let _ = write!(self.out, "^BCN,{height},N,N,N,N^FD>;>800{sscc}^FS");
        self.text(160, 1050, 36, &format!("(00) {sscc}"));
    }
}
