//! One gesture and its answer. It runs in a task of its own that nothing cancels: only its answer
//! is waited for, and while there is none the person is told why. It is not sent for ever: after a
//! while the person decides, and asks again under the same number.

use crate::console::app::{Link, Msg};
use crate::limits;
use crate::protocol::{Reply, Request};
use crate::work::{self, Ctx, Unavailable};
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

pub(super) async fn answer(ctx: Arc<Ctx>, request: Arc<Request>, tell: &Sender<Msg>) -> Msg {
    let begun = Instant::now();
    let mut asked = ask(&ctx, &request);
    let mut quiet = true;
    loop {
        tokio::select! {
            done = &mut asked => {
                let link = match done {
                    Ok(Ok(reply)) => return Msg::Reply(Box::new(reply)),
                    Ok(Err(Unavailable::Slow(said))) => (Link::Slow, said),
                    Ok(Err(Unavailable::Offline(said))) => (Link::Offline, said),
                    Err(broken) => (Link::Offline, broken.to_string()),
                };
                let command = request.command;
                tracing::warn!(%command, said = link.1, "no answer, sending again");
                quiet = false;
                let _ = tell.send(Msg::NoAnswer(link.0)).await;
                sleep(limits::OFFLINE_RETRY).await;
                asked = ask(&ctx, &request);
            }
            () = sleep_until(begun + limits::NO_ANSWER_SAID), if quiet => {
                quiet = false;
                let _ = tell.send(Msg::NoAnswer(Link::Slow)).await;
            }
            () = sleep_until(begun + limits::GESTURE_PATIENCE) => {
                tracing::warn!(command = %request.command, "no answer, the person decides");
                // What hangs on a line that nobody hears any more is left behind; the person is not
                // kept waiting for that.
                let all_wait = ctx.db.is_silent_for(limits::GESTURE_PATIENCE * 4 / 5);
                if all_wait || !ctx.db.is_shared() {
                    tokio::spawn(async move { ctx.db.renew().await });
                }
                return Msg::Unanswered;
            }
        }
    }
}

fn ask(ctx: &Arc<Ctx>, request: &Arc<Request>) -> JoinHandle<Result<Reply, Unavailable>> {
    let (ctx, request) = (ctx.clone(), request.clone());
    tokio::spawn(async move { work::perform(&ctx, &request).await })
}
