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
    let (by, at) = (letters(&list.by), list.at.clone());
    // Beside everybody's gestures, and few at once: a large list takes seconds.
    let _one = EXPORTS.acquire().await;
    let made = tokio::task::spawn_blocking(move || {
        let words = Catalogue::new(lang);
        let header: Vec<String> = list.header.iter().map(|cell| words.say(cell)).collect();
        let value = |cell: &Cell| match cell {
            Cell::Count(n) => Value::Count(*n),
            Cell::Instant(at) => Value::Text(at.with_year(&list.tz)),
            other => Value::Text(words.cell(other, &list.tz)),
        };
        let rows: Vec<Vec<Value>> =
            list.rows.iter().map(|row| row.iter().map(value).collect()).collect();
        (words.say(&list.title), desk::list_as_file(xlsx, &header, &rows))
    });
    let failed = |feedback: String| Message::key("export-failed").with("said", feedback);
    let (name, bytes) = made.await.map_err(|error| failed(error.to_string()))?;
    let bytes = bytes.map_err(failed)?;
    let ending = if xlsx { "xlsx" } else { "csv" };
    let path = folder.join(format!("{}-{by}-{at}.{ending}", letters(&name)));
    let shown = path.display().to_string();
    let written = tokio::task::spawn_blocking(move || put(&path, &by, &bytes)).await;
    let full = |key: &str, bytes: i64| Err(Message::key(key).with("mb", bytes / 1_000_000));
    match written.map_err(std::io::Error::other).and_then(|done| done) {
        Ok(Room::Enough) => Ok(shown),
        Ok(Room::NoneForAny) => full("export-full", limits::EXPORTS_BYTES),
        Ok(Room::NoneForOne) => full("export-full-of-yours", limits::EXPORTS_BYTES_OF_ONE),
        Err(error) => Err(failed(format!("{shown}: {error}"))),
    }
}

/// A part of a file's name; parts are joined by `-`.
fn letters(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Room {
    Enough,
    NoneForAny,
    NoneForOne,
}

/// Puts a file where its owner and group alone read it, if there is room beside the rest and
/// beside what the same person left there. What was taken away long ago goes first.
fn put(path: &Path, by: &str, bytes: &[u8]) -> io::Result<Room> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        // What is put there belongs to the folder's group.
        fs::set_permissions(folder, Permissions::from_mode(0o2750))?;
    }
    let (mut kept, mut kept_of_one) = (0, 0);
    for file in fs::read_dir(folder)?.filter_map(Result::ok) {
        let Some(meta) = file.metadata().ok().filter(fs::Metadata::is_file) else { continue };
        let Some(maker) = maker(&file) else { continue };
        let age = meta.modified()?.elapsed().unwrap_or_default();
        if age > limits::EXPORT_KEPT && fs::remove_file(file.path()).is_ok() {
            continue;
        }
        kept += meta.len();
        kept_of_one += if maker == by { meta.len() } else { 0 };
    }
    let fits = |kept: u64, most: i64| kept + bytes.len() as u64 <= most as u64;
    if !fits(kept, limits::EXPORTS_BYTES) {
        return Ok(Room::NoneForAny);
    }
    if !fits(kept_of_one, limits::EXPORTS_BYTES_OF_ONE) {
        return Ok(Room::NoneForOne);
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let whole =
        file.write_all(bytes).and_then(|()| file.set_permissions(Permissions::from_mode(0o640)));
    if whole.is_err() {
        // Half a list is none.
        let _ = fs::remove_file(path);
    }
    whole.map(|()| Room::Enough)
}

/// Whose list is it? `None`: not made here, by the name as `write` puts it together.
fn maker(file: &DirEntry) -> Option<String> {
    let name = file.file_name();
    let (name, ending) = name.to_str()?.rsplit_once('.')?;
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    match name.rsplitn(4, '-').collect::<Vec<_>>().as_slice() {
        [time, day, by, _]
            if matches!(ending, "csv" | "xlsx") && digits(time, 9) && digits(day, 8) =>
        {
            Some((*by).to_owned())
        }
        _ => None,
    }
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
        let first = folder.join("ready-EDITH-20261122-094100123.csv");
        assert_eq!(put(&first, "EDITH", b"a")?, Room::Enough);
        assert_eq!((mode(&folder)?, mode(&first)?), (0o2750, 0o640));
        // The same name again is another's file.
        assert!(put(&first, "EDITH", b"b").is_err());
        let old = SystemTime::now() - limits::EXPORT_KEPT * 2;
        File::options().write(true).open(&first)?.set_modified(old)?;
        let others = folder.join("notes.csv");
        let of_one = folder.join("x-EDITH-20261122-094100124.xlsx");
        let of_any = folder.join("x-OTTO-20261122-094100124.xlsx");
        File::create(&others)?.set_len(limits::EXPORTS_BYTES as u64)?;
        File::create(&of_one)?.set_len(limits::EXPORTS_BYTES_OF_ONE as u64)?;
        File::options().write(true).open(&others)?.set_modified(old)?;
        let next = folder.join("ready-EDITH-20261122-094100125.csv");
        assert_eq!(put(&next, "EDITH", b"c")?, Room::NoneForOne);
        assert!(!first.exists() && others.exists(), "only what was made here is removed");
        let of_others = folder.join("ready-OTTO-20261122-094100125.csv");
        assert_eq!(put(&of_others, "OTTO", b"c")?, Room::Enough, "one person fills no folder");
        File::create(&of_any)?.set_len(limits::EXPORTS_BYTES as u64)?;
        assert_eq!(put(&next, "EDITH", b"c")?, Room::NoneForAny);
        for huge in [&of_one, &of_any] {
            fs::remove_file(huge)?;
        }
        assert_eq!(put(&next, "EDITH", b"c")?, Room::Enough);
        fs::remove_dir_all(&dir)
    }
}
