//! What a person sees: where they stand, or the door.

use super::activity::Shown;
use super::fast_pick::CachedScreen;
use super::{Ctx, activities};
use crate::protocol::{Feedback, Message, Page, Refusal, Reply, Tone, sign_on};
use crate::store::standing::{Speaker, Standing};
use crate::store::{self, Tx};

/// The login screen, with why one is back there.
pub(super) fn login(ctx: &Ctx, refusal: Option<Refusal>) -> Reply {
    at_door(sign_on::login_page(&ctx.demo), refusal)
}

pub(super) fn at_door(page: Page, refusal: Option<Refusal>) -> Reply {
    Reply { operator: None, version: 0, page, feedback: refusal.map(|r| r.0), expects: Vec::new() }
}

/// The login screen for a terminal that speaks for the person no more, and why.
pub(super) fn speaks_elsewhere(ctx: &Ctx, standing: &Standing) -> Option<Reply> {
    let text = match standing.speaker {
        Speaker::Here => return None,
        Speaker::Nobody => Message::key("signed-off-elsewhere"),
        Speaker::Elsewhere => Message::key("moved-elsewhere")
            .with("name", &standing.operator.name)
            .with("terminal", &standing.terminal),
    };
    Some(login(ctx, Some(Refusal::stop(text))))
}

/// What a person sees where they stand, and what would be accepted there.
pub(super) async fn show(
    tx: &mut Tx,
    standing: &Standing,
    feedback: Option<Feedback>,
) -> store::Result<Reply> {
    let shown = activities::show(tx, standing, false).await?;
    Ok(answer(standing, feedback, shown).1)
}

pub(super) fn answer(
    standing: &Standing,
    feedback: Option<Feedback>,
    shown: Shown,
) -> (Option<CachedScreen>, Reply) {
    let feedback = feedback.or_else(|| {
        standing.notices.last().map(|text| Feedback { tone: Tone::Stop, text: text.clone() })
    });
    let reply = Reply {
        operator: Some(standing.operator.clone()),
        version: standing.version,
        page: shown.page,
        feedback,
        expects: shown.expects,
    };
    (shown.seen, reply)
}
