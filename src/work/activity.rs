//! One activity, as work knows it. The table of all of them stands in `activities`.

use super::fast_pick::CachedScreen;
use super::{GestureError, Outcome};
use crate::protocol::scan::Scan;
use crate::protocol::{Expect, Page, Step, WorkLine};
use crate::store::standing::Standing;
use crate::store::{self, Actor, Tx};

/// What a person sees where they stand.
pub(super) struct Shown {
    pub page: Page,
    pub expects: Vec<Expect>,
    /// Enough of it to decide the next scan at once, where an activity has such a way.
    pub seen: Option<CachedScreen>,
}

impl From<(Page, Vec<Expect>)> for Shown {
    fn from((page, expects): (Page, Vec<Expect>)) -> Shown {
        Shown { page, expects, seen: None }
    }
}

/// One activity, as work knows it.
pub(super) trait Work {
    type Step: Clone + Default;

    /// Goods are in somebody's hands there: what a scan names is handled. Elsewhere it may be
    /// words.
    const HANDLES_GOODS: bool = false;

    /// Where the person stands then.
    fn at(step: Self::Step) -> Step;

    /// The person comes to it.
    async fn enter(_: &mut Tx, _: Actor<'_>, standing: &Standing) -> Result<Outcome, GestureError> {
        Ok(Outcome::to(Self::at(Self::Step::default()), standing))
    }

    /// Its card, scanned by who is at it already: they look again.
    async fn again(
        _: &mut Tx,
        _: Actor<'_>,
        standing: &Standing,
        step: &Self::Step,
        _: &Scan,
    ) -> Result<Outcome, GestureError> {
        Ok(Outcome::to(Self::at(step.clone()), standing))
    }

    /// What stands on the screen; `done`: a gesture has just led there.
    async fn show(
        tx: &mut Tx,
        standing: &Standing,
        step: &Self::Step,
        done: bool,
    ) -> store::Result<Shown>;

    /// What a scan does there.
    async fn scan(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Self::Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError>;

    /// Are typed words looked for, or kept, there? Then they are no commands.
    fn takes_words(_: &Self::Step) -> bool {
        false
    }

    /// What the person has in hand, for who looks from outside.
    async fn line(_: &mut Tx, _: &Standing, _: &Self::Step) -> store::Result<Option<WorkLine>> {
        Ok(None)
    }

    /// The parcel whose shops are asked before a scan counts, with no transaction open.
    fn asks_before(_: &Scan) -> Option<i64> {
        None
    }

    /// The closed parcel whose label the person waits for.
    fn waits_for(_: &Self::Step) -> Option<i64> {
        None
    }
}
