//! Nobody waits for a file: stock is taken in batch by batch, and a file that broke off goes on.

use crate::files::Files;
use crate::support::{PIN, Role, World, day, program};
use std::process::Stdio;
use std::time::Duration;
use wavedeck::store::schema::Login;

/// A count of so many rows over the eight items and sixteen bins, one lot a row.
fn count(rows: usize, up: bool) -> String {
    let good_to = day(90);
    let line = |n: usize| {
        let n = if up { n } else { rows - 1 - n };
        format!("WH1,A{:02},I{},L{n},{good_to},{}\n", n % 12 + 1, n % 8, n % 50 + 1)
    };
    let head = "warehouse,place,sku,lot,last_good_day,qty\n".to_owned();
    (0..rows).map(line).fold(head, |text, line| text + &line)
}

fn import(f: &Files, file: &str) -> tokio::process::Command {
    started(f, &["import", "stock", file, "--as", "BOSS", "--json"])
}

fn started(f: &Files, args: &[&str]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(program());
    command
        .args(args)
        .env("WAVEDECK_DATABASE_URL", f.w.url(Login::Admin))
        .envs(crate::support::key_files())
        .env("WAVEDECK_PIN_FILE", f.put("pin", PIN))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn a_file_that_broke_off_is_taken_once_more_and_goes_on() {
    let f = Files::of(World::new().await);
    f.w.person("BOSS", Role::Supervisor).await;
    let file = f.put("stock.csv", count(3_000, true));
    let mut first = import(&f, &file).kill_on_drop(true).spawn().unwrap();
    let rows = "SELECT count(*) FROM stock";
    while f.w.number(rows).await == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    first.kill().await.unwrap();
    let kept = f.w.number(rows).await;
    assert!(kept > 0 && kept % 50 == 0, "{kept} rows: whole batches");
    let again = f.run(&["import", "stock", &file, "--as", "BOSS", "--json"]).await;
    assert_eq!(again.counts(), [3_000, 3_000 - kept, 0, kept, 0]);
    assert_eq!(f.w.number("SELECT count(*) FROM movement").await, 3_000);
    // Nobody waits for a file: each batch is a transaction of its own.
    let transactions = f.w.number("SELECT count(DISTINCT xmin::text) FROM movement").await;
    assert!(transactions >= 20, "{transactions} transactions for 3,000 rows");
    // A trial changes nothing at all.
    let other = f.put("trial.csv", count(500, true).replace(",L", ",M"));
    let trial = f.run(&["import", "stock", &other, "--as", "BOSS", "--dry-run", "--json"]).await;
    assert_eq!(trial.counts()[0], 500);
    assert_eq!(f.w.number("SELECT count(*) FROM movement").await, 3_000);
    f.w.check().await;
    f.end().await;
}

#[tokio::test]
async fn a_file_of_orders_that_broke_off_goes_on_and_leaves_nothing_behind() {
    let f = Files::of(World::new().await);
    f.w.sql("UPDATE shop SET channel = 'file', url = ''").await;
    let head = "order_no,line_no,sku,qty,unit_price,currency\n".to_owned();
    let lines = (0..1_500)
        .fold(head, |text, n| text + &format!("F{:04},{},I{},1,1,CNY\n", n / 2, n % 2 + 1, n % 8));
    let file = f.put("orders.csv", lines);
    let args = ["import", "orders", &file, "--shop", "S1", "--json"];
    let mut first = started(&f, &args).kill_on_drop(true).spawn().unwrap();
    let orders = "SELECT count(*) FROM orders";
    while f.w.number(orders).await == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    first.kill().await.unwrap();
    let kept = f.w.number(orders).await;
    assert!(kept % 200 == 0, "{kept} orders: whole pages");
    let again = f.run(&args).await;
    assert_eq!(again.counts(), [1_500, 1_500 - 2 * kept, 0, 2 * kept, 0]);
    assert_eq!(f.w.number("SELECT count(*) FROM order_line").await, 1_500);
    // A trial changes nothing, and holds nothing.
    let other = f.put("trial.csv", "order_no,sku,qty,unit_price,currency\nF0001,I0,9,1,CNY\n");
    let trial = f.run(&["import", "orders", &other, "--shop", "S1", "--dry-run", "--json"]).await;
    assert_eq!(trial.counts(), [1, 0, 1, 0, 0]);
    assert_eq!(f.w.number("SELECT count(*) FROM order_line WHERE qty > 1").await, 0);
    // What the first one left of its lines is swept a day later; what is being read is not.
    f.w.sql("DELETE FROM import_line").await;
    f.w.sql(
        "INSERT INTO import_line (file, row, order_no, data) SELECT \
         '018f0000-0000-7000-8000-000000000000', n, 'X', '{}' FROM generate_series(1, 5) n",
    )
    .await;
    f.w.sql(&format!(
        "INSERT INTO import_line (file, row, order_no, data) VALUES ('{}', 1, 'Y', '{{}}')",
        uuid::Uuid::now_v7()
    ))
    .await;
    let mut tx = f.w.worker.db.begin().await.unwrap();
    wavedeck::store::jobs::delete_old(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(f.w.text("SELECT string_agg(order_no, ' ') FROM import_line").await, "Y");
    f.w.check().await;
    f.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_files_in_opposite_orders_and_the_floor_do_not_stand_in_each_others_way() {
    let f = Files::of(World::new().await);
    for n in 0..8 {
        f.w.stock(&[("B01", &format!("I{n}"), "OLD", 30, 500)]).await;
    }
    for n in 0..30 {
        let (one, two) = (format!("I{}", n % 8), format!("I{}", (n + 3) % 8));
        f.w.orders(&[(format!("O{n}").as_str(), &[(&one, 1), (&two, 1)])]).await;
    }
    f.w.release().await;
    let (up, down) = (f.put("up.csv", count(1_500, true)), f.put("down.csv", count(1_500, false)));
    let (first, second) = (import(&f, &up).spawn().unwrap(), import(&f, &down).spawn().unwrap());
    let mut picker = f.w.person("P", Role::Picker).await;
    picker.pick_all().await;
    for done in [first.wait_with_output().await, second.wait_with_output().await] {
        let done = done.unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    assert_eq!(f.w.number("SELECT count(*) FROM stock WHERE NOT on_its_way").await, 1_508);
    f.w.check().await;
    f.end().await;
}
