//! Rows that were marked in a list, with what can be done about each.

use super::{Viewer, sees};
use crate::domain::states::{Coded, ShipmentState, TripState};
use crate::protocol::desk::marked::{Marked, parse};
use crate::protocol::desk::{Action, Kind, Subject, actions};
use crate::protocol::exceptions::{Resolution, ways_of};
use crate::store::{Result, Tx};

/// What is marked, as far as it is there and for the viewer to see. `of`: as the page is named.
pub async fn marked(tx: &mut Tx, viewer: Viewer<'_>, of: &str) -> Result<Vec<Marked>> {
    let Some((kind, ids)) = parse(of) else { return Ok(Vec::new()) };
    let rows =
        sqlx::query_file!("src/store/sql/desk/marked.sql", kind.name(), &ids, viewer.warehouse)
            .fetch_all(tx.conn())
            .await?;
    let mut marked = Vec::new();
    for row in rows {
        let subject = Subject::new(kind, row.id);
        if !sees(tx, viewer, &subject).await? {
            continue;
        }
        let actions = match kind {
            Kind::Shipment => {
                ShipmentState::parse(&row.state).map(|state| actions::of_shipment(state, false))
            }
            Kind::Trip => TripState::parse(&row.state).map(actions::of_trip),
            Kind::Person => Some(vec![Action::Message]),
            Kind::Case => Some(at_once(&row.state)),
            _ => Some(actions::of_hold(row.state == "live", row.by_hand)),
        };
        let let_go = (kind == Kind::Shipment && row.by_hand).then_some(Action::LetGo);
        let actions = let_go.into_iter().chain(actions.unwrap_or_default()).collect();
        marked.push(Marked { subject, name: row.name, state: row.state, actions });
    }
    Ok(marked)
}

/// What can be done about several exceptions of a reason without looking at each.
fn at_once(reason: &str) -> Vec<Action> {
    let ways = [(Resolution::Retry, Action::TryAgain), (Resolution::Done, Action::Dismiss)];
    let has = ways_of(reason);
    ways.into_iter().filter(|(way, _)| has.contains(way)).map(|(_, action)| action).collect()
}
