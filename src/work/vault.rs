//! Secrets at rest: sealed with a key that stands in a file, never in the database. The file has
//! one key a line, 64 hex digits; the first seals, all of them open, so that a key can be changed
//! while terminals and workers run.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chacha20poly1305::aead::{Aead, Generate, Key, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

/// Why a secret cannot be sealed or opened. No message holds one.
#[derive(Debug, thiserror::Error)]
pub enum Locked {
    #[error(
        "no key file is named; WAVEDECK_SECRET_KEY_FILE names one, and `wavedeck secrets new-key \
         FILE` makes one"
    )]
    NoFile,
    #[error("no key file of PINs is named; pin_key_file under [sign_on] names it")]
    NoPinKey,
    #[error("the key file {0} cannot be read: {1}")]
    Unreadable(PathBuf, io::Error),
    #[error("line {1} of the key file {0} is no key: expected 64 hex digits")]
    NoKey(PathBuf, usize),
    #[error("the key {0} is not in the key file: it was sealed with another one")]
    OtherKey(String),
    #[error("a sealed secret was changed or moved; enter it anew")]
    Damaged,
}

type Mac = Hmac<Sha256>;

struct Opener {
    /// The start of the key's hash: says which key it was and nothing about it.
    id: String,
    cipher: XChaCha20Poly1305,
    /// What makes macs: derived, so that one use of the key says nothing about the other.
    macs: Mac,
}

/// What seals and opens. The file is read when it is first needed, and again when a key is met that
/// it did not have.
pub struct Vault {
    file: Option<PathBuf>,
    openers: RwLock<Vec<Opener>>,
}

impl Opener {
    fn new(key: &Secret) -> Result<Opener, Locked> {
        let derived = hmac(key)?.chain_update(b"wavedeck macs").finalize().into_bytes();
        Ok(Opener { id: id(key), cipher: XChaCha20Poly1305::new(key), macs: hmac(&derived)? })
    }

    fn mac(&self, text: &str) -> String {
        hex(&self.macs.clone().chain_update(text.as_bytes()).finalize().into_bytes())
    }
}

fn hmac(key: &[u8]) -> Result<Mac, Locked> {
    Mac::new_from_slice(key).map_err(|_| Locked::Damaged)
}

const FORM: &str = "1";
const NONCE_BYTES: usize = 24;

impl Vault {
    /// Reads nothing yet. `None`: there is no key, and only what is empty can be sealed or opened.
    pub fn new(file: Option<PathBuf>) -> Vault {
        Vault { file, openers: RwLock::default() }
    }

    /// `owner` goes into the seal: what is sealed for one row opens in no other.
    pub fn seal(&self, owner: &str, secret: &str) -> Result<String, Locked> {
        if secret.is_empty() {
            return Ok(String::new());
        }
        self.read()?;
        let openers = self.openers.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let Some(first) = openers.first() else { return Err(Locked::NoFile) };
        let nonce = XNonce::generate();
        let sealed = first
            .cipher
            .encrypt(&nonce, Payload { msg: secret.as_bytes(), aad: owner.as_bytes() })
            .map_err(|_| Locked::Damaged)?;
        Ok(format!(
            "{FORM}.{}.{}",
            first.id,
            BASE64_STANDARD.encode([nonce.as_slice(), &sealed].concat())
        ))
    }

    /// Opens what was sealed for this owner, with whichever key of the file; empty stays empty.
    /// `Damaged` if it was sealed for another owner, `OtherKey` if its key is no longer there.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<String, Locked> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        let mut parts = sealed.splitn(3, '.');
        let (Some(FORM), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Locked::Damaged);
        };
        if !self.knows(id) {
            self.read()?;
        }
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| Locked::Damaged)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or(Locked::Damaged)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Locked::Damaged)?;
        let openers = self.openers.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let opener = openers
            .iter()
            .find(|opener| opener.id == id)
            .ok_or_else(|| Locked::OtherKey(id.to_owned()))?;
        let plain = opener
            .cipher
            .decrypt(&nonce, Payload { msg: sealed, aad: owner.as_bytes() })
            .map_err(|_| Locked::Damaged)?;
        String::from_utf8(plain).map_err(|_| Locked::Damaged)
    }

    /// Sealed with the key that seals now?
    pub fn is_current(&self, sealed: &str) -> Result<bool, Locked> {
        self.read()?;
        let openers = self.openers.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        Ok(sealed.is_empty()
            || openers
                .first()
                .is_some_and(|first| sealed.starts_with(&format!("{FORM}.{}.", first.id))))
    }

    /// Is a key file named at all?
    pub fn has_key(&self) -> bool {
        self.file.is_some()
    }

    /// A mac (HMAC-SHA256, hex) by the key that seals now, and that key's identity.
    pub fn mac(&self, text: &str) -> Result<(String, String), Locked> {
        self.read()?;
        let openers = self.openers.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let first = openers.first().ok_or(Locked::NoFile)?;
        Ok((first.id.clone(), first.mac(text)))
    }

    /// The mac of the same by the key that has this identity.
    pub fn mac_by(&self, id: &str, text: &str) -> Result<String, Locked> {
        if !self.knows(id) {
            self.read()?;
        }
        let openers = self.openers.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let opener = openers.iter().find(|opener| opener.id == id);
        Ok(opener.ok_or_else(|| Locked::OtherKey(id.to_owned()))?.mac(text))
    }

    fn knows(&self, id: &str) -> bool {
        self.openers
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .iter()
            .any(|opener| opener.id == id)
    }

    fn read(&self) -> Result<(), Locked> {
        let file = self.file.as_deref().ok_or(Locked::NoFile)?;
        let openers = keys(file)?.iter().map(Opener::new).collect::<Result<_, _>>()?;
        *self.openers.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = openers;
        Ok(())
    }
}

type Secret = Key<XChaCha20Poly1305>;

fn id(key: &Secret) -> String {
    hex(&Sha256::digest(key)[..4])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn keys(file: &Path) -> Result<Vec<Secret>, Locked> {
    let mut text = String::new();
    let read = fs::File::open(file)
        .and_then(|file| file.take(crate::limits::TEXT_FILE_BYTES).read_to_string(&mut text));
    read.map_err(|error| Locked::Unreadable(file.to_owned(), error))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let keys: Vec<Secret> = lines
        .map(|(n, line)| key(line.trim()).ok_or_else(|| Locked::NoKey(file.to_owned(), n + 1)))
        .collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(Locked::NoKey(file.to_owned(), 1)) } else { Ok(keys) }
}

/// The keys of a file, the first one first, each with its identity.
pub(super) fn keys_of(file: &Path) -> Result<Vec<(String, Vec<u8>)>, Locked> {
    Ok(keys(file)?.iter().map(|key| (id(key), key.to_vec())).collect())
}

fn key(line: &str) -> Option<Secret> {
    if line.len() != 64 || !line.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..32).map(|n| u8::from_str_radix(&line[2 * n..2 * n + 2], 16).ok()).collect();
    Secret::try_from(bytes?.as_slice()).ok()
}

/// Makes a key file that only its owner reads; one that is there stays.
pub fn create_key_file(file: &Path) -> io::Result<()> {
    write(fs::OpenOptions::new().create_new(true), file, &[Secret::generate()])
}

/// Puts a new key before those of the file: from now on it seals, and the others still open.
pub fn add_key(file: &Path) -> Result<(), Locked> {
    let mut keys = keys(file)?;
    keys.insert(0, Secret::generate());
    replace(file, &keys)
}

/// Leaves only the key that seals.
pub fn drop_old_keys(file: &Path) -> Result<(), Locked> {
    replace(file, &keys(file)?[..1])
}

fn replace(file: &Path, keys: &[Secret]) -> Result<(), Locked> {
    let unreadable = |error| Locked::Unreadable(file.to_owned(), error);
    let beside = file.with_extension("new");
    write(fs::OpenOptions::new().create(true).truncate(true), &beside, keys).map_err(unreadable)?;
    fs::rename(&beside, file).map_err(unreadable)
}

fn write(how: &mut fs::OpenOptions, file: &Path, keys: &[Secret]) -> io::Result<()> {
    let mut out = how.write(true).mode(0o600).open(file)?;
    for key in keys {
        writeln!(out, "{}", hex(key))?;
    }
    out.sync_all()
}
