//! What a digit chooses from at the desk: views, roles, rights, offers, limits.

use crate::domain::{Right, Rights, Role};
use crate::protocol::Message;
use crate::protocol::desk::{Action, Choice, Kind, Subject, doing_says};
use crate::store::desk::Picker;
use crate::store::people::{self, Offer};
use crate::store::roles::{self, Limit};
use crate::store::{self, Tx, desk as rows};

/// What a digit chooses from where an action asks for it.
pub(super) async fn choices(
    tx: &mut Tx,
    warehouse: i64,
    asking: Action,
    subject: &Subject,
) -> store::Result<Vec<Choice>> {
    let role = match (asking, subject.kind) {
        (Action::Views, _) => {
            let names = rows::saved_view_names(tx, subject.kind.name()).await?;
            let choice = |name: String| Choice { text: Message::plain(&name), code: name };
            return Ok(names.into_iter().map(choice).collect());
        }
        (Action::ChangeRole, _) => {
            let choice =
                |role: Role| Choice { text: Message::plain(&role.name), code: role.code.clone() };
            return Ok(roles::all(tx).await?.into_iter().map(choice).collect());
        }
        (Action::Offer, Kind::Person) => {
            let offers = people::offers(tx, subject.id, warehouse).await?;
            return Ok(offers.iter().map(|(offer, on)| offer_choice(offer, *on)).collect());
        }
        (Action::Limit, Kind::Role) => {
            let limits = roles::limits(tx, subject.id).await?;
            return Ok(limits.iter().map(|(limit, on)| limit_choice(limit, *on)).collect());
        }
        (Action::Assign, Kind::Trip) => {
            let pickers = rows::pickers(tx, subject.id, warehouse).await?;
            return Ok(pickers.iter().map(picker_choice).collect());
        }
        (Action::Grant | Action::Withdraw, Kind::Role) => roles::by_id(tx, subject.id).await?,
        _ => None,
    };
    let rights = match (asking, role) {
        (Action::Grant, Some(role)) => Right::all() - role.rights,
        (_, Some(role)) => role.rights,
        _ => Rights::empty(),
    };
    let choice = |right: Right| Choice { code: right.code().to_owned(), text: right.says() };
    Ok(rights.iter().map(choice).collect())
}

/// Who takes the walk, or why they cannot.
fn picker_choice(picker: &Picker) -> Choice {
    let text = |key: &str| Message::key(key).with("name", &picker.name);
    let (code, text) = match (picker.trip.as_str(), picker.not_theirs) {
        ("", true) => (String::new(), text("assign-not-theirs")),
        ("", false) => {
            (picker.id.to_string(), text("assign-to").with("what", doing_says(&picker.doing)))
        }
        (trip, _) => {
            let said = text("assign-has-trip").with("trip", trip).with("zone", &picker.zone);
            (String::new(), said)
        }
    };
    Choice { code, text }
}

/// A kind of work or a zone that a person can be put to, and whether they are.
fn offer_choice(offer: &Offer, on: bool) -> Choice {
    let what = match offer {
        Offer::Work(right) => right.says(),
        Offer::Zone(zone) => Message::key("desk-zone").with("zone", zone.as_str()),
    };
    Choice { code: offer.code(), text: chosen(what, on) }
}

/// An owner or a shop that a role can be limited to, and whether it is.
fn limit_choice(limit: &Limit, on: bool) -> Choice {
    let what = match limit {
        Limit::Owner(code) => Message::key("desk-owner").with("code", code),
        Limit::Shop(code) => Message::key("desk-shop").with("code", code),
    };
    Choice { code: limit.code(), text: chosen(what, on) }
}

fn chosen(what: Message, on: bool) -> Message {
    if on { Message::key("desk-chosen").with("what", what) } else { what }
}
