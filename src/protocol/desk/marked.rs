//! Several rows of a list at once: what of it can be done to how many, and who is left out. Said
//! before it is done; nobody is left out in silence.

use super::{Action, Kind, Row, Shown, Subject};
use crate::domain::states::{Coded, ShipmentState, TripState};
use crate::protocol::Message;
use crate::protocol::list::{Cell, word};

/// So many rows at once.
pub const MOST: usize = 200;
/// So many are named of those that are left out.
const NAMED: usize = 5;

/// What can be done to several things at once, as it is offered.
const AT_ONCE: [Action; 11] = [
    Action::TryAgain,
    Action::Dismiss,
    Action::Release,
    Action::Expedite,
    Action::Hold,
    Action::LetGo,
    Action::KickOut,
    Action::Cancel,
    Action::Free,
    Action::ForceClose,
    Action::Message,
];

/// One of them: what it is called, how it stands, and what can be done about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    pub subject: Subject,
    pub name: String,
    pub state: String,
    pub actions: Vec<Action>,
}

/// The page's name for rows of a kind: `shipment:12,15`.
pub fn code(kind: Kind, ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().take(MOST).map(ToString::to_string).collect();
    format!("{}:{}", kind.name(), ids.join(","))
}

/// Reads back what `code` says; what is no number names nothing.
pub fn parse(text: &str) -> Option<(Kind, Vec<i64>)> {
    let (kind, ids) = text.split_once(':')?;
    let kind = Kind::parse(kind)?;
    let mut ids: Vec<i64> = ids.split(',').filter_map(|id| id.parse().ok()).take(MOST).collect();
    ids.sort_unstable();
    ids.dedup();
    Some((kind, ids))
}

/// The page of marked rows: each with its state, and what can be done to one of them at least.
pub fn page(of: &[Marked]) -> Shown {
    let offered = AT_ONCE.into_iter().filter(|action| of.iter().any(|m| can(m, *action)));
    let row = |marked: &Marked| Row {
        cells: vec![Cell::text(&marked.name), state(marked).into()],
        opens: Some(marked.subject.clone()),
    };
    let offered: Vec<Action> = offered.collect();
    let nothing = offered.is_empty().then(|| Message::key("marked-nothing"));
    Shown {
        facts: nothing.into_iter().collect(),
        title: Message::key("marked-title").with("n", of.len() as i64),
        columns: vec!["what", "status"],
        rows: of.iter().map(row).collect(),
        actions: offered,
        ..Shown::default()
    }
}

fn state(marked: &Marked) -> Message {
    match marked.subject.kind {
        Kind::Hold => word("hold", &marked.state),
        Kind::Trip => word(TripState::LIST, &marked.state),
        Kind::Person => Message::plain(&marked.state),
        Kind::Case => word("reason", &marked.state),
        _ => word(ShipmentState::LIST, &marked.state),
    }
}

fn can(marked: &Marked, action: Action) -> bool {
    let action = if action == Action::HoldNote { Action::Hold } else { action };
    marked.actions.contains(&action)
}

/// Those that it is done to.
pub fn that_can(of: &[Marked], action: Action) -> Vec<&Marked> {
    of.iter().filter(|marked| can(marked, action)).collect()
}

/// To how many it is done, and which are left out, each with its state.
pub fn consequences(of: &[Marked], action: Action) -> Vec<Message> {
    let done = that_can(of, action).len() as i64;
    let mut said = vec![Message::key("marked-does").with("n", done).with("of", of.len() as i64)];
    let out: Vec<&Marked> = of.iter().filter(|marked| !can(marked, action)).collect();
    said.extend(out.iter().take(NAMED).map(|marked| {
        Message::key("marked-leaves-out").with("name", &marked.name).with("state", state(marked))
    }));
    if out.len() > NAMED {
        said.push(Message::key("marked-and-more").with("n", (out.len() - NAMED) as i64));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::desk::actions::of_shipment;

    #[test]
    fn rows_are_named_once_and_no_more_than_so_many() {
        assert_eq!(parse("shipment:15,12,x,15"), Some((Kind::Shipment, vec![12, 15])));
        assert_eq!(parse("nothing:1"), None);
        let many: Vec<i64> = (1..500).collect();
        let (kind, read) = parse(&code(Kind::Trip, &many)).unwrap_or((Kind::Place, vec![]));
        assert_eq!((kind, read.len()), (Kind::Trip, MOST));
    }

    #[test]
    fn who_is_left_out_is_said_before_it_is_done() {
        let marked = |n: i64, state: ShipmentState, said: &str| Marked {
            subject: Subject::new(Kind::Shipment, n),
            name: format!("S{n}"),
            state: said.into(),
            actions: of_shipment(state, false),
        };
        let mut all = vec![marked(1, ShipmentState::Ready, "ready")];
        all.extend((2..9).map(|n| marked(n, ShipmentState::HandedOver, "handed_over")));
        let said = consequences(&all, Action::Cancel);
        assert_eq!(said.len(), 1 + NAMED + 1);
        assert_eq!(that_can(&all, Action::HoldNote).len(), 1, "a hold in words is a hold");
        assert_eq!(
            page(&all).actions,
            [Action::Release, Action::Expedite, Action::Hold, Action::Cancel]
        );
        assert_eq!(page(&all[1..]).actions, []);
    }
}
