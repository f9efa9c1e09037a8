//! Our own codes: `WD`, a letter, a body, and a mod-36 check character.

use super::check;

/// What one of our codes stands on; a hand-over's is the list of parcels for one carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Badge,
    Container,
    Trolley,
    Slot,
    Bench,
    HandOver,
}

impl Kind {
    const ALL: [(Kind, char); 6] = [
        (Kind::Badge, 'B'),
        (Kind::Container, 'T'),
        (Kind::Trolley, 'K'),
        (Kind::Slot, 'S'),
        (Kind::Bench, 'N'),
        (Kind::HandOver, 'H'),
    ];

    /// The letter that says the kind, the third character of its codes.
    pub fn letter(self) -> char {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or('?', |(_, letter)| *letter)
    }
}

/// Makes a code of a body of upper-case letters and digits; `None` if the body has anything else.
pub fn make(kind: Kind, body: &str) -> Option<String> {
    let bare = format!("WD{}{body}", kind.letter());
    check::mod36(&bare).map(|mark| format!("{bare}{mark}"))
}

/// Reads an upper-case code whose check character is right.
pub fn parse(text: &str) -> Option<(Kind, String)> {
    let letter = text.strip_prefix("WD")?.chars().next()?;
    let kind = Kind::ALL.iter().find(|(_, l)| *l == letter).map(|(kind, _)| *kind)?;
    let (bare, mark) = text.split_at_checked(text.len().checked_sub(1)?)?;
    (bare.len() > 3 && check::mod36(bare) == mark.chars().next()).then(|| (kind, text.to_owned()))
}

/// The 32 characters of a badge: no I, L, O or U, which people misread.
pub const BASE32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A badge of eight random base-32 characters; `random` gives 40 bits or more.
pub fn badge(random: u64) -> Option<String> {
    let body: String = (0..8)
        .filter_map(|i| BASE32.get((random >> (5 * i)) as usize & 31))
        .map(|c| char::from(*c))
        .collect();
    make(Kind::Badge, &body)
}
