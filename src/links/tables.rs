//! Tables in files: CSV (UTF-8 with or without BOM, else GB18030; comma, semicolon or tab) and
//! XLSX, row by row in bounded memory. Writing gives what reading takes.

use crate::limits;
use calamine::{Data, Reader, Xlsx};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why a file is no table.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Neither CSV nor XLSX.
    #[error("not a table")]
    NotATable,
    #[error("no header")]
    NoHeader,
    /// A workbook that would unpack to more than the limit.
    #[error("too large")]
    TooLarge,
}

/// A row, or why it is none.
pub type Row = Result<Vec<String>, BadRow>;

/// Why a row cannot be taken. The rows behind it still come, unless it was too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRow {
    /// More or fewer cells than the header has.
    Columns,
    /// Bytes that are neither UTF-8 nor GB18030.
    Encoding,
    /// A row without end: a quote that is never closed, perhaps.
    TooLong,
}

/// A header and its rows, each with its number below the header: blank ones count in a workbook,
/// where people see them.
pub struct Table {
    pub header: Vec<String>,
    pub rows: Box<dyn Iterator<Item = (i64, Row)> + Send>,
}

/// Opens a file as a table: a workbook by its first bytes, else CSV, whose encoding is told from
/// all of it and whose separator from its header.
pub fn open(path: &Path) -> Result<Table, Broken> {
    let mut file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    let mut first = [0u8; 8192];
    let mut have = 0;
    while have < first.len() {
        match file.read(&mut first[have..])? {
            0 => break,
            n => have += n,
        }
    }
    let first = &first[..have];
    file.seek(SeekFrom::Start(0))?;
    if first.starts_with(b"PK\x03\x04") {
        return workbook(file);
    }
    let utf16 = first.starts_with(&[0xff, 0xfe]) || first.starts_with(&[0xfe, 0xff]);
    if first.contains(&0) && !utf16 {
        return Err(Broken::NotATable);
    }
    let encoding = if utf16 || is_utf8(&file)? { None } else { Some(encoding_rs::GB18030) };
    file.seek(SeekFrom::Start(0))?;
    csv(file, encoding, delimiter(first))
}

/// Is all of the file UTF-8? Reads it in pieces.
fn is_utf8(mut file: &File) -> io::Result<bool> {
    let mut buffer = vec![0u8; 1 << 16];
    let mut kept = 0;
    loop {
        let n = file.read(&mut buffer[kept..])?;
        let end = kept + n;
        match std::str::from_utf8(&buffer[..end]) {
            Ok(_) => kept = 0,
            // A character may be cut where the piece ends, but only there.
            Err(error) if error.error_len().is_none() && n > 0 => {
                buffer.copy_within(error.valid_up_to()..end, 0);
                kept = end - error.valid_up_to();
            }
            Err(_) => return Ok(false),
        }
        if n == 0 {
            return Ok(true);
        }
    }
}

/// The one of comma, semicolon and tab that the header has most of, outside quotes.
fn delimiter(first: &[u8]) -> u8 {
    let line = first.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, n)) = counts.iter_mut().find(|(d, _)| d == byte && !quoted) {
            *n += 1;
        }
    }
    counts.iter().max_by_key(|(d, n)| (*n, *d == b',')).map_or(b',', |(d, _)| *d)
}

/// Lets so many bytes through between two rows, so that no row grows without end.
struct Fenced<R> {
    inner: R,
    left: Arc<AtomicUsize>,
}

impl<R: Read> Read for Fenced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let most = buffer.len().min(left);
        let n = self.inner.read(&mut buffer[..most])?;
        self.left.store(left - n, Ordering::Relaxed);
        Ok(n)
    }
}

fn csv(
    file: File,
    encoding: Option<&'static encoding_rs::Encoding>,
    delimiter: u8,
) -> Result<Table, Broken> {
    let decoded = DecodeReaderBytesBuilder::new().encoding(encoding).build(file);
    let left = Arc::new(AtomicUsize::new(limits::IMPORT_ROW_BYTES));
    let mut reader = ::csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(Fenced { inner: decoded, left: left.clone() });
    let mut record = ::csv::ByteRecord::new();
    let more = reader.read_byte_record(&mut record).map_err(|e| match e.into_kind() {
        ::csv::ErrorKind::Io(error) => Broken::Io(error),
        _ => Broken::NotATable,
    })?;
    let header: Vec<String> = record
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    if !more || header.iter().all(String::is_empty) {
        return Err(Broken::NoHeader);
    }
    let width = header.len();
    let mut over = false;
    let mut number = 0;
    let rows = std::iter::from_fn(move || {
        if over {
            return None;
        }
        number += 1;
        left.store(limits::IMPORT_ROW_BYTES, Ordering::Relaxed);
        match reader.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => Some((number, cells(&record, width))),
            // What follows cannot be told apart any more.
            Err(_) => {
                over = true;
                Some((number, Err(BadRow::TooLong)))
            }
        }
    });
    Ok(Table { header, rows: Box::new(rows) })
}

fn cells(record: &::csv::ByteRecord, width: usize) -> Row {
    let texts: Option<Vec<String>> = record
        .iter()
        .map(|cell| {
            std::str::from_utf8(cell).ok().filter(|t| !t.contains('\u{fffd}')).map(str::to_owned)
        })
        .collect();
    let texts = texts.ok_or(BadRow::Encoding)?;
    // A trailing delimiter makes one empty cell too many.
    match texts.len() {
        n if n == width => Ok(texts),
        n if n == width + 1 && texts[width].is_empty() => Ok(texts[..width].to_vec()),
        _ => Err(BadRow::Columns),
    }
}

/// The first sheet of a workbook. Only cells that hold something are kept: how far apart they stand
/// costs nothing.
fn workbook(file: File) -> Result<Table, Broken> {
    if file.metadata()?.len() > limits::XLSX_BYTES {
        return Err(Broken::TooLarge);
    }
    unpacks_within(&file, limits::XLSX_UNPACKED_BYTES)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|_| Broken::NotATable)?;
    let name = book.sheet_names().into_iter().next().ok_or(Broken::NoHeader)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| Broken::NotATable)?;
    let mut cells: Vec<SheetCell> = Vec::new();
    let mut bytes = 0;
    while let Some(cell) = reader.next_cell().map_err(|_| Broken::NotATable)? {
        let ((row, column), text) = (cell.get_position(), text(&cell.get_value().clone().into()));
        if text.trim().is_empty() {
            continue;
        }
        // A text that many cells share is small in the file, and a copy in each of them here.
        bytes += size_of::<SheetCell>() + text.len();
        if bytes > limits::XLSX_CELLS_BYTES {
            return Err(Broken::TooLarge);
        }
        cells.push(SheetCell { row, column, text });
    }
    // Whoever wrote the file may have mixed the rows.
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let mut cells = cells.into_iter().peekable();
    let top = cells.peek().ok_or(Broken::NoHeader)?.row;
    let mut header = Vec::new();
    let mut left = None;
    while let Some(cell) = cells.next_if(|cell| cell.row == top) {
        let left = *left.get_or_insert(cell.column);
        let at = (cell.column - left) as usize;
        if at >= limits::IMPORT_COLUMNS {
            return Err(Broken::TooLarge);
        }
        header.resize(at, String::new());
        header.push(cell.text);
    }
    let (left, width) = (left.unwrap_or_default(), header.len());
    let rows = std::iter::from_fn(move || {
        let row = cells.peek()?.row;
        let mut texts = vec![String::new(); width];
        let mut fits = true;
        while let Some(cell) = cells.next_if(|cell| cell.row == row) {
            let at = cell.column.checked_sub(left).and_then(|at| texts.get_mut(at as usize));
            match at {
                Some(text) => *text = cell.text,
                None => fits = false,
            }
        }
        Some((i64::from(row - top), if fits { Ok(texts) } else { Err(BadRow::Columns) }))
    });
    Ok(Table { header, rows: Box::new(rows) })
}

struct SheetCell {
    row: u32,
    column: u32,
    text: String,
}

/// A small file may unpack to a huge one, whatever it says of itself.
fn unpacks_within(file: &File, most: u64) -> Result<(), Broken> {
    let mut archive = zip::ZipArchive::new(file).map_err(|_| Broken::NotATable)?;
    let mut left = most;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_| Broken::NotATable)?;
        let unpacked =
            io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| Broken::NotATable)?;
        left = left.checked_sub(unpacked).ok_or(Broken::TooLarge)?;
    }
    Ok(())
}

/// A cell as a person reads it: whole numbers without a point, dates as ISO.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        Data::DateTime(at) => {
            let (y, m, d, hour, minute, second, _) = at.to_ymd_hms_milli();
            let day = format!("{y:04}-{m:02}-{d:02}");
            if (hour, minute, second) == (0, 0, 0) {
                day
            } else {
                format!("{day} {hour:02}:{minute:02}:{second:02}")
            }
        }
        other => other.to_string(),
    }
}

/// What a file's cell holds: a sheet counts with counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Count(i64),
}

/// A table as CSV. What a spreadsheet would take for a formula gets an apostrophe, which reading
/// takes off again.
pub fn write_csv(out: impl Write, header: &[&str], rows: &[Vec<Value>]) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    // As it is: the library's own error would say only that there was one.
    let as_io = |error: ::csv::Error| match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    };
    writer.write_record(header).map_err(as_io)?;
    for row in rows {
        writer.write_record(row.iter().map(guarded)).map_err(as_io)?;
    }
    writer.flush()
}

fn guarded(cell: &Value) -> String {
    match cell {
        Value::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
        Value::Text(text) => text.clone(),
        Value::Count(n) => n.to_string(),
    }
}

/// A table as a workbook of one sheet.
pub fn xlsx(header: &[&str], rows: &[Vec<Value>]) -> Result<Vec<u8>, String> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let said = |e: rust_xlsxwriter::XlsxError| e.to_string();
    for (x, name) in (0u16..).zip(header) {
        sheet.write_string(0, x, *name).map_err(said)?;
    }
    for (y, row) in (1u32..).zip(rows) {
        for (x, cell) in (0u16..).zip(row) {
            match cell {
                Value::Text(text) => sheet.write_string(y, x, text),
                Value::Count(n) => sheet.write_number(y, x, *n as f64),
            }
            .map_err(said)?;
        }
    }
    book.save_to_buffer().map_err(said)
}
