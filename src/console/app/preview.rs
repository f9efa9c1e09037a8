//! On a wide screen a list shows beside it what its chosen row would open. It is only looked at:
//! where the person stands does not change, one look is on its way at a time, and the last one
//! counts.

use super::{Effect, Model};
use crate::limits;
use crate::protocol::Page;
use crate::protocol::page::Letters;

/// What stands beside the list.
#[derive(Default)]
pub struct RowPreview {
    /// The row that `page` is of.
    of: String,
    page: Option<Page>,
    on_its_way: bool,
    stale: bool,
}

impl Model {
    /// The row whose detail should stand there.
    fn previews(&self) -> Option<&str> {
        let wide = self.size.0 >= limits::WIDE.0 && self.size.1 >= limits::WIDE.1;
        let desk = self.page.letters != Letters::None
            && self.page.deck.is_none()
            && self.operator.is_some();
        self.page
            .table
            .opens
            .get(self.chosen)
            .map(String::as_str)
            .filter(|of| wide && desk && !of.is_empty())
    }

    /// The detail of the chosen row, if it is here and there is room for it.
    pub fn beside(&self) -> Option<&Page> {
        self.preview.page.as_ref().filter(|_| self.previews() == Some(self.preview.of.as_str()))
    }
}

/// Asks for the detail that is missing or may have changed.
pub(super) fn next(model: &mut Model) -> Option<Effect> {
    let of = model.previews()?.to_owned();
    if model.preview.on_its_way || (model.preview.of == of && !model.preview.stale) {
        return None;
    }
    model.preview.on_its_way = true;
    model.preview.stale = false;
    Some(Effect::Preview(of))
}

pub(super) fn arrived(model: &mut Model, of: String, page: Option<Page>) {
    model.preview = super::RowPreview { of, page, on_its_way: false, stale: model.preview.stale };
}

/// Somebody else stands here: what was shown to the one before is not for them.
pub(super) fn forget(model: &mut Model) {
    model.preview.of.clear();
    model.preview.page = None;
}

/// Something was done or looked at anew: what stands beside may be old.
pub(super) fn stale(model: &mut Model) {
    model.preview.stale = true;
}
