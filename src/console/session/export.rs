//! A list as a file, in the words of the person who asked for it.

use crate::domain::Lang;
use crate::i18n::Catalogue;
use crate::protocol::{Cell, Message};
use crate::work::Ctx;
use crate::work::desk::{self, Value};
use std::path::Path;

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
    let (name, bytes) = {
        let words = Catalogue::new(lang);
        let header: Vec<String> = list.header.iter().map(|cell| words.say(cell)).collect();
        let value = |cell: &Cell| match cell {
            Cell::Count(n) => Value::Count(*n),
            other => Value::Text(words.cell(other, &list.tz)),
        };
        let rows: Vec<Vec<Value>> =
            list.rows.iter().map(|row| row.iter().map(value).collect()).collect();
        (words.say(&list.title), desk::list_as_file(xlsx, &header, &rows))
    };
    let failed = |feedback: String| Message::key("export-failed").with("said", feedback);
    let bytes = bytes.map_err(failed)?;
    let safe: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let path = folder.join(format!("{safe}-{}.{}", list.at, if xlsx { "xlsx" } else { "csv" }));
    let written = async {
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::write(&path, bytes).await
    };
    written.await.map_err(|error| failed(format!("{}: {error}", path.display())))?;
    Ok(path.display().to_string())
}
