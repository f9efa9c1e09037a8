//! What an order is made of, as the floor sorts it: it decides how an order is best picked.
//!
//! Reads nothing but an order's lines, and chooses no way to pick.

/// The three order structures of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Structure {
    /// 单品单件: one unit of one item. Never sorted; any unit finds its order at the bench.
    SingleUnit,
    /// 单品多件: several units of one item. One stop, but the units must stay together.
    SingleItem,
    /// 多品多件: several items. Needs sorting, on the trolley or at a put wall.
    ManyItems,
}

/// The structure of an order with these lines `(item, units)`. Several lines of one item are one
/// item; lines without units count for nothing. `None` if no line is left.
pub fn structure<I: Copy + PartialEq>(
    lines: impl IntoIterator<Item = (I, i64)>,
) -> Option<Structure> {
    let mut first: Option<I> = None;
    let mut units = 0i64;
    for (item, of_item) in lines {
        if of_item <= 0 {
            continue;
        }
        if first.is_some_and(|known| known != item) {
            return Some(Structure::ManyItems);
        }
        first = Some(item);
        units = units.saturating_add(of_item);
    }
    match units {
        0 => None,
        1 => Some(Structure::SingleUnit),
        _ => Some(Structure::SingleItem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_what_its_items_and_units_say() {
        assert_eq!(structure([("tea", 1)]), Some(Structure::SingleUnit));
        assert_eq!(structure([("tea", 3)]), Some(Structure::SingleItem));
        assert_eq!(structure([("tea", 1), ("tea", 1)]), Some(Structure::SingleItem));
        assert_eq!(structure([("tea", 1), ("cup", 1)]), Some(Structure::ManyItems));
        assert_eq!(structure([("tea", 1), ("cup", 0)]), Some(Structure::SingleUnit));
        assert_eq!(structure::<u8>([]), None);
        assert_eq!(structure([(7, i64::MAX), (7, i64::MAX)]), Some(Structure::SingleItem));
    }
}
