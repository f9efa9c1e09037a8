//! A shift in gloves: keys that are brushed and triggers that read twice, at a picker's gun and at
//! a bench. What is booked in the end is what the same shift books without any of it.

use crate::support::{PIN, Role, World};
use std::sync::Arc;
use uuid::{NoContext, Timestamp, Uuid};
use wavedeck::codes::card::Card;
use wavedeck::console::app::{Effect, GestureStamp, Model, Msg, Settings, update};
use wavedeck::console::input::Key;
use wavedeck::console::input::keymap::Keymap;
use wavedeck::domain::Lang;
use wavedeck::protocol::{Request, Tone, sign_on};
use wavedeck::work::{self, Ctx};

/// A hand at a terminal: the program's own model, answered by the program's own work. Its clock is
/// told, so that a shift takes seconds.
struct Hand {
    model: Model,
    ctx: Arc<Ctx>,
    now_ms: u64,
    /// What is on its way to the database.
    sent: Vec<Request>,
    scans: usize,
    keys: usize,
    bells: usize,
    /// How often a hand in gloves slips; `None`: never.
    slips: Option<fastrand::Rng>,
}

/// Keys that lie where gloves brush; signing off is asked for by nobody.
const BRUSHED: [Key; 10] = [
    Key::F(2),
    Key::F(3),
    Key::F(4),
    Key::F(5),
    Key::F(6),
    Key::F(7),
    Key::F(8),
    Key::F(11),
    Key::F(12),
    Key::Ctrl('f'),
];

impl Hand {
    async fn at(w: &World, badge: &str, slips: Option<u64>) -> Hand {
        let settings = Settings {
            lang: Lang::En,
            appearance: Default::default(),
            keymap: Keymap::named("default").unwrap(),
            terminal: "gun".into(),
            session: Uuid::now_v7(),
            door: sign_on::login_page(&[]),
            demo: vec![],
            size: (20, 16),
        };
        let mut hand = Hand {
            model: Model::new(settings),
            ctx: w.ctx.clone(),
            now_ms: 1_800_000_000_000,
            sent: Vec::new(),
            scans: 0,
            keys: 0,
            bells: 0,
            slips: None,
        };
        for line in [badge, PIN] {
            hand.line(line, false, 2_000);
            hand.answers().await;
        }
        hand.slips = slips.map(fastrand::Rng::with_seed);
        hand
    }

    fn stamp(&mut self, after_ms: u64) -> GestureStamp {
        self.now_ms += after_ms;
        let (s, ms) = (self.now_ms / 1000, self.now_ms % 1000);
        let nanos = u32::try_from(ms).unwrap() * 1_000_000 + fastrand::u32(..900_000);
        let command = Uuid::new_v7(Timestamp::from_unix(NoContext, s, nanos));
        GestureStamp { command, at: jiff::Timestamp::now().to_string() }
    }

    fn tell(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg) {
            match effect {
                Effect::Send(request) => self.sent.push(*request),
                Effect::Bell(tone) if tone != Tone::Good => self.bells += 1,
                _ => {}
            }
        }
    }

    fn line(&mut self, text: &str, typed: bool, after_ms: u64) {
        let stamp = self.stamp(after_ms);
        self.tell(Msg::Line { text: text.into(), typed, stamp });
    }

    fn press(&mut self, key: Key, after_ms: u64) {
        let stamp = self.stamp(after_ms);
        self.tell(Msg::Key(key, stamp));
    }

    /// Everything that was sent is answered, and what waits behind it goes.
    async fn answers(&mut self) {
        while !self.sent.is_empty() {
            let request = self.sent.remove(0);
            let reply = work::perform(&self.ctx, &request).await.unwrap();
            self.tell(Msg::Reply(Box::new(reply)));
        }
    }

    fn slips(&mut self, of_hundred: u32) -> bool {
        self.slips.as_mut().is_some_and(|rng| rng.u32(..100) < of_hundred)
    }

    /// Scans or types what is meant; the trigger may read it twice, before any answer.
    async fn does(&mut self, text: &str, typed: bool) {
        self.scans += usize::from(!typed);
        self.keys += usize::from(typed);
        self.line(text, typed, 1_500);
        if !typed && self.slips(20) {
            let gap = self.slips.as_mut().map_or(100, |rng| rng.u64(40..400));
            self.line(text, typed, gap);
        }
        self.answers().await;
    }

    /// Brushes a key, which bounces; returns whether that was noticed at once.
    async fn brushes(&mut self) -> bool {
        let Some(rng) = self.slips.as_mut() else { return true };
        let key = BRUSHED[rng.usize(..BRUSHED.len())];
        let (times, blind) = (rng.u64(1..4), rng.bool());
        for n in 0..times {
            self.press(key, if n == 0 { 400 } else { 60 });
        }
        self.answers().await;
        !blind
    }

    /// Looks at the screen and puts right what is not as it should be: a question that nobody meant
    /// to ask, scans that wait, a step that was taken by a key.
    async fn looks(&mut self, by_key: bool) {
        for n in 0..6 {
            let page = &self.model.page;
            let said = self.model.feedback.as_ref().map(|said| said.text.key.as_str());
            let full = page.facts.iter().any(|fact| fact.text.key == "pick-full-noted");
            if self.model.held {
                self.press(Key::Esc, 900);
            } else if page.reporting || asks(&self.model) {
                self.press(Key::Ctrl('n'), 900);
            } else if full || n == 0 && by_key && said == Some("skipped") {
                self.press(Key::F(2), 900);
            } else {
                break;
            }
            self.answers().await;
        }
    }

    /// Works until nothing is left, as the screen says.
    async fn works(&mut self, activity: Card) {
        for _ in 0..2_000 {
            let at_menu = self.model.page.title.key == "menu-title";
            let Some(expect) = self.model.expects.first().cloned() else { return };
            if expect.code == "NEXT" || expect.code == "BACK" && !at_menu {
                return;
            }
            if self.slips(15) {
                if self.brushes().await {
                    self.looks(true).await;
                    continue;
                }
                // Without a look, what was due goes on.
                self.does(&expect.scan, false).await;
                self.looks(true).await;
                continue;
            }
            let scan = if at_menu { activity.scan() } else { expect.scan };
            self.does(&scan, false).await;
            self.looks(false).await;
        }
        panic!("still busy: {:?}", self.model.page);
    }
}

/// Is something asked on the page of a stop, of a list or of a person?
fn asks(model: &Model) -> bool {
    ["ask-close", "ask-give"].contains(&model.page.prompt.key.as_str())
}

/// What a shift comes to.
const BOOKED: &str = "SELECT concat_ws('; ', \
    (SELECT string_agg(concat_ws(' ', s.shipment_no, s.state, \
       (SELECT count(*) FROM parcel p WHERE p.shipment_id = s.id), \
       (SELECT sum(k.on_hand) FROM parcel p JOIN stock k ON k.place_id = p.place_id \
        WHERE p.shipment_id = s.id)), ', ' ORDER BY s.shipment_no) FROM shipment s), \
    (SELECT count(*) FROM label), (SELECT count(*) FROM print_job), \
    (SELECT count(*) FROM exception), \
    (SELECT count(*) FROM movement WHERE reason NOT IN ('receive', 'pick', 'pack', 'undo', \
       'stage')), \
    (SELECT string_agg(concat_ws(' ', p.code, k.status, k.on_hand), ', ' ORDER BY p.code) \
     FROM stock k JOIN place p ON p.id = k.place_id JOIN bin b ON b.place_id = p.id \
     WHERE b.use = 'storage'))";

struct Shift {
    booked: String,
    scans: usize,
    keys: usize,
    bells: usize,
}

async fn shift(slips: Option<u64>) -> Shift {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 100, 40),
        ("A02", "I1", "L1", 100, 40),
        ("A03", "I2", "L1", 100, 40),
        ("A04", "I3", "L1", 100, 40),
    ])
    .await;
    w.orders(&[
        ("O1", &[("I0", 2), ("I1", 1)]),
        ("O2", &[("I1", 3), ("I2", 2), ("I3", 1)]),
        ("O3", &[("I3", 1), ("I0", 1)]),
        ("O4", &[("I2", 1)]),
        ("O5", &[("I2", 1)]),
        ("O6", &[("I0", 1)]),
    ])
    .await;
    w.release().await;
    let (picker, packer) =
        (w.person("P", Role::Picker).await.badge, w.person("Q", Role::Packer).await.badge);
    let mut hand = Hand::at(&w, &picker, slips).await;
    hand.does("WDC-MENU-PICK", false).await;
    hand.works(Card::MenuPick).await;
    let mut bench = Hand::at(&w, &packer, slips.map(|seed| seed + 1)).await;
    for scan in ["WDC-MENU-PACK", "BENCH"] {
        bench.does(scan, false).await;
    }
    bench.works(Card::MenuPack).await;
    w.finish_parcels().await;
    w.check().await;
    let booked = w.text(BOOKED).await;
    let (scans, keys) = (hand.scans + bench.scans, hand.keys + bench.keys);
    let bells = hand.bells + bench.bells;
    w.end().await;
    Shift { booked, scans, keys, bells }
}

#[tokio::test]
async fn a_shift_in_gloves_books_what_the_hand_meant() {
    let clean = shift(None).await;
    assert_eq!((clean.keys, clean.bells), (0, 0), "{}", clean.booked);
    let seeds = std::env::var("WAVEDECK_GLOVES").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    for seed in 0..seeds {
        let dirty = shift(Some(seed * 7)).await;
        eprintln!(
            "gloves {seed}: {} scans for {}, {} bells",
            dirty.scans, clean.scans, dirty.bells
        );
        assert_eq!(dirty.booked, clean.booked, "seed {seed}");
    }
}

/// A bench with the goods of one order of so many units of I0, and the code of a unit.
async fn bench_with(w: &World, units: i64) -> (Hand, String) {
    w.stock(&[("A01", "I0", "L1", 100, 40)]).await;
    w.orders(&[("O1", &[("I0", units)])]).await;
    w.release().await;
    let (picker, packer) =
        (w.person("P", Role::Picker).await.badge, w.person("Q", Role::Packer).await.badge);
    let mut hand = Hand::at(w, &picker, None).await;
    hand.does("WDC-MENU-PICK", false).await;
    hand.works(Card::MenuPick).await;
    let mut bench = Hand::at(w, &packer, None).await;
    for scan in ["WDC-MENU-PACK", "BENCH"] {
        bench.does(scan, false).await;
    }
    let tote = bench.model.expects[0].scan.clone();
    bench.does(&tote, false).await;
    let unit = bench.model.expects[0].scan.clone();
    (bench, unit)
}

/// Units in the box, and how it stands with it.
const PACKED: &str = "SELECT concat_ws(' ', (SELECT sum(on_hand) FROM parcel p \
    JOIN stock k USING (place_id)), (SELECT string_agg(state, ',') FROM parcel))";

#[tokio::test]
async fn a_trigger_that_reads_twice_closes_no_box_and_a_patient_one_does() {
    let w = World::new().await;
    let (mut bench, unit) = bench_with(&w, 3).await;
    bench.does(&unit, false).await;
    // Elsewhere it counts, and UNDO takes it back.
    bench.line(&unit, false, 100);
    bench.answers().await;
    assert_eq!(w.text(PACKED).await, "2 open");
    // Once more before any answer: the last one closes, so it is asked for again.
    for gap in [300, 250] {
        bench.line(&unit, false, gap);
    }
    bench.answers().await;
    assert_eq!(w.text(PACKED).await, "2 open");
    let said = bench.model.feedback.as_ref().map(|said| said.text.key.clone());
    assert_eq!(said.as_deref(), Some("scanned-once"));
    bench.line(&unit, false, 400);
    bench.answers().await;
    w.finish_parcels().await;
    assert_eq!(w.text(PACKED).await, "3 labelled");
    w.end().await;
}

#[tokio::test]
async fn a_case_that_is_read_twice_closes_no_box_and_a_clock_that_was_put_back_does() {
    let w = World::new().await;
    let (mut bench, _) = bench_with(&w, 18).await;
    let body = "1952000000000";
    let case = format!("{body}{}", char::from(wavedeck::codes::check::gs1_digit(body).unwrap()));
    bench.does(&case, false).await;
    bench.does(&case, false).await;
    bench.line(&case, false, 200);
    bench.answers().await;
    assert_eq!(w.text(PACKED).await, "12 open");
    // From a terminal whose clock is five minutes behind.
    bench.now_ms -= 300_000;
    bench.line(&case, false, 0);
    bench.answers().await;
    w.finish_parcels().await;
    assert_eq!(w.text(PACKED).await, "18 labelled");
    w.end().await;
}
