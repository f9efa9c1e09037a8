//! What goes over the socket: towards the session a letter, a length and so many bytes; from it
//! plain bytes of the screen.

use crate::limits;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Something that a terminal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What it is, as JSON; first and once.
    Hello(Vec<u8>),
    /// Bytes that were typed or scanned.
    Typed(Vec<u8>),
    /// Columns and rows.
    Resized(u16, u16),
}

impl Said {
    fn letter(&self) -> u8 {
        match self {
            Said::Hello(_) => b'h',
            Said::Typed(_) => b't',
            Said::Resized(..) => b'r',
        }
    }
}

/// Says one thing.
pub async fn say(to: &mut (impl AsyncWrite + Unpin), said: &Said) -> io::Result<()> {
    let size;
    let bytes: &[u8] = match said {
        Said::Hello(bytes) | Said::Typed(bytes) => bytes,
        Said::Resized(width, height) => {
            size = [width.to_be_bytes(), height.to_be_bytes()].concat();
            &size
        }
    };
    let length = u16::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    to.write_all(&[&[said.letter()], &length.to_be_bytes()[..], bytes].concat()).await?;
    to.flush().await
}

/// Hears the next; an error where it is nothing that a terminal says, or the line is gone.
pub async fn hear(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Said> {
    let letter = from.read_u8().await?;
    let length = usize::from(from.read_u16().await?);
    if length > limits::SERVED_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    match (letter, bytes.as_slice()) {
        (b'h', _) => Ok(Said::Hello(bytes)),
        (b't', _) => Ok(Said::Typed(bytes)),
        (b'r', [a, b, c, d]) => {
            Ok(Said::Resized(u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d])))
        }
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
