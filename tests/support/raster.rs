//! A small ZPL reader that shares no code with the program: it draws what a printer would draw at
//! 203 dpi, so that a barcode reader can look at it.

use std::collections::HashMap;

pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// One byte a dot: 0 black, 255 white.
    pub dots: Vec<u8>,
    /// Texts with their position.
    pub texts: Vec<(usize, usize, String)>,
    pub commands: Vec<String>,
}

/// Every `^XA…^XZ` of the bytes, drawn.
pub fn labels(zpl: &[u8]) -> Vec<Picture> {
    let text = String::from_utf8(zpl.to_vec()).expect("ZPL is text");
    text.split("^XA").skip(1).map(|label| draw(label.split("^XZ").next().unwrap())).collect()
}

fn draw(zpl: &str) -> Picture {
    let mut p = Picture { width: 0, height: 0, dots: vec![], texts: vec![], commands: vec![] };
    let (mut x, mut y, mut module, mut hex) = (0usize, 0usize, 2usize, false);
    let mut symbol: Option<String> = None;
    for part in zpl.split('^').skip(1) {
        let part = part.trim_end_matches(['\n', '\r']);
        let (name, rest) = part.split_at(2.min(part.len()));
        p.commands.push(name.to_owned());
        let numbers: Vec<usize> = rest
            .split(',')
            .filter_map(|n| n.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok())
            .collect();
        match name {
            "PW" => p.width = numbers[0],
            "LL" => {
                p.height = numbers[0];
                p.dots = vec![255; p.width * p.height];
            }
            "FO" => (x, y) = (numbers[0], numbers[1]),
            "BY" => module = numbers[0],
            "FH" => hex = true,
            "BC" | "BQ" => symbol = Some(part.to_owned()),
            "GB" => p.fill(x, y, numbers[0], numbers[1]),
            "FD" => {
                let data = if hex { unhex(rest) } else { rest.as_bytes().to_vec() };
                let data = String::from_utf8(data).expect("a field is UTF-8");
                match symbol.as_deref() {
                    Some(s) if s.starts_with("BC") => {
                        let height = s.split(',').nth(1).unwrap().parse().unwrap();
                        p.code128(x, y, module, height, &data);
                    }
                    Some(s) => {
                        let size = s.split(',').nth(2).unwrap().parse().unwrap();
                        p.qr(x, y, size, data.strip_prefix("MA,").expect("automatic input"));
                    }
                    None => p.texts.push((x, y, data)),
                }
            }
            "FS" => (symbol, hex) = (None, false),
            _ => {}
        }
    }
    p
}

fn unhex(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'_' {
            out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).expect("two hex digits"));
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

impl Picture {
    fn fill(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for row in y..(y + height).min(self.height) {
            for column in x..(x + width).min(self.width) {
                self.dots[row * self.width + column] = 0;
            }
        }
    }

    fn qr(&mut self, x: usize, y: usize, size: usize, data: &str) {
        let code = qrcode::QrCode::with_error_correction_level(data, qrcode::EcLevel::M).unwrap();
        for (n, colour) in code.to_colors().into_iter().enumerate() {
            if colour == qrcode::Color::Dark {
                self.fill(x + n % code.width() * size, y + n / code.width() * size, size, size);
            }
        }
    }

    /// `>;` starts subset C, `>8` is FNC1, digits go in pairs (ZPL II guide, ^BC invocation codes).
    fn code128(&mut self, x: usize, y: usize, module: usize, height: usize, data: &str) {
        let mut values = Vec::new();
        let mut rest = data;
        while !rest.is_empty() {
            let (value, len) = match rest.get(..2).unwrap() {
                ">;" => (105, 2),
                ">8" => (102, 2),
                pair => (pair.parse::<usize>().expect("a pair of digits"), 2),
            };
            values.push(value);
            rest = &rest[len..];
        }
        let sum: usize = values.iter().enumerate().map(|(n, v)| v * n.max(1)).sum();
        values.push(sum % 103);
        values.push(106);
        let mut at = x;
        for value in values {
            for (n, width) in PATTERNS[value].bytes().enumerate() {
                let width = usize::from(width - b'0') * module;
                if n % 2 == 0 {
                    self.fill(at, y, width, height);
                }
                at += width;
            }
        }
        assert!(at < self.width, "the symbol is wider than the label");
    }

    /// What a reader finds: format and text.
    pub fn read(&self) -> HashMap<String, String> {
        let mut found = HashMap::new();
        for format in [rxing::BarcodeFormat::CODE_128, rxing::BarcodeFormat::QR_CODE] {
            let mut hints = rxing::DecodeHints {
                AssumeGs1: Some(true),
                TryHarder: Some(true),
                ..Default::default()
            };
            let read = rxing::helpers::detect_in_luma_with_hints(
                self.dots.clone(),
                self.width as u32,
                self.height as u32,
                Some(format),
                &mut hints,
            );
            if let Ok(result) = read {
                found.insert(format!("{format:?}"), result.getText().to_owned());
            }
        }
        found
    }
}

/// Bars and spaces of Code 128 (ISO/IEC 15417, table 1).
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
