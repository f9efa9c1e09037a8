//! What is on the screen, and what a message does to it. Pure: no clock, no database, no terminal.

mod chosen;
mod echo;
mod history;
mod hotkeys;
mod keys;
pub mod layout;
mod marks;
mod messages;
mod mouse;
pub mod palette;
mod preview;
mod queue;
mod reply;

use crate::codes::card::Card;
use crate::console::input::keymap::Keymap;
use crate::domain::{Lang, half_width};
use crate::limits;
use crate::protocol::sign_on::DemoPerson;
use crate::protocol::{
    Entry, Expect, Feedback, Input, Message, Operator, Page, Pin, Request, Tone,
};
use echo::Echo;
use keys::on_key;
pub use messages::{Effect, GestureStamp, Link, Msg, QueuedInput};
use palette::Palette;
use preview::RowPreview;
use queue::{drop_held, enqueue, is_badge, resume, unanswered};
use reply::on_reply;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use uuid::Uuid;

/// A page that looks again but seldom does so each of so many ticks.
const SELDOM: u32 = 5;

/// How things stand out. `Mono` has no colour at all, `Contrast` bright ones for bad light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Theme {
    #[default]
    Default,
    Contrast,
    Mono,
}

/// What a terminal can show. Rules of box glyphs are two cells wide on some Chinese terminals, so
/// they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Appearance {
    pub theme: Theme,
    pub boxes: bool,
}

/// Everything that a screen shows and that decides what the next key or scan does.
pub struct Model {
    pub lang: Lang,
    pub size: (u16, u16),
    pub appearance: Appearance,
    pub keymap: Keymap,
    pub operator: Option<Operator>,
    /// As the screen shows it, and as it came.
    pub page: Page,
    full_page: Page,
    pub feedback: Option<Feedback>,
    pub expects: Vec<Expect>,
    pub typing: String,
    pub queue: VecDeque<QueuedInput>,
    /// On its way; its answer is always shown.
    pub sent: Option<QueuedInput>,
    /// The one before was refused: what is queued waits for the person.
    pub held: bool,
    pub link: Link,
    pub help: bool,
    /// Open over the page; what is typed looks for a command.
    pub palette: Option<Palette>,
    /// The row of the page's list that Enter opens.
    pub chosen: usize,
    marks: marks::Marks,
    /// What Enter opened on the way here, the last at the end.
    opened: Vec<String>,
    preview: RowPreview,
    echo: Echo,
    /// What was said last at a desk was refused, and the page before still stands there.
    refused: bool,
    /// The terminal says what its mouse does.
    pub mouse: bool,
    ticks: u32,
    pub demo: Vec<DemoPerson>,
    /// Whose badge the demo's key shows next.
    demo_next: usize,
    session: Uuid,
    terminal: String,
    version: i64,
    badge: Option<String>,
}

/// What a session is set to before anyone has signed on.
pub struct Settings {
    pub lang: Lang,
    pub appearance: Appearance,
    pub keymap: Keymap,
    pub terminal: String,
    pub session: Uuid,
    pub door: Page,
    pub demo: Vec<DemoPerson>,
    pub size: (u16, u16),
}

impl Model {
    /// Nobody signed on, and the page of the door on the screen.
    pub fn new(settings: Settings) -> Model {
        Model {
            lang: settings.lang,
            size: settings.size,
            appearance: settings.appearance,
            keymap: settings.keymap,
            operator: None,
            page: layout::fitted(&settings.door, settings.size),
            full_page: settings.door,
            feedback: None,
            expects: Vec::new(),
            typing: String::new(),
            queue: VecDeque::new(),
            sent: None,
            held: false,
            link: Link::Fine,
            help: false,
            palette: None,
            chosen: 0,
            marks: marks::Marks::default(),
            opened: Vec::new(),
            preview: RowPreview::default(),
            echo: Echo::default(),
            refused: false,
            mouse: false,
            ticks: 0,
            demo: settings.demo,
            demo_next: 0,
            session: settings.session,
            terminal: settings.terminal,
            version: 0,
            badge: None,
        }
    }

    /// The session that speaks for the person.
    pub fn session(&self) -> Uuid {
        self.session
    }

    /// May the session read on? With a full queue it stops, so that nothing is dropped.
    pub fn takes_input(&self) -> bool {
        self.queue.len() < limits::QUEUE_SCANS || self.held
    }

    /// Do so many scans wait that no more fit? The screen then says so.
    pub fn queue_is_full(&self) -> bool {
        self.queue.len() >= limits::QUEUE_SCANS
    }

    /// Is a PIN being entered? What is typed then shows as stars.
    pub fn is_secret(&self) -> bool {
        self.page.entry == Entry::Secret
    }

    fn request(&self, waiting: &QueuedInput) -> Box<Request> {
        Box::new(Request {
            command: waiting.stamp.command,
            session: self.session,
            person: self.operator.as_ref().map(|operator| operator.id),
            terminal: self.terminal.clone(),
            at: waiting.stamp.at.clone(),
            version: self.version,
            ask: waiting.ask.clone(),
        })
    }
}

/// The one place where state changes.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = apply(model, msg);
    effects.extend(preview::next(model));
    effects
}

fn apply(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Resize(width, height) => {
            model.size = (width, height);
            model.page = layout::fitted(&model.full_page, model.size);
            vec![]
        }
        Msg::Typing(text) => {
            model.typing = text;
            if let Some(palette) = &mut model.palette {
                palette.chosen = 0;
            }
            vec![]
        }
        Msg::Click(row, stamp) => mouse::click(model, row, stamp),
        Msg::Wheel { up } => mouse::wheel(model, up),
        Msg::Hotkey(c, stamp) => {
            model.typing.clear();
            hotkeys::on_letter(model, c, stamp)
        }
        Msg::Previewed { of, page } => {
            preview::arrived(model, of, page.map(|page| *page));
            vec![]
        }
        Msg::Told(feedback) => {
            model.feedback = Some(feedback);
            vec![]
        }
        Msg::TooLong => {
            model.typing.clear();
            refuse(model, Message::key("line-too-long").with("bytes", limits::LINE_BYTES as i64))
        }
        Msg::NoAnswer(link) => {
            model.link = link;
            vec![]
        }
        Msg::Unanswered => unanswered(model),
        Msg::Tick(stamp) => tick(model, stamp),
        Msg::Key(key, stamp) => on_key(model, key, stamp),
        Msg::Line { text, typed, stamp } => {
            model.typing.clear();
            on_line(model, &text, typed, stamp)
        }
        Msg::Reply(reply) => on_reply(model, *reply),
    }
}

fn refuse(model: &mut Model, text: Message) -> Vec<Effect> {
    model.feedback = Some(Feedback { tone: Tone::Wrong, text });
    vec![Effect::Bell(Tone::Wrong)]
}

fn stop(model: &mut Model, text: Message) -> Vec<Effect> {
    model.feedback = Some(Feedback { tone: Tone::Stop, text });
    vec![Effect::Bell(Tone::Stop)]
}

fn tick(model: &mut Model, stamp: GestureStamp) -> Vec<Effect> {
    let quiet =
        model.sent.is_none() && model.queue.is_empty() && model.typing.is_empty() && !model.held;
    if !(model.page.live && quiet && model.operator.is_some()) {
        return vec![];
    }
    model.ticks = model.ticks.wrapping_add(1);
    if model.page.seldom && !model.ticks.is_multiple_of(SELDOM) {
        return vec![];
    }
    let look = QueuedInput { ask: Input::Refresh, stamp };
    let request = model.request(&look);
    model.sent = Some(look);
    vec![Effect::Send(request)]
}

fn on_card(model: &mut Model, card: Card, stamp: GestureStamp) -> Vec<Effect> {
    if model.echo.is_echo(card, &stamp) {
        model.feedback = Some(Feedback { tone: Tone::Good, text: Message::key("taken-once") });
        return vec![];
    }
    if model.held && !model.queue.is_empty() {
        return match card {
            Card::Yes => resume(model),
            Card::No | Card::Back => drop_held(model, stamp),
            // It would be done behind what waits, where nobody sees what it does.
            other => stop(model, Message::key("queue-held-card").with("card", other.name())),
        };
    }
    match (card, &model.operator) {
        (Card::Help, _) => {
            model.help = !model.help;
            vec![]
        }
        // Behind a badge or PIN that is being checked it waits its turn.
        (card, None) if model.sent.is_some() || !model.queue.is_empty() => {
            enqueue(model, QueuedInput { ask: Input::Card(card), stamp })
        }
        // At the door there is only the way back to its beginning.
        (_, None) => {
            if model.is_secret() {
                model.badge = None;
                return enqueue(model, QueuedInput { ask: Input::Refresh, stamp });
            }
            vec![]
        }
        (card, Some(_)) => enqueue(model, QueuedInput { ask: Input::Card(card), stamp }),
    }
}

fn on_line(model: &mut Model, text: &str, typed: bool, stamp: GestureStamp) -> Vec<Effect> {
    let text = &half_width(text);
    let trimmed = text.trim();
    let card = Card::parse(&trimmed.to_uppercase());
    if card.is_none() {
        model.echo.forget();
    }
    if model.palette.is_some() && (typed || trimmed.is_empty()) {
        return hotkeys::on_palette_line(model, trimmed, stamp);
    }
    model.palette = None;
    if model.help {
        model.help = false;
        if trimmed.is_empty() {
            return vec![];
        }
    }
    if trimmed.is_empty() {
        if model.held && !model.queue.is_empty() {
            return resume(model);
        }
        // Enter alone opens the chosen row.
        let opens =
            model.page.table.opens.get(model.chosen).filter(|scan| !scan.is_empty()).cloned();
        // A page that only looks again stands in nobody's way.
        let idle = model.sent.as_ref().is_none_or(|sent| sent.ask == Input::Refresh)
            && model.queue.is_empty();
        return match opens.filter(|_| idle) {
            Some(text) => history::open(model, text, stamp),
            None => vec![],
        };
    }
    if let Some(card) = card {
        return on_card(model, card, stamp);
    }
    if model.page.once && !typed && model.echo.is_read_twice(trimmed, &stamp) {
        let text = Message::key("scanned-once").with("received", trimmed);
        model.feedback = Some(Feedback { tone: Tone::Good, text });
        return vec![];
    }
    // It may have been meant for the page that was asked for and did not come.
    if std::mem::take(&mut model.refused) && typed && trimmed.len() < 3 && is_number(trimmed) {
        let known = model.page.big.clone().unwrap_or_else(|| model.page.title.clone());
        return refuse(model, Message::key("desk-after-refusal").with("page", known));
    }
    match ask_of(model, text, typed) {
        Ok(ask) => enqueue(model, QueuedInput { ask, stamp }),
        Err(key) => refuse(model, Message::key(key)),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// What a line is: a badge, the PIN behind it, or a scan. At the door what waits behind one of
/// those is a scan until it is answered.
fn ask_of(model: &mut Model, text: &str, typed: bool) -> Result<Input, &'static str> {
    let line = text.trim();
    let waits = |w: &QueuedInput| matches!(w.ask, Input::Badge(_) | Input::Pin { .. });
    if model.sent.iter().chain(&model.queue).any(waits) {
        return Ok(Input::Scan { text: text.to_owned(), typed });
    }
    // Where a PIN is due a badge means that somebody else stands here by now.
    if model.is_secret() && !is_badge(line) {
        let digits = (4..=8).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit());
        let badge = model.badge.clone().filter(|_| digits).ok_or("pin-digits")?;
        return Ok(Input::Pin { badge, pin: Pin(line.to_owned()) });
    }
    if model.is_secret() || model.operator.is_none() {
        model.badge = Some(line.to_owned());
        return Ok(Input::Badge(line.to_owned()));
    }
    Ok(Input::Scan { text: text.to_owned(), typed })
}
