//! Our secrets are taken out of whatever a shop says: it may well repeat the request that it
//! refuses.

use super::sign::{escape, hex};
use super::{Account, ChannelError};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use serde_json::Value;

/// An account's secrets in every form in which they may come back.
pub struct Redactor {
    never: Vec<String>,
}

impl Redactor {
    /// Works out the forms. A secret of fewer than four bytes is not looked for by itself: it would
    /// strike out words.
    pub fn new(account: &Account) -> Redactor {
        let secrets = [&account.secret, &account.session, &account.refresh];
        let mut never: Vec<String> = secrets
            .into_iter()
            .filter(|secret| secret.len() >= 4)
            .flat_map(|secret| forms(secret))
            .collect();
        // As a password goes over the wire (RFC 7617).
        never.push(
            BASE64_STANDARD
                .encode(format!("{}:{}", account.key_id, account.secret))
                .trim_end_matches('=')
                .to_owned(),
        );
        // The longest first: one may be a part of another.
        never.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Redactor { never }
    }

    /// The text with every secret as three stars.
    pub fn text(&self, said: &str) -> String {
        let said = self.never.iter().fold(said.to_owned(), |said, form| said.replace(form, "***"));
        // What a shop says is cut before it comes here: the cut may go through one.
        let cut = self
            .never
            .iter()
            .filter_map(|form| {
                (4..form.len())
                    .rev()
                    .filter(|n| form.is_char_boundary(*n))
                    .find(|n| said.ends_with(&form[..*n]))
            })
            .max();
        match cut {
            Some(n) => format!("{}***", &said[..said.len() - n]),
            None => said,
        }
    }

    /// The same error with its sentence cleaned; its class stays.
    pub fn error(&self, error: ChannelError) -> ChannelError {
        ChannelError { message: self.text(&error.message), ..error }
    }
}

/// A secret as it may come back: plain, in a URL, in JSON, in base64, in hex.
fn forms(secret: &str) -> Vec<String> {
    let json = Value::from(secret).to_string();
    let hex = hex(secret.as_bytes());
    let base64 = |text: String| text.trim_end_matches('=').to_owned();
    vec![
        secret.to_owned(),
        escape(secret),
        json.trim_matches('"').to_owned(),
        base64(BASE64_STANDARD.encode(secret)),
        base64(BASE64_URL_SAFE.encode(secret)),
        hex.to_uppercase(),
        hex,
    ]
}
