//! Labels on their way out of printers that answer, say nothing, break off and run out of paper:
//! never more is called printed than came, and what may have come before says that it is a copy.

use crate::support::printer::{Mode, Printer};
use crate::support::{Role, World, ean};
use std::path::Path;
use std::process::Command;
use wavedeck::codes::label;
use wavedeck::jobs::spool::print_next;
use wavedeck::links::printers::{self, Files, TROUBLES};
use wavedeck::protocol::list::printer_says;
use wavedeck::store::labels;

/// A site with one label that waits for this printer.
async fn waiting(mode: Mode) -> (World, Printer) {
    let w = World::new().await;
    let printer = Printer::start(mode).await;
    w.sql(&format!("UPDATE printer SET url = '{}'", printer.url)).await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    for scan in [w.used_tote().await, ean(0)] {
        packer.ok(&scan).await;
    }
    (w, printer)
}

/// Tries what is due, though it failed a moment ago; how far it is then, and the printer's trouble.
async fn prints(w: &World) -> String {
    w.sql("UPDATE print_job SET next_at = now()").await;
    assert!(print_next(&w.worker).await.unwrap());
    w.text(
        "SELECT concat_ws(' ', pj.state, la.state, pr.trouble) FROM print_job pj
         JOIN label la ON la.id = pj.label_id JOIN printer pr ON pr.id = pj.printer_id
         ORDER BY pj.id DESC LIMIT 1",
    )
    .await
}

fn copies(printer: &Printer) -> usize {
    printer.came().iter().filter(|label| label.contains("COPY")).count()
}

#[tokio::test]
async fn a_printer_that_answers_is_believed_and_one_that_is_silent_is_not() {
    let (w, printer) = waiting(Mode::Fine).await;
    assert_eq!(prints(&w).await, "printed printed");
    assert_eq!((printer.came().len(), copies(&printer)), (1, 0));
    assert_eq!(w.text("SELECT answers::text FROM printer").await, "true");
    // It used to answer, and says nothing now: nothing is sent to it.
    w.sql(
        "INSERT INTO print_job (label_id, printer_id) SELECT label_id, printer_id FROM print_job",
    )
    .await;
    printer.becomes(Mode::Dumb);
    assert_eq!(prints(&w).await, "failed printed printer_silent");
    assert_eq!(printer.came().len(), 1);
    printer.becomes(Mode::Fine);
    assert_eq!(prints(&w).await, "printed printed");
    assert_eq!((printer.came().len(), copies(&printer)), (2, 0), "nothing had come before");
    w.end().await;
}

#[tokio::test]
async fn a_printer_without_paper_gets_nothing_and_somebody_is_told() {
    let (w, printer) = waiting(Mode::PaperOut).await;
    assert_eq!(prints(&w).await, "failed got paper_out");
    assert!(printer.came().is_empty());
    let mut boss = w.person("S", Role::Supervisor).await;
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    let board = format!("{:?}", boss.last.page);
    assert!(board.contains("printer-paper-out"), "{board}");
    printer.becomes(Mode::Fine);
    assert_eq!(prints(&w).await, "printed printed", "and the trouble is over");
    assert_eq!((printer.came().len(), copies(&printer)), (1, 0));
    w.end().await;
}

#[tokio::test]
async fn what_may_have_come_is_a_copy_when_it_is_sent_again() {
    for broken in [Mode::Reads(40), Mode::RunsOut] {
        let (w, printer) = waiting(broken).await;
        let said = prints(&w).await;
        assert!(said.starts_with("unknown got "), "{broken:?}: {said}");
        assert!(printer.came().is_empty());
        // Gone meanwhile: nothing comes, and it is no less unknown.
        printer.becomes(Mode::Closes);
        assert!(prints(&w).await.starts_with("unknown got "), "{broken:?}");
        printer.becomes(Mode::Dumb);
        w.sql("UPDATE printer SET answers = false").await;
        assert_eq!(prints(&w).await, "taken printed", "{broken:?}");
        assert_eq!((printer.came().len(), copies(&printer)), (1, 1), "{broken:?}");
        w.end().await;
    }
}

#[tokio::test]
async fn a_printer_that_says_nothing_proves_by_reading_and_no_more() {
    let (w, printer) = waiting(Mode::Dumb).await;
    assert_eq!(prints(&w).await, "taken printed");
    assert_eq!(w.text("SELECT answers::text FROM printer").await, "false");
    assert_eq!(copies(&printer), 0);
    w.end().await;
    // One that never ends the line took the bytes; whether it printed nobody knows.
    let (w, printer) = waiting(Mode::Open).await;
    assert_eq!(prints(&w).await, "written got");
    assert_eq!(printer.came().len(), 1);
    assert!(!print_next(&w.worker).await.unwrap(), "and it is not sent again");
    w.end().await;
}

#[tokio::test]
async fn a_worker_that_dies_while_it_prints_leaves_a_copy_to_its_successor() {
    let (w, printer) = waiting(Mode::Fine).await;
    let mut tx = w.worker.db.begin().await.unwrap();
    let print = labels::claim_print(&mut tx).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    // It came, and nobody noted it.
    assert!(!print.copy);
    printers::print(&print.url, &Files::Nowhere, print.answers, &print.bytes).await;
    assert!(!print_next(&w.worker).await.unwrap(), "it may still be at it");
    assert_eq!(prints(&w).await, "printed printed");
    assert_eq!((printer.came().len(), copies(&printer)), (2, 1));
    w.check().await;
    w.end().await;
}

/// Whatever it does: what is called printed came, each label came once without COPY at most.
#[tokio::test]
async fn a_flaky_printer_never_has_more_printed_than_came() {
    let (w, printer) = waiting(Mode::Fine).await;
    let mut rng = fastrand::Rng::with_seed(7);
    for round in 0..40 {
        w.sql(
            "INSERT INTO print_job (label_id, printer_id)
             SELECT label_id, printer_id FROM print_job ORDER BY id LIMIT 1",
        )
        .await;
        let size = 30 + 40 * rng.usize(0..30);
        let odd = [Mode::Closes, Mode::Reads(size), Mode::Dumb, Mode::PaperOut, Mode::RunsOut];
        printer.becomes(if rng.bool() { Mode::Fine } else { odd[rng.usize(0..odd.len())] });
        let told = printer.mode.lock().unwrap().to_owned();
        // One that says nothing is known to, by and by: two seconds of silence are no news.
        let answers = !matches!(told, Mode::Dumb | Mode::Reads(_));
        w.sql(&format!("UPDATE printer SET answers = {answers}")).await;
        w.sql("UPDATE print_job SET next_at = now()").await;
        print_next(&w.worker).await.unwrap();
        let called = w.number("SELECT count(*) FROM print_job WHERE state IN ('taken', 'printed')");
        assert!(called.await as usize <= printer.came().len(), "round {round}: {told:?}");
    }
    let begun = w.number("SELECT count(*) FROM print_job WHERE attempts > 0").await as usize;
    let originals = printer.came().len() - copies(&printer);
    assert!(originals <= begun, "{originals} originals of {begun} labels");
    assert!(copies(&printer) > 0 && originals > 5, "the printer was not flaky enough");
    w.end().await;
}

#[tokio::test]
async fn a_file_is_a_printer_only_below_its_folder() {
    let folder = std::env::temp_dir().join(format!("wavedeck-print-{}", std::process::id()));
    let inside = folder.join("in");
    std::fs::create_dir_all(&inside).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", inside.join("link.zpl")).unwrap();
    let below = Files::Below(inside.clone());
    let url = |path: &Path| format!("file://{}", path.display());
    for outside in ["../out.zpl", "link.zpl", "none/out.zpl"] {
        let path = inside.join(outside);
        assert!(below.refuses(&path).is_some(), "{outside}");
        let sent = printers::print(&url(&path), &below, None, b"^XA^XZ").await;
        assert!(sent.trouble.is_some() && !sent.state.is_done(), "{outside}: {sent:?}");
    }
    assert!(!folder.join("out.zpl").exists());
    // Whoever opens a pipe waits for its reader.
    let pipe = inside.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(below.refuses(&pipe).is_some() && Files::Anywhere.refuses(&pipe).is_some());
    let path = inside.join("out.zpl");
    assert!(Files::Nowhere.refuses(&path).is_some());
    // Whoever only looks leaves nothing behind.
    printers::is_reachable(&url(&path), &below).await.unwrap();
    assert!(!path.exists());
    assert_eq!(printers::print(&url(&path), &below, None, b"^XA^XZ").await.trouble, None);
    assert_eq!(std::fs::read(&path).unwrap(), b"^XA^XZ");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_copy_is_the_label_and_one_word_more() {
    let original = b"^XA^FO30,30^A0N,40,40^FDWavedeck^FS^XZ\n";
    let copy = String::from_utf8(label::copy(original, 300)).unwrap();
    assert!(copy.starts_with("^XA^FO30,30^A0N,40,40^FDWavedeck^FS^FO"), "{copy}");
    assert!(copy.contains("^FDCOPY^FS^XZ"), "{copy}");
    assert_eq!(label::preview(copy.as_bytes()), ["Wavedeck", "COPY"]);
    for trouble in TROUBLES {
        assert!(printer_says(trouble).key.starts_with("printer-"));
    }
}
