//! What the database is, for `doctor`.

use super::{Result, Tx};
use std::collections::BTreeMap;

/// What the server and this login are; `now_ms` is the server's clock in milliseconds since 1970.
pub struct Server {
    pub version: String,
    pub major: i32,
    pub encoding: String,
    /// The login of this session, and whether the tables are its own.
    pub role: String,
    pub owner: bool,
    pub now_ms: i64,
    /// Does the clock of days have another body than the one that tells the time?
    pub days_moved: bool,
    pub max_connections: i32,
    /// How many people's PINs are hashed by which key; the empty one is none.
    pub pin_keys: BTreeMap<String, i64>,
}

/// Asks the server about itself, by the session that the transaction has.
pub async fn server(tx: &mut Tx) -> Result<Server> {
    let r = sqlx::query_file!("src/store/sql/doctor/server.sql").fetch_one(tx.conn()).await?;
    Ok(Server {
        version: r.version,
        major: r.major,
        encoding: r.encoding,
        role: r.role,
        owner: r.owner,
        now_ms: r.now_ms,
        days_moved: r.days_moved,
        max_connections: r.max_connections,
        pin_keys: serde_json::from_value(r.pin_keys)?,
    })
}
