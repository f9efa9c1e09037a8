//! Streams that are read by stretches of time and page numbers. A stretch is read from its last
//! page to its first: an order that changes meanwhile leaves the stretch for a later one, and what
//! moves up in its place was read already, so nothing is missed. Where reading stopped stands in
//! the cursor; stretch follows stretch until now.

use super::{Account, ChannelError, Class, PullPage, Unreadable, loose_json};
use crate::domain::order::ShopOrder;
use crate::limits;
use serde_json::Value;

/// What a platform allows, in seconds.
pub struct Rules {
    /// The longest stretch.
    pub span_s: i64,
    /// How far behind now its stream is complete.
    pub lag_s: i64,
    /// How far back the first pull goes.
    pub lookback_s: i64,
}

/// One stretch of a stream and the page that is next; between two calls it is the text of a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeWindow {
    /// Unix seconds, both ends included.
    pub from: i64,
    pub to: i64,
    /// Pages left to read, the next one being this; `None`: they are not counted yet.
    pub page: Option<i64>,
    until: i64,
}

impl TimeWindow {
    /// Goes on at a cursor, or begins after an instant (RFC 3339).
    pub fn open(
        since: Option<&str>,
        cursor: &str,
        now: i64,
        rules: &Rules,
    ) -> Result<TimeWindow, ChannelError> {
        if !cursor.is_empty() {
            let parts: Option<Vec<i64>> = cursor.split('.').map(|part| part.parse().ok()).collect();
            return match parts.as_deref() {
                Some([from, to, page, until]) if from <= to && *page >= 0 => Ok(TimeWindow {
                    from: *from,
                    to: *to,
                    page: Some(*page).filter(|page| *page > 0),
                    until: *until,
                }),
                // The job forgets it and begins anew from its mark.
                _ => Err(ChannelError::new(
                    Class::BadCursor,
                    format!("{cursor:?} is no place to go on from"),
                )),
            };
        }
        let until = now - rules.lag_s;
        let since =
            since.and_then(|text| text.parse::<jiff::Timestamp>().ok()).map(|at| at.as_second());
        let from = since.unwrap_or(now - rules.lookback_s).min(until);
        Ok(TimeWindow { from, to: until.min(from + rules.span_s), page: None, until })
    }

    /// Where a shop's stream goes on now, and how many orders a page has: what the shop is set to,
    /// else the first of `sizes`, and never more than the second.
    pub fn of(
        account: &Account,
        since: Option<&str>,
        cursor: &str,
        rules: &Rules,
        sizes: (i64, i64),
    ) -> Result<(TimeWindow, i64), ChannelError> {
        let window = TimeWindow::open(since, cursor, jiff::Timestamp::now().as_second(), rules)?;
        Ok((window, account.number("page_size", sizes.0).clamp(1, sizes.1)))
    }

    fn cursor(&self) -> String {
        format!("{}.{}.{}.{}", self.from, self.to, self.page.unwrap_or(0), self.until)
    }

    /// So many orders are in the stretch: where to go on. `None`: everything until now is read.
    pub fn counted(&self, total: i64, page_size: i64, rules: &Rules) -> Option<String> {
        let pages = total.saturating_add(page_size - 1) / page_size;
        if pages > 0 {
            Some(TimeWindow { page: Some(pages), ..self.clone() }.cursor())
        } else {
            self.later(rules)
        }
    }

    /// A page was read: where to go on.
    pub fn read(&self, rules: &Rules) -> Option<String> {
        match self.page {
            Some(page) if page > 1 => {
                Some(TimeWindow { page: Some(page - 1), ..self.clone() }.cursor())
            }
            _ => self.later(rules),
        }
    }

    /// The first answer of a stretch, which says how many orders it holds and is asked for nothing
    /// else.
    pub fn count(
        &self,
        total: &Value,
        page_size: i64,
        rules: &Rules,
    ) -> Result<PullPage, ChannelError> {
        let total = loose_json::whole_units(total)
            .filter(|n| (0..=limits::STRETCH_ORDERS).contains(n))
            .ok_or_else(|| {
                ChannelError::new(
                    Class::Transient,
                    "the answer does not say how many orders there are",
                )
            })?;
        Ok(PullPage {
            orders: Vec::new(),
            next_cursor: self.counted(total, page_size, rules),
            server_time: self.clock(),
        })
    }

    /// A page of a stretch.
    pub fn take(&self, orders: Vec<Result<ShopOrder, Unreadable>>, rules: &Rules) -> PullPage {
        PullPage { orders, next_cursor: self.read(rules), server_time: self.clock() }
    }

    /// Half as long, where a stretch holds more than the platform lets one page through.
    pub fn halved(&self) -> Option<String> {
        (self.to > self.from).then(|| {
            TimeWindow { to: self.from + (self.to - self.from) / 2, page: None, ..self.clone() }
                .cursor()
        })
    }

    fn later(&self, rules: &Rules) -> Option<String> {
        // Whole seconds: the next one begins right behind.
        let from = self.to + 1;
        (from <= self.until).then(|| {
            TimeWindow {
                from,
                to: self.until.min(from + rules.span_s - 1),
                page: None,
                until: self.until,
            }
            .cursor()
        })
    }

    /// The clock that the mark follows once everything is read, RFC 3339.
    pub fn clock(&self) -> String {
        jiff::Timestamp::from_second(self.until).unwrap_or_default().to_string()
    }
}
