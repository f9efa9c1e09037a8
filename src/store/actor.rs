//! Who does it, where, and by which gesture.

use uuid::Uuid;

/// Who does it and by which gesture; goes into every movement.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    pub person: i64,
    pub warehouse: i64,
    pub command: Uuid,
    /// The session's instant, RFC 3339.
    pub at: &'a str,
}
