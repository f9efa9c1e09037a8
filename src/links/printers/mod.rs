//! Printers: bytes to a TCP port, or into a file. What was written is not printed: a printer that
//! answers is asked before and after, of one that does not it counts whether it read all of it.

mod file;
mod status;

use crate::domain::states::PrintState;
use crate::limits;
use status::Status;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Tcp(String),
    /// A file that labels are appended to.
    File(PathBuf),
}

impl Address {
    /// Reads `tcp://host:9100` or `file:///path`.
    pub fn parse(url: &str) -> Result<Address, String> {
        if let Some(rest) = url.strip_prefix("tcp://") {
            let host = rest.trim_end_matches('/');
            let port = host.rsplit_once(':').and_then(|(name, port)| {
                (!name.is_empty()).then(|| port.parse::<u16>().ok()).flatten()
            });
            return if port.is_some() {
                Ok(Address::Tcp(host.to_owned()))
            } else {
                Err(format!("{url}: expected tcp://HOST:PORT"))
            };
        }
        match url.strip_prefix("file://") {
            Some(path) if path.starts_with('/') => Ok(Address::File(PathBuf::from(path))),
            _ => Err(format!("{url}: expected tcp://HOST:PORT or file:///PATH")),
        }
    }
}

/// Where printers that are files may be: whoever can change a printer's row must not thereby write
/// any file of the background task's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Files {
    /// The database is the user's own, and so are the files.
    #[default]
    Anywhere,
    Below(PathBuf),
    Nowhere,
}

impl Files {
    /// Why this file is none of them; a link, or a way up and out, leads elsewhere.
    pub fn refuses(&self, path: &Path) -> Option<String> {
        let inside = |folder: &Path| {
            let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
            let folder = folder.canonicalize().ok();
            let linked = path.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
            parent.zip(folder).is_some_and(|(parent, folder)| parent.starts_with(folder)) && !linked
        };
        let kind = path.metadata().map(|meta| meta.file_type());
        let said = match self {
            _ if path == Path::new("/dev/null") => return None,
            // Whoever opens a pipe waits for its reader.
            _ if kind.is_ok_and(|kind| kind.is_fifo() || kind.is_dir() || kind.is_socket()) => {
                "it is no file".to_owned()
            }
            Files::Anywhere => return None,
            Files::Below(folder) if inside(folder) => return None,
            Files::Below(folder) => format!("it is not below {}", folder.display()),
            Files::Nowhere => "[printers] folder names no folder for such printers".to_owned(),
        };
        Some(format!("{}: {said}", path.display()))
    }
}

/// What became of a label, and what the printer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub state: PrintState,
    /// Does it answer when it is asked for its status? `None`: it was not asked.
    pub answers: Option<bool>,
    /// Why it does not print: one of [`TROUBLES`], or in words.
    pub trouble: Option<String>,
}

impl Sent {
    fn fine(state: PrintState, answers: Option<bool>) -> Sent {
        Sent { state, answers, trouble: None }
    }

    fn troubled(state: PrintState, answers: Option<bool>, why: impl Into<String>) -> Sent {
        Sent { state, answers, trouble: Some(why.into()) }
    }
}

/// What printers are known to say of themselves; `printer_silent`: one that used to answer does
/// not.
pub const TROUBLES: &[&str] = &[
    "paper_out",
    "ribbon_out",
    "head_open",
    "paused",
    "too_hot",
    "too_cold",
    "memory_lost",
    "printer_silent",
];

/// Would the printer take bytes now? Nothing is printed or made.
pub async fn is_reachable(url: &str, files: &Files) -> Result<(), String> {
    match Address::parse(url)? {
        Address::Tcp(host) => connect(&host).await.map(drop),
        Address::File(path) => {
            if let Some(said) = files.refuses(&path) {
                return Err(said);
            }
            let there = if path.exists() { Some(path.as_path()) } else { path.parent() };
            let writable = there
                .and_then(|there| there.metadata().ok())
                .is_some_and(|meta| !meta.permissions().readonly());
            if writable { Ok(()) } else { Err(format!("{}: not to be written", path.display())) }
        }
    }
}

/// Sends a label, and ends in time whatever the printer does. `answers`: whether it is known to say
/// how it is; `None`: it is asked, and waited for once.
pub async fn print(url: &str, files: &Files, answers: Option<bool>, label: &[u8]) -> Sent {
    let sent = timeout(limits::PRINTER_ALL, send(url, files, answers, label)).await;
    sent.unwrap_or_else(|_| {
        Sent::troubled(PrintState::Unknown, None, format!("{url} takes too long"))
    })
}

async fn send(url: &str, files: &Files, answers: Option<bool>, label: &[u8]) -> Sent {
    match Address::parse(url) {
        Err(said) => Sent::troubled(PrintState::Failed, None, said),
        Ok(Address::File(path)) => file::append(path, files.clone(), label.to_vec()).await,
        Ok(Address::Tcp(host)) => match connect(&host).await {
            Err(said) => Sent::troubled(PrintState::Failed, None, said),
            Ok(port) => through(port, &host, answers, label).await,
        },
    }
}

async fn connect(host: &str) -> Result<TcpStream, String> {
    timeout(limits::PRINTER_CONNECT, TcpStream::connect(host))
        .await
        .map_err(|_| format!("{host} does not answer"))?
        .map_err(|e| format!("{host}: {e}"))
}

async fn through(mut port: TcpStream, host: &str, answers: Option<bool>, label: &[u8]) -> Sent {
    let said = |error: io::Error| format!("{host}: {error}");
    let mut talks = false;
    if answers != Some(false) {
        match status::ask(&mut port, limits::PRINTER_ANSWER).await {
            Ok(Some(status)) => {
                talks = true;
                if let Some(why) = status.trouble() {
                    return Sent::troubled(PrintState::Failed, Some(true), why);
                }
                if status.half_a_label {
                    // What an earlier line broke off in would swallow the next one.
                    let _ = port.write_all(b"~JX").await;
                }
            }
            // A printer without paper says nothing: silence is not ready.
            Ok(None) if answers == Some(true) => {
                return Sent::troubled(PrintState::Failed, answers, "printer_silent");
            }
            Ok(None) => {}
            // No label was sent yet.
            Err(error) => return Sent::troubled(PrintState::Failed, None, said(error)),
        }
    }
    let known = talks.then_some(true);
    match timeout(limits::PRINTER_WRITE, port.write_all(label)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Sent::troubled(PrintState::Unknown, known, said(error)),
        Err(_) => {
            let said = format!("{host} stopped taking bytes");
            return Sent::troubled(PrintState::Unknown, known, said);
        }
    }
    // One that was silent may have been out of paper: it is asked once more, and not waited for.
    if !talks {
        match status::ask(&mut port, limits::PRINTER_LOOK).await {
            Ok(status) => talks = status.is_some(),
            Err(error) => return Sent::troubled(PrintState::Unknown, None, said(error)),
        }
    }
    if talks { until_printed(port).await } else { until_read(port, host).await }
}

/// Asks until nothing waits in the printer any more, or somebody has to look at it.
async fn until_printed(mut port: TcpStream) -> Sent {
    let until = Instant::now() + limits::PRINTER_PRINT;
    loop {
        let answers = Some(true);
        match status::ask(&mut port, limits::PRINTER_ANSWER).await {
            Ok(None) | Err(_) => {
                return Sent::troubled(PrintState::Unknown, answers, "printer_silent");
            }
            // It has the whole label, and prints it when that is mended.
            Ok(Some(Status { half_a_label: false, waiting: 1.., .. }))
                if Instant::now() >= until =>
            {
                return Sent::fine(PrintState::Taken, answers);
            }
            Ok(Some(status)) => match status.trouble() {
                // Whoever mends it may switch it off, and what waits in it is gone then.
                Some(why) => return Sent::troubled(PrintState::Unknown, answers, why),
                None if status.half_a_label => {
                    let said = "half of a label came";
                    return Sent::troubled(PrintState::Unknown, answers, said);
                }
                None if status.waiting == 0 => return Sent::fine(PrintState::Printed, answers),
                None => tokio::time::sleep(limits::PRINTER_LOOK).await,
            },
        }
    }
}

/// Of a printer that says nothing: one that goes away with bytes unread resets the line, and one
/// that took all of it is known to be silent.
async fn until_read(mut port: TcpStream, host: &str) -> Sent {
    let closed = async {
        port.shutdown().await?;
        let mut rest = [0; 256];
        while port.read(&mut rest).await? > 0 {}
        Ok::<(), io::Error>(())
    };
    match timeout(limits::PRINTER_CLOSE, closed).await {
        Ok(Ok(())) => Sent::fine(PrintState::Taken, Some(false)),
        Ok(Err(error)) => Sent::troubled(PrintState::Unknown, None, format!("{host}: {error}")),
        Err(_) => Sent::fine(PrintState::Written, Some(false)),
    }
}
