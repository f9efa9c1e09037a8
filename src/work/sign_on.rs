//! The door: badge and PIN. Wrong PINs are counted on the badge, whichever terminal they come from.

use super::screen::{at_door, login};
use super::{Ctx, gesture};
use crate::codes::{Reading, own, readings};
use crate::domain::Right;
use crate::protocol::{Card, Input, Message, Pin, Refusal, Reply, Request, Step, sign_on};
use crate::store::people::AtDoor;
use crate::store::{self, Tx, people};
use crate::store::{scanners, standing};

fn badge_of(scan: &str) -> Option<String> {
    readings(scan).into_iter().find_map(|reading| match reading {
        Reading::Own(own::Kind::Badge, code) => Some(code),
        _ => None,
    })
}

/// A badge as a scanner sends it. Whose scanner it is shows only behind the door, so here the marks
/// of every known one fall away.
async fn badge_in(tx: &mut Tx, scan: &str) -> store::Result<Option<String>> {
    if let Some(badge) = badge_of(scan) {
        return Ok(Some(badge));
    }
    Ok(scanners::strip_framing(tx, scan).await?.iter().find_map(|text| badge_of(text)))
}

/// Answers a badge at the door: asks for its PIN, or says why it does not. Digits that may be a PIN
/// are not shown.
pub async fn badge(ctx: &Ctx, scan: &str, terminal: &str) -> store::Result<Reply> {
    let mut tx = ctx.db.begin().await?;
    let Some(badge) = badge_in(&mut tx, scan).await? else {
        // Digits may be a PIN that came too early: it is not shown to who stands by.
        let digits = scan.len() <= 8 && scan.bytes().all(|b| b.is_ascii_digit());
        let received: String = scan.chars().take(40).collect();
        let text = if digits {
            Message::key("door-digits")
        } else {
            Message::key("door-not-a-badge").with("received", received.as_str())
        };
        return Ok(login(ctx, Some(Refusal::wrong(text))));
    };
    Ok(match people::at_door(&mut tx, &badge, terminal).await? {
        None => login(ctx, Some(Refusal::wrong(Message::key("door-unknown")))),
        Some(person) if !person.active => {
            login(ctx, Some(Refusal::wrong(Message::key("door-disabled"))))
        }
        Some(AtDoor { locked_s: Some(wait), .. }) => login(ctx, Some(locked(wait))),
        Some(person) => at_door(sign_on::pin_page(&person.name), None),
    })
}

fn locked(wait_s: i64) -> Refusal {
    Refusal::stop(Message::key("door-locked").with("seconds", wait_s))
}

/// Checks the PIN; right, this terminal speaks for the person from now on and shows where they
/// stand.
pub async fn pin(ctx: &Ctx, request: &Request, badge: &str, pin: &Pin) -> store::Result<Reply> {
    let mut tx = ctx.db.begin().await?;
    let Some(badge) = badge_in(&mut tx, badge).await? else { return Ok(login(ctx, None)) };
    let unknown = || Ok(login(ctx, Some(Refusal::wrong(Message::key("door-unknown")))));
    let Some(person) =
        people::at_door(&mut tx, &badge, &request.terminal).await?.filter(|person| person.active)
    else {
        return unknown();
    };
    if let Some(wait) = person.locked_s {
        return Ok(login(ctx, Some(locked(wait))));
    }
    // No connection is held over what takes long on purpose.
    drop(tx);
    let hash = match ctx.pins.hash_beside(person.salt, pin.clone()).await {
        Ok(hash) => hash,
        Err(locked) => {
            tracing::error!(%locked, "no PIN can be checked here");
            let text = Message::key("door-no-pin-key").with("said", locked.to_string());
            return Ok(login(ctx, Some(Refusal::stop(text))));
        }
    };
    let mut tx = ctx.db.begin().await?;
    let offer = people::offer_pin(&mut tx, person.id, &hash, &request.terminal).await?;
    tx.commit().await?;
    // Closed by somebody else's tries since it was looked at.
    let Some(offer) = offer else {
        return Box::pin(self::badge(ctx, &badge, &request.terminal)).await;
    };
    let mut tx = ctx.db.begin().await?;
    let right = people::sign_on(&mut tx, offer, request.session).await?;
    tx.commit().await?;
    if right {
        return first_look(ctx, request, person.id).await;
    }
    let page = sign_on::pin_page(&person.name);
    Ok(at_door(page, Some(Refusal::wrong(Message::key("pin-wrong")))))
}

/// What is seen first: where the person stands, and in place of the menu the deck, for those who
/// may see it. A deck that cannot be had keeps nobody out.
async fn first_look(ctx: &Ctx, request: &Request, person: i64) -> store::Result<Reply> {
    let mut tx = ctx.db.begin().await?;
    let standing = standing::lock(&mut tx, person, request.session).await?;
    tx.rollback().await?;
    let look = Request { ask: Input::Refresh, person: Some(person), ..request.clone() };
    if let Some(standing) = standing
        && standing.step == Step::Menu
        && standing.operator.role.may(Right::Board)
    {
        let ask = Input::Card(Card::MenuBoard);
        let deck = Request { ask, version: standing.version, ..look.clone() };
        match gesture::run(ctx, &deck).await {
            Ok(reply) => return Ok(reply),
            Err(error) => tracing::error!(%error, "the deck cannot be shown"),
        }
    }
    gesture::run(ctx, &look).await
}
