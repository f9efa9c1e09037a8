//! The door: badge and PIN. Wrong PINs are counted on the badge, whichever terminal they come from.

use super::{Ctx, gesture};
use crate::codes::{Reading, own, readings};
use crate::limits;
use crate::protocol::{Input, Message, Page, Pin, Refusal, Reply, Request, sign_on};
use crate::store::audit;
use crate::store::scanners;
use crate::store::standing;
use crate::store::{self, Tx, people};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

/// The login screen, with why one is back there.
pub fn login(ctx: &Ctx, refusal: Option<Refusal>) -> Reply {
    answer(sign_on::login_page(&ctx.demo), refusal)
}

fn answer(page: Page, refusal: Option<Refusal>) -> Reply {
    Reply { operator: None, version: 0, page, feedback: refusal.map(|r| r.0), expects: Vec::new() }
}

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

pub async fn badge(ctx: &Ctx, scan: &str) -> store::Result<Reply> {
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
    Ok(match people::by_badge(&mut tx, &badge).await? {
        Some(credentials) if !credentials.active => {
            login(ctx, Some(Refusal::wrong(Message::key("door-disabled"))))
        }
        Some(credentials) => match credentials.locked_s {
            Some(wait) => {
                login(ctx, Some(Refusal::stop(Message::key("door-locked").with("seconds", wait))))
            }
            None => answer(sign_on::pin_page(&credentials.operator.name), None),
        },
        None => login(ctx, Some(Refusal::wrong(Message::key("door-unknown")))),
    })
}

/// Checks the PIN; right, this terminal speaks for the person from now on and shows where they
/// stand.
pub async fn pin(ctx: &Ctx, request: &Request, badge: &str, pin: &Pin) -> store::Result<Reply> {
    let mut tx = ctx.db.begin().await?;
    let Some(badge) = badge_in(&mut tx, badge).await? else { return Ok(login(ctx, None)) };
    let Some(credentials) =
        people::by_badge(&mut tx, &badge).await?.filter(|credentials| credentials.active)
    else {
        return Ok(login(ctx, Some(Refusal::wrong(Message::key("door-unknown")))));
    };
    if let Some(wait) = credentials.locked_s {
        return Ok(login(
            ctx,
            Some(Refusal::stop(Message::key("door-locked").with("seconds", wait))),
        ));
    }
    // The row stays locked over the check: two terminals guess no faster than one.
    let right = verify(ctx, credentials.pin_hash, pin.clone()).await?;
    people::pin_tried(
        &mut tx,
        credentials.operator.id,
        right,
        limits::PIN_TRIES,
        limits::PIN_LOCK_S,
    )
    .await?;
    if !right {
        let code = &credentials.operator.code;
        audit::record(&mut tx, code, "pin_wrong", &request.terminal, None).await?;
        tx.commit().await?;
        return Ok(answer(
            sign_on::pin_page(&credentials.operator.name),
            Some(Refusal::wrong(Message::key("pin-wrong"))),
        ));
    }
    standing::claim_session(&mut tx, credentials.operator.id, request.session, &request.terminal)
        .await?;
    audit::record(&mut tx, &credentials.operator.code, "sign_on", &request.terminal, None).await?;
    tx.commit().await?;
    gesture(
        ctx,
        &Request { ask: Input::Refresh, person: Some(credentials.operator.id), ..request.clone() },
    )
    .await
}

async fn verify(ctx: &Ctx, hash: Option<String>, pin: Pin) -> store::Result<bool> {
    let bug = |error: &dyn std::fmt::Display| {
        store::Error::Bug(format!("the PIN check did not run: {error}"))
    };
    let _permit = ctx.pins.acquire().await.map_err(|e| bug(&e))?;
    tokio::task::spawn_blocking(move || pin_matches(hash.as_deref(), &pin.0))
        .await
        .map_err(|e| bug(&e))
}

/// Is it the PIN of this hash? Takes tens of milliseconds, on purpose.
pub fn pin_matches(hash: Option<&str>, pin: &str) -> bool {
    hash.is_some_and(|hash| {
        PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok())
    })
}

/// Is it a PIN: 4 to 8 digits?
pub fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The hash that is kept of a PIN.
pub fn hash(pin: &str) -> Option<String> {
    Argon2::default().hash_password(pin.as_bytes()).ok().map(|hash| hash.to_string())
}
