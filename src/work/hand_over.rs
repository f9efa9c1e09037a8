//! Handing over: applies what `protocol::hand_over` decides. The shop is read again before a parcel
//! goes on the list.

use super::activity::{Shown, Work};
use super::parcel::ask;
use super::{Ctx, GestureError, Outcome};
use crate::domain::states::ParcelState;
use crate::protocol::hand_over::{self, Decision, Step};
use crate::protocol::scan::Scan;
use crate::protocol::scan::ScanTarget;
use crate::protocol::{self, Message, Operator, Refusal};
use crate::store::Actor;
use crate::store::questions::{self, Answer};
use crate::store::standing::Standing;
use crate::store::turn;
use crate::store::{self, Rule, Tx, hand_over as rows, scope};

use uuid::Uuid;

pub(super) struct HandOver;

impl Work for HandOver {
    type Step = Step;
    const HANDLES_GOODS: bool = true;

    fn at(step: Step) -> protocol::Step {
        protocol::Step::HandOver(step)
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        let now = rows::load(tx, standing.warehouse_id, standing.operator.id, step).await?;
        Ok((hand_over::build_page(&now), hand_over::accepted_scans(&now)).into())
    }

    async fn scan(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError> {
        apply(tx, actor, standing, step, scan).await
    }

    /// What was cancelled in its shop is cancelled here too, and the scan then finds a void parcel.
    fn asks_before(scan: &Scan) -> Option<i64> {
        scan.matches.iter().find_map(|m| match m {
            ScanTarget::Parcel { id, .. } => Some(*id),
            _ => None,
        })
    }
}

/// Before a parcel goes on a list its shop is read again, while no transaction is open. Refused
/// where it is silent and waited for.
pub(super) async fn check_with_shop(
    ctx: &Ctx,
    speaker: (i64, Uuid),
    parcel: i64,
) -> store::Result<()> {
    let silent = match ask(ctx, speaker, parcel, questions::Kind::HandOver).await? {
        Some(Answer::HandOver(may_go)) => !may_go,
        // Nobody asked the shop: what that means is the shop's setting too.
        _ => questions::shop_waits(&mut ctx.db.begin().await?, parcel).await?,
    };
    if silent {
        return Err(Rule::ShopSilent.into());
    }
    Ok(())
}

fn to(standing: &Standing, step: Step) -> Outcome {
    Outcome::to(protocol::Step::HandOver(step), standing)
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?;
    match hand_over::decide(&now, step, scan)? {
        Decision::Add { parcel, sscc } => add(tx, actor, standing, step, parcel, &sscc).await,
        Decision::Open { list } => {
            Ok(to(standing, Step { list_id: Some(list), ..Step::default() }))
        }
        Decision::AskClose => {
            let text = Message::key("hand-over-some-wait").with("count", now.waiting_count);
            Ok(to(standing, Step { closing: Some(now.waiting_count), ..step.clone() })
                .refusing(text))
        }
        Decision::KeepOpen => Ok(to(standing, Step { closing: None, ..step.clone() })
            .saying(Message::key("hand-over-stays-open"))),
        Decision::Close { list } => {
            whole(tx, standing, list, scan).await?;
            let gone = rows::close(tx, actor, list).await?;
            Ok(to(standing, Step::default())
                .saying(Message::key("hand-over-closed-now").with("parcels", gone)))
        }
        Decision::TakeOff { list } => {
            whole(tx, standing, list, scan).await?;
            let off = rows::remove_last_parcel(tx, list)
                .await?
                .ok_or_else(|| Refusal::wrong(Message::key("undo-nothing")))?;
            Ok(to(standing, Step { closing: None, ..step.clone() })
                .saying(Message::key("hand-over-off").with("sscc", &off)))
        }
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
    }
}

/// A list that holds others' parcels too is not for who is limited to some.
async fn whole(
    tx: &mut Tx,
    standing: &Standing,
    list: i64,
    scan: &Scan,
) -> Result<(), GestureError> {
    let Operator { id, role, .. } = &standing.operator;
    if !role.limited || scope::sees(tx, *id, "hand_over", list).await? {
        return Ok(());
    }
    Err(Refusal::wrong(Message::key("not-yours").with("received", scan.received())).into())
}

async fn add(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    parcel: i64,
    sscc: &str,
) -> Result<Outcome, GestureError> {
    let Some(out) = rows::lock_parcel(tx, parcel).await? else {
        let text = Message::key("hand-over-expects-parcel").with("received", sscc);
        return Err(Refusal::wrong(text).into());
    };
    if let Some(refusal) = why_stays(tx, parcel, &out, sscc).await? {
        return Err(refusal.into());
    }
    let list = match step.list_id {
        Some(list) if rows::carrier_of(tx, list).await? == Some(out.carrier_id) => list,
        Some(list) if rows::carrier_of(tx, list).await?.is_some() => {
            return Err(Refusal::stop(
                Message::key("hand-over-wrong-truck")
                    .with("received", sscc)
                    .with("carrier", &out.carrier),
            )
            .into());
        }
        _ => rows::open_list_of_carrier(tx, actor.warehouse, out.carrier_id).await?,
    };
    rows::add_parcel(tx, list, parcel).await?;
    Ok(to(standing, Step { list_id: Some(list), ..Step::default() }))
}

/// Why a parcel must not go.
async fn why_stays(
    tx: &mut Tx,
    parcel: i64,
    out: &rows::OutgoingParcel,
    sscc: &str,
) -> store::Result<Option<Refusal>> {
    let plain = |key: &str| Message::key(key).with("received", sscc);
    let about = |key: &str| plain(key).with("shipment", &out.shipment_no);
    Ok(match out.state {
        ParcelState::Void => Some(Refusal::stop(about("hand-over-cancelled"))),
        ParcelState::HandedOver => Some(Refusal::wrong(plain("hand-over-gone"))),
        ParcelState::Open | ParcelState::Closed => {
            Some(Refusal::wrong(plain("hand-over-no-label")))
        }
        ParcelState::Labelled => {
            if let Some(why) = &out.held {
                Some(Refusal::stop(about("hand-over-shipment-held").with("why", why.clone())))
            } else if turn::parcel_held(tx, parcel).await? {
                Some(Refusal::stop(about("hand-over-held")))
            } else if turn::parcel_too_old(tx, parcel, true).await? {
                Some(Refusal::stop(about("hand-over-too-old")))
            } else {
                let twice = |list| plain("hand-over-twice").with("list", list);
                out.list.as_ref().map(|list| Refusal::wrong(twice(list)))
            }
        }
    })
}
