//! Labels are a ledger: what was got stays as it was, a parcel that is opened or sent elsewhere
//! gets another version; and what names buyers is erased once it is old.

use crate::support::{Robot, Role, World, ean};
use wavedeck::store;

/// Every version, oldest first: what it is, and whether its bytes are there.
const VERSIONS: &str = "SELECT string_agg(concat(version, ' ', state, CASE WHEN bytes IS NULL THEN \
                        ' -' END), ', ' ORDER BY version) FROM label";

/// One unit in one parcel with its label.
async fn packed(w: &World) -> Robot {
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Supervisor).await;
    packer.ok(&w.used_tote().await).await;
    packer.ok(&ean(0)).await;
    packer
}

/// Opens the parcel that was just packed, and packs it anew.
async fn packed_anew(w: &World, packer: &mut Robot) {
    let sscc = w.text("SELECT sscc FROM parcel").await;
    packer.ok(&format!("00{sscc}")).await;
    packer.ok("1").await;
    assert_eq!(w.text(VERSIONS).await, "1 void", "an open box has no label to ask for");
    assert_eq!(
        w.number("SELECT count(*) FROM print_job WHERE done_at IS NULL").await,
        0,
        "and none that is still to be printed"
    );
    packer.ok("WDC-FULL").await;
}

#[tokio::test]
async fn a_parcel_that_is_packed_anew_gets_another_version() {
    let w = World::new().await;
    let mut packer = packed(&w).await;
    assert_eq!(w.text(VERSIONS).await, "1 got");
    packed_anew(&w, &mut packer).await;
    assert_eq!(w.text(VERSIONS).await, "1 void, 2 got");
    assert_eq!(
        w.number(
            "SELECT count(*) FROM print_job pj JOIN label la ON la.id = pj.label_id WHERE \
                  la.version = 2"
        )
        .await,
        1
    );
    w.end().await;
}

#[tokio::test]
async fn what_was_got_cannot_be_changed() {
    let w = World::new().await;
    let mut packer = packed(&w).await;
    packed_anew(&w, &mut packer).await;
    for change in [
        "SET bytes = 'other'",
        "SET bytes = NULL",
        "SET waybill = 'OTHER'",
        "SET got_at = now()",
        "SET version = version + 10",
        "SET state = 'asked', void_at = NULL WHERE state = 'void'",
    ] {
        let error = w.try_sql(&format!("UPDATE label {change}")).await.unwrap_err();
        let database = error.as_database_error().unwrap();
        assert!(
            database.constraint().is_some_and(|name| name.starts_with("label_")),
            "{change}: {database}"
        );
    }
    assert!(
        w.try_sql("INSERT INTO label (parcel_id, version) SELECT place_id, 9 FROM parcel")
            .await
            .is_err(),
        "two that live"
    );
    w.end().await;
}

/// Deletes in batches of one transaction each until nothing is left.
async fn tidied(w: &World) -> usize {
    let mut rounds = 1;
    loop {
        let mut tx = w.worker.db.begin().await.unwrap();
        let more = store::jobs::delete_old(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        if !more {
            return rounds;
        }
        rounds += 1;
    }
}

#[tokio::test]
async fn what_names_buyers_is_erased_once_it_is_old_and_has_left() {
    let w = World::new().await;
    let mut packer = packed(&w).await;
    packed_anew(&w, &mut packer).await;
    tidied(&w).await;
    assert_eq!(w.text(VERSIONS).await, "1 void, 2 got", "it is not old");
    w.sql("ALTER TABLE label DISABLE TRIGGER label_is_kept").await;
    w.sql("UPDATE label SET got_at = now() - interval '91 days'").await;
    w.sql("ALTER TABLE label ENABLE TRIGGER label_is_kept").await;
    w.sql("UPDATE order_version SET at = now() - interval '91 days'").await;
    tidied(&w).await;
    assert_eq!(w.text(VERSIONS).await, "1 void -, 2 got", "the box is still here");
    assert_eq!(w.number("SELECT count(*) FROM order_version WHERE payload IS NOT NULL").await, 0);
    let sscc = w.text("SELECT sscc FROM parcel").await;
    for scan in ["WDC-MENU-HANDOVER", &sscc, "WDC-CLOSE"] {
        packer.ok(scan).await;
    }
    // It went out by another printer's label; this one's printer is gone.
    let job = "SELECT count(*) FROM print_job WHERE done_at IS NULL";
    assert_eq!(w.number(job).await, 1);
    tidied(&w).await;
    assert_eq!(w.text(VERSIONS).await, "1 void -, 2 on_box -");
    assert_eq!(w.number(job).await, 0, "what cannot be printed any more keeps no other waiting");
    w.end().await;
}

#[tokio::test]
async fn old_answers_and_notices_go_in_batches() {
    let w = World::new().await;
    let person = w.person("P", Role::Picker).await.last.operator.unwrap().id;
    w.sql(&format!(
        "INSERT INTO command (id, person_id, at, feedback) SELECT gen_random_uuid(), {person}, \
         now() - interval '4 days', '' FROM generate_series(1, 2500)"
    ))
    .await;
    w.sql(&format!(
        "INSERT INTO notice (person_id, text, seen_at) SELECT {person}, '{{}}', CASE WHEN n = 1 \
         THEN NULL ELSE now() - interval '31 days' END FROM generate_series(1, 10) n"
    ))
    .await;
    let kept = w.number("SELECT count(*) FROM command WHERE at > now() - interval '1 day'").await;
    assert_eq!(tidied(&w).await, 3, "2,500 in batches of 1,000");
    assert_eq!(w.number("SELECT count(*) FROM command").await, kept);
    assert_eq!(w.number("SELECT count(*) FROM notice").await, 1, "unseen, it is still to be said");
    w.end().await;
}
