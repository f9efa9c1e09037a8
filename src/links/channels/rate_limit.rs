//! How fast a shop may be called: a bucket of tokens for each shop and kind of call, kept by the
//! process. An empty bucket is answered like a shop that says "slower", so whoever asked comes
//! again when there is a token; what a shop says itself ("not before then") empties its bucket
//! until then.

use super::loose_json::text;
use super::{Account, ChannelError, Class};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What may be paced apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    Pull,
    Read,
    Dispatch,
    Push,
}

impl Call {
    fn name(self) -> &'static str {
        match self {
            Call::Pull => "pull",
            Call::Read => "read",
            Call::Dispatch => "dispatch",
            Call::Push => "push",
        }
    }
}

/// Tokens a second, and how many there are at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    per_s: f64,
    burst: f64,
}

impl Rate {
    /// `per_s` calls a second in the long run, and `burst` at once after a rest.
    pub const fn new(per_s: f64, burst: f64) -> Rate {
        Rate { per_s, burst }
    }

    /// `0.0056/20`.
    fn parse(said: &str) -> Option<Rate> {
        let (per_s, burst) = said.split_once('/')?;
        let rate = Rate { per_s: per_s.trim().parse().ok()?, burst: burst.trim().parse().ok()? };
        (rate.per_s > 0.0 && rate.burst >= 1.0).then_some(rate)
    }
}

/// The rate of a kind's call: the shop's option `rate.CALL`, else what is published.
pub fn allowed_rate(published: &[(Call, Rate)], account: &Account, call: Call) -> Option<Rate> {
    let own = Rate::parse(&text(&account.options["rate"][call.name()]));
    own.or_else(|| published.iter().find(|(of, _)| *of == call).map(|(_, rate)| *rate))
}

struct Bucket {
    tokens: f64,
    at: Instant,
    /// The shop said: not before then.
    not_before: Option<Instant>,
}

/// All buckets of a process.
#[derive(Default)]
pub struct Buckets {
    buckets: Mutex<HashMap<(String, String, String, Call), Bucket>>,
}

impl Buckets {
    fn with<T>(
        &self,
        account: &Account,
        call: Call,
        rate: Option<Rate>,
        now: Instant,
        act: impl FnOnce(&mut Bucket) -> T,
    ) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let key = (account.shop.clone(), account.url.clone(), account.key_id.clone(), call);
        act(buckets.entry(key).or_insert_with(|| Bucket {
            tokens: rate.map_or(0.0, |rate| rate.burst),
            at: now,
            not_before: None,
        }))
    }

    /// Takes a token; the error says when there is one.
    pub fn take(
        &self,
        account: &Account,
        call: Call,
        rate: Option<Rate>,
        now: Instant,
    ) -> Result<(), ChannelError> {
        let slower = |wait_s: f64, who: &str| {
            Err(ChannelError::new(
                Class::Throttled { wait_s: wait_s.clamp(0.05, 3600.0) },
                format!("{who}: {} again in {wait_s:.1} s", call.name()),
            ))
        };
        self.with(account, call, rate, now, |bucket| {
            if let Some(rest) = bucket
                .not_before
                .and_then(|then| then.checked_duration_since(now))
                .filter(|rest| !rest.is_zero())
            {
                return slower(rest.as_secs_f64(), "as the shop said");
            }
            let Some(rate) = rate else { return Ok(()) };
            bucket.tokens = (bucket.tokens
                + now.saturating_duration_since(bucket.at).as_secs_f64() * rate.per_s)
                .min(rate.burst);
            bucket.at = now;
            if bucket.tokens < 1.0 {
                return slower((1.0 - bucket.tokens) / rate.per_s, "kept to the shop's rate");
            }
            bucket.tokens -= 1.0;
            Ok(())
        })
    }

    /// The shop said "slower".
    pub fn slower(&self, account: &Account, call: Call, wait_s: f64, now: Instant) {
        let wait = Duration::from_secs_f64(wait_s.clamp(0.0, 3600.0));
        self.with(account, call, None, now, |bucket| bucket.not_before = now.checked_add(wait));
    }
}
