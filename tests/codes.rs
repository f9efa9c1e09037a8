//! What a scan says: published examples, and properties over anything a gun can send.

use proptest::prelude::*;
use wavedeck::codes::card::Card;
use wavedeck::codes::{Reading, check, gs1, own, readings};

fn gtin(text: &str) -> Option<String> {
    readings(text)
        .into_iter()
        .find_map(|r| if let Reading::Gtin { gtin, .. } = r { Some(gtin) } else { None })
}

#[test]
fn check_digits_as_published() {
    // GS1 General Specifications 7.9: GTIN-13 629104150021[3], SSCC 37610425002123456[9].
    assert_eq!(check::gs1_digit("629104150021"), Some(b'3'));
    assert!(check::gs1_valid("376104250021234569"));
    assert!(!check::gs1_valid("376104250021234568"));
    assert_eq!(check::gtin14("96385074").as_deref(), Some("00000096385074"));
    assert_eq!(check::gs1_digit("12a"), None);
    // ISO 7064, MOD 37,36: A12425GABC1234002 has the check character M.
    assert_eq!(check::mod36("A12425GABC1234002"), Some('M'));
}

#[test]
fn one_symbol_says_everything() {
    let both = [
        "]C1010952000000001117280131 10LOT7".replace(' ', ""),
        "]d2010952000000001110LOT7\u{1d}17280131".to_owned(),
    ];
    for scan in both {
        let Some(Reading::Gtin { gtin, lot, last_good, .. }) = readings(&scan).into_iter().next()
        else {
            panic!("{scan}")
        };
        assert_eq!(
            (gtin.as_str(), lot.as_deref(), last_good.as_deref()),
            ("09520000000011", Some("LOT7"), Some("2028-01-31")),
            "{scan}"
        );
    }
    let bracketed = readings("(01)09520000000011(10)lot7(37)6");
    assert!(bracketed.contains(&Reading::Gtin {
        gtin: "09520000000011".into(),
        lot: Some("LOT7".into()),
        last_good: None,
        count: Some(6)
    }));
}

#[test]
fn a_plain_symbology_carries_no_elements() {
    assert!(matches!(
        &readings("]E09520000000011")[..],
        [Reading::Gtin { lot: None, .. }, Reading::Text(_)]
    ));
}

#[test]
fn day_00_is_the_last_of_its_month() {
    assert_eq!(gs1::day("280200").as_deref(), Some("2028-02-29"));
    assert_eq!(gs1::day("271301"), None);
    assert_eq!(gs1::day("760101").as_deref(), Some("1976-01-01"));
}

#[test]
fn four_letters_and_a_typed_ean_are_no_commands() {
    for text in ["SKIP", "FULL", "HELP", "NEXT", "BACK", "9520000000011", "A01-02-03"] {
        assert!(!readings(text).iter().any(|r| matches!(r, Reading::Card(_))), "{text}");
    }
    assert_eq!(readings("wdc-skip"), vec![Reading::Card(Card::Skip)]);
}

#[test]
fn sscc_by_identifier_by_itself_and_in_the_qr() {
    let sscc = check::sscc("952", 17).unwrap();
    for scan in [format!("]C100{sscc}"), format!("00{sscc}"), sscc.clone()] {
        assert!(readings(&scan).contains(&Reading::Sscc(sscc.clone())), "{scan}");
    }
    assert!(readings(&format!("WD1|{sscc}|S1|SF1")).contains(&Reading::ParcelQr { sscc }));
}

proptest! {
    #[test]
    fn own_codes_read_back_and_one_wrong_character_does_not(
        body in "[0-9A-HJKMNP-TV-Z]{1,10}", at in 0..8usize, other in "[0-9A-Z]",
    ) {
        let code = own::make(own::Kind::Container, &body).unwrap();
        prop_assert_eq!(own::parse(&code), Some((own::Kind::Container, code.clone())));
        let at = 3 + at % (code.len() - 3);
        let mut wrong = code.clone();
        wrong.replace_range(at..=at, &other);
        prop_assert!(wrong == code || own::parse(&wrong).is_none());
    }

    #[test]
    fn anything_is_read_without_panic_and_ends_with_its_text(
        scan in "\\PC{0,60}|[\\x00-\\x7f]{0,60}|\\](C1|d2|Q3|e0)[0-9\\x1d()A-Z]{0,80}",
    ) {
        let all = readings(&scan);
        prop_assert!(matches!(all.last(), Some(Reading::Text(_) | Reading::Card(_))));
    }

    #[test]
    fn only_a_right_check_digit_is_a_gtin(digits in "[0-9]{13}") {
        prop_assert_eq!(gtin(&digits).is_some(), check::gs1_valid(&digits));
    }

    #[test]
    fn a_card_is_read_in_any_case(n in 0..Card::ALL.len(), lower in any::<bool>()) {
        let card = Card::ALL[n];
        let scan = if lower { card.scan().to_lowercase() } else { card.scan() };
        prop_assert_eq!(readings(&scan), vec![Reading::Card(card)]);
    }
}
