//! Who could get in: keys and files that others may read, passwords on the wire, PINs that a copy
//! of the database gives away.

use super::{Finding, good, wrong};
use crate::cli::Done;
use crate::cli::open::Opened;
use crate::config::Config;
use crate::limits;
use crate::protocol::Message;
use crate::store::doctor::Server;
use crate::store::hosts;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A finding about a file whose mode has one of these bits.
fn mode(file: &Path, never: u32, mend: &str) -> Option<Finding> {
    let mode = fs::metadata(file).ok()?.permissions().mode() & 0o777;
    let name = file.display().to_string();
    Some(if mode & never == 0 {
        good("files", Message::key("doctor-mode").with("file", name))
    } else {
        let text = Message::key("doctor-mode-open").with("file", name).with("mend", mend);
        wrong("files", text.with("mode", format!("{mode:04o}")))
    })
}

/// The configuration may hold passwords.
pub(super) fn look_at_configuration(config: &Config) -> Option<Finding> {
    mode(config.file.as_deref()?, 0o007, "chmod o=")
}

/// The key to shops' secrets is the background task's alone; the one that PINs are hashed with is
/// read by consoles, too, and is another one.
pub(super) fn look_at_keys(opened: &Opened, config: &Config) -> Done<Vec<Finding>> {
    let (secrets, pins) = (opened.key_file()?, opened.pin_key_file(config)?);
    let mut findings = Vec::new();
    findings.extend(secrets.as_deref().and_then(|file| mode(file, 0o077, "chmod 600")));
    match &pins {
        Some(file) if pins == secrets => {
            let text = Message::key("doctor-one-key").with("file", file.display().to_string());
            findings.push(wrong("pins", text));
        }
        Some(file) if !file.exists() => {
            let text = Message::key("doctor-pin-key-gone").with("file", file.display().to_string());
            findings.push(wrong("pins", text));
        }
        Some(file) => findings.extend(mode(file, 0o037, "chmod 640")),
        None => findings.push(wrong("pins", Message::key("doctor-no-pin-key"))),
    }
    Ok(findings)
}

/// Are all PINs hashed by keys that are here? Whose are not cannot sign on.
pub(super) fn look_at_pins(server: &Server, here: &[String]) -> Vec<Finding> {
    let told = |(key, people): (&String, &i64)| match key.as_str() {
        "" => Some(Message::key("doctor-pins-without-key").with("people", *people)),
        key if here.iter().any(|id| id == key) => None,
        key => Some(Message::key("doctor-pins-other-key").with("people", *people).with("key", key)),
    };
    let found: Vec<Finding> =
        server.pin_keys.iter().filter_map(told).map(|text| wrong("pins", text)).collect();
    if found.is_empty() { vec![good("pins", Message::key("doctor-pins"))] } else { found }
}

/// What the server says about its doors, and the way there.
pub(super) fn look_at_server(server: &Server, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let least = limits::SERVER_CONNECTIONS;
    findings.push(match server.max_connections {
        enough if enough >= least => {
            good("database", Message::key("doctor-connections").with("number", i64::from(enough)))
        }
        few => wrong(
            "database",
            Message::key("doctor-few-connections")
                .with("number", i64::from(few))
                .with("least", i64::from(least)),
        ),
    });
    if let Some(url) = &config.database.url {
        let bare = hosts::unverified(url);
        findings.push(if bare.is_empty() {
            good("database", Message::key("doctor-verified"))
        } else {
            wrong("database", Message::key("doctor-unverified").with("hosts", bare.join(", ")))
        });
    }
    findings
}
