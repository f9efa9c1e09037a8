//! A list as a file, in the words of the person who asked for it.

use crate::domain::Lang;
use crate::i18n::Catalogue;
use crate::limits;
use crate::protocol::{Cell, Message};
use crate::work::Ctx;
use crate::work::desk::{self, Value};
use std::fs::{self, DirEntry, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use tokio::sync::Semaphore;

static EXPORTS: Semaphore = Semaphore::const_new(2);

/// Writes the list that the person looks at; returns the file's path.
pub async fn write(
    ctx: &Ctx,
    session: uuid::Uuid,
    person: i64,
    lang: Lang,
    folder: &Path,
    xlsx: bool,
) -> Result<String, Message> {
    let list = desk::full_list(ctx, session, person)
        .await
        .map_err(|error| Message::key("export-failed").with("said", error.to_string()))?;
    let Some(list) = list else { return Err(Message::key("palette-lists-only")) };
    let at = list.at.clone();
    // Beside everybody's gestures, and few at once: a large list takes seconds.
    let _one = EXPORTS.acquire().await;
    let made = tokio::task::spawn_blocking(move || {
        let words = Catalogue::new(lang);
        let header: Vec<String> = list.header.iter().map(|cell| words.say(cell)).collect();
        let value = |cell: &Cell| match cell {
            Cell::Count(n) => Value::Count(*n),
            other => Value::Text(words.cell(other, &list.tz)),
        };
        let rows: Vec<Vec<Value>> =
            list.rows.iter().map(|row| row.iter().map(value).collect()).collect();
        (words.say(&list.title), desk::list_as_file(xlsx, &header, &rows))
    });
    let failed = |feedback: String| Message::key("export-failed").with("said", feedback);
    let (name, bytes) = made.await.map_err(|error| failed(error.to_string()))?;
    let bytes = bytes.map_err(failed)?;
    let safe: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let path = folder.join(format!("{safe}-{at}.{}", if xlsx { "xlsx" } else { "csv" }));
    let shown = path.display().to_string();
    let written = tokio::task::spawn_blocking(move || put(&path, &bytes)).await;
    match written.map_err(std::io::Error::other).and_then(|done| done) {
        Ok(true) => Ok(shown),
        Ok(false) => Err(Message::key("export-full").with("mb", limits::EXPORTS_BYTES / 1_000_000)),
        Err(error) => Err(failed(format!("{shown}: {error}"))),
    }
}

/// Puts a file where its owner and group alone read it. What was taken away long ago goes first;
/// `false`: there is no room beside the rest.
fn put(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        // What is put there belongs to the folder's group.
        fs::set_permissions(folder, Permissions::from_mode(0o2750))?;
    }
    let mut kept = 0;
    for file in fs::read_dir(folder)?.filter_map(Result::ok) {
        let Some(meta) = file.metadata().ok().filter(|meta| meta.is_file() && is_ours(&file))
        else {
            continue;
        };
        let age = meta.modified()?.elapsed().unwrap_or_default();
        if age > limits::EXPORT_KEPT && fs::remove_file(file.path()).is_ok() {
            continue;
        }
        kept += meta.len();
    }
    if kept + bytes.len() as u64 > limits::EXPORTS_BYTES as u64 {
        return Ok(false);
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let whole =
        file.write_all(bytes).and_then(|()| file.set_permissions(Permissions::from_mode(0o640)));
    if whole.is_err() {
        // Half a list is none.
        let _ = fs::remove_file(path);
    }
    whole.map(|()| true)
}

/// Was it made here: a list's name and the instant, as `write` puts them together?
fn is_ours(file: &DirEntry) -> bool {
    let name = file.file_name();
    let Some((name, ending)) = name.to_str().and_then(|name| name.rsplit_once('.')) else {
        return false;
    };
    let at = name.rsplitn(3, '-').take(2).collect::<Vec<_>>();
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    matches!(ending, "csv" | "xlsx")
        && matches!(at.as_slice(), [time, day] if digits(time, 9) && digits(day, 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::SystemTime;

    #[test]
    fn files_are_for_owner_and_group_old_ones_go_and_the_folder_has_an_end() -> io::Result<()> {
        let dir = std::env::temp_dir().join(format!("wavedeck-exports-{}", std::process::id()));
        let folder = dir.join("exports");
        let mode = |path: &Path| fs::metadata(path).map(|meta| meta.permissions().mode() & 0o7777);
        let first = folder.join("ready-20261122-094100123.csv");
        assert!(put(&first, b"a")?);
        assert_eq!((mode(&folder)?, mode(&first)?), (0o2750, 0o640));
        // The same name again is another's file.
        assert!(put(&first, b"b").is_err());
        let old = SystemTime::now() - limits::EXPORT_KEPT * 2;
        File::options().write(true).open(&first)?.set_modified(old)?;
        let (others, huge) = (folder.join("notes.csv"), folder.join("x-20261122-094100124.xlsx"));
        for path in [&others, &huge] {
            File::create(path)?.set_len(limits::EXPORTS_BYTES as u64)?;
        }
        File::options().write(true).open(&others)?.set_modified(old)?;
        let next = folder.join("ready-20261122-094100125.csv");
        assert!(!put(&next, b"c")?, "no room beside a file as large as all may be");
        assert!(!first.exists() && others.exists(), "only what was made here is removed");
        fs::remove_file(&huge)?;
        assert!(put(&next, b"c")?);
        fs::remove_dir_all(&dir)
    }
}
