//! PINs as they are kept: hashed with a key that stands in a file and never in the database, so
//! that a copy of the database has nothing to try PINs on. The file is not the vault's: terminals
//! read this one, and open nothing with it.

use super::vault::{self, Locked};
use crate::limits;
use crate::protocol::Pin;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, KeyId, Params, ParamsBuilder, PasswordHasher, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes PINs. The key file is read for each, for it may be changed under us.
#[derive(Clone)]
pub struct Pins {
    key_file: Option<PathBuf>,
    /// A check takes memory: only a few at once.
    at_once: Arc<Semaphore>,
}

impl Pins {
    /// `None`: no key, and only what was hashed without one can be checked.
    pub fn new(key_file: Option<PathBuf>) -> Pins {
        Pins { key_file, at_once: Arc::new(Semaphore::new(limits::PIN_CHECKS)) }
    }

    /// The hash that is kept of a PIN, by the first key of the file.
    pub fn hash(&self, pin: &str) -> Result<String, Locked> {
        let keys = self.keys()?;
        let mut params = ParamsBuilder::new();
        let first = keys.first();
        if let Some((id, _)) = first {
            params.keyid(KeyId::new(id.as_bytes()).map_err(|_| Locked::Damaged)?);
        }
        let params = params.build().map_err(|_| Locked::Damaged)?;
        let secret = first.map_or(&[][..], |(_, key)| key.as_slice());
        let argon2 = hasher(secret, Algorithm::default(), Version::default(), params)?;
        let hash = argon2.hash_password(pin.as_bytes()).map_err(|_| Locked::Damaged)?;
        Ok(hash.to_string())
    }

    /// What a PIN hashes to as it was hashed when it was set (`head`: all of that hash but its
    /// end); empty, which is nobody's, where none was set. An error where the key is not there: no
    /// PIN is right or wrong then. Takes tens of milliseconds, on purpose.
    pub fn hash_as(&self, head: Option<&str>, pin: &str) -> Result<String, Locked> {
        let parts = || {
            let head = PasswordHash::new(head?).ok()?;
            let algorithm = Algorithm::try_from(head.algorithm.as_str()).ok()?;
            let version = Version::try_from(head.version?).ok()?;
            Some((algorithm, version, Params::try_from(&head).ok()?, head.salt?))
        };
        let Some((algorithm, version, params, salt)) = parts() else { return Ok(String::new()) };
        let key = match params.keyid() {
            [] => Vec::new(),
            id => {
                let id = String::from_utf8_lossy(id).into_owned();
                let keys = self.keys()?;
                if keys.is_empty() {
                    return Err(Locked::NoPinKey);
                }
                let found = keys.into_iter().find(|(known, _)| *known == id);
                found.ok_or(Locked::OtherKey(id))?.1
            }
        };
        let hash = hasher(&key, algorithm, version, params)?
            .hash_password_with_salt(pin.as_bytes(), salt.as_ref())
            .map_err(|_| Locked::Damaged)?;
        Ok(hash.to_string())
    }

    /// The same in a thread of its own, only a few at once.
    pub async fn hash_beside(&self, head: Option<String>, pin: Pin) -> Result<String, Locked> {
        // Never closed.
        let _permit = self.at_once.acquire().await;
        let pins = self.clone();
        let hashed = tokio::task::spawn_blocking(move || pins.hash_as(head.as_deref(), &pin.0));
        hashed.await.unwrap_or(Err(Locked::Damaged))
    }

    /// By which keys PINs can be checked here, as hashes name them: in Base64.
    pub fn key_ids(&self) -> Result<Vec<String>, Locked> {
        Ok(self.keys()?.into_iter().map(|(id, _)| BASE64_STANDARD_NO_PAD.encode(id)).collect())
    }

    /// Identity and bytes of each key; none where there is no file.
    fn keys(&self) -> Result<Vec<(String, Vec<u8>)>, Locked> {
        self.key_file.as_deref().map_or(Ok(Vec::new()), vault::keys_of)
    }
}

fn hasher(
    secret: &[u8],
    algorithm: Algorithm,
    version: Version,
    params: Params,
) -> Result<Argon2<'_>, Locked> {
    Argon2::new_with_secret(secret, algorithm, version, params).map_err(|_| Locked::Damaged)
}

/// Is it a PIN: 4 to 8 digits?
pub fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Would somebody try this one first? One digit all over, two in turn, or a run of them.
pub fn is_trivial(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps = || digits.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0]));
    let run = |step: i16| steps().all(|seen| seen == step);
    run(0) || run(1) || run(-1) || digits.windows(3).all(|three| three[0] == three[2])
}
