//! Printers: bytes to a TCP port, or into a file for each label.

use crate::limits;
use std::path::PathBuf;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

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

/// Would the printer take bytes now? Nothing is printed.
pub async fn is_reachable(url: &str) -> Result<(), String> {
    match Address::parse(url)? {
        Address::Tcp(host) => timeout(limits::PRINTER_CONNECT, TcpStream::connect(&host))
            .await
            .map_err(|_| format!("{host} does not answer"))?
            .map(drop)
            .map_err(|e| format!("{host}: {e}")),
        Address::File(path) => {
            let said = |e: std::io::Error| format!("{}: {e}", path.display());
            tokio::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(&path)
                .await
                .map(drop)
                .map_err(said)
        }
    }
}

/// Sends the bytes; `Err` says in words why the printer did not take all of them.
pub async fn send(url: &str, bytes: &[u8]) -> Result<(), String> {
    match Address::parse(url)? {
        Address::Tcp(host) => {
            let mut port = timeout(limits::PRINTER_CONNECT, TcpStream::connect(&host))
                .await
                .map_err(|_| format!("{host} does not answer"))?
                .map_err(|e| format!("{host}: {e}"))?;
            let sent = async {
                port.write_all(bytes).await?;
                port.shutdown().await
            };
            let said = |e: std::io::Error| format!("{host}: {e}");
            timeout(limits::PRINTER_WRITE, sent)
                .await
                .map_err(|_| format!("{host} stopped taking bytes"))?
                .map_err(said)?;
            // Written is not read: one that goes away with bytes unread resets the line.
            let closed = async {
                let mut rest = [0; 256];
                while port.read(&mut rest).await? > 0 {}
                Ok(())
            };
            timeout(limits::PRINTER_CLOSE, closed).await.unwrap_or(Ok(())).map_err(said)
        }
        Address::File(path) => {
            let said = |e: std::io::Error| format!("{}: {e}", path.display());
            let mut file = tokio::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(&path)
                .await
                .map_err(said)?;
            file.write_all(bytes).await.map_err(said)?;
            file.sync_data().await.map_err(said)
        }
    }
}
