//! The real program in a pseudo terminal, from an empty folder to the shop's record of the
//! dispatch: supervisor, picker and packer as separate people, scanner bytes and command cards
//! alone. What is scanned comes from the seeded data and from the text on the screen.

use crate::support::raster;
use crate::support::term::Term;
use crate::support::{PIN, program};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use wavedeck::cluster::OWNER;
use wavedeck::links::standin::shop::{Standin, now};
use wavedeck::store::schema::Login;

const HAND: (u16, u16) = (20, 16);
const STANDARD: (u16, u16) = (80, 24);

struct Goods {
    ean: String,
    names: [String; 2],
    bins: usize,
}

/// A whole site of processes: private cluster, worker, the test's own shop and printer.
struct Site {
    home: PathBuf,
    url: String,
    people: HashMap<String, String>,
    shop: Standin,
    printed: Arc<Mutex<Vec<u8>>>,
    worker: Child,
    goods: BTreeMap<String, Goods>,
    totes: Mutex<Vec<String>>,
    bench: String,
    zh: bool,
    runtime: tokio::runtime::Runtime,
    _room: Room,
}

/// Three sites at a time: people and their scanners mostly wait, and what is waited for is what
/// people would wait for.
struct Room;

static ROOMS: (Mutex<usize>, Condvar) = (Mutex::new(3), Condvar::new());

impl Room {
    fn wait() -> Room {
        let (free, freed) = &ROOMS;
        let mut free = freed.wait_while(free.lock().unwrap(), |free| *free == 0).unwrap();
        *free -= 1;
        Room
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        *ROOMS.0.lock().unwrap() += 1;
        ROOMS.1.notify_one();
    }
}

fn squash(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn order(no: &str, carrier: &str, lines: &[(&str, i64)]) -> Value {
    let now = now();
    let lines: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(n, (sku, qty))| json!({
            "line_no": n.to_string(), "sku": sku, "title": sku, "qty": qty, "unit_price_minor": 100,
        }))
        .collect();
    json!({
        "order_no": no, "status": "paid", "created_at": now, "updated_at": now, "paid_at": now,
        "currency": "CNY", "total_minor": 100, "carrier": carrier,
        "receiver": {
            "name": "林晓", "address": "示范路 1 号", "city": "成都市", "province": "四川省",
        },
        "note": "", "lines": lines,
    })
}

impl Site {
    fn new(name: &str, zh: bool, orders: Vec<Value>) -> Site {
        let room = Room::wait();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let shop = Standin::new("demo", "demo");
        shop.put(orders);
        let shop_url = runtime.block_on(shop.serve(0)).unwrap();
        let printed = Arc::new(Mutex::new(Vec::new()));
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let printer_url = format!("tcp://{}", port.local_addr().unwrap());
        let sink = printed.clone();
        std::thread::spawn(move || {
            for stream in port.incoming().flatten() {
                let mut bytes = Vec::new();
                let mut stream = stream;
                stream.read_to_end(&mut bytes).unwrap();
                sink.lock().unwrap().extend(bytes);
            }
        });
        let home =
            std::env::temp_dir().join(format!("wavedeck-test-{}-{name}", std::process::id()));
        let setup = Command::new(program())
            .args([
                "demo",
                "--setup-only",
                "--json",
                "--seed",
                "7",
                "--shop-url",
                &shop_url,
                "--printer-url",
                &printer_url,
            ])
            .env("WAVEDECK_HOME", &home)
            .output()
            .unwrap();
        assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
        let told: Value = serde_json::from_slice(&setup.stdout).unwrap();
        let people = told["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| {
                (p["code"].as_str().unwrap().to_owned(), p["badge"].as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(told["people"][0]["pin"], PIN);
        assert!(!home.join("pg/postmaster.pid").exists(), "setup left its server behind");
        let worker = Command::new(program())
            .arg("worker")
            .env("WAVEDECK_HOME", &home)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        // As the site's owner, who may put things otherwise than any program does.
        let url = told["url"].as_str().unwrap().replace(Login::Session.role(), OWNER);
        let mut site = Site {
            home,
            url,
            people,
            shop,
            printed,
            worker,
            goods: BTreeMap::new(),
            totes: Mutex::default(),
            bench: String::new(),
            zh,
            runtime,
            _room: room,
        };
        site.learn();
        site
    }

    fn sql(&self, sql: &str) -> Vec<sqlx::postgres::PgRow> {
        self.runtime.block_on(async {
            let until = Instant::now() + Duration::from_secs(30);
            loop {
                match PgConnection::connect(&self.url).await {
                    Ok(mut conn) => {
                        return sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
                            .fetch_all(&mut conn)
                            .await
                            .unwrap();
                    }
                    Err(error) => assert!(Instant::now() < until, "{error}"),
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
    }

    /// What a person knows of the seeded site: goods by their labels, where they lie, totes, the
    /// bench.
    fn learn(&mut self) {
        let rows = self.sql(
            "SELECT i.sku, i.name_en, i.name_zh, min(b.code) AS gtin,
             (SELECT count(DISTINCT place_id) FROM stock s WHERE s.item_id = i.id) AS bins
             FROM item i JOIN pack k ON k.item_id = i.id AND k.units = 1
               JOIN barcode b ON b.pack_id = k.id GROUP BY i.id",
        );
        for row in rows {
            let gtin: String = row.get("gtin");
            let goods = Goods {
                ean: gtin.trim_start_matches('0').to_owned(),
                names: [squash(row.get("name_en")), squash(row.get("name_zh"))],
                bins: row.get::<i64, _>("bins") as usize,
            };
            self.goods.insert(row.get("sku"), goods);
        }
        let totes = self
            .sql(
                "SELECT p.code FROM place p JOIN container c ON c.place_id = p.id WHERE c.kind = \
                'tote' ORDER BY p.code DESC",
            )
            .iter()
            .map(|r| r.get("code"))
            .collect();
        self.totes = Mutex::new(totes);
        self.bench = self
            .sql("SELECT p.code FROM place p JOIN bench b ON b.place_id = p.id ORDER BY 1 LIMIT 1")
            [0]
        .get("code");
    }

    fn say<'a>(&self, en: &'a str, zh: &'a str) -> &'a str {
        if self.zh { zh } else { en }
    }

    fn terminal(&self) -> Term {
        let home = self.home.to_string_lossy().into_owned();
        let lang = if self.zh { "zh-CN" } else { "en" };
        Term::start(
            program(),
            &[],
            &[("WAVEDECK_HOME", &home), ("WAVEDECK_LANG", lang)],
            if self.zh { HAND } else { STANDARD },
        )
    }

    fn sign_on(&self, term: &mut Term, code: &str) {
        term.wait_for(self.say("Scan your badge", "请扫描工牌"));
        term.scan(&self.people[code]);
        term.wait_for(self.say("Type your PIN", "请输入密码"));
        term.scan(PIN);
        let door = self.say("Type your PIN", "请输入密码").replace(' ', "");
        term.wait("the way in", |text| !squash(text).contains(&door));
    }

    fn goods_on(&self, text: &str) -> &Goods {
        let screen = squash(text);
        let name = usize::from(self.zh);
        self.goods
            .values()
            .filter(|g| screen.contains(&g.names[name]))
            .max_by_key(|g| g.names[name].len())
            .unwrap_or_else(|| panic!("no goods on\n{text}"))
    }

    /// What is to be done now: without the stops that come after this.
    fn here<'a>(&self, text: &'a str) -> &'a str {
        let ahead = self.say("Next ", "下一库位");
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if line.trim_start().starts_with(ahead) {
                return &text[..at];
            }
            at += line.len();
        }
        text
    }

    /// The first of the goods on a bench that are not all packed: its line with where it goes on,
    /// and how many there are.
    fn unpacked(text: &str) -> Option<(String, i64)> {
        let counts = |line: &str| {
            let line = line.trim_start_matches(['=', ' ']);
            let (packed, of) = line.split_once(' ')?.0.split_once('/')?;
            Some((packed.parse::<i64>().ok()?, of.parse::<i64>().ok()?))
        };
        let mut lines = text.lines().skip_while(|line| counts(line).is_none_or(|(n, of)| n >= of));
        let first = lines.next()?;
        let of = counts(first)?.1;
        let rest = lines.take_while(|line| counts(line).is_none() && !line.trim().is_empty());
        Some((std::iter::once(first).chain(rest).collect(), of))
    }

    /// The first line below the title.
    fn big(text: &str) -> String {
        text.lines().skip(1).map(str::trim).find(|l| !l.is_empty()).unwrap_or("").to_owned()
    }

    fn supervisor(&self, code: &str, orders: usize) {
        let mut term = self.terminal();
        self.sign_on(&mut term, code);
        term.scan("WDC-MENU-WAVE");
        let all = format!("{orders}{}", self.say(" ready", " 单待下发"));
        term.wait_for(&all);
        // A filter by keys, and back again.
        term.scan("2");
        term.wait_for("SF");
        term.scan("2");
        term.wait_for("ZTO");
        term.scan("2");
        term.wait_for(&all);
        term.scan("WDC-RELEASE");
        term.wait_for(self.say("is out", "已下发"));
        term.scan("WDC-SIGNOFF");
        term.wait_for(self.say("Scan your badge", "请扫描工牌"));
    }

    /// The cable is pulled now and then; badge in again, the same half-done line stands there.
    fn cut(&self, term: &mut Term, code: &str, dirt: &mut Dirt) {
        if dirt.cut() {
            let before = term.text();
            term.kill();
            *term = self.terminal();
            self.sign_on(term, code);
            // All of it: the entry line is drawn last, and half a frame has no question yet.
            term.wait(&format!("the same line as\n{before}"), |text| {
                Site::big(text) == Site::big(&before) && Term::asks(text)
            });
        }
    }

    fn pick(&self, code: &str, dirt: &mut Dirt) -> Vec<String> {
        let mut term = self.terminal();
        self.sign_on(&mut term, code);
        term.scan_and_see("WDC-MENU-PICK");
        let mut used = Vec::new();
        for _ in 0..1500 {
            self.cut(&mut term, code, dirt);
            let text = term.text();
            let (screen, big) = (squash(&text), Site::big(&text));
            let has = |en: &str, zh: &str| screen.contains(&squash(if self.zh { zh } else { en }));
            let scan = if has("NEXT takes", "扫「下一个」领") || has("No trip waits", "没有待拣")
            {
                return used;
            } else if has("Scan the staging place", "请扫暂存位") {
                "STAGE-01".to_owned()
            } else if has("Scan an empty tote", "扫空周转箱") {
                used.push(self.totes.lock().unwrap().pop().unwrap());
                used.last().unwrap().clone()
            } else if has("say it again", "再报一次") {
                "WDC-YES".to_owned()
            } else if has("scan it", "并扫描") {
                big.clone()
            } else if has("Which date?", "哪一批") {
                // Four digits of the date on the goods, read from the screen.
                let word = self.say("expires", "到期");
                let at = screen.find(word).unwrap() + word.len();
                format!("{}{}", &screen[at + 5..at + 7], &screen[at + 8..at + 10])
            } else if has("more, or type", "件，或输入总数") && self.wanted(&screen) > 3 {
                self.wanted(&screen).to_string()
            } else if has("more, or type", "件，或输入总数") || has("Scan the goods", "扫商品")
            {
                self.goods_on(self.here(&text)).ean.clone()
            } else {
                assert!(
                    has("Scan bin or goods", "扫库位或商品") || has("Scan the bin", "扫库位"),
                    "what now?\n{text}"
                );
                let goods = self.goods_on(self.here(&text));
                if dirt.short() {
                    "WDC-SHORT".to_owned()
                } else if dirt.found() {
                    "WDC-FOUND".to_owned()
                } else if goods.bins == 1 && dirt.by_goods() {
                    goods.ean.clone()
                } else {
                    big.clone()
                }
            };
            dirt.scan(&mut term, &scan);
        }
        panic!("still picking:\n{}", term.text());
    }

    /// How many units the screen asks for.
    fn wanted(&self, screen: &str) -> i64 {
        let digits = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
        if self.zh {
            // "1/2件": the title's "10/12" has no unit behind it.
            return screen
                .split('/')
                .skip(1)
                .find(|rest| rest[digits(rest).len()..].starts_with('件'))
                .and_then(|rest| digits(rest).parse().ok())
                .unwrap_or(0);
        }
        screen.find("0of").and_then(|at| digits(&screen[at + 3..]).parse().ok()).unwrap_or(0)
    }

    /// A tote that was picked in total: any unit of what the first line names, until nothing is
    /// left.
    fn unpack(&self, term: &mut Term, mut text: String, dirt: &mut Dirt) {
        for _ in 0..200 {
            let screen = squash(&text);
            if screen.contains(&squash(self.say("NEXT TOTE", "下一个周转箱"))) {
                return;
            }
            let Some(line) = text.split('×').nth(1) else {
                term.scan_and_see("WDC-BACK");
                return;
            };
            let goods = self.goods_on(line.split('>').next().unwrap()).ean.clone();
            text = dirt.scan(term, &goods);
            let screen = squash(&text);
            if let Some(at) = screen.find(self.say("MMDDof", "或输入")) {
                // Several dates lie together: four digits of the one on the goods.
                let date: String = screen[at..]
                    .chars()
                    .filter(|c| c.is_ascii_digit() || *c == '-')
                    .take(10)
                    .collect();
                text = dirt.scan(term, &date[5..].replace('-', ""));
            }
        }
        panic!("still unpacking:\n{}", term.text());
    }

    fn pack(&self, code: &str, totes: &[String], dirt: &mut Dirt) {
        let mut term = self.terminal();
        self.sign_on(&mut term, code);
        // Who stands at the bench already goes on there.
        if !squash(&term.text()).contains(&squash(self.say("NEXT TOTE", "下一个周转箱"))) {
            term.scan_and_see("WDC-MENU-PACK");
            self.cut(&mut term, code, dirt);
            term.scan_and_see(&self.bench);
        }
        let mut brought: Vec<String> = Vec::new();
        for tote in totes {
            // With the other tote of its shipment it was packed already.
            if brought.contains(tote) {
                continue;
            }
            self.cut(&mut term, code, dirt);
            term.wait_for(self.say("NEXT TOTE", "下一个周转箱"));
            let mut text = dirt.scan(&mut term, tote);
            if squash(&text).contains(&squash(self.say("Scan any unit", "任意一件"))) {
                self.unpack(&mut term, text, dirt);
                continue;
            }
            let mut last = String::new();
            for _ in 0..30 {
                if squash(&text).contains(&squash(self.say("packed, label", "已打包，面单")))
                {
                    break;
                }
                self.cut(&mut term, code, dirt);
                text = term.text();
                let scan = match Site::unpacked(&text) {
                    // Of several alike one is scanned, and the number of all of them typed.
                    Some((_, of)) if squash(&text).contains(self.say("TOTALof", "总数")) => {
                        of.to_string()
                    }
                    Some((line, _)) => self.goods_on(&line).ean.clone(),
                    // Its goods were picked on two walks: the screen names the other tote.
                    None => {
                        brought.push(Site::big(&text));
                        assert!(totes.contains(&Site::big(&text)), "nothing to pack?\n{text}");
                        Site::big(&text)
                    }
                };
                if scan == last {
                    // A hand needs a moment for the next unit of the same.
                    std::thread::sleep(Duration::from_millis(850));
                }
                text = dirt.scan(&mut term, &scan);
                last = scan;
            }
        }
    }

    /// The supervisor goes through what people reported: all of it is there after all, and what
    /// waits goes on.
    fn solve(&self, code: &str) {
        let mut term = self.terminal();
        self.sign_on(&mut term, code);
        let mut text = term.scan_and_see("WDC-MENU-EXCEPTIONS");
        for _ in 0..100 {
            let case = self.sql(&format!(
                "SELECT e.reason, (SELECT count(*) FROM exception WHERE done_at IS NULL) AS open,
                        coalesce(least(e.qty, (SELECT sum(on_hand) FROM stock s
                          WHERE s.place_id = e.place_id AND s.item_id = e.item_id
                          AND s.lot_id = e.lot_id AND s.status = 'held')), 0)::bigint AS held,
                        coalesce((SELECT sum(on_hand) FROM stock s WHERE s.place_id = e.place_id
                          AND s.item_id = e.item_id AND s.lot_id = e.lot_id
                          AND s.status = 'good'), 0)::bigint AS good
                 FROM standing st JOIN person p ON p.id = st.person_id AND p.code = '{code}'
                   JOIN exception e ON e.id = (st.step->'exceptions'->>'exception_id')::bigint
                   AND e.done_at IS NULL"
            ));
            let Some(case) = case.first() else {
                assert!(
                    squash(&text)
                        .contains(&squash(self.say("No exception is open", "没有待处理异常"))),
                    "{text}"
                );
                return;
            };
            let answers = match case.get::<String, _>("reason").as_str() {
                "short" | "damaged" | "empty" => vec![case.get::<i64, _>("held").to_string()],
                // What is counted in all is said twice.
                "found" => vec![case.get::<i64, _>("good").to_string(); 2],
                "not_found" | "broken_promise" => vec!["1".to_owned()],
                other => panic!("who reported {other}?\n{text}"),
            };
            let open = case.get::<i64, _>("open");
            for answer in answers {
                text = term.scan_and_see(&answer);
            }
            if open > 1
                && self.sql("SELECT count(*) AS open FROM exception WHERE done_at IS NULL")[0]
                    .get::<i64, _>("open")
                    == open
            {
                text = term.scan_and_see("WDC-NEXT");
            }
        }
        let left = self.sql(
            "SELECT string_agg(concat_ws(' ', e.reason, e.subject, e.qty, s.state, \
            s.reason), ', ') AS t FROM exception e LEFT JOIN shipment s ON s.id = e.shipment_id \
            WHERE e.done_at IS NULL",
        );
        panic!("still solving:\n{text}\n{}", left[0].get::<String, _>("t"));
    }

    /// Totes that wait for a bench.
    fn staged(&self) -> Vec<String> {
        let rows = self.sql(
            "SELECT p.code FROM tote_use u JOIN place p ON p.id = u.container_id LEFT
             JOIN shipment s ON s.id = u.shipment_id
              WHERE u.freed_at IS NULL AND (s.id IS NULL OR s.state = 'picked'
                AND NOT EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id
                AND e.done_at IS NULL)) ORDER BY u.id",
        );
        rows.iter().map(|row| row.get("code")).collect()
    }

    /// Labels as they came out of the printer: carrier, SSCC and waybill as a reader sees them. One
    /// that came twice says so the second time.
    fn labels(&self, count: usize) -> Vec<(String, String, String)> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let bytes = self.printed.lock().unwrap().clone();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if text.matches("^XZ").count() >= count {
                let mut labels: Vec<_> = raster::labels(&bytes).iter().map(Site::label).collect();
                let all = labels.len();
                labels.sort();
                labels.dedup();
                assert!(all - labels.len() <= text.matches("^FDCOPY").count(), "one came twice");
                if labels.len() >= count {
                    return labels;
                }
            }
            assert!(Instant::now() < until, "{count} labels were due");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The same for many labels, from the bytes alone: that they can be read is shown where there
    /// are few.
    fn many_labels(&self, count: usize) -> Vec<(String, String, String)> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let bytes = String::from_utf8_lossy(&self.printed.lock().unwrap()).replace("_7C", "|");
            let found: Vec<_> = bytes
                .split("WD1|")
                .skip(1)
                .filter_map(|rest| {
                    let parts: Vec<&str> = rest.split('^').next()?.split('|').collect();
                    let carrier = if parts[2].starts_with("SF") { "SF" } else { "ZTO" };
                    Some((carrier.to_owned(), format!("00{}", parts[0]), parts[2].to_owned()))
                })
                .collect();
            let copies = bytes.matches("^FDCOPY").count();
            let (all, mut found) = (found.len(), found);
            found.sort();
            found.dedup();
            assert!(all - found.len() <= copies, "one came twice");
            if found.len() >= count {
                return found;
            }
            assert!(Instant::now() < until, "{count} labels were due, {} came", found.len());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn label(picture: &raster::Picture) -> (String, String, String) {
        let codes = picture.read();
        let sscc = codes["CODE_128"].strip_prefix("]C1").expect("FNC1 first").to_owned();
        let qr: Vec<&str> = codes["QR_CODE"].split('|').collect();
        assert_eq!((qr[0], qr[1]), ("WD1", &sscc[2..]));
        let carrier = picture
            .texts
            .iter()
            .min_by_key(|(_, y, _)| *y)
            .unwrap()
            .2
            .split(' ')
            .next()
            .unwrap()
            .to_owned();
        (carrier, sscc, qr[3].to_owned())
    }

    fn hand_over(&self, code: &str, labels: &[(String, String, String)], dirt: &mut Dirt) {
        let mut term = self.terminal();
        self.sign_on(&mut term, code);
        term.scan("WDC-MENU-HANDOVER");
        term.wait_for(self.say("NEXT PARCEL", "下一个包裹"));
        for carrier in ["SF", "ZTO"] {
            let mine: Vec<_> = labels.iter().filter(|(c, _, _)| c == carrier).collect();
            for (_, sscc, _) in &mine {
                self.cut(&mut term, code, dirt);
                dirt.scan(&mut term, &format!("]C1{sscc}"));
            }
            if !mine.is_empty() {
                self.cut(&mut term, code, dirt);
                term.scan("WDC-CLOSE");
                let gone = format!("Handed over: {}", mine.len());
                let gone_zh = format!("已交接：{}", mine.len());
                term.wait_for(self.say(&gone, &gone_zh));
            }
        }
    }

    /// Waits for the shop's own record, then holds it against the labels.
    fn told(&self, labels: &[(String, String, String)]) {
        let until = Instant::now() + Duration::from_secs(30);
        while self.shop.dispatches().len() < labels.len() {
            assert!(Instant::now() < until, "the shop was told {:?}", self.shop.dispatches());
            std::thread::sleep(Duration::from_millis(50));
        }
        let mut waybills: Vec<String> = self
            .shop
            .dispatches()
            .iter()
            .map(|d| d["waybill"].as_str().unwrap().to_owned())
            .collect();
        let mut printed: Vec<String> = labels.iter().map(|(_, _, w)| w.clone()).collect();
        waybills.sort();
        printed.sort();
        assert_eq!(waybills, printed);
    }

    fn check(&self) {
        let check =
            Command::new(program()).arg("check").env("WAVEDECK_HOME", &self.home).output().unwrap();
        assert!(
            check.status.success(),
            "{}{}",
            String::from_utf8_lossy(&check.stdout),
            String::from_utf8_lossy(&check.stderr)
        );
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // SIGTERM: the worker lets the cluster go, and the last one out stops it.
        let _ = Command::new("kill").arg(self.worker.id().to_string()).status();
        let _ = self.worker.wait();
        let until = Instant::now() + Duration::from_secs(20);
        while self.home.join("pg/postmaster.pid").exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// How dirty the shift is; without a generator it is clean.
struct Dirt {
    rng: Option<fastrand::Rng>,
    shorts: usize,
    founds: usize,
    /// So often the console is killed, one step in so many.
    cuts: usize,
    cut_one_in: u32,
    /// One byte in so many comes after a long gap.
    gap_one_in: u8,
}

impl Dirt {
    fn clean() -> Dirt {
        Dirt { rng: None, shorts: 0, founds: 0, cuts: 0, cut_one_in: 1, gap_one_in: 12 }
    }

    /// A bench or a truck: gaps inside scans, and the line is lost now and then.
    fn standing(seed: u64) -> Dirt {
        Dirt {
            rng: Some(fastrand::Rng::with_seed(seed)),
            cuts: 2,
            cut_one_in: 20,
            gap_one_in: 80,
            ..Dirt::clean()
        }
    }

    fn chance(&mut self, one_in: u32) -> bool {
        self.rng.as_mut().is_some_and(|rng| rng.u32(..one_in) == 0)
    }

    fn cut(&mut self) -> bool {
        let cut = self.cuts > 0 && self.chance(self.cut_one_in);
        self.cuts -= usize::from(cut);
        cut
    }

    fn short(&mut self) -> bool {
        let short = self.shorts > 0 && self.chance(10);
        self.shorts -= usize::from(short);
        short
    }

    fn found(&mut self) -> bool {
        let found = self.founds > 0 && self.chance(20);
        self.founds -= usize::from(found);
        found
    }

    /// Half of the goods are told by their EAN alone.
    fn by_goods(&mut self) -> bool {
        self.chance(2)
    }

    /// The scanner's bytes, with gaps of 0 to 200 ms where the shift is dirty, until the screen has
    /// answered.
    fn scan(&mut self, term: &mut Term, code: &str) -> String {
        let before = term.text();
        let Some(rng) = &mut self.rng else { return term.scan_and_see(code) };
        for byte in code.bytes().chain([b'\r']) {
            term.send(&[byte]);
            let gap = if rng.u8(..self.gap_one_in) == 0 { 200 } else { rng.u64(..6) };
            std::thread::sleep(Duration::from_millis(gap));
        }
        term.wait(&format!("an answer to {code}"), |text| Term::answered(&before, text))
    }
}

/// Orders over what the seed has: single units, several, two lots in one bin, goods in two bins.
fn orders(count: usize) -> Vec<Value> {
    (0..count)
        .map(|n| {
            let (a, b) =
                (format!("WD-{}", 1000 + n * 7 % 300), format!("WD-{}", 1003 + n * 10 % 290));
            let lines: &[(&str, i64)] = match n % 3 {
                0 => &[(&a, 1)],
                1 => &[(&a, 2), (&b, 1)],
                _ => &[(&b, 3)],
            };
            order(&format!("SHOP-{n}"), if n % 2 == 0 { "SF" } else { "ZTO" }, lines)
        })
        .collect()
}

fn whole_day(name: &str, zh: bool, people: [&str; 3]) {
    let site = Site::new(name, zh, orders(6));
    site.supervisor(people[0], 6);
    let totes = site.pick(people[1], &mut Dirt::clean());
    assert_eq!(totes.len(), 6);
    site.pack(people[2], &totes, &mut Dirt::clean());
    let labels = site.labels(6);
    site.hand_over(people[2], &labels, &mut Dirt::clean());
    site.told(&labels);
    assert_eq!(site.shop.dispatches().len(), 6);
    site.check();
}

#[test]
fn from_nothing_to_the_truck_at_20_by_16_in_chinese() {
    whole_day("zh", true, ["FANG", "BOWEN", "DEMING"]);
}

#[test]
fn from_nothing_to_the_truck_at_80_by_24_in_english() {
    whole_day("en", false, ["EDITH", "ALICE", "CARLA"]);
}

fn dirty_shift(name: &str, zh: bool, people: [&str; 3], seed: u64) {
    eprintln!("seed {seed}");
    let site = Site::new(name, zh, orders(12));
    // Bins whose names are commands elsewhere.
    for (bin, word) in
        [("A01-02-04", "SKIP"), ("A01-04-03", "FULL"), ("A01-01-01", "NEXT"), ("A01-01-04", "UNDO")]
    {
        site.sql(&format!("UPDATE place SET code = '{word}' WHERE code = '{bin}'"));
    }
    site.supervisor(people[0], 12);
    let mut dirt = Dirt {
        rng: Some(fastrand::Rng::with_seed(seed)),
        shorts: 1,
        cuts: 3,
        cut_one_in: 8,
        ..Dirt::clean()
    };
    let totes = site.pick(people[1], &mut dirt);
    assert_eq!(dirt.cuts, 0, "the line was never lost");
    let ready: Vec<String> = site
        .sql(
            "SELECT p.code FROM tote_use u JOIN place p ON p.id = u.container_id
             JOIN shipment s ON s.id = u.shipment_id
              WHERE u.freed_at IS NULL AND s.state = 'picked' AND NOT EXISTS (SELECT 1
                FROM exception e WHERE e.shipment_id = s.id AND e.done_at IS NULL)",
        )
        .iter()
        .map(|r| r.get("code"))
        .collect();
    assert!(ready.iter().all(|t| totes.contains(t)) && ready.len() >= 10, "{ready:?} of {totes:?}");
    site.pack(people[2], &ready, &mut Dirt::clean());
    let labels = site.labels(ready.len());
    site.hand_over(people[2], &labels, &mut Dirt::clean());
    site.told(&labels);
    site.check();
}

#[test]
fn a_small_dirty_shift_at_hand_size() {
    dirty_shift("dzh", true, ["FANG", "BOWEN", "DEMING"], 12);
}

#[test]
fn a_small_dirty_shift_at_standard_size() {
    dirty_shift("den", false, ["EDITH", "ALICE", "CARLA"], 12);
}

/// A shift: two hundred shipments, three pickers at once, a packer, a supervisor.
fn whole_shift(name: &str, zh: bool, people: [&str; 5], seed: u64) {
    const SHIPMENTS: usize = 200;
    eprintln!("seed {seed}");
    let site = Site::new(name, zh, orders(SHIPMENTS));
    for (bin, word) in
        [("A01-02-04", "SKIP"), ("A01-04-03", "FULL"), ("A01-01-01", "NEXT"), ("A01-01-04", "UNDO")]
    {
        site.sql(&format!("UPDATE place SET code = '{word}' WHERE code = '{bin}'"));
    }
    site.sql(&format!("UPDATE person SET lang = '{}'", if zh { "zh-CN" } else { "en" }));
    // A tote each, and nobody empties them meanwhile.
    let more = site.sql(
        "WITH p AS (INSERT INTO place (warehouse_id, code, kind, parent_id)
         SELECT s.warehouse_id, 'TOTE' || n, 'container', s.id
         FROM place s, generate_series(1, 100) n WHERE s.code = 'STAGE-03' RETURNING id, code)
         INSERT INTO container (place_id, kind) SELECT p.id, 'tote' FROM p RETURNING
           (SELECT code FROM p WHERE p.id = place_id) AS code",
    );
    site.totes.lock().unwrap().extend(more.iter().map(|r| r.get::<String, _>("code")));
    site.supervisor(people[0], SHIPMENTS);
    let (mut totes, mut cuts) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let site = &site;
        let walks: Vec<_> = people[1..4]
            .iter()
            .enumerate()
            .map(|(n, code)| {
                let mut dirt = Dirt {
                    rng: Some(fastrand::Rng::with_seed(seed + n as u64)),
                    shorts: 3,
                    founds: 3,
                    cuts: 2,
                    cut_one_in: 25,
                    gap_one_in: 12,
                };
                scope.spawn(move || {
                    let totes = site.pick(code, &mut dirt);
                    (totes, 2 - dirt.cuts)
                })
            })
            .collect();
        for walk in walks {
            let (used, cut) = walk.join().unwrap();
            totes.extend(used);
            cuts += cut;
        }
    });
    assert!(cuts > 0, "no line was ever lost");
    let reported = |reason: &str| {
        site.sql(&format!("SELECT count(*) AS n FROM exception WHERE reason = '{reason}'"))[0]
            .get::<i64, _>("n")
    };
    assert!(
        reported("short") > 0 && reported("found") > 0,
        "nobody reported anything: {} short, {} found",
        reported("short"),
        reported("found")
    );
    let (mut bench, mut truck) = (Dirt::standing(seed + 10), Dirt::standing(seed + 11));
    let first = site.staged();
    assert!(first.iter().all(|t| totes.contains(t)), "{first:?} of {totes:?}");
    site.pack(people[4], &first, &mut bench);
    // What was reported is cleared, picked and packed too: everything leaves.
    site.solve(people[0]);
    site.pick(people[1], &mut Dirt::clean());
    site.pack(people[4], &site.staged(), &mut bench);
    let packed = site.sql("SELECT count(*) AS n FROM shipment WHERE state = 'packed'")[0]
        .get::<i64, _>("n") as usize;
    assert_eq!(packed, SHIPMENTS, "what was left behind?");
    let labels = site.many_labels(SHIPMENTS);
    site.hand_over(people[4], &labels, &mut truck);
    assert!(bench.cuts < 2 && truck.cuts < 2, "the bench's and the truck's line were never lost");
    site.told(&labels);
    site.check();
}

#[test]
fn a_dirty_shift_of_two_hundred_at_hand_size() {
    whole_shift("wzh", true, ["FANG", "BOWEN", "ALICE", "INES", "DEMING"], 21);
}

#[test]
fn a_dirty_shift_of_two_hundred_at_standard_size() {
    whole_shift("wen", false, ["EDITH", "ALICE", "BOWEN", "INES", "CARLA"], 22);
}

#[test]
fn a_console_killed_at_every_step_loses_and_doubles_nothing() {
    let site = Site::new("kill", false, orders(2));
    site.supervisor("EDITH", 2);
    let mut dirt = Dirt { rng: Some(fastrand::Rng::with_seed(3)), cuts: 100, ..Dirt::clean() };
    let totes = site.pick("ALICE", &mut dirt);
    assert!(dirt.cuts < 95, "it was killed {} times only", 100 - dirt.cuts);
    let moved = |reason: &str| -> i64 {
        site.sql(&format!("SELECT sum(qty)::bigint AS n FROM movement WHERE reason = '{reason}'"))
            [0]
        .get("n")
    };
    assert_eq!((moved("pick"), totes.len()), (4, 2));
    // The bench and the truck.
    dirt.cuts = 100;
    site.pack("CARLA", &totes, &mut dirt);
    assert_eq!(moved("pack"), 4);
    let labels = site.labels(2);
    assert!(dirt.cuts < 95, "the bench was killed {} times only", 100 - dirt.cuts);
    dirt.cuts = 100;
    site.hand_over("CARLA", &labels, &mut dirt);
    assert!(dirt.cuts < 97, "the truck was killed {} times only", 100 - dirt.cuts);
    assert_eq!(moved("hand_over"), 4);
    site.told(&labels);
    assert_eq!((site.shop.dispatches().len(), site.labels(2).len()), (2, 2));
    site.check();
}

#[test]
fn ctrl_c_at_the_door_leaves_and_puts_the_terminal_back() {
    let site = Site::new("quit", false, orders(1));
    let mut term = site.terminal();
    term.wait_for("Scan your badge");
    term.send(&[3]);
    let until = Instant::now() + Duration::from_secs(10);
    while term.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "still there:\n{}", term.text());
        std::thread::sleep(Duration::from_millis(20));
    }
}
