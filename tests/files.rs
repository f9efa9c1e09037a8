//! Files: real dirt in orders, spreadsheets' damage, encodings, and what a bad file says. Every
//! command runs for real.

use crate::support::{Role, World, day, program};
use serde_json::Value;
use sqlx::Connection;
use std::collections::BTreeMap;
use std::path::PathBuf;
use wavedeck::domain::Lang;
use wavedeck::domain::cells::{self, Bad};
use wavedeck::i18n::Catalogue;
use wavedeck::store::schema::Login;
use wavedeck::work::import::CODES;

/// A site with a folder for files.
pub struct Files {
    pub w: World,
    dir: PathBuf,
}

pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    fn report(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|e| {
            panic!("{e}: {} {}", String::from_utf8_lossy(&self.stdout), self.stderr)
        })
    }
    pub fn counts(&self) -> [i64; 5] {
        let r = self.report();
        let list = |key: &str| r[key].as_array().unwrap().len() as i64;
        let n = |key: &str| r[key].as_i64().unwrap();
        assert_eq!(
            n("rows"),
            n("created") + n("updated") + n("unchanged") + list("refused"),
            "{r}"
        );
        [n("rows"), n("created"), n("updated"), n("unchanged"), list("refused")]
    }
    pub fn refused(&self) -> BTreeMap<String, i64> {
        let mut by_code = BTreeMap::new();
        for refused in self.report()["refused"].as_array().unwrap() {
            assert!(!refused["said"].as_str().unwrap().is_empty());
            *by_code.entry(refused["code"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        by_code
    }
}

impl Files {
    pub async fn new() -> Files {
        Files::of(World::new().await)
    }

    pub fn of(w: World) -> Files {
        let dir = crate::support::cluster()
            .label_folder()
            .unwrap()
            .join(w.owner_url.rsplit('/').next().unwrap());
        std::fs::create_dir_all(&dir).unwrap();
        Files { w, dir }
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.dir.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    pub async fn run(&self, args: &[&str]) -> Ran {
        self.run_at(&self.w.url(Login::Admin), args).await
    }

    async fn run_at(&self, url: &str, args: &[&str]) -> Ran {
        let pin = self.put("pin", crate::support::PIN);
        let mut command = tokio::process::Command::new(program());
        command
            .args(args)
            .env("WAVEDECK_DATABASE_URL", url)
            .envs(crate::support::key_files())
            .env("WAVEDECK_PIN_FILE", pin)
            .env("WAVEDECK_PRINT_FOLDER", &self.dir)
            .env_remove("LANG")
            .env_remove("LC_ALL");
        let done = command.output().await.unwrap();
        Ran {
            code: done.status.code().unwrap(),
            stdout: done.stdout,
            stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
        }
    }

    pub async fn end(self) {
        std::fs::remove_dir_all(&self.dir).unwrap();
        self.w.end().await;
    }
}

/// Own rows with the damage that real ones have: returns, nothing, free goods, repeats, codes that
/// differ by case.
const DIRTY: &str = "\u{feff}Invoice;Code;What;Count;When;Price;Land
536365;85123A;WHITE HEART;6;2026-10-06 08:17:00;2.55;United Kingdom
536365;85123a;WHITE HEART;2;2026-10-06 08:17:00;2.55;United Kingdom
536365;71053;'LANTERN;6;2026-10-06 08:17:00;3.39;United Kingdom
536365;71053;'LANTERN;6;2026-10-06 08:17:00;3.39;United Kingdom
C536379;D;Discount;-1;2026-10-06 09:41:00;27.50;United Kingdom
536380;POST;POSTAGE;1;2026-10-06 09:45:00;0;Germany
536381;22139;;0;2026-10-06 09:50:00;1.00;France
536381;22140;TEA \"SET\";1.5;2026-10-06 09:50:00;1.00;France
536381;22141;CUP;２;2026/10/6 9:50;1.005;France
536381;1.23E+18;CUP;2;2026-10-06 09:50;1.00;France
536381;22142;CUP;2;yesterday;1.00;France
536382;22143;CUP;3;2026-10-06 09:55;1.00;France;extra
536382;22143;CUP;3;2026-10-06 09:55;1.00;France
;22143;CUP;3;2026-10-06 09:55;1.00;France
";
const MAP: &str = "\"Invoice\" = \"order_no\"\nCode = \"sku\"\nWhat = \"title\"\nCount = \
    \"qty\"\nWhen = \"placed_at\"\nPrice = \"unit_price\"\nLand = \"country\"\ncurrency = {value = \
    \"GBP\"}\n";

#[tokio::test]
async fn a_restore_touches_nothing_that_is_somebody_elses() {
    let f = Files::new().await;
    let backup = f.dir.join("whole.backup");
    let owner = f.w.owner_url.clone();
    assert_eq!(f.run_at(&owner, &["db", "backup", backup.to_str().unwrap()]).await.code, 0);
    let name = format!("{}_other", f.w.text("SELECT current_database()").await);
    f.w.sql(&format!("CREATE DATABASE \"{name}\"")).await;
    let here = f.w.text("SELECT current_database()").await;
    let url = f.w.owner_url.replace(&here, &name);
    let at = async |sql: &str| {
        let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&mut conn)
            .await
            .map(drop)
            .map_err(|error| error.to_string())
    };
    at("CREATE TABLE ledgers (amount bigint); INSERT INTO ledgers VALUES (42)").await.unwrap();
    let restore = async |file: &str| f.run_at(&url, &["db", "restore", file]).await;
    let ran = restore(backup.to_str().unwrap()).await;
    assert!(
        ran.code == 1 && ran.stderr.contains("holds something already"),
        "{} {}",
        ran.code,
        ran.stderr
    );
    at("SELECT 1 / count(*) FROM ledgers WHERE amount = 42").await.unwrap();
    // Empty, it takes a backup and nothing else; what is no backup leaves it as it was.
    at("DROP TABLE ledgers; CREATE TYPE kept AS (n int)").await.unwrap();
    let ran = restore(&f.put("no.backup", "this is no backup")).await;
    assert!(ran.code == 3 && ran.stderr.contains("pg_restore"), "{} {}", ran.code, ran.stderr);
    at("SELECT NULL::kept").await.unwrap();
    // Beside our own empty tables lies one of another program.
    assert_eq!(f.run_at(&url, &["db", "migrate"]).await.code, 0);
    at("CREATE TABLE notes (n int)").await.unwrap();
    assert_eq!(restore(backup.to_str().unwrap()).await.code, 1);
    at("DROP TABLE notes").await.unwrap();
    assert_eq!(restore(backup.to_str().unwrap()).await.code, 0);
    assert_eq!(f.run_at(&url, &["check"]).await.code, 0);
    f.w.sql(&format!("DROP DATABASE \"{name}\" WITH (FORCE)")).await;
    f.end().await;
}

#[tokio::test]
async fn a_shop_is_set_otherwise_name_by_name() {
    let f = Files::new().await;
    let secret = f.put("secret", "shh");
    let add = [
        "shop",
        "add",
        "JD1",
        "--channel",
        "jd",
        "--url",
        "http://127.0.0.1:9/",
        "--key-id",
        "k",
        "--secret-file",
        &secret,
    ];
    assert_eq!(
        f.run(&[&add[..], &["--option", "page_size=50", "--option", "carriers.SF=1"]].concat())
            .await
            .code,
        0
    );
    let set = f
        .run(&[
            "shop",
            "set",
            "JD1",
            "--option",
            "carriers.ZTO=2",
            "--option",
            "page_size=",
            "--notify",
            "pack",
            "--url",
            "http://127.0.0.1:10/",
        ])
        .await;
    assert_eq!(set.code, 0, "{}", set.stderr);
    assert_eq!(
        f.w.text(
            "SELECT options::text || ' ' || notify || ' ' || url FROM shop WHERE code = 'JD1'"
        )
        .await,
        r#"{"carriers": {"SF": "1", "ZTO": "2"}} pack http://127.0.0.1:10/"#
    );
    for (args, code, said) in [
        (vec!["shop", "set", "NONE", "--option", "a=1"], 1, "no such shop"),
        (vec!["shop", "set", "JD1", "--url", "nowhere"], 2, "http://"),
        (vec!["shop", "set", "JD1", "--option", "page_size"], 2, "NAME=VALUE"),
        (vec!["shop", "set", "JD1", "--option", "counter=A01"], 1, "bin"),
    ] {
        let ran = f.run(&args).await;
        assert!(
            ran.code == code && ran.stderr.contains(said),
            "{args:?}: {} {}",
            ran.code,
            ran.stderr
        );
    }
    f.end().await;
}

#[tokio::test]
async fn dirty_orders_are_taken_in_row_by_row_and_twice_is_once() {
    let f = Files::new().await;
    let (orders, map) = (f.put("orders.csv", DIRTY), f.put("map.toml", MAP));
    let shop = f.run(&["shop", "add", "FILES", "--channel", "file"]).await;
    assert_eq!(shop.code, 0, "{}", shop.stderr);
    let args =
        ["import", "orders", &orders, "--map", &map, "--shop", "FILES", "--create-items", "--json"];
    // Said, and not done.
    let dry = f.run(&[&args[..], &["--dry-run"]].concat()).await;
    assert_eq!((dry.code, dry.counts()), (4, [14, 5, 0, 0, 9]), "{}", dry.stderr);
    assert_eq!(f.w.number("SELECT count(*) FROM orders").await, 0);
    let first = f.run(&args).await;
    assert_eq!((first.code, first.counts()), (4, [14, 5, 0, 0, 9]), "{}", first.stderr);
    let refused: Vec<(String, i64)> = first.refused().into_iter().collect();
    let expected = [
        ("columns", 1),
        ("finer_than_currency", 1),
        ("missing", 1),
        ("not_a_date", 1),
        ("not_positive", 2),
        ("not_whole", 1),
        ("repeated", 1),
        ("scientific", 1),
    ];
    assert_eq!(refused.iter().map(|(c, n)| (c.as_str(), *n)).collect::<Vec<_>>(), expected);
    assert_eq!(f.w.number("SELECT count(*) FROM order_line").await, 5);
    assert_eq!(
        f.w.number("SELECT total_minor FROM orders WHERE order_no = '536365'").await,
        8 * 255 + 6 * 339
    );
    // Two spellings, one item, one line to pick.
    assert_eq!(f.w.text("SELECT sku FROM item WHERE upper(sku) = '85123A'").await, "85123A");
    assert_eq!(
        f.w.number(
            "SELECT l.qty FROM shipment_line l JOIN item i ON i.id = l.item_id WHERE \
        i.sku = '85123A'"
        )
        .await,
        8
    );
    // Without a receiver they wait, and the report says so.
    assert_eq!(first.report()["exceptions"].as_array().unwrap().len(), 5);
    assert_eq!(
        f.w.text(
            "SELECT string_agg(DISTINCT s.state || ' ' || h.reason, ',') FROM shipment s LEFT JOIN \
             shipment_hold h ON h.shipment_id = s.id"
        )
        .await,
        "pending no_receiver"
    );
    let again = f.run(&args).await;
    assert_eq!(again.counts(), [14, 0, 0, 5, 9]);
    // A changed file changes what it names.
    let changed =
        f.put("orders.csv", DIRTY.replace("85123a;WHITE HEART;2", "85123a;WHITE HEART;3"));
    let third =
        f.run(&["import", "orders", &changed, "--map", &map, "--shop", "FILES", "--json"]).await;
    assert_eq!(third.counts(), [14, 0, 1, 4, 9]);
    assert_eq!(
        f.w.number(
            "SELECT sum(l.qty)::bigint FROM shipment_line l JOIN item i ON i.id = \
        l.item_id JOIN shipment s ON s.id = l.shipment_id WHERE i.sku = '85123A' AND s.state <> \
        'cancelled'"
        )
        .await,
        9
    );
    f.end().await;
}

#[tokio::test]
async fn items_bins_and_stock_come_in_and_go_out_as_the_same() {
    let f = Files::new().await;
    let boss = f.w.person("BOSS", Role::Supervisor).await;
    drop(boss);
    let rows = "sku,name_zh,barcode,pack,units,weight_g,shelf_life,shelf_life_unit,lot_tracked\n\
        TEA-1,青禾绿茶,4006381333931,each,1,250,18,month,是\n\
        TEA-1,青禾绿茶,14006381333938,case,12,,,,\n\
        TEA-2,红茶,0638133393,,,,,,\n\
        TEA-3,白茶,4006381333932,,,,,,\n";
    let (gbk, _, _) = encoding_rs::GB18030.encode(rows);
    let items = f.put("items.csv", &gbk);
    let ran = f.run(&["import", "items", &items, "--json"]).await;
    assert_eq!((ran.code, ran.counts()), (4, [4, 2, 1, 0, 1]), "{}", ran.stderr);
    assert_eq!(ran.refused().into_keys().collect::<Vec<_>>(), ["check_digit"]);
    assert_eq!(f.w.text("SELECT name_zh FROM item WHERE sku = 'TEA-1'").await, "青禾绿茶");
    assert_eq!(f.run(&["import", "items", &items, "--json"]).await.counts(), [4, 0, 0, 3, 1]);
    let rows = "warehouse\tcode\tzone\troles\tseq\tmax_g\n\
        WH1\tz-01\tZ\tpick\t900\t50000\n\
        WH2\tq-01\tQ\t\t1\t\n\
        WH1\tT1\tZ\t\t1\t\n";
    let bins = f.put("bins.csv", rows);
    // Another warehouse comes to be by its own command, not by a slip of the pen.
    let ran = f.run(&["import", "bins", &bins, "--dry-run", "--json"]).await;
    assert_eq!(ran.refused().into_keys().collect::<Vec<_>>(), ["code_taken", "unknown_warehouse"]);
    assert_eq!(f.run(&["warehouse", "add", "WH2", "--name", "Second"]).await.code, 0);
    let ran = f.run(&["import", "bins", &bins, "--json"]).await;
    assert_eq!(
        (ran.counts(), ran.refused().into_keys().collect::<Vec<_>>()),
        ([3, 2, 0, 0, 1], vec!["code_taken".to_owned()])
    );
    let good_to = day(90);
    let rows = format!(
        "warehouse,place,sku,lot,last_good_day,qty\n\
         WH1,Z-01,tea-1,l9,{good_to},40\n\
         WH1,Z-01,TEA-2,,,5\n\
         WH1,NOWHERE,TEA-2,,,5\n\
         WH1,Z-01,GONE,,,5\n\
         WH1,Z-01,TEA-2,,,-1\n"
    );
    let stock = f.put("stock.csv", rows);
    assert_eq!(f.run(&["import", "stock", &stock]).await.code, 2, "somebody must answer for it");
    let ran = f.run(&["import", "stock", &stock, "--as", "BOSS", "--json"]).await;
    assert_eq!((ran.code, ran.counts()), (4, [5, 2, 0, 0, 3]), "{}", ran.stderr);
    assert_eq!(
        f.run(&["import", "stock", &stock, "--as", "BOSS", "--json"]).await.counts(),
        [5, 0, 0, 2, 3]
    );
    assert_eq!(
        f.w.text("SELECT DISTINCT p.code FROM movement m JOIN person p ON p.id = m.person_id")
            .await,
        "BOSS"
    );
    // Of two warehouses one must be said.
    let unsaid = f.put("unsaid.csv", "place,sku,qty\nZ-01,TEA-2,1\n");
    let ran = f.run(&["import", "stock", &unsaid, "--as", "BOSS", "--json"]).await;
    assert_eq!(ran.refused().into_keys().collect::<Vec<_>>(), ["which_warehouse"]);
    // Fewer than the ledger says: the difference goes.
    let head = "warehouse,place,sku,lot,last_good_day,qty";
    let less = f.put("less.csv", format!("{head}\nWH1,Z-01,TEA-1,L9,{good_to},30\n"));
    assert_eq!(
        f.run(&["import", "stock", &less, "--as", "BOSS", "--json"]).await.counts(),
        [1, 0, 1, 0, 0]
    );
    // What goes out comes in again and changes nothing, as CSV and as XLSX.
    for what in ["items", "bins", "stock"] {
        for format in ["csv", "xlsx"] {
            let out = f.run(&["export", what, "--format", format]).await;
            assert_eq!(out.code, 0, "{}", out.stderr);
            let file = f.put(&format!("{what}.{format}"), &out.stdout);
            let back = f.run(&["import", what, &file, "--as", "BOSS", "--json"]).await;
            let [rows, created, updated, unchanged, refused] = back.counts();
            assert_eq!(
                (back.code, created, updated, refused),
                (0, 0, 0, 0),
                "{what} {format}: {}",
                back.report()
            );
            assert!(rows > 0 && rows == unchanged);
        }
    }
    f.end().await;
}

#[tokio::test]
async fn exported_orders_come_in_again() {
    let f = Files::new().await;
    f.w.orders(&[("O1", &[("I0", 2), ("I1", 1)]), ("=O2", &[("I0", 1)])]).await;
    for format in ["csv", "xlsx"] {
        let out = f.run(&["export", "orders", "--format", format]).await;
        let file = f.put(&format!("orders.{format}"), &out.stdout);
        let back = f.run(&["import", "orders", &file, "--shop", "S1", "--json"]).await;
        let [rows, created, _, _, refused] = back.counts();
        assert_eq!((rows, created, refused), (3, 0, 0), "{format}: {}", back.report());
    }
    assert_eq!(f.w.number("SELECT count(*) FROM orders").await, 2);
    f.end().await;
}

#[tokio::test]
async fn a_file_that_is_none_says_what_it_is() {
    let f = Files::new().await;
    let endless = format!("sku,name_en\nA,\"{}\n", "x,".repeat(400_000));
    for (name, bytes, code, said) in [
        ("empty.csv", &b""[..], 1, "is empty"),
        ("blob.bin", &[0u8, 1, 2, 3][..], 1, "neither CSV nor XLSX"),
        ("cut.xlsx", b"PK\x03\x04 this is no workbook", 1, "neither CSV nor XLSX"),
        ("other.csv", b"colour,size\nred,9\n", 1, "has no column sku; it has colour, size"),
        ("endless.csv", endless.as_bytes(), 4, "1 row was refused"),
    ] {
        let file = f.put(name, bytes);
        let ran = f.run(&["import", "items", &file]).await;
        assert_eq!(ran.code, code, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
    }
    let dir = f.dir.to_string_lossy().into_owned();
    for (args, code) in [
        (vec!["import", "items", "/nowhere/items.csv"], 3),
        (vec!["import", "items", dir.as_str()], 3),
        (vec!["import", "orders", "/nowhere/x.csv"], 2),
        (
            vec![
                "import",
                "orders",
                "/nowhere/x.csv",
                "--shop",
                "S1",
                "--map",
                "/nowhere/map.toml",
            ],
            3,
        ),
    ] {
        let ran = f.run(&args).await;
        assert_eq!(ran.code, code, "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.is_empty());
    }
    assert_eq!(
        f.w.number("SELECT count(*) FROM audit WHERE action = 'import'").await,
        1,
        "only the file that was taken in part"
    );
    f.end().await;
}

#[test]
fn every_code_of_an_import_has_its_sentence() {
    for lang in Lang::ALL {
        let words = Catalogue::new(lang);
        for code in CODES {
            assert!(
                words.has(&format!("import-{}", code.replace('_', "-"))),
                "{code} in {}",
                lang.code()
            );
        }
    }
}

#[test]
fn cells_are_repaired_where_it_is_certain_and_refused_where_not() {
    for (received, is) in [
        ("'00123", "00123"),
        ("  Ａ０１－０２\t", "A01-02"),
        ("\u{3000}青\u{a0}禾 ", "青 禾"),
        ("a\u{202e}b\u{7}", "a b"),
    ] {
        assert_eq!(cells::repair_text(received), is);
    }
    assert!(
        cells::is_scientific("1.23E+18")
            && cells::is_scientific("9.5e12")
            && !cells::is_scientific("12E3")
            && !cells::is_scientific("A1.2E+3")
    );
    for (received, is) in [
        ("12", Ok(12)),
        ("1,200", Ok(1200)),
        ("12.00", Ok(12)),
        ("12.5", Err(Bad("not_whole"))),
        ("x", Err(Bad("not_a_number"))),
        ("1.2E+3", Err(Bad("scientific"))),
        ("9223372036854775808", Err(Bad("not_a_number"))),
    ] {
        assert_eq!(cells::parse_whole(received), is, "{received}");
    }
    for (received, currency, is) in [
        ("2.55", "GBP", Ok(255)),
        ("2.5", "CNY", Ok(250)),
        ("0.10", "CNY", Ok(10)),
        ("1,234.50", "EUR", Ok(123_450)),
        ("120", "JPY", Ok(120)),
        ("1.5", "JPY", Err(Bad("finer_than_currency"))),
        ("1.234", "KWD", Ok(1234)),
        ("-1", "CNY", Err(Bad("negative"))),
        ("0.1.2", "CNY", Err(Bad("not_a_number"))),
        (".5", "CNY", Err(Bad("not_a_number"))),
    ] {
        assert_eq!(cells::parse_minor(received, currency), is, "{received} {currency}");
    }
    let at = wavedeck::domain::rows::Instant::of_unix_s(1_795_906_800);
    assert_eq!(at.with_year("Asia/Shanghai"), "2026-11-29 07:00", "a file is read another day");
    for (minor, currency, said) in [
        (123_450, "CNY", "CNY 1234.50"),
        (5, "CNY", "CNY 0.05"),
        (-250, "EUR", "EUR -2.50"),
        (120, "JPY", "JPY 120"),
        (1234, "KWD", "KWD 1.234"),
    ] {
        assert_eq!(cells::say_minor(minor, currency), said);
    }
    assert_eq!(cells::parse_day("2027/3/5"), Ok("2027-03-05".to_owned()));
    assert_eq!(cells::parse_day("20270305"), Ok("2027-03-05".to_owned()));
    assert_eq!(cells::parse_day("2027-02-30"), Err(Bad("not_a_date")));
    assert_eq!(
        cells::parse_instant("2026-10-06 08:17:00", Some("Asia/Shanghai")),
        Ok("2026-10-06T00:17:00Z".to_owned())
    );
}

/// A header in A1 and one stray cell somewhere far away.
fn stray(row: u32, column: u16) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (x, name) in (0u16..).zip(["sku", "name_en", "name_zh"]) {
        sheet.write_string(0, x, name).unwrap();
    }
    for (x, text) in (0u16..).zip(["TEA", "Tea", "茶"]) {
        sheet.write_string(3, x, text).unwrap();
    }
    sheet.write_string(row, column, "x").unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn how_far_apart_the_cells_of_a_workbook_stand_costs_nothing() {
    let f = Files::of(World::new().await);
    for (row, column) in [(1_048_575, 16_383), (1_048_575, 1), (0, 900), (3, 16_383)] {
        let file = f.put("stray.xlsx", stray(row, column));
        // The dense sheet of the first would take 550 GB.
        let limited = format!("ulimit -d 262144; exec {} \"$@\"", program().display());
        let ran = tokio::process::Command::new("bash")
            .args(["-c", &limited, "wavedeck", "import", "items", &file, "--json"])
            .env("WAVEDECK_DATABASE_URL", f.w.url(Login::Admin))
            .envs(crate::support::key_files())
            .output()
            .await
            .unwrap();
        let report: Value = serde_json::from_slice(&ran.stdout)
            .unwrap_or_else(|_| panic!("{row} {column}: {ran:?}"));
        let counted = report["created"].as_i64().unwrap() + report["unchanged"].as_i64().unwrap();
        let refused = report["refused"].as_array().unwrap().len();
        // A row with a cell where the header has none is no row; the others count.
        match (row, column) {
            (3, _) => assert_eq!((counted, refused), (0, 1)),
            (0, _) => assert_eq!((counted, refused), (1, 0)),
            _ => {
                assert_eq!((counted, refused), (1, 1), "{report}");
                assert_eq!(report["refused"][0]["row"], row, "by its place in the sheet");
            }
        }
    }
    let wide = f.run(&["import", "items", &f.put("wide.xlsx", stray(0, 16_383))]).await;
    assert_eq!(wide.code, 1, "{}", wide.stderr);
    f.end().await;
}

/// Says that it is small, and is not.
#[tokio::test]
async fn a_workbook_that_unpacks_to_gigabytes_is_refused() {
    let f = Files::of(World::new().await);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "sku").unwrap();
    let long = "x".repeat(30_000);
    for row in 1..2_500 {
        sheet.write_string(row, 0, format!("{row}{long}")).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    assert!(bytes.len() < 8 * 1024 * 1024, "{}", bytes.len());
    let ran = f.run(&["import", "items", &f.put("bomb.xlsx", &bytes)]).await;
    assert!(ran.code == 1 && ran.stderr.contains("bomb.xlsx"), "{}", ran.stderr);
    // The same with other sizes in its directory: what it says of itself is not believed.
    let mut lying = bytes;
    let mut at = 0;
    while let Some(found) = lying[at..].windows(4).position(|four| four == b"PK\x01\x02") {
        at += found;
        lying[at + 24..at + 28].copy_from_slice(&1000u32.to_le_bytes());
        at += 4;
    }
    let ran = f.run(&["import", "items", &f.put("lying.xlsx", lying)]).await;
    assert!(ran.code == 1 && ran.stderr.contains("lying.xlsx"), "{}", ran.stderr);
    f.end().await;
}

#[tokio::test]
async fn of_two_rows_about_the_same_goods_the_later_says_what_is_there() {
    let f = Files::new().await;
    f.w.person("SUE", Role::Supervisor).await;
    let day = day(90);
    let row = |qty: i64| format!("A01,I0,L1,{day},{qty}\n");
    let rows = format!("place,sku,lot,last_good_day,qty\n{}{}{}{}", row(5), row(7), row(7), row(2));
    let file = f.put("twice.csv", rows);
    let ran = f.run(&["import", "stock", &file, "--as", "SUE", "--json"]).await;
    assert_eq!(ran.counts(), [4, 1, 2, 1, 0], "{}", ran.stderr);
    assert_eq!(f.w.number("SELECT on_hand FROM stock").await, 2);
    assert_eq!(
        f.w.text("SELECT string_agg(qty::text, ' ' ORDER BY id) FROM movement").await,
        "5 2 5",
        "in, two more, five less"
    );
    f.w.check().await;
    f.end().await;
}
