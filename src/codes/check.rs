//! Check digits: GS1 modulo 10 (GS1 General Specifications 7.9) and our own modulo 36.

/// Is the last digit the GS1 check digit of those before it? Any length of two or more digits.
pub fn gs1_valid(digits: &str) -> bool {
    let Some((body, last)) = digits.split_at_checked(digits.len().saturating_sub(1)) else {
        return false;
    };
    !body.is_empty() && gs1_digit(body).is_some_and(|digit| last.as_bytes() == [digit])
}

/// The GS1 check digit (ASCII) of a run of digits; `None` if anything else is in it.
pub fn gs1_digit(body: &str) -> Option<u8> {
    let mut sum = 0u32;
    for (place, byte) in body.bytes().rev().enumerate() {
        let digit = byte.checked_sub(b'0').filter(|d| *d <= 9)?;
        sum += u32::from(digit) * if place % 2 == 0 { 3 } else { 1 };
    }
    u8::try_from((10 - sum % 10) % 10).ok().map(|d| b'0' + d)
}

/// An EAN-8, UPC-A, EAN-13 or GTIN-14 with a right check digit, as 14 digits.
pub fn gtin14(text: &str) -> Option<String> {
    (matches!(text.len(), 8 | 12 | 13 | 14) && gs1_valid(text)).then(|| format!("{text:0>14}"))
}

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The mod-36 check character of upper-case letters and digits (ISO 7064 MOD 37,36 is stronger
/// against swaps of neighbours than a plain sum, and needs no table). `None` for any other
/// character.
pub fn mod36(body: &str) -> Option<char> {
    let mut sum = 36usize;
    for byte in body.bytes() {
        let value = ALPHABET.iter().position(|c| *c == byte)?;
        sum = (sum + value) % 36;
        if sum == 0 {
            sum = 36;
        }
        sum = sum * 2 % 37;
    }
    ALPHABET.get((37 - sum) % 36).map(|c| char::from(*c))
}

/// An SSCC of the given company prefix and serial: extension 0, 18 digits, check digit last.
pub fn sscc(prefix: &str, serial: i64) -> Option<String> {
    let width = 16usize.checked_sub(prefix.len())?;
    let body = format!("0{prefix}{serial:0>width$}");
    (body.len() == 17).then_some(())?;
    gs1_digit(&body).map(|digit| format!("{body}{}", char::from(digit)))
}
