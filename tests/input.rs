//! Bytes into lines and keys: the same bytes give the same lines however they are cut and however
//! slowly they come.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use wavedeck::console::input::{Decoder, Event, Framing, Key, Mouse};

/// Lines and keys of bytes that come with these gaps; deadlines pass as they would.
fn decode(bytes: &[u8], gaps_ms: &[u64]) -> Vec<Event> {
    let mut decoder = Decoder::new(Framing::default());
    let mut at = Instant::now();
    let mut out = Vec::new();
    for (n, byte) in bytes.iter().enumerate() {
        at += Duration::from_millis(gaps_ms.get(n % gaps_ms.len().max(1)).copied().unwrap_or(0));
        if decoder.deadline().is_some_and(|deadline| deadline <= at) {
            out.extend(decoder.timeout());
        }
        out.extend(decoder.push(*byte, at));
    }
    out.extend(decoder.timeout());
    out.into_iter().filter(|e| !matches!(e, Event::Typing(_))).collect()
}

fn lines(bytes: &[u8], gaps_ms: &[u64]) -> Vec<String> {
    decode(bytes, gaps_ms)
        .into_iter()
        .filter_map(|e| if let Event::Line { text, .. } = e { Some(text) } else { None })
        .collect()
}

fn keys(bytes: &[u8], gaps_ms: &[u64]) -> Vec<Key> {
    decode(bytes, gaps_ms)
        .into_iter()
        .filter_map(|e| if let Event::Key(key) = e { Some(key) } else { None })
        .collect()
}

#[test]
fn every_terminator_ends_one_line() {
    for end in ["\r", "\n", "\r\n", "\t"] {
        assert_eq!(lines(format!("A1{end}B2{end}").as_bytes(), &[0]), ["A1", "B2"], "{end:?}");
    }
    // LF after CR is swallowed by position, however late it comes.
    assert_eq!(lines(b"A1\r\nB2\r", &[0, 0, 0, 150, 0, 0]), ["A1", "B2"]);
}

#[test]
fn gs_utf8_and_gbk_arrive_whole() {
    assert_eq!(lines(b"]C10109520000000011\x1d10L1\r", &[5]), ["]C10109520000000011\u{1d}10L1"]);
    assert_eq!(lines("库位9\r".as_bytes(), &[40]), ["库位9"]);
    let (gbk, _, _) = encoding_rs::GBK.encode("库位9");
    assert_eq!(lines(&[&gbk[..], b"\r"].concat(), &[40]), ["库位9"]);
}

#[test]
fn arrows_and_function_keys_in_both_encodings() {
    for (bytes, key) in [
        (&b"\x1b[A"[..], Key::Up),
        (b"\x1bOA", Key::Up),
        (b"\x1bOP", Key::F(1)),
        (b"\x1b[11~", Key::F(1)),
        (b"\x1b[[A", Key::F(1)),
        (b"\x1b[15~", Key::F(5)),
        (b"\x1b[17~", Key::F(6)),
        (b"\x1b[20~", Key::F(9)),
        (b"\x1b[24~", Key::F(12)),
        (b"\x1b[6~", Key::PageDown),
        (b"\x1b[1;5C", Key::Right),
    ] {
        assert_eq!(keys(bytes, &[0]), [key], "{bytes:?}");
        assert_eq!(keys(bytes, &[200]), [key], "split by the network: {bytes:?}");
    }
}

#[test]
fn a_lone_escape_is_a_key_and_eats_nothing() {
    assert_eq!(keys(b"\x1b", &[0]), [Key::Esc]);
    assert_eq!(
        (keys(b"\x1b7\r", &[0, 60]), lines(b"\x1b7\r", &[0, 60])),
        (vec![Key::Esc], vec!["7".to_owned()])
    );
    assert_eq!(lines(b"\x1b]C1X\r", &[0]), ["]C1X"]);
}

#[test]
fn a_paste_of_one_line_is_a_scan_for_certain() {
    let events = decode(b"\x1b[200~A01\x1b[201~", &[0]);
    assert_eq!(events, [Event::Line { text: "A01".into(), typed: false }]);
    assert_eq!(lines(b"\x1b[200~A01\r\nB02\x1b[201~C03\r", &[0]), ["A01", "B02", "C03"]);
}

#[test]
fn a_line_without_end_is_thrown_away_up_to_its_end() {
    let mut bytes = vec![b'X'; 5000];
    bytes.extend(b"\rA01\r");
    assert_eq!(
        decode(&bytes, &[0]),
        [Event::TooLong, Event::Line { text: "A01".into(), typed: true }]
    );
}

#[test]
fn gaps_decide_only_the_audit_mark() {
    assert_eq!(decode(b"A01-02\r", &[3]), [Event::Line { text: "A01-02".into(), typed: false }]);
    assert_eq!(decode(b"A01-02\r", &[120]), [Event::Line { text: "A01-02".into(), typed: true }]);
}

#[test]
fn a_prefix_marks_a_scan_and_is_not_part_of_it() {
    let mut decoder = Decoder::new(Framing { prefix: vec![2], ..Framing::default() });
    let mut at = Instant::now();
    let mut out = Vec::new();
    for byte in b"x\x08\x02A01\rA01\r" {
        at += Duration::from_millis(100);
        out.extend(decoder.push(*byte, at));
    }
    // However slow: what has the mark is a scan, and what has it not was typed.
    let told: Vec<&Event> = out.iter().filter(|e| !matches!(e, Event::Typing(_))).collect();
    assert_eq!(
        told,
        [
            &Event::Line { text: "A01".into(), typed: false },
            &Event::Line { text: "A01".into(), typed: true }
        ]
    );
}

#[test]
fn backspace_takes_one_character() {
    assert_eq!(lines("A库\x7f1\r".as_bytes(), &[0]), ["A1"]);
}

proptest! {
    #[test]
    fn gaps_change_no_line(
        scans in prop::collection::vec("[A-Z0-9\u{1d}库位-]{1,20}", 1..6),
        ends in prop::collection::vec(prop::sample::select(vec!["\r", "\n", "\r\n", "\t"]), 6),
        gaps in prop::collection::vec(0..=200u64, 1..40),
    ) {
        let bytes: String = scans.iter().zip(&ends).map(|(s, e)| format!("{s}{e}")).collect();
        // CR of one line followed by nothing but LF of the next is one terminator by design.
        prop_assert_eq!(lines(bytes.as_bytes(), &gaps), scans);
    }

    #[test]
    fn any_bytes_decode_without_panic_and_alike_at_any_pace(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        gaps in prop::collection::vec(0..=200u64, 1..20),
    ) {
        prop_assert_eq!(lines(&bytes, &gaps), lines(&bytes, &[0]));
        prop_assert_eq!(keys(&bytes, &gaps), keys(&bytes, &[0]));
    }
}

#[test]
fn a_mouse_is_no_scan_and_eats_none() {
    let mice = |bytes: &[u8]| -> Vec<Mouse> {
        let events = decode(bytes, &[0]).into_iter();
        events
            .filter_map(|e| if let Event::Mouse(mouse) = e { Some(mouse) } else { None })
            .collect()
    };
    assert_eq!(mice(b"\x1b[<0;80;24M\x1b[<0;80;24m"), [Mouse::Click(79, 23)]);
    assert_eq!(mice(b"\x1b[<64;1;1M\x1b[<65;1;1M"), [Mouse::WheelUp, Mouse::WheelDown]);
    for other in ["<2;1;1M", "<0;0;1M", "<0;1M", "<0;99999;1M", "<M", "0;1;1M"] {
        assert_eq!(mice(format!("\x1b[{other}").as_bytes()), [], "{other}");
    }
    // In the middle of a scan, too.
    let scan = b"A01-02\x1b[<0;5;5M-03\x1b[<65;5;5M\r";
    assert_eq!((lines(scan, &[0]), mice(scan).len()), (vec!["A01-02-03".to_owned()], 2));
    // A terminal without numbers reports three bytes of any kind, and only where it was asked.
    let old = |asked: bool| {
        let mut decoder = Decoder::new(Framing::default());
        decoder.expect_mouse(asked);
        let events = b"A1\x1b[M !!B2\r".iter().flat_map(|b| decoder.push(*b, Instant::now()));
        events
            .filter_map(|e| if let Event::Line { text, .. } = e { Some(text) } else { None })
            .collect()
    };
    let (asked, not): (Vec<String>, Vec<String>) = (old(true), old(false));
    assert_eq!((asked, not), (vec!["A1B2".to_owned()], vec!["A1 !!B2".to_owned()]));
}
