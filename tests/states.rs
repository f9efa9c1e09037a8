//! Closed lists of codes: what the program knows, what the tables take and what both languages say
//! is the same.

use crate::support::{Role, World};
use std::collections::BTreeSet;
use wavedeck::cli;
use wavedeck::domain::Lang;
use wavedeck::domain::states::*;
use wavedeck::i18n::Catalogue;
use wavedeck::protocol::list::said;
use wavedeck::protocol::{Step, hand_over, pack, pick, put_back};
use wavedeck::work::refuse;

fn codes<C: Coded>() -> BTreeSet<String> {
    C::ALL.iter().map(|one| one.code().to_owned()).collect()
}

/// The codes that a column's CHECK takes.
async fn taken(w: &World, table: &str, column: &str) -> BTreeSet<String> {
    let check = w
        .text(&format!(
            "SELECT string_agg(pg_get_constraintdef(c.oid), ' ') FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
             WHERE c.conrelid = '{table}'::regclass AND c.contype = 'c' AND a.attname = '{column}'"
        ))
        .await;
    check.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn tables_take_the_codes_that_the_program_knows_and_no_others() {
    let w = World::empty().await;
    let kept = [
        ("orders", "status", codes::<OrderStatus>()),
        ("shipment", "state", codes::<ShipmentState>()),
        ("wave", "state", codes::<WaveState>()),
        ("trip", "state", codes::<TripState>()),
        ("trip", "kind", codes::<TripKind>()),
        ("task", "state", codes::<TaskState>()),
        ("parcel", "state", codes::<ParcelState>()),
        ("label", "state", codes::<LabelState>()),
        ("stock", "status", codes::<StockStatus>()),
        ("bin", "use", codes::<BinUse>()),
        ("container", "kind", codes::<ContainerKind>()),
    ];
    for (table, column, codes) in kept {
        assert_eq!(taken(&w, table, column).await, codes, "{table}.{column}");
    }
    w.end().await;
}

fn are_said<C: Coded>(except: &[&str]) {
    for lang in Lang::ALL {
        let words = Catalogue::new(lang);
        for one in C::ALL.iter().filter(|one| !except.contains(&one.code())) {
            let key = said(*one).key;
            assert!(words.has(&key), "{key} in {}", lang.code());
        }
    }
}

#[test]
fn both_languages_say_every_state() {
    are_said::<OrderStatus>(&[]);
    are_said::<ShipmentState>(&[]);
    are_said::<WaveState>(&[]);
    are_said::<TripState>(&[]);
    are_said::<TripKind>(&[]);
    are_said::<ParcelState>(&[]);
    are_said::<LabelState>(&[]);
    are_said::<BoxStays>(&[]);
    are_said::<ContainerKind>(&[]);
    are_said::<ExceptionReason>(&[]);
    // Good goods need no word.
    are_said::<StockStatus>(&["good"]);
}

#[tokio::test]
async fn every_reason_that_a_short_leaves_behind_has_a_way_out() {
    let w = World::empty().await;
    let raised =
        w.text("SELECT string_agg(code, ' ') FROM reason WHERE stock_status IS NOT NULL").await;
    for code in raised.split(' ') {
        assert!(ExceptionReason::parse(code).is_some(), "{code}");
    }
    w.end().await;
}

/// The view reads what the program writes.
#[tokio::test]
async fn what_people_have_in_hand_is_read_from_where_they_stand() {
    let w = World::new().await;
    let p = w.person("P", Role::Supervisor).await;
    let id = p.last.operator.as_ref().unwrap().id;
    let steps = [
        (Step::Menu, "- - - - - - -"),
        (
            Step::Pick(pick::Step { reservation_id: 5, counted: 2, ..Default::default() }),
            "pick 5 2 - - - -",
        ),
        (
            Step::Pack(pack::Step { shipment_id: Some(7), closing: Some(8), ..Default::default() }),
            "pack - - 7 8 - -",
        ),
        (
            Step::HandOver(hand_over::Step { list_id: Some(9), closing: None }),
            "hand_over - - - - 9 -",
        ),
        (
            Step::PutBack(put_back::Step { task_id: Some(3), ..Default::default() }),
            "put_back - - - - - 3",
        ),
    ];
    for (step, read) in steps {
        let step = serde_json::to_string(&step).unwrap();
        w.sql(&format!("UPDATE standing SET step = '{step}' WHERE person_id = {id}")).await;
        let seen = w
            .text(&format!(
                "SELECT concat_ws(' ', coalesce(activity, '-'),
                   coalesce(picked_reservation_id::text, '-'), coalesce(counted::text, '-'),
                   coalesce(packed_shipment_id::text, '-'), coalesce(closed_parcel_id::text, '-'),
                   coalesce(list_id::text, '-'), coalesce(task_id::text, '-'))
                 FROM in_hand WHERE person_id = {id}"
            ))
            .await;
        assert_eq!(seen, read, "{step}");
    }
    w.end().await;
}

/// Constraints, unique indexes, and what functions raise by a name.
const NAMED_RULES: &str = "SELECT string_agg(name, ' ') FROM (
    SELECT conname::text AS name FROM pg_constraint
    UNION SELECT relname::text FROM pg_class WHERE relkind = 'i'
    UNION SELECT m[1] FROM pg_proc, regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g') m
  ) named";

/// A sentence for a rule that the database does not have is never said.
#[tokio::test]
async fn every_rule_that_has_a_sentence_is_one_of_the_database() {
    let w = World::empty().await;
    let rules = w.text(NAMED_RULES).await;
    let rules: BTreeSet<&str> = rules.split(' ').collect();
    for (rule, key) in [refuse::SENTENCES, cli::SENTENCES].concat() {
        assert!(rules.contains(rule), "nothing is called {rule}");
        for lang in Lang::ALL {
            assert!(Catalogue::new(lang).has(key), "{key} in {}", lang.code());
        }
    }
    w.end().await;
}
