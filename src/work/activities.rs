//! The table of what work does for each activity; `protocol::activity` is the other half of it.
//! Everything else goes through here and matches on no activity.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome, allowed};
use super::{desk, exceptions, hand_over, pack, pick, put_back, wave};
use crate::protocol::scan::Scan;
use crate::protocol::sign_on::menu_page;
use crate::protocol::{Activity, Step, WorkLine};
use crate::store::standing::Standing;
use crate::store::{self, Actor, Tx, queue};

macro_rules! works {
    ($($name:ident is $work:ty,)+) => {
        /// The person comes to an activity, if they may.
        pub(super) async fn enter(
            tx: &mut Tx,
            actor: Actor<'_>,
            standing: &Standing,
            activity: Activity,
        ) -> Result<Outcome, GestureError> {
            allowed(standing, activity.right())?;
            match activity {
                $(Activity::$name => <$work>::enter(tx, actor, standing).await,)+
            }
        }

        pub(super) async fn again(
            tx: &mut Tx,
            actor: Actor<'_>,
            standing: &Standing,
            scan: &Scan,
        ) -> Result<Outcome, GestureError> {
            match &standing.step {
                Step::Menu => Ok(Outcome::to(Step::Menu, standing)),
                $(Step::$name(step) => <$work>::again(tx, actor, standing, step, scan).await,)+
            }
        }

        pub(super) async fn show(
            tx: &mut Tx,
            standing: &Standing,
            done: bool,
        ) -> store::Result<Shown> {
            match &standing.step {
                Step::Menu => menu(tx, standing).await,
                $(Step::$name(step) => <$work>::show(tx, standing, step, done).await,)+
            }
        }

        pub(super) async fn scan(
            tx: &mut Tx,
            actor: Actor<'_>,
            standing: &Standing,
            scan: &Scan,
        ) -> Result<Outcome, GestureError> {
            match &standing.step {
                // It has a room of its own.
                Step::Menu => Ok(Outcome::to(Step::Menu, standing)),
                $(Step::$name(step) => <$work>::scan(tx, actor, standing, step, scan).await,)+
            }
        }

        pub(super) async fn line(
            tx: &mut Tx,
            standing: &Standing,
        ) -> store::Result<Option<WorkLine>> {
            match &standing.step {
                Step::Menu => Ok(None),
                $(Step::$name(step) => <$work>::line(tx, standing, step).await,)+
            }
        }

        pub(super) fn asks_before(step: &Step, scan: &Scan) -> Option<i64> {
            match step {
                Step::Menu => None,
                $(Step::$name(_) => <$work>::asks_before(scan),)+
            }
        }

        pub(super) fn handles_goods(step: &Step) -> bool {
            match step {
                Step::Menu => false,
                $(Step::$name(_) => <$work as Work>::HANDLES_GOODS,)+
            }
        }

        pub(super) fn takes_words(step: &Step) -> bool {
            match step {
                Step::Menu => false,
                $(Step::$name(step) => <$work>::takes_words(step),)+
            }
        }

        pub(super) fn waits_for(step: &Step) -> Option<i64> {
            match step {
                Step::Menu => None,
                $(Step::$name(step) => <$work>::waits_for(step),)+
            }
        }
    };
}

works! {
    Wave is wave::Wave,
    Exceptions is exceptions::Exceptions,
    Pick is pick::Pick,
    Pack is pack::Pack,
    HandOver is hand_over::HandOver,
    PutBack is put_back::PutBack,
    Board is desk::Board,
    Inquiry is desk::Inquiry,
}

async fn menu(tx: &mut Tx, standing: &Standing) -> store::Result<Shown> {
    let waiting = queue::waiting(tx, standing.warehouse_id, &standing.operator).await?;
    Ok(menu_page(&standing.operator, standing.elsewhere, &waiting).into())
}
