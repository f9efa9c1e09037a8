//! Whole databases as files, by Postgres's own programs. No password stands among their arguments.

use super::{Error, Result, at, folder_with};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Writes a whole database into a file: beside it first, then in its place.
pub fn backup(url: &str, file: &Path) -> Result<()> {
    // Something that is no file of ours (a device, a pipe) is written to as it is.
    let special = fs::metadata(file).is_ok_and(|m| !m.is_file());
    let part =
        if special { file.to_owned() } else { PathBuf::from(format!("{}.part", file.display())) };
    if !special {
        // All that the site knows of its people and buyers, for nobody else's eyes.
        let _ = fs::remove_file(&part);
        let mut ours = OpenOptions::new();
        ours.write(true).create_new(true).mode(0o600).open(&part).map_err(at(file))?;
    }
    let (url, password) = without_password(url);
    let done = program(
        "pg_dump",
        &[
            "--format=custom".as_ref(),
            "--no-owner".as_ref(),
            "--no-acl".as_ref(),
            "--file".as_ref(),
            part.as_os_str(),
            url.as_ref(),
        ],
        password,
    );
    match done {
        Ok(()) if special => Ok(()),
        Ok(()) => fs::rename(&part, file).map_err(at(file)),
        Err(error) => {
            if !special {
                let _ = fs::remove_file(&part);
            }
            Err(error)
        }
    }
}

/// Is it a file that a backup made? Nothing is read of it but its list.
pub fn is_backup(file: &Path) -> Result<()> {
    program("pg_restore", &[OsStr::new("--list"), file.as_os_str()], None)
}

/// Puts a backup into an empty database, whole or not at all.
pub fn restore(url: &str, file: &Path) -> Result<()> {
    let (url, password) = without_password(url);
    let flags =
        ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", "--dbname", &url];
    let args: Vec<&OsStr> = flags.iter().map(OsStr::new).chain([file.as_os_str()]).collect();
    program("pg_restore", &args, password)
}

/// A URL as everybody on this machine may read it among a program's arguments, and the password
/// that stood in it.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (who, at) = rest[..end].rsplit_once('@')?;
        let (user, password) = who.split_once(':')?;
        Some((format!("{scheme}://{user}@{at}{}", &rest[end..]), percent_decoded(password)))
    });
    let (url, password) = match parts {
        Some((url, password)) => (url, Some(password)),
        None => (url.to_owned(), None),
    };
    // It may stand among the parameters, too.
    let Some((base, query)) = url.split_once('?') else { return (url, password) };
    let (said, others): (Vec<&str>, Vec<&str>) =
        query.split('&').partition(|part| part.starts_with("password="));
    let last = said.last().and_then(|part| part.split_once('=')).map(|(_, text)| text);
    let password = last.map(percent_decoded).or(password);
    let end = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    (format!("{base}{end}"), password)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs one of Postgres's own programs; what it says is kept for the error.
fn program(name: &'static str, args: &[&OsStr], password: Option<String>) -> Result<()> {
    let path = folder_with(&[name]).ok_or(Error::NotInstalled)?.join(name);
    let done = Command::new(&path)
        .args(args)
        .envs(password.map(|password| ("PGPASSWORD", password)))
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(at(&path))?;
    let said =
        || String::from_utf8_lossy(&done.stderr).lines().next().unwrap_or_default().to_owned();
    if done.status.success() {
        Ok(())
    } else {
        Err(Error::Program { program: name, message: said() })
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_no_argument() {
        for (url, bare, password) in [
            ("postgres://u:p@h/d", "postgres://u@h/d", Some("p")),
            (
                "postgres://u:a%40b%3Ac@h:5432,i:5433/d?x=1",
                "postgres://u@h:5432,i:5433/d?x=1",
                Some("a@b:c"),
            ),
            ("postgres://u:p@ss@h", "postgres://u@h", Some("p@ss")),
            ("postgres://u@h/d", "postgres://u@h/d", None),
            ("postgres://%2Ftmp%2Fs/d?user=u", "postgres://%2Ftmp%2Fs/d?user=u", None),
            ("postgres://u@h/d?password=p%26q&x=1", "postgres://u@h/d?x=1", Some("p&q")),
            ("nonsense", "nonsense", None),
        ] {
            assert_eq!(
                without_password(url),
                (bare.to_owned(), password.map(str::to_owned)),
                "{url}"
            );
        }
    }
}
