//! The local terminal as a session's bytes: raw mode, size, signals.

use super::served::line::{self, Said};
use super::session::screen::Screen;
use super::session::{self, Control, Setup};
use crate::limits;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Puts the terminal back however the session ends.
struct Raw;

impl Raw {
    fn enter() -> io::Result<Raw> {
        crossterm::terminal::enable_raw_mode()?;
        Ok(Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // The process is leaving: there is nobody left to tell.
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// Columns and rows that are drawn; a terminal that does not say is taken as 80×24.
pub fn size() -> (u16, u16) {
    match crossterm::terminal::size() {
        Ok((width, height)) if width > 0 && height > 0 => {
            (width.min(limits::SCREEN_WIDTH), height.min(limits::SCREEN_HEIGHT))
        }
        _ => (80, 24),
    }
}

/// Passes this process's terminal on to who serves sessions at the other end, until either goes.
/// `false`: the other end went away, or never said anything.
pub async fn pass(line: UnixStream, hello: &[u8]) -> io::Result<bool> {
    let (mut screen, mut to) = line.into_split();
    let mut resized = signal(SignalKind::window_change())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let mut ended = signal(SignalKind::terminate())?;
    say(&mut to, &Said::Hello(hello.to_vec())).await?;
    let mut drawn = vec![0; 16 * 1024];
    let first = timeout(limits::SERVED_ANSWER, screen.read(&mut drawn)).await;
    let Ok(Ok(mut n @ 1..)) = first else { return Ok(false) };
    let raw = Raw::enter()?;
    let (mut keys, mut shown) = (tokio::io::stdin(), tokio::io::stdout());
    let mut typed = vec![0; 4096];
    // A session's last bytes put the screen back; whoever was cut off has not.
    let (mut left, mut tail) = (false, Vec::new());
    let done = loop {
        if n > 0 {
            shown.write_all(&drawn[..n]).await?;
            shown.flush().await?;
            // The end of a session may come in two pieces.
            tail.extend_from_slice(&drawn[..n]);
            tail.drain(..tail.len().saturating_sub(Screen::LEAVE.len()));
            left = tail == Screen::LEAVE;
            n = 0;
        }
        let said = tokio::select! {
            read = screen.read(&mut drawn) => match read {
                Ok(0) | Err(_) => break left,
                Ok(more) => {
                    n = more;
                    continue;
                }
            },
            read = keys.read(&mut typed) => match read {
                Ok(0) | Err(_) => break true,
                Ok(n) => Said::Typed(typed[..n].to_vec()),
            },
            _ = resized.recv() => {
                let (width, height) = size();
                Said::Resized(width, height)
            }
            _ = hung_up.recv() => break true,
            _ = ended.recv() => break true,
        };
        if say(&mut to, &said).await.is_err() {
            break false;
        }
    };
    if !left {
        let _ = shown.write_all(Screen::LEAVE).await;
        let _ = shown.flush().await;
    }
    drop(raw);
    Ok(done)
}

/// Says it while there is somebody who hears.
async fn say(to: &mut OwnedWriteHalf, said: &Said) -> io::Result<()> {
    timeout(limits::SERVED_ANSWER, line::say(to, said)).await?
}

/// Runs a session on this process's terminal. `setup` gets the control channel of its signals.
pub async fn run(setup: impl FnOnce(mpsc::Receiver<Control>) -> Setup) -> io::Result<()> {
    let (tell, control) = mpsc::channel(16);
    let mut resized = signal(SignalKind::window_change())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let mut ended = signal(SignalKind::terminate())?;
    let signals = tokio::spawn(async move {
        loop {
            let told = tokio::select! {
                _ = resized.recv() => { let (w, h) = size(); Control::Resize(w, h) }
                _ = hung_up.recv() => Control::HangUp,
                _ = ended.recv() => Control::HangUp,
            };
            if tell.send(told).await.is_err() {
                return;
            }
        }
    });
    let raw = Raw::enter()?;
    let done = session::run(tokio::io::stdin(), tokio::io::stdout(), setup(control)).await;
    drop(raw);
    signals.abort();
    done
}
