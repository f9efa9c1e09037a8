//! The local terminal as a session's bytes: raw mode, size, signals.

use super::session::{self, Control, Setup};
use crate::limits;
use std::io;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

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
