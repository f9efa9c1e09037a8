//! Settings: flags win over the environment, that over the file, that over what is built in. Every
//! mistake of the file is reported at once, with its line.

use crate::domain::Lang;
use crate::limits;
use crate::protocol::Message;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// All settings; what nobody set is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    pub database: DatabaseConfig,
    pub ui: UiConfig,
    pub scanner: ScannerConfig,
    pub log: LogConfig,
    pub sign_on: SignOnConfig,
    pub printers: PrintersConfig,
    pub console: ConsoleConfig,
    /// The file that it was read from.
    pub file: Option<PathBuf>,
}

/// Logins to a shared Postgres by URL; without `url` commands open the private cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatabaseConfig {
    pub url: Option<String>,
    pub direct_url: Option<String>,
    pub owner_url: Option<String>,
}

impl DatabaseConfig {
    /// Who migrates: the owner's URL, or one that goes past a pooler, or the only one there is.
    pub fn owner(&self) -> Option<&String> {
        self.owner_url.as_ref().or(self.direct_url.as_ref()).or(self.url.as_ref())
    }
}

/// How screens look and speak; `None` leaves it to the system or to what is built in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UiConfig {
    pub lang: Option<Lang>,
    /// A keymap file in place of the built-in one.
    pub keymap: Option<PathBuf>,
    /// `default`, `contrast` or `mono`; `ascii` or `box`.
    pub theme: Option<String>,
    pub glyphs: Option<String>,
}

/// What scanners are set to send around their data, in escapes as TOML has them (`"\u0002"`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScannerConfig {
    pub prefix: String,
    pub suffix: String,
    /// One ASCII character that stands for GS.
    pub gs: Option<u8>,
}

/// Where the log goes: `None` writes none, and a level of `None` is `info`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogConfig {
    pub file: Option<PathBuf>,
    /// error, warn, info, debug, trace.
    pub level: Option<String>,
}

/// Whether consoles are served by another process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsoleConfig {
    /// The socket of `wavedeck serve`.
    pub socket: Option<PathBuf>,
}

/// What printers may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintersConfig {
    /// Printers that are files are below this folder.
    pub folder: Option<PathBuf>,
}

/// What PINs are checked with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignOnConfig {
    /// Where the key stands that PINs are hashed with.
    pub pin_key_file: Option<PathBuf>,
}

impl Config {
    /// The language of screens before anyone has signed on, and of the command line.
    pub fn lang(&self) -> Lang {
        self.ui.lang.or_else(system_lang).unwrap_or_default()
    }
}

/// Sets one value; `false` where the text is not one of those.
type Set = fn(&mut Config, &str) -> bool;

fn put<T>(place: &mut T, value: T) -> bool {
    *place = value;
    true
}

/// Every key of the file: section, key, what its mistake says is expected, how it is set.
const KEYS: &[(&str, &str, &str, Set)] = &[
    ("database", "url", "config-expects-text", |c, v| put(&mut c.database.url, Some(v.into()))),
    ("database", "direct_url", "config-expects-text", |c, v| {
        put(&mut c.database.direct_url, Some(v.into()))
    }),
    ("database", "owner_url", "config-expects-text", |c, v| {
        put(&mut c.database.owner_url, Some(v.into()))
    }),
    ("ui", "lang", "config-expects-lang", |c, v| {
        put(&mut c.ui.lang, Lang::parse(v)) && c.ui.lang.is_some()
    }),
    ("ui", "keymap", "config-expects-text", |c, v| put(&mut c.ui.keymap, Some(v.into()))),
    ("ui", "theme", "config-expects-theme", |c, v| {
        THEMES.contains(&v) && put(&mut c.ui.theme, Some(v.into()))
    }),
    ("ui", "glyphs", "config-expects-glyphs", |c, v| {
        GLYPHS.contains(&v) && put(&mut c.ui.glyphs, Some(v.into()))
    }),
    ("scanner", "prefix", "config-expects-text", |c, v| put(&mut c.scanner.prefix, v.into())),
    ("scanner", "suffix", "config-expects-text", |c, v| put(&mut c.scanner.suffix, v.into())),
    ("scanner", "gs", "config-expects-char", |c, v| {
        v.len() == 1 && put(&mut c.scanner.gs, v.bytes().next())
    }),
    ("log", "file", "config-expects-text", |c, v| put(&mut c.log.file, Some(v.into()))),
    ("log", "level", "config-expects-level", |c, v| {
        LEVELS.contains(&v) && put(&mut c.log.level, Some(v.into()))
    }),
    ("console", "socket", "config-expects-text", |c, v| put(&mut c.console.socket, Some(v.into()))),
    ("printers", "folder", "config-expects-text", |c, v| {
        put(&mut c.printers.folder, Some(v.into()))
    }),
    ("sign_on", "pin_key_file", "config-expects-text", |c, v| {
        put(&mut c.sign_on.pin_key_file, Some(v.into()))
    }),
];

const THEMES: [&str; 3] = ["default", "contrast", "mono"];
const GLYPHS: [&str; 2] = ["ascii", "box"];
const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

/// Reads a file's text. Every mistake comes back as a sentence with its line; `name` is what the
/// sentences call the file.
pub fn parse(name: &str, text: &str) -> Result<Config, Vec<Message>> {
    let (table, broken) = DeTable::parse_recoverable(text);
    let line = |span: Range<usize>| {
        text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1)
    };
    let mut wrong: Vec<(usize, Message)> = broken
        .iter()
        .map(|e| {
            (e.span().map_or(1, line), Message::key("config-syntax").with("said", e.message()))
        })
        .collect();
    let mut config = Config::default();
    for (section, value) in table.get_ref() {
        let known = KEYS.iter().any(|(s, ..)| s == section.get_ref());
        match value.get_ref() {
            DeValue::Table(keys) if known => {
                wrong.extend(keys.iter().filter_map(|(key, value)| {
                    let said = set(&mut config, section.get_ref(), key.get_ref(), value.get_ref())?;
                    Some((line(key.span()), said))
                }))
            }
            _ => wrong.push((
                line(section.span()),
                Message::key("config-unknown").with("key", section.get_ref().as_ref()),
            )),
        }
    }
    wrong.sort_by_key(|(line, _)| *line);
    wrong.dedup();
    let said = |(line, said): (usize, Message)| said.with("file", name).with("line", line as i64);
    if wrong.is_empty() { Ok(config) } else { Err(wrong.into_iter().map(said).collect()) }
}

/// Sets a key of a known section; `Some` says what is wrong with it.
fn set(config: &mut Config, section: &str, key: &str, value: &DeValue<'_>) -> Option<Message> {
    let name = format!("{section}.{key}");
    let Some((.., expected, set)) = KEYS.iter().find(|(s, k, ..)| (*s, *k) == (section, key))
    else {
        return Some(Message::key("config-unknown").with("key", name));
    };
    let taken = value.as_str().is_some_and(|text| set(config, text));
    (!taken).then(|| Message::key(expected).with("key", name))
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The file that counts: the flag or `WAVEDECK_CONFIG` must exist, the usual places may.
fn file(flag: Option<&Path>) -> Option<PathBuf> {
    flag.map(Path::to_owned).or_else(|| var("WAVEDECK_CONFIG").map(PathBuf::from)).or_else(|| {
        let home = var("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| var("HOME").map(|home| Path::new(&home).join(".config")));
        let usual = home
            .map(|dir| dir.join("wavedeck/wavedeck.toml"))
            .into_iter()
            .chain([PathBuf::from("/etc/wavedeck/wavedeck.toml")]);
        usual.into_iter().find(|path| path.is_file())
    })
}

/// The text of a file that people write: whole, but never more of it than makes sense.
pub fn read_text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limits::TEXT_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits::TEXT_FILE_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    String::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// Reads the file, if there is one, and lays the environment over it.
pub fn load(flag: Option<&Path>) -> Result<Config, Vec<Message>> {
    let mut config = match file(flag) {
        Some(path) => {
            let name = path.display().to_string();
            let text = read_text(&path).map_err(|e| {
                vec![
                    Message::key("config-unreadable")
                        .with("file", &name)
                        .with("said", e.to_string()),
                ]
            })?;
            Config { file: Some(path), ..parse(&name, &text)? }
        }
        None => Config::default(),
    };
    let mut wrong = Vec::new();
    for (variable, section, key) in [
        ("WAVEDECK_DATABASE_URL", "database", "url"),
        ("WAVEDECK_DIRECT_URL", "database", "direct_url"),
        ("WAVEDECK_OWNER_URL", "database", "owner_url"),
        ("WAVEDECK_LANG", "ui", "lang"),
        ("WAVEDECK_KEYMAP", "ui", "keymap"),
        ("WAVEDECK_PIN_KEY_FILE", "sign_on", "pin_key_file"),
        ("WAVEDECK_PRINT_FOLDER", "printers", "folder"),
        ("WAVEDECK_SOCKET", "console", "socket"),
    ] {
        let Some(value) = var(variable) else { continue };
        if let Some(said) = set(&mut config, section, key, &DeValue::String(value.into())) {
            wrong.push(said.with("file", variable).with("line", 1));
        }
    }
    if wrong.is_empty() { Ok(config) } else { Err(wrong) }
}

/// The folder of the private cluster.
pub fn home() -> Result<PathBuf, Message> {
    if let Some(home) = var("WAVEDECK_HOME") {
        return std::path::absolute(&home)
            .map_err(|e| Message::key("cli-file").with("file", home).with("said", e.to_string()));
    }
    // Not below root's home: the server runs as a plain user who may not look in there.
    if std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0) {
        return Ok(PathBuf::from("/var/lib/wavedeck"));
    }
    let data = var("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| var("HOME").map(|home| Path::new(&home).join(".local/share")));
    data.map(|dir| dir.join("wavedeck")).ok_or_else(|| Message::key("cli-no-home"))
}

/// Has anyone asked for no colours? An empty `NO_COLOR` asks for nothing.
pub fn no_color() -> bool {
    var("NO_COLOR").is_some()
}

/// The language of whoever started us.
pub fn system_lang() -> Option<Lang> {
    var("LC_ALL")
        .or_else(|| var("LC_MESSAGES"))
        .or_else(|| var("LANG"))
        .and_then(|lang| Lang::parse(&lang))
}

/// What kind of terminal this is.
pub fn terminal_kind() -> Option<String> {
    var("TERM")
}

/// Does the locale say that text is UTF-8?
pub fn locale_is_utf8() -> bool {
    let locale = var("LC_ALL")
        .or_else(|| var("LC_CTYPE"))
        .or_else(|| var("LANG"))
        .unwrap_or_default()
        .to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The file that holds a person's PIN; `None`: the PIN is typed.
pub fn pin_file() -> Option<PathBuf> {
    var("WAVEDECK_PIN_FILE").map(PathBuf::from)
}

/// Where the key to shops' secrets stands.
pub fn secret_key_file() -> Option<PathBuf> {
    var("WAVEDECK_SECRET_KEY_FILE").map(PathBuf::from)
}

/// What this terminal calls itself: the scanner's address over SSH, else the machine.
pub fn terminal_name() -> String {
    let ssh = var("SSH_CONNECTION").and_then(|c| c.split(' ').next().map(str::to_owned));
    ssh.or_else(|| std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned()))
        .unwrap_or_else(|| "terminal".to_owned())
}

/// Who runs the command, for the audit, by the kernel's word: who logged in, though they became
/// somebody else since. A number where nobody of the system has it.
pub fn os_user() -> String {
    let login = std::fs::read_to_string("/proc/self/loginuid").ok();
    let login = login.and_then(|text| text.trim().parse::<u32>().ok()).filter(|id| *id != u32::MAX);
    let runs = || std::fs::metadata("/proc/self").ok().map(|meta| meta.uid());
    let Some(id) = login.or_else(runs) else { return "unknown".to_owned() };
    let people = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    people
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.get(2).is_some_and(|known| *known == id.to_string()))
        .map_or_else(|| id.to_string(), |fields| fields[0].to_owned())
}
