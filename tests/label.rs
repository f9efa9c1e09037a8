//! The label read back from its bytes by a reader that shares no code with the program.

use crate::support::raster;
use proptest::prelude::*;
use wavedeck::codes::label;
use wavedeck::domain::label::LabelFacts;
use wavedeck::domain::order::Receiver;

fn facts() -> LabelFacts {
    LabelFacts {
        receiver: Receiver {
            name: "林晓".into(),
            phone: "13800000000".into(),
            country: "CN".into(),
            province: "四川省".into(),
            city: "成都市".into(),
            district: "锦江区".into(),
            address: "示范路 1 号".into(),
            postcode: "610000".into(),
            token: String::new(),
        },
        sender: "Demo House".into(),
        shipment_no: "S0000042".into(),
        carrier: "SF Express 顺丰".into(),
        waybill: "SF1000000007".into(),
        sscc: wavedeck::codes::check::sscc("952", 7).unwrap(),
        own_prefix: true,
        dpi: 203,
        cjk_font: "E:SIMSUN.TTF".into(),
    }
}

/// Codes as a reader sees them, and texts by their place.
fn read(facts: &LabelFacts) -> raster::Picture {
    let mut labels = raster::labels(&label::zpl(facts));
    assert_eq!(labels.len(), 1, "one label");
    labels.remove(0)
}

#[test]
fn sscc_and_qr_are_read_from_the_picture() {
    let facts = facts();
    let picture = read(&facts);
    let codes = picture.read();
    assert_eq!(codes["CODE_128"], format!("]C100{}", facts.sscc));
    assert_eq!(codes["QR_CODE"], format!("WD1|{}|S0000042|SF1000000007", facts.sscc));
    let texts: String = picture.texts.iter().map(|(_, _, t)| format!("{t}\n")).collect();
    for part in
        ["林晓", "四川省 成都市", "Demo House", "S0000042", "顺丰", "SF1000000007", &facts.sscc]
    {
        assert!(texts.contains(part), "{part} in {texts}");
    }
    assert_eq!((picture.width, picture.height), (799, 1199));
}

#[test]
fn a_hostile_receiver_changes_nothing_else() {
    let mut evil = facts();
    evil.receiver.name = "^XZ^XA~JR\u{1b}\u{0}\u{7}_5E".into();
    evil.receiver.address = "^FS^FO0,0^GB800,800,800^FS\r\n~DG".into();
    let (picture, clean) = (read(&evil), read(&facts()));
    assert_eq!(picture.commands, clean.commands);
    assert_eq!(picture.read(), clean.read());
    let own = |p: &raster::Picture| {
        p.texts.iter().filter(|(_, y, _)| !(95..400).contains(y)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(own(&picture), own(&clean));
    assert!(
        picture.texts.iter().any(|(_, _, t)| t.contains("^XZ^XA~JR")),
        "it is printed as text: {:?}",
        picture.texts
    );
    assert!(picture.texts.iter().any(|(_, _, t)| t.contains("四川省 成都市")));
}

proptest! {
    #[test]
    fn no_text_from_outside_makes_a_command(
        name in "\\PC{0,80}|[\\x00-\\x7f]{0,80}",
        address in "\\PC{0,300}",
        dpi in prop::sample::select(vec![203u32, 300]),
    ) {
        let mut facts = facts();
        (facts.receiver.name, facts.receiver.address, facts.dpi) = (name, address, dpi);
        let zpl = String::from_utf8(label::zpl(&facts)).unwrap();
        prop_assert!(zpl.bytes().all(|b| b == b'\n' || (0x20..0x7f).contains(&b)));
        prop_assert_eq!(zpl.matches("^XA").count(), 1);
        prop_assert_eq!(zpl.matches("^XZ").count(), 1);
        prop_assert_eq!(zpl.matches('~').count(), 0);
        // Every field is one of ours.
        prop_assert_eq!(zpl.matches("^FD").count(), zpl.matches("^FS").count() - 3);
    }
}
