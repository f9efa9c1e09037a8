//! Cells as queries give them: texts that are words of the catalogue, names, or themselves.

use crate::domain::Name;
use crate::protocol::Message;

/// `@key` is a text of the catalogue; two names with U+001F between them are a name in both
/// languages, and a third part is what tells the item from its siblings.
pub(super) fn cell(text: &str) -> Message {
    if let Some(key) = text.strip_prefix('@') {
        return Message::key(&key.replace('_', "-"));
    }
    match text.split_once('\u{1f}') {
        Some((en, rest)) => {
            let (zh, variant) = rest.split_once('\u{1f}').unwrap_or((rest, ""));
            Message::plain(&Name {
                en: en.to_owned(),
                zh: zh.to_owned(),
                variant: variant.to_owned(),
            })
        }
        None => Message::plain(text),
    }
}
