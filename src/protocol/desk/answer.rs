//! The answer to an action's question: a card, a badge, words, or the digit of a line.

use super::{Action, Decision, Snapshot, Step, View};
use crate::protocol::scan::{Scan, ScanTarget, command_of};
use crate::protocol::{Card, Message, Refusal};

/// What the answer does. Who takes back the question stays where they were.
pub(super) fn asked(
    now: &Snapshot,
    step: &Step,
    action: Action,
    scan: &Scan,
) -> Result<Decision, Refusal> {
    let text = scan.text.trim();
    match (card(action, scan), action) {
        (Some(Card::Back | Card::No | Card::Undo), _) => {
            Ok(Decision::Navigate(Step { asking: None, ..step.clone() }))
        }
        (None, Action::Assign) => assigned(now, action, scan),
        (None, Action::Message | Action::HoldNote) => {
            Ok(with_text(action, scan.text.chars().take(200).collect()))
        }
        (None, Action::Filter) => {
            let before = view(step);
            // More words narrow what is shown: what it was opened with still holds.
            let filter = match text {
                "*" => String::new(),
                words => format!("{} {words}", before.filter).trim().to_owned(),
            };
            Ok(Decision::Navigate(step.seen(View { filter, ..before })))
        }
        (None, Action::Columns) => in_columns(now, step, scan),
        (None, Action::SaveView) => Ok(Decision::SaveView(text.chars().take(40).collect())),
        (None, action) if action.chooses() => choice(now, action, scan),
        (None, action) if !action.reasons().is_empty() => reason(step, action, scan),
        (Some(Card::Yes), _) if confirmed_by_yes(step, action) => {
            Ok(with_text(action, String::new()))
        }
        (_, Action::Assign) => Err(expects(Message::key("desk-expects-badge"), scan)),
        _ => Err(expects(Message::key("desk-expects-answer"), scan)),
    }
}

/// Is YES what answers it?
pub(super) fn confirmed_by_yes(step: &Step, action: Action) -> bool {
    matches!(action, Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free)
        || step.of_several()
            && !action.chooses()
            && action.reasons().is_empty()
            && !matches!(action, Action::HoldNote | Action::Message)
}

/// The card that came. Who types the word means the card, unless words are what is asked for.
fn card(action: Action, scan: &Scan) -> Option<Card> {
    let takes_words = matches!(
        action,
        Action::Message | Action::HoldNote | Action::Filter | Action::SaveView | Action::Columns
    );
    let answers = [Card::Yes, Card::No, Card::Back];
    let named = || command_of(&scan.text).filter(|card| !takes_words && answers.contains(card));
    scan.card.or_else(named)
}

/// The walk goes to whose digit was typed, or whose badge was scanned.
fn assigned(now: &Snapshot, action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    let chosen = nth(scan).filter(|_| scan.matches.is_empty()).and_then(|n| now.choices.get(n));
    match chosen.map(|choice| (choice.code.parse().ok(), &choice.text)) {
        Some((Some(person), _)) => {
            Ok(Decision::Do { action, person: Some(person), text: String::new() })
        }
        Some((None, why)) => Err(Refusal::wrong(why.clone())),
        None => to_badge(action, scan),
    }
}

/// The walk goes to the first colleague whose badge the scan means, if they have none in hand.
fn to_badge(action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    let badge = scan.matches.iter().find_map(|m| {
        if let ScanTarget::Person { id, name, free } = m { Some((*id, name, *free)) } else { None }
    });
    match badge {
        Some((id, _, true)) => Ok(Decision::Do { action, person: Some(id), text: String::new() }),
        Some((_, name, false)) => {
            Err(Refusal::wrong(Message::key("give-not-free").with("received", name)))
        }
        None => Err(expects(Message::key("desk-expects-badge"), scan)),
    }
}

/// The list with the columns whose numbers were typed.
fn in_columns(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    let names = now.shown.as_ref().map(|shown| shown.columns.as_slice()).unwrap_or_default();
    match columns(scan.text.trim(), names) {
        Some(columns) => Ok(Decision::Navigate(step.seen(View { columns, ..view(step) }))),
        None => Err(expects(Message::key("desk-expects-columns"), scan)),
    }
}

/// The names of the columns whose numbers somebody typed, parted by anything; `*` is all of them.
fn columns(text: &str, names: &[&str]) -> Option<Vec<String>> {
    if text == "*" {
        return Some(Vec::new());
    }
    let chosen: Option<Vec<String>> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| Some((*names.get(part.parse::<usize>().ok()?.checked_sub(1)?)?).to_owned()))
        .collect();
    chosen.filter(|chosen| !chosen.is_empty())
}

/// The line of what the site has that the digit chooses.
fn choice(now: &Snapshot, action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    match nth(scan).and_then(|n| now.choices.get(n)) {
        Some(view) if action == Action::Views => Ok(Decision::UseView(view.code.clone())),
        Some(choice) => Ok(with_text(action, choice.code.clone())),
        None => Err(expects(Message::key("desk-expects-choice"), scan)),
    }
}

/// The reason that the digit chooses; to hold something for another one asks for words.
fn reason(step: &Step, action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    match nth(scan).and_then(|n| action.reasons().get(n)) {
        Some(&"other") if matches!(action, Action::Hold | Action::HoldGoods) => {
            Ok(Decision::Navigate(Step { asking: Some(Action::HoldNote), ..step.clone() }))
        }
        Some(reason) => Ok(with_text(action, (*reason).to_owned())),
        None => Err(expects(Message::key("desk-expects-choice"), scan)),
    }
}

fn with_text(action: Action, text: String) -> Decision {
    Decision::Do { action, person: None, text }
}

/// The line that a digit names, counted from nought.
fn nth(scan: &Scan) -> Option<usize> {
    scan.number.as_ref().and_then(|(n, _)| usize::try_from(n - 1).ok())
}

/// How the list on the screen is looked at.
fn view(step: &Step) -> View {
    step.trail.last().map(|subject| subject.view.clone()).unwrap_or_default()
}

fn expects(text: Message, scan: &Scan) -> Refusal {
    Refusal::wrong(text.with("received", scan.received()))
}
