//! Orders that came in files: nobody answers for them over a wire. Nothing is pulled, and what is
//! sent out is told to no one.
//!
//! Option: `counter`, the bin that such a shop sells from over a counter. Its orders are sales
//! then: the goods have left.

use super::{Answer, Channel, ChannelError, Class, Kind, OrdersCome, PullPage, StockLevel};
use crate::domain::order::ShopOrder;
use crate::limits;
use serde_json::Value;
use uuid::Uuid;

/// A shop whose orders somebody imports as files: it is never asked for any.
pub const FILE: Kind =
    Kind { orders_come: OrdersCome::InFiles, ..Kind::platform("file", |_, _| Box::new(File)) };

/// A shop whose orders come as files in a folder: its address is that folder, which is looked at
/// every second unless the shop's option says otherwise.
pub const FOLDER: Kind = Kind {
    orders_come: OrdersCome::InAFolder,
    every_s: limits::PULL_EVERY_S,
    ..Kind::platform("folder", |_, _| Box::new(File))
};

/// The adapter of both: what it is told counts as taken, and what it is asked has no answer.
pub struct File;

impl Channel for File {
    fn pull<'a>(&'a self, _: Option<&'a str>, _: &'a str, _: i64) -> Answer<'a, PullPage> {
        Box::pin(async {
            Err(ChannelError::new(Class::Rejected, "orders of this shop come in files"))
        })
    }

    fn read<'a>(&'a self, _: &'a str) -> Answer<'a, Option<ShopOrder>> {
        Box::pin(async { Ok(None) })
    }

    fn dispatch<'a>(&'a self, _: Uuid, _: &'a Value) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn push<'a>(
        &'a self,
        _: Uuid,
        levels: &'a [StockLevel],
    ) -> Answer<'a, Vec<Result<(), ChannelError>>> {
        Box::pin(async { Ok(levels.iter().map(|_| Ok(())).collect()) })
    }

    fn read_stock<'a>(&'a self, levels: &'a [StockLevel]) -> Answer<'a, Vec<Option<i64>>> {
        Box::pin(async { Ok(levels.iter().map(|_| None).collect()) })
    }
}
