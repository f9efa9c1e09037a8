//! One person's session: bytes in, bytes out, a size. It does not know whether a local terminal, a
//! test or a network is behind the bytes, and two sessions of one process know nothing of each
//! other.

mod export;
mod gesture;
pub mod screen;

use crate::console::app::{Effect, GestureStamp, Model, Msg, Settings, palette, update};
use crate::console::input::{Decoder, Event, Framing, Mouse};
use crate::limits;
use crate::protocol::page::Letters;
use crate::protocol::{Feedback, Input, Message, Request, ScannerSettings, Tone};
use crate::work::{self, Ctx};
use screen::Screen;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use uuid::Uuid;

/// What a session is told from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Resize(u16, u16),
    /// The line is gone: what was scanned is still worked off, then the session ends.
    HangUp,
}

/// Takes every message of a session as one JSON line.
pub type Recorder = Box<dyn FnMut(&str) + Send>;

/// A session's surroundings.
pub struct Setup {
    pub ctx: Arc<Ctx>,
    pub settings: Settings,
    pub framing: Framing,
    pub control: mpsc::Receiver<Control>,
    /// Gets every message as one JSON line, for replay. PINs are masked.
    pub record: Option<Recorder>,
    /// Where lists that are exported go.
    pub exports: PathBuf,
}

/// Letters that only choose another row.
const MOVES: &[u8] = b"jk";
/// How long the scans of a line that was cut are still worked off.
const DRAIN: Duration = Duration::from_secs(10);
/// How often a page that shows others' work looks again.
const LIVE: Duration = Duration::from_secs(2);

struct Session<W> {
    ctx: Arc<Ctx>,
    model: Model,
    decoder: Decoder,
    /// What the terminal's configuration says of its scanner, and the scanner of the person in
    /// front of it.
    framing: Framing,
    scanner: Option<ScannerSettings>,
    screen: Screen,
    writer: W,
    /// Bytes that were read and wait for room in the queue.
    unread: VecDeque<(u8, Instant)>,
    /// Bytes of the entry line that have moved the chosen row.
    moved: usize,
    answers: mpsc::Sender<Msg>,
    record: Option<Recorder>,
    exports: PathBuf,
    dirty: bool,
    quit: bool,
}

/// Runs a session until the person leaves or the bytes end.
pub async fn run<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(
    reader: R,
    writer: W,
    setup: Setup,
) -> io::Result<()> {
    let (answers, replies) = mpsc::channel(8);
    let (mut session, control) = Session::new(setup, writer, answers);
    session.write(Screen::ENTER).await?;
    let mut live = tokio::time::interval(LIVE);
    live.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut inlets = Inlets { reader, buffer: vec![0; 4096], replies, control, live, gone: None };
    while !session.quit {
        session.digest().await?;
        if session.quit {
            break;
        }
        session.draw(inlets.gone.is_some()).await?;
        if inlets.gone.is_some() && session.is_idle() {
            break;
        }
        if !inlets.wait(&mut session).await? {
            break;
        }
    }
    if !session.model.queue.is_empty() {
        tracing::warn!(
            scans = session.model.queue.len(),
            "the line was cut while scans were held; the person scans them again"
        );
    }
    session.write(Screen::LEAVE).await
}

/// Where everything comes from that a session waits for.
struct Inlets<R> {
    reader: R,
    buffer: Vec<u8>,
    replies: mpsc::Receiver<Msg>,
    control: mpsc::Receiver<Control>,
    live: tokio::time::Interval,
    /// The line is gone; until then its scans are worked off.
    gone: Option<tokio::time::Instant>,
}

impl<R: AsyncRead + Unpin> Inlets<R> {
    /// Gives the session what comes next. `false`: the line is gone, and so is the time for its
    /// scans.
    async fn wait<W: AsyncWrite + Unpin>(&mut self, session: &mut Session<W>) -> io::Result<bool> {
        let deadline = session.decoder.deadline().map(tokio::time::Instant::from_std);
        let letter = session.letter_due();
        let reads = self.gone.is_none() && session.unread.is_empty() && session.model.takes_input();
        tokio::select! {
            biased;
            Some(answer) = self.replies.recv() => session.take(answer).await?,
            told = self.control.recv(), if self.gone.is_none() => match told {
                Some(Control::Resize(width, height)) => {
                    session.take(Msg::Resize(width, height)).await?;
                }
                Some(Control::HangUp) | None => self.hang_up(),
            },
            read = self.reader.read(&mut self.buffer), if reads => match read {
                Ok(0) | Err(_) => self.hang_up(),
                Ok(n) => {
                    let now = Instant::now();
                    session.unread.extend(self.buffer[..n].iter().map(|byte| (*byte, now)));
                }
            },
            () = sleep_until(deadline), if deadline.is_some() => {
                let events = session.decoder.timeout();
                session.events(events).await?;
            }
            () = sleep_until(letter.map(|(_, due)| due)), if letter.is_some() => {
                session.decoder.take_alone();
                session.moved = 0;
                if let Some((Some(c), _)) = letter {
                    session.take(Msg::Hotkey(c, stamp())).await?;
                }
            }
            () = sleep_until(self.gone), if self.gone.is_some() => return Ok(false),
            _ = self.live.tick(), if self.gone.is_none() && session.model.page.live => {
                session.take(Msg::Tick(stamp())).await?;
            }
        }
        Ok(true)
    }

    fn hang_up(&mut self) {
        self.gone = Some(tokio::time::Instant::now() + DRAIN);
    }
}

async fn sleep_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn stamp() -> GestureStamp {
    GestureStamp { command: Uuid::now_v7(), at: jiff::Timestamp::now().to_string() }
}

impl<W: AsyncWrite + Unpin> Session<W> {
    /// Nobody signed on; what is told from outside comes beside it.
    fn new(
        setup: Setup,
        writer: W,
        answers: mpsc::Sender<Msg>,
    ) -> (Session<W>, mpsc::Receiver<Control>) {
        let model = Model::new(setup.settings);
        let session = Session {
            ctx: setup.ctx,
            screen: Screen::new(model.lang),
            model,
            decoder: Decoder::new(setup.framing.clone()),
            framing: setup.framing,
            scanner: None,
            writer,
            unread: VecDeque::new(),
            moved: 0,
            answers,
            record: setup.record,
            exports: setup.exports,
            dirty: true,
            quit: false,
        };
        (session, setup.control)
    }

    /// Decodes what was read as long as the queue has room.
    async fn digest(&mut self) -> io::Result<()> {
        while self.model.takes_input() {
            let Some((byte, at)) = self.unread.pop_front() else { break };
            let events = self.decoder.push(byte, at);
            self.events(events).await?;
            self.moves().await?;
        }
        Ok(())
    }

    /// Letters that only move act at once, however fast they come: who holds one down sees the rows
    /// go by. They stay what a code began with, should more come.
    async fn moves(&mut self) -> io::Result<()> {
        let (line, _) = self.decoder.typed();
        let moving = self.takes_letters() && line.iter().all(|byte| MOVES.contains(byte));
        let new = line.get(self.moved..).filter(|_| moving).unwrap_or_default().to_vec();
        self.moved = if moving { line.len() } else { 0 };
        for byte in new {
            self.take(Msg::Hotkey(char::from(byte), stamp())).await?;
        }
        Ok(())
    }

    /// Do small letters mean something on this page?
    fn takes_letters(&self) -> bool {
        self.model.page.letters != Letters::None && self.model.palette.is_none()
    }

    async fn events(&mut self, events: Vec<Event>) -> io::Result<()> {
        for event in events {
            let msg = match event {
                Event::Key(key) => Msg::Key(key, stamp()),
                Event::Typing(text) => Msg::Typing(text),
                // Enter behind letters that moved opens the row.
                Event::Line { text, typed } if self.moved > 0 && self.moved == text.len() => {
                    Msg::Line { text: String::new(), typed, stamp: stamp() }
                }
                Event::Line { text, typed } => Msg::Line { text, typed, stamp: stamp() },
                Event::TooLong => Msg::TooLong,
                Event::Mouse(Mouse::Click(x, y)) => match self.screen.row_at(x, y) {
                    Some(row) => Msg::Click(row, stamp()),
                    None => continue,
                },
                Event::Mouse(wheel) => Msg::Wheel { up: wheel == Mouse::WheelUp },
            };
            self.take(msg).await?;
        }
        Ok(())
    }

    async fn take(&mut self, msg: Msg) -> io::Result<()> {
        self.keep(&msg);
        self.dirty = true;
        for effect in update(&mut self.model, msg) {
            match effect {
                Effect::Send(request) => self.send(request),
                Effect::Bell(tone) => self.write(bell(tone)).await?,
                Effect::Mouse(on) => {
                    self.decoder.expect_mouse(on);
                    self.write(if on { Screen::MOUSE_ON } else { Screen::MOUSE_OFF }).await?;
                }
                Effect::Call => self.write(b"\x07\x07").await?,
                Effect::Quit => self.quit = true,
                Effect::Export { xlsx } => self.export(xlsx),
                Effect::Preview(of) => self.preview(of),
                Effect::Inject(scan) => {
                    let now = Instant::now();
                    self.unread.extend(scan.bytes().chain([b'\r']).map(|byte| (byte, now)));
                }
            }
        }
        self.follow_scanner();
        Ok(())
    }

    /// Who works here, or at which bench, may have a scanner of their own.
    fn follow_scanner(&mut self) {
        let scanner = self.model.operator.as_ref().and_then(|operator| operator.scanner.clone());
        if scanner != self.scanner {
            self.decoder.set(scanner.as_ref().map_or_else(|| self.framing.clone(), Framing::from));
            self.scanner = scanner;
        }
    }

    fn send(&self, request: Box<Request>) {
        let (ctx, answers) = (self.ctx.clone(), self.answers.clone());
        tokio::spawn(async move {
            let answer = gesture::answer(ctx, Arc::new(*request), &answers).await;
            // Without a listener the gesture is done all the same.
            let _ = answers.send(answer).await;
        });
    }

    /// A letter that is a command where it stays alone, and when it has been alone for long enough;
    /// without one, when letters that moved are forgotten.
    fn letter_due(&self) -> Option<(Option<char>, tokio::time::Instant)> {
        let due = |since| tokio::time::Instant::from_std(since + limits::LETTER_WAIT);
        if self.moved > 0 {
            return self.decoder.typed().1.map(|since| (None, due(since)));
        }
        let (c, since) = self.decoder.alone().filter(|_| self.takes_letters())?;
        palette::hotkey(c)?;
        Some((Some(c), due(since)))
    }

    /// Writes the list on the screen into a file of its own; the person is told where, or why not.
    fn export(&self, xlsx: bool) {
        let Some(person) = self.model.operator.as_ref().map(|operator| operator.id) else { return };
        let (ctx, answers, folder, lang, session) = (
            self.ctx.clone(),
            self.answers.clone(),
            self.exports.clone(),
            self.model.lang,
            self.model.session(),
        );
        tokio::spawn(async move {
            let (tone, text) = match export::write(&ctx, session, person, lang, &folder, xlsx).await
            {
                Ok(path) => (Tone::Good, Message::key("export-done").with("file", path)),
                Err(text) => (Tone::Wrong, text),
            };
            let _ = answers.send(Msg::Told(Feedback { tone, text })).await;
        });
    }

    /// A look at what a row opens; it changes nothing and nobody waits for it.
    fn preview(&self, of: String) {
        let Some(person) = self.model.operator.as_ref().map(|operator| operator.id) else { return };
        let (ctx, answers, session) =
            (self.ctx.clone(), self.answers.clone(), self.model.session());
        tokio::spawn(async move {
            let page =
                work::desk::row_details(&ctx, session, person, &of).await.unwrap_or_else(|error| {
                    tracing::warn!(of, %error, "a look beside the list failed");
                    None
                });
            let _ = answers.send(Msg::Previewed { of, page: page.map(Box::new) }).await;
        });
    }

    fn is_idle(&self) -> bool {
        self.unread.is_empty()
            && self.model.sent.is_none()
            && (self.model.queue.is_empty() || self.model.held)
    }

    /// Writes the message down for replay. What is typed where a PIN is due never goes in.
    fn keep(&mut self, msg: &Msg) {
        let Some(record) = &mut self.record else { return };
        let at_door = self.model.operator.is_none()
            && (self.model.is_secret()
                || self.model.sent.as_ref().is_some_and(|s| matches!(s.ask, Input::Badge(_))));
        let masked = match msg {
            Msg::Typing(text) if at_door => Msg::Typing("0".repeat(text.chars().count())),
            Msg::Line { text, typed, stamp } if at_door => Msg::Line {
                text: "0".repeat(text.len().clamp(4, 8)),
                typed: *typed,
                stamp: stamp.clone(),
            },
            other => other.clone(),
        };
        if let Ok(line) = serde_json::to_string(&masked) {
            record(&line);
        }
    }

    /// One write a frame, and none if nothing changed.
    async fn draw(&mut self, gone: bool) -> io::Result<()> {
        if !std::mem::take(&mut self.dirty) || gone {
            return Ok(());
        }
        let frame = self.screen.frame(&self.model)?;
        if frame.is_empty() { Ok(()) } else { self.write(&frame).await }
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes).await?;
        self.writer.flush().await
    }
}

/// One bell for wrong, three for stop: people hear the difference without looking.
fn bell(tone: Tone) -> &'static [u8] {
    match tone {
        Tone::Good => b"",
        Tone::Wrong => b"\x07",
        Tone::Stop => b"\x07\x07\x07",
    }
}
