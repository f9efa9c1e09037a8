//! A printer that is a file. A disk that is gone answers never, and nothing ends a thread that
//! waits for it: so each write has a thread of its own, one a file, and nobody waits for it but
//! until the print's time is over.

use super::{Files, PrintState, Sent};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Appends a label. While an earlier write to the file has not ended this one fails, unbegun.
pub(super) async fn append(path: PathBuf, files: Files, label: Vec<u8>) -> Sent {
    let Some(turn) = Turn::at(&path) else {
        let said = format!("{}: an earlier write has not ended", path.display());
        return Sent::troubled(PrintState::Failed, None, said);
    };
    let (tell, told) = oneshot::channel();
    let begun = std::thread::Builder::new().name("printer".to_owned()).spawn(move || {
        let sent = write(&turn.0, &files, &label);
        drop(turn);
        // Who asked may have stopped waiting.
        let _ = tell.send(sent);
    });
    match begun {
        Err(error) => Sent::troubled(PrintState::Failed, None, error.to_string()),
        Ok(_) => told
            .await
            .unwrap_or_else(|_| Sent::troubled(PrintState::Unknown, None, "the write broke off")),
    }
}

fn write(path: &Path, files: &Files, label: &[u8]) -> Sent {
    if let Some(said) = files.refuses(path) {
        return Sent::troubled(PrintState::Failed, None, said);
    }
    let wrote = || -> io::Result<()> {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(label)?;
        file.sync_data()
    };
    match wrote() {
        Ok(()) => Sent::fine(PrintState::Taken, None),
        Err(error) => {
            let said = format!("{}: {error}", path.display());
            Sent::troubled(PrintState::Unknown, None, said)
        }
    }
}

/// The right to write to a file, of one thread at a time.
struct Turn(PathBuf);

impl Turn {
    fn at(path: &Path) -> Option<Turn> {
        taken().insert(path.to_owned()).then(|| Turn(path.to_owned()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        taken().remove(&self.0);
    }
}

fn taken() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    static TAKEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn while_a_disk_does_not_answer_no_second_thread_waits_for_it() {
        let path = std::env::temp_dir().join(format!("wavedeck-file-{}", std::process::id()));
        let print = || append(path.clone(), Files::Anywhere, b"^XA^XZ".to_vec());
        let stuck = Turn::at(&path);
        let refused = print().await;
        assert_eq!(refused.state, PrintState::Failed, "{refused:?}");
        assert!(!path.exists());
        drop(stuck);
        assert_eq!(print().await.state, PrintState::Taken);
        assert_eq!(print().await.state, PrintState::Taken, "the turn is given back");
        assert_eq!(std::fs::read(&path).ok().as_deref(), Some(&b"^XA^XZ^XA^XZ"[..]));
        let _ = std::fs::remove_file(&path);
    }
}
