//! Settings: flags win over the environment, that over the file, that over what is built in. Every mistake of the
//! file is reported at once, with its line.

use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub database: Database,
    pub ui: Ui,
    pub scanner: Scanner,
    pub log: Log,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    pub url: Option<String>,
    pub direct_url: Option<String>,
    pub owner_url: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ui {
    pub lang: Option<String>,
    /// A keymap file in place of the built-in one.
    pub keymap: Option<PathBuf>,
}

/// What guns are set to send around their data, in escapes as TOML has them (`"\u0002"`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scanner {
    pub prefix: String,
    pub suffix: String,
    /// One character that stands for GS.
    pub gs: Option<char>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub file: Option<PathBuf>,
    /// error, warn, info, debug, trace.
    pub level: Option<String>,
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The file that counts: the flag or `WAVEDECK_CONFIG` must exist, the usual places may.
fn file(flag: Option<&Path>) -> Result<Option<PathBuf>, String> {
    if let Some(path) = flag.map(Path::to_owned).or_else(|| var("WAVEDECK_CONFIG").map(PathBuf::from)) {
        return if path.is_file() { Ok(Some(path)) } else { Err(format!("{}: this configuration file does not exist", path.display())) };
    }
    let home = var("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| var("HOME").map(|home| Path::new(&home).join(".config")));
    let usual = home.map(|dir| dir.join("wavedeck/wavedeck.toml")).into_iter().chain([PathBuf::from("/etc/wavedeck/wavedeck.toml")]);
    Ok(usual.into_iter().find(|path| path.is_file()))
}

/// Reads the file, if there is one, and lays the environment over it.
pub fn load(flag: Option<&Path>) -> Result<Config, String> {
    let mut config = match file(flag)? {
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?
        }
        None => Config::default(),
    };
    for (name, place) in [
        ("WAVEDECK_DATABASE_URL", &mut config.database.url),
        ("WAVEDECK_DIRECT_URL", &mut config.database.direct_url),
        ("WAVEDECK_OWNER_URL", &mut config.database.owner_url),
        ("WAVEDECK_LANG", &mut config.ui.lang),
    ] {
        if let Some(value) = var(name) {
            *place = Some(value);
        }
    }
    if let Some(path) = var("WAVEDECK_KEYMAP") {
        config.ui.keymap = Some(path.into());
    }
    Ok(config)
}

/// The folder of the private cluster.
pub fn home() -> Result<PathBuf, String> {
    if let Some(home) = var("WAVEDECK_HOME") {
        let home = PathBuf::from(home);
        return std::path::absolute(&home).map_err(|e| format!("{}: {e}", home.display()));
    }
    // Not below root's home: the server runs as a plain user who may not look in there.
    if std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0) {
        return Ok(PathBuf::from("/var/lib/wavedeck"));
    }
    let data = var("XDG_DATA_HOME").map(PathBuf::from).or_else(|| var("HOME").map(|home| Path::new(&home).join(".local/share")));
    data.map(|dir| dir.join("wavedeck")).ok_or_else(|| "neither WAVEDECK_HOME nor HOME is set".to_owned())
}

pub fn no_color() -> bool {
    var("NO_COLOR").is_some()
}

/// The language of whoever started us, before anyone has signed on.
pub fn system_lang() -> Option<String> {
    var("LC_ALL").or_else(|| var("LC_MESSAGES")).or_else(|| var("LANG"))
}

pub fn pin_file() -> Option<PathBuf> {
    var("WAVEDECK_PIN_FILE").map(PathBuf::from)
}

/// What this terminal calls itself: the gun's address over SSH, else the machine.
pub fn terminal_name() -> String {
    let ssh = var("SSH_CONNECTION").and_then(|c| c.split(' ').next().map(str::to_owned));
    ssh.or_else(|| std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned())).unwrap_or_else(|| "terminal".to_owned())
}

pub fn os_user() -> String {
    var("USER").or_else(|| var("LOGNAME")).unwrap_or_else(|| "unknown".to_owned())
}
