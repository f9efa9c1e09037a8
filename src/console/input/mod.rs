//! Bytes with their instants in, keys and lines out. A scanner types like a keyboard, so nothing
//! here guesses: printables make a line, a terminator ends it, and gaps between bytes decide only
//! the audit mark.
//!
//! Own code because terminal parsers change what scanners send: GS becomes Ctrl+5, CRLF two keys,
//! GBK nothing at all, and an escape sequence split by the network a Cancel.

mod framing;
pub mod keymap;
mod mouse;

use crate::limits;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

pub use framing::Framing;
use framing::decode;
pub use mouse::Mouse;

/// A key that types nothing: a command by the keymap, or a way through a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    Esc,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Insert,
    Delete,
    BackTab,
    F(u8),
    /// A control key by its letter.
    Ctrl(char),
}

/// What some bytes came to: a key, another entry line, or a line that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Key(Key),
    /// The entry line as it stands now.
    Typing(String),
    /// A line was ended. `typed` is false if a scanner surely or probably sent it.
    Line {
        text: String,
        typed: bool,
    },
    /// The mouse, where it was asked for.
    Mouse(Mouse),
    /// A line had more than [`limits::LINE_BYTES`] bytes and was thrown away up to its end.
    TooLong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ground,
    Escape,
    Csi,
    Ss3,
    /// Linux console: `ESC [ [ A`.
    LinuxF,
    /// A mouse report as old terminals make it: so many bytes of it are still to come.
    OldMouse(u8),
    Paste,
}

/// Makes keys and lines of bytes, one byte at a time, for one terminal.
pub struct Decoder {
    scanner: Framing,
    state: State,
    line: Vec<u8>,
    sequence: Vec<u8>,
    /// LF after CR belongs to it, however late it comes.
    after_cr: bool,
    overflow: bool,
    last: Option<Instant>,
    slowest: Duration,
    pasted: bool,
    /// The terminal was asked for its mouse.
    mouse: bool,
    out: Vec<Event>,
}

const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
const PASTE_END: &[u8] = b"\x1b[201~";

impl Decoder {
    /// Nothing typed yet, behind a scanner that is set like this.
    pub fn new(scanner: Framing) -> Decoder {
        Decoder {
            scanner,
            state: State::Ground,
            line: Vec::new(),
            sequence: Vec::new(),
            after_cr: false,
            overflow: false,
            last: None,
            slowest: Duration::ZERO,
            pasted: false,
            mouse: false,
            out: Vec::new(),
        }
    }

    /// Another scanner from here on; what is half read stays.
    pub fn set(&mut self, scanner: Framing) {
        self.scanner = scanner;
    }

    /// Whether the terminal was asked for its mouse.
    pub fn expect_mouse(&mut self, on: bool) {
        self.mouse = on;
    }

    /// When [`Decoder::timeout`] must be called if no byte comes before.
    pub fn deadline(&self) -> Option<Instant> {
        let waits = !matches!(self.state, State::Ground | State::Paste);
        self.last.filter(|_| waits).map(|last| last + limits::ESCAPE_WAIT)
    }

    /// The deadline passed: a lone ESC is a key, a half sequence is nothing.
    pub fn timeout(&mut self) -> Vec<Event> {
        if self.state == State::Escape {
            self.key(Key::Esc);
        }
        if self.state != State::Paste {
            self.state = State::Ground;
        }
        std::mem::take(&mut self.out)
    }

    /// The only character of an entry line that nobody has gone on with, and since when.
    pub fn alone(&self) -> Option<(char, Instant)> {
        let [byte] = self.line.as_slice() else { return None };
        (self.state == State::Ground && !self.pasted).then_some(char::from(*byte)).zip(self.last)
    }

    /// What stands on the entry line, and when the last of it came.
    pub fn typed(&self) -> (&[u8], Option<Instant>) {
        (&self.line, self.last)
    }

    /// Empties the entry line: what stood there was a command.
    pub fn take_alone(&mut self) {
        self.line.clear();
    }

    /// Takes one byte.
    pub fn push(&mut self, byte: u8, at: Instant) -> Vec<Event> {
        if let Some(last) = self.last
            && !self.line.is_empty()
        {
            self.slowest = self.slowest.max(at.saturating_duration_since(last));
        }
        self.last = Some(at);
        match self.state {
            State::Ground => self.ground(byte),
            State::Escape => self.escape(byte),
            State::Csi => self.csi(byte),
            State::Ss3 => {
                self.state = State::Ground;
                self.ss3(byte);
            }
            State::LinuxF => {
                self.state = State::Ground;
                if (b'A'..=b'E').contains(&byte) {
                    self.key(Key::F(byte - b'A' + 1));
                }
            }
            State::OldMouse(1) => self.state = State::Ground,
            State::OldMouse(left) => self.state = State::OldMouse(left - 1),
            State::Paste => self.paste(byte),
        }
        std::mem::take(&mut self.out)
    }

    /// Esc first empties the entry line; only on an empty one it is a command.
    fn key(&mut self, key: Key) {
        if key == Key::Esc && (self.overflow || !self.line.is_empty()) {
            return self.clear();
        }
        self.out.push(Event::Key(key));
    }

    fn ground(&mut self, byte: u8) {
        let after_cr = std::mem::take(&mut self.after_cr);
        match byte {
            b'\n' if after_cr => {}
            b'\r' | b'\n' | b'\t' => {
                self.after_cr = byte == b'\r';
                self.submit();
            }
            ESC => self.state = State::Escape,
            0x08 | 0x7f => self.erase(),
            GS => self.append(GS),
            0x15 => self.clear(),
            // The scanner's own mark begins a scan, whatever byte it is.
            mark if self.line.is_empty() && self.scanner.prefix.first() == Some(&mark) => {
                self.append(mark)
            }
            // Inside a line a control byte is data that will not parse; at its start it is a key.
            0x01..=0x1a if self.line.is_empty() && !self.overflow => {
                self.key(Key::Ctrl(char::from(byte - 1 + b'a')))
            }
            0 => {}
            other => self.append(if Some(other) == self.scanner.gs { GS } else { other }),
        }
    }

    fn append(&mut self, byte: u8) {
        if self.overflow {
            return;
        }
        if self.line.len() >= limits::LINE_BYTES {
            self.line.clear();
            self.overflow = true;
            self.out.push(Event::Typing(String::new()));
            return;
        }
        if self.line.is_empty() {
            self.slowest = Duration::ZERO;
        }
        self.line.push(byte);
        self.out.push(Event::Typing(decode(&self.line)));
    }

    fn erase(&mut self) {
        match std::str::from_utf8(&self.line) {
            Ok(text) => {
                let keep = text.char_indices().next_back().map_or(0, |(at, _)| at);
                self.line.truncate(keep);
            }
            Err(_) => {
                self.line.pop();
            }
        }
        self.out.push(Event::Typing(decode(&self.line)));
    }

    fn clear(&mut self) {
        self.line.clear();
        self.overflow = false;
        self.out.push(Event::Typing(String::new()));
    }

    fn submit(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        let pasted = std::mem::take(&mut self.pasted);
        if std::mem::take(&mut self.overflow) {
            self.out.push(Event::TooLong);
            return;
        }
        let prefixed = !self.scanner.prefix.is_empty() && line.starts_with(&self.scanner.prefix);
        if prefixed {
            line.drain(..self.scanner.prefix.len());
        }
        if !self.scanner.suffix.is_empty() && line.ends_with(&self.scanner.suffix) {
            line.truncate(line.len() - self.scanner.suffix.len());
        }
        let aim = line.len() > 3 && line[0] == b']' && line[1].is_ascii_alphabetic();
        let quick = line.len() >= 4 && self.slowest <= limits::SCAN_GAP;
        self.out.push(Event::Line {
            text: decode(&line),
            typed: !(prefixed || pasted || aim || quick),
        });
    }

    fn escape(&mut self, byte: u8) {
        self.state = State::Ground;
        match byte {
            b'[' => {
                self.sequence.clear();
                self.state = State::Csi;
            }
            b'O' => self.state = State::Ss3,
            ESC => {
                self.key(Key::Esc);
                self.state = State::Escape;
            }
            // Inside a line ESC is data; before one it was a key, and what follows it is not lost.
            other if !self.line.is_empty() => {
                self.append(ESC);
                self.ground(other);
            }
            other => {
                self.key(Key::Esc);
                self.ground(other);
            }
        }
    }

    fn ss3(&mut self, byte: u8) {
        match byte {
            b'P'..=b'S' => self.key(Key::F(byte - b'P' + 1)),
            _ => self.final_byte(byte),
        }
    }

    fn final_byte(&mut self, byte: u8) {
        let key = match byte {
            b'A' => Key::Up,
            b'B' => Key::Down,
            b'C' => Key::Right,
            b'D' => Key::Left,
            b'H' => Key::Home,
            b'F' => Key::End,
            b'Z' => Key::BackTab,
            b'P'..=b'S' => Key::F(byte - b'P' + 1),
            _ => return,
        };
        self.key(key);
    }

    fn csi(&mut self, byte: u8) {
        match byte {
            b'[' if self.sequence.is_empty() => self.state = State::LinuxF,
            // Of no use where columns have no numbers, and no scan either.
            b'M' if self.sequence.is_empty() && self.mouse => self.state = State::OldMouse(3),
            0x40..=0x7e => {
                self.state = State::Ground;
                match (byte, self.sequence.first()) {
                    (b'~', _) => self.tilde(),
                    (b'M', Some(b'<')) => {
                        self.out.extend(mouse::read(&self.sequence).map(Event::Mouse));
                    }
                    _ => self.final_byte(byte),
                }
            }
            0x20..=0x3f if self.sequence.len() < 16 => self.sequence.push(byte),
            // No sequence after all: what came next counts as itself.
            other => {
                self.state = State::Ground;
                self.ground(other);
            }
        }
    }

    fn tilde(&mut self) {
        let digits: String = self
            .sequence
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .map(|b| char::from(*b))
            .collect();
        let key = match digits.parse::<u16>().unwrap_or(0) {
            1 | 7 => Key::Home,
            2 => Key::Insert,
            3 => Key::Delete,
            4 | 8 => Key::End,
            5 => Key::PageUp,
            6 => Key::PageDown,
            n @ 11..=15 => Key::F((n - 10) as u8),
            n @ 17..=21 => Key::F((n - 11) as u8),
            n @ 23..=24 => Key::F((n - 12) as u8),
            200 => {
                self.sequence.clear();
                self.state = State::Paste;
                return;
            }
            _ => return,
        };
        self.key(key);
    }

    /// A bracketed paste: every line of it is a scan for certain.
    fn paste(&mut self, byte: u8) {
        self.sequence.push(byte);
        if self.sequence.ends_with(PASTE_END) {
            self.state = State::Ground;
            self.sequence.clear();
            if !self.line.is_empty() {
                self.pasted = true;
                self.submit();
            }
            return;
        }
        let keep = PASTE_END.len().min(self.sequence.len());
        let partial = (1..=keep)
            .rev()
            .find(|n| PASTE_END.starts_with(&self.sequence[self.sequence.len() - n..]))
            .unwrap_or(0);
        let ready = self.sequence.len() - partial;
        for byte in self.sequence.drain(..ready).collect::<Vec<_>>() {
            match byte {
                b'\r' | b'\n' if self.line.is_empty() && !self.overflow => {}
                b'\r' | b'\n' => {
                    self.pasted = true;
                    self.submit();
                }
                other => self.append(other),
            }
        }
    }
}
